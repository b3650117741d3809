"""All writes about accounts: when each was spoken to, and until when it is left alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from services.notifications.delivery.states import ROBOTS, Channel, State, Why
from shared.database import Cursor
from shared.rows import one, values


class Account(NamedTuple):
    """An account, locked by this transaction."""

    uses: list[dt.datetime]
    paused_until: dt.datetime | None
    failures: int


def know(cur: Cursor, names: Sequence[str]) -> None:
    """Have a row of each account."""
    cur.execute(
        "INSERT INTO channel_account (name) SELECT unnest(%s) AS name ORDER BY name ON CONFLICT DO NOTHING",
        (list(names),),
    )


def lock(cur: Cursor, name: str) -> Account | None:
    """An account for this transaction alone; None while another sender claims by it."""
    cur.execute(
        "SELECT uses, paused_until, failures FROM channel_account WHERE name = %s FOR UPDATE SKIP LOCKED", (name,)
    )
    return one(cur, Account)


def use(cur: Cursor, name: str, uses: Sequence[dt.datetime]) -> None:
    """Write when a locked account was spoken to."""
    cur.execute("UPDATE channel_account SET uses = %s::timestamptz[] WHERE name = %s", (list(uses), name))


def note_success(cur: Cursor, name: str) -> None:
    """The account works."""
    cur.execute("UPDATE channel_account SET failures = 0 WHERE name = %s AND failures > 0", (name,))


def count_failure(cur: Cursor, name: str) -> int:
    """One failure of the account more; how many there were on end."""
    cur.execute("UPDATE channel_account SET failures = failures + 1 WHERE name = %s RETURNING failures", (name,))
    return values(cur, int)[0]


def pause(cur: Cursor, name: str, until: dt.datetime) -> None:
    """Leave the account alone until then; a longer pause stays."""
    cur.execute("UPDATE channel_account SET paused_until = greatest(paused_until, %s) WHERE name = %s", (until, name))


def cancel_homeless(cur: Cursor, known: Sequence[tuple[Channel, str]], before: dt.datetime, now: dt.datetime) -> int:
    """Cancel what has been due since `before` by a robot that is not among the `known` ones, or by none; how many."""
    cur.execute(
        """
        UPDATE delivery SET state = %(cancelled)s, why = %(why)s, changed_at = %(now)s WHERE id IN (
            SELECT delivery.id FROM delivery LEFT JOIN contact USING (person_id, channel)
            WHERE state = %(planned)s AND not_before < %(before)s AND channel = ANY (%(channels)s)
                AND NOT EXISTS (SELECT FROM unnest(%(kinds)s::text[], %(names)s::text[]) AS known (kind, name)
                    WHERE known.kind = channel AND known.name = contact.address)
            ORDER BY delivery.id FOR UPDATE OF delivery)
        RETURNING id
        """,
        {
            "cancelled": State.CANCELLED,
            "why": Why.NO_ACCOUNT,
            "planned": State.PLANNED,
            "now": now,
            "before": before,
            "channels": sorted(ROBOTS),
            "kinds": [kind for kind, _ in known],
            "names": [name for _, name in known],
        },
    )
    return len(values(cur, int))
