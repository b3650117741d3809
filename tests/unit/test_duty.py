"""The table of transitions, one test per question one can ask it."""

import datetime as dt
from dataclasses import replace

import pytest

from services.tasks.duties.duty import (
    TRANSITIONS,
    Action,
    Doer,
    Duty,
    Side,
    changed,
    complain_of_day,
    event_of,
    is_allowed,
    is_sampled,
    operations_open_to,
    overtakes,
    sides_of,
    submitting,
)
from shared.actor import Actor, Role
from shared.events import DutySubmitted, payload_of
from shared.light import State

TODAY = dt.date(2026, 5, 8)
UNIT, OTHER = 11, 12


def a_duty(state=State.ISSUED, *, review_rule="none", **fields):
    values = {
        "id": 1,
        "checklist_id": 2,
        "item_id": 3,
        "unit_id": UNIT,
        "period": "2026",
        "due_on": dt.date(2026, 6, 30),
        "state": state,
        "done_on": None,
        "blocked_reason": None,
        "waiver_reason": None,
        "returned_reason": None,
        "last_note": None,
        "version": 4,
        "review_rule": review_rule,
    }
    return Duty(**{**values, **fields})


def an_actor(*roles, unit_id=UNIT):
    return Actor(1, unit_id, frozenset(roles))


# Written by hand from docs/states.md: action → the states it is allowed in (asked waiver and blocker where needed).
ALLOWED = {
    Action.ACKNOWLEDGED: {"issued"},
    Action.SUBMITTED: {"issued", "acknowledged", "returned"},
    Action.COMPLETED: {"issued", "acknowledged", "returned"},
    Action.PROGRESS: {"issued", "acknowledged", "returned", "submitted", "accepted"},
    Action.BLOCKED: {"issued", "acknowledged", "returned"},
    Action.UNBLOCKED: {"issued", "acknowledged", "returned"},
    Action.WAIVER_ASKED: {"issued", "acknowledged", "returned"},
    Action.REOPENED: {"submitted", "accepted"},
    Action.ACCEPTED: {"submitted"},
    Action.RETURNED: {"submitted", "accepted"},
    Action.WAIVED: {"issued", "acknowledged", "returned"},
    Action.WAIVER_REFUSED: {"issued", "acknowledged", "returned"},
    Action.WAIVER_TAKEN_BACK: {"issued", "acknowledged", "returned"},
    Action.BLOCKER_ACCEPTED: {"issued", "acknowledged", "returned"},
    Action.BLOCKER_ANSWERED: {"issued", "acknowledged", "returned"},
    Action.EXTENSION_ASKED: {"issued", "acknowledged", "returned"},
    Action.EXTENSION_TAKEN_BACK: {"issued", "acknowledged", "returned"},
    Action.EXTENDED: {"issued", "acknowledged", "returned"},
    Action.EXTENSION_REFUSED: {"issued", "acknowledged", "returned"},
    Action.DELEGATED: {"issued", "acknowledged", "returned"},
    Action.TAKEN_BACK: {"issued", "acknowledged", "returned", "submitted"},
    Action.EVIDENCE_ADDED: {"issued", "acknowledged", "returned"},
    Action.EVIDENCE_REMOVED: {"issued", "acknowledged", "returned"},
    Action.PRACTICE_OFFERED: {"submitted", "accepted"},
}
NEEDS = {
    Action.SUBMITTED: {"review_rule": "all"},
    Action.UNBLOCKED: {"blocked_reason": "缺资金"},
    Action.WAIVED: {"waiver_reason": "不涉及"},
    Action.WAIVER_REFUSED: {"waiver_reason": "不涉及"},
    Action.WAIVER_TAKEN_BACK: {"waiver_reason": "不涉及"},
    Action.BLOCKER_ACCEPTED: {"blocked_reason": "缺资金"},
    Action.BLOCKER_ANSWERED: {"blocked_reason": "缺资金"},
    Action.EXTENDED: {"wanted_on": dt.date(2026, 7, 31)},
    Action.EXTENSION_REFUSED: {"wanted_on": dt.date(2026, 7, 31)},
    Action.EXTENSION_TAKEN_BACK: {"wanted_on": dt.date(2026, 7, 31)},
    Action.TAKEN_BACK: {"parent_id": 7},
}


