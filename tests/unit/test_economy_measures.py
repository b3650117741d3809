"""What is derived from the economy and employment, as arithmetic: growth, elasticity, jobs for money, curves, lags."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.stats.economy import elasticity, indexing
from services.stats.economy.correlation import FEW_POINTS, LEAST_POINTS, growths, lagged, pearson
from services.stats.economy.elasticity import Change
from services.stats.economy.growth import Why, chained, difference, growth, rounded
from services.stats.economy.intensity import jobs_per_amount
from services.stats.economy.parting import MONEY_MOVED, PEOPLE_MOVED, Move, Pair, is_parted, moved
from services.stats.periods import Period, PeriodKind, parse

D = Decimal
NUMBERS = st.decimals(min_value=D("0.01"), max_value=D(10**9), places=2)
RATES = st.decimals(min_value=D("1"), max_value=D(30), places=1)
TEXTBOOK = Change(D(38_240), D(39_310), D(592_610), D(636_463))


def unbounded(test):
    return settings(deadline=None)(test)


def series(*values, first="2020-Q1"):
    start = parse(first)
    return {start.moved(place): D(str(value)) for place, value in enumerate(values)}


def test_the_example_of_the_textbook_has_an_elasticity_of_0_38():
    assert rounded(elasticity.by_point(TEXTBOOK).value, 2) == D("0.38")
    assert rounded(elasticity.by_arc(TEXTBOOK).value, 2) == D("0.39")


@pytest.mark.parametrize(
    ("output_now", "why"),
    [
        ("100.99", Why.NEAR_ZERO),
        ("100", Why.NEAR_ZERO),
        ("99.01", Why.NEAR_ZERO),
        ("99", Why.NEGATIVE),
        ("80", Why.NEGATIVE),
        (None, Why.MISSING),
    ],
)
def test_where_the_economy_hardly_grew_or_shrank_there_is_no_elasticity(output_now, why):
    change = Change(D(1000), D(1010), D(100), None if output_now is None else D(output_now))

    assert elasticity.by_point(change) == elasticity.by_arc(change) == (None, why)
    assert elasticity.by_point(replace(change, output_now=D(101))).value == D(1)


@pytest.mark.parametrize("change", [Change(D(0), D(5), D(100), D(110)), Change(D(5), D(6), D(0), D(110))])
def test_nothing_is_divided_by_nothing(change):
    assert elasticity.by_point(change).why is elasticity.by_arc(change).why is Why.ZERO_BASE


@pytest.mark.parametrize("name", ["people_before", "people_now", "output_before", "output_now"])
def test_each_missing_figure_is_said(name):
    change = replace(TEXTBOOK, **{name: None})

    assert elasticity.by_point(change).why is elasticity.by_arc(change).why is Why.MISSING


@unbounded
@given(NUMBERS, NUMBERS, RATES)
def test_both_methods_agree_on_the_direction_and_units_of_measure_change_nothing(before, now, rate):
    change = Change(before, now, D(100), D(100) + rate)
    by_point, by_arc = elasticity.by_point(change).value, elasticity.by_arc(change).value
    in_wan = replace(change, output_before=D(1_000_000), output_now=(D(100) + rate) * 10_000)

    assert (by_point > 0) == (by_arc > 0) == (now > before)
    assert rounded(elasticity.by_point(in_wan).value, 6) == rounded(by_point, 6)
    assert rounded(elasticity.by_arc(in_wan).value, 6) == rounded(by_arc, 6)


@unbounded
@given(NUMBERS, NUMBERS)
def test_growth_leads_back_to_where_it_came_from(before, now):
    assert rounded(before * (1 + growth(before, now).value), 2) == now
    assert before + difference(before, now).value == now


def test_jobs_are_counted_for_each_hundred_million_yuan_in_whichever_unit():
    assert jobs_per_amount(D(2700), D(270), "亿元").value == jobs_per_amount(D(2700), D(2_700_000), "万元").value == 10
    assert jobs_per_amount(D(2700), D(0), "亿元").why is Why.ZERO_BASE
    assert jobs_per_amount(None, D(1), "亿元").why is Why.MISSING
    assert jobs_per_amount(D(0), D(1), "亿元").value == 0


def test_rates_are_chained_and_a_year_without_one_breaks_the_chain():
    assert chained({2021: D(10), 2022: D(-10)}) == {2020: D(100), 2021: D(110), 2022: D(99)}
    assert chained({2020: D(5), 2021: None, 2022: D(10)}) == {2021: D(100), 2022: D(110)}
    assert chained({2020: D(5), 2022: D(10)}) == {2021: D(100), 2022: D(110)}
    assert chained({2020: D(-100)}) == chained({}) == {}


def test_curves_begin_in_the_year_that_most_of_them_have():
    money, jobs = {2019: D(50), 2020: D(60), 2021: D(75)}, {2020: D(8), 2021: D(10)}

    assert indexing.base_year([money, jobs]) == 2020
    assert indexing.indexed(jobs, 2020) == {2020: D(100), 2021: D(125)}
    assert indexing.indexed(money, 2020)[2021] == D(125)
    assert indexing.indexed({2021: D(1), 2022: D(2)}, 2020) is None
    assert indexing.base_year([{2020: D(5)}, {2020: D(0), 2021: D(-1)}]) is None


@unbounded
@given(st.dictionaries(st.integers(2010, 2030), NUMBERS, min_size=2))
def test_a_curve_is_100_in_its_base_year_and_keeps_proportions(values):
    base = indexing.base_year([values])
    found = indexing.indexed(values, base)

    assert (base, rounded(found[base], 6)) == (min(values), D(100))
    assert all((found[year] > found[base]) == (value > values[base]) for year, value in values.items())


def test_growth_is_taken_against_the_same_period_a_year_before():
    found = growths(series(100, 200, 100, 200, 110, 190, first="2020-Q1"))

    assert found == {parse("2021-Q1"): D("0.1"), parse("2021-Q2"): D("-0.05")}


def test_below_four_points_and_without_spread_there_is_no_correlation():
    line = [(D(n), D(2 * n)) for n in range(LEAST_POINTS)]

    assert pearson(line[:-1]).why is Why.FEW_POINTS
    assert pearson(line).value == 1
    assert pearson([(x, -y) for x, y in line]).value == -1
    assert pearson([(x, D("0.1")) for x, _ in line]).why is Why.NO_SPREAD


def test_a_lag_is_found_where_one_follows_the_other_and_says_of_how_many_points():
    first = series(1, 5, 2, 8, 3, 9, 4)
    then = {period.moved(1): value * 2 for period, value in first.items()}
    found = lagged(first, then)

    assert [one.points for one in found] == [6, 7, 6, 5]
    assert found[1].found.value == 1
    assert found[0].found.value < 1
    assert all(one.is_few for one in found)
    many = series(*range(FEW_POINTS))
    assert [one.is_few for one in lagged(many, many)] == [False, True, True, True]


@unbounded
@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=LEAST_POINTS, max_size=30))
def test_a_correlation_lies_between_its_bounds_and_is_the_same_both_ways(pairs):
    found = pearson(pairs)

    assert found.value is None or -1 <= found.value <= 1
    assert pearson([(y, x) for x, y in pairs]) == found


def test_a_correlation_is_what_the_statistics_module_says():
    import statistics

    xs, ys = [1.0, 2.5, 3.0, 7.0, 4.0], [2.0, 2.2, 5.0, 6.0, 7.0]
    found = pearson([(D(str(x)), D(str(y))) for x, y in zip(xs, ys, strict=True)])

    assert float(found.value) == pytest.approx(statistics.correlation(xs, ys), abs=1e-12)


@pytest.mark.parametrize(
    ("before", "after", "move"),
    [
        ("100", "110", Move.UP),
        ("100", "109.99", Move.STILL),
        ("100", "90", Move.DOWN),
        ("0", "5", Move.UP),
        ("0", "0", Move.STILL),
        (None, "5", Move.UNKNOWN),
        ("5", None, Move.UNKNOWN),
    ],
)
def test_a_figure_moved_by_more_than_what_happens_by_itself(before, after, move):
    pair = Pair(*(None if one is None else D(one) for one in (before, after)))

    assert moved(pair, MONEY_MOVED) is move


def test_one_moved_without_the_other_where_they_went_different_ways_and_both_are_known():
    assert PEOPLE_MOVED < MONEY_MOVED
    assert {(a, b) for a in Move for b in Move if is_parted(a, b)} == {
        *((Move.UP, Move.STILL), (Move.UP, Move.DOWN), (Move.STILL, Move.UP)),
        *((Move.STILL, Move.DOWN), (Move.DOWN, Move.UP), (Move.DOWN, Move.STILL)),
    }


def test_years_are_periods_like_others():
    year = Period(2024, 1, PeriodKind.YEAR)

    assert growths({year: D(11), year.moved(-1): D(10)}) == {year: D("0.1")}
