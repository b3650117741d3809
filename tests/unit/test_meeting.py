"""What a meeting may be: its day, its year, its name, and when what it decides may be due."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tasks.meetings.meeting import (
    MOST_DAYS_AHEAD,
    TASKS,
    Part,
    checklist_of,
    complain_of_day,
    complain_of_due,
    complain_of_year,
    title_of,
)

TODAY = dt.date(2026, 5, 8)
FIRST = dt.date(2026, 1, 5)
DAYS = st.dates(dt.date(2024, 1, 1), dt.date(2028, 12, 31))


def test_a_meeting_that_nobody_named_is_called_after_its_day():
    assert title_of(TODAY) == "2026年5月8日就业工作专题会议"


def test_the_checklist_is_called_after_the_meeting_and_never_too_long():
    assert checklist_of("专题会议", 200) == "专题会议议定事项"
    assert len(checklist_of("长" * 300, 200)) == 200


@given(DAYS)
def test_a_day_is_good_from_the_first_record_to_three_months_ahead(day):
    is_good = FIRST <= day <= TODAY + dt.timedelta(days=MOST_DAYS_AHEAD)
    assert (complain_of_day(day, today=TODAY, first=FIRST) is None) is is_good


def test_what_is_wrong_with_a_day_names_a_day_that_is_good():
    early = complain_of_day(dt.date(2025, 12, 31), today=TODAY, first=FIRST)
    late = complain_of_day(dt.date(2027, 5, 8), today=TODAY, first=FIRST)
    assert early is not None
    assert "2026-01-05" in early.zh
    assert late is not None
    assert "2026-08-08" in late.en


@pytest.mark.parametrize(("year", "is_good"), [(2026, True), (2025, True), (2024, False), (2027, False)])
def test_a_meeting_is_about_its_own_year_or_the_one_before(year, is_good):
    assert (complain_of_year(year, dt.date(2026, 1, 10)) is None) is is_good


@given(DAYS, DAYS)
def test_nothing_is_due_before_the_meeting_that_decides_it(due_on, held_on):
    assert (complain_of_due(due_on, held_on) is None) is (due_on >= held_on)


def test_each_part_of_the_agenda_has_a_task_of_its_own():
    assert set(TASKS) == set(Part)
    assert len(set(TASKS.values())) == len(Part)
