import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.workdays import add_workdays, is_announced, is_workday, next_workday, workdays_between

DAYS = st.dates(min_value=dt.date(2010, 1, 1), max_value=dt.date(2028, 12, 31))


# The State Council's notices for 2025 and 2026: weekends that are worked, weekdays that are free.
@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (dt.date(2025, 1, 26), True),
        (dt.date(2025, 2, 8), True),
        (dt.date(2025, 10, 11), True),
        (dt.date(2026, 2, 14), True),
        (dt.date(2026, 5, 9), True),
        (dt.date(2026, 9, 20), True),
        (dt.date(2026, 10, 1), False),
        (dt.date(2026, 1, 1), False),
        (dt.date(2026, 11, 24), True),
        (dt.date(2026, 11, 28), False),
    ],
)
def test_make_up_weekends_are_worked_and_holidays_are_not(day, worked):
    assert is_workday(day) is worked


def test_a_year_without_an_announced_calendar_is_marked_and_counts_monday_to_friday():
    assert is_announced(2026)
    assert not is_announced(2030)
    assert is_workday(dt.date(2030, 10, 1))
    assert not is_workday(dt.date(2030, 10, 5))


def test_a_due_date_in_the_national_holiday_moves_past_it():
    assert next_workday(dt.date(2026, 10, 1)) == dt.date(2026, 10, 8)


@given(DAYS)
def test_next_workday_is_the_first_one_not_before(day):
    moved = next_workday(day)

    assert moved >= day
    assert is_workday(moved)
    assert not any(is_workday(day + dt.timedelta(days=n)) for n in range((moved - day).days))


@given(DAYS, st.integers(min_value=1, max_value=60))
def test_adding_workdays_and_counting_them_agree(day, count):
    assert workdays_between(day, add_workdays(day, count)) == count


@given(DAYS, DAYS)
def test_counting_backwards_is_the_negative(start, end):
    assert workdays_between(start, end) == -workdays_between(end, start)


@given(DAYS, DAYS, DAYS)
def test_counts_add_up(one, two, three):
    first, second, third = sorted((one, two, three))

    assert workdays_between(first, second) + workdays_between(second, third) == workdays_between(first, third)
