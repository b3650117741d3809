"""All writes of reports, whom they ask, their rounds and the groups that they name.

A report is locked before anything that belongs to it is written, and several in the order of their ids.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from psycopg2.extras import Json, execute_values

from services.stats.periods import Period
from services.stats.reports.membership import Moves
from services.stats.reports.records import Report, ReportState
from services.stats.reports.round_days import RoundDays
from shared.actor import Signature
from shared.database import Cursor
from shared.figure_events import GroupChanged
from shared.rows import returned, value, value_or_none, values

# What a submission must be to be taken out: nothing of it was ever handed in.
_UNTOUCHED = "first_submitted_at IS NULL AND submission.state IN ('open', 'draft')"
_ASKED = """
    SELECT DISTINCT round.id AS round_id, round.report_id, asked.unit_id, round.period
    FROM round JOIN report_unit AS asked USING (report_id)
    JOIN unnest(%(rounds)s::bigint[], %(days)s::date[]) AS ended (round_id, day) ON ended.round_id = round.id
    WHERE expected_from <= day AND (expected_until IS NULL OR day < expected_until)
        AND EXISTS (SELECT FROM round_line WHERE round_line.round_id = round.id)
"""


class RoundDay(NamedTuple):
    """A round and the last day of its period, on which a unit must be asked to owe something for it."""

    round_id: int
    day: dt.date


class _Touched(NamedTuple):
    id: int
    round_id: int


def lock_groups(cur: Cursor) -> None:
    """Let one batch of news about groups in at a time: of two halves of a version the later one must see the other."""
    cur.execute("SELECT pg_advisory_xact_lock(hashtext('parts of groups'))")


def save_group_parts(cur: Cursor, parts: Iterable[GroupChanged]) -> None:
    """Keep the parts; one that is there already changes nothing."""
    execute_values(
        cur,
        """
        INSERT INTO group_part (group_id, version, part, parts, name, unit_ids) VALUES %s ON CONFLICT DO NOTHING
        """,
        [(one.group_id, one.version, one.part, one.parts, one.name, one.unit_ids) for one in parts],
        template="(%s, %s, %s, %s, %s, %s::bigint[])",
    )


def forget_older_versions(cur: Cursor, group_ids: Sequence[int]) -> None:
    """Let go of what a newer version replaces of which all parts are there."""
    cur.execute(
        """
        DELETE FROM group_part WHERE group_id = ANY (%s) AND version < (
            SELECT max(whole.version) FROM (
                SELECT version FROM group_part AS part WHERE part.group_id = group_part.group_id
                GROUP BY version HAVING count(*) = max(parts)
            ) AS whole
        )
        """,
        (list(group_ids),),
    )


def lock_report(cur: Cursor, report_id: int) -> None:
    """Let nothing else change the report, whom it asks or its rounds until the commit."""
    cur.execute("SELECT FROM report WHERE id = %s FOR NO KEY UPDATE", (report_id,))


def lock_starting(cur: Cursor) -> None:
    """Let one report at a time begin to ask somebody: two at once could ask the same of the same unit."""
    cur.execute("SELECT pg_advisory_xact_lock(hashtext('who is asked what'))")


def insert_report(cur: Cursor, report: Report) -> int:
    """Make a report in state draft and return its id; the id and version of `report` do not count."""
    cur.execute(
        """
        INSERT INTO report (table_number, name, period_kind, due_rule, due_days, lock_rule, lock_days, first_period,
            last_period, basis_by, basis_number, basis_until, contact, is_invented)
        VALUES (%(table_number)s, %(name)s, %(period_kind)s, %(due_rule)s, %(due_days)s, %(lock_rule)s, %(lock_days)s,
            %(first_period)s, %(last_period)s, %(basis_by)s, %(basis_number)s, %(basis_until)s, %(contact)s,
            %(is_invented)s)
        RETURNING id
        """,
        report._asdict(),
    )
    return value(cur, int)


def update_report(cur: Cursor, report: Report) -> None:
    """Store a report as it is to be and count its version up; its state stays."""
    cur.execute(
        """
        UPDATE report SET table_number = %(table_number)s, name = %(name)s, period_kind = %(period_kind)s,
            due_rule = %(due_rule)s, due_days = %(due_days)s, lock_rule = %(lock_rule)s, lock_days = %(lock_days)s,
            first_period = %(first_period)s, last_period = %(last_period)s, basis_by = %(basis_by)s,
            basis_number = %(basis_number)s, basis_until = %(basis_until)s, contact = %(contact)s,
            is_invented = %(is_invented)s, version = version + 1
        WHERE id = %(id)s
        """,
        report._asdict(),
    )


def set_state(cur: Cursor, report_id: int, state: ReportState) -> None:
    """Start or stop a report; its version counts up."""
    cur.execute("UPDATE report SET state = %s, version = version + 1 WHERE id = %s", (state, report_id))


def keep_version(cur: Cursor, report: Report, content: dict[str, object], *, who: Signature) -> None:
    """Keep the report as it is now beside who made it so."""
    cur.execute(
        """
        INSERT INTO report_version (report_id, version, content, person_id, person_post, person_unit)
        VALUES (%s, %s, %s, %s, %s, %s)
        """,
        (report.id, report.version, Json(content), who.person_id, who.post, who.unit),
    )


def set_lines(cur: Cursor, report_id: int, lines: Sequence[tuple[str, int]]) -> None:
    """Let (section, indicator id) be the lines of the report, in this order."""
    cur.execute("DELETE FROM report_line WHERE report_id = %s", (report_id,))
    execute_values(
        cur,
        "INSERT INTO report_line (report_id, position, section, indicator_id) VALUES %s",
        [(report_id, place, section, indicator_id) for place, (section, indicator_id) in enumerate(lines, start=1)],
    )


def set_recipients(cur: Cursor, report_id: int, *, unit_ids: Sequence[int], group_ids: Sequence[int]) -> None:
    """Let these be whom the report names."""
    cur.execute("DELETE FROM report_recipient WHERE report_id = %s", (report_id,))
    execute_values(
        cur,
        "INSERT INTO report_recipient (report_id, unit_id, group_id) VALUES %s",
        [
            *((report_id, unit_id, None) for unit_id in sorted(set(unit_ids))),
            *((report_id, None, group_id) for group_id in sorted(set(group_ids))),
        ],
        template="(%s, %s::bigint, %s::bigint)",
    )


def forget_units(cur: Cursor, report_id: int, *, but: Collection[int], since: dt.date) -> None:
    """Forget whom a draft asks, but these units from that day on and those whose days were set by hand."""
    cur.execute(
        """
        DELETE FROM report_unit WHERE report_id = %s AND NOT is_by_hand
            AND (unit_id <> ALL (%s) OR expected_from <> %s OR expected_until IS NOT NULL)
        """,
        (report_id, list(but), since),
    )


def move_units(cur: Cursor, report_id: int, moves: Moves, *, day: dt.date) -> None:
    """Ask the units that join from `day` on, and those that leave only until it."""
    execute_values(
        cur,
        "INSERT INTO report_unit (report_id, unit_id, expected_from) VALUES %s ON CONFLICT DO NOTHING",
        [(report_id, unit_id, day) for unit_id in moves.joining],
    )
    cur.execute(
        """
        UPDATE report_unit SET expected_until = greatest(%s, expected_from)
        WHERE report_id = %s AND unit_id = ANY (%s) AND expected_until IS NULL
        """,
        (day, report_id, list(moves.leaving)),
    )
    cur.execute(
        """
        UPDATE report_unit SET expected_until = NULL
        WHERE report_id = %s AND unit_id = ANY (%s) AND expected_from >= %s
        """,
        (report_id, list(moves.returning), day),
    )


def set_followed(cur: Cursor, report_id: int, day: dt.date) -> None:
    """Whom the report asks is right as of a day."""
    cur.execute("UPDATE report SET followed_on = %s WHERE id = %s", (day, report_id))


def unfollow_others(cur: Cursor, report_id: int) -> None:
    """Let all other reports be looked at anew: this one may have let go of somebody whom they name.

    The caller has locked the starting of reports, so that two who do this never wait for each other's reports.
    """
    cur.execute(
        "UPDATE report SET followed_on = NULL WHERE id <> %s AND state = 'active' AND followed_on IS NOT NULL",
        (report_id,),
    )


def set_unit_days(cur: Cursor, row_id: int, *, since: dt.date, until: dt.date | None) -> None:
    """Let the lead bureau's own days hold for one unit."""
    cur.execute(
        "UPDATE report_unit SET expected_from = %s, expected_until = %s, is_by_hand = true WHERE id = %s",
        (since, until, row_id),
    )


