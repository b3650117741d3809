"""The table of moves of a good practice, one test per question one can ask it."""

import pytest

from services.tasks.practices.practice import (
    MOST_FILES,
    MOVES,
    STATE_WORDS,
    Side,
    complain_of_state,
    is_done,
    is_own_offer,
    may_read,
    open_to,
    sides_of,
)
from services.tasks.vocabulary import PracticeState
from shared.actor import Actor, Role
from shared.light import State

UNIT, OTHER = 11, 12
# Written by hand: operation → from which state, to which, by whom.
TABLE = {
    "add_practice_file": ("offered", "offered", "unit"),
    "withdraw_practice": ("offered", "withdrawn", "unit"),
    "publish_practice": ("offered", "published", "lead"),
    "correct_practice": ("published", "published", "lead"),
    "put_practice_aside": ("offered", "put_aside", "lead"),
    "take_practice_back": ("published", "taken_back", "lead"),
}


def an_actor(*roles, unit_id=UNIT):
    return Actor(1, unit_id, frozenset(roles))


def test_the_moves_are_those_of_the_table():
    assert {name: (move.source.value, move.to.value, move.side.value) for name, move in MOVES.items()} == TABLE


@pytest.mark.parametrize("state", list(PracticeState))
@pytest.mark.parametrize("operation", list(MOVES))
def test_a_move_is_refused_in_every_other_state_by_its_word(state, operation):
    complaint = complain_of_state(state, operation)

    if TABLE[operation][0] == state.value:
        assert complaint is None
    else:
        assert complaint is not None
        assert STATE_WORDS[state].zh in complaint.zh
        assert STATE_WORDS[state].en in complaint.en


@pytest.mark.parametrize("state", list(PracticeState))
def test_what_is_over_is_nobodys_move(state):
    found = open_to(state, set(Side), duty_state=State.ACCEPTED, files=0, is_own=False)

    assert bool(found) == state.is_live


@pytest.mark.parametrize(
    ("roles", "unit_id", "sides"),
    [
        ([Role.UNIT_STAFF], UNIT, {Side.UNIT}),
        ([Role.UNIT_HEAD], UNIT, {Side.UNIT}),
        ([Role.UNIT_STAFF], OTHER, set()),
        ([Role.LEAD_BUREAU], OTHER, {Side.LEAD}),
        ([Role.LEAD_BUREAU, Role.UNIT_STAFF], UNIT, {Side.LEAD, Side.UNIT}),
        ([Role.LEADERSHIP], UNIT, set()),
        ([Role.AUDITOR], UNIT, set()),
        ([Role.ADMINISTRATOR], UNIT, set()),
    ],
)
def test_the_unit_itself_and_the_lead_bureau_move_and_nobody_else(roles, unit_id, sides):
    assert sides_of(an_actor(*roles, unit_id=unit_id), UNIT) == sides


@pytest.mark.parametrize("state", list(PracticeState))
def test_who_stands_on_no_side_reads_what_is_published_alone(state):
    assert may_read(state, ()) == (state is PracticeState.PUBLISHED)
    assert may_read(state, {Side.UNIT})
    assert may_read(state, {Side.LEAD})


@pytest.mark.parametrize("duty_state", list(State))
def test_it_is_published_only_while_its_duty_is_done(duty_state):
    found = open_to(PracticeState.OFFERED, {Side.LEAD}, duty_state=duty_state, files=0, is_own=False)

    assert is_done(duty_state) == (duty_state in (State.SUBMITTED, State.ACCEPTED))
    assert ("publish_practice" in found) == is_done(duty_state)
    assert "put_practice_aside" in found


def test_a_file_is_added_until_there_are_enough():
    may = [
        "add_practice_file"
        in open_to(PracticeState.OFFERED, {Side.UNIT}, duty_state=State.ACCEPTED, files=files, is_own=False)
        for files in range(MOST_FILES + 2)
    ]

    assert may == [True, True, False, False]


@pytest.mark.parametrize(("accounts", "is_own"), [((), False), ((7,), True), ((8,), False)])
def test_nobody_publishes_what_he_offered_under_whichever_account(accounts, is_own):
    actor = Actor(1, OTHER, frozenset({Role.LEAD_BUREAU}), other_accounts=frozenset(accounts))

    assert is_own_offer(7, actor) == is_own
    may = open_to(PracticeState.OFFERED, {Side.LEAD}, duty_state=State.ACCEPTED, files=0, is_own=is_own)
    assert ("publish_practice" in may) != is_own
    assert "put_practice_aside" in may
    later = open_to(PracticeState.PUBLISHED, {Side.LEAD}, duty_state=State.RETURNED, files=0, is_own=is_own)
    assert later == ["take_practice_back"] if is_own else ["correct_practice", "take_practice_back"]
