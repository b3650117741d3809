import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.stats.periods import Period, PeriodKind, parse
from services.stats.reports.locking import is_locked
from services.stats.reports.records import DayRule
from services.stats.reports.round_days import LAST_DAY_OF_MONTH, MOST_WORKDAYS, Counted, round_days
from shared.workdays import is_workday, workdays_between

PERIODS = st.builds(
    lambda kind, year, number: Period(year, number % (12 // kind.months) + 1, kind),
    st.sampled_from(PeriodKind),
    st.integers(2015, 2030),
    st.integers(0, 11),
)
WORKDAYS = st.builds(Counted, st.just(DayRule.WORKDAYS), st.integers(1, MOST_WORKDAYS))
DAYS = st.builds(Counted, st.just(DayRule.DAY), st.integers(1, LAST_DAY_OF_MONTH))
COUNTED = WORKDAYS | DAYS
DAYS_OF_YEAR = st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31))


def workdays(days):
    return Counted(DayRule.WORKDAYS, days)


def day(days):
    return Counted(DayRule.DAY, days)


@pytest.mark.parametrize(
    ("period", "due", "lock", "opens_on", "due_on", "lock_on"),
    [
        # From 1 to 3 January 2026 is a holiday, Sunday 4 January is worked.
        ("2025-12", workdays(3), workdays(5), "2026-01-01", "2026-01-06", "2026-01-08"),
        # 1 to 7 October is a holiday, Saturday 10 October is worked.
        ("2026-Q3", workdays(3), day(15), "2026-10-01", "2026-10-10", "2026-10-15"),
        # The 1st falls into that holiday.
        ("2026-09", day(1), day(10), "2026-10-01", "2026-10-08", "2026-10-10"),
        # February has no 31st; its last day, Saturday the 28th, is worked in 2026.
        ("2026-01", day(5), day(31), "2026-02-01", "2026-02-05", "2026-02-28"),
        ("2026-H1", day(10), workdays(10), "2026-07-01", "2026-07-10", "2026-07-14"),
    ],
)
def test_days_are_counted_by_the_calendar(period, due, lock, opens_on, due_on, lock_on):
    found = round_days(parse(period), due, lock)

    assert [found.opens_on.isoformat(), found.due_on.isoformat(), found.lock_on.isoformat()] == [
        opens_on,
        due_on,
        lock_on,
    ]


def test_what_is_due_is_not_locked_before():
    found = round_days(parse("2026-05"), day(20), day(5))

    assert found.lock_on == found.due_on == dt.date(2026, 6, 22)


@pytest.mark.parametrize(("period", "is_announced"), [("2025", True), ("2026", False), ("2098", False)])
def test_days_in_a_year_that_is_not_announced_say_so(period, is_announced):
    assert round_days(parse(period), workdays(1), workdays(2)).is_announced is is_announced


@given(PERIODS, COUNTED, COUNTED)
def test_days_come_in_order_and_are_worked(period, due, lock):
    found = round_days(period, due, lock)

    assert period.last_day < found.opens_on <= found.due_on <= found.lock_on
    assert is_workday(found.due_on)
    assert is_workday(found.lock_on)


@given(PERIODS, WORKDAYS)
def test_so_many_working_days_lie_between_the_period_and_the_day(period, due):
    found = round_days(period, due, due)

    assert workdays_between(period.last_day, found.due_on) == due.days


@given(DAYS_OF_YEAR, DAYS_OF_YEAR, st.none() | DAYS_OF_YEAR)
def test_a_round_is_locked_after_its_day_but_for_an_exception(lock_on, today, until):
    open_until = max(lock_on, until or lock_on)

    assert is_locked(lock_on, today, until) is (today > open_until)
