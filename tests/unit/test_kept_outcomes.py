"""What becomes of a kept command once its call was answered, or was not."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from services.portal.keeping import outcomes
from services.portal.keeping.sending import LEASE
from shared.calling.caller import AWAY
from shared.delivery.forgetting import COMMAND
from shared.errors import BrokerAway, Conflict, InternalError, Invalid
from shared.limits import CALLER
from shared.text import Text

LATE = Text("晚了。", "Too late.")
SENTENCE = LATE.as_dict()


def result(duty_id, outcome, text=SENTENCE):
    return {"duty_id": duty_id, "outcome": outcome, "text": text}


def test_what_was_all_done_is_no_refusal():
    answer = {"results": [result(1, "done"), result(2, "already"), result(3, "submitted")]}

    assert outcomes.refusal_in("submit_duties", answer) is None
    assert outcomes.refusal_in("note_progress", {"duty_id": 1}) is None
    assert outcomes.refusal_in("save_submission", {"problems": [{"indicator_id": 1}]}) is None


def test_of_several_duties_those_are_named_that_were_not_done_and_each_reason_once():
    answer = {"results": [result(1, "conflict"), result(2, "done"), result(3, "conflict")]}

    refusal = outcomes.refusal_in("submit_duties", answer)

    assert refusal == outcomes.Refusal("conflict", LATE, duty_ids=[1, 3])


def test_a_report_that_was_saved_and_not_submitted_says_so():
    incomplete = outcomes.refusal_in("submit_submission", {"outcome": "incomplete", "refusal": None})
    changed = outcomes.refusal_in("submit_submission", {"outcome": "changed", "refusal": None})
    refused = outcomes.refusal_in("submit_submission", {"outcome": "incomplete", "refusal": SENTENCE})

    assert incomplete.text == outcomes.NOT_COMPLETE
    assert changed.text == outcomes.DEFINITIONS_CHANGED
    assert refused.text == LATE
    assert outcomes.refusal_in("submit_submission", {"outcome": "submitted"}) is None


def test_what_a_service_refuses_is_told_in_its_words_field_by_field():
    error = Invalid.of_fields({"reason": LATE})

    assert outcomes.refusal_of(error).fields == {"reason": SENTENCE}
    assert outcomes.refusal_of(Conflict(LATE, {"current": {"version": 3}})) == outcomes.Refusal("conflict", LATE)


def test_who_is_away_is_waited_for_and_not_for_ever():
    error = BrokerAway(AWAY)

    assert outcomes.given_up(error, age=dt.timedelta(hours=35), defects=0, is_defect=False) is None
    assert outcomes.given_up(error, age=outcomes.LONGEST, defects=0, is_defect=False).text == outcomes.TOO_LONG


def test_a_defect_is_tried_some_times():
    error = InternalError(LATE)
    tries = [
        outcomes.given_up(error, age=dt.timedelta(0), defects=defects, is_defect=True)
        for defects in range(outcomes.MOST_DEFECTS)
    ]

    assert [one is None for one in tries] == [True] * (outcomes.MOST_DEFECTS - 1) + [False]


def test_no_command_is_sent_when_a_service_may_have_forgotten_its_id():
    """Whatever an operator chose, services know an id again for as long as this relies on."""
    assert dt.timedelta(days=COMMAND.least) >= outcomes.KNOWN_AGAIN > outcomes.LONGEST
    assert outcomes.may_go_again(outcomes.LONGEST)
    assert not outcomes.may_go_again(outcomes.KNOWN_AGAIN)


def test_nobody_takes_a_command_while_another_may_still_be_sending_it():
    assert LEASE.total_seconds() > 2 * CALLER.ask + CALLER.tell


@given(st.integers(1, 10_000))
def test_pauses_grow_and_stay_short(attempts):
    assert outcomes.FIRST_PAUSE <= outcomes.pause_after(attempts) <= outcomes.pause_after(attempts + 1)
    assert outcomes.pause_after(attempts) <= outcomes.LONGEST_PAUSE
