import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from services.stats.completion.completion import Bucket, Group, Span, narrowed
from services.stats.completion.pace import (
    Pace,
    due_between,
    due_so_far,
    ends_of_weeks,
    week_of,
)

TODAY = dt.date(2026, 11, 27)
DAYS = st.dates(dt.date(2026, 1, 1), dt.date(2027, 12, 31))
GROUPS = st.lists(st.builds(Group, DAYS, st.sampled_from(Bucket), st.integers(0, 50)), max_size=30)


def test_of_what_is_due_until_today_what_is_done_counts_and_what_waits_for_review_does_not():
    groups = [
        Group(TODAY, Bucket.DONE, 3),
        Group(TODAY, Bucket.DONE_LATE, 2),
        Group(TODAY, Bucket.AWAITING, 4),
        Group(TODAY, Bucket.OPEN, 5),
        Group(TODAY, Bucket.OPEN_BLOCKED, 1),
        Group(TODAY, Bucket.WAIVED, 7),
        Group(TODAY, Bucket.WITHDRAWN, 7),
        Group(TODAY + dt.timedelta(1), Bucket.DONE, 100),
    ]

    assert due_so_far(groups, TODAY) == Pace(due=15, done=5)


def test_a_week_begins_on_monday():
    assert week_of(TODAY) == (dt.date(2026, 11, 23), dt.date(2026, 11, 29))
    assert week_of(dt.date(2026, 11, 23)) == week_of(dt.date(2026, 11, 29)) == week_of(TODAY)


def test_the_trend_ends_with_today_after_the_sundays_before():
    ends = ends_of_weeks(TODAY)

    assert ends[-3:] == [dt.date(2026, 11, 15), dt.date(2026, 11, 22), TODAY]
    assert len(ends) == 8
    assert ends_of_weeks(dt.date(2026, 11, 29))[-2:] == [dt.date(2026, 11, 22), dt.date(2026, 11, 29)]


@given(GROUPS, DAYS)
def test_the_parts_of_a_span_make_the_whole(groups, day):
    first, last = dt.date.min, dt.date.max
    before, after = due_between(groups, first, day - dt.timedelta(1)), due_between(groups, day, last)

    assert due_between(groups, first, last) == Pace(before.due + after.due, before.done + after.done)


@given(DAYS, DAYS, st.none() | DAYS, st.none() | DAYS, DAYS)
def test_a_narrowed_span_holds_the_days_that_both_hold(one, other, first, last, day):
    span = Span(Bucket.OPEN, min(one, other), max(one, other))

    found = narrowed([span], first, last)

    is_held = span.first <= day <= span.last and (first is None or day >= first) and (last is None or day <= last)
    assert any(part.first <= day <= part.last for part in found) == is_held
