"""Reads of what a new revision makes of the duties: one rule, for who looks at it before and for the work itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from services.tasks.issuing.preview import Due
from services.tasks.revisions.records import Effect, Effects, SplitDuty
from shared.database import Cursor
from shared.limits import DATABASE
from shared.rows import many, values

# What becomes of each duty, from `wanted` (by the new revision) and `owed` (as it is). More time that was given is not
# taken back: an extended duty is due on that day or on the amended one, whichever is later, and its history says that
# the date was amended either way. So does a date that stayed because another calendar would have brought it forward to
# today or before, as long as the day that is written stays (`kept_on`). What was withdrawn and is wanted again comes
# back, under its old history. Parts of duties follow those (`store.FOLLOW`); what a unit has as a part becomes its own
# where the revision names that unit.
OWED = """
    id, unit_id, item_id, period, state, role, due_on, written_due_on, parent_id,
    CASE WHEN first_due_on IS NOT NULL THEN coalesce(extended_on, due_on) END AS extended_on,
    CASE WHEN first_due_on IS NULL THEN extended_on END AS kept_on,
    CASE WHEN parent_id IS NOT NULL AND state = 'accepted' THEN due_on END AS done_part_due_on
"""
BECOMES = """
    found AS (
        SELECT *, CASE
            WHEN id IS NULL OR state = 'withdrawn' THEN CASE
                WHEN is_wanted AND (%(made_from)s::date IS NULL OR due_on >= %(made_from)s)
                    THEN CASE WHEN id IS NULL THEN 'made' ELSE 'back' END END
            WHEN was_part THEN 'changed'
            WHEN NOT is_wanted THEN CASE WHEN state IN ('issued', 'acknowledged', 'returned', 'submitted')
                THEN 'withdrawn' END
            WHEN state IN ('issued', 'acknowledged', 'returned') THEN CASE
                WHEN due_on <> was_due_on OR is_kept OR role <> was_role OR item_id = ANY (%(reworded)s::bigint[])
                    THEN 'changed' END
            WHEN state IN ('submitted', 'accepted') AND due_on > was_due_on THEN 'changed'
        END AS becomes
        FROM (
            SELECT owed.id, unit_id, item_id, period, owed.state, owed.due_on AS was_due_on, owed.role AS was_role,
                wanted.unit_id IS NOT NULL AS is_wanted, wanted.role, wanted.written_due_on, wanted.is_provisional,
                owed.written_due_on AS was_written_due_on, owed.parent_id IS NOT NULL AS was_part,
                CASE WHEN wanted.unit_id IS NOT NULL THEN greatest(extended_on, done_part_due_on, wanted.due_on,
                    CASE WHEN owed.written_due_on = wanted.written_due_on THEN kept_on END) END AS due_on,
                extended_on > wanted.due_on AND owed.written_due_on <> wanted.written_due_on AS is_kept
            FROM wanted FULL JOIN owed USING (unit_id, item_id, period)
            WHERE owed.parent_id IS NULL OR wanted.unit_id IS NOT NULL
        ) AS beside
    )
