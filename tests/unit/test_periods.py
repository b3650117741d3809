"""When an item is due in a year."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tasks.issuing.periods import Recurrence, Schedule, periods_of
from shared.workdays import is_workday

RECURRING = [Recurrence.MONTHLY, Recurrence.QUARTERLY, Recurrence.YEARLY]


def written(schedule, year=2026):
    return [(period.label, period.written_due_on.isoformat()) for period in periods_of(schedule, year)]


def test_a_single_date_is_one_period_named_by_the_year():
    assert written(Schedule(Recurrence.ONCE, dt.date(2026, 6, 30))) == [("2026", "2026-06-30")]


def test_a_single_date_after_the_year_still_belongs_to_the_year():
    assert written(Schedule(Recurrence.ONCE, dt.date(2027, 1, 15))) == [("2026", "2027-01-15")]


def test_no_date_and_no_recurrence_give_no_period():
    schedule = Schedule(Recurrence.ONCE)

    assert not schedule.is_set
    assert periods_of(schedule, 2026) == []


def test_monthly_on_the_31st_falls_on_the_last_day_of_short_months():
    dates = dict(written(Schedule(Recurrence.MONTHLY, due_day=31)))

    assert list(dates) == [f"2026-{month:02}" for month in range(1, 13)]
    assert (dates["2026-02"], dates["2026-04"], dates["2026-12"]) == ("2026-02-28", "2026-04-30", "2026-12-31")


def test_february_of_a_leap_year_has_its_29th():
    assert written(Schedule(Recurrence.MONTHLY, due_day=30), 2028)[1] == ("2028-02", "2028-02-29")


def test_monthly_without_a_day_is_due_at_the_end_of_the_month():
    assert written(Schedule(Recurrence.MONTHLY))[5] == ("2026-06", "2026-06-30")


def test_monthly_with_a_date_takes_its_day():
    assert written(Schedule(Recurrence.MONTHLY, dt.date(2026, 3, 5)))[0] == ("2026-01", "2026-01-05")


def test_quarterly_is_due_in_the_last_month_of_each_quarter():
    assert written(Schedule(Recurrence.QUARTERLY, due_day=25)) == [
        ("2026-Q1", "2026-03-25"),
        ("2026-Q2", "2026-06-25"),
        ("2026-Q3", "2026-09-25"),
        ("2026-Q4", "2026-12-25"),
    ]


@pytest.mark.parametrize(
    ("schedule", "date"),
    [
        (Schedule(Recurrence.YEARLY), "2026-12-31"),
        (Schedule(Recurrence.YEARLY, due_day=20), "2026-12-20"),
        (Schedule(Recurrence.YEARLY, dt.date(2025, 10, 15)), "2026-10-15"),
        (Schedule(Recurrence.YEARLY, dt.date(2024, 2, 29)), "2026-02-28"),
    ],
)
def test_yearly_is_due_once_in_the_year(schedule, date):
    assert written(schedule) == [("2026", date)]


def test_a_date_on_a_day_off_moves_to_the_next_working_day_and_keeps_the_written_one():
    """2026-10-01 begins the National Day holiday, which ends on the 7th."""
    (period,) = periods_of(Schedule(Recurrence.ONCE, dt.date(2026, 10, 1)), 2026)

    assert period.is_moved
    assert (period.written_due_on, period.due_on) == (dt.date(2026, 10, 1), dt.date(2026, 10, 8))
    assert not period.is_provisional


def test_a_make_up_working_saturday_is_a_working_day():
    """2026-02-14 is a Saturday worked for the Spring Festival."""
    (period,) = periods_of(Schedule(Recurrence.ONCE, dt.date(2026, 2, 14)), 2026)

    assert not period.is_moved


def test_a_year_without_an_announced_calendar_is_provisional():
    (period,) = periods_of(Schedule(Recurrence.ONCE, dt.date(2099, 5, 1)), 2099)

    assert period.is_provisional


@given(
    recurrence=st.sampled_from(RECURRING),
    due_day=st.none() | st.integers(1, 31),
    due_on=st.none() | st.dates(dt.date(2020, 1, 1), dt.date(2035, 12, 31)),
    year=st.integers(2020, 2035),
)
def test_no_recurring_period_lies_outside_its_year(recurrence, due_day, due_on, year):
    periods = periods_of(Schedule(recurrence, due_on, due_day), year)

    assert len(periods) == {"monthly": 12, "quarterly": 4, "yearly": 1}[recurrence]
    assert len({period.label for period in periods}) == len(periods)
    for period in periods:
        assert period.label.startswith(str(year))
        assert period.written_due_on.year == year
        assert period.due_on >= period.written_due_on
        assert is_workday(period.due_on)
