"""Reads of delegation: who lies below a unit, and what of a duty each has."""

from __future__ import annotations

from collections.abc import Collection

from services.tasks.delegation.records import Below
from services.tasks.duties.duty import Duty
from shared.database import Cursor
from shared.directory import STEPS_BELOW
from shared.rows import many

# As many as fit a page of ticks; a township has some twenty villages.
MOST_UNITS = 200

_BELOW = f"""
    WITH RECURSIVE {STEPS_BELOW}
    SELECT own.id, name, own.steps, coalesce(has.parent_id = %(duty)s, false) AS is_part,
        has.id IS NOT NULL AND has.parent_id IS DISTINCT FROM %(duty)s AS is_own
    FROM (SELECT depth AS steps, unnest(ids) AS id FROM step WHERE depth > 0) AS own
    JOIN unit ON unit.id = own.id AND is_active
    LEFT JOIN duty AS has ON has.unit_id = own.id AND has.item_id = %(item)s AND has.period = %(period)s
        AND has.state <> 'withdrawn'
"""


def units_below(cur: Cursor, duty: Duty) -> list[Below]:
    """The active units below the duty's, at most MOST_UNITS of them.

    First those that have nothing of it, so that whoever splits it several times reaches all; of these the next ones in
    directory order.
    """
    cur.execute(
        f"{_BELOW} ORDER BY has.id IS NOT NULL, own.steps, unit.code LIMIT %(most)s",
        _asked(duty) | {"most": MOST_UNITS},
    )
    return many(cur, Below)


def those_below(cur: Cursor, duty: Duty, unit_ids: Collection[int]) -> list[Below]:
    """Those of the units that lie below the duty's and are active, in directory order."""
    cur.execute(f"{_BELOW} WHERE own.id = ANY (%(units)s) ORDER BY unit.code", _asked(duty) | {"units": list(unit_ids)})
    return many(cur, Below)


def lock(cur: Cursor, duty_id: int, unit_ids: Collection[int]) -> None:
    """Lock a duty and what the units have of the same item and period, in the order in which everybody locks several.

    A duty that is not there locks nothing.
    """
    cur.execute(
        """
        SELECT FROM duty WHERE id = %(duty)s OR unit_id = ANY (%(units)s)
            AND (item_id, period) = (SELECT item_id, period FROM duty WHERE id = %(duty)s)
        ORDER BY id FOR NO KEY UPDATE
        """,
        {"duty": duty_id, "units": sorted(unit_ids)},
    )


def _asked(duty: Duty) -> dict[str, object]:
    return {"above": duty.unit_id, "duty": duty.id, "item": duty.item_id, "period": duty.period}
