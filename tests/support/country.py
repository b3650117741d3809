"""A directory as large as a country's, and how much of it is read to answer a call.

Take the fixtures `country` (41,352 units below the small county of `tests/support/tasks.py`) and `reading`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from services.tasks.service import TasksService
from shared.database import Cursor, Database
from shared.rows import value
from tests.support.checklists import fetch, run
from tests.support.postgres import PostgresServer
from tests.support.tasks import Caller, World

TEMPLATE = "country_template"
TOWNSHIPS = 41_352
PER_COUNTY, PER_PROVINCE = 30, 1200

# Provinces below the root, counties below them, townships below those; names as long as they are.
GROW = """
    WITH province AS (
        INSERT INTO unit (code, name, kind, parent_id)
        SELECT 'p' || n, n || '号省人民政府', 'county', %(root)s FROM generate_series(0, %(last)s / %(province)s) AS n
        RETURNING id, substr(code, 2)::integer AS n
    ), county AS (
        INSERT INTO unit (code, name, kind, parent_id)
        SELECT 'c' || c.n, c.n || '号县人民政府', 'county', province.id
        FROM generate_series(0, %(last)s / %(county)s) AS c (n)
        JOIN province ON province.n = c.n / (%(province)s / %(county)s)
        RETURNING id, substr(code, 2)::integer AS n
    )
    INSERT INTO unit (code, name, kind, parent_id, aliases)
    SELECT 't' || lpad(t.n::text, 6, '0'), t.n || '号镇人民政府', 'township', county.id, ARRAY[t.n || '号镇']
    FROM generate_series(0, %(last)s) AS t (n) JOIN county ON county.n = t.n / %(county)s
"""


class Reading(Database):
    """A database that counts the rows of `unit` that PostgreSQL reads, however few of them it hands out."""

    def __init__(self, dsn: str) -> None:
        super().__init__(dsn)
        self.units = 0

    @contextmanager
    def transaction(self) -> Iterator[Cursor]:
        with super().transaction() as cur:
            # What earlier transactions of this connection read is not reported yet and counts as well.
            before = _read(cur)
            yield cur
            self.units += _read(cur) - before

    @contextmanager
    def counted(self) -> Iterator[dict[str, int]]:
        """`found["units"]` afterwards is how many were read within the block."""
        found: dict[str, int] = {}
        before = self.units
        yield found
        found["units"] = self.units - before


def _read(cur: Cursor) -> int:
    cur.execute(
        """
        SELECT coalesce(sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)), 0)::bigint AS rows
        FROM pg_stat_xact_user_tables WHERE relname = 'unit'
        """
    )
    return value(cur, int)


def fill(database: Database, root: int, *, townships: int = TOWNSHIPS) -> None:
    """Put so many townships below the unit `root`, with counties and provinces between."""
    values = {"root": root, "last": townships - 1, "county": PER_COUNTY, "province": PER_PROVINCE}
    run(database, GROW, values)  # type: ignore[arg-type]
    run(database, "ANALYZE")


@pytest.fixture
def reading(tasks_dsn: str) -> Iterator[Reading]:
    database = Reading(tasks_dsn)
    yield database
    database.close()


@pytest.fixture(scope="session")
def country_template(postgres_server: PostgresServer, tasks_template: tuple[str, World]) -> str:
    """The small county with a country's units below it, made once in a process."""
    template, world = tasks_template
    database = Database(postgres_server.create_database(TEMPLATE, template))
    fill(database, world.units["歙县"])
    database.close()
    return TEMPLATE


@pytest.fixture
def country(reading: Reading, world: World) -> Caller:
    """A caller of the service of tasks that has a country's units; `reading` counts for it.

    Whoever takes it has a database with these units as `tasks_db` (`tests/support/tasks.py`).
    """
    assert fetch(reading, "SELECT count(*) FROM unit WHERE kind = 'township'")[0].count > TOWNSHIPS
    return Caller(TasksService(reading), world)


def unit_called(database: Database, name: str) -> Any:
    return fetch(database, "SELECT id, code, name, parent_id FROM unit WHERE name = %s", (name,))[0]