"""

# The items of which a duty may change: all but those whose duties are the wanted ones, unit by unit and day by day.
# Many rows name the same units, so each set of them is found once. Two sets of as many units are told apart by the
# hashes of their members. Duties are counted by day before days are compared: nothing is joined once for each of them.
_TOUCHED = """
    WITH due AS (
        SELECT * FROM unnest(%(items)s::bigint[], %(rows)s::bigint[], %(periods)s::text[], %(written)s::date[],
            %(due)s::date[]) AS given (item_id, row_id, period, written_due_on, due_on)
    ), naming AS (
        SELECT row_id, array_agg(concat_ws(' ', role, 'unit ' || unit_id, 'group ' || group_id)
            ORDER BY role, unit_id, group_id) AS whom
        FROM row_unit WHERE row_id = ANY (%(rows)s::bigint[]) GROUP BY row_id
    ), named AS (
        SELECT whom, coalesce(member.unit_id, row_unit.unit_id) AS unit_id, min(role) AS role
        FROM (SELECT whom, min(row_id) AS row_id FROM naming GROUP BY whom) AS first
        JOIN row_unit USING (row_id) LEFT JOIN unit_group_member AS member USING (group_id)
        JOIN unit ON unit.id = coalesce(member.unit_id, row_unit.unit_id) AND unit.is_active
        GROUP BY 1, 2
    ), wanted AS (
        SELECT item_id, period, due_on, coalesce(units, 0) AS units, coalesce(members, 0) AS members
        FROM due LEFT JOIN naming USING (row_id) LEFT JOIN (
            SELECT whom, count(*) AS units, bit_xor(hashtextextended(role, unit_id)) AS members FROM named GROUP BY whom
        ) AS of_those USING (whom)
    ), owed AS MATERIALIZED (
        SELECT item_id, period, written_due_on, due_on,
            coalesce(extended_on, CASE WHEN first_due_on IS NOT NULL THEN due_on END) AS extended_on,
            count(*) AS units, bit_xor(hashtextextended(role, unit_id)) AS members
        FROM duty WHERE checklist_id = %(checklist)s AND parent_id IS NULL AND state <> 'withdrawn'
        GROUP BY 1, 2, 3, 4, 5
    ), standing AS (
        SELECT item_id, period, sum(owed.units) AS units, bit_xor(members) AS members, bool_and(coalesce(
            owed.written_due_on = due.written_due_on AND owed.due_on = greatest(extended_on, due.due_on), false))
            AS is_due
        FROM owed LEFT JOIN due USING (item_id, period) GROUP BY 1, 2
    )
    SELECT DISTINCT item_id FROM wanted FULL JOIN standing USING (item_id, period)
    WHERE item_id = ANY (%(reworded)s::bigint[]) OR CASE
        WHEN standing.units IS NULL THEN wanted.units > 0 AND (%(made_from)s::date IS NULL OR due_on >= %(made_from)s)
        ELSE NOT is_due OR (standing.units, standing.members) IS DISTINCT FROM (wanted.units::numeric, wanted.members)
        END
"""

_EFFECTS = f"""
    WITH due AS (
        SELECT * FROM unnest(%(items)s::bigint[], %(rows)s::bigint[], %(periods)s::text[], %(written)s::date[],
            %(due)s::date[], %(provisional)s::boolean[])
            AS given (item_id, row_id, period, written_due_on, due_on, is_provisional)
    ), wanted AS (
        SELECT unit_id, item_id, period, min(role) AS role, min(written_due_on) AS written_due_on,
            min(due_on) AS due_on, bool_or(is_provisional) AS is_provisional
        FROM (
            SELECT due.*, role, coalesce(member.unit_id, row_unit.unit_id) AS unit_id
            FROM due JOIN row_unit USING (row_id) LEFT JOIN unit_group_member AS member USING (group_id)
        ) AS given JOIN unit ON unit.id = unit_id AND unit.is_active
        GROUP BY unit_id, item_id, period
    ), owed AS (
        SELECT {OWED} FROM duty
        WHERE checklist_id = %(checklist)s AND item_id = ANY (%(touched)s::bigint[])
    ), {BECOMES}
    , counted AS (
        SELECT unit_id, item_id, (count(*) FILTER (WHERE becomes IN ('made', 'back')))::integer AS made,
            (count(*) FILTER (WHERE becomes = 'changed'))::integer AS changed,
            (count(*) FILTER (WHERE becomes = 'withdrawn'))::integer AS withdrawn,
            bool_or((becomes IN ('made', 'back') OR becomes = 'changed' AND due_on < was_due_on)
                AND due_on >= %(soon_from)s AND due_on < %(soon_until)s) AS is_soon,
            (count(*) FILTER (WHERE due_on < %(soon_from)s AND (becomes IN ('made', 'back')
                OR becomes = 'changed' AND was_due_on >= %(soon_from)s
                    AND state IN ('issued', 'acknowledged', 'returned'))))::integer AS overdue,
            (array_agg(DISTINCT item_id ORDER BY item_id) FILTER (WHERE becomes IN ('made', 'back')))[1:%(named)s]
                AS gains,
            (array_agg(DISTINCT item_id ORDER BY item_id) FILTER (WHERE becomes = 'withdrawn'))[1:%(named)s] AS loses
        FROM found WHERE becomes IS NOT NULL GROUP BY GROUPING SETS (unit_id, item_id)
    )
    SELECT unit_id, item_id, name, made, changed, withdrawn, coalesce(is_soon, false) AS is_soon, overdue,
        coalesce(gains, '{{}}') AS gains, coalesce(loses, '{{}}') AS loses
    FROM counted LEFT JOIN unit ON unit.id = unit_id
    ORDER BY code, item_id
