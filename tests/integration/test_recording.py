"""Figures become known: appended, added up the tree, announced; what says nothing new is left out."""

from decimal import Decimal

import pytest

from services.stats.figures.queries import Cell, known
from shared.figure_events import FactsRecorded
from tests.support.checklists import fetch
from tests.support.figures import a_fact, an_indicator, own_and_sums, recorded
from tests.support.stats import COUNTY, HUICHENG, SHIMEN, VILLAGE

MAY = "2026-05"


@pytest.fixture
def jobs(stats):
    return an_indicator(stats.database, "XZJY", decimals=0)


def events(database):
    return [row.payload for row in fetch(database, "SELECT payload FROM outbox WHERE type = %s", [FactsRecorded.TYPE])]


def test_a_figure_counts_for_its_unit_and_all_above_it(stats, jobs):
    recorded(stats.database, a_fact(jobs, VILLAGE, MAY, "3"), a_fact(jobs, SHIMEN, MAY, "4"))

    assert own_and_sums(stats.database, jobs, MAY) == {
        VILLAGE: (3, 3, 1, 0),
        HUICHENG: (None, 3, 1, 0),
        SHIMEN: (4, 4, 1, 0),
        COUNTY: (None, 7, 2, 0),
    }


def test_no_figure_is_counted_apart_from_a_figure_of_zero(stats, jobs):
    recorded(stats.database, a_fact(jobs, VILLAGE, MAY, None), a_fact(jobs, SHIMEN, MAY, "0"))
    recorded(stats.database, a_fact(jobs, SHIMEN, MAY, None), a_fact(jobs, VILLAGE, MAY, "5"))

    assert own_and_sums(stats.database, jobs, MAY)[COUNTY] == (None, 5, 1, 1)


def test_what_says_nothing_new_of_its_cell_is_left_out(stats, jobs):
    recorded(stats.database, a_fact(jobs, SHIMEN, MAY, "4"))
    recorded(stats.database, a_fact(jobs, SHIMEN, MAY, "4.00"), a_fact(jobs, VILLAGE, MAY, "1"))

    assert [row.n for row in fetch(stats.database, "SELECT count(*) AS n FROM fact")] == [2]
    assert [len(event["facts"]) for event in events(stats.database)] == [1, 1]


def test_a_correction_adds_a_fact_and_replaces_none(stats, jobs):
    first = recorded(stats.database, a_fact(jobs, SHIMEN, MAY, "4"))
    second = recorded(stats.database, a_fact(jobs, SHIMEN, MAY, "6"))

    cell = Cell(jobs, SHIMEN, MAY)
    with stats.database.transaction() as cur:
        assert known(cur, [cell])[cell].value == 6
        assert known(cur, [cell], as_of=first)[cell].value == 4
    assert second > first
    assert own_and_sums(stats.database, jobs, MAY)[COUNTY] == (None, 6, 1, 0)


def test_the_event_says_the_whole_fact(stats, jobs):
    since = recorded(stats.database, a_fact(jobs, SHIMEN, MAY, "4.50"))

    (event,) = events(stats.database)
    (fact,) = event["facts"]
    assert (fact["indicator"], fact["indicator_type"], fact["unit_id"]) == ("XZJY", "flow", SHIMEN)
    assert Decimal(fact["value"]) == Decimal("4.5")
    assert fact["known_since"] == since.isoformat()
    assert not fact["is_adjustment"]


def test_what_becomes_known_later_is_later_although_the_clock_went_back(stats, jobs):
    with stats.database.transaction() as cur:
        cur.execute("UPDATE fact_clock SET newest = clock_timestamp() + interval '1 hour'")

    first = recorded(stats.database, a_fact(jobs, SHIMEN, MAY, "4"))
    second = recorded(stats.database, a_fact(jobs, SHIMEN, MAY, "5"))

    assert second > first
