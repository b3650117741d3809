"""What other sources published for one period, entered on one page: many figures, their source once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from services.stats import numbers, periods
from services.stats.figures import answers, queries, reading
from services.stats.figures.adding import NO_REASON, NO_TOP, check_over, external_fact, not_external
from services.stats.figures.recording import record
from services.stats.figures.records import Cell, Known, NewFact, UnitName
from services.stats.figures.rolling import Book
from services.stats.figures.store import hold_clock
from services.stats.indicators.kinds import IndicatorType
from services.stats.indicators.records import Indicator
from shared.calling.calls import Context
from shared.database import Cursor
from shared.errors import Invalid, NotFound
from shared.text import Text

# As many units as one page has fields for; the figures of more come by a file.
MOST_UNITS = 200

NOTHING_TYPED = Text("请至少填写一个数。", "Please fill in at least one figure.")


class Entry(NamedTuple):
    """One field of the page: whose figure of what."""

    indicator: Indicator
    unit: UnitName


def offered(cur: Cursor, *, period: str, indicator_id: int | None) -> dict[str, Any]:
    """The published figures of a period, as far as they are known, and the source of the one that was entered last.

    All indicators of the top unit, or one indicator of the townships and of whoever else has it. NotFound, Invalid for
    what is no indicator, and none of these.
    """
    book = reading.book(cur)
    top = queries.top_unit(cur)
    if top is None:
        raise NotFound(NO_TOP)
    entries = _entries(cur, book, top, period, indicator_id)
    known = queries.known(cur, [_cell(one, period) for one in entries])
    return {
        "period": period,
        "source": queries.last_source(cur, [one.indicator.id for one in entries]),
        "indicators": [answers.of_indicator(one) for one in _external(book)],
        "entries": [_shown(one, known.get(_cell(one, period))) for one in entries],
    }


def record_several(
    cur: Cursor,
    context: Context,
    *,
    today: dt.date,
    period: str,
    source: str,
    reason: str,
    figures: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """Record what was typed, all of it or nothing; what is left empty or is known already changes nothing.

    Invalid with a sentence per figure, named `typed-<indicator>-<unit>`, and for a period that is not over on `today`.
    """
    check_over(period, today)
    book = reading.book(cur)
    units = {one.id: one for one in queries.units(cur, sorted({figure["unit_id"] for figure in figures}))}
    hold_clock(cur)
    facts, wrong = _read(book, units, figures, period=period, source=source, reason=reason)
    if wrong:
        raise Invalid.of_fields(wrong)
    if not facts:
        raise Invalid(NOTHING_TYPED)
    known = queries.known(cur, [fact.cell for fact in facts])
    if not reason and any(fact.cell in known and known[fact.cell].value != fact.value for fact in facts):
        raise Invalid.of_fields({"reason": NO_REASON})
    new = [fact for fact in facts if fact.cell not in known or known[fact.cell].value != fact.value]
    record(cur, new, who=context.signed_in.signature, correlation_id=context.correlation_id)
    return {"period": period, "recorded": len(new)}


def _read(
    book: Book,
    units: Mapping[int, UnitName],
    figures: Sequence[Mapping[str, Any]],
    *,
    period: str,
    source: str,
    reason: str,
) -> tuple[list[NewFact], dict[str, Text]]:
    facts: list[NewFact] = []
    wrong: dict[str, Text] = {}
    for figure in figures:
        name = f"typed-{figure['indicator_id']}-{figure['unit_id']}"
        indicator, unit = book.by_id.get(figure["indicator_id"]), units.get(figure["unit_id"])
        if indicator is None or unit is None:
            wrong[name] = reading.NO_INDICATOR if indicator is None else reading.NO_UNIT
            continue
        read = numbers.read(figure["typed"], indicator.wanted)
        said = _complaint(indicator, period) or read.problem
        if said is not None:
            wrong[name] = said
        elif read.value is not None:
            facts.append(external_fact(indicator, unit, period=period, value=read.value, source=source, reason=reason))
    return facts, wrong


def _complaint(indicator: Indicator, period: str) -> Text | None:
    if not _is_external(indicator):
        return not_external(indicator)
    return None if periods.parse(period).kind is indicator.period_kind else reading.other_period(indicator)


def _entries(cur: Cursor, book: Book, top: UnitName, period: str, indicator_id: int | None) -> list[Entry]:
    kind = periods.parse(period).kind
    if indicator_id is None:
        return [Entry(one, top) for one in _external(book) if one.period_kind is kind]
    reading.check_indicator(book, indicator_id)
    indicator = book.by_id[indicator_id]
    if (said := _complaint(indicator, period)) is not None:
        raise Invalid.of_fields({"period" if _is_external(indicator) else "indicator_id": said})
    found = queries.townships(cur, top.id, [indicator.id], limit=MOST_UNITS)
    return [Entry(indicator, UnitName(one.id, one.code, one.name, one.parent_id)) for one in found if one.is_active]


def _external(book: Book) -> list[Indicator]:
    return [one for one in book.by_id.values() if _is_external(one)]


def _is_external(indicator: Indicator) -> bool:
    return indicator.type is IndicatorType.EXTERNAL and not indicator.formula


def _cell(entry: Entry, period: str) -> Cell:
    return Cell(entry.indicator.id, entry.unit.id, period)


def _shown(entry: Entry, known: Known | None) -> dict[str, Any]:
    return {
        "indicator": answers.of_indicator(entry.indicator),
        "unit": answers.of_unit(entry.unit),
        "value": answers.written(known.value if known else None, entry.indicator.decimals),
    }
