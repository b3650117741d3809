"""Databases that one test after the other is lent: putting one back as its template is costs a fifth of a new clone.

What a test wrote is deleted, rows of the template that it changed are written again, sequences are set back. A database
in which anything else changed (a table, a right, a setting, statistics), or that has grown large, is dropped.
"""

import select
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from itertools import count
from typing import Any

import psycopg2
from psycopg2 import sql

from shared.database import Database
from tests.support.eventually import eventually
from tests.support.postgres import PostgresServer

# Marks the connections that stay open from test to test; all others are ended between two tests.
KEPT = "kept"
# Deleting more than this takes longer than cloning, and leaves files in which the next tests read in vain.
LARGE = 4_000_000
# What was deleted stays in the files until somebody vacuums, so that each test finds the tables a little longer.
TESTS_PER_DATABASE = 60

TABLES = """
    SELECT relnamespace::regnamespace::text, relname FROM pg_class
    WHERE relkind = 'r' AND relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema')
    ORDER BY oid
"""
SEQUENCES = "SELECT schemaname, sequencename, start_value, last_value FROM pg_sequences"
YOUNGEST = "SELECT pg_current_xact_id()::text::bigint"
# Objects of ours have numbers from 16384 on; what made or changed one is as young as its row.
CATALOGUE = (
    ("pg_class", "oid"),
    ("pg_attribute", "attrelid"),
    ("pg_attrdef", "oid"),
    ("pg_constraint", "oid"),
    ("pg_trigger", "oid"),
    ("pg_proc", "oid"),
    ("pg_type", "oid"),
    ("pg_namespace", "oid"),
)

# Ends the connections that a test opened beside the kept ones, and says how many there were; and whether a kept one is
# still at work, or holds a lock beyond a transaction.
COMPANY = f"""
    SELECT count(CASE WHEN application_name <> '{KEPT}' THEN pg_terminate_backend(pid) END),
        coalesce(bool_or(application_name = '{KEPT}' AND (state <> 'idle'
            OR pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory'))), FALSE)
    FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
# Planning what is asked after each test takes longer than the answer.
OPTIONS = "-c session_replication_role=replica -c plan_cache_mode=force_generic_plan"
UNCHANGED = -1

_names = count(1)


@dataclass(frozen=True, slots=True)
class Template:
    """What a clone is put back to: its tables, the rows of those that have some, as COPY writes them, its objects.

    `statements` are to be prepared in each clone.
    """

    tables: list[tuple[str, str]]
    rows: dict[tuple[str, str], bytes]
    objects: list[int]
    statements: str


@dataclass(slots=True)
class Lent:
    """A database on loan. `database` is a pool whose connections stay open when the next test takes it over."""

    name: str
    uri: str
    database: Database
    administrator: Any
    young: int
    tests: int = field(default=1)


class Library:
    """The databases of one server that wait to be lent, by template."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._waiting: defaultdict[str, list[Lent]] = defaultdict(list)
        self._templates: dict[str, Template] = {}

    @contextmanager
    def lent(self, template: str) -> Iterator[Lent]:
        """A database that is as `template` is, for as long as the context lasts."""
        lent = self._taken(template) or self._made(template)
        try:
            yield lent
        finally:
            if self._is_put_back(lent, self._templates[template]):
                self._waiting[template].append(lent)
            else:
                self._drop(lent)

    def close(self) -> None:
        for waiting in self._waiting.values():
            for lent in waiting:
                self._drop(lent)
        self._waiting.clear()

    def _taken(self, template: str) -> Lent | None:
        while self._waiting[template]:
            lent = self._waiting[template].pop()
            if _answers(lent.administrator):
                lent.tests += 1
                return lent
            # The server was stopped or killed meanwhile; so are the connections that were kept.
            self._drop(lent)
        return None

    def _made(self, template: str) -> Lent:
        name = f"{template.removesuffix('_template')}_{next(_names)}"
        uri = self._server.create_database(name, template)
        nearby = self._server.nearby_uri(name)
        administrator = psycopg2.connect(nearby, options=OPTIONS)
        administrator.autocommit = True
        with administrator.cursor() as cur:
            if template not in self._templates:
                self._templates[template] = _described(cur)
            cur.execute(self._templates[template].statements)
            return Lent(name, uri, Database(f"{nearby}?application_name={KEPT}"), administrator, _youngest(cur))

    def _drop(self, lent: Lent) -> None:
        lent.database.close()
        lent.administrator.close()
        if self._server.is_running:
            self._server.drop_database(lent.name)

    def _is_put_back(self, lent: Lent, template: Template) -> bool:
        if lent.tests >= TESTS_PER_DATABASE or not self._server.is_running:
            return False
        try:
            with lent.administrator.cursor() as cur:
                (is_busy,) = eventually(lambda: _company(cur), message=f"somebody stays in {lent.name}")
                if is_busy:
                    return False
                objects, sizes = _looked(cur, template, lent.young)
                if objects != template.objects or sum(sizes.values()) > LARGE:
                    return False
                lent.young = _put_back(cur, list(sizes), template)
        except psycopg2.Error:
            return False
        return True


def _answers(connection: Any) -> bool:
    """Whether the server is the one that it was: from one that ends comes the end of the connection."""
    return not select.select([connection], [], [], 0)[0]


