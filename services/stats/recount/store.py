"""Tables beside the running ones, of this session alone, and what moves from them into those that everybody reads.

A temporary table hides the one of the same name: whatever writes the projection writes it beside the running one here,
with the same statements.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from services.stats.recount.records import WrongCell
from shared.database import Cursor
from shared.limits import DATABASE
from shared.rows import value, values

# What comes from events, in the order in which everybody takes locks on it.
FROM_EVENTS = ("practice", "unit", "person", "checklist", "issued_row", "duty", "duty_past", "as_of", "group_part")
COUNTERS = ("item_count", "unit_count", "item_day", "unit_day")
SUMS = "figure"
# What a duty counted as before its last change is a help of one statement, and no fact.
# That the duties of a dropped checklist are gone is a thing of the running tables alone.
HELPERS = frozenset({"was_due_on", "was_bucket", "gone_at"})


class Beside(NamedTuple):
    """How the running table differs from the one beside it: rows that were not there, and rows that should not be."""

    table: str
    missing: int
    needless: int


def begin_beside(cur: Cursor, *, from_running: bool) -> None:
    """Make the tables of the projection and the counters beside the running ones, empty or as copies of these."""
    allow_long(cur)
    for table in (*FROM_EVENTS, *COUNTERS):
        cur.execute(f"CREATE TEMPORARY TABLE {table} (LIKE public.{table} INCLUDING ALL)")
        if from_running and table in FROM_EVENTS:
            cur.execute(f"INSERT INTO pg_temp.{table} SELECT * FROM public.{table}")
    cur.execute(
        """
        CREATE TRIGGER keep_past_duty AFTER UPDATE ON pg_temp.duty
        FOR EACH ROW WHEN (NEW.version > OLD.version) EXECUTE FUNCTION public.keep_past_duty()
        """
    )


def forget_from(cur: Cursor, versions: dict[int, int], others: Mapping[str, Sequence[int]]) -> None:
    """Beside, forget of duties the versions from a number on, and let whatever is told of other rows count as newer."""
    ids, numbers = list(versions), list(versions.values())
    for table, key in (("duty_past", "duty_id"), ("duty", "id")):
        cur.execute(
            f"""
            DELETE FROM pg_temp.{table} AS known
            USING unnest(%s::bigint[], %s::integer[]) AS told (duty_id, version)
            WHERE known.{key} = told.duty_id AND known.version >= told.version
            """,
            (ids, numbers),
        )
    for table, row_ids in others.items():
        version = "revision" if table == "issued_row" else "version"
        cur.execute(f"UPDATE pg_temp.{table} SET {version} = 0 WHERE id = ANY (%s)", (list(row_ids),))


def hold_from_ever(cur: Cursor, duty_ids: Sequence[int]) -> None:
    """Beside, let the first version that is known of these duties hold for ever before, where it is not their first.

    The release before kept no earlier ones, and a part of the log does not tell them: dated, it would look as if the
    duty had begun on that day, and the boards of the days before would lack it.
    """
    cur.execute(
        """
        WITH first AS (
            SELECT DISTINCT ON (duty_id) duty_id, version FROM (
                SELECT id AS duty_id, version FROM pg_temp.duty WHERE id = ANY (%(ids)s::bigint[])
                UNION ALL SELECT duty_id, version FROM pg_temp.duty_past WHERE duty_id = ANY (%(ids)s::bigint[])
            ) AS known ORDER BY duty_id, version
        ), past AS (
            UPDATE pg_temp.duty_past AS known SET since_day = NULL FROM first
            WHERE known.duty_id = first.duty_id AND known.version = first.version AND first.version > 1
        )
        UPDATE pg_temp.duty AS known SET since_day = NULL FROM first
        WHERE known.id = first.duty_id AND known.version = first.version AND first.version > 1
        """,
        {"ids": list(duty_ids)},
    )


def hold_running(cur: Cursor) -> None:
    """Let consumers wait until the commit; boards read on."""
    for table in (*FROM_EVENTS, *COUNTERS):
        # Whoever keeps a day holds the row of the newest event, and would count what is about to be replaced.
        mode = "EXCLUSIVE" if table == "as_of" else "SHARE ROW EXCLUSIVE"
        cur.execute(f"LOCK TABLE public.{table} IN {mode} MODE")


def begin_sums(cur: Cursor) -> None:
    """Make the table of sums beside the running one."""
    cur.execute(f"CREATE TEMPORARY TABLE {SUMS} (LIKE public.{SUMS} INCLUDING ALL)")


def leave_out_dropped(cur: Cursor, *, is_part: bool) -> None:
    """Beside, let the duties of dropped checklists go once they are counted, as they go from the running tables.

    Of a part of the log they were not counted: their numbers are taken as they are.
    """
    dropped = "SELECT id FROM checklist WHERE dropped_on IS NOT NULL"
    gone = f"SELECT id FROM pg_temp.duty WHERE checklist_id IN ({dropped})"
    cur.execute(f"DELETE FROM pg_temp.duty_past WHERE duty_id IN ({gone})")
    cur.execute(f"DELETE FROM pg_temp.duty WHERE checklist_id IN ({dropped})")
    for table in COUNTERS if is_part else ():
        cur.execute(f"DELETE FROM pg_temp.{table} WHERE checklist_id IN ({dropped})")
        cur.execute(f"INSERT INTO pg_temp.{table} SELECT * FROM public.{table} WHERE checklist_id IN ({dropped})")


def differences(cur: Cursor) -> list[Beside]:
    """How the running tables differ from those beside them, those that do."""
    found = []
    for table in (*FROM_EVENTS, *COUNTERS, SUMS):
        columns, counted = _columns(cur, table), _counted(table)
        running, beside = (f"SELECT {columns} FROM {schema}.{table} {counted}" for schema in ("public", "pg_temp"))
        missing = _count(cur, f"{beside} EXCEPT ALL {running}")
        needless = _count(cur, f"{running} EXCEPT ALL {beside}")
        if missing or needless:
            found.append(Beside(table, missing, needless))
    return found


def take_over(cur: Cursor, found: Iterable[Beside]) -> None:
    """Let the running tables hold what those beside them do; only the rows that differ are written."""
    for table, _missing, _needless in found:
        columns, keys = _columns(cur, table), _keys(cur, table)
        same = " AND ".join(f"running.{key} = wrong.{key}" for key in keys)
        cur.execute(
            f"""
            DELETE FROM public.{table} AS running USING (
                SELECT {columns} FROM public.{table} EXCEPT SELECT {columns} FROM pg_temp.{table} {_counted(table)}
            ) AS wrong WHERE {same}
            """
        )
        cur.execute(
            f"""
            INSERT INTO public.{table} ({columns})
            SELECT {columns} FROM pg_temp.{table} {_counted(table)} EXCEPT SELECT {columns} FROM public.{table}
            """
        )


def behind(cur: Cursor) -> int:
    """How many duties the running projection knows in an older version, or not yet: news of them are on the way."""
    cur.execute(
        """
        SELECT count(*) AS duties FROM pg_temp.duty AS told LEFT JOIN public.duty AS known USING (id)
        WHERE known.version IS NULL OR known.version < told.version
        """
    )
    return value(cur, int)


def forget_kept_days(cur: Cursor) -> None:
    """Forget how far things were at the ends of days; a tick keeps them anew, the newest first."""
    cur.execute("DELETE FROM completion_day")


def try_to_check(cur: Cursor) -> bool:
    """Whether this transaction is the one that counts again; until its end no other is."""
    cur.execute("SELECT pg_try_advisory_xact_lock(hashtext('count_check')) AS is_ours")
    return value(cur, bool)


def save_check(cur: Cursor, day: dt.date, cells: int, wrong: Sequence[WrongCell]) -> None:
    """Keep what the recount of a day found, with its first cells; a day that is there stays."""
    cur.execute(
        "INSERT INTO count_check (day, cells, wrong) VALUES (%s, %s, %s) ON CONFLICT (day) DO NOTHING",
        (day, cells, json.dumps([{k: str(v) for k, v in one._asdict().items() if v is not None} for one in wrong])),
    )


def allow_long(cur: Cursor) -> None:
    """Let this transaction take as long as a whole log."""
    cur.execute(f"SET LOCAL statement_timeout = '{DATABASE.long_statement:.0f}s'")
    cur.execute(f"SET LOCAL idle_in_transaction_session_timeout = '{DATABASE.long_statement:.0f}s'")


def _counted(table: str) -> str:
    """A counter that fell to 0 keeps its row, and one that is made anew has none: that is no difference."""
    return "WHERE duties <> 0" if table in COUNTERS else ""


def _columns(cur: Cursor, table: str) -> str:
    cur.execute(
        """
        SELECT attname::text AS name FROM pg_attribute
        WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum
        """,
        (f"public.{table}",),
    )
    return ", ".join(name for name in values(cur, str) if name not in HELPERS)


def _keys(cur: Cursor, table: str) -> list[str]:
    cur.execute(
        """
        SELECT attname::text AS name FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
        WHERE indrelid = %s::regclass AND indisprimary ORDER BY attnum
        """,
        (f"public.{table}",),
    )
    return values(cur, str)


def _count(cur: Cursor, query: str) -> int:
    cur.execute(f"SELECT count(*) AS rows FROM ({query}) AS found")
    return value(cur, int)
