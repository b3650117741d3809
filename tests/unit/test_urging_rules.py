"""Which single duty is urged: what its page would offer, and nothing else."""

import datetime as dt

import pytest

from services.tasks.urging import rules
from services.tasks.urging.records import Named
from shared.light import OPEN_STATES, State
from shared.light_rules import LightRule, LightRules, by

TODAY = dt.date(2026, 5, 8)  # a Friday before a Saturday of work
SOON, LATER = dt.date(2026, 5, 12), dt.date(2026, 5, 13)


def a_duty(state=State.ACKNOWLEDGED, due_on=SOON, **told):
    return Named(state, due_on, **{"is_ended": False, "is_blocked": False, "is_paused": False} | told)


@pytest.mark.parametrize("state", list(State))
def test_what_is_open_is_urged_and_everything_else_is_refused_by_its_own_sentence(state):
    expected = {
        State.SUBMITTED: rules.DONE,
        State.ACCEPTED: rules.DONE,
        State.WAIVED: rules.WAIVED,
        State.WITHDRAWN: rules.WITHDRAWN,
    }

    assert rules.complain(a_duty(state), TODAY) == (None if state in OPEN_STATES else expected[state])


@pytest.mark.parametrize(
    ("duty", "sentence"),
    [
        (a_duty(due_on=LATER), rules.not_due(3)),
        (a_duty(due_on=LATER, is_blocked=True), None),
        (a_duty(is_blocked=True, is_paused=True), rules.PAUSED),
        (a_duty(is_ended=True), rules.ENDED),
    ],
)
def test_the_page_offers_what_is_near_or_blocked_and_neither_paused_nor_ended(duty, sentence):
    assert rules.complain(duty, TODAY) == sentence


def test_how_near_that_is_follows_the_rule_of_lights_and_the_sentence_names_it():
    far = a_duty(due_on=dt.date(2026, 5, 15))
    with by(LightRules.of([LightRule(TODAY, 5)])):
        assert rules.complain(a_duty(due_on=LATER), TODAY) is None
        assert "到期前 5 个工作日" in rules.complain(far, TODAY).zh
    with by(LightRules.of([LightRule(TODAY, 1)])):
        assert "from 1 working day before" in rules.complain(far, TODAY).en
