"""From each number to its duties, page by page. The counters say which items a page falls on; only those are read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from services.stats.completion import queries
from services.stats.completion.boards import NO_ROW, Lamp, freshness, header_with_duties, pages_for, seen_on
from services.stats.completion.completion import (
    Group,
    Span,
    When,
    blocked_spans,
    cutoffs_on,
    narrowed,
    spans_of,
    with_paused,
)
from services.stats.completion.records import FoundDuty, Piece, PlacedDuty, Slice, Whose
from services.stats.completion.tree import Tree
from shared.actor import READERS_OF_ALL, Actor
from shared.database import Cursor
from shared.directory import units_below
from shared.errors import Forbidden, NotFound
from shared.light import Light
from shared.text import Text

# So many are gone over sooner than all that are due on a day are sorted.
MOST_SKIPPED = 250
# What presses is read from the oldest date on; a whole list is read as the checklist is.
PRESSING = frozenset({Light.OVERDUE, Light.DUE_SOON, Light.BLOCKED})

OTHER_UNIT = Text(
    "只能查看本单位及所属单位的责任事项。",
    "You can see the duties of your own unit and the units below it only.",
)
NOT_IN_CHECKLIST = Text("这一项不在这份清单里。", "This row is not in this checklist.")


def find_duties(
    cur: Cursor,
    actor: Actor,
    today: dt.date,
    *,
    checklist_id: int,
    as_of: dt.date | None,
    row_id: int | None,
    unit_id: int | None,
    light: Light | None,
    is_blocked: bool,
    text: str,
    unit_text: str,
    due_from: dt.date | None,
    due_until: dt.date | None,
    page: int,
    size: int,
    after: int | None = None,
) -> dict[str, Any]:
    """Duties in reading order of their items, then by due date and unit code; what presses by due date first of all.

    A page after the last one is the last; where very many are due on a day, it is found sooner behind the duty `after`,
    the last of the page before. `is_blocked` finds the blocked ones alone; without a light the overdue ones among them
    too. `text` is in the titles of their items, `unit_text` in the names of their units.
    """
    checklist = header_with_duties(cur, checklist_id)
    whose = _whose(cur, actor, unit_id, text=unit_text)
    when = seen_on(cur, checklist_id, as_of, today)
    titles, item_ids = _items(cur, checklist_id, row_id, when, text=text)
    spans = narrowed((blocked_spans if is_blocked else spans_of)(light, cutoffs_on(when.day)), due_from, due_until)
    told = (due_from, due_until)
    groups = _groups(cur, checklist_id, item_ids, when, whose=whose, told=told)
    sizes = (_by_date if is_blocked or light in PRESSING else _by_item)(item_ids, groups, spans)
    total = sum(piece.duties for piece in sizes)
    pages = pages_for(total, size)
    page = min(page, pages)
    slices = list(slices_of(sizes, offset=(page - 1) * size, limit=size))
    found = list(_Reading(cur, checklist_id, spans, when, whose, told, after).all(slices))
    lamp = Lamp(when.day)
    return {
        "duties": [_shown(duty, titles[duty.item_id], lamp) for duty in found],
        "checklist": checklist,
        **freshness(cur, when),
        "row": titles.get(row_id) if row_id is not None else None,
        "unit": queries.unit_name(cur, unit_id) if unit_id is not None else None,
        "total": total,
        "page": page,
        "pages": pages,
        "next_after": found[-1].duty_id if found and page < pages else None,
    }


def slices_of(pieces: Sequence[Piece], *, offset: int, limit: int) -> Iterator[Slice]:
    """Cut `limit` duties from `offset` on out of these pieces, laid end to end."""
    for piece in pieces:
        if limit <= 0:
            return
        taken = min(piece.duties - offset, limit)
        if taken > 0:
            yield Slice(piece.item_id, offset, taken, piece.due_on, piece.duties)
            limit -= taken
        offset = max(offset - piece.duties, 0)


@dataclass(frozen=True, slots=True)
class _Reading:
    """How the duties of slices are read, whichever way in the same order; the first may begin behind `after`."""

    cur: Cursor
    checklist_id: int
    spans: Sequence[Span]
    when: When
    whose: Whose | None
    told: tuple[dt.date | None, dt.date | None]
    after: int | None

    def all(self, slices: Iterable[Slice]) -> Iterator[FoundDuty]:
        for is_large, parts in groupby(slices, self._is_large):
            if is_large:
                for part in parts:
                    yield from self._of_large(part)
            else:
                yield from self._sorted(list(parts))

    def _is_large(self, part: Slice) -> bool:
        is_plain = self.whose is None and self.told == (None, None) and not self.when.is_over
        return is_plain and part.due_on is not None and part.duties > queries.FEW_DUTIES

    def _of_large(self, part: Slice) -> list[FoundDuty]:
        last = self._last_before(part) if part.offset else None
        if last is None and part.offset > MOST_SKIPPED:
            return self._sorted([part])
        found = queries.duties_in_directory_order(self.cur, self.checklist_id, part, self.spans, after=last)
        # The counters know of more: of duties whose units the directory does not know yet, which stand behind all.
        return found if len(found) == part.limit else self._sorted([part])

    def _last_before(self, part: Slice) -> PlacedDuty | None:
        """The duty `after` where it is one of the slice's: in no other place can the slice begin behind it."""
        found = None if self.after is None else queries.place_of_duty(self.cur, self.after)
        return found if found and (found.item_id, found.due_on) == (part.item_id, part.due_on) else None

    def _sorted(self, slices: Sequence[Slice]) -> list[FoundDuty]:
        return queries.duties_in_slices(self.cur, slices, self.spans, self.when.then, whose=self.whose, told=self.told)


