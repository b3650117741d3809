"""The event path of the fault and integration tests: two databases, a virtual host, processes that can be killed.

Take the fixtures `path` (everything, nothing started) through tests/conftest.py.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pika
import pytest

from shared.database import Database
from shared.delivery import deadletters, outbox
from shared.delivery.envelope import BATCH_CONTENT_TYPE, Received, apart, decode
from shared.migrations import migrate
from tests.support.counting_service import SCHEMA, submitted
from tests.support.eventually import eventually
from tests.support.postgres import PostgresServer
from tests.support.processes import ServerProcess
from tests.support.rabbitmq import RabbitServer

ROOT = Path(__file__).parents[2]
TEMPLATE = "plumbing_template"
EVENTS = "counting.events"
DEAD = "counting.dead"

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Left:
    """A message that nobody has taken; the broker may have meant it for somebody before."""

    event_id: str
    is_redelivered: bool


@dataclass
class EventPath:
    """`produced` and `counting` are the databases of the two ends; processes started here are ended by the fixture.

    Their logs are in `folder`, which no other worker of the run may share: it would take them away.
    """

    produced: Database
    counting: Database
    broker_url: str
    rabbit: RabbitServer
    postgres: PostgresServer
    folder: Path
    processes: list[ServerProcess] = field(default_factory=list)

    def emit(self, number: int, *, first: int = 1, period: str = "2026", together: int = 10) -> None:
        """Write `number` events, `together` in one transaction."""
        for start in range(first, first + number, together):
            duties = range(start, min(start + together, first + number))
            with self.produced.transaction() as cur:
                outbox.add(cur, [submitted(duty, period=period) for duty in duties], correlation_id="test")

    def start_relay(
        self, *suicide: str, service: str = "producing", broker_url: str = "", dsn: str = "", monitor: int = 0
    ) -> ServerProcess:
        """The relay of the producing database, or with `service="counting"` the consumer's own."""
        default = self.counting.dsn if service == "counting" else self.produced.dsn
        return self._start(service, dsn or default, broker_url or self.broker_url, monitor, suicide)

    def start_service(
        self, *suicide: str, broker_url: str = "", dsn: str = "", monitor: int = 0, key: str = ""
    ) -> ServerProcess:
        """The consuming service; with a key it asks its callers for signatures."""
        return self._start(
            f"service proven by {key}" if key else "service",
            dsn or self.counting.dsn,
            broker_url or self.broker_url,
            monitor,
            suicide,
        )

    def counted(self) -> int:
        """How often an event took effect; twice the same counts twice."""
        return int(self.value(self.counting, "SELECT coalesce(sum(total), 0) FROM tally"))

    def distinct(self) -> int:
        return int(self.value(self.counting, "SELECT count(DISTINCT duty_id) FROM took"))

    def taken(self) -> set[str]:
        """The ids of the events that took effect."""
        with self.counting.transaction() as cur:
            cur.execute("SELECT event_id::text FROM took")
            return {event_id for (event_id,) in cur.fetchall()}

    def relayed(self) -> int:
        """How many events the relay of the producing end has passed on by now, heartbeats too."""
        return int(
            self.value(
                self.produced,
                """
                SELECT count(*) FROM outbox CROSS JOIN outbox_position AS reached
                WHERE reached.reader = 'relay' AND (outbox.xid, outbox.seq) <= (reached.xid, reached.seq)
                """,
            )
        )

    def relay_one_by_one(self) -> None:
        """Have each event travel alone, as while the release before may hear of it."""
        with self.produced.transaction() as cur:
            cur.execute("DROP FUNCTION events_may_travel_together")

    def ready(self) -> int:
        """How many messages wait; several events may share one."""
        return self.rabbit.queue(EVENTS, self.broker_url).ready

    def left(self) -> list[Left]:
        """What lies in the consumer's queue. Looking marks all of it as redelivered."""
        found = []
        with pika.BlockingConnection(pika.URLParameters(self.broker_url)) as connection:
            channel = connection.channel()
            while (got := channel.basic_get(EVENTS))[0] is not None:
                method, properties, body = got
                is_batch = properties.content_type == BATCH_CONTENT_TYPE
                events = [event for _, event in apart(body)] if is_batch else [decode(body)]
                found += [Left(str(one.id), method.redelivered) for one in events if isinstance(one, Received)]
        return found

    def parked(self) -> list[Any]:
        with self.counting.transaction() as cur:
            return deadletters.list_parked(cur)

    def position(self) -> tuple[int, int]:
        """How far the relay of the producing database has come."""
        with self.produced.transaction() as cur:
            return tuple(outbox.load_position(cur, "relay"))

    def value(self, database: Database, statement: str) -> Any:
        with database.transaction() as cur:
            cur.execute(statement)
            return cur.fetchone()[0]

    def wait_until_counted(self, number: int, *, within: float = 30.0) -> None:
        """Wait for exactly `number` effects of as many events, and make sure that no more come."""
        eventually(lambda: self.counted() >= number, within=within, message=f"{number} events were not counted")
        assert (self.counted(), self.distinct()) == (number, number)

    def wait_until_consuming(self) -> None:
        eventually(lambda: self.rabbit.queue(EVENTS, self.broker_url).consumers == 1, within=30)

    def wait_until_empty(self) -> None:
        """No message is ready or under way in the consumer's queue."""

        def is_empty() -> bool:
            queue = self.rabbit.queue(EVENTS, self.broker_url)
            return queue.ready == 0 and queue.unacknowledged == 0

        eventually(is_empty, within=30)

    def _start(self, kind: str, dsn: str, broker_url: str, monitor: int, suicide: tuple[str, ...]) -> ServerProcess:
        process = ServerProcess(
            [sys.executable, "-m", "tests.support.victims", json.dumps([kind, dsn, broker_url, monitor, *suicide])],
            folder=ROOT,
            log=self.folder / f"{kind.split(maxsplit=1)[0]}-{next(_numbers)}.log",
            # As `qingdan cluster` starts them: nothing here has a name that is looked up.
            environment=os.environ | {"EVENTLET_NO_GREENDNS": "yes"},
        )
        self.processes.append(process)
        return process


