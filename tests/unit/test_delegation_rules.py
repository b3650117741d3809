"""The days and units of the parts of a duty."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.stats.completion.completion import Bucket, bucket_of
from services.tasks.delegation.records import Below
from services.tasks.delegation.rules import complain_of_day, complain_of_units, part_of, proposed_day
from shared.light import State
from shared.workdays import is_workday, next_workday

TODAY, DUE = dt.date(2026, 5, 8), dt.date(2026, 6, 30)
DAYS = st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31))


def below(unit_id, *, is_part=False, is_own=False):
    return Below(unit_id, f"村{unit_id}", 1, is_part, is_own)


@given(whole=DAYS, today=DAYS)
def test_the_proposed_day_can_be_wherever_any_can(whole, today):
    proposed = proposed_day(whole, today)

    assert proposed <= whole
    if today <= whole:
        assert complain_of_day(proposed, whole, today) is None
    else:
        assert "请先申请延期" in complain_of_day(proposed, whole, today).zh


def test_the_proposed_day_is_no_day_off_but_where_the_whole_is_due_on_one():
    saturday = dt.date(2026, 11, 28)

    assert proposed_day(dt.date(2026, 12, 2), saturday) == dt.date(2026, 11, 30)
    assert proposed_day(saturday, saturday) == saturday


def test_five_working_days_are_left_for_putting_it_together():
    assert proposed_day(DUE, TODAY) == dt.date(2026, 6, 23)


@pytest.mark.parametrize(
    ("on", "said"),
    [(TODAY - dt.timedelta(1), "已经过去"), (TODAY, None), (DUE, None), (DUE + dt.timedelta(1), "不能晚于")],
)
def test_a_part_is_due_between_today_and_the_whole(on, said):
    found = complain_of_day(on, DUE, TODAY)

    assert found is None if said is None else said in found.zh


@given(whole=DAYS.map(next_workday), on=DAYS)
def test_a_part_is_due_on_a_working_day_and_not_after_the_whole(whole, on):
    part = part_of(7, min(on, whole), whole)

    assert is_workday(part.due_on)
    assert part.written_due_on <= part.due_on <= whole


def test_a_day_of_a_year_without_a_calendar_may_still_move():
    assert part_of(7, dt.date(2099, 5, 8), dt.date(2099, 6, 30)).is_provisional


@pytest.mark.parametrize(
    ("units", "said"),
    [
        ([1, 2], None),
        ([1, 9], "不属于本单位下级"),
        ([1, 3], "村3已经有这项责任"),
        ([3, 4], "村3、村4已经有这项责任"),
    ],
)
def test_a_unit_gets_one_part_and_none_beside_what_it_owes_itself(units, said):
    known = [below(1), below(2), below(3, is_part=True), below(4, is_own=True)]

    found = complain_of_units(units, known)

    assert found is None if said is None else said in found.zh


@pytest.mark.parametrize("state", list(State))
def test_a_part_counts_nowhere_whatever_becomes_of_it(state):
    assert bucket_of(state, DUE, done_on=TODAY, is_blocked=True, is_part=True) is Bucket.WITHDRAWN
