"""Databases that one test after the other is lent: putting one back as its template is costs a fifth of a new clone.

What a test wrote is deleted, rows of the template that it changed are written again, sequences are set back. A database
in which anything else changed (a table, a right, a setting, statistics), or that has grown large, is dropped.
"""

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

_names = count(1)


@dataclass(frozen=True, slots=True)
class Template:
    """What a clone is put back to: rows of tables that have some, as COPY writes them, and the empty tables' names."""

    rows: dict[tuple[str, str], bytes]
    empty: list[tuple[str, str]]
    sequences: dict[tuple[str, str], int | None]
    objects: tuple[int, ...]


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
        administrator = psycopg2.connect(nearby, options="-c session_replication_role=replica")
        administrator.autocommit = True
        with administrator.cursor() as cur:
            if template not in self._templates:
                self._templates[template] = _described(cur)
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
                eventually(lambda: not _strangers_told_to_go(cur), message=f"somebody stays in {lent.name}")
                if _has_busy(cur) or _objects(cur, lent.young) != template.objects:
                    return False
                changed = _changed(cur, template, lent.young)
                if _size(cur, changed) > LARGE:
                    return False
                lent.administrator.autocommit = False
                with lent.administrator:
                    _put_back(cur, changed, template)
                lent.administrator.autocommit = True
                lent.young = _youngest(cur)
        except psycopg2.Error:
            return False
        return True


def _answers(connection: Any) -> bool:
    try:
        with connection.cursor() as cur:
            cur.execute("SELECT 1")
    except psycopg2.Error:
        return False
    return True


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
    return Template(rows, empty, _sequences(cur), _objects(cur, _youngest(cur)))


def _sequences(cur: Any) -> dict[tuple[str, str], int | None]:
    cur.execute(SEQUENCES)
    return {(schema, name): last for schema, name, _, last in cur.fetchall()}


def _youngest(cur: Any) -> int:
    """The number of this transaction: rows written from now on have one that is greater."""
    cur.execute("SELECT pg_current_xact_id()::text::bigint")
    return int(cur.fetchone()[0])


def _objects(cur: Any, young: int) -> tuple[int, ...]:
    """How many objects each catalogue has, and how many of them are younger than `young`; statistics, settings.

    Statistics choose plans, which some tests are about.
    """
    counts = sql.SQL(", ").join(
        sql.SQL(
            "(SELECT count(*) + 1000000 * count(*) FILTER (WHERE xmin::text::bigint > {}) FROM {} WHERE {} >= 16384)"
        ).format(sql.Literal(young), sql.Identifier(catalogue), sql.Identifier(key))
        for catalogue, key in CATALOGUE
    )
    settings = sql.SQL(
        "(SELECT sum(reltuples)::bigint FROM pg_class WHERE oid >= 16384),"
        " (SELECT count(*) FROM pg_db_role_setting JOIN pg_database ON setdatabase = pg_database.oid"
        " WHERE datname = current_database()),"
        " (SELECT datconnlimit FROM pg_database WHERE datname = current_database())"
    )
    cur.execute(sql.SQL("SELECT {}, {}").format(counts, settings))
    return tuple(cur.fetchone())


def _changed(cur: Any, template: Template, young: int) -> list[tuple[str, str]]:
    """The tables in which somebody wrote."""
    tables = [*template.empty, *template.rows]
    holds = [sql.SQL("EXISTS (SELECT FROM {})").format(sql.Identifier(*table)) for table in template.empty]
    differs = [
        sql.SQL("(SELECT count(*) <> {} OR coalesce(max(xmin::text::bigint), 0) > {} FROM {})").format(
            sql.Literal(rows.count(b"\n")), sql.Literal(young), sql.Identifier(*table)
        )
        for table, rows in template.rows.items()
    ]
    cur.execute(sql.SQL("SELECT ARRAY[{}]").format(sql.SQL(", ").join([*holds, *differs])))
    return [table for table, is_changed in zip(tables, cur.fetchone()[0], strict=True) if is_changed]


def _size(cur: Any, tables: list[tuple[str, str]]) -> int:
    sizes = [sql.SQL("pg_relation_size({})").format(sql.Literal(f'"{schema}"."{name}"')) for schema, name in tables]
    cur.execute(sql.SQL("SELECT {}").format(sql.SQL(" + ").join([sql.Literal(0), *sizes])))
    return int(cur.fetchone()[0])


def _put_back(cur: Any, changed: list[tuple[str, str]], template: Template) -> None:
    if changed:
        deletes = [sql.SQL("DELETE FROM {}").format(sql.Identifier(*table)) for table in changed]
        cur.execute(sql.SQL("; ").join(deletes))
    for table in changed:
        if table in template.rows:
            copy = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(*table))
            cur.copy_expert(copy, BytesIO(template.rows[table]))
    cur.execute(SEQUENCES)
    sets = [
        sql.SQL("SELECT setval({}, {}, {})").format(
            sql.Literal(f'"{schema}"."{name}"'), sql.Literal(was or start), sql.Literal(was is not None)
        )
        for schema, name, start, last in cur.fetchall()
        if last != (was := template.sequences[schema, name])
    ]
    if sets:
        cur.execute(sql.SQL("; ").join(sets))


def _strangers_told_to_go(cur: Any) -> int:
    """End the connections that a test opened beside the kept ones; how many there were."""
    cur.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name <> %s",
        [KEPT],
    )
    return int(cur.rowcount)


def _has_busy(cur: Any) -> bool:
    """Whether a kept connection is still at work, or holds a lock beyond a transaction."""
    cur.execute(
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND (state <> 'idle' OR pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory')))"
    )
    return bool(cur.fetchone()[0])
