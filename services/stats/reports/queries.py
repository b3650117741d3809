"""All reads of reports and their rounds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from services.stats.reports.membership import Span
from services.stats.reports.records import (
    AskedTwice,
    AskedUnit,
    ChangedSubmission,
    CountedBoard,
    CountedRound,
    Exempted,
    Expected,
    Granted,
    Line,
    Members,
    NamedUnit,
    Owing,
    Recipient,
    Report,
    ReportLine,
    ReportUnit,
    ReportVersion,
    Round,
    RoundLine,
    RoundPeriod,
    Setting,
)
from services.stats.reports.timing import DueTime, Timing
from shared.database import Cursor
from shared.rows import has_row, many, one, the, value_or_none, values

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


def round_lines(cur: Cursor, round_ids: Sequence[int]) -> list[RoundLine]:
    """What the rounds ask, in the order of their forms; what their reports ask by now may be something else."""
    cur.execute(
        """
        SELECT round_id, position, section, indicator_id FROM round_line
        WHERE round_id = ANY (%s) ORDER BY round_id, position
        """,
        (list(round_ids),),
    )
    return many(cur, RoundLine)


def rounds_nobody_began(cur: Cursor, report_id: int, today: dt.date) -> list[Round]:
    """The rounds of a report that are not locked yet and in which no unit has typed anything, by period."""
    cur.execute(
        f"""
        SELECT {ROUND_COLUMNS} FROM round WHERE report_id = %s AND lock_on >= %s
            AND NOT EXISTS (SELECT FROM submission WHERE round_id = round.id AND state <> 'open')
        ORDER BY period
        """,
        (report_id, today),
    )
    return many(cur, Round)


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


def report(cur: Cursor, report_id: int) -> Report | None:
    """The report with this id."""
    return reports(cur, [report_id]).get(report_id)


def report_with_number(cur: Cursor, table_number: str) -> int | None:
    """The id of the report with this table number."""
    cur.execute("SELECT id FROM report WHERE table_number = %s", (table_number,))
    return value_or_none(cur, int)


def report_lines(cur: Cursor, report_id: int) -> list[ReportLine]:
    """The lines of the report with what their indicators are called, in the order of its form."""
    cur.execute(
        """
        SELECT report_id, position, section, indicator_id, code, indicator.name, unit_of_measure
        FROM report_line JOIN indicator ON indicator.id = indicator_id WHERE report_id = %s ORDER BY position
        """,
        (report_id,),
    )
    return many(cur, ReportLine)


def report_versions(cur: Cursor, report_id: int) -> list[ReportVersion]:
    """The versions of the report, oldest first."""
    cur.execute(
        """
        SELECT version, content, changed_at, person_post, person_unit FROM report_version
        WHERE report_id = %s ORDER BY version
        """,
        (report_id,),
    )
    return many(cur, ReportVersion)


def recipients(cur: Cursor, report_ids: Sequence[int]) -> list[Recipient]:
    """Whom the reports name."""
    cur.execute(
        "SELECT report_id, unit_id, group_id FROM report_recipient WHERE report_id = ANY (%s) ORDER BY report_id, id",
        (list(report_ids),),
    )
    return many(cur, Recipient)


def reports_naming(cur: Cursor, group_ids: Sequence[int]) -> list[int]:
    """The ids of the reports that name one of the groups, in order."""
    cur.execute(
        "SELECT DISTINCT report_id FROM report_recipient WHERE group_id = ANY (%s) ORDER BY report_id",
        (list(group_ids),),
    )
    return values(cur, int)


def members(cur: Cursor, group_ids: Sequence[int]) -> dict[int, Members]:
    """The groups by id as their newest complete versions say; a group of which none is there yet is not in it."""
    cur.execute(
        """
        SELECT DISTINCT ON (group_id) group_id, version, name, unit_ids FROM (
            SELECT group_id, version, min(name) AS name, ARRAY(
                SELECT DISTINCT unnest(piece.unit_ids) AS unit_id FROM group_part AS piece
                WHERE (piece.group_id, piece.version) = (part.group_id, part.version) ORDER BY unit_id
            ) AS unit_ids
            FROM group_part AS part WHERE group_id = ANY (%s)
            GROUP BY group_id, version HAVING count(*) = max(parts)
        ) AS whole
        ORDER BY group_id, version DESC
        """,
        (list(group_ids),),
    )
    return {found.group_id: found for found in many(cur, Members)}


def spans(cur: Cursor, report_id: int) -> list[Span]:
    """From and until when the report asks units."""
    cur.execute(
        """
        SELECT unit_id, expected_from AS since, expected_until AS until, is_by_hand FROM report_unit
        WHERE report_id = %s ORDER BY unit_id, expected_from
        """,
        (report_id,),
    )
    return many(cur, Span)


def report_unit(cur: Cursor, row_id: int) -> ReportUnit | None:
    """One unit's days of a report."""
    cur.execute(
        """
        SELECT id, report_id, unit_id, expected_from, expected_until, is_by_hand FROM report_unit WHERE id = %s
        """,
        (row_id,),
    )
    return one(cur, ReportUnit)


