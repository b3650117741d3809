"""A plan of faults is a function of its seed, and has something of everything."""

from collections import Counter
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from tests.support.chaos.plan import DOZEN, FREEZES, HELD, PAUSES, PROCESSES, Kind, plan

SEEDS = st.integers(0, 2**32)
OF_PROCESSES = (Kind.KILL, Kind.TERM)


@given(SEEDS, st.integers(0, 40))
def test_a_seed_has_one_plan(seed, number):
    assert plan(seed, number) == plan(seed, number)


@given(SEEDS, st.integers(0, 30), st.integers(0, 30))
def test_a_longer_plan_begins_with_the_shorter_one(seed, number, more):
    assert plan(seed, number + more)[:number] == plan(seed, number)


@given(SEEDS)
def test_each_dozen_has_every_kind(seed):
    faults = iter(plan(seed, 48))
    while dozen := list(islice(faults, 12)):
        assert Counter(fault.kind for fault in dozen) == Counter(DOZEN)


@given(SEEDS)
def test_every_process_is_hit_in_turn(seed):
    faults = plan(seed, 12 * len(PROCESSES))
    for kind in OF_PROCESSES:
        hits = Counter(fault.target for fault in faults if fault.kind is kind)
        assert set(hits) == set(PROCESSES)
        assert max(hits.values()) - min(hits.values()) <= 1


@given(SEEDS)
def test_times_lie_in_their_bounds(seed):
    for fault in plan(seed, 36):
        assert PAUSES[0] <= fault.pause <= PAUSES[1]
        span = {Kind.FREEZE: FREEZES, Kind.PURGE: HELD, Kind.DELETE: HELD}.get(fault.kind, (0, 0))
        assert span[0] <= fault.lasts <= span[1]
        assert (fault.share > 0) is (fault.kind is Kind.BACKENDS)


def test_seeds_differ():
    assert len({tuple(plan(seed, 12)) for seed in range(20)}) == 20