@pytest.mark.parametrize("action", list(ALLOWED))
@pytest.mark.parametrize("state", list(State))
def test_an_action_is_allowed_in_its_states_only(action, state):
    duty = a_duty(state, **NEEDS.get(action, {}))

    assert is_allowed(duty, action) == (state.value in ALLOWED[action])


def test_the_table_of_this_test_covers_the_whole_table():
    assert set(ALLOWED) == set(TRANSITIONS)


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        (Action.SUBMITTED, {"review_rule": "none"}),
        (Action.COMPLETED, {"review_rule": "all"}),
        (Action.BLOCKED, {"blocked_reason": "缺资金"}),
        (Action.UNBLOCKED, {}),
        (Action.WAIVER_ASKED, {"waiver_reason": "不涉及"}),
        (Action.WAIVED, {}),
        (Action.WAIVER_REFUSED, {}),
        (Action.BLOCKER_ANSWERED, {}),
        (Action.EXTENSION_ASKED, {"wanted_on": dt.date(2026, 7, 31)}),
        (Action.EXTENDED, {}),
        (Action.EXTENDED, {"wanted_on": dt.date(2026, 7, 31), "extension_refusal": "不行"}),
        (Action.EXTENSION_TAKEN_BACK, {}),
        (Action.DELEGATED, {"parent_id": 7}),
        (Action.TAKEN_BACK, {}),
    ],
)
def test_the_condition_of_an_action_holds_beside_its_state(action, fields):
    assert not is_allowed(a_duty(State.ACKNOWLEDGED, **fields), action)


def test_a_reviewed_acceptance_cannot_be_taken_back_by_the_unit():
    assert not is_allowed(a_duty(State.ACCEPTED, review_rule="all"), Action.REOPENED)
    assert is_allowed(a_duty(State.SUBMITTED, review_rule="all"), Action.REOPENED)
    assert is_allowed(a_duty(State.ACCEPTED, review_rule="none"), Action.REOPENED)


@pytest.mark.parametrize("rule", ["none", "all", "sample"])
def test_submitting_has_exactly_one_end(rule):
    for duty_id in range(1, 50):
        duty = a_duty(id=duty_id, review_rule=rule)

        assert is_allowed(duty, submitting(duty))
        assert is_allowed(duty, Action.SUBMITTED) != is_allowed(duty, Action.COMPLETED)


@pytest.mark.parametrize(
    ("rule", "is_drawn", "is_reviewed"),
    [
        ("sample", True, True),
        ("sample", False, False),
        ("none", True, False),
        ("all", False, True),
    ],
)
def test_what_was_drawn_decides_where_the_rule_is_a_sample(rule, is_drawn, is_reviewed):
    assert a_duty(review_rule=rule, is_drawn=is_drawn).is_reviewed is is_reviewed


def test_about_one_duty_in_five_is_sampled_and_always_the_same_ones():
    sampled = [duty_id for duty_id in range(1, 10_001) if is_sampled(duty_id)]

    assert 1_850 < len(sampled) < 2_150
    assert sampled[:5] == [duty_id for duty_id in range(1, sampled[4] + 1) if is_sampled(duty_id)]


def test_submitting_ends_blocker_waiver_and_return():
    duty = a_duty(State.RETURNED, blocked_reason="a", waiver_reason="b", returned_reason="c", last_note="旧")

    after = changed(duty, Action.COMPLETED, today=TODAY)

    assert (after.state, after.done_on, after.version) == (State.ACCEPTED, TODAY, 5)
    assert (after.blocked_reason, after.waiver_reason, after.returned_reason) == (None, None, None)
    assert after.last_note == "旧"


def test_a_note_with_the_submission_replaces_the_last_note():
    assert changed(a_duty(last_note="旧"), Action.COMPLETED, today=TODAY, text="已办结").last_note == "已办结"