def insert_round(cur: Cursor, report_id: int, period: Period, days: RoundDays) -> int | None:
    """Open a round and return its id; None when it is open already."""
    cur.execute(
        """
        INSERT INTO round (report_id, period, opens_on, due_on, lock_on) VALUES (%s, %s, %s, %s, %s)
        ON CONFLICT DO NOTHING RETURNING id
        """,
        (report_id, period.label, days.opens_on, days.due_on, days.lock_on),
    )
    return value_or_none(cur, int)


def lock_open_rounds(cur: Cursor, report_id: int, today: dt.date) -> None:
    """Wait for everybody who is changing a submission of the report's rounds that are not locked, and let nobody begin.

    The report has been locked before, and submissions are locked after it.
    """
    cur.execute("SELECT FROM round WHERE report_id = %s AND lock_on >= %s ORDER BY id FOR UPDATE", (report_id, today))


def take_lines(cur: Cursor, rounds: Sequence[RoundDay]) -> None:
    """Let the rounds ask what their reports ask now, as far as it is valid on the last days of their periods."""
    cur.execute("DELETE FROM round_line WHERE round_id = ANY (%(rounds)s)", _rounds(rounds))
    cur.execute(
        """
        INSERT INTO round_line (round_id, position, section, indicator_id)
        SELECT round.id, line.position, line.section, line.indicator_id
        FROM round JOIN report_line AS line USING (report_id) JOIN indicator ON indicator.id = line.indicator_id
        JOIN unnest(%(rounds)s::bigint[], %(days)s::date[]) AS ended (round_id, day) ON ended.round_id = round.id
        WHERE valid_from <= day AND (valid_to IS NULL OR day <= valid_to)
        """,
        _rounds(rounds),
    )