"""


# Of very many items of which a unit gains or loses duties, the first are named.
MOST_NAMED = 20

# The duties of a chunk.
HELD = """
    FROM duty WHERE checklist_id = %(checklist_id)s AND item_id = ANY (%(touched)s)
        AND unit_id IN (SELECT unit_id FROM amendment_unit WHERE amendment_id = %(amendment_id)s AND chunk = %(number)s)
"""


class _Counted(NamedTuple):
    """The numbers of one unit, or of one item."""

    unit_id: int | None
    item_id: int | None
    name: str | None
    made: int
    changed: int
    withdrawn: int
    is_soon: bool
    overdue: int
    gains: list[int]
    loses: list[int]


def effects(
    cur: Cursor,
    checklist_id: int,
    dues: Sequence[tuple[int, Due]],
    *,
    made_from: dt.date | None,
    reworded: Sequence[int],
    soon: tuple[dt.date, dt.date],
) -> Effects:
    """What would become of a checklist's duties, by unit in directory order; units without any change are not in it.

    `dues` are (id of the item in the checklist, or of a new one in the draft; its date): all that is to be by then, and
    `soon` the first day that is near and the first that is not. All duties are looked at, not those of changed items
    alone: whoever left a group and came back has some of an item. Of items with which nothing can be different the
    duties are counted, of the others each is compared.
    """
    cur.execute(f"SET LOCAL statement_timeout = '{DATABASE.long_statement:.0f}s'; SET LOCAL work_mem = '64MB'")
    about = {"checklist": checklist_id, "made_from": made_from, "reworded": list(reworded)}
    touched = touched_items(cur, about | _as_arrays(dues))
    cur.execute(
        _EFFECTS,
        {
            **about,
            "named": MOST_NAMED,
            "soon_from": soon[0],
            "soon_until": soon[1],
            "touched": sorted(touched),
            **_as_arrays([(item_id, due) for item_id, due in dues if item_id in touched]),
        },
    )
    found = many(cur, _Counted)
    items = {one.item_id for one in found if one.item_id} | _dropped_with_parts(cur, checklist_id, dues)
    return Effects(
        [_effect(one.unit_id, one) for one in found if one.unit_id],
        sorted(items),
        [one.item_id for one in found if one.item_id and one.is_soon],
        [one.item_id for one in found if one.item_id and one.overdue],
        sum(one.overdue for one in found if one.unit_id),
    )


def touched_items(cur: Cursor, about: Mapping[str, object]) -> set[int]:
    """The items of which a duty may become something else; of all others none does."""
    cur.execute(_TOUCHED, about)
    return set(values(cur, int))


def _as_arrays(dues: Sequence[tuple[int, Due]]) -> dict[str, object]:
    return {
        "items": [item_id for item_id, _ in dues],
        "rows": [due.item.units_row_id for _, due in dues],
        "periods": [due.period.label for _, due in dues],
        "written": [due.period.written_due_on for _, due in dues],
        "due": [due.period.due_on for _, due in dues],
        "provisional": [due.period.is_provisional for _, due in dues],
    }


def _effect(unit_id: int, one: _Counted) -> Effect:
    return Effect(unit_id, one.name or "", one.made, one.changed, one.withdrawn, one.gains, one.loses)


def _dropped_with_parts(cur: Cursor, checklist_id: int, dues: Sequence[tuple[int, Due]]) -> set[int]:
    """The items that are not to be any more and of which a part is open, though the duty itself may be done."""
    cur.execute(
        """
        SELECT DISTINCT item_id FROM duty
        WHERE checklist_id = %s AND parent_id IS NOT NULL AND state IN ('issued', 'acknowledged', 'returned')
            AND item_id <> ALL (%s::bigint[])
        """,
        (checklist_id, [item_id for item_id, _ in dues]),
    )
    return set(values(cur, int))


def parts_of_chunk(cur: Cursor, about: Mapping[str, object]) -> list[SplitDuty]:
    """The duties of a chunk that are split, with the due dates that they have now."""
    cur.execute(
        f"SELECT DISTINCT id, due_on {HELD} AND id IN (SELECT parent_id FROM duty WHERE parent_id IS NOT NULL)", about
    )
    return many(cur, SplitDuty)


def units_of_chunk(cur: Cursor, amendment_id: int, number: int) -> list[int]:
    """The units whose duties a chunk of an amendment changes."""
    cur.execute(
        "SELECT unit_id FROM amendment_unit WHERE amendment_id = %s AND chunk = %s ORDER BY unit_id",
        (amendment_id, number),
    )
    return values(cur, int)
