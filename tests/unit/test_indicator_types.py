"""What the type of an indicator decides; written by hand from the practice of statistics, not from the code."""

from decimal import Decimal

import pytest

from services.stats.indicators.kinds import (
    RULES,
    Adding,
    IndicatorType,
    Judging,
    NotAddable,
    complain_of_adding_time,
    complain_of_adding_units,
    over_time,
    share,
)

SUM, LAST, RATIO, NONE = Adding.SUM, Adding.LAST, Adding.RATIO, Adding.NONE
EXPECTED = {
    # type: over units, over time, judged, asked of units
    "flow": (SUM, SUM, Judging.AT_LEAST, True),
    "stock": (SUM, LAST, Judging.AT_LEAST, True),
    "ratio": (RATIO, RATIO, Judging.AT_LEAST, False),
    "ceiling": (NONE, LAST, Judging.AT_MOST, True),
    "zero": (SUM, LAST, Judging.ZERO, True),
    "trend": (NONE, LAST, Judging.AGAINST_BEFORE, True),
    "external": (NONE, LAST, Judging.SHOWN, False),
}


@pytest.mark.parametrize("kind", list(IndicatorType))
def test_the_type_alone_decides(kind):
    rules = RULES[kind]

    assert (rules.over_units, rules.over_time, rules.judging, rules.is_asked) == EXPECTED[kind.value]


@pytest.mark.parametrize("kind", ["stock", "zero", "ceiling", "trend", "external", "ratio"])
def test_what_may_not_be_summed_over_time_says_why_and_what_to_do(kind):
    complaint = complain_of_adding_time(IndicatorType(kind), "养老保险参保人数")

    assert complaint is not None
    assert "养老保险参保人数" in complaint.zh
    assert "请" in complaint.zh
    assert complaint.en


def test_a_flow_is_summed_over_time_and_a_stock_is_that_of_the_end():
    months = [Decimal(3), Decimal(5), Decimal(4)]

    assert over_time(IndicatorType.FLOW, "", months) == 12
    assert over_time(IndicatorType.STOCK, "", months) == 4
    assert complain_of_adding_time(IndicatorType.FLOW, "") is None


def test_a_sum_over_time_that_lacks_a_part_is_none():
    assert over_time(IndicatorType.FLOW, "", [Decimal(3), None]) is None
    assert over_time(IndicatorType.FLOW, "", []) is None
    assert over_time(IndicatorType.STOCK, "", [None, Decimal(3)]) == 3
    assert over_time(IndicatorType.STOCK, "", [Decimal(3), None]) is None


@pytest.mark.parametrize("kind", ["ceiling", "trend", "external"])
def test_units_whose_figures_may_not_be_added_say_why(kind):
    complaint = complain_of_adding_units(IndicatorType(kind), "失业率")

    assert complaint is not None
    assert "失业率" in complaint.zh
    assert complaint.en


@pytest.mark.parametrize("kind", ["flow", "stock", "zero", "ratio"])
def test_units_that_come_together_say_nothing(kind):
    assert complain_of_adding_units(IndicatorType(kind), "") is None


def test_a_ratio_of_time_is_never_averaged():
    with pytest.raises(NotAddable):
        over_time(IndicatorType.RATIO, "占比", [Decimal(50), Decimal(100)])


def test_a_share_is_the_sum_of_numerators_over_that_of_denominators():
    """Two units with 1 of 2 and 30 of 30 have 96.9 %, not the mean of 50 and 100."""
    found = share(Decimal(31), Decimal(32), factor=Decimal(100))

    assert found is not None
    assert round(found, 1) == Decimal("96.9")


@pytest.mark.parametrize(("numerator", "denominator"), [(None, 1), (1, None), (1, 0), (0, 0)])
def test_a_share_without_a_whole_is_none(numerator, denominator):
    def number(value):
        return None if value is None else Decimal(value)

    assert share(number(numerator), number(denominator), factor=Decimal(100)) is None
