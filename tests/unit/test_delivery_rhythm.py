"""How often a post is told: what is urgent on its day, the rest as it chose."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.delivery.rhythm import Rhythm, first_workday_of_week, goes
from services.notifications.reminding.policy import URGENT, Stage
from shared.workdays import is_workday

MONDAY = dt.date(2026, 6, 8)
WORKDAYS = st.dates(dt.date(2025, 1, 1), dt.date(2026, 12, 31)).filter(is_workday)
STAGES = st.sampled_from([*Stage, "ended", "replied"])
BEFORE = st.integers(0, 14).map(lambda days: dt.timedelta(days=days))


@pytest.mark.parametrize(
    ("day", "first"),
    [
        ("2026-06-08", "2026-06-08"),
        ("2026-06-12", "2026-06-08"),
        # The first of May is a holiday until the fifth: that week begins on Wednesday.
        ("2026-05-07", "2026-05-06"),
        # National Day takes a whole week: its Wednesday leads on.
        ("2026-10-08", "2026-10-08"),
    ],
)
def test_a_week_begins_with_its_first_working_day(day, first):
    assert first_workday_of_week(dt.date.fromisoformat(day)) == dt.date.fromisoformat(first)


@given(rhythm=st.sampled_from(Rhythm), stage=st.sampled_from(sorted(URGENT)), day=WORKDAYS, before=BEFORE)
def test_what_is_urgent_goes_on_its_day_whatever_was_chosen(rhythm, stage, day, before):
    assert goes(rhythm, stage, day - before, day)


@given(stage=STAGES, day=WORKDAYS, before=BEFORE)
def test_daily_tells_everything_and_urgent_nothing_else(stage, day, before):
    assert goes(Rhythm.DAILY, stage, day - before, day)
    assert goes(Rhythm.URGENT, stage, day - before, day) == (stage in URGENT)


@given(stage=STAGES.filter(lambda stage: stage not in URGENT), written=st.dates(MONDAY, dt.date(2026, 9, 18)))
def test_weekly_tells_each_line_on_exactly_one_first_day_of_a_week_unless_that_one_failed(stage, written):
    days = [written + dt.timedelta(days=n) for n in range(14)]
    told = [day for day in days if is_workday(day) and goes(Rhythm.WEEKLY, stage, written, day)]

    assert told[0] == first_workday_of_week(told[0])
    # The days after it in that week are for what could not go: whatever was told on the first is not told again.
    assert all(first_workday_of_week(day) in told for day in told)


def test_what_is_written_within_a_week_waits_for_the_next():
    tuesday, friday = MONDAY + dt.timedelta(days=1), MONDAY + dt.timedelta(days=4)

    assert not goes(Rhythm.WEEKLY, Stage.DUE_SOON, tuesday, friday)
    assert goes(Rhythm.WEEKLY, Stage.DUE_SOON, MONDAY - dt.timedelta(days=3), tuesday)
    assert goes(Rhythm.WEEKLY, Stage.DUE_SOON, MONDAY, MONDAY)
    assert not goes(Rhythm.WEEKLY, Stage.DUE_SOON, MONDAY, tuesday)
