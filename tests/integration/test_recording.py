"""Figures become known: appended, added up the tree, announced; what says nothing new is left out."""

import random
from decimal import Decimal

import pytest

from services.stats.figures import store
from services.stats.figures.queries import Cell, known
from services.stats.figures.records import Adjustment
from shared.events import UnitChanged
from shared.figure_events import FactsRecorded
from tests.support.checklists import fetch
from tests.support.figures import WHO, a_fact, an_indicator, figures, own_and_sums, recorded
from tests.support.stats import COUNTY, HUICHENG, SHENDU, SHIMEN, VILLAGE, call, received, take

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


def test_a_unit_that_moves_takes_its_figures_along(stats, jobs):
    recorded(stats.database, a_fact(jobs, VILLAGE, MAY, "3"), a_fact(jobs, SHIMEN, MAY, "4"))
    with stats.database.transaction() as cur:
        added = Adjustment(indicator_id=jobs, unit_id=VILLAGE, period=MAY, amount=Decimal(2), reason="核对")
        store.add_adjustment(cur, added, since=store.take_clock(cur), who=WHO)

    moved = UnitChanged(VILLAGE, "341021100201", "古关村", "village", SHENDU, is_active=True, version=2)
    take(stats, [received(moved)])
    take(stats, [received(moved)])

    assert own_and_sums(stats.database, jobs, MAY) == {
        VILLAGE: (3, 3, 1, 0),
        SHENDU: (None, 3, 1, 0),
        SHIMEN: (4, 4, 1, 0),
        COUNTY: (None, 7, 2, 0),
    }
    adjusted = {row[2]: row[6] for row in figures(stats.database)}
    assert adjusted == {VILLAGE: 2, SHENDU: 2, SHIMEN: 0, COUNTY: 2}


def test_the_events_alone_are_enough_to_make_the_sums_elsewhere(stats, jobs):
    """In any order and twice: of a cell the greatest id holds, adjustments add up by their ids."""
    for number in range(4):
        recorded(stats.database, a_fact(jobs, VILLAGE, MAY, str(number)), a_fact(jobs, SHIMEN, MAY, str(number * 2)))
    for amount in ("5", "-1"):
        adjustment = {"indicator_id": jobs, "unit_id": HUICHENG, "period": MAY, "amount": amount, "reason": "核对"}
        call(stats, "save_adjustment", adjustment, as_="lead")

    told = [fact for event in events(stats.database) for fact in event["facts"]]
    facts, adjustments = {}, {}
    for fact in random.Random(1).sample([*told, *told], len(told) * 2):
        if fact["is_adjustment"]:
            adjustments[fact["fact_id"]] = Decimal(fact["value"])
        elif fact["fact_id"] >= facts.get(fact["unit_id"], (0, 0))[0]:
            facts[fact["unit_id"]] = (fact["fact_id"], Decimal(fact["value"]))

    (top,) = [row for row in figures(stats.database) if row[2] == COUNTY]
    assert sum(value for _, value in facts.values()) == top[5] == 9
    assert sum(adjustments.values()) == top[6] == 4


def test_many_figures_are_announced_in_pieces(stats, jobs):
    periods = [f"{year}-{month:02}" for year in range(2000, 2021) for month in range(1, 13)]
    recorded(stats.database, *(a_fact(jobs, SHIMEN, period, "1") for period in periods))

    assert sorted(len(event["facts"]) for event in events(stats.database)) == [52, 200]
