"""Rows and counters as they were on the day of a bulletin, and what they come to by area and measure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from services.stats.bulletin.facts import Coming, Counted, Facts, RowCounted, RowFact
from services.stats.bulletin.spans import Span
from services.stats.completion import queries as completion
from services.stats.completion.completion import Bucket, Group, When, count, cutoffs_on
from services.stats.completion.pace import due_between, due_so_far
from services.stats.completion.tree import Row, Tree
from shared.database import Cursor
from shared.light import Light

AREA, MEASURE = 1, 2
_OPEN = frozenset({Bucket.OPEN, Bucket.OPEN_BLOCKED})


@dataclass(frozen=True, slots=True)
class Then:
    """The rows as they were then, with the counters of their items."""

    facts: list[RowFact]
    tree: Tree
    item_ids: list[int]
    groups: Mapping[int, list[Group]]
    numbers: Mapping[int, str]

    @classmethod
    def of(cls, cur: Cursor, checklist_id: int, when: When, facts: Sequence[RowFact]) -> Then:
        tree = Tree(Row(row.row_id, row.parent_id, row.level, row.position, row.title) for row in facts)
        groups = completion.item_groups(cur, checklist_id, tree.items(), when.then)
        return cls(list(facts), tree, tree.items(), groups, {row.row_id: row.number for row in facts})


def rows_then(cur: Cursor, checklist_id: int, when: When, before: Facts | None) -> Then:
    tree = Tree(rows := completion.rows_of(cur, checklist_id, when.then))
    facts = [RowFact(*row, tree.number(row.row_id)) for row in rows if row.row_id in tree]
    if before is None:
        return Then.of(cur, checklist_id, when, facts)
    known = {row.row_id for row in before.rows}
    # What was added since counted nothing then, unless news of it came late.
    groups = completion.item_groups(cur, checklist_id, tree.items(), when.then)
    added = {row_id for row_id in tree.items() if groups.get(row_id) and row_id not in known}
    with_above = added | {above.row_id for item in added for above in tree.ancestors(item)}
    more = [row for row in facts if row.row_id in with_above - known]
    return Then.of(cur, checklist_id, when, [*before.rows, *more])


class CountedRows:
    """Counts of the whole, of areas and of measures."""

    def __init__(self, then: Then, when: When, span: Span) -> None:
        self.then = then
        self.day = when.day
        self.cutoffs = cutoffs_on(when.day)
        self.in_period = due_between(_groups(then, then.item_ids), span.first_on, span.as_of)

    def of(self, item_ids: Sequence[int]) -> Counted:
        groups = list(_groups(self.then, item_ids))
        counts, so_far = count(groups, self.cutoffs), due_so_far(groups, self.day)
        lights = {light.value: getattr(counts, light.value) for light in Light}
        return Counted(total=counts.total, due=so_far.due, due_done=so_far.done, **lights)

    def by_row(self) -> Iterator[RowCounted]:
        for area in self.then.tree.children(None):
            for row in (area, *self.then.tree.children(area.row_id)):
                if row.level in (AREA, MEASURE):
                    counts = self.of(self.then.tree.items(row.row_id))
                    yield RowCounted(self.then.numbers[row.row_id], row.title, row.level, counts)


def _groups(then: Then, item_ids: Sequence[int]) -> Iterator[Group]:
    return (group for item_id in item_ids for group in then.groups.get(item_id, []))


def coming(then: Then, span: Span) -> Iterator[Coming]:
    """Open duties of the period that follows, by day and then as the checklist is read."""
    found = [
        Coming(item_id, then.numbers[item_id], then.tree.row(item_id).title, due_on, duties)
        for item_id in then.item_ids
        for due_on, duties in _open_on(then.groups.get(item_id, []), span)
    ]
    return iter(sorted(found, key=lambda one: one.due_on))


def _open_on(groups: Sequence[Group], span: Span) -> Iterator[tuple[dt.date, int]]:
    is_coming = [g for g in groups if g.bucket in _OPEN and span.as_of < g.due_on <= span.next_until]
    for due_on, several in groupby(sorted(is_coming, key=lambda g: g.due_on), key=lambda g: g.due_on):
        duties = sum(group.duties for group in several)
        if duties:
            yield due_on, duties