def _described(cur: Any) -> Template:
    cur.execute(TABLES)
    rows, empty = {}, []
    for table in cur.fetchall():
        written = BytesIO()
        cur.copy_expert(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(*table)), written)
        if written.getvalue():
            rows[table] = written.getvalue()
        else:
            empty.append(table)
    cur.execute(sql.SQL("SELECT {}").format(_objects(sql.Literal(_youngest(cur)))))
    (objects,) = cur.fetchone()
    cur.execute(SEQUENCES)
    prepared = (
        sql.SQL("PREPARE company AS {}").format(sql.SQL(COMPANY)),
        sql.SQL("PREPARE look (bigint) AS SELECT {}, ARRAY[{}]").format(
            _objects(sql.SQL("$1")),
            sql.SQL(", ").join([*map(_size_of_filled, empty), *map(_size_of_changed, rows.items())]),
        ),
        sql.SQL("PREPARE reset AS {}").format(_reset(cur.fetchall())),
    )
    return Template([*empty, *rows], rows, objects, sql.SQL("; ").join(prepared).as_string(cur))


def _youngest(cur: Any) -> int:
    """The number of this transaction: rows written from now on have one that is greater."""
    cur.execute(YOUNGEST)
    return int(cur.fetchone()[0])


def _objects(young: sql.Composable) -> sql.Composed:
    """How many objects each catalogue has, and how many of them are younger than `young`; statistics, settings.

    Statistics choose plans, which some tests are about.
    """
    counts = sql.SQL(", ").join(
        sql.SQL(
            "(SELECT count(*) + 1000000 * count(*) FILTER (WHERE xmin::text::bigint > {}) FROM {} WHERE {} >= 16384)"
        ).format(young, sql.Identifier(catalogue), sql.Identifier(key))
        for catalogue, key in CATALOGUE
    )
    settings = sql.SQL(
        "(SELECT sum(reltuples)::bigint FROM pg_class WHERE oid >= 16384),"
        " (SELECT count(*) FROM pg_db_role_setting JOIN pg_database ON setdatabase = pg_database.oid"
        " WHERE datname = current_database()),"
        " (SELECT datconnlimit FROM pg_database WHERE datname = current_database())"
    )
    return sql.SQL("ARRAY[{}, {}]").format(counts, settings)


def _size_of_filled(table: tuple[str, str]) -> sql.Composed:
    """The size of a table that is to be empty, where it is not."""
    return _size(table, sql.SQL("EXISTS (SELECT FROM {})").format(sql.Identifier(*table)))


def _size_of_changed(described: tuple[tuple[str, str], bytes]) -> sql.Composed:
    """The size of a table that has rows in the template, where it has others."""
    table, rows = described
    is_changed = sql.SQL("(SELECT count(*) <> {} OR coalesce(max(xmin::text::bigint), 0) > $1 FROM {})")
    return _size(table, is_changed.format(sql.Literal(rows.count(b"\n")), sql.Identifier(*table)))


def _size(table: tuple[str, str], is_changed: sql.Composed) -> sql.Composed:
    name = sql.Literal(_quoted(table))
    return sql.SQL("CASE WHEN {} THEN pg_relation_size({}) ELSE {} END").format(
        is_changed, name, sql.Literal(UNCHANGED)
    )


def _quoted(name: tuple[str, str]) -> str:
    schema, own = name
    return f'"{schema}"."{own}"'


def _reset(sequences: list[tuple[str, str, int, int | None]]) -> sql.Composed:
    """Set back each sequence that is not where it was."""
    were = sql.SQL(", ").join(
        sql.SQL("({}::regclass, {}::bigint, {}::bigint)").format(
            sql.Literal(_quoted((schema, name))), sql.Literal(start), sql.Literal(last)
        )
        for schema, name, start, last in sequences
    )
    return sql.SQL(
        "SELECT setval(name, coalesce(last, start), last IS NOT NULL) FROM (VALUES {}) AS was (name, start, last)"
        " WHERE pg_sequence_last_value(name) IS DISTINCT FROM last"
    ).format(were)


def _company(cur: Any) -> tuple[bool] | None:
    """Whether a kept connection is busy; None as long as there are others, which are told to go."""
    cur.execute("EXECUTE company")
    strangers, is_busy = cur.fetchone()
    return None if strangers else (is_busy,)


def _looked(cur: Any, template: Template, young: int) -> tuple[list[int], dict[tuple[str, str], int]]:
    """How many objects there are, and the tables in which somebody wrote, with their sizes."""
    cur.execute("EXECUTE look (%s)", [young])
    objects, sizes = cur.fetchone()
    return objects, {table: size for table, size in zip(template.tables, sizes, strict=True) if size != UNCHANGED}


def _put_back(cur: Any, changed: list[tuple[str, str]], template: Template) -> int:
    """Make the tables and sequences what they were; the number from which on rows are new."""
    deletes = sql.SQL("; ").join(sql.SQL("DELETE FROM {}").format(sql.Identifier(*table)) for table in changed)
    if changed:
        cur.execute(deletes)
    for table in changed:
        if table in template.rows:
            copy = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(*table))
            cur.copy_expert(copy, BytesIO(template.rows[table]))
    cur.execute(f"EXECUTE reset; {YOUNGEST}")
    return int(cur.fetchone()[0])
