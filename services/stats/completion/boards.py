"""The completion boards: read from the counters, so that they cost the same whether 40 or 40,000 units are asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from services.stats.completion import kept, pace, queries
from services.stats.completion.completion import Counts, Cutoffs, Group, When, count, cutoffs_on
from services.stats.completion.kept import WHOLE
from services.stats.completion.records import FoundDuty, ItemDuty, Progress
from services.stats.completion.tree import Row, Tree
from shared.database import Cursor
from shared.errors import Invalid, NotFound
from shared.events import ITEM_LEVEL
from shared.light import WORDS, light_of
from shared.text import Text

# A page with more rows is read by nobody.
MAX_UNITS_OF_ITEM = 500
# The townships of a large prefecture on one page.
UNITS_PER_PAGE = 200
# The townships and departments of a county; what a leader reads of a larger place stands on the page of its units.
OVERDUE_UNITS_SHOWN = 60
# Above this many duties, units are not counted one by one for a page: their numbers and names are then None.
MAX_DUTIES_FOR_PROGRESS = 200_000

NO_CHECKLIST = Text(
    "没有找到这份清单，可能还没有下发。",
    "This checklist was not found. Perhaps it has not been issued yet.",
)
TO_COME = Text(
    "不能看将来的日子，请选今天或以前的日子。",
    "A day to come cannot be seen. Please choose today or a day before.",
)
NO_ROW = Text(
    "没有找到这一项，可能刚刚下发，请稍后刷新。",
    "This row was not found. If it has just been issued, please reload in a moment.",
)


def list_boards(cur: Cursor, today: dt.date) -> dict[str, Any]:
    """All checklists that were ever issued, newest year first, each with the number of its overdue duties."""
    overdue = queries.overdue_by_checklist(cur, today)
    return {
        "checklists": [
            row._asdict() | {"overdue": overdue.get(row.checklist_id, 0)}
            for row in queries.checklists_newest_first(cur)
        ]
    }


def seen_on(cur: Cursor, checklist_id: int, as_of: dt.date | None, today: dt.date) -> When:
    """The day that is asked for: today for None. Invalid for one that is to come, or of which nothing is known."""
    if as_of is None or as_of == today:
        return When(today)
    if as_of > today:
        raise Invalid(TO_COME)
    first = queries.first_day(cur, checklist_id)
    if first is None or as_of < first:
        since = first or today
        raise Invalid(
            Text(
                f"这份清单从{since.isoformat()}起才有每日的记录，请选这一天或以后的日子。",
                f"This checklist has daily records from {since.isoformat()} on. Please choose that day or a later one.",
            )
        )
    return When(as_of, is_over=True)


def overview(cur: Cursor, checklist_id: int, as_of: dt.date | None, today: dt.date) -> dict[str, Any]:
    """One checklist, now or as of a day: its counts, and its areas and measures with theirs, and a month ago.

    NotFound when it is unknown; Invalid as `seen_on` says.
    """
    checklist = header(cur, checklist_id)
    when = seen_on(cur, checklist_id, as_of, today)
    tree = Tree(queries.rows_of(cur, checklist_id, when.then))
    groups = queries.item_groups(cur, checklist_id, tree.items(), when.then)
    cutoffs = cutoffs_on(when.day)
    month_ago = end_of_last_month(when.day)
    before = kept.of_day(cur, checklist_id, month_ago)

    def counted(row: Row) -> dict[str, Any]:
        found = list(_of_items(groups, tree.items(row.row_id)))
        return {
            "row_id": row.row_id,
            "title": row.title,
            "counts": count(found, cutoffs).as_dict(),
            "so_far": asdict(pace.due_so_far(found, when.day)),
            "month_ago": asdict(before[row.row_id].pace) if row.row_id in before else None,
        }

    areas = [
        {**counted(area), "measures": [counted(row) for row in tree.children(area.row_id)]}
        for area in tree.children(None)
    ]
    everything = list(_of_items(groups, tree.items()))
    return {
        "checklist": checklist,
        "today": when.day.isoformat(),
        **freshness(cur, when),
        "first_day": _iso(queries.first_day(cur, checklist_id)),
        "totals": count(everything, cutoffs).as_dict(),
        "areas": areas,
        **_how_far(everything, when.day),
        "month_ago": ({"until": month_ago.isoformat(), **asdict(before[WHOLE].pace)} if WHOLE in before else None),
        "trend": _trend(cur, checklist_id, everything, when.day),
        **_overdue_by_unit(cur, checklist_id, when),
    }


def end_of_last_month(day: dt.date) -> dt.date:
    """The last day of the month before the one of `day`."""
    return day.replace(day=1) - dt.timedelta(days=1)


def freshness(cur: Cursor, when: When) -> dict[str, Any]:
    """Up to which moment events are counted, and the day that is over of which the board is, null for now."""
    as_of = queries.newest_event_at(cur)
    return {"as_of": as_of.isoformat() if as_of and not when.is_over else None, "then": _iso(when.then)}


def _iso(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()


def _how_far(groups: Sequence[Group], today: dt.date) -> dict[str, Any]:
    monday, sunday = pace.week_of(today)
    week = pace.due_between(groups, monday, sunday)
    return {
        "so_far": asdict(pace.due_so_far(groups, today)),
        "this_week": {"first": monday.isoformat(), "last": sunday.isoformat(), **asdict(week)},
    }


def _trend(cur: Cursor, checklist_id: int, groups: Sequence[Group], today: dt.date) -> list[dict[str, Any]]:
    """The ends of the weeks before as they were kept, and today; weeks before the first event are left out."""
    *ends, _ = pace.ends_of_weeks(today)
    points = [*kept.of_whole(cur, checklist_id, ends), (today, pace.due_so_far(groups, today))]
    return [{"until": until.isoformat(), **asdict(found)} for until, found in points]


def _overdue_by_unit(cur: Cursor, checklist_id: int, when: When) -> dict[str, Any]:
    found = queries.overdue_units(cur, checklist_id, when, limit=OVERDUE_UNITS_SHOWN)
    return {
        "overdue_units": [
            {"unit_id": unit.unit_id, "name": unit.name, "duties": unit.duties, "since": unit.since.isoformat()}
            for unit in found
        ],
        "overdue_units_total": found[0].units_total if found else 0,
    }


def row_board(cur: Cursor, row_id: int, as_of: dt.date | None, today: dt.date) -> dict[str, Any]:
    """One row with its children; `units_done` of `units_total` have done all that the child asks of them so far."""
    checklist, tree, when = _of_row(cur, row_id, as_of, today)
    children = tree.children(row_id)
    items = tree.items(row_id)
    groups = queries.item_groups(cur, checklist["checklist_id"], items, when.then)
    progress = _progress(cur, groups, {child.row_id: tree.items(child.row_id) for child in children}, when)
    cutoffs = cutoffs_on(when.day)
    return {
        **_place(cur, checklist, tree, row_id, when),
        "counts": count(_of_items(groups, items), cutoffs).as_dict(),
        "children": [
            {
                "row_id": child.row_id,
                "level": child.level,
                "title": child.title,
                "counts": _counts(tree, groups, child, cutoffs).as_dict(),
                **_progress_fields(progress, child.row_id),
            }
            for child in children
        ],
    }


def item_board(cur: Cursor, row_id: int, as_of: dt.date | None, today: dt.date) -> dict[str, Any]:
    """One item with its units, those that still owe something first; `units_more` says how many are left out."""
    checklist, tree, when = _of_row(cur, row_id, as_of, today)
    if tree.row(row_id).level != ITEM_LEVEL:
        raise NotFound(NO_ROW)
    groups = queries.item_groups(cur, checklist["checklist_id"], [row_id], when.then)
    progress = _progress(cur, groups, {row_id: [row_id]}, when)
    duties, units_found = queries.duties_of_item(cur, row_id, when.then, limit=MAX_UNITS_OF_ITEM)
    return {
        **_place(cur, checklist, tree, row_id, when),
        "counts": count(_of_items(groups, [row_id]), cutoffs_on(when.day)).as_dict(),
        **_progress_fields(progress, row_id),
        "units": _by_unit(duties, when.day),
        "units_more": max(units_found - MAX_UNITS_OF_ITEM, 0),
    }


def units_board(
    cur: Cursor, checklist_id: int, today: dt.date, *, as_of: dt.date | None, kind: str | None, text: str, page: int
) -> dict[str, Any]:
    """Units in directory order: by code, whatever their results. A page after the last one is the last."""
    checklist = header(cur, checklist_id)
    when = seen_on(cur, checklist_id, as_of, today)
    total = queries.count_units_with_duties(cur, checklist_id, kind=kind, text=text)
    pages = pages_for(total, UNITS_PER_PAGE)
    page = min(page, pages)
    units = queries.units_with_duties(
        cur, checklist_id, kind=kind, text=text, limit=UNITS_PER_PAGE, offset=(page - 1) * UNITS_PER_PAGE
    )
    groups = queries.unit_groups(cur, checklist_id, [unit.unit_id for unit in units], when.then)
    cutoffs = cutoffs_on(when.day)
    return {
        "units": [
            {**unit._asdict(), "counts": count(groups.get(unit.unit_id, []), cutoffs).as_dict()} for unit in units
        ],
        "checklist": checklist,
        **freshness(cur, when),
        "total": total,
        "page": page,
        "pages": pages,
    }


def header(cur: Cursor, checklist_id: int) -> dict[str, Any]:
    """The checklist as a dict; NotFound when no event has told of it."""
    found = queries.checklist(cur, checklist_id)
    if found is None:
        raise NotFound(NO_CHECKLIST)
    return found._asdict()


def pages_for(total: int, size: int) -> int:
    """How many pages of `size` hold `total` things; at least one."""
    return max(-(-total // size), 1)


def _of_row(cur: Cursor, row_id: int, as_of: dt.date | None, today: dt.date) -> tuple[dict[str, Any], Tree, When]:
    checklist_id = queries.checklist_of_row(cur, row_id)
    if checklist_id is None:
        raise NotFound(NO_ROW)
    when = seen_on(cur, checklist_id, as_of, today)
    tree = Tree(queries.rows_of(cur, checklist_id, when.then))
    if row_id not in tree:
        raise NotFound(NO_ROW)
    return header(cur, checklist_id), tree, when


def _place(cur: Cursor, checklist: dict[str, Any], tree: Tree, row_id: int, when: When) -> dict[str, Any]:
    row = tree.row(row_id)
    return {
        "checklist": checklist,
        **freshness(cur, when),
        "row": {"row_id": row_id, "level": row.level, "number": tree.number(row_id), "title": row.title},
        "ancestors": [
            {"row_id": above.row_id, "level": above.level, "title": above.title} for above in tree.ancestors(row_id)
        ],
    }


def _of_items(groups: Mapping[int, list[Group]], item_ids: Iterable[int]) -> Iterable[Group]:
    return (group for item_id in item_ids for group in groups.get(item_id, []))


def _counts(tree: Tree, groups: Mapping[int, list[Group]], row: Row, cutoffs: Cutoffs) -> Counts:
    return count(_of_items(groups, tree.items(row.row_id)), cutoffs)


def _progress(
    cur: Cursor, groups: Mapping[int, list[Group]], items_by_row: Mapping[int, list[int]], when: When
) -> dict[int, Progress] | None:
    duties = sum(group.duties for found in groups.values() for group in found)
    return queries.progress_by_row(cur, items_by_row, when) if duties <= MAX_DUTIES_FOR_PROGRESS else None


def _progress_fields(progress: Mapping[int, Progress] | None, row_id: int) -> dict[str, Any]:
    if progress is None:
        return {
            "units_done": None,
            "units_total": None,
            "missing": [],
            "missing_more": None,
            "pending": [],
            "pending_more": None,
        }
    found = progress.get(row_id) or Progress(0, 0, [], 0, [], 0)
    return {
        "units_done": found.units_done,
        "units_total": found.units_total,
        "missing": found.missing,
        "missing_more": found.missing_more,
        "pending": found.pending,
        "pending_more": found.pending_more,
    }


def _by_unit(duties: Iterable[ItemDuty], today: dt.date) -> list[dict[str, Any]]:
    units: dict[int, dict[str, Any]] = {}
    for duty in duties:
        unit = units.setdefault(duty.unit_id, {"unit_id": duty.unit_id, "name": duty.name, "duties": []})
        unit["duties"].append({"duty_id": duty.duty_id, "period": duty.period, **lit(duty, today)})
    return list(units.values())


def lit(duty: ItemDuty | FoundDuty, today: dt.date) -> dict[str, Any]:
    """Due date, light, its word and its reason, and how far the parts are of what its unit has split."""
    found = light_of(
        duty.state,
        duty.due_on,
        today,
        done_on=duty.done_on,
        is_blocked=duty.is_blocked,
        paused_on=duty.paused_on,
    )
    return {
        "parts_total": duty.parts_total,
        "parts_done": duty.parts_done,
        "due_on": duty.due_on.isoformat(),
        "light": found.light.value,
        "light_word": WORDS[found.light].as_dict(),
        "reason": found.reason.as_dict(),
        "brief": found.brief.as_dict(),
    }
