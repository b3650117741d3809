"""All writes of delivery: the ledger and what its messages said. A row is changed by who holds it, never blindly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from psycopg2.extras import execute_values

from services.notifications.delivery.queries import Untold, Waiting
from services.notifications.delivery.rhythm import Rhythm
from services.notifications.delivery.states import FOLLOWING, Channel, Purpose, State, Why
from shared.clock import day_of
from shared.database import Cursor
from shared.retention import AgedRows
from shared.rows import ROWS_PER_STATEMENT, has_row, many, returned, value, values
from shared.text import Text

DELIVERIES = AgedRows(
    name="delivery",
    table="delivery",
    at="changed_at",
    where="state NOT IN ('planned', 'sending')",
    parts=(("delivery_line", "delivery_id"),),
    days=400,
    least=30,
    what=Text("发送记录", "what was sent out of the house"),
    why=Text("期内要能说清一条消息是否送到。", "within that time it can be said whether a message arrived."),
    at_once=100,
)

# Longer than a try takes, by far: who is slower than this is dead.
LEASE = dt.timedelta(minutes=2)


class _Moved(NamedTuple):
    person_id: int


class Claim(NamedTuple):
    """A delivery that this sender alone sends, until `lease`, by which it is known; `tries` counts this try too."""

    id: int
    person_id: int
    day: dt.date
    channel: Channel
    purpose: Purpose
    tries: int
    lease: dt.datetime


def plan_digest(
    cur: Cursor, person_id: int, channel: Channel, *, day: dt.date, at: dt.datetime, now: dt.datetime
) -> bool:
    """Plan the person's message of `day`, not before `at`; False when there is one that was not cancelled."""
    cur.execute(
        """
        INSERT INTO delivery (person_id, day, channel, purpose, state, not_before, planned_at, changed_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT (person_id, day, channel) WHERE purpose = 'digest' DO UPDATE SET state = excluded.state,
            not_before = excluded.not_before, planned_at = excluded.planned_at, changed_at = excluded.changed_at,
            why = NULL, tries = 0, lease_until = NULL
        WHERE delivery.state = %s RETURNING id
        """,
        (person_id, day, channel, Purpose.DIGEST, State.PLANNED, at, now, now, State.CANCELLED),
    )
    return has_row(cur)


def note_looks(cur: Cursor, silent: Sequence[Waiting], look: dt.datetime) -> None:
    """Note that these people have nothing to hear on the day of `look`, as long as nothing new is written to them."""
    if not silent:
        return
    execute_values(
        cur,
        """
        UPDATE contact SET looked_for = looked.look, looked_change = looked.changed_at,
            looked_writings = looked.writings
        FROM (VALUES %s) AS looked (person_id, channel, look, changed_at, writings)
        WHERE contact.person_id = looked.person_id AND contact.channel = looked.channel
        """,
        sorted((one.person_id, one.channel, look, one.changed_at, one.writings) for one in silent),
        template="(%s, %s, %s::timestamptz, %s::timestamptz, %s::bigint)",
        page_size=ROWS_PER_STATEMENT,
    )


