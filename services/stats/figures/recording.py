"""Figures become known here and nowhere else: facts are appended, added up the tree, and announced, all in one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from services.stats.figures import queries, store
from services.stats.figures.records import Adjustment, Known, NewFact, Origin, Stored
from services.stats.indicators.records import Indicator
from shared.actor import Signature
from shared.database import Cursor
from shared.delivery import outbox
from shared.figure_events import MOST_FACTS, FactsRecorded, RecordedFact

__all__ = ["NewFact", "Origin", "record"]

# The origin that an event names for what was added to a sum.
ADJUSTMENT = "adjustment"


def record(cur: Cursor, facts: Sequence[NewFact], *, who: Signature, correlation_id: str) -> dt.datetime:
    """Append those of `facts` that say something new of their cells; return since when they are known.

    Of several facts of one cell the last one counts. Others who record wait until the caller commits, so this comes
    late in a transaction, and every lock that it needs besides has been taken before.
    """
    since = store.take_clock(cur)
    stored = store.append(cur, _news(cur, facts), since=since, who=who)
    if stored:
        store.add_up(cur, [fact.id for fact in stored])
        outbox.add(cur, list(_events(cur, stored, since)), correlation_id=correlation_id)
    return since


def announce_adjustment(
    cur: Cursor,
    adjustment_id: int,
    adjustment: Adjustment,
    *,
    indicator: Indicator,
    since: dt.datetime,
    correlation_id: str,
) -> None:
    """Tell what was added to a sum."""
    told = RecordedFact(
        fact_id=adjustment_id,
        is_adjustment=True,
        indicator=indicator.code,
        indicator_type=indicator.type.value,
        unit_id=adjustment.unit_id,
        period=adjustment.period,
        value=adjustment.amount,
        known_since=since,
        origin=ADJUSTMENT,
    )
    outbox.add(cur, [FactsRecorded([told])], correlation_id=correlation_id)


def _news(cur: Cursor, facts: Sequence[NewFact]) -> list[NewFact]:
    last = {fact.cell: fact for fact in facts}
    known = queries.known(cur, list(last))
    return [fact for cell, fact in last.items() if cell not in known or _is_new(fact, known[cell])]


def _is_new(fact: NewFact, known: Known) -> bool:
    """Another figure; or the same one out of the unit's own mouth, which no import may change any more."""
    if (known.value, known.no_figure) != (fact.value, fact.no_figure):
        return True
    return known.origin is Origin.IMPORT and fact.origin is not Origin.IMPORT


def _events(cur: Cursor, stored: Sequence[Stored], since: dt.datetime) -> Iterator[FactsRecorded]:
    of = queries.announced(cur, sorted({fact.indicator_id for fact in stored}))
    for start in range(0, len(stored), MOST_FACTS):
        yield FactsRecorded(
            [
                RecordedFact(
                    fact_id=fact.id,
                    is_adjustment=False,
                    indicator=of[fact.indicator_id].code,
                    indicator_type=of[fact.indicator_id].type.value,
                    unit_id=fact.unit_id,
                    period=fact.period,
                    value=fact.value,
                    known_since=since,
                    origin=fact.origin.value,
                )
                for fact in stored[start : start + MOST_FACTS]
            ]
        )
