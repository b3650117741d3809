import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tasks.duties.headings import Heading, Sought, heading_of, shared_out
from shared.light import State, light_of

TODAY = dt.date(2026, 11, 24)
DAYS = st.dates(dt.date(2025, 1, 1), dt.date(2028, 12, 31))


def heading(state=State.ACKNOWLEDGED, due_on=TODAY, *, is_blocked=False, is_answered=False):
    light = light_of(state, due_on, TODAY, done_on=due_on, is_blocked=is_blocked).light
    return heading_of(light, due_on, TODAY, is_answered=is_answered)


@pytest.mark.parametrize(
    ("state", "due_on", "expected"),
    [
        (State.ISSUED, dt.date(2026, 11, 23), Heading.OVERDUE),
        (State.ISSUED, dt.date(2026, 11, 24), Heading.DUE_SOON),
        (State.ISSUED, dt.date(2026, 11, 30), Heading.THIS_MONTH),
        (State.ISSUED, dt.date(2026, 12, 1), Heading.LATER),
        (State.ISSUED, dt.date(2027, 11, 30), Heading.LATER),
        (State.SUBMITTED, dt.date(2026, 11, 1), Heading.AWAITING_REVIEW),
        (State.ACCEPTED, dt.date(2026, 11, 1), Heading.DONE),
        (State.WAIVED, dt.date(2026, 11, 1), Heading.NOT_APPLICABLE),
    ],
)
def test_a_duty_stands_under_one_heading(state, due_on, expected):
    assert heading(state, due_on) is expected


@pytest.mark.parametrize("due_on", [dt.date(2026, 11, 1), dt.date(2026, 12, 31)])
def test_what_the_lead_bureau_has_answered_comes_first_however_much_time_is_left(due_on):
    assert heading(State.RETURNED, due_on, is_answered=True) is Heading.ANSWERED


def test_a_blocked_duty_that_is_late_stays_with_the_late_ones():
    assert heading(due_on=dt.date(2026, 11, 30), is_blocked=True) is Heading.BLOCKED
    assert heading(due_on=dt.date(2026, 11, 1), is_blocked=True) is Heading.OVERDUE


@given(st.sampled_from(sorted(set(State) - {State.WITHDRAWN})), DAYS, st.booleans())
def test_every_duty_has_a_heading(state, due_on, is_blocked):
    light = light_of(state, due_on, TODAY, done_on=TODAY, is_blocked=is_blocked).light

    assert heading_of(light, due_on, TODAY, is_answered=False) in Heading


@given(st.lists(st.integers(0, 500), min_size=1, max_size=9), st.integers(45, 200))
def test_lines_are_shared_out_so_that_each_heading_shows_some_and_none_is_wasted(totals, lines):
    given_lines = shared_out(totals, lines, least=5)

    assert sum(given_lines) == min(sum(totals), lines)
    assert all(min(total, 5) <= number <= total for total, number in zip(totals, given_lines, strict=True))


def test_the_lines_that_are_left_go_to_the_most_urgent_heading():
    assert shared_out([3, 40, 400, 10], 60, least=5) == [3, 40, 12, 5]


def test_a_search_narrows_by_each_of_its_parts():
    def kept(**sought):
        return Sought(**sought).keeps(1, "2026-11", TODAY)

    assert kept()
    assert kept(ids={1}, period="2026-11", first=TODAY, last=TODAY)
    assert not kept(ids={2})
    assert not kept(ids=set())
    assert not kept(period="2026-10")
    assert not kept(first=TODAY + dt.timedelta(1))
    assert not kept(last=TODAY - dt.timedelta(1))