def plan_now(cur: Cursor, person_id: int, channel: Channel, purpose: Purpose, now: dt.datetime) -> None:
    """Plan what somebody waits for: a code or a test, which go at any hour. One that was not sent yet makes way."""
    cur.execute(
        """
        UPDATE delivery SET state = %s, why = %s, changed_at = %s WHERE id IN (
            SELECT id FROM delivery WHERE person_id = %s AND channel = %s AND purpose = %s AND state = %s
            ORDER BY id FOR UPDATE)
        """,
        (State.CANCELLED, Why.TOO_LATE, now, person_id, channel, purpose, State.PLANNED),
    )
    cur.execute(
        """
        INSERT INTO delivery (person_id, day, channel, purpose, state, not_before, planned_at, changed_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (person_id, day_of(now), channel, purpose, State.PLANNED, now, now, now),
    )


def enter_contact(
    cur: Cursor, person_id: int, channel: Channel, *, address: str, language: str, code: str, until: dt.datetime
) -> None:
    """Write where a post is to be reached; it is used when the code was typed in, and not before."""
    cur.execute(
        """
        INSERT INTO contact (person_id, channel, address, language, code, code_until) VALUES (%s, %s, %s, %s, %s, %s)
        ON CONFLICT (person_id, channel) DO UPDATE SET address = excluded.address, language = excluded.language,
            code = excluded.code, code_until = excluded.code_until, wrong_codes = 0, verified_at = NULL,
            version = contact.version + 1
        """,
        (person_id, channel, address, language, code, until),
    )


def choose(cur: Cursor, person_id: int, channel: Channel, *, language: str, rhythm: Rhythm) -> bool:
    """Write how a post wants to be told; False when it has no contact."""
    cur.execute(
        """
        UPDATE contact SET language = %s, rhythm = %s, version = version + 1, looked_for = NULL
        WHERE person_id = %s AND channel = %s RETURNING version
        """,
        (language, rhythm, person_id, channel),
    )
    return has_row(cur)


def count_wrong_code(cur: Cursor, person_id: int, channel: Channel, *, most: int) -> bool:
    """One wrong code more; at `most` the code is void, and True is returned."""
    cur.execute(
        """
        UPDATE contact SET wrong_codes = wrong_codes + 1, version = version + 1,
            code = CASE WHEN wrong_codes + 1 < %s THEN code END
        WHERE person_id = %s AND channel = %s RETURNING code IS NULL AS is_void
        """,
        (most, person_id, channel),
    )
    return value(cur, bool)


def prove_contact(cur: Cursor, person_id: int, channel: Channel, now: dt.datetime) -> None:
    """The right code came back: the contact is used from now on."""
    cur.execute(
        """
        UPDATE contact SET verified_at = %s, code = NULL, code_until = NULL, version = version + 1
        WHERE person_id = %s AND channel = %s
        """,
        (now, person_id, channel),
    )


def remove_contact(cur: Cursor, person_id: int, channel: Channel) -> None:
    """Forget where a post was reached by one channel."""
    cur.execute("DELETE FROM contact WHERE person_id = %s AND channel = %s", (person_id, channel))


def remove_contacts(cur: Cursor, person_ids: Sequence[int]) -> list[int]:
    """Forget where these posts were reached; returns those of which it was known, in their order."""
    cur.execute("DELETE FROM contact WHERE person_id = ANY (%s) RETURNING person_id", (list(person_ids),))
    return sorted(set(values(cur, int)))


def save_holders(cur: Cursor, holders: Mapping[int, int]) -> list[int]:
    """Keep the newest holder of each post; the posts whose holder is another than was known, or was not known."""
    moved = returned(
        cur,
        _Moved,
        """
        INSERT INTO post_holder (person_id, holder) VALUES %s
        ON CONFLICT (person_id) DO UPDATE SET holder = excluded.holder WHERE post_holder.holder < excluded.holder
        RETURNING person_id
        """,
        sorted(holders.items()),
    )
    return [one.person_id for one in moved]


def expire_leases(cur: Cursor, now: dt.datetime) -> list[int]:
    """Deliveries whose sender died in the middle: nobody knows whether they went. Their ids."""
    cur.execute(
        """
        UPDATE delivery SET state = %s, changed_at = %s WHERE id IN (
            SELECT id FROM delivery WHERE state = %s AND lease_until < %s ORDER BY id FOR UPDATE SKIP LOCKED)
        RETURNING id
        """,
        (State.UNKNOWN, now, State.SENDING, now),
    )
    return values(cur, int)


def lock_due(cur: Cursor, now: dt.datetime, channel: Channel, robot: str | None, *, limit: int) -> list[Claim]:
    """The deliveries of a channel that have waited longest, of a robot alone when it is named; locked for now.

    What another sender holds is left to it.
    """
    cur.execute(
        """
        SELECT id, person_id, day, channel, purpose, tries + 1 AS tries, %(lease)s::timestamptz AS lease FROM delivery
        WHERE state = %(planned)s AND not_before <= %(now)s AND channel = %(channel)s
            AND (%(robot)s::text IS NULL OR EXISTS (
                SELECT FROM contact WHERE contact.person_id = delivery.person_id
                    AND contact.channel = delivery.channel AND contact.address = %(robot)s))
        ORDER BY not_before, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
        """,
        {
            "lease": now + LEASE,
            "planned": State.PLANNED,
            "now": now,
            "channel": channel,
            "robot": robot,
            "limit": limit,
        },
    )
    return many(cur, Claim)


def note_way(cur: Cursor, claim: Claim, account: str, segments: int | None) -> None:
    """Write by which account a claimed delivery goes, and in how many parts."""
    cur.execute("UPDATE delivery SET account = %s, segments = %s WHERE id = %s", (account, segments, claim.id))


# What a message says stays when it is claimed once more: the rows that are the same, and no others.
_BEGIN = """
    WITH begun AS (
        UPDATE delivery SET state = %(sending)s, tries = %(tries)s, lease_until = %(lease)s, changed_at = %(now)s
        WHERE id = (
            SELECT id FROM delivery
            WHERE id = %(id)s AND state = %(planned)s AND tries = %(tries)s - 1 AND day = %(day)s
                AND EXISTS (SELECT FROM contact WHERE contact.person_id = delivery.person_id
                    AND contact.channel = delivery.channel AND contact.version = %(version)s)
            FOR UPDATE SKIP LOCKED)
        RETURNING id
    ),
    said AS (
        SELECT begun.id, line.*
        FROM begun, unnest(%(messages)s::bigint[], %(kinds)s::text[], %(subjects)s::bigint[], %(stages)s::text[])
            AS line (message_id, kind, subject_id, stage)
    ),
    unsaid AS (
        DELETE FROM delivery_line USING begun WHERE delivery_id = begun.id AND NOT EXISTS (
            SELECT FROM said WHERE said.message_id = delivery_line.message_id AND said.kind = delivery_line.kind
                AND said.subject_id = delivery_line.subject_id AND said.stage = delivery_line.stage)
    ),
    added AS (
        INSERT INTO delivery_line (delivery_id, message_id, kind, subject_id, stage) SELECT * FROM said
        ON CONFLICT DO NOTHING
    )
    SELECT id FROM begun
"""


def begin(cur: Cursor, claim: Claim, version: int | None, lines: Sequence[Untold], now: dt.datetime) -> bool:
    """Mark a delivery as being sent, with what it says; False when it is no more as it was looked at.

    `version` is that of the contact to which it goes. What another holds is left to it: two senders that settle one and
    begin another in one transaction would wait for each other.
    """
    cur.execute(
        _BEGIN,
        {
            "sending": State.SENDING,
            "planned": State.PLANNED,
            "tries": claim.tries,
            "lease": claim.lease,
            "now": now,
            "id": claim.id,
            "day": claim.day,
            "version": version,
            "messages": [line.message_id for line in lines],
            "kinds": [line.kind for line in lines],
            "subjects": [line.subject_id for line in lines],
            "stages": [line.stage for line in lines],
        },
    )
    return has_row(cur)


def drop(cur: Cursor, claim: Claim, state: State, why: Why, now: dt.datetime) -> None:
    """End a locked delivery without sending it."""
    cur.execute("UPDATE delivery SET state = %s, why = %s, changed_at = %s WHERE id = %s", (state, why, now, claim.id))


def settle(
    cur: Cursor,
    claim: Claim,
    state: State,
    *,
    why: Why | None,
    answer: str,
    not_before: dt.datetime,
    now: dt.datetime,
) -> bool:
    """Write what came of the claim's try, late or not; False when somebody has claimed or replayed the row since."""
    before = [one for one in (State.SENDING, State.UNKNOWN) if state in FOLLOWING[one]]
    cur.execute(
        """
        UPDATE delivery SET state = %s, why = %s, answer = %s, not_before = %s, changed_at = %s
        WHERE id = %s AND lease_until = %s AND state = ANY (%s) RETURNING id
        """,
        (state, why, answer, not_before, now, claim.id, claim.lease, before),
    )
    return has_row(cur)


def plan_again(
    cur: Cursor, delivery_id: int, *, day: dt.date, at: dt.datetime, by: int, reason: str, now: dt.datetime
) -> None:
    """Plan a locked dead letter once more, with all its tries before it."""
    cur.execute(
        """
        UPDATE delivery SET state = %s, day = %s, not_before = %s, tries = 0, lease_until = NULL, why = NULL,
            replayed_by = %s, replayed_at = %s, replay_reason = %s, changed_at = %s
        WHERE id = %s
        """,
        (State.PLANNED, day, at, by, now, reason, now, delivery_id),
    )


def cancel_planned(
    cur: Cursor, person_ids: Sequence[int], why: Why, now: dt.datetime, *, channel: Channel | None = None
) -> None:
    """Nothing that is planned for these people goes out, by one channel or by any."""
    cur.execute(
        """
        UPDATE delivery SET state = %s, why = %s, changed_at = %s WHERE id IN (
            SELECT id FROM delivery WHERE person_id = ANY (%s) AND state = %s
                AND (%s::text IS NULL OR channel = %s)
            ORDER BY id FOR UPDATE)
        """,
        (State.CANCELLED, why, now, list(person_ids), State.PLANNED, channel, channel),
    )
