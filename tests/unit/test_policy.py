import datetime as dt
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.notifications.delivery.states import Channel
from services.notifications.policies.content import content_of, policy_of
from services.notifications.policies.rules import ALL_CHANNELS, DEFAULT, OF_THE_UNIT, Policy, StageRule
from services.notifications.reminding.policy import (
    DATED,
    ONCE,
    ONE_DAY,
    Occasion,
    Stage,
    first_day_from,
    newest_offset,
    next_day_after,
    occasions_on,
    replanned,
    stage_day,
)
from shared.light import State
from shared.text import Text
from shared.workdays import is_workday, workdays_between

# A Friday before an ordinary weekend; Friday the 19th is a holiday.
DUE = dt.date(2026, 6, 12)
days = st.dates(dt.date(2025, 12, 1), dt.date(2027, 6, 1))


def a_stage(offset):
    return StageRule(offset, OF_THE_UNIT, channels=ALL_CHANNELS, words=Text("请办理", "Please do it"))


@st.composite
def policies(draw):
    offsets = draw(st.lists(st.integers(-60, 60), min_size=1, max_size=6, unique=True))
    every = draw(st.none() | st.integers(1, 20))
    return Policy(tuple(map(a_stage, sorted(offsets))), a_stage(every) if every else None)


def said(due_on, today, state=State.ACKNOWLEDGED, policy=DEFAULT):
    return [(one.stage, one.offset) for one in occasions_on(state, due_on, today, policy=policy)]


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        ("2026-06-02", []),
        ("2026-06-03", [(Stage.DUE_SOON, -7)]),
        ("2026-06-08", [(Stage.DUE_SOON, -7)]),
        ("2026-06-09", [(Stage.DUE_SOON, -3)]),
        ("2026-06-12", [(Stage.DUE_SOON, 0)]),
        ("2026-06-13", []),
        ("2026-06-15", [(Stage.OVERDUE, 1)]),
        ("2026-06-17", [(Stage.OVERDUE, 3)]),
        ("2026-06-19", []),
        ("2026-06-22", [(Stage.OVERDUE, 3)]),
        ("2026-06-25", [(Stage.OVERDUE, 8)]),
        ("2026-07-02", [(Stage.OVERDUE, 13)]),
    ],
)
def test_what_is_said_on_which_day(today, expected):
    assert said(DUE, dt.date.fromisoformat(today)) == expected


def test_issuing_is_told_at_once_even_on_a_day_off():
    saturday = dt.date(2026, 6, 13)

    assert said(dt.date(2026, 9, 1), saturday, State.ISSUED) == [(Stage.ISSUED, None)]


def test_the_warning_before_a_long_holiday_comes_before_it():
    """Due on the first working day after the National Day holiday of 2026."""
    due_on = dt.date(2026, 10, 8)

    assert stage_day(due_on, -3) == dt.date(2026, 9, 28)
    assert next_day_after(due_on, dt.date(2026, 9, 27)) == dt.date(2026, 9, 28)


def test_the_day_itself_is_the_last_working_day_before_a_due_date_on_a_day_off():
    assert stage_day(dt.date(2026, 6, 14), 0) == DUE


def test_a_policy_without_repetition_has_an_end():
    once = Policy((a_stage(0),), None)

    assert next_day_after(DUE, DUE, once) is None
    assert said(DUE, dt.date(2026, 7, 1), policy=once) == [(Stage.DUE_SOON, 0)]


@given(policies(), days, days)
def test_nothing_new_is_said_before_the_next_day_named(policy, due_on, today):
    next_day = next_day_after(due_on, today, policy)
    last = next_day or today + 60 * ONE_DAY

    known = set(occasions_on(State.RETURNED, due_on, today, policy=policy))
    for offset in range(1, (last - today).days):
        assert set(occasions_on(State.RETURNED, due_on, today + offset * ONE_DAY, policy=policy)) <= known
    if next_day is not None:
        assert today < next_day
        assert occasions_on(State.RETURNED, due_on, next_day, policy=policy)


@given(policies(), days, days)
def test_dates_are_spoken_of_on_working_days_only_and_once_a_look(policy, due_on, today):
    found = occasions_on(State.ACKNOWLEDGED, due_on, today, policy=policy)

    assert len(found) <= 1
    assert not found or is_workday(today)


