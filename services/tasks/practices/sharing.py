"""Use cases: a unit offers good practice and may withdraw it; the lead bureau publishes, corrects, puts aside, takes
back.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from services.tasks.audit import store as audit
from services.tasks.duties import answers as duty_answers
from services.tasks.duties import changes
from services.tasks.duties import queries as duty_queries
from services.tasks.duties import store as duty_store
from services.tasks.duties.duty import TRANSITIONS, Action, is_allowed
from services.tasks.duties.store import Change
from services.tasks.practices import answers, queries, store
from services.tasks.practices.practice import (
    ADD_FILE,
    CORRECT,
    MOST_FILES,
    MOVES,
    NOT_DONE,
    OWN_OFFER,
    PUBLISH,
    TOO_MANY_FILES,
    Side,
    complain_of_state,
    is_done,
    is_own_offer,
    open_to,
    sides_of,
)
from services.tasks.practices.records import Moved, Practice
from services.tasks.vocabulary import PracticeState
from shared.calling.calls import Context
from shared.database import Cursor
from shared.delivery import outbox
from shared.differences import changes as differences
from shared.errors import Conflict, Forbidden, Invalid
from shared.events import OfferDecided, PracticeChanged
from shared.text import Text

NOT_YOUR_DUTY = Text(
    "典型经验由承担责任的单位自己提供和撤回。", "Good practice is offered and withdrawn by the unit whose duty it is."
)
NOT_YOUR_MOVE = Text(
    "典型经验由牵头单位编辑、发布和收回。", "Good practice is edited, published and taken back by the lead bureau."
)
OFFERED_BEFORE = Text(
    "这项责任的典型经验已经提供过，没有重复提交。请打开这项责任查看。",
    "Good practice of this duty was offered before; nothing was repeated. Please open the duty to see it.",
)
FOREIGN_FILE = Text(
    "选的文件不在这项责任的证明材料里，可能已经删除。请刷新页面重新选择。",
    "A file that was chosen is not among the evidence of this duty; it may have been removed. Please reload the page "
    "and choose again.",
)
STALE = Text(
    "您打开页面之后，这条典型经验有变化，您的操作没有保存。请核对现在的内容再试。",
    "This good practice changed after you opened the page. Nothing of yours was saved: please check it as it is now "
    "and try again.",
)
REFUSALS = {Side.UNIT: NOT_YOUR_DUTY, Side.LEAD: NOT_YOUR_MOVE}


def offer(cur: Cursor, context: Context, given: dict[str, Any], *, today: dt.date) -> dict[str, Any]:
    """Offer good practice of a duty of the own unit; `given` is an OfferPractice as it was loaded.

    Forbidden for another unit's; Invalid of an ended checklist, and for a file that the duty has not; Conflict when the
    duty is not done, or one of it waits or is published.
    """
    actor, action = context.signed_in, Action.PRACTICE_OFFERED
    side = TRANSITIONS[action].side
    (row,) = changes.rows_for_change(cur, actor, [given["duty_id"]], side, refusal=NOT_YOUR_DUTY)
    duty = duty_answers.duty_of(row)
    if not is_allowed(duty, action):
        raise changes.not_allowed(cur, actor, duty, today=today)
    practice_id = store.insert(cur, duty_id=duty.id, title=given["title"], text=given["text"], who=actor.signature)
    if practice_id is None:
        raise Conflict(OFFERED_BEFORE)
    evidence_ids = set(given["evidence_ids"])
    if store.take_evidence(cur, practice_id, duty.id, sorted(evidence_ids)) < len(evidence_ids):
        raise Invalid.of_fields({"evidence_ids": FOREIGN_FILE})
    _note(cur, context, duty.id, action)
    return {"practice_id": practice_id}


def add_file(cur: Cursor, context: Context, file: dict[str, Any]) -> dict[str, Any]:
    """Write that a file in the store belongs to what was offered; `file` is an AddPracticeFile as it was loaded.

    One that it has already stays the one that it is. Invalid when it has as many as it may.
    """
    found = _to_change(cur, context, file["practice_id"], ADD_FILE)
    known = queries.same_file(cur, found.id, file["sent_sha256"])
    if known is not None:
        return {"outcome": "already", "key": known.key, "name": known.name}
    if len(queries.files(cur, [found.id])) >= MOST_FILES:
        raise Invalid(TOO_MANY_FILES)
    store.add_file(cur, file)
    return {"outcome": "added", "key": str(file["key"]), "name": file["name"]}


def publish(cur: Cursor, context: Context, given: dict[str, Any]) -> dict[str, Any]:
    """Let everybody read it, in the words of `given`, a PublishPractice as it was loaded.

    Forbidden to who offered it; Conflict when it is stale, Invalid while its duty is not done.
    """
    found = _of_others(cur, context, given, PUBLISH)
    if not is_done(found.duty_state):
        raise Invalid(NOT_DONE)
    title, text = given["title"], given["text"]
    moved = store.publish(cur, found, title=title, text=text, who=context.signed_in.signature)
    _note(cur, context, found.duty_id, Action.PRACTICE_PUBLISHED, title)
    worded = found._replace(title=title, text=text)
    _tell(cur, context, worded, moved, is_taken_back=False)
    _tell_unit(cur, context, worded, moved, outcome=PracticeState.PUBLISHED)
    return answers.detail(cur, context.signed_in, found.id)


def correct(cur: Cursor, context: Context, given: dict[str, Any]) -> dict[str, Any]:
    """Change the words of what is published; `given` is as for publishing, and the same words change nothing.

    Forbidden to who offered it; Conflict when it is stale. What everybody read before stays in the audit log.
    """
    found = _of_others(cur, context, given, CORRECT)
    before = {"title": found.title, "text": found.text}
    after = {name: given[name] for name in before}
    if after != before:
        moved = store.correct(cur, found, title=after["title"], text=after["text"], who=context.signed_in.signature)
        _note(cur, context, found.duty_id, Action.PRACTICE_CORRECTED, after["title"])
        made_different, about = differences(before, after, before), {"practice_id": found.id}
        audit.record(cur, context, "practice.corrected", subject=after["title"], detail=about, changes=made_different)
        _tell(cur, context, found._replace(**after), moved, is_taken_back=False)
    return answers.detail(cur, context.signed_in, found.id)


def end(cur: Cursor, context: Context, given: dict[str, Any], operation: str) -> dict[str, Any]:
    """Put aside, withdraw or take back, as `operation` says; `given` has the version, and a reason if asked."""
    found = _to_change(cur, context, given["practice_id"], operation, version=given["version"])
    move, reason = MOVES[operation], given.get("reason", "")
    moved = store.end(cur, found, move.to, reason=reason, who=context.signed_in.signature)
    if move.action is not None:
        # Why it was put aside is the unit's business; others read its duty too.
        _note(cur, context, found.duty_id, move.action, reason if move.to is PracticeState.TAKEN_BACK else "")
    if move.source is PracticeState.PUBLISHED:
        _tell(cur, context, found, moved, is_taken_back=True)
    if move.side is Side.LEAD:
        _tell_unit(cur, context, found, moved, outcome=move.to, reason=reason)
    return answers.detail(cur, context.signed_in, found.id)


def _of_others(cur: Cursor, context: Context, given: dict[str, Any], operation: str) -> Practice:
    """What `given` names, as `_to_change`; Forbidden to who offered it."""
    found = _to_change(cur, context, given["practice_id"], operation, version=given["version"])
    if is_own_offer(found.offered_by, context.signed_in):
        raise Forbidden(OWN_OFFER)
    return found


def _to_change(
    cur: Cursor, context: Context, practice_id: int, operation: str, *, version: int | None = None
) -> Practice:
    """One of them, locked with its duty, the duty first.

    NotFound for who may not even read it, Forbidden for whose move it is not; Conflict when it changed since, or its
    state does not allow the operation.
    """
    actor = context.signed_in
    seen = answers.readable(cur, actor, practice_id)
    sides = sides_of(actor, seen.unit_id)
    if MOVES[operation].side not in sides:
        raise Forbidden(REFUSALS[MOVES[operation].side])
    duty_queries.duties(cur, [seen.duty_id], for_update=True)
    found = queries.practice(cur, practice_id, for_update=True) or seen
    if version is not None and version != found.version:
        files, is_own = len(queries.files(cur, [found.id])), is_own_offer(found.offered_by, actor)
        may = open_to(found.state, sides, duty_state=found.duty_state, files=files, is_own=is_own)
        raise Conflict(STALE, {"current": {"row": answers.row_of(found), "actions": may}})
    wrong = complain_of_state(found.state, operation)
    if wrong is not None:
        raise Conflict(wrong)
    return found


def _note(cur: Cursor, context: Context, duty_id: int, action: Action, text: str = "") -> None:
    """A line of the history of the duty, which is locked; nothing else of it changes."""
    (row,) = duty_queries.duties(cur, [duty_id])
    duty = duty_answers.duty_of(row)
    duty_store.add_history(cur, [Change(duty, duty, action, text)], who=context.signed_in.signature)


def _tell(cur: Cursor, context: Context, found: Practice, moved: Moved, *, is_taken_back: bool) -> None:
    """Announce what everybody reads of it; before it is published nobody hears of it."""
    if moved.published_at is None:
        return
    event = PracticeChanged(
        practice_id=found.id,
        checklist_id=found.checklist_id,
        unit_id=found.unit_id,
        title=found.title,
        text=found.text,
        published_at=moved.published_at,
        is_taken_back=is_taken_back,
        version=moved.version,
    )
    outbox.add(cur, [event], correlation_id=context.correlation_id)


def _tell_unit(
    cur: Cursor, context: Context, found: Practice, moved: Moved, *, outcome: PracticeState, reason: str = ""
) -> None:
    """Announce to the unit that offered it what the lead bureau made of it."""
    event = OfferDecided(found.id, found.unit_id, outcome.value, found.title, reason, moved.version)
    outbox.add(cur, [event], correlation_id=context.correlation_id)
