"""Shares in per cent: near the truth, in the order of the truth, and 0 and 100 only where they are true."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.percents import in_percent, rounded, whole_percent

COUNTS = st.integers(1, 10**9).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))
SHARES = st.decimals(-3, 3, places=9)


@pytest.mark.parametrize(
    ("part", "whole", "shown", "on_paper"),
    [
        (0, 132, 0, "0.0%"),
        (1, 132, 1, "0.8%"),
        (131, 132, 99, "99.2%"),
        (132, 132, 100, "100.0%"),
        (1, 3000, 1, "0.1%"),
        (2999, 3000, 99, "99.9%"),
        (2, 3, 67, "66.7%"),
        (1, 8, 13, "12.5%"),
        (135, 400, 34, "33.8%"),
    ],
)
def test_shares_are_rounded_as_people_do_it_but_not_to_nothing_or_all(part, whole, shown, on_paper):
    assert whole_percent(part, whole) == shown
    assert in_percent(part, whole) == on_paper


@given(COUNTS)
def test_nothing_is_0_and_all_is_100_and_nothing_else_is(counts):
    part, whole = counts

    assert (whole_percent(part, whole) == 0) == (part == 0)
    assert (whole_percent(part, whole) == 100) == (part == whole)
    assert (in_percent(part, whole) == "0.0%") == (part == 0)
    assert (in_percent(part, whole) == "100.0%") == (part == whole)


@given(SHARES, st.integers(1, 6))
def test_what_is_shown_is_less_than_a_step_away_and_elsewhere_half_a_step(share, places):
    step = Decimal(1).scaleb(-places)
    shown = rounded(share, places)

    assert abs(shown - share) < step
    assert step / 2 >= abs(shown - share) or shown in (step, 1 - step)
    assert shown == round(shown, places)


@given(SHARES, SHARES, st.integers(1, 6))
def test_more_is_never_shown_as_less(one, other, places):
    less, more = sorted((one, other))

    assert rounded(less, places) <= rounded(more, places)


@given(SHARES)
def test_no_zero_has_a_sign(share):
    assert not in_percent(share).startswith("-0.0%")


def test_beyond_all_and_below_nothing_are_said_as_they_are():
    shares = {"1.0432": "104.3%", "1.0004": "100.0%", "-0.021": "-2.1%", "-0.0005": "-0.1%", "-0.0004": "0.0%"}

    assert {share: in_percent(share) for share in shares} == shares


def test_of_nothing_there_is_no_share():
    assert in_percent(1, 0) == ""