def move_round(cur: Cursor, round_id: int, days: RoundDays) -> None:
    """Let a round be due and locked on other days; its version counts up."""
    cur.execute(
        "UPDATE round SET due_on = %s, lock_on = %s, version = version + 1 WHERE id = %s",
        (days.due_on, days.lock_on, round_id),
    )


def count_rounds_up(cur: Cursor, round_ids: Sequence[int]) -> None:
    """Count the versions of rounds up whose units changed."""
    cur.execute("UPDATE round SET version = version + 1 WHERE id = ANY (%s)", (list(round_ids),))


def expect(cur: Cursor, rounds: Sequence[RoundDay]) -> list[int]:
    """Make the submissions that the rounds lack; return the ids of the rounds that lacked some.

    A unit that is switched off owes nothing new.
    """
    cur.execute(
        f"""
        INSERT INTO submission (round_id, report_id, unit_id, period)
        SELECT round_id, report_id, unit_id, period FROM ({_ASKED}) AS asked
        WHERE NOT EXISTS (SELECT FROM unit WHERE unit.id = unit_id AND NOT is_active)
        ORDER BY round_id, unit_id
        ON CONFLICT DO NOTHING RETURNING round_id
        """,
        _rounds(rounds),
    )
    return sorted(set(values(cur, int)))


