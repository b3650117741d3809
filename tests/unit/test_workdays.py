import datetime as dt
import threading

import greenlet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.workdays import (
    Calendar,
    YearTable,
    add_workdays,
    by,
    is_announced,
    is_settled,
    is_workday,
    moved_day,
    next_workday,
    workdays_between,
)

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


@given(DAYS, DAYS)
def test_counting_is_looking_at_each_day(one, other):
    start, end = sorted((one, other))
    days = (start + dt.timedelta(days=number) for number in range(1, (end - start).days + 1))

    assert workdays_between(start, end) == sum(map(is_workday, days))


def test_the_first_and_the_last_days_there_are_can_be_counted():
    assert workdays_between(dt.date(9999, 12, 29), dt.date(9999, 12, 31)) == 2
    assert workdays_between(dt.date(1, 1, 1), dt.date(1, 1, 3)) == 2


@given(DAYS, DAYS, DAYS)
def test_counts_add_up(one, two, three):
    first, second, third = sorted((one, two, three))

    assert workdays_between(first, second) + workdays_between(second, third) == workdays_between(first, third)


def test_a_calendar_in_force_counts_within_its_block_alone():
    own = YearTable(2026, True, off={dt.date(2026, 6, 30): "县庆"}, worked={dt.date(2026, 7, 4): "调休"})

    with by(Calendar.of([own])):
        assert next_workday(dt.date(2026, 6, 30)) == dt.date(2026, 7, 1)
        assert is_workday(dt.date(2026, 7, 4))
        # The table stands for the whole year: what the package knows of it holds no more.
        assert is_workday(dt.date(2026, 10, 1))
    assert is_workday(dt.date(2026, 6, 30))
    assert not is_workday(dt.date(2026, 10, 1))


def test_no_thread_sees_the_calendar_of_another():
    seen = []
    with by(Calendar.of([YearTable(2026, True, off={dt.date(2026, 6, 30): "县庆"})])):
        other = threading.Thread(target=lambda: seen.append(is_workday(dt.date(2026, 6, 30))))
        other.start()
        other.join()

    assert seen == [True]


def test_what_reaches_into_a_year_not_announced_is_not_settled():
    assert is_settled(dt.date(2026, 12, 31), dt.date(2026, 1, 1))
    assert not is_settled(dt.date(2026, 12, 31), dt.date(2030, 1, 4))
    with by(Calendar.of(YearTable(year, True) for year in (2027, 2028, 2029, 2030))):
        assert is_settled(dt.date(2026, 12, 31), dt.date(2030, 1, 4))
    # The year between counts, too.
    with by(Calendar.of([YearTable(2030, True)])):
        assert not is_settled(dt.date(2026, 12, 31), dt.date(2030, 1, 4))


def test_two_tables_with_the_same_days_have_one_fingerprint_and_others_another():
    days = {dt.date(2027, 1, 1): "元旦"}
    assert YearTable(2027, True, days).fingerprint() == YearTable(2027, True, dict(days)).fingerprint()
    others = [
        YearTable(2027, False, days),
        YearTable(2027, True, {}, days),
        YearTable(2027, True, days | {dt.date(2027, 1, 2): ""}),
    ]
    assert len({YearTable(2027, True, days).fingerprint(), *(one.fingerprint() for one in others)}) == 4


TABLES = st.lists(
    st.builds(
        lambda year, off, worked: YearTable(
            year,
            True,
            {dt.date(year, 1, 1) + dt.timedelta(days=n): "假" for n in off},
            {day: "班" for n in worked if (day := dt.date(year, 1, 1) + dt.timedelta(days=n)).weekday() >= 5},
        ),
        st.integers(2025, 2027),
        st.sets(st.integers(0, 364), max_size=60),
        st.sets(st.integers(0, 364), max_size=60),
    ),
    max_size=3,
)
NEAR = st.dates(min_value=dt.date(2024, 12, 1), max_value=dt.date(2028, 1, 31))


@given(TABLES, NEAR, st.integers(min_value=1, max_value=60))
def test_by_any_calendar_adding_and_counting_agree(tables, day, count):
    with by(Calendar.of(tables)):
        later = add_workdays(day, count)
        assert workdays_between(day, later) == count
        days = (day + dt.timedelta(days=number) for number in range(1, (later - day).days + 1))
        assert sum(map(is_workday, days)) == count
        assert is_workday(later)
        moved = next_workday(day)
        assert moved >= day
        assert is_workday(moved)
        assert workdays_between(day, moved) == int(moved > day)


@given(NEAR, NEAR, NEAR)
def test_a_due_date_never_comes_forward_to_today_or_before(was, now, today):
    moved = moved_day(was, now, today)

    assert moved in (was, now)
    assert moved >= was or moved > today
    if now >= was:
        assert moved == now


def test_no_green_thread_sees_the_calendar_of_another():
    """As eventlet switches in the middle of a transaction, when its statement waits."""
    day, seen = dt.date(2026, 6, 30), []

    def wait_within_a_transaction():
        with by(Calendar.of([YearTable(2026, True, off={day: "县庆"})])):
            greenlet.getcurrent().parent.switch()
            seen.append(is_workday(day))

    waiting = greenlet.greenlet(wait_within_a_transaction)
    waiting.switch()
    seen.append(is_workday(day))
    waiting.switch()

    assert seen == [True, False]
