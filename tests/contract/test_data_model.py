"""docs/data-model.md shows the tables that there are: a migrated database is compared with its diagrams and lists."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg2
import pytest

from services.running.registry import migrate_database, retention_of
from shared.delivery.forgetting import plumbing
from shared.process.settings import DATABASES, SERVICES
from tests.support.markdown import ROOT, page, tables

PAGE = page(ROOT / "docs" / "data-model.md")
PLUMBING = "plumbing"

# One word for what PostgreSQL calls at length.
TYPES = {
    "timestamp with time zone": "timestamptz",
    "timestamp with time zone[]": "timestamptz[]",
    "double precision": "double",
}

ENTITY = re.compile(r"^    (\w+) \{\n(.*?)^    \}$", re.MULTILINE | re.DOTALL)

COLUMNS = """
    SELECT table_.relname, column_.attname, format_type(column_.atttypid, column_.atttypmod),
        array_remove(array_agg(DISTINCT CASE
            WHEN key.contype = 'p' THEN 'PK'
            WHEN key.contype = 'f' THEN 'FK'
            WHEN key.contype = 'u' AND cardinality(key.conkey) = 1 THEN 'UK'
        END), NULL)
    FROM pg_class AS table_
    JOIN pg_attribute AS column_ ON attrelid = table_.oid AND attnum > 0 AND NOT attisdropped
    LEFT JOIN pg_constraint AS key ON conrelid = table_.oid AND attnum = ANY (conkey)
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
        AND relname !~ '^_?yoyo'
    GROUP BY relname, attnum, attname, atttypid, atttypmod
    ORDER BY relname, attnum
"""


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    type: str
    keys: frozenset[str]


Drawn = dict[str, list[Column]]


@pytest.fixture(scope="module", params=DATABASES)
def database(request: pytest.FixtureRequest, postgres_server) -> Iterator[tuple[str, Drawn]]:
    """The name of a service, and the tables of its migrated database."""
    name = f"data_model_{request.param}"
    dsn = postgres_server.create_database(name)
    migrate_database(request.param, dsn)
    connection = psycopg2.connect(dsn)
    with connection, connection.cursor() as cur:
        cur.execute(COLUMNS)
        found: Drawn = {}
        for table, column, kind, keys in cur.fetchall():
            found.setdefault(table, []).append(Column(column, TYPES.get(kind, kind), frozenset(keys)))
    connection.close()
    yield request.param, found
    postgres_server.drop_database(name)


def drawn(section: str) -> Drawn:
    """The entities with columns in the diagrams below one heading of the second level; each is drawn once."""
    found: Drawn = {}
    for above, diagram in PAGE.diagrams():
        for entity in ENTITY.finditer(diagram if above == section else ""):
            assert entity[1] not in found
            found[entity[1]] = [_column(line) for line in entity[2].strip().split("\n")]
    return found


def _column(line: str) -> Column:
    kind, name, *keys = line.replace(",", " ").split()
    return Column(name, kind, frozenset(keys))


def listed(section: str) -> list[str]:
    """The tables that the lists below one heading of the second level explain."""
    _, _, rest = PAGE.text.partition(f"\n## {section}\n")
    below = re.split(r"^## ", rest, flags=re.MULTILINE)[0]
    return [name for table in tables(below) for row in table.rows for name in re.findall(r"`(\w+)`", row[0])]


def test_every_table_and_column_is_drawn_and_no_other(database: tuple[str, Drawn]):
    name, tables_there = database

    assert drawn(name) | drawn(PLUMBING) == tables_there


def test_every_table_is_explained_and_no_other(database: tuple[str, Drawn]):
    name, tables_there = database

    assert sorted(listed(name) + listed("Plumbing")) == sorted(tables_there)


def test_every_table_says_how_long_its_rows_stay(database: tuple[str, Drawn]):
    """A policy, for ever, or no growth of its own: whoever adds a table decides, before it holds a million rows."""
    name, tables_there = database
    rules = retention_of(name) if name in SERVICES else plumbing() + retention_of(name)
    said = {policy.table for policy in rules.policies} | rules.kept.keys() | rules.bounded

    assert said == set(tables_there)
    assert not rules.bounded & ({policy.table for policy in rules.policies} | rules.kept.keys())


def test_a_relation_is_drawn_between_tables_of_the_same_service():
    for above, diagram in PAGE.diagrams():
        ends = re.findall(r"^    (\w+) \S+(?:--|\.\.)\S+ (\w+) : ", diagram, re.MULTILINE)
        assert {name for pair in ends for name in pair} <= set(drawn(above))


def test_every_row_says_who_writes_it_what_it_is_and_when_it_goes():
    rows = [row for table in tables(PAGE.text) if table.header[0] == "table" for row in table.rows]

    assert rows
    assert [row for row in rows if not all(row)] == []
