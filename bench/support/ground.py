"""What a bench stands on: servers of its own, and databases in them.

Called by the module's name (`ground.postgres()`): the tests, whose measures are small, put theirs in the place of each.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from weakref import WeakKeyDictionary

from shared.migrations import migrate
from tests.support import tasks
from tests.support.postgres import PostgresServer
from tests.support.rabbitmq import RabbitServer
from tests.support.started import started

SERVICES = Path(__file__).parents[2] / "services"
# Databases that others are clones of: so are named those that stay as long as their server.
TEMPLATE = "bench_template"

_worlds: WeakKeyDictionary[PostgresServer, tasks.World] = WeakKeyDictionary()
_migrated: WeakKeyDictionary[PostgresServer, set[str]] = WeakKeyDictionary()


@contextmanager
def postgres() -> Iterator[PostgresServer]:
    """A server, gone afterwards."""
    with started(PostgresServer()) as server:
        yield server


@contextmanager
def rabbit() -> Iterator[RabbitServer]:
    """A broker, gone afterwards."""
    with started(RabbitServer()) as server:
        yield server


def migrated(server: PostgresServer, name: str, service: str) -> str:
    """The address of a new database with the tables of a service; of several only the first is migrated."""
    template = f"{TEMPLATE}_{service}"
    known = _migrated.setdefault(server, set())
    if service not in known:
        # yoyo prints the results of SELECTs.
        with redirect_stdout(sys.stderr):
            migrate(server.create_database(template), SERVICES / service / "migrations")
        known.add(service)
    return server.create_database(name, template)


def county(server: PostgresServer, name: str) -> tuple[str, tasks.World]:
    """A new database of the tasks service with the small county of the tests in it: its address, and the ids."""
    template = f"{TEMPLATE}_county"
    if server not in _worlds:
        _worlds[server] = tasks.a_county(server, template)[1]
    return server.create_database(name, template), _worlds[server]