def is_asked_meanwhile(cur: Cursor, row: ReportUnit, *, since: dt.date, until: dt.date | None) -> bool:
    """Whether another row of the same unit and report says that it is asked within these days."""
    cur.execute(
        """
        SELECT FROM report_unit WHERE report_id = %s AND unit_id = %s AND id <> %s
            AND (expected_from = %s OR daterange(expected_from, expected_until) && daterange(%s, %s))
        """,
        (row.report_id, row.unit_id, row.id, since, since, until),
    )
    return has_row(cur)


_SOUGHT_UNITS = """
    report_id = %(report)s AND (%(row)s::bigint IS NULL OR asked.id = %(row)s)
    AND (%(text)s = '' OR strpos(lower(unit.name), lower(%(text)s)) > 0)
"""


def asked_units(cur: Cursor, report_id: int, *, text: str, row_id: int | None, page: int, size: int) -> list[AskedUnit]:
    """One page of the units that the report asks or asked, in the order of the directory; one row alone by its id."""
    cur.execute(
        f"""
        SELECT asked.id, unit_id, code, coalesce(unit.name, '') AS unit, expected_from, expected_until, is_by_hand
        FROM report_unit AS asked LEFT JOIN unit ON unit.id = unit_id WHERE {_SOUGHT_UNITS}
        ORDER BY code, unit_id, expected_from OFFSET %(skipped)s LIMIT %(size)s
        """,
        {"report": report_id, "text": text, "row": row_id, "skipped": (page - 1) * size, "size": size},
    )
    return many(cur, AskedUnit)


def count_asked_units(cur: Cursor, report_id: int, *, text: str = "", row_id: int | None = None) -> int:
    """How many rows all pages of `asked_units` have."""
    cur.execute(
        f"""
        SELECT count(*) AS units FROM report_unit AS asked LEFT JOIN unit ON unit.id = unit_id WHERE {_SOUGHT_UNITS}
        """,
        {"report": report_id, "text": text, "row": row_id},
    )
    return value_or_none(cur, int) or 0


def asked_twice(cur: Cursor, report_id: int, *, most: int) -> list[AskedTwice]:
    """Units of which other active reports ask an indicator of this one at the same time."""
    cur.execute(
        """
        SELECT mine.unit_id, coalesce(unit.name, '') AS unit, indicator.name AS indicator, other.table_number,
            other.name AS report
        FROM report AS this
        JOIN report_unit AS mine ON mine.report_id = this.id
        JOIN report_line AS line ON line.report_id = this.id
        JOIN report_line AS same ON same.indicator_id = line.indicator_id AND same.report_id <> this.id
        JOIN report AS other ON other.id = same.report_id AND other.state = 'active'
        JOIN report_unit AS theirs ON theirs.report_id = other.id AND theirs.unit_id = mine.unit_id
            AND daterange(mine.expected_from, mine.expected_until)
                && daterange(theirs.expected_from, theirs.expected_until)
        JOIN indicator ON indicator.id = line.indicator_id
        LEFT JOIN unit ON unit.id = mine.unit_id
        WHERE this.id = %s
            AND coalesce(this.last_period, '9999') >= other.first_period
            AND coalesce(other.last_period, '9999') >= this.first_period
        ORDER BY other.table_number, unit.code, mine.unit_id, line.position LIMIT %s
        """,
        (report_id, most),
    )
    return many(cur, AskedTwice)


