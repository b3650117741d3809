"""Reads for issuing: the rows of a checklist, what they name, and what that comes to once groups are resolved."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from services.tasks.issuing.records import (
    Alike,
    Checklist,
    ComingPart,
    ComingUnit,
    Lacking,
    Load,
    NamedGroup,
    NamedUnit,
    OpenQuestion,
    PeriodsOfItem,
    Plan,
    Progress,
    Stated,
    TreeRow,
    UnfinishedRuns,
)
from shared.database import Cursor
from shared.rows import many, one, the, values

CHECKLIST = """
    id, title, year, level_names, contact, state, revision, version, amends_id, document_number, meeting_id, dropped_on
"""


def checklist(cur: Cursor, checklist_id: int, *, for_update: bool = False) -> Checklist | None:
    """The header of a checklist, locked until the commit if so wanted."""
    cur.execute(
        f"SELECT {CHECKLIST} FROM checklist WHERE id = %s {'FOR UPDATE' if for_update else ''}",
        (checklist_id,),
    )
    return one(cur, Checklist)


def rows(cur: Cursor, checklist_id: int) -> list[TreeRow]:
    """Levels 1 to 4 without what an amendment dropped, parents before children."""
    cur.execute(
        """
        SELECT id, parent_id, level, position, title, due_on, recurrence, due_day,
            evidence_rule = 'required' AND review_rule <> 'sample' AS asks_file
        FROM checklist_row
        WHERE checklist_id = %s AND dropped_in IS NULL ORDER BY level, parent_id, position, id
        """,
        (checklist_id,),
    )
    return many(cur, TreeRow)


def named_units(cur: Cursor, checklist_id: int) -> list[NamedUnit]:
    """What every row of the checklist names itself, row by row in the order of entry."""
    cur.execute(
        """
        SELECT row_unit.row_id, checklist_row.title, group_id, unit_group.name AS group_name,
            coalesce(unit.is_active, false) AS is_active
        FROM checklist_row
        JOIN row_unit ON row_id = checklist_row.id
        LEFT JOIN unit ON unit.id = unit_id
        LEFT JOIN unit_group ON unit_group.id = group_id
        WHERE checklist_id = %s AND dropped_in IS NULL ORDER BY row_unit.row_id, row_unit.position
        """,
        (checklist_id,),
    )
    return many(cur, NamedUnit)


def named_groups(cur: Cursor, checklist_id: int) -> list[NamedGroup]:
    """The groups that rows of the checklist name, by name."""
    cur.execute(
        """
        SELECT id AS group_id, name, aliases FROM unit_group
        WHERE id IN (
            SELECT group_id FROM row_unit JOIN checklist_row ON checklist_row.id = row_id
            WHERE checklist_id = %s AND dropped_in IS NULL)
        ORDER BY name
        """,
        (checklist_id,),
    )
    return many(cur, NamedGroup)


def left_out_of(cur: Cursor, group_id: int, kind: str, *, most: int) -> list[Lacking]:
    """Active units of the kind that lie below the same units as the group's members do, without these; by code."""
    cur.execute(
        """
        WITH member AS MATERIALIZED (
            SELECT id, coalesce(parent_id, 0) AS above FROM unit
            JOIN unit_group_member ON unit_id = id WHERE group_id = %(group)s AND kind = %(kind)s
        )
        SELECT name, (count(*) OVER ())::integer AS total FROM unit
        WHERE is_active AND kind = %(kind)s AND coalesce(parent_id, 0) IN (SELECT above FROM member)
            AND id NOT IN (SELECT id FROM member)
        ORDER BY code LIMIT %(most)s
        """,
        {"group": group_id, "kind": kind, "most": most},
    )
    return many(cur, Lacking)


def filled_groups(cur: Cursor) -> set[int]:
    """The groups that have an active member."""
    cur.execute(
        "SELECT DISTINCT group_id FROM unit_group_member JOIN unit ON unit.id = unit_id WHERE is_active",
    )
    return set(values(cur, int))


def groups_kept_empty(cur: Cursor, checklist_id: int) -> set[int]:
    """The groups of which somebody decided that they stay as they are."""
    cur.execute(
        """
        SELECT DISTINCT group_id FROM question
        WHERE checklist_id = %s AND group_id IS NOT NULL AND answer->>'kind' = 'keep'
        """,
        (checklist_id,),
    )
    return set(values(cur, int))


