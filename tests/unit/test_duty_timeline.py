"""What the versions of a duty change in the counters: in whatever order they come, the sums are the same."""

import datetime as dt
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from services.stats.history.timeline import Version, by_duty, placed, steps

DAY = dt.date(2026, 6, 10)
OPEN, DONE = "open", "done"
DAYS = st.integers(0, 6).map(lambda number: DAY + dt.timedelta(number))


def a_version(number, day, bucket=OPEN, due_on=DAY):
    return Version(1, number, day, due_on, None, None, None, is_blocked=False, state="issued", bucket=bucket)


@st.composite
def histories(draw):
    """Versions 1 to n of one duty, each from a day on that is not before the one of its predecessor."""
    days = sorted(draw(st.lists(DAYS, min_size=1, max_size=6)))
    return [
        a_version(number, day, draw(st.sampled_from([OPEN, DONE, "waived"])), draw(DAYS))
        for number, day in enumerate(days, 1)
    ]


def test_a_version_takes_the_one_before_off_on_its_own_day():
    later = DAY + dt.timedelta(2)

    assert steps([a_version(1, DAY), a_version(2, later, DONE)]) == {
        (DAY, DAY, OPEN): 1,
        (later, DAY, OPEN): -1,
        (later, DAY, DONE): 1,
    }


def test_what_held_for_ever_before_came_on_no_day():
    assert steps([a_version(1, None), a_version(2, DAY, DONE)]) == {(DAY, DAY, OPEN): -1, (DAY, DAY, DONE): 1}


def test_a_late_version_moves_its_neighbours_apart():
    known = [a_version(1, DAY), a_version(3, DAY + dt.timedelta(4), DONE)]
    late = a_version(2, DAY + dt.timedelta(1), "awaiting")

    missing, changed = placed(known, [late])

    assert missing == [late]
    assert changed == {
        (DAY + dt.timedelta(1), DAY, OPEN): -1,
        (DAY + dt.timedelta(1), DAY, "awaiting"): 1,
        (DAY + dt.timedelta(4), DAY, OPEN): 1,
        (DAY + dt.timedelta(4), DAY, "awaiting"): -1,
    }


def test_a_version_that_is_known_changes_nothing():
    known = [a_version(1, DAY), a_version(2, DAY, DONE)]

    assert placed(known, known) == ([], {})


def test_clocks_that_disagree_never_put_a_version_outside_its_neighbours():
    known = [a_version(1, DAY), a_version(3, DAY + dt.timedelta(1), DONE)]

    (too_late,), _ = placed(known, [a_version(2, DAY + dt.timedelta(5))])
    (too_early,), _ = placed(known, [a_version(2, DAY - dt.timedelta(5))])
    (of_old,), _ = placed([a_version(2, None)], [a_version(1, DAY)])

    assert (too_late.since_day, too_early.since_day, of_old.since_day) == (DAY + dt.timedelta(1), DAY, None)


@given(histories(), st.data())
def test_whichever_way_versions_come_the_days_change_alike(history, data):
    order = data.draw(st.permutations(history))
    known, changed = [], Counter()
    while order:
        taken = [order.pop(0) for _ in range(data.draw(st.integers(1, len(order))))]
        missing, found = placed(known, [*taken, *data.draw(st.lists(st.sampled_from(history), max_size=0))])
        known = sorted([*known, *missing], key=lambda one: one.version)
        changed.update(found)

    assert {step: number for step, number in changed.items() if number} == steps(history)


@given(histories(), DAYS)
def test_the_sum_of_the_steps_until_a_day_is_the_version_that_held_then(history, day):
    held = [one for one in history if one.since_day <= day]
    counted = Counter()
    for (on, due_on, bucket), number in steps(history).items():
        if on <= day:
            counted[due_on, bucket] += number

    expected = {(held[-1].due_on, held[-1].bucket): 1} if held else {}
    assert {place: number for place, number in counted.items() if number} == expected


def test_versions_are_sorted_by_duty_and_number():
    one, two = a_version(1, DAY), a_version(2, DAY)
    other = one._replace(duty_id=2)

    assert dict(by_duty([two, other, one])) == {1: [one, two], 2: [other]}
