"""A stats database full of figures: a tree of townships and villages, monthly indicators, a fact for each cell."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal

from bench.support import ground
from services.stats.figures.records import NewFact, Origin
from services.stats.figures.store import count_anew
from shared.database import Database
from tests.support.postgres import PostgresServer

LONG = "-c statement_timeout=0 -c timezone=UTC"
TOP = 1
UNITS_PER_TOWNSHIP = 10


@dataclass(frozen=True, slots=True)
class Full:
    """A database with facts: of each indicator, for each of the periods, from each of the units that report."""

    database: Database
    indicator_ids: list[int]
    unit_ids: list[int]
    periods: list[str]

    def a_fact(self, number: int, value: int) -> NewFact:
        """A figure for the `number`-th of its cells, wherever that is."""
        number, unit = divmod(number, len(self.unit_ids))
        number, period = divmod(number, len(self.periods))
        return NewFact(
            indicator_id=self.indicator_ids[number % len(self.indicator_ids)],
            unit_id=self.unit_ids[unit],
            period=self.periods[period],
            value=Decimal(value),
            origin=Origin.CORRECTION,
            reason="更正",
        )


@contextmanager
def full_database(server: PostgresServer, name: str, *, facts: int, units: int, periods: int) -> Iterator[Full]:
    """At least so many facts; without any where `facts` is 0, and one indicator then."""
    database = Database(ground.migrated(server, name, "stats"), options=LONG)
    labels = [f"{2020 + month // 12}-{month % 12 + 1:02}" for month in range(periods)]
    with database.transaction() as cur:
        cur.execute(
            """
            INSERT INTO unit (id, code, name, kind, parent_id, is_active, version)
            SELECT n, 'B' || n, '单位' || n,
                CASE WHEN n %% %(each)s = 2 OR n = 1 THEN 'township' ELSE 'village' END,
                CASE WHEN n = 1 THEN NULL WHEN n %% %(each)s = 2 THEN 1 ELSE n - (n - 2) %% %(each)s END, true, 1
            FROM generate_series(1, %(units)s + 1) AS n
            """,
            {"each": UNITS_PER_TOWNSHIP, "units": units},
        )
        cur.execute(
            """
            INSERT INTO indicator (code, name, definition, unit_of_measure, decimals, period_kind, type, valid_from)
            SELECT 'B' || n, '指标' || n, '口径', '人', 0, 'month', 'flow', '2020-01-01'
            FROM generate_series(1, %s) AS n RETURNING id
            """,
            (max(1, facts // (units * periods)),),
        )
        indicator_ids = [found for (found,) in cur.fetchall()]
        unit_ids = list(range(2, units + 2))
        if facts:
            cur.execute(
                """
                INSERT INTO fact (indicator_id, unit_id, period, value, known_since, origin)
                SELECT indicator, unit, period, indicator * 7 + unit, now(), 'import'
                FROM unnest(%s::bigint[]) AS indicator, unnest(%s::text[]) AS period, unnest(%s::bigint[]) AS unit
                """,
                (indicator_ids, labels, unit_ids),
            )
            count_anew(cur)
            cur.execute("SET LOCAL statement_timeout = 0")
            cur.execute("ANALYZE")
    yield Full(database, indicator_ids, unit_ids, labels)
    database.close()
