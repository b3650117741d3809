"""Reads of the chain and of the rows that it stands for, in pieces that fit into memory."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from shared import commit_order
from shared.database import Cursor
from shared.rows import many, one, the, value, value_or_none, values
from shared.sealing.chain import Content, Seal
from shared.sealing.sources import Source

_SEAL = """
    seq, source, row_id, at, encode(content, 'hex') AS content, encode(previous, 'hex') AS previous, algorithm,
    sealed_at, encode(hash, 'hex') AS hash
"""


class Waiting(NamedTuple):
    """A row of a log without a seal yet."""

    id: int
    source: str
    row_id: int
    at: dt.datetime


class Unsealed(NamedTuple):
    """How many rows wait for a seal, and the age of the oldest in seconds (0 when none)."""

    rows: int
    age: float


def head(cur: Cursor) -> Seal | None:
    """The last link."""
    cur.execute(f"SELECT {_SEAL} FROM log_seal ORDER BY seq DESC LIMIT 1")
    return one(cur, Seal)


def hash_at(cur: Cursor, seq: int) -> str | None:
    """The hash of a link, None where there is none."""
    cur.execute("SELECT encode(hash, 'hex') AS hash FROM log_seal WHERE seq = %s", (seq,))
    return value_or_none(cur, str)


def waiting(cur: Cursor, tables: Sequence[str], *, limit: int) -> list[Waiting]:
    """The oldest rows of these tables that wait, in commit order, as the outbox is read: no other comes before one."""
    horizon = commit_order.horizon(cur)
    cur.execute(
        """
        SELECT id, source, row_id, at FROM log_waiting
        WHERE xid < %s::text::xid8 AND source = ANY (%s)
        ORDER BY xid, id LIMIT %s
        """,
        (str(horizon), list(tables), limit),
    )
    return many(cur, Waiting)


def unsealed(cur: Cursor) -> Unsealed:
    cur.execute(
        """
        SELECT count(*) AS rows, coalesce(extract(epoch FROM now() - min(at)), 0)::float AS age FROM log_waiting
        """
    )
    return the(cur, Unsealed)


def contents(cur: Cursor, source: Source, row_ids: Sequence[int]) -> dict[int, Content]:
    """The rows with these ids, as they are hashed; those that are not there are left out."""
    # The texts of moments depend on it.
    cur.execute("SET LOCAL timezone TO 'UTC'")
    cur.execute(
        f"""
        SELECT id AS row_id, {source.at} AS at,
            (SELECT json_object_agg(key, value) FROM jsonb_each_text(to_jsonb(log)) WHERE value IS NOT NULL) AS fields
        FROM {source.table} AS log WHERE id = ANY (%s)
        """,
        (list(row_ids),),
    )
    return {row.row_id: row for row in many(cur, Content)}


def seals_after(cur: Cursor, seq: int, *, limit: int) -> list[Seal]:
    """The next links in their order."""
    cur.execute(f"SELECT {_SEAL} FROM log_seal WHERE seq > %s ORDER BY seq LIMIT %s", (seq, limit))
    return many(cur, Seal)


def last_id(cur: Cursor, source: Source) -> int:
    """The highest id in the table, 0 without any."""
    cur.execute(f"SELECT coalesce(max(id), 0) AS last FROM {source.table}")
    return value(cur, int)


def never_sealed(cur: Cursor, source: Source, after: int, until: int) -> list[int]:
    """The ids between two of rows that have no seal and do not wait for one."""
    cur.execute(
        f"""
        SELECT id FROM {source.table} AS log
        WHERE id > %(after)s AND id <= %(until)s AND ({source.where})
            AND NOT EXISTS (SELECT FROM log_seal WHERE source = %(table)s AND row_id = log.id)
            AND NOT EXISTS (SELECT FROM log_waiting WHERE source = %(table)s AND row_id = log.id)
        ORDER BY id
        """,
        {"after": after, "until": until, "table": source.table},
    )
    return values(cur, int)


def cut_before(cur: Cursor, source: Source) -> dt.datetime | None:
    """Up to which moment rows of the table may be gone: as cuts say, none of which went nearer than allowed.

    A cut counts that is sealed or waits for it.
    """
    if source.least is None:
        return None
    cur.execute(
        """
        SELECT before FROM log_cut
        LEFT JOIN log_seal ON log_seal.source = 'log_cut' AND log_seal.row_id = log_cut.id
        LEFT JOIN log_waiting ON log_waiting.source = 'log_cut' AND log_waiting.row_id = log_cut.id
        WHERE log_cut.source = %s AND before <= coalesce(sealed_at, log_waiting.at) - make_interval(days => %s)
        ORDER BY before DESC LIMIT 1
        """,
        (source.table, source.least),
    )
    return value_or_none(cur, dt.datetime)


def unguarded(cur: Cursor, tables: Sequence[str], *, with_policy: Sequence[str]) -> list[str]:
    """Of which of the tables a trigger that refuses changes is missing or off; those with a policy have two."""
    cur.execute(
        """
        SELECT name FROM unnest(%s::text[]) AS name WHERE (
            SELECT count(*) FROM pg_trigger
            WHERE tgrelid = to_regclass(name) AND tgname IN ('log_stays', 'log_stays_until_cut')
                AND tgenabled IN ('O', 'A')
        ) < CASE WHEN name = ANY (%s) THEN 2 ELSE 1 END ORDER BY name
        """,
        (list(tables), list(with_policy)),
    )
    return values(cur, str)


def is_owner(cur: Cursor) -> bool:
    """Whether who asks could take the guards off: it owns the tables, may become who does, or is a superuser."""
    cur.execute(
        "SELECT pg_has_role(current_user, relowner, 'MEMBER') AS owns FROM pg_class WHERE oid = 'log_seal'::regclass"
    )
    return value(cur, bool)
