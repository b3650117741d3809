"""The calendar of working days in a service's own database: read when a transaction begins, taken over from events.

The table `calendar_year` is in the migrations of each service that keeps one; tasks owns the original. The rules of
lights (`shared/light_tables.py`) are read with it, in the same statement.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import attrgetter
from typing import NamedTuple

from psycopg2.extras import Json

from shared import light_rules, workdays
from shared.database import Cursor
from shared.events import CalendarChanged, NamedDay, Received
from shared.light_rules import LightRules
from shared.newest import newest
from shared.rows import many
from shared.workdays import Calendar, YearTable

MOST_KNOWN = 8
# Stands for the rules of lights, whose fingerprint spells them out, among the years.
_LIGHTS = 0


class _Year(NamedTuple):
    """A stored table; `off` and `worked` are names by ISO date."""

    year: int
    is_announced: bool
    off: dict[str, str]
    worked: dict[str, str]


class _Print(NamedTuple):
    year: int
    fingerprint: str


class _Standing(NamedTuple):
    calendar: Calendar
    lights: LightRules


@contextmanager
def begin(cur: Cursor) -> Iterator[None]:
    """Count, and tell lights, by what the database holds, for the length of a transaction."""
    standing = _load(cur)
    with workdays.by(standing.calendar), light_rules.by(standing.lights):
        yield


def load(cur: Cursor) -> Calendar:
    """The calendar as the database holds it by now."""
    return _load(cur).calendar


def _load(cur: Cursor) -> _Standing:
    """What counts by now.

    One short read each time, so that no two transactions of an order see an older calendar after a newer one; the
    tables themselves are read once per process.
    """
    cur.execute(
        """
        SELECT year, fingerprint FROM calendar_year UNION ALL SELECT %s, rules::text FROM light_table ORDER BY 1
        """,
        (_LIGHTS,),
    )
    found = tuple(many(cur, _Print))
    known = _known.get(found)
    if known is None:
        lights = [one for one in found if one.year == _LIGHTS]
        # By what was read, which may be newer than what was asked for: another transaction came in between.
        read = tables(cur)
        known = _Standing(Calendar.of(read), LightRules.from_text(lights[0].fingerprint if lights else ""))
        found = (*lights, *(_Print(one.year, one.fingerprint()) for one in read))
        # The databases of a process that is all services hold the same, but for moments.
        if len(_known) >= MOST_KNOWN:
            _known.clear()
        _known[found] = known
    return known


# By what tells their tables apart, so that databases with the same tables share one and no others do.
_known: dict[tuple[_Print, ...], _Standing] = {}


def tables(cur: Cursor) -> list[YearTable]:
    """The tables that the database holds, by year."""
    cur.execute("SELECT year, is_announced, off, worked FROM calendar_year ORDER BY year")
    return [YearTable(one.year, one.is_announced, days_of(one.off), days_of(one.worked)) for one in many(cur, _Year)]


def save(cur: Cursor, table: YearTable, version: int) -> None:
    """Keep the table of a year under this version; an older one than what is kept changes nothing."""
    cur.execute(
        """
        INSERT INTO calendar_year (year, version, is_announced, off, worked, fingerprint)
        VALUES (%s, %s, %s, %s, %s, %s)
        ON CONFLICT (year) DO UPDATE SET version = excluded.version, is_announced = excluded.is_announced,
            off = excluded.off, worked = excluded.worked, fingerprint = excluded.fingerprint
        WHERE calendar_year.version < excluded.version
        """,
        (
            table.year,
            version,
            table.is_announced,
            Json(as_json(table.off)),
            Json(as_json(table.worked)),
            table.fingerprint(),
        ),
    )


def apply(cur: Cursor, events: Sequence[Received]) -> None:
    """Take over the tables among `events`, whatever their order; older versions do nothing."""
    facts = [event.data for event in events if isinstance(event.data, CalendarChanged)]
    for fact in newest(facts, key=attrgetter("year"), version=attrgetter("version")):
        save(cur, table_of(fact), fact.version)


def table_of(fact: CalendarChanged) -> YearTable:
    """The table that an event carries."""
    off, worked = ({day.date: day.name for day in days} for days in (fact.off, fact.worked))
    return YearTable(fact.year, fact.is_announced, off, worked)


def event_of(table: YearTable, version: int) -> CalendarChanged:
    """What tells others of a table."""
    off, worked = ([NamedDay(*one) for one in sorted(days.items())] for days in (table.off, table.worked))
    return CalendarChanged(table.year, table.is_announced, off, worked, version)


def days_of(found: Mapping[str, str]) -> dict[dt.date, str]:
    """The days as JSON has them."""
    return {dt.date.fromisoformat(day): name for day, name in sorted(found.items())}


def as_json(days: Mapping[dt.date, str]) -> dict[str, str]:
    """The days for JSON."""
    return {day.isoformat(): name for day, name in sorted(days.items())}
