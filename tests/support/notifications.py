"""The notifications service on a PostgreSQL of its own: a migrated template, cloned for each test.

Events are made by the functions of `tests/support/stats.py`; both services know the same small county.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from services.notifications.service import NotificationsService
from shared.database import Database
from shared.events import Received, RelayTicked
from shared.migrations import migrate
from tests.support.lending import Library
from tests.support.postgres import PostgresServer
from tests.support.stats import NOON, an_example, received

MIGRATIONS = Path(__file__).parents[2] / "services" / "notifications" / "migrations"
TEMPLATE = "notifications_template"


@pytest.fixture(scope="session")
def notifications_template(postgres_server: PostgresServer) -> str:
    migrate(postgres_server.create_database(TEMPLATE), MIGRATIONS)
    return TEMPLATE


@pytest.fixture
def notifications_db(library: Library, notifications_template: str) -> Iterator[Database]:
    with library.lent(notifications_template) as lent:
        yield lent.database


@pytest.fixture
def notifications(notifications_db: Database) -> NotificationsService:
    """The service at noon of the example's day, knowing units, people and rows but no duty."""
    service = NotificationsService(notifications_db)
    learn(service, an_example())
    return service


def learn(service: NotificationsService, events: Sequence[Received]) -> None:
    """Hand `events` to the consumer in one batch and transaction."""
    with service.database.transaction() as cur:
        service.learn(cur, events)


def sweep(service: NotificationsService, now: dt.datetime = NOON) -> None:
    """Sweep at `now`, with a heartbeat of that moment handled before."""
    learn(service, [received(RelayTicked("tasks", now), at=now)])
    service.now = lambda: now
    service.sweep()


def noon_of(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, 4, tzinfo=dt.UTC)
