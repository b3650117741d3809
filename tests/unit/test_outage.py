"""When it is known that the broker is away."""

from hypothesis import given
from hypothesis import strategies as st

from shared.calling.outage import FORGOTTEN_AFTER_SECONDS, KNOWN_AFTER_SECONDS, Outage


def test_one_fault_is_no_outage():
    outage = Outage()

    assert not outage.failed(100.0)
    assert not outage.is_known


def test_faults_for_some_seconds_are_an_outage_that_one_report_makes_known():
    outage = Outage()

    said = [outage.failed(100.0 + second) for second in (0, 1, KNOWN_AFTER_SECONDS, KNOWN_AFTER_SECONDS + 1)]

    assert said == [False, False, True, False]
    assert outage.is_known


def test_a_try_that_works_ends_it_and_the_next_one_is_counted_anew():
    outage = Outage()
    outage.failed(100.0)
    outage.failed(104.0)

    outage.ended()

    assert not outage.is_known
    assert not outage.failed(105.0)
    assert not outage.is_known


def test_two_faults_long_apart_are_two():
    outage = Outage()
    outage.failed(100.0)

    assert not outage.failed(100.0 + FORGOTTEN_AFTER_SECONDS + 1)


@given(st.lists(st.floats(0.01, 30, allow_nan=False), max_size=30))
def test_it_is_made_known_at_most_once_until_it_ends(pauses):
    outage, now = Outage(), 0.0
    said = []
    for pause in pauses:
        now += pause
        said.append(outage.failed(now))

    assert sum(said) <= 1
    assert outage.is_known == any(said)