def taken_elsewhere(cur: Cursor, report_id: int, unit_ids: Sequence[int], *, since: dt.date) -> list[int]:
    """Those of the units of which other active reports ask an indicator of this one on or after a day."""
    cur.execute(
        """
        SELECT DISTINCT theirs.unit_id FROM report AS this
        JOIN report_line AS line ON line.report_id = this.id
        JOIN report_line AS same ON same.indicator_id = line.indicator_id AND same.report_id <> this.id
        JOIN report AS other ON other.id = same.report_id AND other.state = 'active'
        JOIN report_unit AS theirs ON theirs.report_id = other.id
        WHERE this.id = %s AND theirs.unit_id = ANY (%s)
            AND (expected_until IS NULL OR expected_until > greatest(%s, expected_from))
            AND coalesce(this.last_period, '9999') >= other.first_period
            AND coalesce(other.last_period, '9999') >= this.first_period
        ORDER BY theirs.unit_id
        """,
        (report_id, list(unit_ids), since),
    )
    return values(cur, int)


def named_units(cur: Cursor, unit_ids: Sequence[int]) -> list[NamedUnit]:
    """The units in the order of the directory; one that is not known yet has an empty name."""
    cur.execute(
        """
        SELECT wanted AS unit_id, code, coalesce(name, '') AS name
        FROM unnest(%s::bigint[]) AS wanted LEFT JOIN unit ON unit.id = wanted ORDER BY code, wanted
        """,
        (list(unit_ids),),
    )
    return many(cur, NamedUnit)


def unfollowed_reports(cur: Cursor, today: dt.date) -> list[int]:
    """The active reports that may not ask whom they name: nobody has looked today, or since another one changed."""
    cur.execute(
        "SELECT id FROM report WHERE state = 'active' AND followed_on IS DISTINCT FROM %s ORDER BY id", (today,)
    )
    return values(cur, int)


def reports_expecting_closed(cur: Cursor, today: dt.date) -> list[int]:
    """The reports that expect something of units that are closed, for rounds that are not locked, by id."""
    cur.execute(
        """
        SELECT DISTINCT submission.report_id FROM unit
        JOIN submission ON unit_id = unit.id JOIN round ON round.id = round_id
        WHERE NOT is_active AND is_expected AND lock_on >= %s AND first_submitted_at IS NULL
            AND submission.state IN ('open', 'draft')
        ORDER BY submission.report_id
        """,
        (today,),
    )
    return values(cur, int)


def reports_expecting_too_few(cur: Cursor, today: dt.date) -> list[int]:
    """The reports that ask units which owe nothing for a round that is not locked, closed units left out, by id."""
    cur.execute(
        """
        SELECT DISTINCT round.report_id FROM round
        JOIN report_unit AS asked USING (report_id) JOIN unit ON unit.id = asked.unit_id
        WHERE lock_on >= %s AND is_active
            AND expected_from < opens_on AND (expected_until IS NULL OR opens_on <= expected_until)
            AND EXISTS (SELECT FROM round_line WHERE round_id = round.id)
            AND NOT EXISTS (SELECT FROM submission
                WHERE round_id = round.id AND submission.unit_id = asked.unit_id AND is_expected)
        ORDER BY round.report_id
        """,
        (today,),
    )
    return values(cur, int)


