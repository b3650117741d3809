"""A form with all that belongs to it: the lines of its round, its cells, and what is known of the periods before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.stats.figures.queries import Cell, Known, known
from services.stats.indicators import queries as indicator_queries
from services.stats.indicators.records import Indicator
from services.stats.periods import Period, parse
from services.stats.reports import queries as report_queries
from services.stats.reports.records import RoundLine
from services.stats.submissions import queries
from services.stats.submissions.cells import Before, Meaning, Typed, before, has_total, meaning_of
from services.stats.submissions.records import StoredCell, Submission
from shared.database import Cursor

# As many periods before are shown beside a field.
PAST = 12


@dataclass(frozen=True, slots=True)
class Form:
    """A submission's lines in order with their indicators, its cells, and the facts of the unit's periods before."""

    submission: Submission
    period: Period
    lines: tuple[RoundLine, ...]
    indicators: Mapping[int, Indicator]
    cells: Mapping[int, StoredCell]
    facts: Mapping[Cell, Known]

    @property
    def asked(self) -> list[Indicator]:
        """The indicators in the order of the form."""
        return [self.indicators[line.indicator_id] for line in self.lines]

    def fact(self, indicator_id: int, period: Period) -> Known | None:
        """What is known of the unit's own figure of a period."""
        return self.facts.get(Cell(indicator_id, self.submission.unit_id, period.label))

    def last(self, indicator_id: int) -> Known | None:
        """Last period's figure."""
        return self.fact(indicator_id, self.period.moved(-1))

    def so_far(self, indicator: Indicator) -> Before | None:
        """What the year's periods before come to; None where the indicator has no cumulative in this period."""
        if not has_total(indicator, self.period):
            return None
        known_values: dict[str, Decimal | None] = {
            fact.period: fact.value
            for period in self.period.year_to_date()[:-1]
            if (fact := self.fact(indicator.id, period)) is not None
        }
        return before(known_values, self.period)

    def typed(self, indicator_id: int) -> Typed:
        """What stands in the fields of a line."""
        cell = self.cells.get(indicator_id)
        return cell.fields if cell else Typed()

    def meanings(self, typed: Mapping[int, Typed] | None = None) -> dict[int, Meaning]:
        """What each line says, with what is `typed` anew in the place of what is stored."""
        anew = typed or {}
        return {one.id: meaning_of(anew.get(one.id, self.typed(one.id)), one, self.so_far(one)) for one in self.asked}


def handed_in(form: Form) -> dict[int, Meaning]:
    """What each line of a form says that is not the unit's to change now: the value that accepting makes a fact of.

    A cumulative that was typed may mean another value by now, because a month before it was corrected.
    """
    found = {}
    for one in form.asked:
        cell, so_far = form.cells.get(one.id), form.so_far(one)
        value, before_it = cell.value if cell else None, so_far.sum if so_far else None
        total = None if value is None or before_it is None else before_it + value
        found[one.id] = Meaning(value, total, cell.no_figure if cell else "")
    return found


def load(cur: Cursor, submission: Submission, *, with_past: bool) -> Form:
    """The form of a submission; without its past only what cumulatives and 同上期 need is read."""
    period = parse(submission.period)
    lines = tuple(report_queries.round_lines(cur, [submission.round_id]))
    indicators = indicator_queries.indicators(cur, [line.indicator_id for line in lines])
    cells = {cell.indicator_id: cell for cell in queries.cells(cur, [submission.id])}
    wanted = [
        Cell(line.indicator_id, submission.unit_id, label)
        for line in lines
        for label in _labels(period, indicators[line.indicator_id], with_past=with_past)
    ]
    facts = known(cur, wanted) if wanted else {}
    return Form(submission, period, lines, indicators, cells, facts)


def _labels(period: Period, indicator: Indicator, *, with_past: bool) -> Sequence[str]:
    year = period.year_to_date()[:-1] if has_total(indicator, period) else []
    past = [period.moved(-steps) for steps in range(1, (PAST if with_past else 1) + 1)]
    shown = [period.a_year_before()] if with_past else []
    return sorted({one.label for one in (*year, *past, *shown)})
