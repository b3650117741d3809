"""Reads for issuing: what the rows of a checklist come to, once inherited units and groups are resolved."""

from __future__ import annotations

from collections.abc import Sequence

from services.tasks.issuing.records import (
    BareRow,
    Checklist,
    EmptyGroup,
    FrozenRow,
    Load,
    OpenQuestion,
    Progress,
    ScheduledItem,
    UnfinishedRuns,
)
from shared.database import Cursor
from shared.rows import many, one, the

CHECKLIST = "id, title, year, level_names, state, revision, version"

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


def checklist(cur: Cursor, checklist_id: int, *, for_update: bool = False) -> Checklist | None:
    cur.execute(
        f"SELECT {CHECKLIST} FROM checklist WHERE id = %s {'FOR UPDATE' if for_update else ''}",
        (checklist_id,),
    )
    return one(cur, Checklist)


def items(cur: Cursor, checklist_id: int) -> list[ScheduledItem]:
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
    return many(cur, ScheduledItem)


def units_of_items(cur: Cursor, checklist_id: int, periods: Sequence[tuple[int, str, int]]) -> list[Load]:
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
    return many(cur, Load)


def open_questions(cur: Cursor, checklist_id: int) -> list[OpenQuestion]:
    cur.execute(
        """
        SELECT row_id, checklist_row.title, text_zh, text_en
        FROM question LEFT JOIN checklist_row ON checklist_row.id = row_id
        WHERE question.checklist_id = %s AND answer IS NULL ORDER BY question.id
        """,
        (checklist_id,),
    )
    return many(cur, OpenQuestion)


def empty_groups(cur: Cursor, checklist_id: int) -> list[EmptyGroup]:
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
    return many(cur, EmptyGroup)


def rows_leading_nowhere(cur: Cursor, checklist_id: int) -> list[BareRow]:
    """Areas, measures and tasks that have nothing below them."""
    cur.execute(
        """
        SELECT id, title FROM checklist_row AS row
        WHERE checklist_id = %s AND level < 4
            AND NOT EXISTS (SELECT FROM checklist_row AS child WHERE child.parent_id = row.id)
        ORDER BY level, id
        """,
        (checklist_id,),
    )
    return many(cur, BareRow)


def rows(cur: Cursor, checklist_id: int) -> list[FrozenRow]:
    """Levels 1 to 4, parents before children."""
    cur.execute(
        """
        SELECT id, parent_id, level, position, title FROM checklist_row
        WHERE checklist_id = %s ORDER BY level, parent_id, position, id
        """,
        (checklist_id,),
    )
    return many(cur, FrozenRow)


def progress(cur: Cursor, checklist_id: int) -> Progress | None:
    """How far the newest run is; None when there is none."""
    cur.execute(
        """
        SELECT 1 + count(number) AS chunks,
            (run.state <> 'preparing')::integer + count(number) FILTER (WHERE is_done) AS done_chunks,
            coalesce(sum(duties), 0)::integer AS duties
        FROM (SELECT * FROM issue_run WHERE checklist_id = %s ORDER BY revision DESC LIMIT 1) AS run
        LEFT JOIN issue_chunk ON run_id = run.id
        GROUP BY run.id, run.state
        """,
        (checklist_id,),
    )
    return one(cur, Progress)


def unfinished_runs(cur: Cursor) -> UnfinishedRuns:
    cur.execute(
        """
        SELECT count(*) AS runs,
            coalesce(extract(epoch FROM clock_timestamp() - min(asked_at)), 0)::float AS oldest_seconds
        FROM issue_run WHERE state <> 'done'
        """
    )
    return the(cur, UnfinishedRuns)
