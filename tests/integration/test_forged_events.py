"""What a message says fits its column or is refused at the border: nothing that is forged goes round the ladder.

Each stored example of an event is changed in one place at a time, and handed to every service.
"""

import copy
import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from services.notifications.service import NotificationsService
from services.running.registry import topology
from services.stats.service import StatsService
from services.tasks.service import TasksService
from shared.delivery.broker import is_heard
from shared.delivery.consuming import Result, handle_batch, read
from shared.delivery.envelope import UnreadableEventError
from tests.support.example_events import FOLDER

FORGED = [
    *(10**30, 2**63, 2**63 - 1, 2**31, 2**31 - 1, -1, 0, 1.5, True, None, [], {}, "", "x", "1e400", "Infinity", "NaN"),
    *("\0", "徽\0城", "\ud800", "\u202e城镇", "9" * 400, "字" * 12_000, "0001-01-01", "9999-12-31", "2026-02-31"),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-05-08T01:00:00", ["x"], {"x": "y"}),
]
STORED = [json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))]
# One of each shape: a dozen things that happen to a duty say the same of it.
EXAMPLES = {tuple(sorted(one["data"])): one for one in STORED}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where something stands in the data of an event."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inner:
        yield (*path, name)
        yield from places(one, (*path, name))


def forged(example: dict[str, Any]) -> Iterator[bytes]:
    for *above, last in places(example["data"]):
        for value in FORGED:
            event = copy.deepcopy(example) | {"id": str(uuid4())}
            at = event["data"]
            for name in above:
                at = at[name]
            at[last] = value
            yield json.dumps(event).encode()
            if isinstance(at, dict) and isinstance(value, str):
                at[value] = at.pop(last)
                yield json.dumps(event | {"id": str(uuid4())}).encode()


@pytest.fixture
def listeners(tasks_db, stats_db, notifications_db):
    return [TasksService(tasks_db), StatsService(stats_db), NotificationsService(notifications_db)]


def test_nothing_that_is_forged_comes_again(listeners):
    wrong, known = [], 0
    for example in EXAMPLES.values():
        deliveries = [read(body) for body in forged(example)]
        readable = [one for one in deliveries if not isinstance(one.event, UnreadableEventError)]
        known += len(readable)
        for service in listeners:
            heard = [one for one in readable if is_heard(topology()[service.name], one.event.type)]
            outcomes = handle_batch(service, heard)
            wrong += [
                f"{service.name}: {one.body.decode()[-300:]} {outcome.reason[:200]}"
                for one, outcome in zip(heard, outcomes, strict=True)
                if outcome.result in (Result.RETRY, Result.LATER)
            ]
    assert wrong == []
    assert known
