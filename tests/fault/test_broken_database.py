"""PostgreSQL restarted, killed and frozen in the middle: the processes stay, hold what they have, and heal."""

import pytest

from shared.calling.caller import Call
from shared.calling.rpc import RpcCaller
from shared.database import Database
from shared.errors import TryAgain
from tests.support.eventually import eventually
from tests.support.postgres import PostgresServer

EVENTS = 100


@pytest.fixture
def running(path):
    path.start_relay()
    path.start_service()
    path.emit(EVENTS)
    path.wait_until_counted(EVENTS)
    yield path
    for database in (path.produced, path.counting):
        database.close()


@pytest.mark.parametrize("end", [PostgresServer.stop, PostgresServer.kill])
def test_the_database_ends_in_the_middle_and_comes_back(running, end):
    running.emit(EVENTS, first=EVENTS + 1)
    end(running.postgres)
    eventually(lambda: "database" in running.processes[1].log_tail(), within=20)
    running.postgres.start()
    _renew(running)

    running.emit(EVENTS, first=2 * EVENTS + 1)

    running.wait_until_counted(3 * EVENTS, within=60)
    running.wait_until_empty()
    assert running.parked() == []
    assert all(process.is_running for process in running.processes)


def test_the_database_freezes_and_thaws(running):
    running.emit(EVENTS, first=EVENTS + 1)
    running.postgres.freeze()
    with RpcCaller(running.broker_url) as caller, pytest.raises(TryAgain):
        caller.call("counting", "pause", Call({"seconds": 0}))
    running.postgres.thaw()

    running.wait_until_counted(2 * EVENTS, within=60)


def test_the_database_restarts_under_load(running):
    total = EVENTS
    for _ in range(3):
        running.emit(EVENTS, first=total + 1)
        total += EVENTS
        running.postgres.restart()
        _renew(running)

    running.wait_until_counted(total, within=60)
    assert running.parked() == []


def test_processes_that_start_before_the_database_wait_for_it(path):
    path.emit(EVENTS)
    path.postgres.stop()
    path.start_relay()
    path.start_service()
    eventually(lambda: all("check fails" in process.log_tail() for process in path.processes), within=20)

    path.postgres.start()
    _renew(path)

    path.wait_until_counted(EVENTS, within=60)


def _renew(path):
    """The test's own pools hold connections of the server that ended."""
    for name in ("produced", "counting"):
        old = getattr(path, name)
        old.close()
        setattr(path, name, Database(old.dsn))
