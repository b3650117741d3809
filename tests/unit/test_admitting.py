"""Which connections make way: as arithmetic."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from services.portal.admitting import (
    FEWEST_CONNECTIONS,
    LEAST_BYTES_A_SECOND,
    MOST_HALF_SENT,
    Connection,
    Standing,
    connections_for,
    time_allowed,
    to_close,
)
from shared.limits import PORTAL

CONNECTIONS = st.lists(
    st.builds(Connection, st.sampled_from("abc"), st.sampled_from(Standing), st.floats(0, 100, allow_nan=False)),
    max_size=200,
)


def test_a_head_has_its_time_and_a_body_more_the_more_of_it_is_there():
    assert time_allowed(0, has_head=False) == PORTAL.head
    assert time_allowed(10**6, has_head=False) == PORTAL.head
    assert time_allowed(100 * LEAST_BYTES_A_SECOND, has_head=True) == PORTAL.body + 100


def test_as_many_connections_as_files_allow_and_a_few_in_any_case():
    assert connections_for(1_000_000) == PORTAL.connections
    assert connections_for(300) == 200
    assert connections_for(40) == FEWEST_CONNECTIONS


@given(CONNECTIONS, st.integers(0, 200))
def test_nobody_at_work_makes_way_and_what_is_left_fits_if_it_can(connections, room):
    going = to_close(connections, room=room)

    staying = [one for place, one in enumerate(connections) if place not in set(going)]
    assert len(set(going)) == len(going)
    assert all(connections[place].standing is not Standing.AT_WORK for place in going)
    assert len(staying) <= room or all(one.standing is Standing.AT_WORK for one in staying)
    half_sent = Counter(one.address for one in staying if one.standing is Standing.HALF_SENT)
    assert all(number <= MOST_HALF_SENT for number in half_sent.values())


@given(st.integers(1, 30), st.integers(70, 400))
def test_a_stranger_with_many_makes_way_before_anybody_with_one(others, many):
    stranger = [Connection("stranger", Standing.HALF_SENT, float(place)) for place in range(many)]
    clerks = [Connection(f"clerk {place}", Standing.IDLE, 1000.0) for place in range(others)]

    going = to_close([*clerks, *stranger], room=others + MOST_HALF_SENT // 2)

    assert all(place >= others for place in going)
    # The oldest go first.
    left = [one.seconds for place, one in enumerate([*clerks, *stranger]) if place >= others and place not in going]
    assert left == sorted(range(many))[: len(left)]


def test_what_comes_through_a_proxy_is_not_one_strangers():
    connections = [Connection("10.0.0.1", Standing.HALF_SENT, 1.0)] * (MOST_HALF_SENT + 5)

    assert len(to_close(connections, room=1000)) == 5
    assert to_close(connections, room=1000, proxy="10.0.0.1") == []
