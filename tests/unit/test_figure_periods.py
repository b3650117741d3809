"""Periods of figures: labels, neighbours, what lies in what."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.stats.periods import Period, PeriodKind, is_period, parse, period_of, periods_between

KINDS = st.sampled_from(list(PeriodKind))
DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2090, 12, 31))


@pytest.mark.parametrize("label", ["2026-01", "2026-12", "2026-Q1", "2026-Q4", "2026-H1", "2026-H2", "2026", "1990"])
def test_a_label_is_what_it_was_read_from(label):
    assert parse(label).label == label


@pytest.mark.parametrize(
    "label",
    [
        "",
        "2026-00",
        "2026-13",
        "2026-1",
        "2026-Q0",
        "2026-Q5",
        "2026-H3",
        "26",
        "1989",
        "2100",
        "2026-01-01",
        "２０２６",
    ],
)
def test_what_is_no_period_is_refused(label):
    assert not is_period(label)


def test_february_ends_with_its_year():
    assert parse("2024-02").last_day == dt.date(2024, 2, 29)
    assert parse("2026-02").last_day == dt.date(2026, 2, 28)


def test_a_longer_period_has_parts():
    assert [part.label for part in parse("2026-H2").parts(PeriodKind.QUARTER)] == ["2026-Q3", "2026-Q4"]
    assert [part.label for part in parse("2026-Q2").parts(PeriodKind.MONTH)] == ["2026-04", "2026-05", "2026-06"]
    with pytest.raises(ValueError, match="has no quarter"):
        parse("2026-01").parts(PeriodKind.QUARTER)


def test_the_year_to_date_begins_in_january():
    assert [part.label for part in parse("2026-03").year_to_date()] == ["2026-01", "2026-02", "2026-03"]


@settings(deadline=None)
@given(DAYS, KINDS)
def test_every_day_lies_in_its_period(day, kind):
    period = period_of(day, kind)

    assert period.first_day <= day <= period.last_day
    assert parse(period.label) == period


@settings(deadline=None)
@given(DAYS, KINDS, st.integers(-40, 40))
def test_moving_there_and_back(day, kind, count):
    period = period_of(day, kind)

    assert period.moved(count).moved(-count) == period
    assert (period.moved(1).first_day - period.last_day).days == 1


@settings(deadline=None)
@given(DAYS, KINDS, KINDS)
def test_a_period_lies_in_those_of_longer_kinds_whose_part_it_is(day, kind, other):
    period = period_of(day, kind)
    if other.months < kind.months:
        with pytest.raises(ValueError, match="lies in no"):
            period.within(other)
        return
    whole = period.within(other)

    assert whole.first_day <= period.first_day <= period.last_day <= whole.last_day
    assert period in whole.parts(kind)


@settings(deadline=None)
@given(DAYS, DAYS, KINDS)
def test_labels_sort_as_time_does(one, other, kind):
    first, last = sorted((period_of(one, kind), period_of(other, kind)))
    labels = [period.label for period in periods_between(first, last)]

    assert labels == sorted(set(labels))
    assert len(labels) == (last.year - first.year) * (12 // kind.months) + last.number - first.number + 1


def test_nothing_lies_between_a_later_and_an_earlier_one():
    assert list(periods_between(parse("2026-02"), parse("2026-01"))) == []
    assert list(periods_between(Period(2026, 1, PeriodKind.YEAR), parse("2026"))) == [parse("2026")]
