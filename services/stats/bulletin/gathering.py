"""Reads the facts of a bulletin as of its day: duties by the counters of that day, figures as known when it was made.

Of what is read for a bulletin that was made before, rows and units are called as they were called in it, for an
amendment or a new name changes nothing of what was.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TypeVar

from services.stats.bulletin import queries
from services.stats.bulletin.facts import (
    Coming,
    Facts,
    LateRound,
    NamedUnit,
    Overdue,
    Practice,
    TargetFact,
)
from services.stats.bulletin.records import FoundRound
from services.stats.bulletin.spans import Span
from services.stats.bulletin.then import CountedRows, Then, coming, rows_then
from services.stats.completion import queries as completion
from services.stats.completion.boards import header_with_duties, seen_on
from services.stats.completion.completion import When, cutoffs_on, spans_of
from services.stats.completion.drilling import slices_of
from services.stats.completion.records import FoundDuty, Piece
from services.stats.figures import answers as figures
from services.stats.figures import reading as indicators
from services.stats.figures.queries import top_unit
from services.stats.practices.queries import published
from services.stats.targets import queries as target_queries
from services.stats.targets.held import Held
from services.stats.targets.reading import held
from shared.clock import start_of
from shared.database import Cursor
from shared.light import Light
from shared.workdays import is_settled

# Forty sheets of paper; a table with more is read by nobody, and is to be had from the board.
MOST_OVERDUE = 1000

NO_NAME = "（名称未知）"
_Dated = TypeVar("_Dated", Overdue, Coming, LateRound)


def gather(
    cur: Cursor, checklist_id: int, span: Span, today: dt.date, *, known_at: dt.datetime, before: Facts | None = None
) -> Facts:
    """The facts as of the day of the span, figures as they were known at a moment, which is settled first.

    `before` are those of the bulletin that is made again. NotFound for an unknown checklist, Invalid of `as_of` for a
    day to come or before the records.
    """
    checklist = header_with_duties(cur, checklist_id)
    when = seen_on(cur, checklist_id, span.as_of, today)
    then = rows_then(cur, checklist_id, when, before)
    counted = CountedRows(then, when, span)
    names = {} if before is None else _names(before)
    overdue, overdue_total = _overdue(cur, then, when, names)
    rounds = _rounds(cur, span, when)
    found = Facts(
        checklist_id=checklist_id,
        checklist=checklist["title"] if before is None else before.checklist,
        year=checklist["year"],
        first_on=span.first_on,
        as_of=span.as_of,
        is_over=when.is_over,
        known_at=known_at,
        next_until=span.next_until,
        has_townships=_has(cur, then, "township") if before is None else before.has_townships,
        has_departments=_has(cur, then, "department") if before is None else before.has_departments,
        rows=tuple(then.facts),
        counts=counted.of(then.item_ids),
        period_due=counted.in_period.due,
        period_done=counted.in_period.done,
        by_row=tuple(counted.by_row()),
        overdue=tuple(overdue),
        overdue_total=overdue_total,
        coming=tuple(coming(then, span)),
        rounds_due=len(rounds),
        late_rounds=tuple(one for one in _named_rounds(rounds, names) if one.missing),
        targets=tuple(_targets(cur, known_at, when.day)),
        # What was taken back or renamed since was good practice then.
        practices=tuple(good_practice(cur, checklist_id, span)) if before is None else before.practices,
    )
    return _with_marks(found, _may_move if before is None else _marked_in(before).__contains__)


def _with_marks(facts: Facts, may_move: Callable[[dt.date], bool]) -> Facts:
    """The facts, with whether each due date may still move, as it was known when the bulletin was made first."""

    def marked(found: tuple[_Dated, ...]) -> tuple[_Dated, ...]:
        return tuple(replace(one, may_move=may_move(one.due_on)) for one in found)

    return replace(
        facts,
        overdue=marked(facts.overdue),
        coming=marked(facts.coming),
        late_rounds=marked(facts.late_rounds),
    )


def _may_move(due_on: dt.date) -> bool:
    return not is_settled(due_on)


def _marked_in(before: Facts) -> set[dt.date]:
    dated: tuple[Overdue | Coming | LateRound, ...] = (*before.overdue, *before.coming, *before.late_rounds)
    return {one.due_on for one in dated if one.may_move}


def good_practice(cur: Cursor, checklist_id: int, span: Span) -> list[Practice]:
    """What was published as good practice in the span and not taken back since, in the order of publishing."""
    found = published(cur, checklist_id, span.first_on, span.as_of)
    return [Practice(unit=one.unit_name or NO_NAME, title=one.title, text=one.text) for one in found]


def _has(cur: Cursor, then: Then, kind: str) -> bool:
    return queries.has_duties_of(cur, then.item_ids, kind)


def _names(before: Facts) -> dict[int, str]:
    late = (unit for one in before.late_rounds for unit in one.missing)
    return {unit.unit_id: unit.name for unit in late} | {duty.unit_id: duty.unit for duty in before.overdue}


def _overdue(cur: Cursor, then: Then, when: When, names: Mapping[int, str]) -> tuple[list[Overdue], int]:
    """The first of them by item, due date and directory; and how many there are."""
    spans = spans_of(Light.OVERDUE, cutoffs_on(when.day))
    buckets = {span.bucket for span in spans}
    pieces = [
        Piece(
            item_id, sum(g.duties for g in then.groups.get(item_id, []) if g.bucket in buckets and g.due_on < when.day)
        )
        for item_id in then.item_ids
    ]
    slices = list(slices_of(pieces, offset=0, limit=MOST_OVERDUE))
    found = completion.duties_in_slices(cur, slices, spans, when.then, whose=None) if slices else []
    return [_late(then, duty, when.day, names) for duty in found], sum(piece.duties for piece in pieces)


def _late(then: Then, duty: FoundDuty, day: dt.date, names: Mapping[int, str]) -> Overdue:
    return Overdue(
        row_id=duty.item_id,
        number=then.numbers[duty.item_id],
        title=then.tree.row(duty.item_id).title,
        unit_id=duty.unit_id,
        unit=names.get(duty.unit_id) or duty.unit or NO_NAME,
        period=duty.period,
        due_on=duty.due_on,
        days=(day - duty.due_on).days,
    )


def _rounds(cur: Cursor, span: Span, when: When) -> list[list[FoundRound]]:
    """Rounds that were due within the span and before its day, each with the units that were not in at its end."""
    last = when.day - dt.timedelta(days=1)
    until = start_of(when.day + dt.timedelta(days=1))
    found = queries.due_rounds(cur, first=span.first_on, last=last, until=until)
    return [list(rows) for _, rows in groupby(found, key=lambda row: row.round_id)]


def _named_rounds(rounds: Sequence[Sequence[FoundRound]], names: Mapping[int, str]) -> Iterator[LateRound]:
    for rows in rounds:
        one = rows[0]
        missing = [
            NamedUnit(row.unit_id, names.get(row.unit_id) or row.unit or NO_NAME)
            for row in rows
            if row.unit_id is not None
        ]
        yield LateRound(one.round_id, one.report, one.period, one.due_on, one.expected, tuple(missing))


def _targets(cur: Cursor, known_at: dt.datetime, day: dt.date) -> Iterator[TargetFact]:
    book = indicators.book(cur)
    top = top_unit(cur)
    for one in held(cur, book, target_queries.targets(cur, as_of=known_at), as_of=known_at, day=day):
        yield _target(one, "" if top is not None and one.unit.id == top.id else one.unit.name)


def _target(one: Held, unit: str) -> TargetFact:
    at, decimals = one.position, one.indicator.decimals
    return TargetFact(
        target_id=one.target.target_id,
        name=one.indicator.name,
        unit=unit,
        is_part=one.target.whole_id is not None,
        comparator=one.target.comparator,
        value=figures.written(one.target.value, decimals),
        measure=one.indicator.unit_of_measure,
        reached=figures.written(at.value, decimals),
        at=at.at.label if at.at else None,
        share=at.share,
        time=at.time,
        standing=at.standing,
        last_month=one.target.last_month,
        is_invented=one.indicator.is_invented,
    )
