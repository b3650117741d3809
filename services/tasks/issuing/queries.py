"""Reads for issuing: what the rows of a checklist come to, once inherited units and groups are resolved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared.database import Cursor

# The items of a checklist and their active units: a row's units hold for the rows below it that name none. A unit that
# is named itself and through a group stands once; leading wins over supporting.
RESOLVED_ITEMS = """
    WITH RECURSIVE item AS (
        SELECT * FROM checklist_row WHERE checklist_id = %(checklist)s AND level = 4
    ), line (item_id, row_id, distance) AS (
        SELECT id, id, 0 FROM item
        UNION ALL
        SELECT item_id, parent_id, distance + 1 FROM line JOIN checklist_row ON id = row_id WHERE parent_id IS NOT NULL
    ), named AS (
        SELECT DISTINCT ON (item_id) item_id, row_id FROM line
        WHERE EXISTS (SELECT FROM row_unit WHERE row_unit.row_id = line.row_id)
        ORDER BY item_id, distance
    ), expanded AS (
        SELECT named.item_id, coalesce(member.unit_id, row_unit.unit_id) AS unit_id, min(role) AS role
        FROM named JOIN row_unit USING (row_id)
        LEFT JOIN unit_group_member AS member USING (group_id)
        JOIN unit ON unit.id = coalesce(member.unit_id, row_unit.unit_id) AND unit.is_active
        GROUP BY 1, 2
    )
"""


def checklist(cur: Cursor, checklist_id: int, *, for_update: bool = False) -> Any:
    cur.execute(
        f"SELECT * FROM checklist WHERE id = %s {'FOR UPDATE' if for_update else ''}",
        (checklist_id,),
    )
    return cur.fetchone()


def items(cur: Cursor, checklist_id: int) -> list[Any]:
    """Items in reading order, each with its schedule and the row that names its units."""
    cur.execute(
        RESOLVED_ITEMS
        + """
        SELECT item.id, item.title, item.due_on, item.recurrence, item.due_day, named.row_id AS units_row_id,
            EXISTS (
                SELECT FROM row_unit LEFT JOIN unit_group_member AS member USING (group_id)
                JOIN unit ON unit.id = coalesce(member.unit_id, row_unit.unit_id) AND unit.is_active
                WHERE row_unit.row_id = named.row_id) AS has_units
        FROM item
        JOIN checklist_row AS task ON task.id = item.parent_id
        JOIN checklist_row AS measure ON measure.id = task.parent_id
        JOIN checklist_row AS area ON area.id = measure.parent_id
        LEFT JOIN named ON named.item_id = item.id
        ORDER BY area.position, area.id, measure.position, measure.id, task.position, task.id, item.position, item.id
        """,
        {"checklist": checklist_id},
    )
    return cur.fetchall()


def units_of_items(cur: Cursor, checklist_id: int, periods: Sequence[tuple[int, str, int]]) -> list[Any]:
    """Duties per unit and month in directory order, from (item id, month, number of periods due in it)."""
    if not periods:
        return []
    item_ids, months, counts = zip(*periods, strict=True)
    cur.execute(
        RESOLVED_ITEMS
        + """
        SELECT unit_id, unit.name, unit.kind, month, sum(due.duties)::integer AS duties
        FROM expanded
        JOIN unnest(%(items)s::bigint[], %(months)s::text[], %(counts)s::integer[]) AS due (item_id, month, duties)
            USING (item_id)
        JOIN unit ON unit.id = unit_id
        GROUP BY unit_id, unit.name, unit.kind, unit.code, month
        ORDER BY unit.code, month
        """,
        {"checklist": checklist_id, "items": list(item_ids), "months": list(months), "counts": list(counts)},
    )
    return cur.fetchall()


def open_questions(cur: Cursor, checklist_id: int) -> list[Any]:
    cur.execute(
        """
        SELECT question.id, row_id, checklist_row.title, text_zh, text_en
        FROM question LEFT JOIN checklist_row ON checklist_row.id = row_id
        WHERE question.checklist_id = %s AND answer IS NULL ORDER BY question.id
        """,
        (checklist_id,),
    )
    return cur.fetchall()


def empty_groups(cur: Cursor, checklist_id: int) -> list[Any]:
    """Rows that name a group without active members, unless somebody decided to keep it so."""
    cur.execute(
        """
        SELECT row_unit.row_id, checklist_row.title, unit_group.name
        FROM checklist_row JOIN row_unit ON row_id = checklist_row.id JOIN unit_group ON unit_group.id = group_id
        WHERE checklist_id = %(checklist)s
            AND NOT EXISTS (
                SELECT FROM unit_group_member AS member JOIN unit ON unit.id = unit_id AND is_active
                WHERE member.group_id = unit_group.id)
            AND NOT EXISTS (
                SELECT FROM question WHERE question.checklist_id = %(checklist)s
                AND question.group_id = unit_group.id AND answer->>'kind' = 'keep')
        ORDER BY row_unit.row_id, row_unit.position
        """,
        {"checklist": checklist_id},
    )
    return cur.fetchall()


def rows_leading_nowhere(cur: Cursor, checklist_id: int) -> list[Any]:
    """Areas, measures and tasks that have nothing below them."""
    cur.execute(
        """
        SELECT id, title, level FROM checklist_row AS row
        WHERE checklist_id = %s AND level < 4
            AND NOT EXISTS (SELECT FROM checklist_row AS child WHERE child.parent_id = row.id)
        ORDER BY level, id
        """,
        (checklist_id,),
    )
    return cur.fetchall()


def rows(cur: Cursor, checklist_id: int) -> list[Any]:
    """Levels 1 to 4, parents before children."""
    cur.execute(
        """
        SELECT id, parent_id, level, position, title FROM checklist_row
        WHERE checklist_id = %s ORDER BY level, parent_id, position, id
        """,
        (checklist_id,),
    )
    return cur.fetchall()


def progress(cur: Cursor, checklist_id: int) -> Any:
    """State of the newest run with its chunks; the preparation counts as one. None when there is no run."""
    cur.execute(
        """
        SELECT run.state,
            1 + count(number) AS chunks,
            (run.state <> 'preparing')::integer + count(number) FILTER (WHERE is_done) AS done_chunks,
            coalesce(sum(duties), 0)::integer AS duties
        FROM (SELECT * FROM issue_run WHERE checklist_id = %s ORDER BY revision DESC LIMIT 1) AS run
        LEFT JOIN issue_chunk ON run_id = run.id
        GROUP BY run.id, run.state
        """,
        (checklist_id,),
    )
    return cur.fetchone()


def unfinished_runs(cur: Cursor) -> tuple[int, float]:
    """How many runs are not done, and the age of the oldest in seconds."""
    cur.execute(
        """
        SELECT count(*) AS runs, coalesce(extract(epoch FROM clock_timestamp() - min(asked_at)), 0)::float AS oldest
        FROM issue_run WHERE state <> 'done'
        """
    )
    found = cur.fetchone()
    return found.runs, found.oldest
