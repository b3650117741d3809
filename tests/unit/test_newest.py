from dataclasses import dataclass
from operator import attrgetter

from hypothesis import given
from hypothesis import strategies as st

from shared.newest import newest


@dataclass(frozen=True)
class Thing:
    key: int
    version: int
    arrived: int


def things(pairs) -> list[Thing]:
    return [Thing(key, version, place) for place, (key, version) in enumerate(pairs)]


def kept(found: list[Thing]) -> list[Thing]:
    return newest(found, key=attrgetter("key"), version=attrgetter("version"))


some = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5))).map(things)


@given(some)
def test_each_key_is_kept_once_in_order_with_its_highest_version(found):
    assert [(thing.key, thing.version) for thing in kept(found)] == sorted(
        (key, max(thing.version for thing in found if thing.key == key)) for key in {thing.key for thing in found}
    )


@given(some)
def test_the_order_of_arrival_does_not_matter(found):
    assert [(t.key, t.version) for t in kept(found)] == [(t.key, t.version) for t in kept(found[::-1])]


def test_of_equal_versions_the_first_stays():
    assert kept(things([(1, 2), (1, 2), (1, 1)])) == [Thing(1, 2, 0)]