# Active units that the rows %(wanted)s name, each with the groups among these that it is in, its own id where a row
# names it itself, and both as one key. Units of the same key have the same duties, so that the members of each group
# are gone through once, however many rows name it.
_ALIKE = """
    named AS MATERIALIZED (
        SELECT row_id, unit_id, group_id, role
        FROM unnest(%(wanted)s::bigint[]) AS wanted (row_id) JOIN row_unit USING (row_id)
    ), place AS (
        SELECT member.unit_id, group_id
        FROM (SELECT DISTINCT group_id FROM named WHERE group_id IS NOT NULL) AS given
        JOIN unit_group_member AS member USING (group_id)
        UNION ALL SELECT DISTINCT unit_id, NULL::bigint FROM named WHERE unit_id IS NOT NULL
    ), placed AS MATERIALIZED (
        SELECT place.unit_id, array_agg(group_id ORDER BY group_id) FILTER (WHERE group_id IS NOT NULL) AS group_ids,
            CASE WHEN bool_or(group_id IS NULL) THEN place.unit_id END AS own_id
        FROM place JOIN unit ON unit.id = place.unit_id AND unit.is_active
        GROUP BY place.unit_id
    ), alike AS (
        SELECT unit_id, group_ids, own_id, concat_ws('+', own_id, '/' || array_to_string(group_ids, ',')) AS key
        FROM placed
    )
"""


def loads(cur: Cursor, periods: Sequence[tuple[int, str, int, int]]) -> list[Load]:
    """Duties a month of units that are named alike, from (row that names units, month, due dates in it, with a file).

    Right after an import the tables have no statistics. The arrays tell the planner how much there is, and everything
    else is joined by its key, so that it cannot take a way that reads a table once per row.
    """
    if not periods:
        return []
    row_ids, months, counts, files = zip(*periods, strict=True)
    cur.execute(
        f"""
        WITH {_ALIKE}, kind AS MATERIALIZED (
            SELECT key, min(group_ids) AS group_ids, min(own_id) AS own_id, count(*) AS units FROM alike GROUP BY key
        ), given AS (
            SELECT key, row_id FROM kind CROSS JOIN unnest(group_ids) AS mine (group_id) JOIN named USING (group_id)
            UNION SELECT key, row_id FROM kind JOIN named ON unit_id = own_id
        )
        SELECT key AS alike, units, due.month, sum(due.duties)::integer AS duties, sum(due.files)::integer AS files
        FROM given JOIN kind USING (key)
        JOIN unnest(%(rows)s::bigint[], %(months)s::text[], %(counts)s::integer[], %(files)s::integer[])
            AS due (row_id, month, duties, files) USING (row_id)
        GROUP BY key, units, due.month ORDER BY key, due.month
        """,
        {
            "wanted": sorted(set(row_ids)),
            "rows": list(row_ids),
            "months": list(months),
            "counts": list(counts),
            "files": list(files),
        },
    )
    return many(cur, Load)


def units_alike(cur: Cursor, row_ids: Iterable[int], keys: Collection[str], *, most: int) -> list[Alike]:
    """The first of the units that these rows name and whose key is one of `keys`, in directory order."""
    if not keys:
        return []
    cur.execute(
        f"""
        WITH {_ALIKE}
        SELECT unit.id AS unit_id, unit.name, unit.kind, key AS alike
        FROM alike JOIN unnest(%(keys)s::text[]) AS kept (key) USING (key) JOIN unit ON unit.id = alike.unit_id
        ORDER BY unit.code LIMIT %(most)s
        """,
        {"wanted": sorted(set(row_ids)), "keys": sorted(keys), "most": most},
    )
    return many(cur, Alike)


def units_after(cur: Cursor, row_ids: Iterable[int], code: str, *, most: int) -> list[ComingUnit]:
    """The first of the units behind a code that these rows name, in directory order."""
    cur.execute(
        f"""
        WITH {_ALIKE}
        SELECT unit.id AS unit_id, unit.code, unit.name, unit.kind, key AS alike
        FROM alike JOIN unit ON unit.id = alike.unit_id WHERE unit.code > %(code)s ORDER BY unit.code LIMIT %(most)s
        """,
        {"wanted": sorted(set(row_ids)), "code": code, "most": most},
    )
    return many(cur, ComingUnit)