@pytest.fixture(scope="session")
def plumbing_template(postgres_server: PostgresServer) -> str:
    dsn = postgres_server.create_database(TEMPLATE)
    migrate(dsn)
    with postgres_server.cursor(TEMPLATE) as cur:
        cur.execute(SCHEMA)
    return TEMPLATE


@pytest.fixture
def produced(postgres_server: PostgresServer, plumbing_template: str) -> Iterator[Database]:
    yield from _clone(postgres_server, plumbing_template, "produced")


@pytest.fixture
def counting(postgres_server: PostgresServer, plumbing_template: str) -> Iterator[Database]:
    yield from _clone(postgres_server, plumbing_template, "counting")


@pytest.fixture
def path(
    produced: Database,
    counting: Database,
    rabbit_vhost: str,
    rabbit_server: RabbitServer,
    postgres_server: PostgresServer,
    tmp_path: Path,
) -> Iterator[EventPath]:
    found = EventPath(produced, counting, rabbit_vhost, rabbit_server, postgres_server, tmp_path)
    yield found
    for process in found.processes:
        with suppress(ProcessLookupError):
            process.kill()
        print(process.log_tail(60))  # noqa: T201 - pytest shows it when the test failed
    # A fault test may fail while a server is stopped or frozen; the next test must find it well.
    for server in (rabbit_server, postgres_server):
        if server.is_running:
            server.thaw()
        server.start()


def _clone(server: PostgresServer, template: str, name: str) -> Iterator[Database]:
    database = Database(server.create_database(f"{name}_{next(_numbers)}", template))
    yield database
    database.close()
    server.drop_database(database.dsn.rsplit("/", maxsplit=1)[1])