def _groups(
    cur: Cursor,
    checklist_id: int,
    item_ids: Sequence[int],
    when: When,
    *,
    whose: Whose | None,
    told: tuple[dt.date | None, dt.date | None],
) -> dict[int, list[Group]]:
    """What there is of each item; of what is paused as much as is shown to be due within these days."""
    if whose is None:
        groups = queries.item_groups(cur, checklist_id, item_ids, when.then)
    else:
        groups = queries.groups_of_units(cur, checklist_id, item_ids, when.then, whose=whose)
    if told == (None, None):
        return groups
    paused = queries.paused_groups(cur, item_ids, told, when.then, whose=whose)
    return {
        item_id: with_paused(groups.get(item_id, []), paused.get(item_id, []))
        for item_id in groups.keys() | paused.keys()
    }


def _by_item(item_ids: Sequence[int], groups: Mapping[int, Sequence[Group]], spans: Sequence[Span]) -> list[Piece]:
    """One piece for each item, in the given order; one for each due date where there are very many."""
    found = [Piece(item_id, _size(groups.get(item_id, []), spans)) for item_id in item_ids]
    return [
        part
        for piece in found
        for part in (_by_date([piece.item_id], groups, spans) if piece.duties > queries.FEW_DUTIES else [piece])
    ]


def _by_date(item_ids: Sequence[int], groups: Mapping[int, Sequence[Group]], spans: Sequence[Span]) -> list[Piece]:
    """One piece for each item and due date, the oldest date first, the items of a date in the given order."""
    found = [
        Piece(item_id, _size([group for group in groups.get(item_id, []) if group.due_on == day], spans), day)
        for item_id in item_ids
        for day in {group.due_on for group in groups.get(item_id, [])}
    ]
    return sorted((piece for piece in found if piece.duties), key=lambda piece: piece.due_on or dt.date.max)


def _whose(cur: Cursor, actor: Actor, unit_id: int | None, *, text: str) -> Whose | None:
    """The units whose duties may be shown; None means all."""
    if actor.has_any(READERS_OF_ALL):
        return None if unit_id is None and not text else Whose(unit_id, text=text)
    if unit_id is None:
        return Whose(actor.unit_id, with_below=True, text=text)
    if not units_below(cur, [unit_id], actor.unit_id):
        raise Forbidden(OTHER_UNIT)
    return Whose(unit_id, text=text)


def _items(
    cur: Cursor, checklist_id: int, row_id: int | None, when: When, *, text: str
) -> tuple[dict[int, str], list[int]]:
    """The titles of all rows, and the items below the given one that have `text` in theirs."""
    rows = queries.rows_of(cur, checklist_id, when.then)
    titles = {row.row_id: row.title for row in rows}
    if row_id is not None and row_id not in titles:
        raise NotFound(NO_ROW if queries.checklist_of_row(cur, row_id) is None else NOT_IN_CHECKLIST)
    return titles, [item for item in Tree(rows).items(row_id) if text.lower() in titles[item].lower()]


def _size(groups: Sequence[Group], spans: Sequence[Span]) -> int:
    return sum(
        group.duties
        for group in groups
        for span in spans
        if group.bucket is span.bucket and span.first <= group.due_on <= span.last
    )


def _shown(duty: FoundDuty, item: str, lamp: Lamp) -> dict[str, Any]:
    return {
        "duty_id": duty.duty_id,
        "row_id": duty.item_id,
        "item": item,
        "unit_id": duty.unit_id,
        "unit": duty.unit,
        "period": duty.period,
        **lamp.lit(duty),
    }
