"""Issuing a checklist: look first, then freeze it and start the run that makes its duties.

Starting is quick whatever the size; `issuer.py` makes the duties in chunks.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from services.tasks.audit import store as audit
from services.tasks.duties.sampling import commitment_to
from services.tasks.issuing import preview as preview_rules
from services.tasks.issuing import queries, store, tree
from services.tasks.issuing.preview import Blocker, Due
from services.tasks.issuing.records import Checklist, TreeRow
from services.tasks.issuing.tree import Item
from services.tasks.notices.everyone import kind_of_group
from services.tasks.samples import store as samples
from shared.calling.calls import Context
from shared.database import Cursor
from shared.delivery import outbox
from shared.errors import Conflict, Invalid, NotFound
from shared.events import ChecklistChanged, IssuedRow, RowsIssued
from shared.figure_events import MOST_STATED, PlanStated, StatedTarget
from shared.text import Text

# Titles are long: a hundred of them stay below the limit of a message.
EVENT_ROWS = 100
# Well below the limit of a message's body, which also holds the envelope.
EVENT_BYTES = 48 * 1024

# Of the units of a whole country, those that a preview tells one by one.
MOST_UNITS = 300
# Each with its months.
MOST_BUSY = 100
MOST_LACKING = 10
# Of those who take all away: some hundred bytes each.
UNITS_AT_A_TIME = 5000

NO_CHECKLIST = Text("没有这份清单，可能已被删除。", "There is no such checklist; it may have been deleted.")
AMENDMENT = Text(
    "这是已下发清单的调整稿，请在“核对调整”页面下发。",
    "This is the draft of an amendment. Please issue it on the page that shows what it changes.",
)
CHANGED = Text(
    "清单在您预览之后有改动，请重新核对再下发。",
    "The checklist changed after your preview. Please look at it again before issuing.",
)


@dataclass(frozen=True, slots=True)
class Previewed:
    """What somebody looked at before issuing.

    `with_past` says whether periods that are over make duties too; `seen` is the preview's fingerprint, None from the
    release before, which checks the version alone and asks for no reason. `hurry` says why something is due so soon;
    of an amendment it is None from the release before, which asks for none. `knows_late` is whether it is meant that
    duties are overdue at once; None from the release before, which does not say that they are.
    """

    version: int
    with_past: bool
    seen: str | None = None
    hurry: str | None = ""
    knows_late: bool | None = None


def preview(cur: Cursor, checklist_id: int, *, today: dt.date, busy_above: int, with_past: bool) -> dict[str, Any]:
    """What issuing would make, what to look at, and what must be mended first."""
    checklist = _found(queries.checklist(cur, checklist_id))
    return _preview(cur, checklist, today=today, busy_above=busy_above, with_past=with_past)


def coming(cur: Cursor, checklist_id: int, *, today: dt.date, with_past: bool, after: str) -> dict[str, Any]:
    """Which of the units behind a code would get which duties; the dates come with the first units alone."""
    checklist = _found(queries.checklist(cur, checklist_id))
    dues = _dues(checklist, look_at(cur, checklist.id), today=today, with_past=with_past)
    row_ids = {due.item.units_row_id for due in dues if due.item.units_row_id is not None}
    units = queries.units_after(cur, row_ids, after, most=UNITS_AT_A_TIME)
    parts = queries.rows_alike(cur, row_ids, [unit.unit_id for unit in units])
    return {
        "title": checklist.title,
        "units": [unit._asdict() for unit in units],
        "parts": [part._asdict() for part in parts],
        "dues": [] if after else preview_rules.coming_dues(dues),
        "next": units[-1].code if len(units) == UNITS_AT_A_TIME else "",
        "seen": preview_rules.fingerprint(checklist.version, dues, with_past=with_past),
    }


def start(cur: Cursor, context: Context, checklist_id: int, previewed: Previewed, *, today: dt.date) -> int:
    """Freeze the checklist and start its run; return the run's id.

    Conflict when this revision was issued already, or it would not make any more what was previewed; Invalid naming
    what must be mended first, or where something is due very soon and nobody says why.
    """
    store.before_holding(cur)
    checklist = _found(queries.checklist(cur, checklist_id, for_update=True))
    if checklist.state != "draft":
        raise _issued_already(checklist)
    if checklist.amends_id is not None:
        raise Invalid(AMENDMENT)
    found = look_at(cur, checklist.id)
    dues = _dues(checklist, found, today=today, with_past=previewed.with_past)
    seen = preview_rules.fingerprint(checklist.version, dues, with_past=previewed.with_past)
    if checklist.version != previewed.version or previewed.seen not in (None, seen):
        # Nobody who changes the draft shall wait while it is counted what it would make now.
        store.let_go(cur)
        current = _preview(cur, checklist, today=today, with_past=previewed.with_past)
        raise Conflict(CHANGED, {"current": current})
    refuse_gaps(_blockers(found, dues))
    if previewed.seen is not None and not previewed.hurry and preview_rules.at_short_notice(dues, today=today):
        raise Invalid.of_fields({"hurry": preview_rules.HURRIED})
    run_id = store.insert_run(
        cur,
        checklist.id,
        revision=checklist.revision,
        who=context.signed_in.signature,
        correlation_id=context.correlation_id,
    )
    if run_id is None:
        raise _issued_already(checklist)
    store.insert_periods(cur, run_id, [(due.item.id, due.period) for due in dues])
    _freeze(cur, context, checklist, found, hurry=previewed.hurry or "")
    return run_id


def progress(cur: Cursor, checklist_id: int) -> dict[str, Any]:
    """How far the newest run is. Preparing it counts as one chunk, so there is always something to be done."""
    checklist = _found(queries.checklist(cur, checklist_id))
    run = queries.progress(cur, checklist_id)
    if run is None:
        return {"state": checklist.state, "done_chunks": 0, "chunks": 0, "duties": 0, "is_amendment": False}
    return {
        "state": checklist.state,
        "done_chunks": run.done_chunks,
        "chunks": run.chunks,
        "duties": run.duties,
        "is_amendment": run.is_amendment,
    }


def announcement(checklist: Checklist) -> ChecklistChanged:
    """What the other services are told of a checklist."""
    return ChecklistChanged(
        checklist_id=checklist.id,
        title=checklist.title,
        year=checklist.year,
        level_names=checklist.level_names,
        state=checklist.state,
        revision=checklist.revision,
        version=checklist.version,
        meeting_id=checklist.meeting_id,
        dropped_on=checklist.dropped_on,
    )


def row_events(checklist: Checklist, rows: Sequence[TreeRow]) -> Iterator[RowsIssued]:
    """Announcements of the frozen rows in chunks that fit into a message."""
    part: list[IssuedRow] = []
    size = 0
    for row in rows:
        issued = IssuedRow(row.id, row.parent_id, row.level, row.position, row.title)
        weight = len(json.dumps(asdict(issued), ensure_ascii=False).encode())
        if part and (len(part) == EVENT_ROWS or size + weight > EVENT_BYTES):
            yield RowsIssued(checklist.id, checklist.revision, part)
            part, size = [], 0
        part.append(issued)
        size += weight
    if part:
        yield RowsIssued(checklist.id, checklist.revision, part)


def _statements(cur: Cursor, checklist_id: int) -> Iterator[PlanStated]:
    """What the plan's notice says of targets, in events that fit into a message; none where it says nothing."""
    plan = queries.plan(cur, checklist_id)
    if plan is None:
        return
    stated = [StatedTarget(**one._asdict()) for one in queries.stated_targets(cur, checklist_id)]
    for start in range(0, len(stated), MOST_STATED):
        yield PlanStated(plan.id, plan.title, plan.from_year, checklist_id, stated[start : start + MOST_STATED])


