"""States, pauses, the window of sending and the text of a letter, as arithmetic."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.notifications.delivery import letter, window
from services.notifications.delivery.letter import Line
from services.notifications.delivery.states import (
    DEAD_LETTERS,
    FIRST_PAUSE,
    FOLLOWING,
    LONGEST_PAUSE,
    MOST_TRIES,
    Channel,
    Result,
    State,
    Why,
    may_follow,
    pause_after,
    state_after,
)
from services.notifications.reminding.policy import Stage
from shared.events import OFFER_OUTCOMES
from shared.workdays import SHANGHAI, is_workday

MOMENTS = st.integers(0, 7 * 365 * 24 * 60).map(
    lambda minutes: dt.datetime(2024, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=minutes)
)
DAY = dt.date(2026, 11, 27)


def shanghai(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=SHANGHAI)


def test_every_state_says_what_may_follow_it_and_nothing_is_sent_unclaimed():
    assert set(FOLLOWING) == set(State)
    assert [state for state in State if may_follow(state, State.SENDING)] == [State.PLANNED]
    assert all(may_follow(state, State.PLANNED) for state in DEAD_LETTERS)
    assert FOLLOWING[State.SENT] == frozenset()
    assert FOLLOWING[State.CANCELLED] == {State.PLANNED}


@settings(deadline=None)
@given(st.integers(1, 50), st.floats(0, 1, exclude_max=True))
def test_a_pause_lies_in_the_second_half_of_its_step(tries, chance):
    whole = min(FIRST_PAUSE * 2 ** min(tries - 1, 20), LONGEST_PAUSE)

    assert whole / 2 <= pause_after(tries, chance) < whole + dt.timedelta(seconds=1)


def test_pauses_double_up_to_an_hour():
    pauses = [pause_after(tries, 0).total_seconds() for tries in (1, 2, 3, 6, 7, 8)]

    assert pauses == [30, 60, 120, 960, 1800, 1800]


@pytest.mark.parametrize(
    ("result", "tries", "is_late", "state", "why"),
    [
        (Result.SENT, 1, False, State.SENT, None),
        (Result.SENT, MOST_TRIES, True, State.SENT, None),
        (Result.REFUSED, 1, False, State.FAILED, None),
        (Result.UNKNOWN, 1, True, State.UNKNOWN, None),
        (Result.AGAIN, 1, False, State.PLANNED, None),
        (Result.AGAIN, 1, True, State.GIVEN_UP, Why.TOO_LATE),
        (Result.AGAIN, MOST_TRIES, False, State.GIVEN_UP, Why.TOO_MANY_TRIES),
    ],
)
def test_what_a_try_makes_of_its_delivery(result, tries, is_late, state, why):
    assert state_after(result, tries, is_late=is_late) == (state, why)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (shanghai(2026, 11, 27, 8, 29, 59), shanghai(2026, 11, 27, 8, 30)),
        (shanghai(2026, 11, 27, 8, 30), shanghai(2026, 11, 27, 8, 30)),
        (shanghai(2026, 11, 27, 17, 59, 59), shanghai(2026, 11, 27, 17, 59, 59)),
        (shanghai(2026, 11, 27, 18, 0), shanghai(2026, 11, 30, 8, 30)),
        (shanghai(2026, 11, 28, 12, 0), shanghai(2026, 11, 30, 8, 30)),
        # The seven days of October 2026, with working days made up on Sunday before and Saturday after.
        (shanghai(2026, 10, 1, 9, 0), shanghai(2026, 10, 8, 8, 30)),
        (shanghai(2026, 9, 20, 9, 0), shanghai(2026, 9, 20, 9, 0)),
        (shanghai(2026, 10, 9, 19, 0), shanghai(2026, 10, 10, 8, 30)),
    ],
)
def test_messages_leave_in_working_hours_alone(moment, expected):
    assert window.next_moment(moment) == expected


@settings(deadline=None)
@given(MOMENTS)
def test_the_next_moment_is_in_the_window_and_never_before(moment):
    found = window.next_moment(moment)
    local = found.astimezone(SHANGHAI)

    assert found >= moment
    assert is_workday(local.date())
    assert window.OPENS <= local.time() < window.CLOSES
    assert window.next_moment(found) == found


LINES = [
    Line(Stage.ISSUED, "走访企业", "2026-12", dt.date(2026, 12, 31)),
    Line(letter.ENDED, "2025年清单"),
    Line(Stage.OVERDUE, "建成创业园", "2026", dt.date(2026, 11, 20)),
    Line(Stage.URGED, "招聘\n活动", "", dt.date(2026, 12, 1), is_repeated=True),
    Line(Stage.OVERDUE, "补贴发放", "2026", dt.date(2026, 11, 10)),
]


def test_a_digest_says_what_is_late_first_and_the_reason_of_each_line():
    found = letter.digest("徽城镇", LINES, address="https://q.example", language="zh")

    assert found.subject == "清单提醒：2 项已逾期，催办 1 项，共 5 项"
    assert found.text.splitlines() == [
        "徽城镇",
        "",
        "1. 【已逾期】补贴发放（2026），2026-11-10 到期",
        "2. 【已逾期】建成创业园（2026），2026-11-20 到期",
        "3. 【催办】招聘 活动，2026-12-01 到期［上次发出后没有回音，可能重复］",
        "4. 【新下发】走访企业（2026-12），2026-12-31 到期",
        "5. 【清单已结束】2025年清单",
        "",
        "请登录办理：https://q.example",
    ]


def test_the_subject_names_what_is_urged_where_nothing_is_late():
    urged = letter.digest("徽城镇", [LINES[0], LINES[3]], address="", language="zh")
    in_english = letter.digest("徽城镇", LINES, address="", language="en")

    assert urged.subject == "清单提醒：催办 1 项，共 2 项"
    assert in_english.subject == "Qingdan: 2 overdue, 1 urged, 5 in all"


def test_a_digest_in_english_leaves_the_countys_own_words_as_they_are():
    found = letter.digest("徽城镇", LINES[:1], address="", language="en")

    assert found.subject == "Qingdan reminders: 1"
    assert found.text.splitlines()[2] == "1. [newly issued] 走访企业 (2026-12), due 2026-12-31"


def test_a_long_digest_says_how_much_it_leaves_out():
    lines = [Line(Stage.DUE_SOON, f"事项{number}") for number in range(letter.MOST_LINES + 7)]

    assert "另有 7 项，请登录查看。" in letter.digest("徽城镇", lines, address="", language="zh").text


def test_every_stage_has_its_reason_and_a_place():
    assert set(letter.REASONS) == {*Stage, letter.ENDED, letter.REPLIED, *OFFER_OUTCOMES}
    ordered = letter.most_urgent_first([Line(stage, "") for stage in letter.REASONS])

    assert [line.stage for line in ordered][:2] == [Stage.OVERDUE, Stage.URGED]
    assert {line.stage for line in ordered[-5:]} == {letter.ENDED, letter.REPLIED, *OFFER_OUTCOMES}


def test_the_key_of_a_delivery_is_the_same_each_time_and_another_for_each():
    keys = [letter.key_of(number, 7, DAY, Channel.MAIL, "q.example") for number in (1, 1, 2)]

    assert keys[0] == keys[1] == "<qingdan.1.7.20261127.mail@q.example>"
    assert keys[2] != keys[0]