@pytest.mark.parametrize("action", [Action.RETURNED, Action.REOPENED])
def test_a_duty_that_is_open_again_has_no_day_of_completion(action):
    duty = a_duty(State.SUBMITTED, review_rule="all", done_on=TODAY)

    after = changed(duty, action, today=TODAY, text="缺附件")

    assert after.done_on is None
    assert after.returned_reason == ("缺附件" if action is Action.RETURNED else None)


def test_a_progress_note_is_no_new_version():
    after = changed(a_duty(), Action.PROGRESS, today=TODAY, text="已联系")

    assert (after.version, after.state, after.last_note) == (4, State.ISSUED, "已联系")
    assert event_of(after, Action.PROGRESS) is None


def test_an_event_carries_the_state_after_the_change():
    event = event_of(changed(a_duty(), Action.COMPLETED, today=TODAY), Action.COMPLETED)

    assert isinstance(event, DutySubmitted)
    assert payload_of(event)["state"] == "accepted"
    assert payload_of(event)["version"] == 5


def test_every_event_of_the_table_satisfies_its_schema():
    for action, transition in TRANSITIONS.items():
        event = event_of(a_duty(parent_id=7), action)
        if transition.event is not None:
            assert payload_of(event)["duty_id"] == 1


@pytest.mark.parametrize(
    ("actor", "is_theirs", "sides"),
    [
        (an_actor(Role.UNIT_STAFF), True, {Side.UNIT, Side.OWNER}),
        (an_actor(Role.UNIT_HEAD), True, {Side.UNIT, Side.OWNER}),
        (an_actor(Role.UNIT_STAFF, unit_id=OTHER), False, set()),
        (an_actor(Role.UNIT_STAFF, unit_id=OTHER), True, {Side.UNIT}),
        (an_actor(Role.LEAD_BUREAU), True, {Side.LEAD, Side.REVIEWER, Side.HELPER}),
        (
            an_actor(Role.LEAD_BUREAU, Role.UNIT_STAFF),
            True,
            {Side.UNIT, Side.OWNER, Side.LEAD, Side.REVIEWER, Side.HELPER},
        ),
        (an_actor(Role.LEAD_BUREAU, Role.UNIT_STAFF, unit_id=OTHER), False, {Side.LEAD, Side.REVIEWER, Side.HELPER}),
        (an_actor(Role.LEADERSHIP), True, set()),
        (an_actor(Role.ADMINISTRATOR), True, set()),
        (an_actor(Role.AUDITOR), True, set()),
    ],
)
def test_who_may_change_a_duty(actor, is_theirs, sides):
    assert sides_of(a_duty(), actor, is_theirs=is_theirs) == sides


@pytest.mark.parametrize("role", [Role.UNIT_STAFF, Role.UNIT_HEAD, Role.LEADERSHIP])
def test_who_is_asked_to_help_helps_and_nothing_else(role):
    duty = a_duty(blocked_reason="缺资金", asked_unit_id=OTHER)

    assert sides_of(duty, an_actor(role, unit_id=OTHER), is_theirs=False) == {Side.HELPER}
    assert sides_of(duty, an_actor(Role.AUDITOR, unit_id=OTHER), is_theirs=False) == set()


def test_on_a_part_decides_the_unit_that_has_the_whole_and_not_the_lead_bureau():
    part = a_duty(parent_id=7, parent_unit_id=OTHER)
    both = an_actor(Role.UNIT_STAFF, Role.LEAD_BUREAU, unit_id=13)

    above = sides_of(part, an_actor(Role.UNIT_STAFF, unit_id=OTHER), is_theirs=True)
    assert above == {Side.UNIT, Side.LEAD, Side.REVIEWER, Side.HELPER}
    assert sides_of(part, an_actor(Role.UNIT_STAFF), is_theirs=True) == {Side.UNIT, Side.OWNER}
    assert sides_of(part, both, is_theirs=False) == sides_of(part, an_actor(Role.LEADERSHIP), is_theirs=True) == set()


@pytest.mark.parametrize("rule", ["all", "sample"])
def test_a_part_is_never_reviewed(rule):
    assert submitting(a_duty(parent_id=7, review_rule=rule, is_drawn=True)) is Action.COMPLETED


