"""The portal on its own database, calling the real tasks service in this process."""

import os
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from services.portal import clients, rate_limits, sessions
from services.portal.app import create_app
from services.portal.evidence import cabinet
from services.portal.evidence.objects import in_folder
from services.tasks.service import TasksService
from shared.calling.caller import Caller
from shared.database import Database
from shared.delivery.inprocess import InProcess
from shared.migrations import migrate
from tests.support import prepared
from tests.support.lending import Library
from tests.support.pages import Person
from tests.support.postgres import PostgresServer
from tests.support.tasks import World

MIGRATIONS = Path(__file__).parents[2] / "services" / "portal" / "migrations"
TEMPLATE = "portal_template"

_databases = count(1)
_apps: list[Flask] = []
_folder = tempfile.TemporaryDirectory(prefix="evidence-")


def pages_before(caller: Caller, database: Database) -> Flask:
    """The portal's pages, asking `caller` and keeping sessions in `database`, until the next test takes them over.

    A worker makes them once: an app of its own compiles every template and every address that a test opens again, which
    took longer than the tests. What differs from test to test is looked up at each request.
    """
    if not _apps:
        _apps.append(create_app(caller, database, secret=b"a long enough secret", secure_cookies=False))
        if prepared.VARIABLE in os.environ:
            # What one worker of the run has compiled the others take over; a template's text is the key.
            _apps[0].jinja_env.bytecode_cache = FileSystemBytecodeCache(prepared.folder("templates"))
    (app,) = _apps
    clients.install(app, caller)
    rate_limits.install(app, knows_clients=True)
    app.extensions[sessions.EXTENSION] = database
    folder = Path(tempfile.mkdtemp(dir=_folder.name))
    cabinet.install(app, cabinet.Cabinet(in_folder(folder), None, 20, database))
    return app


@pytest.fixture(scope="session")
def portal_template(postgres_server: PostgresServer) -> str:
    migrate(postgres_server.create_database(TEMPLATE), MIGRATIONS)
    return TEMPLATE


@pytest.fixture
def portal_db(library: Library, portal_template: str) -> Iterator[Database]:
    with library.lent(portal_template) as lent:
        yield lent.database


@pytest.fixture
def portal(tasks: TasksService, portal_db: Database) -> Flask:
    """Notifications and stats are not there, as when they are down: pages do without the number of messages."""
    return pages_before(InProcess({"tasks": tasks}), portal_db)


@pytest.fixture
def visit(portal: Flask, world: World) -> Callable[[str], Person]:
    """`visit("staff")` is a signed-in person at a browser of their own."""
    return lambda name: Person(portal).sign_in(name, world.password)
