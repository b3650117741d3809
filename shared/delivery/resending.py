"""What a source sends again to one of its listeners alone: who asks, what is due, and what it is.

A request is a row of the source's database before anything is sent, and goes when all has been: what is sent twice
counts once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import uuid4

from shared.database import Cursor
from shared.delivery import broker, outbox, telling
from shared.delivery.envelope import encode
from shared.delivery.sending import body_of
from shared.events import SCHEMAS, RelayTicked, payload_of
from shared.hearing import packing
from shared.hearing.asking import Question, Wants
from shared.hearing.spans import Position, Span
from shared.rows import one

AT_ONCE = 1000
# A listener that asks again and again is answered once.
MOST_WAITING = 1000


class Request(NamedTuple):
    """What one listener waits for."""

    id: int
    consumer: str
    wants: str
    after_xid: int
    after_seq: int
    until_xid: int
    until_seq: int
    event_ids: list[str] | None

    @property
    def span(self) -> Span:
        return Span(Position(self.after_xid, self.after_seq), Position(self.until_xid, self.until_seq))


@dataclass(frozen=True, slots=True)
class Again:
    """A piece of what a request wants: bodies with their ids, and from where on the next piece is, if there is one."""

    request: Request
    messages: list[tuple[str, bytes]]
    rest: Position | None


def ask(cur: Cursor, question: Question) -> bool:
    """Keep a request, unless the same one waits already or there are too many."""
    after, until = question.span
    ids = list(question.event_ids) if question.wants is Wants.EVENTS else None
    cur.execute(
        """
        INSERT INTO resend_request (consumer, wants, after_xid, after_seq, until_xid, until_seq, event_ids)
        SELECT %(consumer)s, %(wants)s, %(after_xid)s::text::xid8, %(after_seq)s, %(until_xid)s::text::xid8,
            %(until_seq)s, %(ids)s::uuid[]
        WHERE (SELECT count(*) FROM resend_request) < %(most)s AND NOT EXISTS (
            SELECT FROM resend_request
            WHERE consumer = %(consumer)s AND wants = %(wants)s AND (until_xid, until_seq)
                = (%(until_xid)s::text::xid8, %(until_seq)s) AND event_ids IS NOT DISTINCT FROM %(ids)s::uuid[]
        )
        """,
        {
            "consumer": question.consumer,
            "wants": question.wants,
            "after_xid": str(after.xid),
            "after_seq": after.seq,
            "until_xid": str(until.xid),
            "until_seq": until.seq,
            "ids": ids,
            "most": MOST_WAITING,
        },
    )
    asked = bool(cur.rowcount)
    cur.execute("NOTIFY outbox")
    return asked


def next_piece(cur: Cursor, source: str, patterns: broker.Patterns, consumers: Sequence[str]) -> Again | None:
    """The next piece of the oldest request of one of `consumers`; None when nothing waits."""
    cur.execute(
        """
        SELECT id, consumer, wants, after_xid::text::bigint AS after_xid, after_seq,
            until_xid::text::bigint AS until_xid, until_seq, event_ids::text[] AS event_ids
        FROM resend_request WHERE consumer = ANY (%s) ORDER BY id LIMIT 1
        """,
        (list(consumers),),
    )
    request = one(cur, Request)
    if request is None:
        return None
    if request.wants == Wants.NAMES:
        return _names(cur, source, request)
    return _events(cur, source, request, patterns[request.consumer])


def note_sent(cur: Cursor, piece: Again) -> None:
    """Go on behind a piece that was sent, or let the request go with the last one."""
    if piece.rest is None:
        cur.execute("DELETE FROM resend_request WHERE id = %s", (piece.request.id,))
        return
    cur.execute(
        "UPDATE resend_request SET after_xid = %s::text::xid8, after_seq = %s WHERE id = %s",
        (str(piece.rest.xid), piece.rest.seq, piece.request.id),
    )


def _names(cur: Cursor, source: str, request: Request) -> Again:
    rows = outbox.names_between(cur, request.span, limit=packing.MOST_IDS)
    again = telling.told_again(source, request.span, rows)
    event_id = uuid4()
    body = encode(event_id, RelayTicked.TYPE, payload_of(again), source=source, time=again.ticked_at, correlation_id="")
    is_last = len(rows) < packing.MOST_IDS
    return Again(request, [(str(event_id), body)], None if is_last else rows[-1].position)


def _events(cur: Cursor, source: str, request: Request, patterns: Sequence[str]) -> Again:
    types = [name for name in SCHEMAS if name != RelayTicked.TYPE and broker.is_heard(patterns, name)]
    rows = outbox.read_between(
        cur, request.span.after, request.span.until, types=types, event_ids=request.event_ids, limit=AT_ONCE
    )
    messages = [(row.id, body_of(row, source)) for row in rows]
    rest = Position(rows[-1].xid, rows[-1].seq) if len(rows) == AT_ONCE else None
    return Again(request, messages, rest)
