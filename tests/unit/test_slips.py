"""Which slip is issued when: one after the other, however late the sweep is."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.policies.content import content_of, policy_of
from services.notifications.policies.rules import ALL_CHANNELS, DEFAULT, OF_THE_UNIT, Audience, Policy, Scope, StageRule
from services.notifications.slips.rules import slip_of
from shared.text import Text

DUE = dt.date(2026, 6, 12)


def a_stage(offset, slip=None):
    name = Text(slip, slip) if slip else None
    return StageRule(offset, OF_THE_UNIT, channels=ALL_CHANNELS, words=Text("请办理", "Please do it"), slip=name)


@st.composite
def policies(draw):
    offsets = sorted(draw(st.lists(st.integers(-60, 60), min_size=1, max_size=8, unique=True)))
    slips = draw(st.sets(st.sampled_from(offsets), max_size=3))
    stages = tuple(a_stage(one, f"s{one}" if one in slips else None) for one in offsets)
    return Policy(stages, draw(st.none() | st.just(a_stage(5))))


@pytest.mark.parametrize(
    ("offset", "standing", "expected"),
    [
        (1, 0, None),
        (3, 0, "Blue slip"),
        (8, 1, "Yellow slip"),
        (13, 2, "Red slip"),
        # After downtime the first one comes first, and the others after it.
        (13, 0, "Blue slip"),
        (18, 1, "Yellow slip"),
        (23, 2, "Red slip"),
        (28, 3, None),
        # What was issued by an earlier policy is not issued again.
        (3, 1, None),
    ],
)
def test_the_usual_slips_come_one_after_the_other(offset, standing, expected):
    rule = DEFAULT.at(offset, standing)

    assert (rule.slip.en if rule.slip else None) == expected


def test_each_slip_reaches_further_and_always_the_unit():
    reached = [stage.audience for stage in DEFAULT.slips]

    assert [set(one) - OF_THE_UNIT for one in reached] == [
        set(),
        {Audience.LEAD},
        {Audience.LEAD, Audience.LEADERS},
    ]
    assert all(one & OF_THE_UNIT for one in reached)


@given(policies(), st.lists(st.integers(-70, 120), unique=True))
def test_whenever_it_is_looked_at_slips_come_in_their_order_and_never_before_their_day(policy, looked_at):
    issued = []
    for offset in sorted(looked_at):
        rule = policy.at(offset, len(issued))
        if rule.slip:
            assert rule.offset <= offset
            issued.append(rule.slip.zh)

    assert issued == [stage.slip.zh for stage in policy.slips][: len(issued)]
    late_looks = sum(offset >= policy.slips[-1].offset for offset in looked_at) if policy.slips else 0
    assert len(issued) >= min(late_looks, len(policy.slips))


@given(policies())
def test_a_policy_with_slips_is_kept_as_it_is(policy):
    assert policy_of(content_of(policy)) == policy


def test_a_policy_that_was_kept_before_there_were_slips_has_none():
    content = content_of(DEFAULT)
    for stage in (*content["stages"], content["again"]):
        del stage["slip"]

    assert policy_of(content).slips == ()


def test_a_slip_says_its_level_and_its_audience_in_their_order():
    found = slip_of(Scope.CHECKLIST, 7, 3, DUE, standing=2, rule=DEFAULT.slips[2])

    assert (found.level, found.name.zh) == (3, "红色督办单")
    assert found.audience == (Audience.POST, Audience.HEAD, Audience.LEAD, Audience.LEADERS)
    with pytest.raises(ValueError, match="no slip"):
        slip_of(Scope.CHECKLIST, 7, 3, DUE, standing=0, rule=DEFAULT.stages[0])
