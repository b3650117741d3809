"""Reads of samples: by what they are drawn, what is in the draw, what the reviews of it found."""

from __future__ import annotations

from services.tasks.samples.records import Confirmed, Draw, InDraw
from shared.database import Cursor
from shared.rows import many, one, value

# What is looked at: an amendment may have withdrawn a duty, or taken its item out of sampling.
_LOOKED_AT = "duty.is_sampled AND item.review_rule = 'sample' AND duty.state <> 'withdrawn' AND duty.parent_id IS NULL"


def draw_of(cur: Cursor, checklist_id: int) -> Draw | None:
    """By what a checklist's sample is drawn; None when there is no such checklist."""
    cur.execute(
        "SELECT title, state, sample_seed AS seed, sample_percent AS percent FROM checklist WHERE id = %s",
        (checklist_id,),
    )
    return one(cur, Draw)


def confirmed(cur: Cursor, checklist_id: int) -> list[Confirmed]:
    """What the reviews of a checklist's sample found, measure by measure in the order of the checklist."""
    cur.execute(
        f"""
        SELECT measure.id AS measure_id, measure.title AS measure, count(*) AS drawn,
            count(*) FILTER (WHERE was_returned IS NOT NULL) AS decided,
            count(*) FILTER (WHERE NOT was_returned) AS confirmed
        FROM duty
        JOIN checklist_row AS item ON item.id = duty.item_id
        JOIN checklist_row AS task ON task.id = item.parent_id
        JOIN checklist_row AS measure ON measure.id = task.parent_id
        JOIN checklist_row AS area ON area.id = measure.parent_id
        CROSS JOIN LATERAL (
            SELECT bool_or(action = 'returned') AS was_returned FROM duty_history
            WHERE duty_id = duty.id AND action IN ('accepted', 'returned')
        ) AS decision
        WHERE duty.checklist_id = %s AND duty.sampled_in IS NOT NULL AND {_LOOKED_AT}
        GROUP BY measure.id, measure.title, area.position, area.id
        ORDER BY area.position, area.id, measure.position, measure.id
        """,
        (checklist_id,),
    )
    return many(cur, Confirmed)


def in_draw(cur: Cursor, checklist_id: int, *, only_drawn: bool, page: int, most: int) -> list[InDraw]:
    """One page of the duties that were in the draw, or of those that are looked at, by unit in directory order."""
    cur.execute(
        f"""
        SELECT duty.id AS duty_id, duty.unit_id, unit.name AS unit_name, duty.item_id, item.title AS item,
            measure.title AS measure, duty.period, duty.sampled_in AS revision, duty.is_sampled AS is_drawn, duty.state
        FROM duty
        JOIN unit ON unit.id = duty.unit_id
        JOIN checklist_row AS item ON item.id = duty.item_id
        JOIN checklist_row AS task ON task.id = item.parent_id
        JOIN checklist_row AS measure ON measure.id = task.parent_id
        WHERE duty.checklist_id = %(checklist)s AND duty.sampled_in IS NOT NULL AND duty.parent_id IS NULL
            AND (NOT %(only)s OR {_LOOKED_AT})
        ORDER BY unit.code, duty.item_id, duty.period LIMIT %(most)s OFFSET %(skip)s
        """,
        {"checklist": checklist_id, "only": only_drawn, "most": most, "skip": (page - 1) * most},
    )
    return many(cur, InDraw)


def count_in_draw(cur: Cursor, checklist_id: int, *, only_drawn: bool) -> int:
    """How many `in_draw` has on all pages."""
    cur.execute(
        f"""
        SELECT count(*) AS number FROM duty JOIN checklist_row AS item ON item.id = duty.item_id
        WHERE duty.checklist_id = %(checklist)s AND duty.sampled_in IS NOT NULL AND duty.parent_id IS NULL
            AND (NOT %(only)s OR {_LOOKED_AT})
        """,
        {"checklist": checklist_id, "only": only_drawn},
    )
    return value(cur, int)
