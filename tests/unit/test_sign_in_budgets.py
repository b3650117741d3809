"""How long the next attempt to sign in waits: arithmetic, and what holds for whatever anybody tries."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.portal.signing_in.attempts import name_digest, network_of, of_browser, of_stranger
from services.portal.signing_in.budgets import BUDGETS, Budget, Kind, level_after, level_with_one_more, wait_at

SECRET = b"a long enough secret"
PAIR = BUDGETS[Kind.PAIR]
DAY = 24 * 3600
budgets = st.sampled_from(list(BUDGETS.values()))
levels = st.floats(0, 10_000, allow_nan=False)


def looked_at(budget: Budget, within: float) -> int:
    """How many of the attempts of somebody who tries as soon as he may, and always fails, are looked at."""
    level = now = 0.0
    tried = 0
    while now < within:
        level = level_after(budget, level, 0.0) + 1
        wait = max(wait_at(budget, level), 0.01)
        level = level_after(budget, level, wait)
        now += wait
        tried += 1
    return tried


def test_the_first_mistakes_cost_nothing_and_each_further_one_twice_as_much():
    assert [wait_at(PAIR, level) for level in range(1, 10)] == [0, 0, 0, 0, 5, 10, 20, 40, 80]
    assert wait_at(PAIR, 40) == 15 * 60


def test_a_level_of_old_wears_off():
    assert level_after(PAIR, 5, 15 * 60) == 4
    assert level_after(PAIR, 5, DAY) == 0


def test_whoever_guesses_without_end_gets_few_tries_a_day():
    assert looked_at(PAIR, DAY) < 120
    assert looked_at(BUDGETS[Kind.NAME], DAY) < 1600


@pytest.mark.parametrize("kind", Kind)
def test_two_days_forgive_whatever_was_counted(kind):
    """For so long a counter is kept."""
    level = 0.0
    for _ in range(10_000):
        level = level_with_one_more(BUDGETS[kind], level, 1.0)

    assert wait_at(BUDGETS[kind], level) == BUDGETS[kind].longest
    assert level_after(BUDGETS[kind], level, 2 * DAY) == 0


def test_forty_names_tried_from_one_address_take_many_minutes():
    budget = BUDGETS[Kind.ADDRESS]
    level = now = 0.0
    for _ in range(40):
        level = level_after(budget, level, 0.0) + 1
        wait = wait_at(budget, level)
        level, now = level_after(budget, level, wait), now + wait

    assert now > 7 * 60


@settings(deadline=None)
@given(budgets, levels, levels)
def test_more_failures_never_wait_less_and_never_without_end(budget, one, other):
    fewer, more = sorted((one, other))

    assert 0 <= wait_at(budget, fewer) <= wait_at(budget, more) <= budget.longest


@settings(deadline=None)
@given(budgets, levels, st.floats(-1000, 1e9), st.floats(0, 1e9))
def test_time_only_ever_forgives(budget, level, elapsed, more):
    """A clock that was set back forgives nothing and adds nothing."""
    assert 0 <= level_after(budget, level, elapsed + more) <= level_after(budget, level, elapsed) <= level


@settings(deadline=None)
@given(budgets, st.lists(st.floats(0, 3600), max_size=60))
def test_whatever_the_pauses_nobody_waits_longer_than_the_longest(budget, pauses):
    level = 0.0
    for pause in pauses:
        level = level_after(budget, level, pause) + 1

    assert wait_at(budget, level) <= budget.longest
    assert level <= len(pauses)


def test_a_name_is_one_however_it_is_typed():
    ways = ("staff", " Staff ", "ＳＴＡＦＦ", "sta\u200bff", "STAFF\u3000")

    assert len({name_digest(SECRET, way) for way in ways}) == 1
    assert name_digest(SECRET, "stafi") != name_digest(SECRET, "staff")
    assert name_digest(b"another long secret", "staff") != name_digest(SECRET, "staff")
    assert name_digest(SECRET, "\ud800\0")


def test_an_address_of_ipv6_is_its_network_and_one_of_ipv4_in_disguise_is_that():
    assert network_of("2001:db8:1:2:3:4:5:6") == network_of("2001:db8:1:2::9") == "2001:db8:1:2::/64"
    assert network_of("::ffff:192.0.2.7") == "192.0.2.7" == network_of("192.0.2.7")
    assert network_of("") == ""
    assert network_of("odd") == "odd"


def test_without_an_address_only_the_name_is_counted():
    assert {row.kind for row in of_stranger(SECRET, "staff", "192.0.2.7")} == {"pair", "name", "address"}
    assert {row.kind for row in of_stranger(SECRET, "staff", "")} == {"name"}
    assert {row.kind for row in of_browser(SECRET, "staff", "one")} == {"browser"}


@settings(deadline=None)
@given(st.text(max_size=20), st.text(max_size=20))
def test_counters_of_two_kinds_are_never_one(name, address):
    keys = [row.key for row in (*of_stranger(SECRET, name, address), *of_browser(SECRET, name, address))]

    assert len(set(keys)) == len(keys)
