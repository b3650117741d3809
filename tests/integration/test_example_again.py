"""The example's folder outlives a database: the sign-ins that are printed are those of the database that is there."""

import pytest

from services.running import example
from services.running.home import open_home
from services.running.registry import migrate_database
from services.tasks.issuing.issuer import Issuer
from services.tasks.service import TasksService
from shared.calling.caller import Call
from shared.database import Database
from shared.delivery.inprocess import InProcess


@pytest.fixture
def new_database(postgres_server):
    dsn = postgres_server.create_database("example_again")
    migrate_database("tasks", dsn)
    database = Database(dsn, size=4)
    issuer = Issuer(database)
    issuer.start()
    yield database
    issuer.stop()
    database.close()
    postgres_server.drop_database("example_again")


@pytest.fixture
def old_home(tmp_path):
    """A folder that says that the example is complete: it was, in some other database."""
    home = open_home(tmp_path)
    state = example._load_or_start(home)
    example.write_private(home.example_file, {**state, "complete": True})
    return home


def test_the_example_is_made_in_a_database_that_does_not_have_it(old_home, new_database):
    caller = InProcess({"tasks": TasksService(new_database)})

    example.create_once(old_home, caller, new_database)

    password = example._load_or_start(old_home)["passwords"]["leader"]
    assert caller.call("tasks", "sign_in", Call({"name": "leader", "password": password}))["person_id"]
