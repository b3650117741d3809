"""The completion boards: read from the counters, so that they cost the same whether 40 or 40,000 units are asked."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from services.stats.completion import kept, pace, progress, queries
from services.stats.completion.completion import OPEN_BUCKETS, Bucket, Counts, Cutoffs, Group, When, count, cutoffs_on
from services.stats.completion.kept import WHOLE
from services.stats.completion.lately import Lately
from services.stats.completion.pace import Pace
from services.stats.completion.progress import Counted
from services.stats.completion.records import FoundDuty, ItemDuty, OverdueUnit, Whose
from services.stats.completion.tree import Row, Tree
from shared.database import Cursor
from shared.errors import Invalid, NotFound
from shared.light import ITEM_LEVEL, WORDS, light_of
from shared.text import Text

# The townships of a large prefecture on one page. Of an item with more units the others are a list of pages.
UNITS_PER_PAGE = 200
# The townships and departments of a county; what a leader reads of a larger place stands on the page of its units.
OVERDUE_UNITS_SHOWN = 60
# From so many overdue units on, the first of them are found through the directory sooner than by sorting all.
MANY_UNITS = 1000
_late_units = Lately(time.monotonic)
# Areas and measures: what is kept of each day, and what a board may be narrowed to.
KEPT_LEVELS = (1, 2)

NO_CHECKLIST = Text(
    "没有找到这份清单，可能还没有下发。",
    "This checklist was not found. Perhaps it has not been issued yet.",
)
NO_UNIT = Text("没有找到这个单位。", "This unit was not found.")
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
        raise Invalid.of_fields({"as_of": TO_COME})
    first = queries.first_day(cur, checklist_id)
    if first is None or as_of < first:
        since = first or today
        too_early = Text(
            f"这份清单从{since.isoformat()}起才有每日的记录，请选这一天或以后的日子。",
            f"This checklist has daily records from {since.isoformat()} on. Please choose that day or a later one.",
        )
        raise Invalid.of_fields({"as_of": too_early})
    return When(as_of, is_over=True)


def overview(
    cur: Cursor, checklist_id: int, today: dt.date, *, as_of: dt.date | None, row_id: int | None, unit_id: int | None
) -> dict[str, Any]:
    """One checklist, now or as of a day: its counts, and its areas and measures with theirs, and a month ago.

    `row_id` keeps one area or measure, `unit_id` what one unit owes. NotFound when any is unknown; Invalid as `seen_on`
    says.
    """
    checklist = (header if row_id is None and unit_id is None else header_with_duties)(cur, checklist_id)
    when = seen_on(cur, checklist_id, as_of, today)
    asked = _asked(cur, checklist_id, when, row_id, unit_id)
    groups = asked.groups(when.then)
    cutoffs = cutoffs_on(when.day)
    month_ago = end_of_last_month(when.day)
    before = asked.paces(month_ago)

    def counted(row: Row) -> dict[str, Any]:
        found = list(_of_items(groups, asked.items(row)))
        return {
            "row_id": row.row_id,
            "title": row.title,
            "number": asked.tree.number(row.row_id),
            "counts": count(found, cutoffs).as_dict(),
            "so_far": asdict(pace.due_so_far(found, when.day)),
            "month_ago": asdict(before[key]) if (key := asked.kept_as(row)) in before else None,
        }

    areas = [{**counted(area), "measures": [counted(row) for row in asked.measures(area)]} for area in asked.areas()]
    everything = list(_of_items(groups, asked.item_ids))
    return {
        "checklist": checklist,
        "today": when.day.isoformat(),
        **freshness(cur, when),
        "first_day": _iso(queries.first_day(cur, checklist_id)),
        "row": None if row_id is None else _named(asked.tree, row_id),
        "unit": None if unit_id is None else queries.unit_name(cur, unit_id),
        "totals": count(everything, cutoffs).as_dict(),
        "areas": areas,
        **_how_far(everything, when.day),
        "month_ago": {"until": month_ago.isoformat(), **asdict(before[asked.top])} if asked.top in before else None,
        "trend": _trend(asked, everything, when.day),
        **_overdue_by_unit(cur, checklist_id, asked, when),
    }


@dataclass(frozen=True, slots=True)
class _Asked:
    """What an overview is asked for: all of a checklist, one area or measure of it, or what one unit owes of that."""

    cur: Cursor
    checklist_id: int
    tree: Tree
    row_id: int | None
    unit_id: int | None
    item_ids: list[int]

    @property
    def top(self) -> int:
        return WHOLE if self.row_id is None else self.row_id

    def groups(self, then: dt.date | None) -> dict[int, list[Group]]:
        if self.unit_id is None:
            return queries.item_groups(self.cur, self.checklist_id, self.item_ids, then)
        whose = Whose(self.unit_id)
        return queries.groups_of_units(self.cur, self.checklist_id, self.item_ids, then, whose=whose)

    def items(self, row: Row) -> list[int]:
        asked = frozenset(self.item_ids)
        return [item_id for item_id in self.tree.items(row.row_id) if item_id in asked]

    def kept_as(self, row: Row) -> int:
        """Under which id a row was kept as it is counted here: above the row that is asked for, as that one."""
        return row.row_id if self.row_id is None or row.row_id in self._below() else self.row_id

    def _below(self) -> frozenset[int]:
        if self.row_id is None:
            return frozenset()
        return frozenset({self.row_id, *(row.row_id for row in self.tree.children(self.row_id))})

    def areas(self) -> list[Row]:
        return [area for area in self.tree.children(None) if self.items(area)]

    def measures(self, area: Row) -> list[Row]:
        return [measure for measure in self.tree.children(area.row_id) if self.items(measure)]

    def paces(self, day: dt.date) -> dict[int, Pace]:
        """How far each row was at the end of a day; what one unit owes is counted, the rest was kept."""
        if self.unit_id is None:
            return {row_id: found.pace for row_id, found in kept.of_day(self.cur, self.checklist_id, day).items()}
        first = queries.first_day(self.cur, self.checklist_id)
        if first is None or day < first:
            return {}
        groups = self.groups(day)
        rows = [row for area in self.areas() for row in (area, *self.measures(area))]
        found = {row.row_id: pace.due_so_far(_of_items(groups, self.items(row)), day) for row in rows}
        return {**found, self.top: pace.due_so_far(_of_items(groups, self.item_ids), day)}

    def trend(self, days: Sequence[dt.date]) -> list[tuple[dt.date, Pace]]:
        if self.unit_id is None:
            return kept.of_row(self.cur, self.checklist_id, self.top, days)
        found = ((day, self.paces(day)) for day in days)
        return [(day, paces[self.top]) for day, paces in found if paces]


def _asked(cur: Cursor, checklist_id: int, when: When, row_id: int | None, unit_id: int | None) -> _Asked:
    tree = Tree(queries.rows_of(cur, checklist_id, when.then))
    if row_id is not None and (row_id not in tree or tree.row(row_id).level not in KEPT_LEVELS):
        raise NotFound(NO_ROW)
    if unit_id is not None and queries.unit_name(cur, unit_id) is None:
        raise NotFound(NO_UNIT)
    return _Asked(cur, checklist_id, tree, row_id, unit_id, tree.items(row_id))


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


def _trend(asked: _Asked, groups: Sequence[Group], today: dt.date) -> list[dict[str, Any]]:
    """The ends of the weeks before, and today; weeks before the first event are left out."""
    *ends, _ = pace.ends_of_weeks(today)
    points = [*asked.trend(ends), (today, pace.due_so_far(groups, today))]
    return [{"until": until.isoformat(), **asdict(found)} for until, found in points]


def _overdue_units(cur: Cursor, checklist_id: int, asked: _Asked, when: When) -> list[OverdueUnit]:
    if asked.row_id is None and asked.unit_id is None and not when.is_over:
        total = _late_units.counted(
            (cur.connection.dsn, checklist_id, when.day),
            lambda: queries.count_overdue_units(cur, checklist_id, when.day),
        )
        if total > MANY_UNITS:
            return queries.first_overdue_units(
                cur, checklist_id, when.day, units_total=total, limit=OVERDUE_UNITS_SHOWN
            )
    return queries.overdue_units(
        cur,
        checklist_id,
        when,
        item_ids=None if asked.row_id is None else asked.item_ids,
        unit_id=asked.unit_id,
        limit=OVERDUE_UNITS_SHOWN,
    )


def _overdue_by_unit(cur: Cursor, checklist_id: int, asked: _Asked, when: When) -> dict[str, Any]:
    found = _overdue_units(cur, checklist_id, asked, when)
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
    below = {child.row_id: tree.items(child.row_id) for child in children}
    progresses = _progresses(cur, checklist, groups, below, when)
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
                **_progress_fields(progresses.get(child.row_id)),
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
    progresses = _progresses(cur, checklist, groups, {row_id: [row_id]}, when)
    counted = progresses.get(row_id)
    duties, units_found = _duties_of_item(
        cur,
        checklist["checklist_id"],
        row_id,
        groups.get(row_id, []),
        when,
        units_asked=counted.progress.units_asked if counted and counted.counted_at else None,
    )
    return {
        **_place(cur, checklist, tree, row_id, when),
        "counts": count(_of_items(groups, [row_id]), cutoffs_on(when.day)).as_dict(),
        **_progress_fields(progresses.get(row_id)),
        "units": _by_unit(duties, when.day),
        "units_more": max(units_found - UNITS_PER_PAGE, 0),
    }


def _duties_of_item(
    cur: Cursor, checklist_id: int, row_id: int, groups: Sequence[Group], when: When, *, units_asked: int | None
) -> tuple[list[ItemDuty], int]:
    counted = [group for group in groups if group.bucket is not Bucket.WITHDRAWN]
    if when.is_over or sum(group.duties for group in counted) <= queries.FEW_DUTIES:
        return queries.duties_of_item(cur, row_id, when.then, limit=UNITS_PER_PAGE)
    still_open = sum(group.duties for group in counted if group.bucket in OPEN_BUCKETS)
    found, units = queries.first_duties_of_item(
        cur, checklist_id, row_id, open_duties=still_open, units_asked=units_asked, limit=UNITS_PER_PAGE
    )
    # Fewer than there are: those that the directory does not know yet are missing.
    if not found or len({duty.unit_id for duty in found}) < min(units, UNITS_PER_PAGE):
        return queries.duties_of_item(cur, row_id, when.then, limit=UNITS_PER_PAGE)
    return found, units


def units_board(
    cur: Cursor,
    checklist_id: int,
    today: dt.date,
    *,
    as_of: dt.date | None,
    kind: str | None,
    text: str,
    page: int,
    after: int | None = None,
) -> dict[str, Any]:
    """Units in directory order: by code, whatever their results. A page after the last one is the last.

    `after` is the last unit of the page before: those behind it are found sooner than the same ones by their number.
    """
    checklist = header(cur, checklist_id)
    when = seen_on(cur, checklist_id, as_of, today)
    total = units_total(cur, checklist_id, when, kind, text)
    pages = pages_for(total, UNITS_PER_PAGE)
    last = queries.place_of_unit(cur, after) if after is not None and 1 < page <= pages else None
    page = min(page, pages)
    units = queries.units_with_duties(
        cur,
        checklist_id,
        when.then,
        kind=kind,
        text=text,
        limit=UNITS_PER_PAGE,
        offset=(page - 1) * UNITS_PER_PAGE,
        after=last,
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
        "next_after": units[-1].unit_id if units and page < pages else None,
    }


def units_total(cur: Cursor, checklist_id: int, when: When, kind: str | None, text: str) -> int:
    """How many units the checklist has with `text` in their names; of a large one as it was counted last."""
    if not when.is_over and not text:
        kept = queries.kept_units(cur, checklist_id)
        if kept:
            return sum(one.units for one in kept if kind in (None, one.kind))
    return queries.count_units_with_duties(cur, checklist_id, when.then, kind=kind, text=text)


def header(cur: Cursor, checklist_id: int) -> dict[str, Any]:
    """The checklist as a dict; NotFound when no event has told of it."""
    found = queries.checklist(cur, checklist_id)
    if found is None:
        raise NotFound(NO_CHECKLIST)
    return {**found._asdict(), "dropped_on": _iso(found.dropped_on)}


def header_with_duties(cur: Cursor, checklist_id: int) -> dict[str, Any]:
    """The same for a board that is read from single duties; NotFound, too, when they are not kept any more."""
    found = header(cur, checklist_id)
    if found["dropped_on"] is not None:
        raise NotFound(
            Text(
                f"{found['year']} 年的单项责任自 {found['dropped_on']} 起不再保留，"
                "看板只有数字；每个单位的责任见责任台账。",
                f"Single duties of {found['year']} are not kept on boards since {found['dropped_on']}: "
                "they have numbers alone. What each unit had to do is in the ledger of duties.",
            )
        )
    return found


def _progresses(
    cur: Cursor,
    checklist: Mapping[str, Any],
    groups: Mapping[int, Sequence[Group]],
    below: Mapping[int, Sequence[int]],
    when: When,
) -> dict[int, Counted]:
    """How far each row is; of none where no single duties are kept to look at."""
    if checklist["dropped_on"] is not None:
        return {}
    return progress.of_rows(cur, checklist["checklist_id"], groups, below, when)


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
    return {
        "checklist": checklist,
        **freshness(cur, when),
        "row": _named(tree, row_id),
        "ancestors": [
            {"row_id": above.row_id, "level": above.level, "title": above.title} for above in tree.ancestors(row_id)
        ],
    }


def _named(tree: Tree, row_id: int) -> dict[str, Any]:
    row = tree.row(row_id)
    return {"row_id": row_id, "level": row.level, "number": tree.number(row_id), "title": row.title}


def _of_items(groups: Mapping[int, list[Group]], item_ids: Iterable[int]) -> Iterable[Group]:
    return (group for item_id in item_ids for group in groups.get(item_id, []))


def _counts(tree: Tree, groups: Mapping[int, list[Group]], row: Row, cutoffs: Cutoffs) -> Counts:
    return count(_of_items(groups, tree.items(row.row_id)), cutoffs)


def _progress_fields(counted: Counted | None) -> dict[str, Any]:
    if counted is None:
        return {
            "units_as_of": None,
            "units_done": None,
            "units_total": None,
            "missing": [],
            "missing_more": None,
            "pending": [],
            "pending_more": None,
        }
    found = counted.progress
    return {
        "units_as_of": counted.counted_at.isoformat() if counted.counted_at else None,
        "units_done": found.units_done,
        "units_total": found.units_total,
        "missing": found.missing,
        "missing_more": found.missing_more,
        "pending": found.pending,
        "pending_more": found.pending_more,
    }


def _by_unit(duties: Iterable[ItemDuty], today: dt.date) -> list[dict[str, Any]]:
    units: dict[int, dict[str, Any]] = {}
    lamp = Lamp(today)
    for duty in duties:
        unit = units.setdefault(duty.unit_id, {"unit_id": duty.unit_id, "name": duty.name, "duties": []})
        unit["duties"].append({"duty_id": duty.duty_id, "period": duty.period, **lamp.lit(duty)})
    return list(units.values())


class Lamp:
    """What the duties of one page show on `today`: most of them the same, for they are due on the same day."""

    def __init__(self, today: dt.date) -> None:
        self._today = today
        self._known: dict[tuple[Any, ...], dict[str, Any]] = {}

    def lit(self, duty: ItemDuty | FoundDuty) -> dict[str, Any]:
        """Due date, light, its word and its reason, and how far the parts are of what its unit has split."""
        asked = (duty.state, duty.due_on, duty.done_on, duty.is_blocked, duty.paused_on)
        if asked not in self._known:
            self._known[asked] = self._shown(duty)
        return {"parts_total": duty.parts_total, "parts_done": duty.parts_done, **self._known[asked]}

    def _shown(self, duty: ItemDuty | FoundDuty) -> dict[str, Any]:
        found = light_of(
            duty.state,
            duty.due_on,
            self._today,
            done_on=duty.done_on,
            is_blocked=duty.is_blocked,
            paused_on=duty.paused_on,
        )
        return {
            "due_on": duty.due_on.isoformat(),
            "light": found.light.value,
            "light_word": WORDS[found.light].as_dict(),
            "reason": found.reason.as_dict(),
            "brief": found.brief.as_dict(),
        }
