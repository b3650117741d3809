"""Several events in one message: joined and taken apart, each with its own verdict."""

from __future__ import annotations

import datetime as dt
import json
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.delivery.envelope import UnreadableEventError, apart, decode, encode, join
from shared.delivery.outbox import Stored
from shared.delivery.sending import MOST_BYTES, MOST_TOGETHER, body_of, together
from shared.events import Received

AT = dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC)
NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=200)


def stored(number: int, name: str = "县教育局", event_type: str = "unit.changed.v1") -> Stored:
    payload = {"unit_id": number + 1, "code": "A", "name": name, "kind": "department", "parent_id": None}
    payload |= {"is_active": True, "version": 1}
    return Stored(1, number, str(UUID(int=number)), event_type, json.dumps(payload), f"click-{number}", AT)


@given(st.lists(NAMES, min_size=1, max_size=5))
def test_what_was_joined_comes_apart_event_by_event(names):
    bodies = [body_of(stored(number, name), "tasks") for number, name in enumerate(names)]

    found = apart(join(bodies))

    assert [body for body, _ in found] == bodies
    assert [event for _, event in found] == [decode(body) for body in bodies]
    assert [event.data.name for _, event in found if isinstance(event, Received)] == names


def test_a_stored_payload_travels_as_one_that_was_written_now():
    row = stored(1, '"引号" \\ \n')

    written = encode(
        UUID(row.id), row.type, json.loads(row.payload), source="tasks", time=AT, correlation_id=row.correlation_id
    )

    assert decode(body_of(row, "tasks")) == decode(written)


def test_what_is_wrong_with_one_is_said_of_it_alone():
    good = body_of(stored(1), "tasks")
    bad = good.replace(b'"specversion":"1.0"', b'"specversion":"7"')

    first, second, third = apart(join([good, bad, b"7"]))

    assert isinstance(first[1], Received)
    assert (second[0], type(second[1])) == (bad, UnreadableEventError)
    assert (third[0], type(third[1])) == (b"7", UnreadableEventError)


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[", b"[1", b"[1,]", b"[1] 2", b"[1 2]", b",1]", b"\xff", b"[]]", b"[" * 9999]
)
def test_what_is_no_message_of_several_is_refused(body):
    with pytest.raises(UnreadableEventError):
        apart(body)


@given(st.lists(st.sampled_from(["unit.changed.v1", "duty.submitted.v1"]), max_size=60), st.integers(1, 40_000))
def test_each_row_travels_once_in_its_order_beside_its_kind_alone(types, length):
    rows = [stored(number, "长" * (length if number % 7 == 0 else 3), of) for number, of in enumerate(types)]

    messages = list(together(rows, "tasks"))

    assert [row for several in messages for row, _ in several] == rows
    for several in messages:
        assert len({row.type for row, _ in several}) == 1
        assert len(several) == 1 or sum(len(body) for _, body in several) <= MOST_BYTES


def test_as_many_as_fit_travel_together():
    rows = [stored(number, "短") for number in range(3 * MOST_TOGETHER)]

    sizes = [len(several) for several in together(rows, "tasks")]

    weight = len(body_of(rows[-1], "tasks"))
    assert min(sizes[:-1]) >= min(MOST_TOGETHER, MOST_BYTES // weight) - 1
