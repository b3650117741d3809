"""How much goes into one batch: bounded by number, weight and time, and never nothing."""

from hypothesis import given
from hypothesis import strategies as st

from shared.delivery.batching import FIRST_BYTES, LEAST_BYTES, MOST_BYTES, MOST_EVENTS, SECONDS, Bound
from shared.delivery.envelope import MAX_BODY_BYTES

BOUNDS = st.builds(Bound, st.integers(LEAST_BYTES, MOST_BYTES))
WEIGHTS = st.lists(st.integers(1, MAX_BODY_BYTES), max_size=2 * MOST_EVENTS)
TIMES = st.floats(0, 1000, allow_nan=False)
# What the common events weigh, with a margin: a click makes one of them.
SHORT = 600


@given(BOUNDS, WEIGHTS)
def test_what_goes_together_is_bounded(bound, weights):
    number = bound.fitting(weights)

    assert number <= min(MOST_EVENTS, len(weights))
    assert sum(weights[:number]) <= bound.bytes or number == 1


@given(BOUNDS, WEIGHTS)
def test_as_many_go_together_as_fit(bound, weights):
    number = bound.fitting(weights)

    assert number == min(MOST_EVENTS, len(weights)) or sum(weights[: number + 1]) > bound.bytes


@given(BOUNDS, st.integers(1, MAX_BODY_BYTES))
def test_one_event_goes_whatever_it_weighs(bound, weight):
    assert bound.fitting([weight]) == 1
    assert bound.fitting([MAX_BODY_BYTES * 10, weight]) == 1


def test_nothing_of_nothing():
    assert Bound().fitting([]) == 0


def test_short_events_go_by_the_hundred():
    assert Bound(MOST_BYTES).fitting([SHORT] * MOST_EVENTS) == MOST_EVENTS


@given(BOUNDS, st.integers(1, MOST_BYTES), TIMES)
def test_the_bound_stays_between_its_ends(bound, weight, seconds):
    assert LEAST_BYTES <= bound.after(weight, seconds).bytes <= MOST_BYTES


@given(BOUNDS, st.integers(1, MOST_BYTES), TIMES, TIMES)
def test_who_is_slower_gets_no_more(bound, weight, seconds, more):
    assert bound.after(weight, seconds + more).bytes <= bound.after(weight, seconds).bytes


@given(BOUNDS, st.integers(1, MOST_BYTES), TIMES)
def test_in_time_is_never_punished_and_too_slow_never_rewarded(bound, weight, seconds):
    after = bound.after(weight, seconds).bytes

    assert after >= bound.bytes if seconds <= SECONDS else after <= bound.bytes


@given(st.integers(LEAST_BYTES, 10 * MOST_BYTES))
def test_with_a_steady_speed_batches_come_to_be_in_time_and_no_smaller_than_need_be(speed):
    """`speed` in bytes a second: from the second batch on each is in time, and they grow to half of it at least."""
    bound = Bound()
    for number in range(12):
        seconds = bound.bytes / speed
        assert number == 0 or seconds <= SECONDS or bound.bytes == LEAST_BYTES
        bound = bound.after(bound.bytes, seconds)
    assert bound.bytes >= min(MOST_BYTES, SECONDS * speed / 2)


def test_it_begins_between_its_ends():
    assert LEAST_BYTES <= FIRST_BYTES <= MOST_BYTES
