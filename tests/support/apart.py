"""The same house in the distributed mode: services and relays are the product's own processes on a real broker.

Only the clock is the test's: each process reads it from a file. Calls travel by the broker, and so do events.
"""

import datetime as dt
import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.calling.caller import Call
from shared.calling.proof import Signer
from shared.calling.rpc import RpcCaller
from shared.delivery import outbox
from shared.delivery.broker import matches
from shared.delivery.consuming import patterns_of
from shared.delivery.outbox import START, Position
from shared.errors import TryAgain
from shared.process.settings import SERVICES
from tests.support.checklists import fetch
from tests.support.eventually import eventually
from tests.support.house import House
from tests.support.processes import ServerProcess
from tests.support.tasks import Caller

ROOT = Path(__file__).parents[2]
KEY = "the-key-of-all-services-in-a-test"
# What stats tells concerns no duty.
COMMANDS = tuple(
    (kind, name)
    for kind in ("relay", "service")
    for name in ("tasks", "notifications", "stats")
    if (kind, name) != ("relay", "stats")
)


@dataclass(frozen=True, slots=True)
class RemoteCaller(Caller):
    """As its parent, by the broker."""

    rpc: RpcCaller | None = None

    def __call__(
        self,
        operation: str,
        params: dict[str, Any] | None = None,
        *,
        as_: str | int | None = None,
        command_id: UUID | None = None,
    ) -> dict[str, Any]:
        assert self.rpc is not None
        person_id = self.world.people[as_] if isinstance(as_, str) else as_
        return self.rpc.call("tasks", operation, Call(params or {}, person_id, command_id or uuid4(), "test"))


@dataclass
class HouseApart(House):
    """`deliver` waits for the processes to have handed on what was written."""

    def deliver(self) -> None:
        for producer in self.services.values():
            with producer.database.transaction() as cur:
                rows = outbox.read_after(cur, self._positions.get(producer.name, START), limit=10_000)
            if rows:
                self._positions[producer.name] = Position(rows[-1].xid, rows[-1].seq)
            for consumer in self.services.values():
                patterns = patterns_of(consumer)
                wanted = [row.id for row in rows if any(matches(pattern, row.type) for pattern in patterns)]
                _wait_until_taken(consumer.name, self.databases[consumer.name], wanted)


def _wait_until_taken(name: str, database: Any, wanted: list[str]) -> None:
    def is_taken() -> bool:
        count = "SELECT count(*) AS taken FROM inbox WHERE event_id = ANY (%s::uuid[])"
        return bool(fetch(database, count, (wanted,))[0].taken == len(wanted))

    if wanted:
        eventually(is_taken, within=30, message=f"{name} did not take what it listens to")


@dataclass
class Apart:
    """A house whose services run apart, how to call it, and how to move its clock."""

    house: HouseApart
    call: RemoteCaller
    move: Callable[[dt.date], None]


@pytest.fixture
def apart(house: House, today: Callable[[dt.date], None], rabbit_vhost: str, tmp_path: Path) -> Iterator[Apart]:
    day = tmp_path / "day"

    def move(to: dt.date) -> None:
        day.with_suffix(".new").write_text(to.isoformat())
        day.with_suffix(".new").rename(day)
        today(to)

    move(dt.date(2026, 5, 8))
    environment = os.environ | {
        "QINGDAN_BROKER_URL": rabbit_vhost,
        "QINGDAN_MONITOR_PORT": "0",
        **{f"QINGDAN_{name.upper()}_DATABASE_URL": database.dsn for name, database in house.databases.items()},
        **{f"QINGDAN_{name.upper()}_CALL_KEY": KEY for name in SERVICES},
    }
    running = [
        ServerProcess(
            [sys.executable, "-m", "tests.support.moved_clock", str(day), *command],
            folder=ROOT,
            log=tmp_path / f"{'-'.join(command)}.log",
            environment=environment,
        )
        for command in COMMANDS
    ]
    with RpcCaller(rabbit_vhost, Signer(dict.fromkeys(SERVICES, (KEY,)))) as rpc:
        call = RemoteCaller(house.services["tasks"], house.world, rpc)  # type: ignore[arg-type]
        try:
            eventually(lambda: _answers(call), within=60, message="the service of tasks does not answer")
            house_apart = HouseApart(house.services, house.databases, house.app, house.world)
            yield Apart(house_apart, call, move)
        finally:
            for process in running:
                os.kill(process.pid, signal.SIGTERM)
            for process in running:
                process.terminate(signal.SIGTERM)
                print(process.log_tail(30))  # noqa: T201 - pytest shows it when the test failed


def _answers(call: RemoteCaller) -> bool:
    try:
        call("who_am_i", {}, as_="staff")
    except TryAgain:
        return False
    return True
