"""What a silence covers, and which days it may have."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.policies.rules import Scope
from services.notifications.silences.rules import LONGEST, Hushed, Silence, complaints, covering

TODAY = dt.date(2026, 6, 10)
ONE_DAY = dt.timedelta(days=1)
kinds = st.sampled_from([Scope.CHECKLIST, Scope.REPORT])
ids = st.integers(1, 3)
stages = st.sampled_from(Hushed)
days = st.dates(dt.date(2026, 6, 1), dt.date(2026, 6, 20))


def a_silence(scope=Scope.ALL, subject_id=0, unit_id=None, stage=None, until=TODAY):
    return Silence(1, scope, subject_id, unit_id, stage, TODAY, until)


@pytest.mark.parametrize(
    ("silence", "is_covered"),
    [
        (a_silence(), True),
        (a_silence(Scope.CHECKLIST, 7), True),
        (a_silence(Scope.REPORT, 7), False),
        (a_silence(Scope.CHECKLIST, 8), False),
        (a_silence(unit_id=3), True),
        (a_silence(unit_id=4), False),
        (a_silence(stage=Hushed.OVERDUE), True),
        (a_silence(stage=Hushed.DUE_SOON), False),
        (a_silence(Scope.CHECKLIST, 7, 3, Hushed.OVERDUE), True),
        (a_silence(Scope.CHECKLIST, 7, 4, Hushed.OVERDUE), False),
        # One that was ended before it began.
        (a_silence(until=TODAY - ONE_DAY), False),
    ],
)
def test_all_that_was_chosen_must_fit(silence, is_covered):
    assert silence.covers(Scope.CHECKLIST, 7, 3, "overdue", TODAY) is is_covered


@given(kinds, ids, ids, stages, days, days)
def test_it_holds_from_its_first_day_to_its_last_and_on_no_other(kind, subject, unit, stage, until, day):
    silence = a_silence(until=until)

    assert silence.covers(kind, subject, unit, stage, day) is (TODAY <= day <= until)


@given(st.lists(st.tuples(kinds, ids, ids, stages)), kinds, ids, ids, stages)
def test_of_several_the_first_that_covers_it_is_named(chosen, kind, subject, unit, stage):
    silences = [
        Silence(place, one, subject_id, unit_id, hushed, TODAY, TODAY)
        for place, (one, subject_id, unit_id, hushed) in enumerate(chosen)
    ]

    found = covering(silences, kind, subject, unit, stage=stage, day=TODAY)

    assert found == next((place for place, one in enumerate(chosen) if one == (kind, subject, unit, stage)), None)


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (TODAY, TODAY, None),
        (TODAY, TODAY + LONGEST - ONE_DAY, None),
        (TODAY - ONE_DAY, TODAY, "from_day"),
        (TODAY + ONE_DAY, TODAY, "until_day"),
        (TODAY, TODAY + LONGEST, "until_day"),
    ],
)
def test_days_that_cannot_be_are_named(first, last, field):
    assert list(complaints(first, last, TODAY)) == ([field] if field else [])
