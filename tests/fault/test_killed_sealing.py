"""Sealing killed with -9 before each statement, and beside many writers and others who seal: one whole chain."""

import os
import random
import signal
import time
from collections.abc import Callable
from itertools import count
from typing import Any

import psycopg2.extensions
import pytest

from services.tasks.audit.kinds import LOGS
from shared.database import Cursor, Database
from shared.migrations import migrate
from shared.sealing.sealing import Sealing
from shared.sealing.verifying import findings
from tests.support.checklists import fetch, run
from tests.support.eventually import eventually
from tests.support.tasks import MIGRATIONS

# More than a step needs: the last child comes to its end.
MOST_STATEMENTS = 40
WRITERS, SEALERS, VICTIMS = 3, 2, 6
ROWS = 40
LONGEST_SECONDS = 60
SESSIONS_OF_OTHERS = """
    SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""

_names = count(1)


@pytest.fixture
def log(postgres_server):
    """An empty log; each child opens its own connections."""
    name = f"killed_sealing_{next(_names)}"
    dsn = postgres_server.create_database(name)
    migrate(dsn, MIGRATIONS)
    database = Database(dsn)
    yield database
    database.close()
    postgres_server.drop_database(name)


def child(work: Callable[[], None]) -> int:
    """Carry out `work` in a process of its own."""
    pid = os.fork()
    if pid == 0:
        work()
        os._exit(0)
    return pid


def wait_for(pid: int) -> bool:
    """Whether it came to its end by itself."""
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return False
    assert os.WEXITSTATUS(status) == 0
    return True


def is_right(database: Database) -> bool:
    with database.transaction() as cur:
        return list(findings(cur, LOGS)) == []


def one_step(dsn: str, *, limit: int = 2000) -> int:
    with Database(dsn, size=1).transaction() as cur:
        return Sealing(LOGS).step(cur, limit=limit)


def test_sealing_killed_before_each_statement_leaves_its_rows_waiting_and_the_chain_whole(log):
    kept = 0
    for statement in range(1, MOST_STATEMENTS):
        run(log, "INSERT INTO audit_log (action, subject) VALUES ('unit.saved', %s)", (str(statement),))

        def work(statement: int = statement) -> None:
            _die_before(statement)
            one_step(log.dsn)

        lived = wait_for(child(work))
        # The lock of one who was killed lasts until the server has noticed, and the next would leave the work to it.
        eventually(lambda: not fetch(log, SESSIONS_OF_OTHERS))
        sealed = fetch(log, "SELECT count(*) AS rows FROM log_seal")[0].rows
        assert sealed == (statement if lived else kept)
        assert is_right(log)
        if lived:
            break
    else:
        pytest.fail("no child came to its end")
    assert statement > 5


def _die_before(number: int) -> None:
    plain = psycopg2.extensions.cursor.execute
    left = number

    def execute(cur: Cursor, statement: Any, values: Any = None) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        plain(cur, statement, values)

    Cursor.execute = execute  # type: ignore[method-assign] - of the child alone


def test_many_writers_and_sealers_of_whom_some_are_killed_leave_one_chain_over_every_row(log):
    """Writers hold their transactions open for a while: rows become visible in another order than that of ids."""
    shaken = random.Random(7)
    writers = [child(lambda seed=seed: _write(log.dsn, seed)) for seed in range(WRITERS)]
    sealers = [child(lambda: _seal_for_ever(log.dsn)) for _ in range(SEALERS)]
    for _ in range(VICTIMS):
        time.sleep(shaken.uniform(0.05, 0.2))
        victim = sealers.pop(0)
        os.kill(victim, signal.SIGKILL)
        assert not wait_for(victim)
        sealers.append(child(lambda: _seal_for_ever(log.dsn)))
        assert is_right(log)

    assert all(wait_for(writer) for writer in writers)
    for sealer in sealers:
        os.kill(sealer, signal.SIGKILL)
        wait_for(sealer)
    _seal_the_rest(log)

    rows = fetch(log, "SELECT (SELECT count(*) FROM audit_log) + (SELECT count(*) FROM refusal) AS rows")[0].rows
    numbers = [row.seq for row in fetch(log, "SELECT seq FROM log_seal ORDER BY seq")]
    assert numbers == list(range(1, rows + 1))
    assert rows == WRITERS * ROWS * 2
    assert is_right(log)


def _write(dsn: str, seed: int) -> None:
    shaken = random.Random(seed)
    database = Database(dsn, size=1)
    for number in range(ROWS):
        with database.transaction() as cur:
            cur.execute("INSERT INTO audit_log (action, subject) VALUES ('unit.saved', %s)", (f"{seed}-{number}",))
            time.sleep(shaken.uniform(0, 0.03))
            cur.execute("INSERT INTO refusal (operation, reason, correlation_id) VALUES ('x', '', '')")


def _seal_for_ever(dsn: str) -> None:
    database = Database(dsn, size=1)
    while True:
        with database.transaction() as cur:
            Sealing(LOGS).step(cur, limit=5)
        time.sleep(0.002)


def _seal_the_rest(database: Database) -> None:
    until = time.monotonic() + LONGEST_SECONDS
    while fetch(database, "SELECT 1 FROM log_waiting LIMIT 1"):
        assert time.monotonic() < until
        one_step(database.dsn)