@given(policies(), days, st.integers(0, 300), st.integers(1, 300))
def test_after_any_downtime_the_next_look_says_the_latest_stage_alone(policy, due_on, before, away):
    """The sweep runs day by day, is away, and comes back: one line at most, of the latest stage that has passed."""
    stop = due_on - 90 * ONE_DAY + before * ONE_DAY
    back = stop + away * ONE_DAY
    told: set[Occasion] = set()
    look = due_on - 100 * ONE_DAY
    while look is not None and look <= stop:
        told |= set(occasions_on(State.ACKNOWLEDGED, due_on, look, policy=policy))
        look = next_day_after(due_on, look, policy)

    new = set(occasions_on(State.ACKNOWLEDGED, due_on, back, policy=policy)) - told

    assert len(new) <= 1
    reached = [stage.offset for stage in policy.stages if stage_day(due_on, stage.offset) <= back]
    for one in new:
        assert one.offset is not None
        assert one.offset >= max(reached)
        assert stage_day(due_on, one.offset) <= back
        assert look is not None
        assert look <= back


# Repeated from before the due date on, and that on a day off.
EARLY = Policy((a_stage(-17),), a_stage(1))


@given(policies(), days, days)
@example(EARLY, dt.date(2026, 1, 1), dt.date(2025, 12, 9))
@example(EARLY, dt.date(2026, 1, 1), dt.date(2025, 12, 30))
@example(EARLY, dt.date(2026, 1, 1), dt.date(2025, 12, 31))
def test_the_newest_stage_is_the_last_one_whose_day_has_come(policy, due_on, today):
    """Against counting them up one by one, as far as the first after the day: a later stage never comes earlier."""
    offsets = [stage.offset for stage in policy.stages]
    if policy.again is not None:
        offsets += [offsets[-1] + rounds * policy.again.offset for rounds in range(1, 500)]
    counted = []
    for offset in offsets:
        counted.append((offset, stage_day(due_on, offset)))
        if counted[-1][1] > today:
            break

    expected = [offset for offset, day in counted if day <= today]

    assert newest_offset(policy, due_on, today) == (expected[-1] if expected else None)
    following = [day for _, day in counted if day >= today]
    assert first_day_from(policy, due_on, today) == (following[0] if following else None)


@given(policies(), policies(), days, days)
def test_what_is_planned_anew_makes_up_for_nothing_and_loses_nothing(old, new, due_on, today):
    remind_on = next_day_after(due_on, today, old)
    if remind_on is None:
        return

    found = replanned(due_on, remind_on, today, new)

    following = first_day_from(new, due_on, today)
    assert found is None or found >= today
    assert following is None or (found is not None and found <= following)


@given(days)
def test_what_is_repeated_comes_every_five_working_days(due_on):
    told = {
        offset
        for day in range(1, 60)
        for stage, offset in said(due_on, due_on + day * ONE_DAY)
        if stage is Stage.OVERDUE
    }

    assert sorted(told)[:2] == [1, 3]
    assert {later - earlier for earlier, later in pairwise(sorted(told)[1:])} == {5}
    assert all(workdays_between(due_on, stage_day(due_on, offset)) == offset for offset in told)


def test_occasions_are_told_apart_by_stage_and_slot():
    assert Occasion(Stage.DUE_SOON, DUE) != Occasion(Stage.OVERDUE, DUE)
    assert occasions_on(State.ISSUED, DUE, DUE)[0].slot == ONCE


@given(days, days)
def test_no_slot_is_one_that_the_rule_before_wrote_down(due_on, today):
    """It wrote the due date, and days after it."""
    for one in occasions_on(State.ACKNOWLEDGED, due_on, today):
        assert one.stage in DATED
        assert one.slot < due_on


def test_a_stage_that_was_kept_before_there_were_channels_goes_by_all_or_by_none():
    kept = {"offset": 0, "audience": ["post"], "zh": "请办理", "en": "Please do it"}
    content = {"stages": [kept | {"by_mail": True}, kept | {"by_mail": False}], "again": None}

    assert [one.channels for one in policy_of(content).stages] == [ALL_CHANNELS, frozenset()]


@given(st.frozensets(st.sampled_from(sorted(ALL_CHANNELS))))
def test_channels_are_kept_with_what_the_release_before_reads(channels):
    policy = Policy((replace(a_stage(0), channels=channels),), None)

    [kept] = content_of(policy)["stages"]
    assert kept["by_mail"] == ("mail" in channels)
    assert policy_of(content_of(policy)) == policy


def test_the_channels_of_a_stage_are_those_of_the_ledger():
    assert set(Channel) == ALL_CHANNELS
