"""A process that stands still in the middle of what it does with the database keeps no lock of the one that leads."""

import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from shared.delivery.outbox_session import RELAY_LOCK, OutboxSession
from shared.limits import RELAY
from tests.support.eventually import eventually

ROOT = Path(__file__).parents[2]
# One of them stands still as long as in the product: what the others wait for is a setting that takes any number.
QUICK = 3.0
MARGIN = RELAY.taken_over - RELAY.silence
HURRY = """
from dataclasses import replace
from shared import limits
limits.{0} = replace(limits.{0}, silence={1})
"""
HELD = f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = {RELAY_LOCK} AND granted"
LEADS = """
import os, signal, sys
from shared.delivery.outbox_session import OutboxSession
session = OutboxSession(sys.argv[1])
assert session.lead()
"""
STOP_WHILE_READING = """
import threading
def stop_soon():
    with OutboxSession(sys.argv[1]).transaction() as cur:
        while True:
            cur.execute("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'ClientWrite' AND query LIKE '%many signs%'")
            if cur.fetchone():
                os.kill(os.getpid(), signal.SIGSTOP)
            cur.execute("SELECT pg_stat_clear_snapshot()")
threading.Thread(target=stop_soon, daemon=True).start()
"""
STOP = "os.kill(os.getpid(), signal.SIGSTOP)\n"
WHERE = {
    "between two transactions": STOP,
    "within a transaction": "with session.transaction() as cur:\n    cur.execute('SELECT 1')\n    " + STOP,
    "before it takes in what it asked for": STOP_WHILE_READING
    + """
with session.transaction() as cur:
    cur.execute("SELECT repeat('many signs', 100000) FROM generate_series(1, 1000)")
""",
}

LOCKS = f"""
import os, signal, sys
from shared.database import Database
from shared.delivery.outbox_session import OutboxSession
{STOP_WHILE_READING}
with Database(sys.argv[1]).transaction() as cur:
    cur.execute("SELECT pg_advisory_xact_lock({RELAY_LOCK})")
    cur.execute("SELECT repeat('many signs', 100000) FROM generate_series(1, 1000)")
"""


@pytest.mark.parametrize("point", WHERE)
def test_the_lock_is_free_when_who_leads_stands_still(path, point):
    silence = RELAY.silence if point == "between two transactions" else QUICK
    with _stopped(HURRY.format("RELAY", silence) + LEADS + WHERE[point], path):
        eventually(lambda: path.value(path.produced, HELD) == 0, within=silence + MARGIN)

        standby = OutboxSession(path.produced.dsn)
        assert standby.lead()
        standby.close()


def test_the_locks_of_a_transaction_are_free_when_its_process_stands_still_while_it_reads(path):
    with _stopped(HURRY.format("DATABASE", QUICK) + LOCKS, path):
        eventually(lambda: path.value(path.produced, HELD) == 0, within=QUICK + MARGIN)


@contextmanager
def _stopped(program, path):
    """The program, which has stopped itself with the lock in its hands."""
    child = subprocess.Popen([sys.executable, "-c", program, path.produced.dsn], cwd=ROOT)
    try:
        eventually(lambda: psutil.Process(child.pid).status() == psutil.STATUS_STOPPED, within=20)
        assert path.value(path.produced, HELD) == 1
        yield
    finally:
        with suppress(ProcessLookupError):
            child.kill()
        child.wait(10)
