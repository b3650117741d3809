"""What a message says of itself is believed as far as one of our own processes could have written it."""

import json
from uuid import uuid4

import pytest

from shared.calling.caller import Call
from shared.correlation import LONGEST
from shared.delivery import broker
from shared.delivery.envelope import decode

EVENT = {
    "specversion": "1.0",
    "id": str(uuid4()),
    "source": "/qingdan/tasks",
    "type": "qingdan.relay.ticked.v1",
    "time": "2026-06-10T04:00:00+00:00",
    "data": {"database": "tasks", "ticked_at": "2026-06-10T04:00:00+00:00"},
}
FOREIGN = ["a\nb", "a\x1b[31m", "\u202eabc", "a b", "x" * (LONGEST + 1), 7, None, ["a"], {"a": 1}]
OWN = ["0f" * 16, "c-1", "sweep:2026-06-10", "x" * LONGEST]


@pytest.mark.parametrize("found", OWN)
def test_numbers_of_ours_go_on(found):
    assert Call.from_dict({"params": {}, "correlation_id": found}).correlation_id == found
    assert decode(json.dumps(EVENT | {"correlationid": found}).encode()).correlation_id == found


@pytest.mark.parametrize("found", FOREIGN, ids=repr)
def test_foreign_ones_do_not(found):
    assert Call.from_dict({"params": {}, "correlation_id": found}).correlation_id == ""
    assert decode(json.dumps(EVENT | {"correlationid": found}).encode()).correlation_id == ""


@pytest.mark.parametrize("attempts", range(len(broker.RETRY_DELAYS) + 2))
def test_attempts_are_counted_up_to_the_last(attempts):
    assert broker.attempts_of({broker.ATTEMPTS_HEADER: attempts}) == attempts


@pytest.mark.parametrize("attempts", [-1, len(broker.RETRY_DELAYS) + 2, 10**9, 10**30, 1.5, "3", None, b"3"], ids=repr)
def test_others_are_a_first_attempt(attempts):
    assert broker.attempts_of({broker.ATTEMPTS_HEADER: attempts}) == 0


def test_a_message_without_headers_is_one():
    assert broker.attempts_of(None) == broker.attempts_of({}) == 0