def test_a_part_that_is_taken_back_waits_for_nothing_and_moves_no_date():
    asked = a_duty(parent_id=7, blocked_reason="缺资金", paused_on=TODAY, waiver_reason="不涉及", returned_reason="补")

    gone = changed(asked, Action.TAKEN_BACK, today=dt.date(2026, 8, 3), text="不用了")

    assert (gone.state, gone.standing, gone.due_on) == (State.WITHDRAWN, frozenset(), asked.due_on)


def test_more_time_for_a_part_moves_off_days_off_and_not_past_the_whole():
    part = a_duty(parent_id=7, due_on=dt.date(2026, 6, 10), parent_due_on=dt.date(2026, 6, 20))

    def given(day):
        return changed(part, Action.EXTENDED, today=TODAY, on=dt.date(2026, 6, day)).due_on

    assert (given(13), given(20)) == (dt.date(2026, 6, 15), dt.date(2026, 6, 20))


ENDS_OF_A_PAUSE = [Action.BLOCKER_ANSWERED, Action.UNBLOCKED, Action.COMPLETED]


@pytest.mark.parametrize("action", ENDS_OF_A_PAUSE)
def test_a_pause_moves_the_due_date_by_its_working_days(action):
    paused = a_duty(blocked_reason="缺资金", paused_on=TODAY)

    # Nine working days later: 2026-05-09 is one, to make up for the holiday of May.
    after = changed(paused, action, today=dt.date(2026, 5, 20), text="好了")

    assert (after.due_on, after.first_due_on, after.paused_on) == (dt.date(2026, 7, 13), paused.due_on, None)


@pytest.mark.parametrize("action", ENDS_OF_A_PAUSE)
def test_a_pause_of_no_working_day_moves_nothing(action):
    paused = a_duty(blocked_reason="缺资金", paused_on=TODAY)

    assert changed(paused, action, today=TODAY, text="好了").first_due_on is None


def test_what_does_not_apply_any_more_needs_no_other_date():
    paused = a_duty(blocked_reason="缺资金", paused_on=TODAY, waiver_reason="不涉及")

    waived = changed(paused, Action.WAIVED, today=dt.date(2026, 8, 3))

    assert (waived.due_on, waived.paused_on) == (paused.due_on, None)


def test_the_offered_operations_follow_state_and_side():
    def offered(duty, actor, *, is_theirs=True, done_by=None):
        return operations_open_to(duty, actor, is_theirs=is_theirs, done_by=done_by or {})

    staff, lead = an_actor(Role.UNIT_STAFF), an_actor(Role.LEAD_BUREAU, unit_id=OTHER)
    on_the_way = ["submit_duties", "note_progress", "report_blocker", "ask_waiver", "ask_extension"]
    files = ["delegate_duty", "add_evidence", "remove_evidence"]

    assert offered(a_duty(), staff) == ["acknowledge_duties", *on_the_way, *files]
    assert offered(a_duty(), an_actor(Role.UNIT_STAFF, unit_id=OTHER)) == on_the_way
    assert offered(a_duty(State.ACKNOWLEDGED), staff) == [*on_the_way, *files]
    assert offered(a_duty(waiver_reason="不涉及"), lead, is_theirs=False) == ["grant_waiver", "refuse_waiver"]
    assert offered(a_duty(State.SUBMITTED, review_rule="all"), lead) == ["accept_duty", "return_duty"]
    assert offered(a_duty(State.SUBMITTED, review_rule="all"), staff) == [
        "note_progress",
        "reopen_duty",
        "offer_practice",
    ]
    asked = a_duty(wanted_on=dt.date(2026, 7, 31))
    assert offered(asked, lead, is_theirs=False) == ["grant_extension", "refuse_extension"]
    assert "take_back_extension" in offered(asked, staff)
    assert offered(a_duty(State.WAIVED), staff) == []
    assert offered(a_duty(State.WITHDRAWN), lead) == []


def test_nobody_is_offered_to_decide_on_what_he_did_himself():
    both = an_actor(Role.UNIT_STAFF, Role.LEAD_BUREAU)
    duty = a_duty(State.SUBMITTED, review_rule="all")

    def offered(done_by):
        return operations_open_to(duty, both, is_theirs=True, done_by=done_by)

    assert offered({Action.SUBMITTED: Doer(both.person_id)}) == ["note_progress", "reopen_duty", "offer_practice"]
    assert "accept_duty" in offered({Action.SUBMITTED: Doer(99)})
    assert "accept_duty" in offered({Action.WAIVER_ASKED: Doer(both.person_id)})