def expect_again(cur: Cursor, rounds: Sequence[RoundDay]) -> list[tuple[int, int]]:
    """Ask again for what was taken out, but of units that are switched off; return (submission id, round id) of it."""
    cur.execute(
        f"""
        SELECT submission.id FROM submission JOIN ({_ASKED}) AS asked USING (round_id, unit_id)
        WHERE NOT is_expected AND NOT EXISTS (SELECT FROM unit WHERE unit.id = submission.unit_id AND NOT is_active)
        ORDER BY submission.id FOR UPDATE OF submission
        """,
        _rounds(rounds),
    )
    return _set_expected(cur, values(cur, int), is_expected=True)


def stop_expecting(cur: Cursor, rounds: Sequence[RoundDay]) -> list[tuple[int, int]]:
    """Take out what is owed by units that are not asked, unless something was handed in; return it as above."""
    cur.execute(
        f"""
        SELECT submission.id FROM submission
        WHERE round_id = ANY (%(rounds)s) AND is_expected AND {_UNTOUCHED} AND NOT EXISTS (
            SELECT FROM ({_ASKED}) AS asked
            WHERE asked.round_id = submission.round_id AND asked.unit_id = submission.unit_id
        )
        ORDER BY submission.id FOR UPDATE
        """,
        _rounds(rounds),
    )
    return _set_expected(cur, values(cur, int), is_expected=False)


def release_closed(cur: Cursor, report_id: int, today: dt.date) -> list[tuple[int, int]]:
    """Take out what closed units owe for rounds that are not locked, unless something was handed in; return it."""
    cur.execute(
        f"""
        SELECT submission.id FROM submission JOIN round ON round.id = round_id JOIN unit ON unit.id = unit_id
        WHERE round.report_id = %s AND lock_on >= %s AND is_expected AND NOT is_active AND {_UNTOUCHED}
        ORDER BY submission.id FOR UPDATE OF submission
        """,
        (report_id, today),
    )
    return _set_expected(cur, values(cur, int), is_expected=False)


def insert_exception(cur: Cursor, round_id: int, unit_id: int, *, reason: str, until: dt.date, who: Signature) -> None:
    """Let a unit change a locked round until the end of a day."""
    cur.execute(
        """
        INSERT INTO lock_exception (round_id, unit_id, reason, until_on, person_id, person_post, person_unit)
        VALUES (%s, %s, %s, %s, %s, %s, %s)
        """,
        (round_id, unit_id, reason, until, who.person_id, who.post, who.unit),
    )


def save_setting(cur: Cursor, unit_id: int, *, needs_head: bool, version: int | None) -> int | None:
    """How a unit wants its submissions handled, as a change of `version` (None for the first); the new version or None.

    None is that somebody else was faster.
    """
    cur.execute(
        """
        INSERT INTO unit_setting (unit_id, needs_head) VALUES (%(unit)s, %(needs_head)s)
        ON CONFLICT (unit_id) DO UPDATE SET needs_head = excluded.needs_head, version = unit_setting.version + 1
        WHERE unit_setting.version = %(version)s
        RETURNING version
        """,
        {"unit": unit_id, "needs_head": needs_head, "version": version},
    )
    return value_or_none(cur, int)


def _set_expected(cur: Cursor, ids: Sequence[int], *, is_expected: bool) -> list[tuple[int, int]]:
    found = returned(
        cur,
        _Touched,
        """
        UPDATE submission SET is_expected = wanted.is_expected, version = version + 1, changed_at = clock_timestamp()
        FROM (VALUES %s) AS wanted (id, is_expected) WHERE submission.id = wanted.id
        RETURNING submission.id, round_id
        """,
        [(submission_id, is_expected) for submission_id in ids],
    )
    return [(one.id, one.round_id) for one in found]


def _rounds(rounds: Sequence[RoundDay]) -> dict[str, object]:
    return {"rounds": [one.round_id for one in rounds], "days": [one.day for one in rounds]}
