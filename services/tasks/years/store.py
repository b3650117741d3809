"""Writes of the turn of the year."""

from __future__ import annotations

from shared.database import Cursor, plan_anew
from shared.rows import value

LEVELS = (1, 2, 3, 4)
_COPIED = "title, body, recurrence, due_day, review_rule, acceptance_rule, evidence_rule"
# The items of a checklist that have an open duty; without `only_open` all of them.
_WANTED = """
    own.checklist_id = %(checklist)s AND own.dropped_in IS NULL AND (NOT %(only_open)s OR own.id IN (
        WITH RECURSIVE wanted AS (
            SELECT item.id, item.parent_id FROM checklist_row AS item
            WHERE item.checklist_id = %(checklist)s AND item.level = 4 AND EXISTS (
                SELECT FROM duty WHERE item_id = item.id AND state IN ('issued', 'acknowledged', 'returned'))
            UNION
            SELECT above.id, above.parent_id FROM wanted JOIN checklist_row AS above ON above.id = wanted.parent_id
        )
        SELECT id FROM wanted
    ))
"""


def close(cur: Cursor, checklist_id: int, reason: str) -> None:
    """Note the end of a checklist. Its duties stay as they are, with what is asked about them, so no board changes."""
    cur.execute("UPDATE checklist SET closed_at = now(), closed_reason = %s WHERE id = %s", (reason, checklist_id))


def carry(cur: Cursor, checklist_id: int, *, title: str, year: int, only_open: bool) -> int:
    """Make a draft for another year of a checklist's rows and units, dates moved by whole years; return its id."""
    cur.execute(
        """
        INSERT INTO checklist (title, year, plan_id, level_names, contact, carried_from_id, sample_percent)
        SELECT %s, %s, plan_id, level_names, contact, id, sample_percent FROM checklist WHERE id = %s RETURNING id
        """,
        (title, year, checklist_id),
    )
    draft_id = value(cur, int)
    plan_anew(cur)
    about = {"draft": draft_id, "checklist": checklist_id, "year": year, "only_open": only_open}
    for level in LEVELS:
        cur.execute(
            f"""
            INSERT INTO checklist_row (checklist_id, parent_id, level, position, of_row_id, due_on, {_COPIED})
            SELECT %(draft)s, parent.id, own.level, own.position, own.id,
                (own.due_on + make_interval(years => %(year)s - source.year))::date,
                {", ".join(f"own.{name}" for name in _COPIED.split(", "))}
            FROM checklist_row AS own
            JOIN checklist AS source ON source.id = own.checklist_id
            LEFT JOIN checklist_row AS parent
                ON parent.checklist_id = %(draft)s AND parent.level = own.level - 1
                    AND parent.of_row_id = own.parent_id
            WHERE own.level = %(level)s AND {_WANTED}
            ORDER BY own.position, own.id
            """,
            {**about, "level": level},
        )
    cur.execute(
        """
        INSERT INTO row_unit (row_id, position, role, unit_id, group_id)
        SELECT copy.id, row_unit.position, role, unit_id, group_id
        FROM checklist_row AS copy JOIN row_unit ON row_unit.row_id = copy.of_row_id WHERE copy.checklist_id = %s
        """,
        (draft_id,),
    )
    return draft_id
