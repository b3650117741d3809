"""What a listener's own database knows of checklists that were dropped, and the going of their duties.

Each listener has the tables `duty` and `checklist`, and keeps duties by the year of their ids.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from shared.database import Cursor
from shared.limits import DATABASE
from shared.rows import value, values


def try_to_drop(cur: Cursor) -> bool:
    """Whether this transaction is the one that lets duties go; until its end no other is."""
    cur.execute("SELECT pg_try_advisory_xact_lock(hashtext('dropped duties')) AS is_ours")
    return value(cur, bool)


def allow_long(cur: Cursor) -> None:
    """Let a statement of this transaction take as long as a year of a country needs."""
    cur.execute(f"SET LOCAL statement_timeout = '{DATABASE.long_statement:.0f}s'")


def dropped_among(cur: Cursor, checklist_ids: Collection[int]) -> frozenset[int]:
    """Those of the checklists whose duties are not kept any more."""
    cur.execute(
        "SELECT id FROM checklist WHERE id = ANY (%s::bigint[]) AND dropped_on IS NOT NULL", (list(checklist_ids),)
    )
    return frozenset(values(cur, int))


def all_dropped(cur: Cursor) -> frozenset[int]:
    """The checklists whose duties are not kept any more."""
    cur.execute("SELECT id FROM checklist WHERE dropped_on IS NOT NULL")
    return frozenset(values(cur, int))


def waiting(cur: Cursor) -> list[int]:
    """The dropped checklists of which duties may still be here."""
    cur.execute("SELECT id FROM checklist WHERE dropped_on IS NOT NULL AND gone_at IS NULL ORDER BY id")
    return values(cur, int)


def years_over(cur: Cursor) -> list[int]:
    """The years that are over and have a partition of their own, the first of them first."""
    cur.execute(
        r"""
        SELECT right(relname, 4)::integer AS year FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
        WHERE inhparent = 'duty'::regclass AND relname ~ '^duty_[0-9]{4}$'
            AND right(relname, 4)::integer < year_in_china()
        ORDER BY year
        """
    )
    return values(cur, int)


def count_of_year(cur: Cursor, year: int) -> int:
    """How many duties have ids of that year."""
    cur.execute(
        "SELECT count(*) AS duties FROM duty WHERE id >= first_id_of_year(%s) AND id < first_id_of_year(%s)",
        (year, year + 1),
    )
    return value(cur, int)


def has_others(cur: Cursor, year: int) -> bool:
    """Whether there are duties with ids of that year whose checklists were not dropped."""
    cur.execute(
        """
        SELECT EXISTS (
            SELECT FROM duty WHERE id >= first_id_of_year(%s) AND id < first_id_of_year(%s)
                AND checklist_id <> ALL (ARRAY(SELECT id FROM checklist WHERE dropped_on IS NOT NULL))
        ) AS is_so
        """,
        (year, year + 1),
    )
    return value(cur, bool)


def drop_year(cur: Cursor, year: int) -> None:
    """Let the partitions of a year go; refused by the database where anything else is in them."""
    cur.execute("SELECT drop_year_of_duties(%s)", (year,))


def forget_year_of(cur: Cursor, table: str, year: int) -> None:
    """Delete what `table` says of the duties with ids of that year, where it is not cut by year itself."""
    cur.execute("SELECT count(*) > 0 AS is_cut FROM tables_by_year() WHERE name = %s", (table,))
    if not value(cur, bool):
        cur.execute(
            f"DELETE FROM {table} WHERE duty_id >= first_id_of_year(%s) AND duty_id < first_id_of_year(%s)",
            (year, year + 1),
        )


def next_duties(cur: Cursor, checklist_ids: Sequence[int], after: int, *, limit: int) -> list[int]:
    """The first duties of these checklists behind an id, in the order of their ids."""
    cur.execute(
        "SELECT id FROM duty WHERE checklist_id = ANY (%s::bigint[]) AND id > %s ORDER BY id LIMIT %s",
        (list(checklist_ids), after, limit),
    )
    return values(cur, int)


def forget_duties(cur: Cursor, duty_ids: Sequence[int], tables: Sequence[str]) -> None:
    """Delete these duties, and before them what the tables say of them."""
    for table in tables:
        cur.execute(f"DELETE FROM {table} WHERE duty_id = ANY (%s::bigint[])", (list(duty_ids),))
    cur.execute("DELETE FROM duty WHERE id = ANY (%s::bigint[])", (list(duty_ids),))


def note_gone(cur: Cursor, checklist_ids: Sequence[int]) -> None:
    """Note that no duty of these checklists is here any more."""
    cur.execute(
        "UPDATE checklist SET gone_at = clock_timestamp() WHERE id = ANY (%s::bigint[])", (list(checklist_ids),)
    )