def units_rows(cur: Cursor, checklist_id: int) -> dict[int, int]:
    """The row that names the units, by item; an item for which no row names any is left out."""
    items = tree.items_in(queries.rows(cur, checklist_id), queries.named_units(cur, checklist_id), filled=())
    return {item.id: item.units_row_id for item in items if item.units_row_id is not None}


@dataclass(frozen=True, slots=True)
class Looked:
    """A checklist's rows, its items, and what stands in the way of issuing them."""

    rows: list[TreeRow]
    items: list[Item]
    blockers: list[Blocker]
    open_questions: int


def look_at(cur: Cursor, checklist_id: int, *, kept_empty: Collection[int] = ()) -> Looked:
    """The rows of a checklist with what must be mended; also the groups `kept_empty` may have no members."""
    rows = queries.rows(cur, checklist_id)
    named = queries.named_units(cur, checklist_id)
    filled = queries.filled_groups(cur)
    items = tree.items_in(rows, named, filled)
    questions = queries.open_questions(cur, checklist_id)
    blockers = preview_rules.blockers(
        items,
        questions=questions,
        nowhere=tree.bare_rows(rows),
        empty_groups=tree.empty_groups(
            named, filled, kept=queries.groups_kept_empty(cur, checklist_id) | set(kept_empty)
        ),
    )
    return Looked(rows, items, blockers, len(questions))


