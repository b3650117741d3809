import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.reminding.policy import ONCE, ONE_DAY, Occasion, Stage, next_day_after, occasions_on
from shared.light import State
from shared.workdays import is_workday, workdays_between

# A Friday before an ordinary weekend; Friday the 19th is a holiday.
DUE = dt.date(2026, 6, 12)
days = st.dates(dt.date(2025, 12, 1), dt.date(2027, 6, 1))


def stages(due_on, today, state=State.ACKNOWLEDGED):
    return [(occasion.stage, occasion.slot) for occasion in occasions_on(state, due_on, today)]


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        ("2026-06-08", []),
        ("2026-06-09", [(Stage.DUE_SOON, DUE)]),
        ("2026-06-12", [(Stage.DUE_SOON, DUE)]),
        ("2026-06-13", []),
        ("2026-06-14", []),
        ("2026-06-15", [(Stage.OVERDUE, dt.date(2026, 6, 15))]),
        ("2026-06-18", [(Stage.OVERDUE, dt.date(2026, 6, 15))]),
        ("2026-06-19", []),
        ("2026-06-22", [(Stage.OVERDUE, dt.date(2026, 6, 15))]),
        ("2026-06-23", [(Stage.OVERDUE, dt.date(2026, 6, 23))]),
        ("2026-07-01", [(Stage.OVERDUE, dt.date(2026, 6, 30))]),
    ],
)
def test_what_is_said_on_which_day(today, expected):
    assert stages(DUE, dt.date.fromisoformat(today)) == expected


def test_issuing_is_told_at_once_even_on_a_day_off():
    saturday = dt.date(2026, 6, 13)

    assert stages(dt.date(2026, 9, 1), saturday, State.ISSUED) == [(Stage.ISSUED, ONCE)]


def test_the_first_warning_comes_before_a_long_holiday():
    """Due on the first working day after the National Day holiday of 2026, with 29 and 30 September before it."""
    due_on = dt.date(2026, 10, 8)

    assert next_day_after(due_on, dt.date(2026, 9, 1)) == dt.date(2026, 9, 28)


@given(days, days)
def test_nothing_new_is_said_before_the_next_day_named(due_on, today):
    next_day = next_day_after(due_on, today)

    said = set(occasions_on(State.RETURNED, due_on, today))
    for offset in range(1, (next_day - today).days):
        assert set(occasions_on(State.RETURNED, due_on, today + dt.timedelta(days=offset))) <= said
    assert today < next_day
    assert occasions_on(State.RETURNED, due_on, next_day)


@given(days, days)
def test_dates_are_spoken_of_on_working_days_only(due_on, today):
    if occasions_on(State.ACKNOWLEDGED, due_on, today):
        assert is_workday(today)


@given(days)
def test_overdue_occasions_are_five_working_days_apart(due_on):
    slots = sorted(
        {
            slot
            for offset in range(1, 60)
            for stage, slot in stages(due_on, due_on + offset * ONE_DAY)
            if stage is Stage.OVERDUE
        }
    )

    assert workdays_between(due_on, slots[0]) == 1
    assert {workdays_between(first, second) for first, second in pairwise(slots)} == {5}


def test_occasions_are_told_apart_by_stage_and_slot():
    assert Occasion(Stage.DUE_SOON, DUE) != Occasion(Stage.OVERDUE, DUE)