def rows_alike(cur: Cursor, row_ids: Iterable[int], unit_ids: Sequence[int]) -> list[ComingPart]:
    """Which of these rows name units of the keys that these units have, and as what; leading wins."""
    cur.execute(
        f"""
        WITH {_ALIKE}, kind AS MATERIALIZED (
            SELECT key, min(group_ids) AS group_ids, min(own_id) AS own_id
            FROM alike JOIN unnest(%(units)s::bigint[]) AS asked (unit_id) USING (unit_id) GROUP BY key
        ), given AS (
            SELECT key, row_id, role
            FROM kind CROSS JOIN unnest(group_ids) AS mine (group_id) JOIN named USING (group_id)
            UNION ALL SELECT key, row_id, role FROM kind JOIN named ON unit_id = own_id
        )
        SELECT key AS alike, row_id, min(role) AS role FROM given GROUP BY key, row_id ORDER BY key, row_id
        """,
        {"wanted": sorted(set(row_ids)), "units": list(unit_ids)},
    )
    return many(cur, ComingPart)


def periods_of_items(cur: Cursor, run_id: int) -> list[PeriodsOfItem]:
    cur.execute("SELECT item_id, count(*) AS periods FROM item_period WHERE run_id = %s GROUP BY item_id", (run_id,))
    return many(cur, PeriodsOfItem)


def units_of_chunk(cur: Cursor, run_id: int, number: int) -> list[int]:
    """The units whose duties a chunk of a run makes."""
    cur.execute("SELECT unit_id FROM issue_unit WHERE run_id = %s AND chunk = %s ORDER BY unit_id", (run_id, number))
    return values(cur, int)


def open_questions(cur: Cursor, checklist_id: int) -> list[OpenQuestion]:
    """The questions that keep a checklist from being issued."""
    cur.execute(
        """
        SELECT row_id, checklist_row.title, text_zh, text_en
        FROM question LEFT JOIN checklist_row ON checklist_row.id = row_id
        WHERE question.checklist_id = %s AND answer IS NULL ORDER BY question.id
        """,
        (checklist_id,),
    )
    return many(cur, OpenQuestion)


def progress(cur: Cursor, checklist_id: int) -> Progress | None:
    """How far the newest run or amendment is; None when there is none. Of an amendment all changes count as duties."""
    cur.execute(
        """
        SELECT 1 + count(number) AS chunks,
            (work.state <> 'preparing')::integer + count(number) FILTER (WHERE is_done) AS done_chunks,
            coalesce(sum(duties), 0)::integer AS duties, is_amendment = 1 AS is_amendment
        FROM (
            SELECT run.state, run.revision, 0 AS is_amendment, number, is_done, duties
            FROM issue_run AS run LEFT JOIN issue_chunk ON run_id = run.id WHERE checklist_id = %(checklist)s
            UNION ALL
            SELECT one.state, one.revision, 1, number, is_done, made + changed + withdrawn
            FROM amendment AS one LEFT JOIN amendment_chunk ON amendment_id = one.id WHERE checklist_id = %(checklist)s
        ) AS work
        GROUP BY revision, is_amendment, work.state ORDER BY revision DESC, is_amendment DESC LIMIT 1
        """,
        {"checklist": checklist_id},
    )
    return one(cur, Progress)


def unfinished_runs(cur: Cursor) -> UnfinishedRuns:
    """How many runs are under way, and for how many seconds the oldest has been."""
    cur.execute(
        """
        SELECT count(*) AS runs,
            coalesce(extract(epoch FROM clock_timestamp() - min(asked_at)), 0)::float AS oldest_seconds
        FROM (SELECT state, asked_at FROM issue_run UNION ALL SELECT state, asked_at FROM amendment) AS work
        WHERE state <> 'done'
        """
    )
    return the(cur, UnfinishedRuns)


def plan(cur: Cursor, checklist_id: int) -> Plan | None:
    """The plan that a checklist stands under; None for one without."""
    cur.execute(
        "SELECT plan.id, plan.title, from_year FROM plan JOIN checklist ON plan_id = plan.id WHERE checklist.id = %s",
        (checklist_id,),
    )
    return one(cur, Plan)


def stated_targets(cur: Cursor, checklist_id: int) -> list[Stated]:
    """What the notice of a checklist's plan says of targets, in its order; what somebody took as about is about."""
    cur.execute(
        """
        SELECT target.id AS statement_id, name, quote,
            CASE WHEN is_approximate THEN '~' ELSE comparator END AS comparator, value, unit_of_measure,
            to_year, is_part
        FROM target JOIN checklist USING (plan_id) WHERE checklist.id = %s ORDER BY position
        """,
        (checklist_id,),
    )
    return many(cur, Stated)
