import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.stats.completion.completion import (
    Bucket,
    Group,
    bucket_of,
    count,
    counts_as_due_on,
    cutoffs_on,
    light_in,
    spans_of,
)
from shared.light import OPEN_STATES, Light, State, light_of

DAY = dt.date(2026, 6, 10)
days = st.dates(dt.date(2025, 12, 1), dt.date(2027, 3, 1))


@st.composite
def duties(draw: st.DrawFn) -> tuple[State, dt.date, dt.date | None, dt.date | None, bool]:
    """A duty as its events can show it: submitted ones carry the day of it, paused ones are open and blocked."""
    state = draw(st.sampled_from(State))
    done_on = draw(days) if state in {State.SUBMITTED, State.ACCEPTED} else None
    paused_on = draw(st.none() | days) if state in OPEN_STATES else None
    return state, draw(days), done_on, paused_on, paused_on is not None or draw(st.booleans())


@given(st.lists(duties(), max_size=60), days)
def test_counters_and_cutoffs_give_the_counts_of_the_lights(found, today):
    # A pause lies behind.
    found = [one for one in found if one[3] is None or one[3] <= today]
    groups = [
        Group(
            counts_as_due_on(state, due_on, paused_on=paused_on),
            bucket_of(state, due_on, done_on=done_on, is_blocked=is_blocked),
            1,
        )
        for state, due_on, done_on, paused_on, is_blocked in found
    ]

    counts = count(groups, cutoffs_on(today))

    lights = [
        light_of(state, due_on, today, done_on=done_on, is_blocked=is_blocked, paused_on=paused_on).light
        for state, due_on, done_on, paused_on, is_blocked in found
        if state is not State.WITHDRAWN
    ]
    late_and_blocked = [
        light
        for light, (*_, is_blocked) in zip(lights, (one for one in found if one[0] is not State.WITHDRAWN), strict=True)
        if light is Light.OVERDUE and is_blocked
    ]
    by_light = {light.value: lights.count(light) for light in Light}
    assert counts.as_dict() == {"total": len(lights), **by_light, "overdue_blocked": len(late_and_blocked)}
    assert counts.total == sum(by_light.values())


@given(st.sampled_from(Bucket), days, days)
def test_the_spans_of_a_light_are_where_its_duties_are_counted(bucket, due_on, today):
    cutoffs = cutoffs_on(today)

    found = [
        light
        for light in Light
        for span in spans_of(light, cutoffs)
        if span.bucket is bucket and span.first <= due_on <= span.last
    ]

    light = light_in(bucket, due_on, cutoffs)
    assert found == ([] if light is None else [light])


@given(days)
def test_the_spans_of_all_duties_leave_out_the_withdrawn_ones_only(today):
    assert {span.bucket for span in spans_of(None, cutoffs_on(today))} == set(Bucket) - {Bucket.WITHDRAWN}


@pytest.mark.parametrize(
    ("state", "done_on", "is_blocked", "bucket"),
    [
        (State.ISSUED, None, False, Bucket.OPEN),
        (State.ACKNOWLEDGED, None, False, Bucket.OPEN),
        (State.RETURNED, None, False, Bucket.OPEN),
        (State.ACKNOWLEDGED, None, True, Bucket.OPEN_BLOCKED),
        (State.SUBMITTED, DAY, False, Bucket.AWAITING),
        (State.SUBMITTED, DAY + dt.timedelta(days=1), True, Bucket.AWAITING),
        (State.ACCEPTED, DAY, False, Bucket.DONE),
        (State.ACCEPTED, DAY + dt.timedelta(days=1), False, Bucket.DONE_LATE),
        (State.ACCEPTED, DAY, True, Bucket.DONE),
        (State.WAIVED, None, True, Bucket.WAIVED),
        (State.WITHDRAWN, None, False, Bucket.WITHDRAWN),
    ],
)
def test_what_a_duty_counts_as(state, done_on, is_blocked, bucket):
    assert bucket_of(state, DAY, done_on=done_on, is_blocked=is_blocked) is bucket
