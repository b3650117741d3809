"""What a page or a tick costs follows what it shows, not how much there is by then of rounds, units and facts."""

import datetime as dt
from contextlib import contextmanager

import psycopg2.extensions
import pytest

from services.stats.checks import queries as checks
from services.stats.periods import PeriodKind
from shared.database import Cursor
from tests.support.checklists import fetch, run
from tests.support.figures import a_fact, an_indicator, recorded
from tests.support.plans import counted_work
from tests.support.reports import GROUP, a_group, a_started_report
from tests.support.reports import an_indicator as an_asked_indicator
from tests.support.stats import HUICHENG, SHENDU, TODAY, call, take
from tests.support.submissions import a_round, counted_statements

ROUNDS, UNITS, PERIODS = 60, 300, 120
AT_MOST = 3000


@contextmanager
def most_rows():
    """The greatest number of rows that one statement brings to the service meanwhile."""
    found = [0]
    plain = psycopg2.extensions.cursor.execute

    def execute(cur, statement, values=None):
        plain(cur, statement, values)
        found[0] = max(found[0], cur.rowcount)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Cursor, "execute", execute)
        yield found


def with_many_units(database, made):
    """Everybody owes something for the round."""
    run(
        database,
        """
        INSERT INTO submission (round_id, report_id, unit_id, period)
        SELECT %s, %s, unit_id, %s FROM generate_series(10000, %s) AS unit_id
        """,
        (made.round_id, made.report_id, made.period, 9999 + 4 * UNITS),
    )


def test_the_board_of_a_round_brings_the_units_of_its_page(stats, stats_db):
    made = a_round(stats_db, HUICHENG, SHENDU)
    with_many_units(stats_db, made)

    with most_rows() as most:
        board = call(stats, "round_board", {"round_id": made.round_id, "page": 2}, as_="lead")

    assert (board["expected"], board["pages"], len(board["units"])) == (4 * UNITS + 2, 7, 200)
    assert most[0] <= 200


def test_the_pages_of_a_board_have_every_unit_once(stats, stats_db):
    made = a_round(stats_db, HUICHENG, SHENDU)
    with_many_units(stats_db, made)

    pages = [call(stats, "round_board", {"round_id": made.round_id, "page": page}, as_="lead") for page in range(1, 8)]

    listed = [unit["unit_id"] for page in pages for unit in page["units"]]
    assert len(listed) == len(set(listed)) == 4 * UNITS + 2
    found = call(stats, "round_board", {"round_id": made.round_id, "text": "徽城", "page": 9}, as_="lead")
    assert ([unit["unit_id"] for unit in found["units"]], found["pages"], found["page"]) == ([HUICHENG], 1, 1)


def test_coverage_goes_through_the_round_of_its_period(stats, stats_db):
    made = a_round(stats_db, HUICHENG, SHENDU)
    run(
        stats_db,
        """
        WITH opened AS (
            INSERT INTO round (report_id, period, opens_on, due_on, lock_on)
            SELECT %s, to_char(month, 'YYYY-MM'), '2026-01-01', '2026-01-09', '2026-01-15'
            FROM generate_series('2015-01-01'::date, '2015-01-01'::date + %s * interval '1 month', '1 month') AS month
            RETURNING id, report_id, period
        ), line AS (
            INSERT INTO round_line (round_id, position, indicator_id)
            SELECT opened.id, 1, %s FROM opened
        )
        INSERT INTO submission (round_id, report_id, unit_id, period)
        SELECT id, report_id, unit_id, period FROM opened CROSS JOIN generate_series(10000, %s) AS unit_id
        """,
        (made.report_id, ROUNDS - 1, made.indicators["JOBS"], 9999 + UNITS),
    )
    run(
        stats_db,
        """
        INSERT INTO unit (id, code, name, kind, parent_id, is_active, version)
        SELECT id, id::text, '村' || id, 'village', %s, true, 1 FROM generate_series(10000, %s) AS id
        """,
        (HUICHENG, 9999 + UNITS),
    )
    run(stats_db, "ANALYZE")
    params = {"indicator_id": made.indicators["JOBS"], "period": made.period}

    with counted_work() as work:
        found = call(stats, "get_figure", params, as_="leader")

    assert found["figure"]["missing"] == 2
    assert work.above(AT_MOST) == {}


def test_the_last_period_of_a_check_is_found_without_reading_its_past(stats, stats_db):
    jobs = an_indicator(stats_db, "JOBS")
    run(
        stats_db,
        """
        INSERT INTO fact (indicator_id, unit_id, period, value, known_since, origin)
        SELECT %s, unit_id, to_char(month, 'YYYY-MM'), 1, now(), 'import'
        FROM generate_series('2016-01-01'::date, '2016-01-01'::date + %s * interval '1 month', '1 month') AS month
        CROSS JOIN generate_series(1, %s) AS unit_id
        """,
        (jobs, PERIODS - 1, UNITS),
    )
    run(stats_db, "ANALYZE")

    with counted_work() as work, stats_db.transaction() as cur:
        found = checks.last_period(cur, 1, [jobs], PeriodKind.MONTH, today=TODAY)

    assert found == "2025-12"
    assert work.above(AT_MOST) == {}


def test_the_last_period_of_a_check_is_not_one_that_is_still_being_filled_in(stats, stats_db):
    made = a_round(stats_db)
    jobs = made.indicators["JOBS"]
    facts = [a_fact(jobs, HUICHENG, period, "5") for period in ("2025-12", "2026-03", "2026-05")]
    recorded(stats_db, *facts)

    def last(today=TODAY):
        with stats_db.transaction() as cur:
            return checks.last_period(cur, made.report_id, [jobs], PeriodKind.MONTH, today=today)

    assert last() == "2026-03"
    assert last(dt.date(2026, 6, 21)) == "2026-05"
    run(stats_db, "DELETE FROM fact WHERE period <> '2026-05'")
    assert last() == "2026-05"


def test_a_tick_reads_whom_reports_ask_once_a_day(stats, stats_db):
    take(stats, [a_group(1, [HUICHENG, SHENDU])])
    a_started_report(stats, [an_asked_indicator(stats_db)], unit_ids=[], group_ids=[GROUP])
    stats.keep_rounds()

    def ticks():
        with counted_statements() as found:
            stats.keep_rounds()
        return [statement for statement in found if "unit_ids" in statement]

    assert ticks() == []
    stats.today = lambda: TODAY + dt.timedelta(days=1)
    assert len(ticks()) == 1
    assert ticks() == []
    assert len(fetch(stats_db, "SELECT id FROM report_unit")) == 2
