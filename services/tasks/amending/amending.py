"""Use cases: an issued checklist is amended through a draft of its own, compared with what it was, and issued anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services.tasks.amending import queries, store
from services.tasks.amending.comparing import Difference, compare
from services.tasks.amending.records import Amendment
from services.tasks.audit import store as audit
from services.tasks.drafting import rows
from services.tasks.drafting.answers import load_tree
from services.tasks.issuing import issuing
from services.tasks.issuing import preview as preview_rules
from services.tasks.issuing import queries as issuing_queries
from services.tasks.issuing import store as issuing_store
from services.tasks.issuing.issuing import Looked, Previewed
from services.tasks.issuing.preview import Due
from services.tasks.issuing.records import Checklist
from services.tasks.revisions import queries as revisions
from services.tasks.revisions.records import Effect, Effects
from shared.calling.calls import Context
from shared.database import Cursor
from shared.delivery import outbox
from shared.errors import Conflict, Invalid, NotFound
from shared.fingerprint import fingerprint_of
from shared.text import Text

NO_CHECKLIST = Text("没有这份清单，请返回列表刷新。", "There is no such checklist. Please go back and reload the list.")
NOT_ISSUED = Text(
    "只有已经下发的清单才能调整；草稿请直接修改，正在下发的请等下发完成。",
    "Only an issued checklist is amended. Change a draft as it is; while it is being issued, please wait.",
)
NO_AMENDMENT = Text(
    "这不是清单的调整稿，请返回列表刷新。", "This is no draft of an amendment. Please go back and reload the list."
)
NO_REVISION = Text(
    "清单没有这一版，请返回调整记录。", "The checklist has no such revision. Please go back to the list of them."
)
NOTHING_CHANGED = Text(
    "调整稿和已下发的清单没有不同，不用下发。请先修改，不再需要的可以删除调整稿。",
    "The draft is as the checklist was issued, so there is nothing to issue. Please change it, or delete the draft.",
)
CHANGED = Text(
    "核对之后又有改动，请重新核对再下发。",
    "Something changed after you looked. Please look at it again before issuing.",
)


@dataclass(frozen=True, slots=True)
class _Seen:
    """All that issuing an amendment would do, as it is looked at."""

    draft: Checklist
    amended: Checklist
    difference: Difference
    looked: Looked
    dues: list[tuple[int, Due]]
    effects: Effects
    made_from: dt.date | None
    hurried: list[Due]
    late: list[Due]
    titles: dict[int, str]

    @property
    def fingerprint(self) -> str:
        periods = [(item_id, due.period.label, due.period.due_on) for item_id, due in self.dues]
        # As the release before has it: of a unit the id, the name and the three numbers.
        effects = [tuple(effect)[:5] for effect in self.effects.units]
        return fingerprint_of([self.draft.version, self.amended.version, self.made_from, *periods, *effects])


def start(cur: Cursor, context: Context, checklist_id: int) -> int:
    """Make the draft that amends an issued checklist, or find the one there is; return its id."""
    checklist = _locked(cur, checklist_id)
    found = queries.draft_of(cur, checklist_id)
    if found is not None:
        return found.draft_id
    if checklist.state != "issued":
        raise Invalid(NOT_ISSUED)
    draft_id = store.copy_checklist(cur, checklist_id)
    detail = {"checklist_id": checklist_id, "draft_id": draft_id, "revision": checklist.revision + 1}
    audit.record(cur, context, "amendment.begun", subject=checklist.title, detail=detail)
    return draft_id


def preview(cur: Cursor, draft_id: int, *, today: dt.date, with_past: bool, page: int) -> dict[str, Any]:
    """What an amendment changes of the checklist and of the duties, a page of it, and what must be mended first."""
    return _as_dict(_look_at(cur, draft_id, today=today, with_past=with_past), with_past=with_past, page=page)


def issue(cur: Cursor, context: Context, draft_id: int, previewed: Previewed, *, reason: str, today: dt.date) -> int:
    """Write an amendment back into its checklist and begin to change the duties; return the checklist's id.

    Conflict when it would do something else than was looked at; Invalid naming what must be mended, or where nothing
    is different, or where something new or earlier is due very soon and nobody says why, or is overdue at once and
    nobody says that it is meant.
    """
    found = queries.amended_by(cur, draft_id)
    if found is None:
        raise _no_amendment(cur, draft_id)
    # The older one first, as everybody who locks both.
    _locked(cur, found.checklist_id)
    _locked(cur, draft_id)
    seen = _look_at(cur, draft_id, today=today, with_past=previewed.with_past)
    if seen.amended.state != "issued":
        raise Invalid(NOT_ISSUED)
    if seen.draft.version != previewed.version or seen.fingerprint != previewed.seen:
        raise Conflict(CHANGED, {"current": _as_dict(seen, with_past=previewed.with_past)})
    issuing.refuse_gaps(seen.looked.blockers)
    if seen.difference.is_empty and not seen.effects.units and _header(seen.draft) == _header(seen.amended):
        raise Invalid(NOTHING_CHANGED)
    wrong = {"hurry": preview_rules.HURRIED} if previewed.hurry == "" and seen.hurried else {}
    if previewed.knows_late is False and seen.effects.overdue:
        wrong["knows_late"] = preview_rules.LATE
    if wrong:
        raise Invalid.of_fields(wrong)
    _write_back(cur, context, seen, reason=reason, hurry=previewed.hurry or "")
    return seen.amended.id


def amendments(cur: Cursor, checklist_id: int, *, page: int) -> dict[str, Any]:
    """One page of the revisions of a checklist after the first, newest first, each with the first rows of its own."""
    if issuing_queries.checklist(cur, checklist_id) is None:
        raise NotFound(NO_CHECKLIST)
    pages = _pages(queries.count_amendments(cur, checklist_id), queries.PAGE)
    page = min(page, pages)
    found = queries.amendments(cur, checklist_id, page=page)
    return {"amendments": [_amendment_as_dict(one) for one in found], "page": page, "pages": pages}


def changed_rows(cur: Cursor, checklist_id: int, *, revision: int, page: int) -> dict[str, Any]:
    """One page of the rows that a revision changed. NotFound where there is no such revision."""
    found = queries.changed_rows(cur, checklist_id, revision=revision, page=page)
    if found is None:
        raise NotFound(NO_REVISION)
    pages = _pages(max(found.rows_total, found.units_total), queries.ROWS)
    return found._asdict() | {"page": min(page, pages), "pages": pages}


def _pages(number: int, size: int) -> int:
    return max(1, -(-number // size))


def _write_back(cur: Cursor, context: Context, seen: _Seen, *, reason: str, hurry: str) -> None:
    who, revision, checklist_id = context.signed_in.signature, seen.amended.revision + 1, seen.amended.id
    store.write_back(cur, seen.draft.id, checklist_id, dropped=seen.difference.dropped, revision=revision)
    run_id = store.insert_done_run(cur, checklist_id, revision=revision, who=who, correlation_id=context.correlation_id)
    issuing_store.insert_periods(cur, run_id, [(item_id, due.period) for item_id, due in seen.dues])
    difference = [row.as_dict() for row in seen.difference.rows]
    store.insert_amendment(
        cur,
        run_id,
        reason=reason,
        made_from=seen.made_from,
        reworded=seen.difference.reworded,
        touched=seen.effects.item_ids,
        difference=difference,
        units=_units(seen, seen.effects.units),
        draft_id=seen.draft.id,
        who=who,
    )
    frozen = issuing_store.set_checklist_state(cur, checklist_id, "issuing")
    issued = issuing_queries.rows(cur, checklist_id)
    outbox.add(
        cur,
        [issuing.announcement(frozen), *issuing.row_events(frozen, issued)],
        correlation_id=context.correlation_id,
    )
    detail = {"checklist_id": checklist_id, "revision": revision, "reason": reason, "rows": len(difference)}
    if hurry:
        detail["hurry"] = hurry
    audit.record(cur, context, "amendment.issued", subject=frozen.title, detail=detail)


def _look_at(cur: Cursor, draft_id: int, *, today: dt.date, with_past: bool) -> _Seen:
    found = queries.amended_by(cur, draft_id)
    draft = issuing_queries.checklist(cur, draft_id)
    amended = issuing_queries.checklist(cur, found.checklist_id) if found else None
    if draft is None or amended is None:
        raise _no_amendment(cur, draft_id)
    came_from = queries.came_from(cur, draft.id)
    before, after = load_tree(cur, amended.id), load_tree(cur, draft.id)
    difference = compare(before, after, came_from)
    looked = issuing.look_at(cur, draft.id, kept_empty=issuing_queries.groups_kept_empty(cur, amended.id))
    dues = [
        (came_from.get(due.item.id, due.item.id), due)
        for due in preview_rules.due_dates(looked.items, draft.year)
        if due.item.units_row_id is not None
    ]
    made_from = None if with_past else today
    effects = revisions.effects(
        cur,
        amended.id,
        dues,
        made_from=made_from,
        reworded=difference.reworded,
        soon=preview_rules.short_notice(today),
    )
    soon, late = set(effects.soon), set(effects.late)
    return _Seen(
        draft,
        amended,
        difference,
        looked,
        dues,
        effects,
        made_from,
        preview_rules.at_short_notice([due for item_id, due in dues if item_id in soon], today=today),
        [due for item_id, due in dues if item_id in late and due.period.due_on < today],
        {row.id: row.title for row in before.rows.values()}
        | {came_from.get(row.id, row.id): row.title for row in after.rows.values()},
    )


def _as_dict(seen: _Seen, *, with_past: bool, page: int = 1) -> dict[str, Any]:
    """An AmendmentPreview."""
    changed, units = seen.difference.rows, seen.effects.units
    pages = _pages(max(len(changed), len(units)), queries.ROWS)
    page = min(page, pages)
    shown = slice((page - 1) * queries.ROWS, page * queries.ROWS)
    return {
        "checklist_id": seen.amended.id,
        "title": seen.draft.title,
        "level_names": seen.draft.level_names,
        "revision": seen.amended.revision + 1,
        "rows": [row.as_dict() for row in changed[shown]],
        "rows_total": len(changed),
        "units": _units(seen, units[shown]),
        "units_total": len(units),
        "page": page,
        "pages": pages,
        "made": sum(effect.made for effect in seen.effects.units),
        "changed": sum(effect.changed for effect in seen.effects.units),
        "withdrawn": sum(effect.withdrawn for effect in seen.effects.units),
        "hurried": [preview_rules.past_due(due) for due in seen.hurried],
        "overdue": seen.effects.overdue,
        "late": [preview_rules.past_due(due) for due in seen.late],
        "blockers": [blocker.as_dict() for blocker in seen.looked.blockers],
        "version": seen.draft.version,
        "with_past": with_past,
        "seen": seen.fingerprint,
    }


def _units(seen: _Seen, effects: Sequence[Effect]) -> list[dict[str, Any]]:
    """What becomes of the duties of each unit, with the items that it gains and loses by title, as UnitEffects."""
    return [
        effect._asdict()
        | {
            "gains": [seen.titles.get(item_id, "") for item_id in effect.gains],
            "loses": [seen.titles.get(item_id, "") for item_id in effect.loses],
        }
        for effect in effects
    ]


def _amendment_as_dict(one: Amendment) -> dict[str, Any]:
    return {
        "revision": one.revision,
        "reason": one.reason,
        "is_done": one.state == "done",
        "rows": one.rows,
        "rows_total": one.rows_total,
        "units": one.units,
        "units_total": one.units_total,
        "at": one.asked_at.isoformat(),
        "by": {"post": one.asked_by_post, "unit": one.asked_by_unit},
        "made": one.made,
        "changed": one.changed,
        "withdrawn": one.withdrawn,
    }


def _no_amendment(cur: Cursor, draft_id: int) -> NotFound:
    return rows.issued_already(cur, draft_id) or NotFound(NO_AMENDMENT)


def _header(checklist: Checklist) -> Sequence[object]:
    return checklist.title, checklist.level_names, checklist.contact, checklist.document_number


def _locked(cur: Cursor, checklist_id: int) -> Checklist:
    found = issuing_queries.checklist(cur, checklist_id, for_update=True)
    if found is None:
        raise NotFound(NO_CHECKLIST)
    return found
