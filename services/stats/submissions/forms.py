"""Forms with all that belongs to them: the lines of their rounds, their cells, and what is known of the periods before.

Several forms are read with as many statements as one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum, auto
from operator import attrgetter
from typing import TypeVar

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

_Row = TypeVar("_Row")
_round_of: Callable[[RoundLine], int] = attrgetter("round_id")
_submission_of: Callable[[StoredCell], int] = attrgetter("submission_id")


class Past(Enum):
    """How much of the past comes with a form."""

    TOTALS = auto()  # what a typed cumulative is less
    LAST = auto()  # what any cumulative is less, the period before, and what is known of the period itself
    ALL = auto()  # all that stands beside a field


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

    def recorded(self, indicator_id: int) -> Known | None:
        """What is known of the form's own period: of a correction what it corrects."""
        return self.fact(indicator_id, self.period)

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


def load(cur: Cursor, submission: Submission, past: Past) -> Form:
    """The form of a submission."""
    (form,) = load_all(cur, [submission], past)
    return form


def load_all(cur: Cursor, submissions: Sequence[Submission], past: Past) -> list[Form]:
    """The forms of the submissions, in their order."""
    lines = _grouped(report_queries.round_lines(cur, sorted({one.round_id for one in submissions})), _round_of)
    ids = {line.indicator_id for several in lines.values() for line in several}
    indicators = indicator_queries.indicators(cur, sorted(ids))
    cells = _grouped(queries.cells(cur, [one.id for one in submissions]), _submission_of)
    empty = [
        Form(
            submission=one,
            period=parse(one.period),
            lines=tuple(lines.get(one.round_id, ())),
            indicators={line.indicator_id: indicators[line.indicator_id] for line in lines.get(one.round_id, ())},
            cells={cell.indicator_id: cell for cell in cells.get(one.id, ())},
            facts={},
        )
        for one in submissions
    ]
    wanted = sorted({cell for form in empty for cell in _past_cells(form, past)})
    facts = known(cur, wanted) if wanted else {}
    return [replace(form, facts=facts) for form in empty]


def _grouped(rows: Iterable[_Row], key: Callable[[_Row], int]) -> dict[int, list[_Row]]:
    found: dict[int, list[_Row]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


def _past_cells(form: Form, past: Past) -> Iterator[Cell]:
    for one in form.asked:
        for label in _labels(form, one, past):
            yield Cell(one.id, form.submission.unit_id, label)


def _labels(form: Form, indicator: Indicator, past: Past) -> set[str]:
    period = form.period
    is_summed = has_total(indicator, period) and (past is not Past.TOTALS or bool(form.typed(indicator.id).total))
    found = set(period.year_to_date()[:-1]) if is_summed else set()
    if past is not Past.TOTALS:
        found |= {period.moved(-steps) for steps in range((PAST if past is Past.ALL else 1) + 1)}
    if past is Past.ALL:
        found.add(period.a_year_before())
    return {one.label for one in found}
