"""What is called likely comes true as often as it is called, on series that are drawn."""

import datetime as dt
import math
import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.stats.periods import Period, PeriodKind
from services.stats.targets.likelihood import LEAST_MONTHS, outlook
from services.stats.targets.position import Point, position
from services.stats.targets.progress import LINEAR, Aim, Comparator, month_of, seasonal_curve
from services.stats.targets.records import Course

PLENTY = 60


def drawn(chance, months, *, season, likeness, is_skewed):
    """A county's monthly amounts: a level, a course of the year, and swings that may resemble their neighbours."""
    level, spread, swing = chance.uniform(50, 500), chance.uniform(0.1, 0.5), 0.0
    found = []
    for month in range(months):
        fresh = (chance.gammavariate(2, 1) - 2) / math.sqrt(2) if is_skewed else chance.gauss(0, 1)
        swing = likeness * swing + math.sqrt(1 - likeness**2) * fresh
        course = 1 + season * math.sin(2 * math.pi * month / 12)
        found.append(max(0.0, level * course * (1 + spread * swing)))
    return found


def one_case(chance, *, season, likeness, is_skewed):
    """A target on a series of which a part is known, and whether it came true."""
    past = chance.choice([24, 30, 36] if season else [6, 12, 18, 24, 36])
    months = past + chance.randint(3, 24)
    series = drawn(chance, months, season=season, likeness=likeness, is_skewed=is_skewed)
    first = chance.randint(0, past - 1)
    wanted = sum(series[first:past]) + sum(series[:past]) / past * (months - past) * chance.uniform(0.7, 1.3)
    exact = [Decimal(repr(value)) for value in series]
    curve = seasonal_curve([(year, exact[12 * year : 12 * year + 12]) for year in range(past // 12)])
    aim = Aim(Comparator.AT_LEAST, Decimal(repr(wanted)), first, months - 1, is_summed=True)
    found = outlook(aim, list(enumerate(exact[:past])), past - 1, curve if season else LINEAR)
    assert found is not None
    return found.likelihood, sum(series[first:]) >= wanted


@pytest.mark.parametrize(
    ("season", "likeness", "is_skewed"), [(0.0, 0.0, False), (0.4, 0.0, False), (0.0, 0.4, False), (0.3, 0.0, True)]
)
def test_of_cases_called_eighty_percent_seventy_to_ninety_come_true(season, likeness, is_skewed):
    chance = random.Random(20251231)
    cases = [one_case(chance, season=season, likeness=likeness, is_skewed=is_skewed) for _ in range(2_500)]
    called = [came_true for likelihood, came_true in cases if 0.75 <= likelihood < 0.85]

    assert len(called) >= PLENTY
    assert 0.7 <= sum(called) / len(called) <= 0.9


def test_a_few_months_say_nothing():
    aim = Aim(Comparator.AT_LEAST, Decimal(100), 0, 23, is_summed=True)
    past = [(month, Decimal(5)) for month in range(LEAST_MONTHS - 1)]

    assert outlook(aim, past, LEAST_MONTHS - 2) is None
    assert outlook(aim, [*past, (LEAST_MONTHS - 1, Decimal(5))], LEAST_MONTHS - 1) is not None
    assert outlook(aim, past * 9, 23) is None


def test_what_never_swings_is_certain():
    past = [(month, Decimal(10)) for month in range(12)]
    reached = Aim(Comparator.AT_LEAST, Decimal(240), 0, 23, is_summed=True)
    missed = Aim(Comparator.AT_LEAST, Decimal(241), 0, 23, is_summed=True)

    assert [outlook(aim, past, 11).likelihood for aim in (reached, missed)] == [1.0, 0.0]


def test_a_level_that_rises_reaches_a_bound_above_and_leaves_one_below():
    past = [(month, Decimal(20) + Decimal(month) / 4 + (month % 2) * Decimal("0.1")) for month in range(24)]
    least = Aim(Comparator.AT_LEAST, Decimal(28), 0, 35, is_summed=False)
    most = Aim(Comparator.AT_MOST, Decimal(28), 0, 35, is_summed=False)
    around = Aim(Comparator.AROUND, Decimal("28.8"), 0, 35, is_summed=False, tolerance=Decimal(1))

    likely, unlikely, near = (outlook(aim, past, 23).likelihood for aim in (least, most, around))

    assert likely > 0.9
    assert likely + unlikely == pytest.approx(1)
    assert near > 0.5


@given(st.lists(st.decimals(0, 1_000, places=1), min_size=6, max_size=40), st.decimals(1, 50_000, places=0))
def test_whatever_the_past_the_likelihood_is_one(past, wanted):
    now = len(past) - 1
    aim = Aim(Comparator.AT_LEAST, wanted, 0, now + 12, is_summed=True)

    found = outlook(aim, list(enumerate(past)), now)

    assert found is not None
    assert 0 <= found.likelihood <= 1
    more = Aim(Comparator.AT_LEAST, wanted + 1, 0, now + 12, is_summed=True)
    assert outlook(more, list(enumerate(past)), now).likelihood <= found.likelihood


def quarters(chance, *, is_summed):
    """A county's quarters: amounts about a level, or a level that wanders; how many of them are known."""
    past, future = chance.choice([8, 10, 12, 16]), chance.randint(1, 6)
    level, spread = chance.uniform(50, 500), chance.uniform(0.1, 0.4)
    steps = [spread * chance.gauss(0, 1) for _ in range(past + future)]
    if is_summed:
        return past, level, [max(0.0, level * (1 + step)) for step in steps]
    return past, level * spread / 10, [level + level * sum(steps[: place + 1]) / 10 for place in range(past + future)]


def one_case_of_quarters(chance, *, is_summed):
    past, size, series = quarters(chance, is_summed=is_summed)
    start = 2030 * 4 - past
    periods = [Period((start + n) // 4, (start + n) % 4 + 1, PeriodKind.QUARTER) for n in range(len(series))]
    future = len(series) - past
    wanted = sum(series[:past]) + size * future * chance.uniform(0.75, 1.25)
    if not is_summed:
        wanted = series[past - 1] + size * chance.uniform(-4, 4)
    aim = Aim(
        Comparator.AT_LEAST,
        Decimal(repr(wanted)),
        month_of(periods[0].year, periods[0].first_month),
        month_of(periods[-1].year, periods[-1].last_month),
        is_summed=is_summed,
    )
    known = [Point(period, Decimal(repr(value))) for period, value in zip(periods, series[:past], strict=False)]
    found = position(aim, known, course=Course.LINEAR, decimals=0, day=dt.date(2030, 1, 1)).outlook
    return (0.0, False) if found is None else (found.likelihood, (sum(series) if is_summed else series[-1]) >= wanted)


@pytest.mark.parametrize("is_summed", [True, False])
def test_what_is_reported_by_quarter_is_called_as_often_as_it_comes_true(is_summed):
    chance = random.Random(20271231)
    cases = [one_case_of_quarters(chance, is_summed=is_summed) for _ in range(2_500)]
    called = [came_true for likelihood, came_true in cases if 0.75 <= likelihood < 0.85]

    assert len(called) >= PLENTY
    assert 0.7 <= sum(called) / len(called) <= 0.9