def active_reports(cur: Cursor) -> list[Report]:
    """The reports that open rounds, by id."""
    cur.execute(f"SELECT {REPORT_COLUMNS} FROM report WHERE state = 'active' ORDER BY id")
    return many(cur, Report)


def opened_periods(cur: Cursor, report_ids: Sequence[int]) -> dict[int, set[str]]:
    """The periods for which rounds are open, by report."""
    cur.execute("SELECT report_id, period FROM round WHERE report_id = ANY (%s)", (list(report_ids),))
    found: dict[int, set[str]] = {report_id: set() for report_id in report_ids}
    for opened in many(cur, RoundPeriod):
        found[opened.report_id].add(opened.period)
    return found


def rounds_of(cur: Cursor, report_id: int) -> list[Round]:
    """The rounds of a report by period."""
    cur.execute(f"SELECT {ROUND_COLUMNS} FROM round WHERE report_id = %s ORDER BY period", (report_id,))
    return many(cur, Round)


def unlocked_rounds(cur: Cursor, today: dt.date) -> list[Round]:
    """The rounds of active reports that are not locked yet, by report."""
    columns = ", ".join(f"round.{name}" for name in Round._fields)
    cur.execute(
        f"""
        SELECT {columns} FROM round JOIN report ON report.id = report_id
        WHERE state = 'active' AND lock_on >= %s ORDER BY report_id, period
        """,
        (today,),
    )
    return many(cur, Round)


def counted_rounds(cur: Cursor, report_id: int) -> list[CountedRound]:
    """The rounds of a report, newest first, with how many owe something and how many handed it in."""
    columns = ", ".join(f"round.{name}" for name in Round._fields)
    cur.execute(
        f"""
        SELECT {columns}, count(unit_id) FILTER (WHERE is_expected) AS expected,
            count(unit_id) FILTER (WHERE is_expected AND first_submitted_at IS NOT NULL) AS reported
        FROM round LEFT JOIN submission ON round_id = round.id
        WHERE round.report_id = %s GROUP BY round.id ORDER BY round.period DESC
        """,
        (report_id,),
    )
    return many(cur, CountedRound)


def newest_rounds(cur: Cursor) -> list[CountedRound]:
    """The newest round of each report that has one, with how many owe something and how many handed it in."""
    columns = ", ".join(f"round.{name}" for name in Round._fields)
    cur.execute(
        f"""
        SELECT {columns}, count(unit_id) FILTER (WHERE is_expected) AS expected,
            count(unit_id) FILTER (WHERE is_expected AND first_submitted_at IS NOT NULL) AS reported
        FROM round LEFT JOIN submission ON round_id = round.id
        WHERE (round.report_id, round.period) IN (SELECT report_id, max(period) FROM round GROUP BY report_id)
        GROUP BY round.id ORDER BY round.report_id
        """,
    )
    return many(cur, CountedRound)


def expected(cur: Cursor, round_id: int) -> list[Expected]:
    """What is owed for a round, by unit."""
    cur.execute(
        "SELECT id AS submission_id, unit_id FROM submission WHERE round_id = %s AND is_expected ORDER BY unit_id",
        (round_id,),
    )
    return many(cur, Expected)


def changed_submissions(cur: Cursor, ids: Sequence[int]) -> list[ChangedSubmission]:
    """What is announced of the submissions, by id."""
    cur.execute(
        """
        SELECT submission.id, round_id, submission.report_id, report.name AS report_name, unit_id, submission.period,
            due_on, lock_on, submission.state, is_expected, is_correction, waits_for, first_submitted_at, accepted_at,
            submission.version
        FROM submission JOIN round ON round.id = round_id JOIN report ON report.id = submission.report_id
        WHERE submission.id = ANY (%s) ORDER BY submission.id
        """,
        (list(ids),),
    )
    return many(cur, ChangedSubmission)


