"""Reading rows in the order of their commits: up to which transaction id nothing more can come.

A row carries the id of the transaction that wrote it, and ids are given when a transaction first writes, not when it
commits. So a row may be read once no transaction with a lower id is under way that could still write beside it: of this
database, for a session writes into its own database alone.
"""

from __future__ import annotations

from typing import NamedTuple

from shared.database import Cursor
from shared.rows import many, value


class Holder(NamedTuple):
    """A session whose transaction holds back what was written after it began to write."""

    pid: int
    role: str
    application: str


# Of the transactions under way, as the snapshot has them, those that are not known to be of another database. What is
# not known counts: the lock of an id is there a moment after the id, and a prepared transaction has no session.
_UNDER_WAY = """
    SELECT under_way.xid, session.pid, session.usename::text AS role, session.application_name AS application
    FROM pg_snapshot_xip(pg_current_snapshot()) AS under_way (xid)
    LEFT JOIN (
        SELECT pid, transactionid FROM pg_locks WHERE locktype = 'transactionid' AND mode = 'ExclusiveLock' AND granted
    ) AS owned ON owned.transactionid = under_way.xid::xid
    LEFT JOIN pg_stat_activity AS session ON session.pid = owned.pid
    WHERE session.datid IS NULL OR session.datname = current_database()
"""
# Within a transaction the server remembers what it once said of its sessions.
_FORGET = "SELECT pg_stat_clear_snapshot();"


def everywhere(cur: Cursor) -> int:
    """The lowest id under way on the whole server, which costs nothing to ask."""
    cur.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS xid")
    return value(cur, int)


def horizon(cur: Cursor) -> int:
    """The lowest id under way in this database, or the next one where there is none.

    Rows with lower ids are read by a statement of its own, after this one: whoever was found to be of another database,
    or not under way any more, has then been so since before the snapshot of that statement. Where both were one
    statement, a session that ended in between, and whose number was given away, could be taken for another's.
    """
    cur.execute(
        f"""
        {_FORGET}
        SELECT coalesce(
            (SELECT min(xid::text::bigint) FROM ({_UNDER_WAY}) AS own),
            pg_snapshot_xmax(pg_current_snapshot())::text::bigint
        ) AS xid
        """
    )
    return value(cur, int)


def holders(cur: Cursor) -> list[Holder]:
    """The sessions of this database that have written in a transaction which is under way, the oldest first."""
    cur.execute(
        f"""
        {_FORGET}
        SELECT pid, coalesce(role, '') AS role, coalesce(application, '') AS application FROM ({_UNDER_WAY}) AS own
        WHERE pid IS NOT NULL AND pid <> pg_backend_pid() ORDER BY xid
        """
    )
    return many(cur, Holder)
