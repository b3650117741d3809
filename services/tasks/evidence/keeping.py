"""Use cases: a file becomes evidence of a duty, and is it no longer. Its bytes are the portal's business."""

from __future__ import annotations

import datetime as dt
from typing import Any

from services.tasks.duties import answers, changes
from services.tasks.duties.duty import TRANSITIONS, Action, Duty, changed, is_allowed
from services.tasks.duties.store import Change
from services.tasks.evidence import queries, store
from services.tasks.evidence.queries import Stored
from shared.calling.calls import Context
from shared.database import Cursor
from shared.errors import Invalid, NotFound
from shared.text import Text

# More than a clerk looks through.
MOST_FILES = 10

TOO_MANY = Text(
    f"一项责任最多附 {MOST_FILES} 个证明材料，已经满了。请先删去不需要的，或把几页合成一个文件。",
    f"A duty has at most {MOST_FILES} files as evidence, and this one has them. Please remove one that is not needed, "
    "or put several pages into one file.",
)
NO_FILE = Text(
    "没有这个证明材料，它可能已经被删除。请返回刷新。",
    "There is no such file; it may have been removed. Please go back and reload the page.",
)


def add(cur: Cursor, context: Context, file: dict[str, Any], *, today: dt.date) -> dict[str, Any]:
    """Write that a file in the store is evidence of a duty; `file` is an AddEvidence as it was loaded.

    A file that the duty has already stays the one that it is. Invalid when the duty has as many as it may.
    """
    duty = _open_to(cur, context, file["duty_id"], Action.EVIDENCE_ADDED, today=today)
    known = queries.same_file(cur, duty.id, file["sent_sha256"])
    if known is not None:
        return {"outcome": "already", "key": known.key, "name": known.name}
    if queries.count(cur, duty.id) >= MOST_FILES:
        raise Invalid(TOO_MANY)
    store.add(cur, file, who=context.signed_in.signature)
    _note(cur, context, duty, Action.EVIDENCE_ADDED, name=file["name"], today=today)
    return {"outcome": "added", "key": str(file["key"]), "name": file["name"]}


def remove(cur: Cursor, context: Context, duty_id: int, *, evidence_id: int, today: dt.date) -> dict[str, Any]:
    """Take a file from a duty; its row stays, with who removed it. NotFound when the duty has it no longer."""
    duty = _open_to(cur, context, duty_id, Action.EVIDENCE_REMOVED, today=today)
    file = _file(cur, duty_id, evidence_id)
    store.remove(cur, evidence_id, who=context.signed_in.signature)
    _note(cur, context, duty, Action.EVIDENCE_REMOVED, name=file.name, today=today)
    return answers.detail(cur, context.signed_in, duty_id, today=today)


def where_it_lies(cur: Cursor, context: Context, duty_id: int, *, evidence_id: int) -> dict[str, Any]:
    """A StoredFile, for who may read the duty; NotFound when the duty has it no longer."""
    changes.refuse_reading(cur, context.signed_in, duty_id)
    return _file(cur, duty_id, evidence_id)._asdict()


def _open_to(cur: Cursor, context: Context, duty_id: int, action: Action, *, today: dt.date) -> Duty:
    """The duty, locked. Forbidden when it is another unit's; Conflict when its state does not allow `action`."""
    actor = context.signed_in
    side = TRANSITIONS[action].side
    (row,) = changes.rows_for_change(cur, actor, [duty_id], side, refusal=changes.NOT_YOUR_FILES)
    duty = answers.duty_of(row)
    if not is_allowed(duty, action):
        raise changes.not_allowed(cur, actor, duty, today=today)
    return duty


def _file(cur: Cursor, duty_id: int, evidence_id: int) -> Stored:
    found = queries.file(cur, duty_id, evidence_id)
    if found is None:
        raise NotFound(NO_FILE)
    return found


def _note(cur: Cursor, context: Context, duty: Duty, action: Action, *, name: str, today: dt.date) -> None:
    """Write a line of the duty's history; whoever adds a file has signed for the duty."""
    duty = changes.signed_for(cur, context, duty, today=today)
    changes.save(cur, context, [Change(duty, changed(duty, action, today=today), action, name)])