_TIMING = """
    CASE WHEN first_submitted_at IS NULL THEN %(not_in)s::text
        WHEN first_submitted_at < %(ends_at)s THEN 'on_time' ELSE 'late' END
"""
_SOUGHT_OWING = f"""
    (%(timing)s::text IS NULL OR {_TIMING} = %(timing)s)
    AND (%(text)s = '' OR strpos(lower(unit.name), lower(%(text)s)) > 0)
"""


def count_owing(cur: Cursor, round_id: int, due: DueTime, *, timing: Timing | None, text: str) -> CountedBoard:
    """How many units owe something for a round, and how many of them `owing` has on all its pages."""
    cur.execute(
        f"""
        SELECT count(*) AS expected, count(first_submitted_at) AS reported,
            count(*) FILTER (WHERE first_submitted_at < %(ends_at)s) AS on_time,
            count(*) FILTER (WHERE {_SOUGHT_OWING}) AS sought
        FROM submission LEFT JOIN unit ON unit.id = unit_id WHERE round_id = %(round)s AND is_expected
        """,
        _owing(round_id, due, timing, text),
    )
    return the(cur, CountedBoard)


def owing(
    cur: Cursor, round_id: int, due: DueTime, *, timing: Timing | None, text: str, limit: int, offset: int
) -> list[Owing]:
    """One page of those who owe something for a round, in the order of the directory."""
    cur.execute(
        f"""
        SELECT submission_id, unit_id, code, unit, state, timing, first_submitted_at, accepted_at, (
            SELECT max(until_on) FROM lock_exception AS granted
            WHERE granted.round_id = %(round)s AND granted.unit_id = page.unit_id
        ) AS until_on
        FROM (
            SELECT submission.id AS submission_id, unit_id, code, coalesce(unit.name, '') AS unit, state,
                {_TIMING} AS timing, first_submitted_at, accepted_at
            FROM submission LEFT JOIN unit ON unit.id = unit_id
            WHERE round_id = %(round)s AND is_expected AND {_SOUGHT_OWING}
            ORDER BY code, unit_id LIMIT %(limit)s OFFSET %(offset)s
        ) AS page ORDER BY code, unit_id
        """,
        _owing(round_id, due, timing, text) | {"limit": limit, "offset": offset},
    )
    return many(cur, Owing)


def missing_units(cur: Cursor, round_id: int, *, limit: int) -> list[NamedUnit]:
    """The first units that have handed nothing in for a round, in the order of the directory."""
    cur.execute(
        """
        SELECT unit_id, code, coalesce(unit.name, '') AS name FROM submission LEFT JOIN unit ON unit.id = unit_id
        WHERE round_id = %s AND is_expected AND first_submitted_at IS NULL ORDER BY code, unit_id LIMIT %s
        """,
        (round_id, limit),
    )
    return many(cur, NamedUnit)


def _owing(round_id: int, due: DueTime, timing: Timing | None, text: str) -> dict[str, object]:
    return {"round": round_id, "ends_at": due.ends_at, "not_in": due.not_in, "timing": timing, "text": text}


def is_expected(cur: Cursor, round_id: int, unit_id: int) -> bool:
    """Whether a unit owes something for a round."""
    cur.execute("SELECT FROM submission WHERE round_id = %s AND unit_id = %s AND is_expected", (round_id, unit_id))
    return has_row(cur)


def granted(cur: Cursor, round_id: int) -> list[Granted]:
    """All exceptions of a round, newest first."""
    cur.execute(
        """
        SELECT unit_id, coalesce(unit.name, '') AS unit, reason, until_on, granted_at, person_post, person_unit
        FROM lock_exception LEFT JOIN unit ON unit.id = unit_id WHERE round_id = %s ORDER BY lock_exception.id DESC
        """,
        (round_id,),
    )
    return many(cur, Granted)


def setting(cur: Cursor, unit_id: int) -> Setting | None:
    """How a unit wants its submissions handled; None when it never said."""
    cur.execute("SELECT needs_head, version FROM unit_setting WHERE unit_id = %s", (unit_id,))
    return one(cur, Setting)
