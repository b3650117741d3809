import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.light import OPEN_STATES, WORDS, Light, State, light_of

TODAY = dt.date(2026, 5, 13)  # a Wednesday after the May holiday; 9 May 2026 is a worked Saturday
DAYS = st.dates(min_value=dt.date(2025, 1, 1), max_value=dt.date(2027, 12, 31))


@pytest.mark.parametrize(
    ("state", "due", "extra", "light", "reason"),
    [
        (State.ISSUED, "2026-05-08", {}, Light.OVERDUE, "4 working days late: due 2026-05-08"),
        (State.ISSUED, "2026-05-12", {}, Light.OVERDUE, "1 working day late: due 2026-05-12"),
        (State.ISSUED, "2026-05-13", {}, Light.DUE_SOON, "Due today: 2026-05-13"),
        (State.ACKNOWLEDGED, "2026-05-18", {}, Light.DUE_SOON, "3 working days left: due 2026-05-18"),
        (State.ISSUED, "2026-05-19", {}, Light.ON_TRACK, "4 working days left: due 2026-05-19"),
        (State.RETURNED, "2026-05-12", {}, Light.OVERDUE, "1 working day late: due 2026-05-12"),
        (State.ISSUED, "2026-06-30", {"is_blocked": True}, Light.BLOCKED, "A difficulty was reported: due 2026-06-30"),
        (
            State.ISSUED,
            "2026-05-12",
            {"is_blocked": True},
            Light.OVERDUE,
            "1 working day late: due 2026-05-12; a difficulty was reported",
        ),
        (
            State.SUBMITTED,
            "2026-05-12",
            {"done_on": TODAY},
            Light.AWAITING_REVIEW,
            "Submitted 2026-05-13, 1 working day late; waits for review",
        ),
        (State.ACCEPTED, "2026-05-20", {"done_on": TODAY}, Light.DONE, "Done 2026-05-13: due 2026-05-20"),
        (
            State.ACCEPTED,
            "2026-05-11",
            {"done_on": TODAY},
            Light.DONE_LATE,
            "2 working days late when done: due 2026-05-11, done 2026-05-13",
        ),
        (State.WAIVED, "2026-05-01", {}, Light.NOT_APPLICABLE, "Granted as not applicable"),
        (State.WITHDRAWN, "2026-05-01", {}, Light.NOT_APPLICABLE, "Withdrawn by an amendment of the checklist"),
    ],
)
def test_a_light_says_why_in_one_sentence(state, due, extra, light, reason):
    lit = light_of(state, dt.date.fromisoformat(due), TODAY, **extra)

    assert lit.light is light
    assert lit.reason.en == reason


def test_lateness_counts_the_worked_saturday():
    """From Friday 8 May to Wednesday 13 May there are four working days, because Saturday 9 May is worked."""
    lit = light_of(State.ISSUED, dt.date(2026, 5, 8), TODAY)

    assert lit.reason.en == "4 working days late: due 2026-05-08"
    assert lit.reason.zh == "已逾期 4 个工作日：2026-05-08 到期"


@given(st.sampled_from(State), DAYS, DAYS, st.booleans(), st.none() | DAYS)
def test_every_duty_has_exactly_one_light_with_word_and_reason(state, due_on, today, is_blocked, done_on):
    lit = light_of(state, due_on, today, is_blocked=is_blocked, done_on=done_on)

    assert lit.light in WORDS
    assert lit.reason.zh
    assert lit.reason.en
    assert (lit.light is Light.OVERDUE) == (state in OPEN_STATES and due_on < today)


@given(st.sampled_from(sorted(OPEN_STATES)), DAYS, DAYS)
def test_an_open_duty_never_gets_better_by_waiting(state, due_on, today):
    order = [Light.ON_TRACK, Light.DUE_SOON, Light.OVERDUE]

    now = light_of(state, due_on, today).light
    tomorrow = light_of(state, due_on, today + dt.timedelta(days=1)).light

    assert order.index(tomorrow) >= order.index(now)


@pytest.mark.parametrize(
    ("state", "light"),
    [(State.ISSUED, Light.ON_TRACK), (State.ACCEPTED, Light.DONE), (State.SUBMITTED, Light.AWAITING_REVIEW)],
)
def test_an_extended_duty_follows_its_new_date_and_names_the_first(state, light):
    due_on, first, today = dt.date(2026, 8, 31), dt.date(2026, 6, 30), dt.date(2026, 7, 10)

    lit = light_of(state, due_on, today, done_on=today, first_due_on=first)

    assert lit.light is light
    assert lit.brief.zh.endswith("（已延期，原定 2026-06-30）")
    assert lit.reason.en.endswith(" (extended; first due 2026-06-30)")


def test_what_is_not_applicable_says_nothing_of_an_extension():
    day = dt.date(2026, 6, 30)

    assert light_of(State.WAIVED, day, day, first_due_on=day) == light_of(State.WAIVED, day, day)


@given(st.sampled_from(sorted(OPEN_STATES)), DAYS, DAYS, st.integers(0, 400))
def test_the_light_of_a_paused_duty_stays_as_it_was(state, due_on, paused_on, days):
    def light_on(day):
        return light_of(state, due_on, day, is_blocked=True, paused_on=paused_on)

    later = paused_on + dt.timedelta(days=days)

    assert light_on(later) == light_on(paused_on)
    assert light_on(later).light is (Light.OVERDUE if due_on < paused_on else Light.BLOCKED)


def test_a_paused_duty_says_since_when():
    lit = light_of(State.ISSUED, dt.date(2026, 6, 30), dt.date(2026, 7, 20), paused_on=dt.date(2026, 6, 1))

    assert lit.reason.zh == "困难正在协调，2026-06-01 起暂停计时：原定 2026-06-30 到期"
    assert lit.reason.en == "A difficulty is being solved; clock stopped since 2026-06-01: due 2026-06-30 until then"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_over_days_off_alone_it_is_late_by_no_number_of_days(language):
    """Due on a Friday, looked at or submitted on the Saturday after it."""
    friday, saturday = dt.date(2026, 5, 15), dt.date(2026, 5, 16)
    sentences = [
        light_of(State.ISSUED, friday, saturday),
        light_of(State.SUBMITTED, friday, saturday, done_on=saturday),
        light_of(State.ACCEPTED, friday, saturday, done_on=saturday),
        light_of(State.ISSUED, friday, saturday, paused_on=saturday),
    ]

    for lit in sentences:
        for text in (lit.reason, lit.brief):
            assert {"zh": "不到 1 个工作日", "en": "ess than 1 working day late"}[language] in getattr(text, language)
