"""Targets for what is computed of flows: the year so far by the sums, and what is not said of it."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.stats.figures.records import Base, Sum
from services.stats.figures.rolling import Book
from services.stats.indicators.kinds import IndicatorType
from services.stats.indicators.records import Indicator
from services.stats.periods import PeriodKind, parse
from services.stats.targets import progress, sentences
from services.stats.targets.of_years import adds_up, asked, is_of_year
from services.stats.targets.position import Point, position
from services.stats.targets.progress import Aim, Comparator, Standing, month_of
from services.stats.targets.records import Course
from services.stats.targets.sentences import Measure

PERCENT = Measure("%", 1)
UNIT = 1


def an_indicator(number, code, kind=IndicatorType.FLOW, **more):
    empty = dict.fromkeys(Indicator._fields)
    given = {"id": number, "code": code, "name": code, "unit_of_measure": "人", "decimals": 0, "formula": ""}
    rest = {"type": kind, "period_kind": PeriodKind.MONTH, "valid_from": dt.date(2020, 1, 1), "version": 1}
    return Indicator(**{**empty, **given, **rest, **more})


A, B = an_indicator(1, "A"), an_indicator(2, "B")
STOCK = an_indicator(3, "S", IndicatorType.STOCK)
CENTS = an_indicator(4, "C", decimals=2)


def of_formula(formula, kind=IndicatorType.FLOW, **more):
    return an_indicator(9, "F", kind, formula=formula, **more)


def book(*others):
    return Book.of([A, B, STOCK, CENTS, *others])


@pytest.mark.parametrize(
    "formula", ["A + B", "A - B", "2 * A - (B + A)", "-A + 3 * B", "lastyear(A) - A", "A * 2 * 3", "A × 2 ＋ B"]
)
def test_whole_multiples_of_flows_add_up_over_the_months(formula):
    one = of_formula(formula)

    assert adds_up(book(one), one)
    assert not is_of_year(book(one), one)


@pytest.mark.parametrize(
    "formula",
    ["A / B", "A / B * 100", "A + 5", "A * 0.5", "A * B", "A / 2", "max(A, B)", "ytd(A)", "A + S", "A + C", "5 - A"],
)
def test_a_quotient_a_constant_a_level_and_what_is_rounded_do_not(formula):
    one = of_formula(formula)

    assert not adds_up(book(one), one)
    assert is_of_year(book(one), one)


def test_a_formula_of_a_formula_adds_up_where_both_do():
    share, total = an_indicator(5, "X", formula="A / B"), an_indicator(6, "Y", formula="A + B")

    assert adds_up(book(share, total), of_formula("Y - A"))
    assert is_of_year(book(share, total), of_formula("X + A"))


def test_a_share_of_flows_is_of_the_year_and_a_share_of_levels_of_its_moment():
    of_flows = an_indicator(7, "R", IndicatorType.RATIO, numerator_id=1, denominator_id=2)
    of_levels = an_indicator(8, "Q", IndicatorType.RATIO, numerator_id=3, denominator_id=3)
    level = of_formula("S / 2", IndicatorType.STOCK)

    assert is_of_year(book(of_flows), of_flows)
    assert not is_of_year(book(of_levels), of_levels)
    assert not is_of_year(book(level), level)
    assert not is_of_year(book(), A)


def sums(indicator, values):
    return {
        Base(indicator.id, f"2026-{month:02}"): Sum(
            indicator.id, f"2026-{month:02}", UNIT, Decimal(value), 1, Decimal(value), Decimal(0), 1, 0
        )
        for month, value in enumerate(values, 1)
    }


MONTHLY = st.integers(0, 5000)


@given(st.lists(st.tuples(MONTHLY, st.integers(1, 5000)), min_size=1, max_size=12))
def test_the_year_so_far_is_the_formula_over_the_sums(months):
    one = of_formula("A / B * 100", unit_of_measure="%", decimals=4)
    found = book(one).rolled(
        asked(book(one), one, parse(f"2026-{len(months):02}")),
        sums(A, [a for a, _ in months]) | sums(B, [b for _, b in months]),
    )

    exact = Decimal(sum(a for a, _ in months)) / sum(b for _, b in months) * 100
    assert abs(found.value - exact) <= Decimal("0.00005")


@given(st.lists(st.tuples(MONTHLY, MONTHLY), min_size=1, max_size=12))
def test_where_the_months_add_up_their_sum_is_the_formula_over_the_sums(months):
    one = of_formula("3 * A - B")
    known = sums(A, [a for a, _ in months]) | sums(B, [b for _, b in months])
    periods = [parse(f"2026-{month:02}") for month in range(1, len(months) + 1)]

    monthly = [book(one).rolled(asked(book(one), one, period), known).value for period in periods]
    assert sum(monthly) == 3 * sum(a for a, _ in months) - sum(b for _, b in months)


def shares(first, values):
    start = parse(first)
    return [Point(start.moved(n), None if one is None else Decimal(one), 1, 0) for n, one in enumerate(values)]


def at(points, comparator=Comparator.AT_LEAST, value="80", *, day=dt.date(2026, 9, 10), **more):
    aim = Aim(comparator, Decimal(value), month_of(2026, 1), month_of(2026, 12), False, is_of_year=True, **more)
    return position(aim, points, course=Course.SEASONAL, decimals=1, day=day)


def test_of_a_share_of_the_year_the_newest_counts_and_no_month_is_asked_for():
    found = at(shares("2025-09", ["85", "86", "84", "83", *["60", "70", "71", "72", "73", "74", "75", "76"]]))

    assert (found.value, found.at.label, found.gap) == (76, "2026-08", 4)
    assert (found.share, found.time, found.needed, found.outlook) == (None, None, None, None)
    assert found.standing is Standing.BEHIND
    said = sentences.why(found, PERCENT, Course.SEASONAL)
    assert said.zh == "2026年8月为 76.0%，目标不低于 80.0%，差 4.0 个百分点。"
    assert sentences.notes(found, Course.SEASONAL) == [sentences.OF_YEAR, sentences.OF_YEAR_NO_WAY]
    assert "不推算" in sentences.why_not_likely(found).zh


def test_the_year_before_says_nothing_of_a_year_that_has_no_figure_yet():
    found = at(shares("2025-11", ["84", "83"]), day=dt.date(2026, 1, 20))

    assert (found.value, found.standing) == (None, Standing.OTHER)


def test_with_a_base_there_is_a_way_but_nothing_that_a_month_must_bring():
    found = at(shares("2026-01", ["70", "72", "74"]), base=Decimal(70))

    assert (found.share, found.time, found.needed) == (Decimal("0.4"), Decimal("0.25"), None)
    said = sentences.why(found, PERCENT, Course.LINEAR)
    assert said.zh.endswith("还差 6.0 个百分点。")
    assert "each" not in said.en.rsplit(".", 2)[-2]
    assert len(sentences.notes(found, Course.LINEAR)) == 1


def test_a_month_whose_denominator_is_nothing_has_no_share():
    one = of_formula("A / B * 100", unit_of_measure="%", decimals=1)
    found = book(one).rolled(asked(book(one), one, parse("2026-02")), sums(A, [0, 0]) | sums(B, [0, 0]))

    assert found.value is None
    assert at(shares("2026-01", [None, None])).standing is Standing.OTHER


def test_at_the_end_of_the_year_it_is_reached_or_not():
    whole = [None] * 11 + ["80.1"]

    assert at(shares("2026-01", whole), day=dt.date(2027, 1, 9)).standing is Standing.REACHED
    assert at(shares("2026-01", whole), value="81", day=dt.date(2027, 1, 9)).standing is Standing.BEHIND
    assert progress.expected(at(shares("2026-01", whole)).aim, month_of(2026, 3)) == 80
