"""Whether a figure is unlike the unit's own past."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from services.stats.checks.outliers import LEAST_PAST, usual_of
from services.stats.periods import Period, PeriodKind, parse

ONE = Decimal(1)


def past(*values: int, until: str = "2025-12") -> dict[Period, Decimal]:
    last = parse(until)
    return {last.moved(index - len(values) + 1): Decimal(value) for index, value in enumerate(values)}


def test_too_short_a_past_says_nothing():
    assert usual_of(parse("2026-01"), past(*[30] * (LEAST_PAST - 1)), step=ONE) is None


def test_a_tenfold_figure_stands_out_and_a_usual_one_does_not():
    usual = usual_of(parse("2026-01"), past(28, 31, 30, 27, 33, 29, 30, 32), step=ONE)

    assert usual is not None
    assert not usual.has(Decimal(310))
    assert usual.has(Decimal(34))


def test_one_mistake_in_the_past_does_not_widen_what_is_usual():
    """A mean and a standard deviation would let the second mistake pass."""
    usual = usual_of(parse("2026-01"), past(28, 31, 300, 27, 33, 29, 30, 32), step=ONE)

    assert usual is not None
    assert not usual.has(Decimal(300))


def test_a_season_is_held_against_the_same_period_of_other_years():
    """Each March is high: a high March is usual, a high August is not."""
    year = [10, 11, 90, 12, 10, 11, 10, 12, 11, 10, 11, 10]
    years = past(*year, *year, until="2025-12")

    march, august = usual_of(parse("2026-03"), years, step=ONE), usual_of(parse("2026-08"), years, step=ONE)

    assert march is not None
    assert august is not None
    assert march.is_seasonal
    assert march.has(Decimal(92))
    assert not march.has(Decimal(11))
    assert not august.has(Decimal(90))


def test_a_unit_that_always_reports_the_same_may_move_a_little():
    usual = usual_of(parse("2026-01"), past(*[5] * 12), step=ONE)

    assert usual is not None
    assert usual.has(Decimal(7))
    assert not usual.has(Decimal(50))


def test_what_comes_after_the_period_is_no_past():
    later = past(*[30] * 12, until="2026-12")

    assert usual_of(parse("2026-01"), later, step=ONE) is None


@settings(deadline=None)
@given(st.lists(st.integers(0, 10_000), min_size=LEAST_PAST, max_size=40), st.integers(1, 9))
def test_what_is_usual_does_not_depend_on_the_unit_of_measure(values, factor):
    at = parse("2026-01")
    plain = usual_of(at, past(*values), step=ONE)
    scaled = usual_of(at, {p: v * factor for p, v in past(*values).items()}, step=ONE * factor)

    assert plain is not None
    assert scaled is not None
    assert (scaled.lowest, scaled.highest) == (plain.lowest * factor, plain.highest * factor)


@settings(deadline=None)
@given(st.lists(st.integers(0, 1000), min_size=LEAST_PAST, max_size=40))
def test_the_middle_of_the_past_is_usual(values):
    usual = usual_of(
        Period(2026, 1, PeriodKind.QUARTER),
        {Period(2025, 4, PeriodKind.QUARTER).moved(-index): Decimal(value) for index, value in enumerate(values)},
        step=ONE,
    )

    assert usual is not None
    assert usual.lowest <= usual.highest
