"""What is read about accounts: which have something to say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from services.notifications.delivery.states import Channel, State
from shared.database import Cursor
from shared.rows import values


def waiting(cur: Cursor, now: dt.datetime, accounts: Sequence[tuple[Channel, str, bool]]) -> list[str]:
    """The names of those accounts, each with its channel and whether it is a robot, for which something is due.

    The one that has been silent longest comes first, so that none keeps the others waiting.
    """
    cur.execute(
        """
        SELECT account.name FROM unnest(%(channels)s::text[], %(names)s::text[], %(robots)s::boolean[])
            AS account (channel, name, is_robot)
        JOIN channel_account USING (name)
        WHERE coalesce(paused_until <= %(now)s, true) AND EXISTS (
            SELECT FROM delivery LEFT JOIN contact USING (person_id, channel)
            WHERE delivery.channel = account.channel AND state = %(planned)s AND not_before <= %(now)s
                AND (NOT is_robot OR contact.address = account.name))
        ORDER BY uses[cardinality(uses)] NULLS FIRST, name
        """,
        {
            "now": now,
            "planned": State.PLANNED,
            "channels": [channel for channel, _, _ in accounts],
            "names": [name for _, name, _ in accounts],
            "robots": [is_robot for _, _, is_robot in accounts],
        },
    )
    return values(cur, str)