@pytest.mark.parametrize(
    ("doer", "is_own"),
    [
        (Doer(7, "王立", is_former=False), True),
        (Doer(7, "王立", is_former=True), False),
        (Doer(7, "李新任", is_former=True), True),
        (Doer(7, None, is_former=True), True),
        (Doer(8, "李 新任", is_former=True), True),
        (Doer(8, "李新任", is_former=False), False),
        (Doer(9, "李新任", is_former=False), True),
    ],
)
def test_after_a_hand_over_the_name_says_who_did_it(doer, is_own):
    """A successor in the post is another person; who held it before is the same one in whichever post."""
    actor = replace(an_actor(Role.LEAD_BUREAU), person_id=7, name="李新任", other_accounts=frozenset({9}))

    assert doer.is_same_as(actor) is is_own


def test_an_extension_moves_the_due_date_and_keeps_the_first():
    asked = changed(a_duty(), Action.EXTENSION_ASKED, today=TODAY, text="雨季", on=dt.date(2026, 7, 31))
    once = changed(asked, Action.EXTENDED, today=TODAY, on=dt.date(2026, 8, 15))
    again = changed(
        replace(once, wanted_on=dt.date(2026, 9, 30)), Action.EXTENDED, today=TODAY, on=dt.date(2026, 9, 30)
    )

    assert (asked.wanted_on, asked.due_on, asked.is_extension_asked) == (dt.date(2026, 7, 31), a_duty().due_on, True)
    assert (once.due_on, once.first_due_on, once.wanted_on) == (dt.date(2026, 8, 17), a_duty().due_on, None)
    assert (again.due_on, again.first_due_on) == (dt.date(2026, 9, 30), a_duty().due_on)


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (dt.date(2026, 6, 30), "晚于现在的完成时限"),
        (dt.date(2026, 5, 1), "晚于现在的完成时限"),
        (dt.date(2029, 1, 1), "日期太远"),
        (dt.date(2026, 7, 1), None),
    ],
)
def test_a_day_that_gives_no_more_time_is_said(on, words):
    found = complain_of_day(a_duty(), on, TODAY)

    assert found is None if words is None else words in found.zh


def test_an_extension_of_what_is_overdue_lies_not_in_the_past():
    found = complain_of_day(a_duty(), dt.date(2026, 7, 1), dt.date(2026, 8, 1))

    assert "已经过去" in found.zh


def test_a_refused_extension_is_an_answer_until_the_unit_goes_on():
    asked = a_duty(wanted_on=dt.date(2026, 7, 31))

    refused = changed(asked, Action.EXTENSION_REFUSED, today=TODAY, text="不行")

    assert (refused.is_answered, refused.is_extension_asked, refused.extension_refusal) == (True, False, "不行")
    assert is_allowed(refused, Action.EXTENSION_ASKED)
    assert not changed(refused, Action.COMPLETED, today=TODAY).is_answered
    assert changed(refused, Action.EXTENSION_ASKED, today=TODAY, on=dt.date(2026, 8, 1)).is_extension_asked


@pytest.mark.parametrize(("day", "is_over"), [(dt.date(2026, 7, 13), True), (dt.date(2026, 7, 14), False)])
def test_more_time_that_a_pause_gave_is_asked_for_no_more(day, is_over):
    asked = a_duty(blocked_reason="缺资金", paused_on=TODAY, wanted_on=day)

    after = changed(asked, Action.UNBLOCKED, today=dt.date(2026, 5, 20))

    assert after.due_on == dt.date(2026, 7, 13)
    assert (after.wanted_on is None, overtakes(asked, after, Action.UNBLOCKED)) == (is_over, is_over)
    taken_back = changed(asked, Action.EXTENSION_TAKEN_BACK, today=TODAY)
    assert not overtakes(asked, taken_back, Action.EXTENSION_TAKEN_BACK)
