"""Figures of any period and type out of base figures: by the rules of the types."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.stats.figures.records import Base, Sum
from services.stats.figures.rolling import Asked, Book, is_computed, note, parts_of
from services.stats.indicators.kinds import IndicatorType
from services.stats.indicators.records import Indicator
from services.stats.periods import PeriodKind, parse

FLOW, STOCK, RATIO, DERIVED, LEVEL, QUARTERLY = range(1, 7)
UNIT = 9


def an_indicator(number, code, kind, **more):
    found = Indicator(
        id=number, code=code, name=code, definition="", unit_of_measure="人", decimals=2,
        period_kind=PeriodKind.MONTH, type=kind, numerator_id=None, denominator_id=None, formula="", bound=None,
        may_be_negative=True, source="", owner="", basis_by="", basis_number="", basis_until=None,
        valid_from=dt.date(2020, 1, 1), valid_to=None, is_invented=False, version=1,
    )  # fmt: skip
    return found._replace(**more)


BOOK = Book.of(
    [
        an_indicator(FLOW, "F", IndicatorType.FLOW),
        an_indicator(STOCK, "S", IndicatorType.STOCK),
        an_indicator(
            RATIO, "R", IndicatorType.RATIO, numerator_id=FLOW, denominator_id=STOCK, unit_of_measure="%", decimals=1
        ),
        an_indicator(DERIVED, "D", IndicatorType.FLOW, formula="F - prev(F) + ytd(F) + lastyear(S)"),
        an_indicator(LEVEL, "L", IndicatorType.CEILING),
        an_indicator(QUARTERLY, "Q", IndicatorType.FLOW, period_kind=PeriodKind.QUARTER),
    ]
)


def a_sum(indicator_id, period, total, *, own=None, adjusted=0, reporting=1, without=0):
    return Sum(
        indicator_id, period, UNIT, own, None, Decimal(total), Decimal(adjusted), reporting=reporting, without=without
    )


def sums(*found):
    return {Base(one.indicator_id, one.period): one for one in found}


def asked(indicator_id, label, **more):
    return Asked(indicator_id, parse(label), **more)


def test_a_quarter_of_a_flow_needs_all_its_months():
    months = [a_sum(FLOW, f"2026-0{month}", month) for month in (1, 2, 3)]

    assert BOOK.rolled(asked(FLOW, "2026-Q1"), sums(*months)).value == 6
    assert BOOK.rolled(asked(FLOW, "2026-Q1"), sums(*months[:2])).value is None


def test_a_stock_takes_the_last_month_and_only_its_adjustments():
    months = [a_sum(STOCK, "2026-02", 5, adjusted=1), a_sum(STOCK, "2026-03", 7)]

    found = BOOK.rolled(asked(STOCK, "2026-Q1"), sums(*months))

    assert (found.value, found.adjusted) == (7, 0)


def test_zero_that_units_gave_is_a_figure_and_nothing_is_none():
    assert BOOK.rolled(asked(FLOW, "2026-01"), sums(a_sum(FLOW, "2026-01", 0))).value == 0
    assert BOOK.rolled(asked(FLOW, "2026-01"), sums(a_sum(FLOW, "2026-01", 0, reporting=0, without=2))).value is None
    assert BOOK.rolled(asked(FLOW, "2026-01"), {}).value is None


def test_a_ratio_needs_both_parts_and_rounds_half_up():
    base = sums(a_sum(FLOW, "2026-01", "0.25"), a_sum(STOCK, "2026-01", 100))

    assert str(BOOK.rolled(asked(RATIO, "2026-01"), base).value) == "0.3"
    assert BOOK.rolled(asked(RATIO, "2026-01"), sums(a_sum(FLOW, "2026-01", 1))).value is None
    assert BOOK.rolled(asked(RATIO, "2026-01"), base | sums(a_sum(STOCK, "2026-01", 0))).value is None


def test_a_formula_reaches_the_period_before_the_year_so_far_and_the_year_before():
    assert BOOK.needs(asked(DERIVED, "2026-02")) == {
        Base(FLOW, "2026-01"), Base(FLOW, "2026-02"), Base(STOCK, "2025-02"),
    }  # fmt: skip
    base = sums(a_sum(FLOW, "2026-01", 10), a_sum(FLOW, "2026-02", 4), a_sum(STOCK, "2025-02", 100))
    assert BOOK.rolled(asked(DERIVED, "2026-02"), base).value == 4 - 10 + 14 + 100


def test_a_level_is_the_units_own_and_is_not_added_up():
    own = BOOK.rolled(asked(LEVEL, "2026-01"), sums(a_sum(LEVEL, "2026-01", 9, own=Decimal(3))))
    of_others = BOOK.rolled(asked(LEVEL, "2026-01"), sums(a_sum(LEVEL, "2026-01", 9)))

    assert (own.value, own.why) == (3, None)
    assert of_others.value is None
    assert "不能相加" in of_others.why.zh


@pytest.mark.parametrize(
    ("indicator_id", "label", "to_date", "labels"),
    [
        (FLOW, "2026-Q2", False, ["2026-04", "2026-05", "2026-06"]),
        (FLOW, "2026-03", True, ["2026-01", "2026-02", "2026-03"]),
        (FLOW, "2026-Q1", True, ["2026-01", "2026-02", "2026-03"]),
        (QUARTERLY, "2026", False, ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]),
        (QUARTERLY, "2026-H1", True, ["2026-Q1", "2026-Q2"]),
        (QUARTERLY, "2026-05", False, []),
        (QUARTERLY, "2026-02", True, []),
        (QUARTERLY, "2026-05", True, ["2026-Q1"]),
    ],
)
def test_which_periods_make_up_a_longer_one(indicator_id, label, to_date, labels):
    parts = parts_of(BOOK.by_id[indicator_id], asked(indicator_id, label, is_to_date=to_date))

    assert list(parts) == labels


def test_a_circle_that_was_made_behind_the_definitions_ends():
    book = Book.of([an_indicator(1, "A", IndicatorType.FLOW, formula="B + 1"),
                    an_indicator(2, "B", IndicatorType.FLOW, formula="A + 1")])  # fmt: skip

    assert book.needs(asked(1, "2026-01")) == set()
    assert book.rolled(asked(1, "2026-01"), {}).value is None


def test_only_a_stock_of_several_periods_needs_a_note():
    assert note(BOOK.by_id[STOCK], asked(STOCK, "2026-Q1")) is not None
    assert note(BOOK.by_id[STOCK], asked(STOCK, "2026-01")) is None
    assert note(BOOK.by_id[FLOW], asked(FLOW, "2026-Q1")) is None
    assert is_computed(BOOK.by_id[RATIO])


values = st.lists(st.tuples(st.decimals(-999, 999, places=2), st.decimals(1, 999, places=2)), min_size=1, max_size=8)


@given(units=values, cuts=st.lists(st.integers(0, 3), min_size=8, max_size=8))
def test_a_figure_is_that_of_any_grouping_of_its_units(units, cuts):
    """Sums, and shares too: they are made of sums, so it does not matter into which groups the units are put."""
    groups = {}
    for (flow, stock), group in zip(units, cuts, strict=False):
        groups.setdefault(group, []).append((flow, stock))
    whole = _of(units)
    parts = [_of(members) for members in groups.values()]

    for indicator_id in (FLOW, STOCK):
        of_parts = [BOOK.rolled(asked(indicator_id, "2026-01"), part).value for part in parts]
        assert BOOK.rolled(asked(indicator_id, "2026-01"), whole).value == sum(of_parts)
    merged = sums(
        *(
            a_sum(base.indicator_id, base.period, sum(part[base].total for part in parts), reporting=len(units))
            for base in whole
        )
    )
    share = asked(RATIO, "2026-01")
    assert BOOK.rolled(share, merged).value == BOOK.rolled(share, whole).value


def _of(units):
    return sums(
        a_sum(FLOW, "2026-01", sum(flow for flow, _ in units), reporting=len(units)),
        a_sum(STOCK, "2026-01", sum(stock for _, stock in units), reporting=len(units)),
    )


def test_a_product_that_is_larger_than_any_figure_is_none_and_no_failure():
    """One such indicator would take every table of figures down with it."""
    book = Book.of(
        [
            an_indicator(FLOW, "F", IndicatorType.FLOW),
            an_indicator(DERIVED, "D", IndicatorType.FLOW, formula="F * F * F"),
        ]
    )
    base = sums(a_sum(FLOW, "2026-01", "999999999999999"))

    assert book.rolled(asked(DERIVED, "2026-01"), base).value is None
