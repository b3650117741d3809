"""All writes of imports: the cells of a file are staged and checked before any of them becomes a fact."""

from __future__ import annotations

from collections.abc import Sequence

from services.stats.past.records import RunState, StagedCell
from shared.actor import Signature
from shared.database import Cursor
from shared.rows import value

# The newest fact of each staged cell, where another origin than an import gave it, and it says something else.
CLASHES = """
    SELECT cell.number, found.value, found.no_figure
    FROM import_cell AS cell CROSS JOIN LATERAL (
        SELECT value, no_figure, origin FROM fact
        WHERE fact.indicator_id = cell.indicator_id AND fact.period = cell.period AND fact.unit_id = cell.unit_id
        ORDER BY known_since DESC, id DESC LIMIT 1
    ) AS found
    WHERE cell.run_id = %(run)s AND cell.number BETWEEN %(first)s AND %(last)s AND cell.problem_zh = ''
        AND found.origin <> 'import'
        AND (found.value, found.no_figure) IS DISTINCT FROM (cell.value, cell.no_figure)
"""

# The staged cells that a round asks of their units and that are not accepted: these are the units' to report.
ASKED = """
    SELECT cell.number FROM import_cell AS cell
    WHERE cell.run_id = %(run)s AND cell.number BETWEEN %(first)s AND %(last)s AND cell.problem_zh = ''
        AND EXISTS (
            SELECT FROM round_line AS line JOIN round ON round.id = line.round_id AND round.period = cell.period
            JOIN submission ON submission.round_id = round.id AND submission.unit_id = cell.unit_id
            WHERE line.indicator_id = cell.indicator_id AND submission.is_expected AND submission.accepted_at IS NULL
        )
"""


def begin(cur: Cursor, *, source: str, is_invented: bool, who: Signature) -> int:
    """A new import without cells; returns its id."""
    cur.execute(
        """
        INSERT INTO import_run (source, is_invented, person_id, person_post, person_unit)
        VALUES (%s, %s, %s, %s, %s) RETURNING id
        """,
        (source, is_invented, who.person_id, who.post, who.unit),
    )
    return value(cur, int)


def stage(cur: Cursor, run_id: int, cells: Sequence[StagedCell]) -> None:
    """Keep the cells; those whose numbers are there already stay as they are."""
    columns = list(zip(*cells, strict=True))
    cur.execute(
        """
        INSERT INTO import_cell (run_id, number, place, indicator, unit, period, typed, indicator_id, unit_id, value,
            no_figure, problem_zh, problem_en)
        SELECT %s, * FROM unnest(%s::integer[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
            %s::bigint[], %s::bigint[], %s::numeric[], %s::text[], %s::text[], %s::text[])
        ON CONFLICT (run_id, number) DO NOTHING
        """,
        (run_id, *(list(column) for column in columns)),
    )
    cur.execute("UPDATE import_run SET cells = cells + %s WHERE id = %s", (cur.rowcount, run_id))


def find_twins(cur: Cursor, run_id: int) -> None:
    """Say of each cell that the file has a second time where it stands first."""
    cur.execute(
        """
        WITH twin AS (
            SELECT number, first_value(place) OVER same AS place, row_number() OVER same AS which FROM import_cell
            WHERE run_id = %(run)s AND problem_zh = ''
            WINDOW same AS (PARTITION BY indicator_id, unit_id, period ORDER BY number)
        )
        UPDATE import_cell SET
            problem_zh = format('同一指标、单位和期在 %%s 已经有一个数。', twin.place),
            problem_en = format('The same indicator, unit and period stands at %%s already.', twin.place)
        FROM twin WHERE run_id = %(run)s AND import_cell.number = twin.number AND which > 1
        """,
        {"run": run_id},
    )


def find_clashes(cur: Cursor, run_id: int, *, first: int, last: int) -> int:
    """Say of each cell that it is its unit's to report, or that it reported something else there; return how many.

    No import changes the one, or takes the place of the other.
    """
    between = {"run": run_id, "first": first, "last": last}
    cur.execute(
        f"""
        UPDATE import_cell SET
            problem_zh = '报表正向这个单位要这一期的数，请由单位填报，或按纸质报表代录。',
            problem_en = 'A report asks this figure of the unit. The unit reports it, or its paper is entered for it.'
        FROM ({ASKED}) AS asked WHERE run_id = %(run)s AND import_cell.number = asked.number
        """,
        between,
    )
    found = cur.rowcount
    cur.execute(
        f"""
        UPDATE import_cell SET
            problem_zh = format('这里已有不是导入来的数（%%s），导入不能改动；有错请由单位更正。',
                coalesce(clash.value::text, '无数')),
            problem_en = format('There is a figure (%%s) that was not imported, which an import does not change.'
                ' If it is wrong, its unit corrects it.', coalesce(clash.value::text, 'no figure'))
        FROM ({CLASHES}) AS clash WHERE run_id = %(run)s AND import_cell.number = clash.number
        """,
        between,
    )
    return found + cur.rowcount


def set_state(cur: Cursor, run_id: int, state: RunState, *, wrong: int, applied: int) -> None:
    """Say how far the import is."""
    cur.execute(
        "UPDATE import_run SET state = %s, wrong = %s, applied = %s WHERE id = %s",
        (state.value, wrong, applied, run_id),
    )


def forget(cur: Cursor, run_id: int, numbers: Sequence[int]) -> None:
    """Delete staged cells, because they are facts now."""
    cur.execute("DELETE FROM import_cell WHERE run_id = %s AND number = ANY (%s)", (run_id, list(numbers)))


def forget_all(cur: Cursor, run_id: int) -> None:
    """Delete all staged cells."""
    cur.execute("DELETE FROM import_cell WHERE run_id = %s", (run_id,))
