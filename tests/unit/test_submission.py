"""The table of transitions, compared with docs/states.md and asked every question; whose turn it is; who decides."""

import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.stats.submissions.submission import (
    NOT_YOUR_OWN,
    TRANSITIONS,
    WAITING,
    WITH_THE_UNIT,
    Action,
    Side,
    Standing,
    Stop,
    SubmissionState,
    complain_of_deciding,
    complain_of_side,
    is_possible,
    next_stop,
    operations_open_to,
    sides_of,
    stops,
    transition_of,
)
from shared.actor import Actor, Role
from tests.support.markdown import ROOT, tables

UNIT, OTHER, UPPER, TOP = 11, 12, 13, 14
S = SubmissionState
WORDS = {Side.UNIT: "unit", Side.HEAD: "head", Side.UPPER: "unit above", Side.LEAD: "lead bureau"}


def standing(state=S.DRAFT, **fields):
    values = {"unit_id": UNIT, "state": state, "waits_for": None, "submitted_by": None}
    return Standing(**{**values, **fields})


def an_actor(*roles, unit_id=UNIT, person_id=1):
    return Actor(person_id, unit_id, frozenset(roles))


def test_the_page_on_states_has_the_table_of_the_code():
    text = (ROOT / "docs" / "states.md").read_text("utf-8")
    part = re.split(r"^## ", text, flags=re.MULTILINE)
    (section,) = [one for one in part if one.startswith("A submission")]
    drawn = [tuple(cell.strip() for cell in row[:4]) for row in tables(section)[0].rows]

    held = [
        (
            one.operation,
            WORDS[one.side],
            ", ".join(state for state in S if state in one.sources),
            ", ".join(one.ends),
        )
        for one in TRANSITIONS
    ]

    assert drawn == held


def test_every_state_is_reached_and_left():
    ends = {end for one in TRANSITIONS for end in one.ends}
    sources = {source for one in TRANSITIONS for source in one.sources}

    assert ends == set(S) - {S.OPEN}
    assert sources == set(S)


@pytest.mark.parametrize(("action", "state"), list(product(Action, S)))
def test_the_state_alone_decides_what_is_possible(action, state):
    lines = [one for one in TRANSITIONS if one.action is action and state in one.sources]

    now = standing(state, is_own_correction=action is Action.GIVEN_UP)

    assert [one for one in TRANSITIONS if one.action is action and is_possible(now, one)] == lines


def test_the_reviewers_follow_one_another_nearest_first():
    route = stops(asks_head=True, above=[UPPER, TOP])
    now, seen = standing(S.DRAFT), []
    while now.state is not S.AT_LEAD:
        stop = next_stop(now, route)
        seen.append((stop.state, stop.unit_id))
        now = standing(stop.state, waits_for=stop.unit_id)

    assert seen == [(S.AT_HEAD, None), (S.AT_UPPER, UPPER), (S.AT_UPPER, TOP), (S.AT_LEAD, None)]


@given(st.booleans(), st.lists(st.integers(1, 50), unique=True, max_size=5), st.sampled_from(sorted(WAITING)))
def test_whoever_is_taken_out_of_the_way_it_still_comes_to_the_lead_bureau(asks_head, above, state):
    route = stops(asks_head=asks_head, above=above)
    now = standing(state, waits_for=99 if state is S.AT_UPPER else None)

    for _ in range(len(route) + 1):
        stop = next_stop(now, route)
        now = standing(stop.state, waits_for=stop.unit_id)

    assert stop == Stop(S.AT_LEAD)


@pytest.mark.parametrize(
    ("actor", "now", "sides"),
    [
        (an_actor(Role.UNIT_STAFF), standing(), {Side.UNIT}),
        (an_actor(Role.UNIT_HEAD), standing(), {Side.UNIT, Side.HEAD}),
        (an_actor(Role.UNIT_STAFF, unit_id=OTHER), standing(), set()),
        (an_actor(Role.UNIT_STAFF, unit_id=UPPER), standing(S.AT_UPPER, waits_for=UPPER), {Side.UPPER}),
        (an_actor(Role.UNIT_STAFF, unit_id=UPPER), standing(S.AT_UPPER, waits_for=TOP), set()),
        (an_actor(Role.LEAD_BUREAU, unit_id=OTHER), standing(), {Side.LEAD}),
        (an_actor(Role.LEADERSHIP), standing(), set()),
        (an_actor(Role.AUDITOR), standing(), set()),
        (an_actor(Role.ADMINISTRATOR), standing(), set()),
    ],
)
def test_who_stands_where(actor, now, sides):
    assert sides_of(now, actor) == sides


