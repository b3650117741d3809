"""The whole house in one process without its loops: every service on a database of its own, and the portal before them.

Nothing moves by itself. `deliver` hands on the events written since, `remind` lets a sweep go through.
"""

import datetime as dt
import json
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from flask import Flask

from services.notifications.service import NotificationsService
from services.stats.service import StatsService
from services.tasks.service import TasksService
from shared import clock
from shared.calling.service import BaseService
from shared.database import Database
from shared.delivery import outbox
from shared.delivery.broker import matches
from shared.delivery.consuming import handle_batch, patterns_of, read
from shared.delivery.envelope import encode
from shared.delivery.inprocess import InProcess
from shared.delivery.outbox import START, Position
from shared.events import PersonChanged, RelayTicked, UnitChanged
from tests.support.checklists import fetch
from tests.support.notifications import learn
from tests.support.pages import Person
from tests.support.portal import pages_before
from tests.support.stats import received
from tests.support.tasks import World


@dataclass
class House:
    """`databases` by the name of their service, the portal's among them."""

    services: dict[str, BaseService]
    databases: dict[str, Database]
    app: Flask
    world: World
    _positions: dict[str, Position] = field(default_factory=dict)

    def sign_in(self, name: str) -> Person:
        person = Person(self.app).sign_in(name, self.world.password)
        # Whoever was let in stands elsewhere; a test that looks as a stranger would find nothing wrong.
        assert person.path != "/sign-in", person.text
        return person

    def deliver(self) -> None:
        """Hand the events that were written since the last time to whoever listens, as of the test's own clock."""
        for producer in self.services.values():
            with producer.database.transaction() as cur:
                rows = outbox.read_after(cur, self._positions.get(producer.name, START), limit=10_000)
            if rows:
                self._positions[producer.name] = Position(rows[-1].xid, rows[-1].seq)
            for consumer in self.services.values():
                patterns = patterns_of(consumer)
                wanted = [row for row in rows if any(matches(pattern, row.type) for pattern in patterns)]
                handle_batch(consumer, [read(_body(producer.name, row)) for row in wanted])

    def remind(self, now: dt.datetime) -> None:
        """Let a sweep of `now` write its messages, and tasks hear of them."""
        notifications = self.services["notifications"]
        assert isinstance(notifications, NotificationsService)
        learn(notifications, [received(RelayTicked("tasks", now), at=now)])
        notifications.now = lambda: now  # type: ignore[method-assign]
        notifications.sweep()
        self.deliver()


def _body(source: str, row: outbox.Stored) -> bytes:
    now = clock.now()
    return encode(UUID(row.id), row.type, json.loads(row.payload), source=source, time=now, correlation_id="test")


def a_house(tasks: TasksService, databases: dict[str, Database], world: World) -> House:
    """Everything, knowing the small county of `tests/support/tasks.py`; `databases` by name, the portal's too."""
    services: dict[str, BaseService] = {
        "tasks": tasks,
        "stats": StatsService(databases["stats"]),
        "notifications": NotificationsService(databases["notifications"]),
    }
    built = House(services, databases, pages_before(InProcess(services), databases["portal"]), world)
    announce_county(tasks.database)
    built.deliver()
    return built


@pytest.fixture
def house(
    tasks: TasksService, stats_db: Database, notifications_db: Database, portal_db: Database, world: World
) -> House:
    databases = {"tasks": tasks.database, "stats": stats_db, "notifications": notifications_db, "portal": portal_db}
    return a_house(tasks, databases, world)


def announce_county(database: Database) -> None:
    """Write the announcements of units and people that the tests' template put into the tables directly."""
    units = fetch(database, "SELECT id, code, name, kind, parent_id, is_active, version FROM unit ORDER BY id")
    people = fetch(database, "SELECT id, unit_id, post, roles, is_active, version FROM person ORDER BY id")
    with database.transaction() as cur:
        outbox.add(cur, [*(UnitChanged(*unit) for unit in units), *(PersonChanged(*person) for person in people)])
