"""What a listener should have heard: whatever heartbeats are lost, doubled or late, it knows what it was not told."""

import datetime as dt
import json
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.delivery.housekeeping import TICK_SECONDS
from shared.delivery.relay import AGAIN_SECONDS
from shared.events import DutySubmitted, PersonChanged
from shared.hearing.asking import PATIENCE_SECONDS, Question, Wants, question_of
from shared.hearing.packing import MOST_IDS, pack, unpack
from shared.hearing.spans import Heard, Position, Span, tell

NOON = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
ROWS = 30
positions = st.integers(0, ROWS).map(lambda number: Position(number, number % 3))


def spans(*ends):
    return Span(*(Position(end, 0) for end in ends))


def rows_of(*parts):
    """The rows that lie in the stretches; a row has the number of its position."""
    return {row for part in parts for row in range(ROWS + 1) if part.after < Position(row, 0) <= part.until}


@st.composite
def logs(draw):
    """The heartbeats of a log in their order, each of which begins where the one before ended."""
    ends = sorted(draw(st.sets(st.integers(1, ROWS), min_size=2)))
    return [(spans(a, b), NOON + dt.timedelta(seconds=b)) for a, b in zip([0, *ends], ends, strict=False)]


@given(logs(), st.data())
def test_what_was_not_told_is_known_whatever_arrives(log, data):
    """The first heartbeat begins. Afterwards each row is told of, is in a hole, or is still to come."""
    others = data.draw(st.lists(st.sampled_from(log)))
    first, at = log[0]
    heard, told = tell(None, first, at).heard, set()
    for span, ticked_at in others:
        change = tell(heard, span, ticked_at)
        assert not change.is_anew
        told |= rows_of(span) if change.is_news else set()
        heard = change.heard

        begun = rows_of(Span(first.until, heard.until))
        assert told - rows_of(first) | rows_of(*heard.holes) == begun
        assert not told & rows_of(*heard.holes)
    assert heard.until == max(span.until for span, _ in [log[0], *others])


@given(logs())
def test_a_log_that_comes_whole_in_its_order_leaves_no_hole(log):
    heard = None
    for number, (span, ticked_at) in enumerate(log):
        change = tell(heard, span, ticked_at)
        heard = change.heard
        assert change.is_news == (number > 0)
    assert heard == Heard(log[-1][0].until, log[-1][1])


@given(logs(), st.data())
def test_a_hole_closes_when_its_heartbeats_come_after_all(log, data):
    heard = None
    for span, ticked_at in [log[0], log[-1], *data.draw(st.permutations(log))]:
        heard = tell(heard, span, ticked_at).heard
    assert heard.holes == frozenset()


@given(positions, positions, positions, positions)
def test_what_is_left_of_a_stretch(a, b, c, d):
    span, other = Span(min(a, b), max(a, b)), Span(min(c, d), max(c, d))

    left = span.without(other)

    assert rows_of(*left) == rows_of(span) - rows_of(other)
    assert not any(part.is_empty or part.overlaps(other) for part in left)


def test_a_log_that_was_set_back_begins_anew():
    """A newer heartbeat ends before what was heard: the source was restored, and its rows have other numbers."""
    heard = Heard(Position(20, 1), NOON, frozenset({spans(5, 9)}))

    change = tell(heard, spans(8, 12), NOON + dt.timedelta(seconds=10))

    assert (change.is_anew, change.is_news) == (True, True)
    assert change.heard == Heard(Position(12, 0), NOON + dt.timedelta(seconds=10))


def test_a_heartbeat_that_is_told_again_sets_nothing_back():
    heard = Heard(Position(20, 1), NOON)

    change = tell(heard, spans(8, 12), NOON - dt.timedelta(seconds=10))

    assert (change.heard, change.is_news, change.is_anew) == (heard, False, False)


@given(st.lists(st.tuples(st.sampled_from([DutySubmitted.TYPE, PersonChanged.TYPE]), st.uuids()), max_size=50))
def test_named_events_come_out_as_they_went_in(rows):
    told = pack((event_type, str(event_id)) for event_type, event_id in rows)

    assert unpack(told, lambda _: True) == [
        event_id for event_type in sorted({of for of, _ in rows}) for of, event_id in rows if of == event_type
    ]
    assert unpack(told, lambda event_type: event_type.startswith("person")) == [
        event_id for event_type, event_id in rows if event_type == PersonChanged.TYPE
    ]


def test_a_full_heartbeat_fits_into_a_message():
    told = pack((DutySubmitted.TYPE, str(uuid4())) for _ in range(MOST_IDS))

    assert len(json.dumps(told)) < 48 * 1024


@pytest.mark.parametrize("text", ["?", "AAA", "AAAA", "é"])
def test_what_is_no_list_of_ids_names_nothing(text):
    assert unpack({DutySubmitted.TYPE: text}, lambda _: True) == []


def test_a_question_arrives_as_it_was_asked():
    asked = Question("tasks", "stats", Wants.EVENTS, spans(3, 9), (str(UUID(int=7)),))

    assert question_of("tasks", asked.as_json()) == asked


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{}", b"\xff", b"7",
        b'{"consumer": "stats", "wants": "all", "after": [1, 2], "until": [1, 2], "event_ids": []}',
        b'{"consumer": "stats", "wants": "names", "after": [1], "until": [1, 2], "event_ids": []}',
        b'{"consumer": "stats", "wants": "names", "after": [-1, 0], "until": [1, 2], "event_ids": []}',
        b'{"consumer": "stats", "wants": "events", "after": [1, 0], "until": [1, 2], "event_ids": ["x"]}',
        b'{"consumer": "stats", "wants": "names", "after": [1, true], "until": [1, 2], "event_ids": []}',
        b'{"consumer": "stats", "wants": "names", "after": [1, 2], "until": [9223372036854775808, 2], "event_ids": []}',
        b'{"consumer": "stats", "wants": "names", "after": [1, 2], "until": [1, %s], "event_ids": []}' % (b"9" * 5000),
        json.dumps(
            {
                "consumer": "stats",
                "wants": "events",
                "after": [1, 2],
                "until": [1, 3],
                "event_ids": [str(UUID(int=n)) for n in range(MOST_IDS + 1)],
            }
        ).encode(),
    ],
)  # fmt: skip
def test_what_is_no_question_is_refused(body):
    with pytest.raises(ValueError, match=r"\S"):
        question_of("tasks", body)


def test_what_was_lost_is_asked_for_within_a_minute():
    """The next heartbeat, patience, the names of what was lost, patience again, the events."""
    assert TICK_SECONDS + 2 * (PATIENCE_SECONDS + 4 * AGAIN_SECONDS) < 45
