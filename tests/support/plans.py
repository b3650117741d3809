"""Watches how much PostgreSQL goes through for each statement, counted in rows and never in time.

`counted_work()` explains and carries out every statement, and undoes that, before the statement is carried out itself.
What counts is a node of the plan that is gone through again and again: all rows that it read or threw away. Reading a
table in full inside a trigger, as a foreign key without an index does, shows in the statistics of the transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg2.extensions
import pytest

from shared.database import Cursor

EXPLAINED = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
READ_IN_FULL = "SELECT relname, seq_tup_read FROM pg_stat_xact_user_tables WHERE seq_tup_read > 0"
UNVACUUMED = """
    SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname !~ '^_?yoyo'
"""


@dataclass
class Work:
    """What was gone through most: rows by what went through them."""

    rows: dict[str, int] = field(default_factory=dict)

    def note(self, what: str, rows: int) -> None:
        self.rows[what] = max(self.rows.get(what, 0), rows)

    def above(self, bound: int) -> dict[str, int]:
        return {what: rows for what, rows in self.rows.items() if rows > bound}


@contextmanager
def counted_work() -> Iterator[Work]:
    work = Work()
    plain = psycopg2.extensions.cursor.execute

    def execute(cur: Cursor, statement: str | bytes, values: Any = None) -> None:
        whole = statement.decode() if isinstance(statement, bytes) else statement
        setting, text = _setting_first(whole)
        # Of several at once the answer is that of the last one.
        if not text.lstrip().startswith(EXPLAINED) or ";" in text:
            return plain(cur, statement, values)
        said = " ".join(text.split())[:200]
        plain(cur, "SAVEPOINT explained")
        if setting:
            plain(cur, setting)
        before = _read_in_full(cur, plain)
        plain(cur, f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {text}", values)
        (plan,) = cur.fetchone()
        for node in _nodes(plan[0]["Plan"]):
            work.note(f"{_named(node)} in {said}", _gone_through(node))
        for table, rows in _read_in_full(cur, plain).items():
            work.note(f"{table} read in full by {said}", rows - before.get(table, 0))
        plain(cur, "ROLLBACK TO explained")
        return plain(cur, statement, values)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Cursor, "execute", execute)
        yield work


def _setting_first(statement: str) -> tuple[str, str]:
    """What a statement sets for the one behind it, and that one."""
    setting, found, rest = statement.partition(";")
    return (setting, rest) if found and setting.lstrip().startswith("SET LOCAL ") else ("", statement)


def without_autovacuum(cur: Any) -> None:
    """Let no table of the database get statistics unless somebody asks for them."""
    cur.execute(UNVACUUMED)
    for (table,) in cur.fetchall():
        cur.execute(f'ALTER TABLE "{table}" SET (autovacuum_enabled = false)')


def _read_in_full(cur: Any, execute: Any) -> dict[str, int]:
    """Rows by table that this transaction has read without an index."""
    execute(cur, READ_IN_FULL)
    return dict(cur.fetchall())


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


def _gone_through(node: dict[str, Any]) -> int:
    thrown_away = sum(number for name, number in node.items() if name.startswith("Rows Removed by"))
    return round((node["Actual Rows"] + thrown_away) * node["Actual Loops"])


def _named(node: dict[str, Any]) -> str:
    return " ".join(node[name] for name in ("Node Type", "Relation Name", "CTE Name", "Alias") if name in node)
