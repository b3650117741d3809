"""How far a target is, as arithmetic: shares, gaps, what each month must bring, and the word for it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.stats.targets.progress import (
    LINEAR,
    Aim,
    Comparator,
    Standing,
    expected,
    gap,
    month_of,
    needed_per_month,
    seasonal_curve,
    share_of_time,
    share_reached,
    standing,
)

FIRST, LAST = month_of(2025, 1), month_of(2027, 12)
AUTUMN = [Decimal(0)] * 8 + [Decimal(300)] * 4
AMOUNTS = st.decimals(0, 10_000, places=2)


def aim(comparator=Comparator.AT_LEAST, value="8000", *, first=FIRST, last=LAST, is_summed=True, **more):
    return Aim(comparator, Decimal(value), first, last, is_summed, **more)


def test_half_way_through_three_years_half_the_time_is_over():
    assert share_of_time(aim(), month_of(2026, 6)) == Decimal("0.5")
    assert share_of_time(aim(), FIRST - 1) == 0
    assert share_of_time(aim(), LAST + 5) == 1


def test_a_year_that_runs_in_autumn_asks_nothing_in_spring():
    curve = seasonal_curve([(2024, AUTUMN)])

    assert curve.years == (2024,)
    assert share_of_time(aim(), month_of(2025, 8), curve) == 0
    assert share_of_time(aim(), month_of(2025, 12), curve) == pytest.approx(Decimal(1) / 3)


@pytest.mark.parametrize(
    "values",
    [
        [Decimal(1)] * 11 + [None],
        [Decimal(0)] * 12,
        [Decimal(-1)] + [Decimal(5)] * 11,
    ],
)
def test_a_year_that_is_not_whole_gives_no_curve(values):
    assert seasonal_curve([(2024, values)]) == LINEAR


@given(st.lists(AMOUNTS, min_size=12, max_size=12).filter(lambda values: sum(values) > 0))
def test_the_share_of_time_only_grows_and_ends_at_one(values):
    curve = seasonal_curve([(2024, values)])

    shares = [share_of_time(aim(), now, curve) for now in range(FIRST - 1, LAST + 1)]

    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0, 1)


@pytest.mark.parametrize(
    ("comparator", "value", "missing"),
    [
        (Comparator.AT_LEAST, "7999", "1"),
        (Comparator.AT_LEAST, "9000", "0"),
        (Comparator.AT_MOST, "8100", "100"),
        (Comparator.AT_MOST, "7000", "0"),
        (Comparator.ZERO, "2", "2"),
        (Comparator.AROUND, "8003", "1"),
        (Comparator.AROUND, "7998", "0"),
        (Comparator.RISING, "90", "10"),
        (Comparator.RISING, "110", "0"),
    ],
)
def test_what_is_missing_by_the_comparator(comparator, value, missing):
    found = aim(comparator, base=Decimal(100), tolerance=Decimal(2))

    assert gap(found, Decimal(value)) == Decimal(missing)


def test_of_twenty_to_thirty_percent_twenty_five_is_half():
    assert share_reached(aim(value="30", base=Decimal(20)), Decimal(25)) == Decimal("0.5")
    assert share_reached(aim(value="20", base=Decimal(20)), Decimal(25)) is None


@given(AMOUNTS, st.integers(FIRST - 3, LAST - 1), st.integers(0, 2))
def test_what_is_needed_each_month_reaches_and_a_unit_less_does_not(value, now, decimals):
    found = aim()
    needed = needed_per_month(found, value, now, decimals)
    left = LAST - max(now, FIRST - 1)

    assert needed is not None
    assert value + needed * left >= found.value
    if needed > 0:
        assert value + (needed - Decimal(1).scaleb(-decimals)) * left < found.value


def test_after_the_last_month_nothing_is_needed_any_more():
    assert needed_per_month(aim(), Decimal(1), LAST, 0) is None
    assert needed_per_month(aim(Comparator.AT_MOST), Decimal(9000), FIRST, 0) is None


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("8000", Standing.REACHED),
        ("4400", Standing.AHEAD),
        ("4000", Standing.ON_TIME),
        ("3999", Standing.BEHIND),
        (None, Standing.OTHER),
    ],
)
def test_the_word_half_way(value, word):
    assert standing(aim(), value and Decimal(value), month_of(2026, 6)) is word


def test_what_stands_at_a_moment_is_reached_on_the_last_day_only():
    of_moment = aim(is_summed=False, base=Decimal(7000))

    assert standing(of_moment, Decimal(8100), month_of(2026, 6)) is Standing.AHEAD
    assert standing(of_moment, Decimal(8100), LAST) is Standing.REACHED
    assert standing(of_moment, Decimal(7999), LAST) is Standing.BEHIND


def test_a_level_without_a_base_is_to_be_held_at_any_time():
    held = aim(value="50", is_summed=False)

    assert standing(held, Decimal(51), month_of(2025, 2)) is Standing.ON_TIME
    assert standing(held, Decimal("49.9"), month_of(2025, 2)) is Standing.BEHIND
    assert expected(held, month_of(2025, 2)) == 50


def test_what_is_to_be_there_follows_the_years_of_the_split():
    split = aim(years=((2025, Decimal(2000)), (2026, Decimal(2000)), (2027, Decimal(4000))))

    assert [expected(split, month_of(year, 12)) for year in (2025, 2026, 2027)] == [2000, 4000, 8000]
    assert expected(split, month_of(2027, 6)) == 6000
    assert expected(aim(), month_of(2026, 6)) == 4000
    assert expected(aim(is_summed=False, base=Decimal(6000)), month_of(2026, 6)) == 7000


def test_zero_around_and_rising_are_met_or_not():
    assert standing(aim(Comparator.ZERO), Decimal(0), FIRST) is Standing.ON_TIME
    assert standing(aim(Comparator.ZERO), Decimal(1), FIRST) is Standing.BEHIND
    assert standing(aim(Comparator.RISING), Decimal(1), FIRST) is Standing.OTHER
    assert standing(aim(Comparator.AROUND, "5.5", tolerance=Decimal("0.2")), Decimal("5.7"), LAST) is Standing.REACHED
