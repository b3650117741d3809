"""All writes of which indicator plays which part; they only grow."""

from __future__ import annotations

from collections.abc import Mapping

from services.stats.economy.roles import Role
from shared.actor import Signature
from shared.database import Cursor


def hold(cur: Cursor) -> None:
    """Let nobody else change the parts until the commit; they are read on."""
    cur.execute("LOCK TABLE economy_role IN SHARE ROW EXCLUSIVE MODE")


def keep(cur: Cursor, changed: Mapping[Role, int | None], *, version: int, who: Signature) -> None:
    """Write down what changed with `version`."""
    cur.execute(
        """
        INSERT INTO economy_role (role, version, indicator_id, person_id, person_post, person_unit)
        SELECT role, %s, indicator_id, %s, %s, %s FROM unnest(%s::text[], %s::bigint[]) AS given (role, indicator_id)
        ORDER BY role
        """,
        (version, who.person_id, who.post, who.unit, [role.value for role in changed], list(changed.values())),
    )
