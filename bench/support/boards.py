"""A stats database full of duties with a year of changes: units by items, issued on one day, closed on many others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from bench.support import ground
from services.stats.completion.store import count_anew
from services.stats.service import StatsService
from shared.database import Database
from tests.support.postgres import PostgresServer

LONG = "-c statement_timeout=0 -c timezone=UTC"
CHECKLIST = 1
FIRST, TODAY = dt.date(2026, 1, 5), dt.date(2026, 11, 28)
ITEMS, MEASURES, PERIODS = 100, 12, 10
# Row ids: areas from 1, measures from 11, tasks from 101, items from 1001.
ROWS = """
    INSERT INTO issued_row (id, checklist_id, parent_id, level, position, title, revision)
    SELECT n, 1, NULL, 1, n, '领域' || n, 1 FROM generate_series(1, 4) AS n
    UNION ALL SELECT 10 + n, 1, 1 + (n - 1) / 3, 2, n, '举措' || n, 1 FROM generate_series(1, %(measures)s) AS n
    UNION ALL SELECT 100 + n, 1, 10 + n, 3, 1, '任务' || n, 1 FROM generate_series(1, %(measures)s) AS n
    UNION ALL SELECT 1000 + n, 1, 101 + n %% %(measures)s, 4, n, '事项' || n, 1 FROM generate_series(1, %(items)s) AS n
"""
# Each item is due in one of ten months; nine of ten duties are submitted around their day and accepted days later.
DUTIES = """
    INSERT INTO duty (id, checklist_id, item_id, unit_id, due_on, done_on, version, is_blocked, state, bucket, period,
        since_day)
    SELECT id, 1, item_id, unit_id, due_on, CASE WHEN is_done THEN submitted_on END,
        CASE WHEN is_done THEN 3 WHEN is_submitted THEN 2 ELSE 1 END, false,
        CASE WHEN is_done THEN 'accepted' WHEN is_submitted THEN 'submitted' ELSE 'issued' END,
        CASE WHEN is_done THEN CASE WHEN submitted_on > due_on THEN 'done_late' ELSE 'done' END
            WHEN is_submitted THEN 'awaiting' ELSE 'open' END, '2026',
        CASE WHEN is_done THEN accepted_on WHEN is_submitted THEN submitted_on ELSE %(first)s::date END
    FROM (
        SELECT *, is_worked AND submitted_on <= %(today)s AS is_submitted,
            is_worked AND accepted_on <= %(today)s AS is_done FROM (
            SELECT (unit_id * 31 + item * 17) %% 10 <> 0 AS is_worked, (unit_id - 1) * %(items)s + item AS id,
                1000 + item AS item_id, unit_id, due_on,
                due_on + spread AS submitted_on, due_on + spread + 1 + unit_id %% 5 AS accepted_on
            FROM generate_series(1, %(units)s) AS unit_id, generate_series(1, %(items)s) AS item,
                LATERAL (SELECT %(first)s::date + 30 + 30 * (item %% %(periods)s) AS due_on,
                    ((unit_id * 7 + item * 13) %% 40 - 28)::integer AS spread) AS days
        ) AS planned
    ) AS made
"""
PAST = """
    INSERT INTO duty_past (duty_id, version, since_day, due_on, done_on, is_blocked, state, bucket)
    SELECT id, 1, %(first)s::date, due_on, NULL::date, false, 'issued', 'open' FROM duty WHERE version > 1
    UNION ALL
    SELECT id, 2, done_on, due_on, done_on, false, 'submitted', 'awaiting' FROM duty WHERE version = 3
"""


@contextmanager
def full_boards(server: PostgresServer, name: str, *, duties: int) -> Iterator[StatsService]:
    """The service with so many duties, `ITEMS` of each unit, and a leader of it with the id 1."""
    database = Database(ground.migrated(server, name, "stats"), options=LONG)
    params = {
        "units": max(duties // ITEMS, 1),
        "items": ITEMS,
        "measures": MEASURES,
        "periods": PERIODS,
        "first": FIRST,
        "today": TODAY,
    }
    with database.transaction() as cur:
        cur.execute(
            "INSERT INTO unit SELECT n, 'B' || lpad(n::text, 6, '0'), '单位' || n, 'township', NULL, true, 1"
            " FROM generate_series(1, %(units)s) AS n",
            params,
        )
        cur.execute(
            "INSERT INTO checklist VALUES (1, '清单', 2026, ARRAY['领域','举措','任务','事项','责任'], 'issued', 1, 1)"
        )
        cur.execute(
            "INSERT INTO person (id, unit_id, roles, is_active, version) VALUES (1, 1, '{leadership}', true, 1)"
        )
        for statement in (ROWS, DUTIES, PAST):
            cur.execute(statement, params)
        count_anew(cur)
        cur.execute("INSERT INTO as_of VALUES (true, %s)", (dt.datetime.combine(TODAY, dt.time(4), dt.UTC),))
    with database.transaction() as cur:
        cur.execute("ANALYZE")
    service = StatsService(database)
    service.today = lambda: TODAY
    yield service
    database.close()
