"""Wilson's interval against published values and by its properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tasks.samples.intervals import wilson


@pytest.mark.parametrize(
    ("hits", "tries", "low", "high"),
    [
        # R. G. Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine 17 (1998), I.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        # Worked out by hand: 36 of 38.
        (36, 38, 0.8271, 0.9854),
    ],
)
def test_published_intervals(hits, tries, low, high):
    found = wilson(hits, tries)

    assert (round(found.low, 4), round(found.high, 4)) == (low, high)
    assert found.share == hits / tries


def test_nothing_decided_has_no_share():
    assert wilson(0, 0) is None


@given(st.integers(1, 5000).flatmap(lambda tries: st.tuples(st.integers(0, tries), st.just(tries))))
def test_the_share_lies_within_and_the_interval_within_0_and_1(counts):
    hits, tries = counts
    share, low, high = wilson(hits, tries)

    assert 0 <= low <= share <= high <= 1
    mirrored = wilson(tries - hits, tries)
    assert (mirrored.low, mirrored.high) == pytest.approx((1 - high, 1 - low))
    assert wilson(10 * hits, 10 * tries).high - wilson(10 * hits, 10 * tries).low < high - low
