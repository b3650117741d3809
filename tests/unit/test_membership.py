import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from services.stats.reports.membership import Moves, Span, moves

JUNE = dt.date(2026, 6, 10)
DAYS = st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31))
UNITS = st.frozensets(st.integers(1, 6))


def holds_on(span, day):
    return span.since <= day and (span.until is None or day < span.until)


def asked_on(spans, day):
    """The units that are asked on a day."""
    return {span.unit_id for span in spans if holds_on(span, day)}


def carried_out(spans, moved, day):
    """What the store makes of the spans."""
    after = []
    for span in spans:
        if span.unit_id in moved.leaving and span.until is None:
            after.append(span._replace(until=max(day, span.since)))
        elif span.unit_id in moved.returning and span.since >= day:
            after.append(span._replace(until=None))
        else:
            after.append(span)
    return [*after, *(Span(unit_id, day, None) for unit_id in moved.joining)]


def test_whoever_joins_is_asked_from_that_day_and_whoever_leaves_until_it():
    spans = [Span(1, dt.date(2026, 1, 1), None), Span(2, dt.date(2026, 1, 1), None)]

    moved = moves(spans, {2, 3}, JUNE)

    assert moved == Moves(joining=(3,), leaving=(1,))
    after = carried_out(spans, moved, JUNE)
    assert asked_on(after, JUNE - dt.timedelta(days=1)) == {1, 2}
    assert asked_on(after, JUNE) == {2, 3}


def test_an_end_by_hand_stands_while_the_unit_still_belongs_and_a_later_one_counts_once_it_comes():
    ended = Span(1, dt.date(2026, 1, 1), dt.date(2026, 3, 1), is_by_hand=True)
    ending = Span(2, dt.date(2026, 1, 1), dt.date(2026, 9, 1), is_by_hand=True)

    assert moves([ended, ending], {1, 2}, JUNE).is_empty
    assert moves([ended, ending], {1, 2}, dt.date(2026, 10, 1)).is_empty
    assert moves([ended, ending], set(), JUNE).is_empty


def test_a_first_day_by_hand_that_lies_ahead_is_not_begun_anew():
    ahead = Span(1, dt.date(2026, 9, 1), None, is_by_hand=True)

    assert moves([ahead], {1}, JUNE).is_empty
    assert moves([ahead], set(), JUNE).leaving == (1,)


@given(st.lists(st.tuples(DAYS, UNITS), max_size=12))
def test_on_every_day_those_are_asked_who_belonged_last(changes):
    """Whatever joins and leaves on whichever days: after each change the wanted ones are asked, and once each."""
    spans: list[Span] = []
    for day, wanted in sorted(changes, key=lambda change: change[0]):
        spans = carried_out(spans, moves(spans, wanted, day), day)

        assert asked_on(spans, day) == wanted
        assert len({(span.unit_id, span.since) for span in spans}) == len(spans)
        assert moves(spans, wanted, day).is_empty


@given(st.lists(st.tuples(DAYS, UNITS), max_size=8))
def test_nobody_is_asked_twice_on_a_day(changes):
    spans: list[Span] = []
    for day, wanted in sorted(changes, key=lambda change: change[0]):
        spans = carried_out(spans, moves(spans, wanted, day), day)

    for day, _wanted in changes:
        holding = [span.unit_id for span in spans if holds_on(span, day)]
        assert len(holding) == len(set(holding))