@pytest.mark.parametrize(
    ("action", "side"),
    [(Action.CONFIRMED, Side.HEAD), (Action.PASSED, Side.UPPER), (Action.ACCEPTED, Side.LEAD)],
)
def test_nobody_decides_on_what_he_submitted_himself(action, side):
    now = standing(S.AT_LEAD, submitted_by=1)

    assert complain_of_deciding(now, action, side, an_actor(*Role)) == NOT_YOUR_OWN[side]
    assert complain_of_deciding(now, action, side, an_actor(*Role, person_id=2)) is None
    assert complain_of_deciding(now, Action.RETURNED, side, an_actor(*Role)) is None


def test_taking_back_ends_with_the_first_look_and_is_not_for_what_was_entered_for_the_unit():
    def may(**fields):
        return transition_of(standing(S.AT_LEAD, **fields), Action.TAKEN_BACK, {Side.UNIT}) is not None

    assert may()
    assert not may(is_passed_on=True)
    assert not may(is_proxied=True)


def test_a_proxy_entry_ends_with_the_first_thing_typed():
    assert transition_of(standing(S.OPEN), Action.PROXIED, {Side.LEAD})
    assert transition_of(standing(S.DRAFT), Action.PROXIED, {Side.LEAD})
    assert not transition_of(standing(S.DRAFT, is_typed=True), Action.PROXIED, {Side.LEAD})


def test_a_correction_is_given_up_by_the_unit_that_began_it():
    def may(state, **fields):
        return transition_of(standing(state, **fields), Action.GIVEN_UP, {Side.UNIT}) is not None

    assert may(S.DRAFT, is_own_correction=True)
    assert may(S.RETURNED, is_own_correction=True)
    assert not may(S.AT_LEAD, is_own_correction=True)
    assert not may(S.RETURNED)


ROLES = st.frozensets(st.sampled_from(Role))
STANDINGS = st.builds(
    Standing,
    unit_id=st.just(UNIT),
    state=st.sampled_from(S),
    waits_for=st.sampled_from([None, UPPER, UNIT]),
    submitted_by=st.sampled_from([None, 1, 2]),
    is_passed_on=st.booleans(),
    is_typed=st.booleans(),
    is_proxied=st.booleans(),
    is_own_correction=st.booleans(),
)


@given(STANDINGS, ROLES, st.sampled_from([UNIT, OTHER, UPPER]), st.booleans())
def test_what_is_offered_is_what_would_be_let_through(now, roles, unit_id, is_locked):
    actor = an_actor(*roles, unit_id=unit_id)
    offered = set(operations_open_to(now, actor, is_locked=is_locked))

    for action in Action:
        transition = transition_of(now, action, sides_of(now, actor))
        is_let = (
            complain_of_side(action, actor, now) is None
            and transition is not None
            and complain_of_deciding(now, action, transition.side, actor) is None
            and not (is_locked and transition.is_change)
        )
        operations = {one.operation for one in TRANSITIONS if one.action is action}
        assert is_let == bool(operations & offered)


@given(STANDINGS, ROLES, st.sampled_from([OTHER, UPPER]))
def test_whoever_is_not_of_the_unit_changes_no_figure_of_it(now, roles, unit_id):
    """But for the proxy entry, which is for the lead bureau as long as the unit has typed nothing."""
    offered = operations_open_to(now, an_actor(*roles, unit_id=unit_id), is_locked=False)

    by_unit = {"save_submission", "submit_submission", "take_back_submission", "correct_submission"}
    assert not (by_unit | {"give_up_correction"}) & set(offered)
    assert "enter_by_proxy" not in offered or (Role.LEAD_BUREAU in roles and not now.is_typed)


def test_with_the_unit_and_waiting_are_told_apart():
    assert WITH_THE_UNIT | WAITING | {S.ACCEPTED} == set(S)
    assert not WITH_THE_UNIT & WAITING