def _dues(checklist: Checklist, found: Looked, *, today: dt.date, with_past: bool) -> list[Due]:
    """The dates of which duties are made."""
    dues = preview_rules.due_dates(found.items, checklist.year)
    return preview_rules.to_be_issued(dues, today=today, with_past=with_past)


def _blockers(found: Looked, dues: Sequence[Due]) -> list[Blocker]:
    """What must be mended; without any date to come there is nothing to issue, once everything else is in order."""
    is_over = not dues and not found.blockers
    return [Blocker(None, preview_rules.ALL_OVER)] if is_over else found.blockers


def _freeze(cur: Cursor, context: Context, checklist: Checklist, found: Looked, *, hurry: str) -> None:
    frozen = store.set_checklist_state(cur, checklist.id, "issuing")
    seed = samples.seed(cur, checklist.id)
    outbox.add(
        cur,
        [announcement(frozen), *row_events(frozen, found.rows), *_statements(cur, checklist.id)],
        correlation_id=context.correlation_id,
    )
    audit.record(
        cur,
        context,
        "checklist.issue_started",
        subject=checklist.title,
        detail={
            "checklist_id": checklist.id,
            "revision": checklist.revision,
            "sample_commitment": commitment_to(seed),
            **({"reason": hurry} if hurry else {}),
        },
    )


def _preview(
    cur: Cursor, checklist: Checklist, *, today: dt.date, with_past: bool, busy_above: int = 10
) -> dict[str, Any]:
    found = look_at(cur, checklist.id)
    dues = _dues(checklist, found, today=today, with_past=with_past)
    every = preview_rules.due_dates(found.items, checklist.year)
    return {
        **_counted(cur, dues, busy_above=busy_above),
        **preview_rules.dates(every, today=today, with_past=with_past),
        "blockers": [blocker.as_dict() for blocker in _blockers(found, dues)],
        "partial_groups": list(_partial_groups(cur, checklist.id)),
        "open_questions": found.open_questions,
        "contact": checklist.contact,
        "version": checklist.version,
        "with_past": with_past,
        "seen": preview_rules.fingerprint(checklist.version, dues, with_past=with_past),
    }


def _partial_groups(cur: Cursor, checklist_id: int) -> Iterator[dict[str, Any]]:
    """The groups that mean all units of a kind and lack some of the directory, as somebody may have wanted it."""
    for group in queries.named_groups(cur, checklist_id):
        kind = kind_of_group((group.name, *group.aliases))
        lacking = queries.left_out_of(cur, group.group_id, kind, most=MOST_LACKING) if kind else []
        if lacking:
            yield {
                "group_id": group.group_id,
                "name": group.name,
                "lacking": [unit.name for unit in lacking],
                "lacking_total": lacking[0].total,
            }


def _counted(cur: Cursor, dues: Sequence[Due], *, busy_above: int) -> dict[str, Any]:
    """Who would get how much: counted for units that are named alike, and told of the first units alone."""
    by_month = preview_rules.dues_by_month(dues)
    row_ids = {row_id for row_id, *_ in by_month}
    shared = preview_rules.shared_loads(queries.loads(cur, by_month))
    busy = preview_rules.busy_keys(shared, above=busy_above)
    return preview_rules.counted(
        shared,
        queries.units_alike(cur, row_ids, shared, most=MOST_UNITS),
        queries.units_alike(cur, row_ids, busy, most=MOST_BUSY),
        busy_above=busy_above,
    )


def refuse_gaps(blockers: list[Blocker]) -> None:
    """Raise an Invalid that names what must be mended before issuing, if anything must."""
    if not blockers:
        return
    count = len(blockers)
    raise Invalid(
        Text(
            f"还不能下发，有 {count} 处需要先处理：" + "".join(blocker.text.zh for blocker in blockers),
            f"This cannot be issued yet; please settle first ({count}): "
            + " ".join(blocker.text.en for blocker in blockers),
        ),
        {"blockers": [blocker.as_dict() for blocker in blockers]},
    )


def _issued_already(checklist: Checklist) -> Conflict:
    return Conflict(
        Text(
            f"“{checklist.title}”第 {checklist.revision} 版已经下发，不能再次下发。",
            f"Revision {checklist.revision} of “{checklist.title}” was issued already and cannot be issued again.",
        ),
        {"state": checklist.state},
    )


def _found(checklist: Checklist | None) -> Checklist:
    if checklist is None:
        raise NotFound(NO_CHECKLIST)
    return checklist
