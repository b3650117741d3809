"""All reads of reports and their rounds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from services.stats.reports.records import Exempted, Line, Report, Round
from shared.database import Cursor
from shared.rows import many

REPORT_COLUMNS = ", ".join(Report._fields)
ROUND_COLUMNS = ", ".join(Round._fields)


def all_reports(cur: Cursor) -> list[Report]:
    """All reports by table number."""
    cur.execute(f"SELECT {REPORT_COLUMNS} FROM report ORDER BY table_number")
    return many(cur, Report)


def reports(cur: Cursor, ids: Sequence[int]) -> dict[int, Report]:
    """Those of the reports that there are, by id."""
    cur.execute(f"SELECT {REPORT_COLUMNS} FROM report WHERE id = ANY (%s)", (list(ids),))
    return {found.id: found for found in many(cur, Report)}


def lines(cur: Cursor, report_ids: Sequence[int]) -> list[Line]:
    """The lines of the reports, in the order of their forms."""
    cur.execute(
        """
        SELECT report_id, position, section, indicator_id FROM report_line
        WHERE report_id = ANY (%s) ORDER BY report_id, position
        """,
        (list(report_ids),),
    )
    return many(cur, Line)


def rounds(cur: Cursor, ids: Sequence[int]) -> dict[int, Round]:
    """Those of the rounds that there are, by id."""
    cur.execute(f"SELECT {ROUND_COLUMNS} FROM round WHERE id = ANY (%s)", (list(ids),))
    return {found.id: found for found in many(cur, Round)}


def exceptions(cur: Cursor, round_id: int, unit_ids: Sequence[int]) -> dict[int, dt.date]:
    """Until which day units may change what is locked, by unit; those without an exception are not in it."""
    cur.execute(
        """
        SELECT unit_id, max(until_on) AS until_on FROM lock_exception
        WHERE round_id = %s AND unit_id = ANY (%s) GROUP BY unit_id ORDER BY unit_id
        """,
        (round_id, list(unit_ids)),
    )
    return {found.unit_id: found.until_on for found in many(cur, Exempted)}
