"""What a listener's own database keeps of what it should have heard: how far it is, its gaps, what failed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from shared.database import Cursor
from shared.hearing.spans import Heard, Position, Span
from shared.rows import many, one, value, value_or_none, values

# How long a message that failed may take to be back, beside its pause, or one that is dead to be parked.
ON_ITS_WAY = 60


class Gap(NamedTuple):
    """Events that have not come, or a stretch of which nothing is known, where `event_ids` is None."""

    id: int
    source: str
    after_xid: int
    after_seq: int
    until_xid: int
    until_seq: int
    event_ids: list[str] | None
    asked: int

    @property
    def span(self) -> Span:
        return Span(Position(self.after_xid, self.after_seq), Position(self.until_xid, self.until_seq))


class _Heard(NamedTuple):
    xid: int
    seq: int
    ticked_at: dt.datetime


_SPAN = """after_xid::text::bigint AS after_xid, after_seq, until_xid::text::bigint AS until_xid, until_seq"""
_GAP = f"id, source, {_SPAN}, event_ids::text[] AS event_ids, asked"


def hold(cur: Cursor, source: str) -> Heard | None:
    """How far `source` was heard, and nobody else goes on with it before the commit; None before its first word."""
    cur.execute(
        "SELECT xid::text::bigint AS xid, seq, ticked_at FROM heard_position WHERE source = %s FOR UPDATE", (source,)
    )
    found = one(cur, _Heard)
    if found is None:
        return None
    holes = frozenset(gap.span for gap in holes_of(cur, source))
    return Heard(Position(found.xid, found.seq), found.ticked_at, holes)


def holes_of(cur: Cursor, source: str) -> list[Gap]:
    """The stretches of `source` of which nothing is known."""
    cur.execute(f"SELECT {_GAP} FROM gap WHERE source = %s AND event_ids IS NULL ORDER BY id", (source,))
    return many(cur, Gap)


def save(cur: Cursor, source: str, heard: Heard) -> None:
    """Note how far `source` was heard."""
    cur.execute(
        """
        INSERT INTO heard_position (source, xid, seq, ticked_at) VALUES (%s, %s::text::xid8, %s, %s)
        ON CONFLICT (source) DO UPDATE SET xid = excluded.xid, seq = excluded.seq, ticked_at = excluded.ticked_at
        """,
        (source, str(heard.until.xid), heard.until.seq, heard.ticked_at),
    )


def forget_gaps(cur: Cursor, source: str) -> None:
    """Drop what is known of a log that was set back: its positions are of something else now."""
    cur.execute("DELETE FROM gap WHERE source = %s", (source,))


def add_gap(cur: Cursor, source: str, span: Span, event_ids: Sequence[UUID] | None) -> None:
    """Note that events of `span` have not come, or, with None, that nothing is known of it."""
    cur.execute(
        """
        INSERT INTO gap (source, after_xid, after_seq, until_xid, until_seq, event_ids)
        VALUES (%s, %s::text::xid8, %s, %s::text::xid8, %s, %s::uuid[])
        """,
        (source, str(span.after.xid), span.after.seq, str(span.until.xid), span.until.seq, _array(event_ids)),
    )


def replace_hole(cur: Cursor, hole: Gap, parts: Sequence[Span]) -> None:
    """Let a hole be what is left of it; what was asked for is coming, so it waits anew."""
    cur.execute("DELETE FROM gap WHERE id = %s RETURNING noticed_at", (hole.id,))
    noticed_at = value_or_none(cur, dt.datetime)
    for part in parts:
        cur.execute(
            """
            INSERT INTO gap (source, after_xid, after_seq, until_xid, until_seq, noticed_at, asked_at, asked)
            VALUES (%s, %s::text::xid8, %s, %s::text::xid8, %s, %s, CASE WHEN %s > 0 THEN now() END, %s)
            """,
            (
                *(hole.source, str(part.after.xid), part.after.seq, str(part.until.xid), part.until.seq),
                *(noticed_at, hole.asked, hole.asked),
            ),
        )


def unheard(cur: Cursor, queue: str, event_ids: Sequence[UUID]) -> list[UUID]:
    """Those that neither took effect nor wait in the parking lot, nor were decided on there."""
    cur.execute(
        """
        SELECT id::text FROM unnest(%s::uuid[]) AS id
        WHERE NOT EXISTS (SELECT FROM inbox WHERE queue = %s AND event_id = id)
        """,
        (_array(event_ids), queue),
    )
    absent = values(cur, str)
    if absent:
        cur.execute("SELECT event_id FROM parked_message WHERE queue = %s AND event_id = ANY (%s)", (queue, absent))
        parked = set(values(cur, str))
        absent = [event_id for event_id in absent if event_id not in parked]
    return [UUID(event_id) for event_id in absent]


def close_gaps(cur: Cursor, queue: str) -> None:
    """Strike out what has come since, and the gaps of which nothing is left."""
    cur.execute(
        """
        UPDATE gap SET event_ids = ARRAY(
            SELECT id FROM unnest(event_ids) AS id
            WHERE NOT EXISTS (SELECT FROM inbox WHERE queue = %(queue)s AND event_id = id)
                AND NOT EXISTS (SELECT FROM parked_message WHERE queue = %(queue)s AND event_id = id::text)
        )
        WHERE event_ids IS NOT NULL
        """,
        {"queue": queue},
    )
    cur.execute("DELETE FROM gap WHERE event_ids = '{}'")


def has_gap(cur: Cursor) -> bool:
    """Whether anything is or may be missing."""
    cur.execute("SELECT id FROM gap LIMIT 1")
    return value_or_none(cur, int) is not None


def due_gaps(cur: Cursor, *, patience: float, again: float, doublings: int) -> list[Gap]:
    """Gaps older than `patience` seconds that are to be asked for now: at once, then after twice as long each time.

    What failed and is on its way back is not asked for; a gap of nothing else is left out.
    """
    cur.execute(
        f"""
        SELECT id, source, {_SPAN}, CASE WHEN event_ids IS NOT NULL THEN ARRAY(
            SELECT id::text FROM unnest(event_ids) AS id
            WHERE NOT EXISTS (SELECT FROM failing_event WHERE event_id = id AND until > now())
        ) END AS event_ids, asked
        FROM gap
        WHERE noticed_at <= now() - make_interval(secs => %s)
            AND (asked_at IS NULL OR asked_at <= now() - make_interval(secs => %s * 2 ^ least(asked - 1, %s)))
        ORDER BY id
        """,
        (patience, again, doublings),
    )
    return [gap for gap in many(cur, Gap) if gap.event_ids != []]


def note_asked(cur: Cursor, gaps: Sequence[Gap]) -> None:
    """Note that these were asked for now."""
    cur.execute("UPDATE gap SET asked_at = now(), asked = asked + 1 WHERE id = ANY (%s)", ([gap.id for gap in gaps],))


def oldest_seconds(cur: Cursor) -> float:
    """The age of the oldest gap that was asked for; 0 when there is none."""
    cur.execute(
        """
        SELECT coalesce(extract(epoch FROM now() - min(noticed_at)), 0)::float AS seconds FROM gap WHERE asked > 0
        """
    )
    return value(cur, float)


def note_failing(cur: Cursor, delays: Sequence[tuple[UUID, int]]) -> None:
    """Note events that failed, and after how many seconds each comes again."""
    for event_id, delay in sorted(delays):
        cur.execute(
            """
            INSERT INTO failing_event (event_id, until) VALUES (%s, now() + make_interval(secs => %s))
            ON CONFLICT (event_id) DO UPDATE SET until = excluded.until
            """,
            (str(event_id), delay + ON_ITS_WAY),
        )


def forget_failing(cur: Cursor) -> None:
    """Let those go that are back or lost by now."""
    cur.execute("DELETE FROM failing_event WHERE until < now() - interval '1 hour'")


def _array(event_ids: Sequence[UUID] | None) -> str | None:
    return None if event_ids is None else "{" + ",".join(map(str, event_ids)) + "}"
