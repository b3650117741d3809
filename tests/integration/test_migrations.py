"""Migrations run one after the other, and who waits for its turn holds nothing up."""

import threading

import psycopg2
import pytest

from shared import migrations
from shared.migrations import MIGRATION_LOCK, migrate
from tests.support.eventually import eventually

ASKED = """
    SELECT 1 FROM pg_stat_activity
    WHERE datname = 'turns' AND pid <> pg_backend_pid() AND query LIKE '%advisory_lock%'
"""

HELD = f"SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = {MIGRATION_LOCK} AND granted"


@pytest.fixture
def dsn(postgres_server):
    dsn = postgres_server.create_database("turns")
    yield dsn
    postgres_server.drop_database("turns")


@pytest.fixture
def other(dsn):
    """A session beside the migrations, each of whose statements is a transaction."""
    connection = psycopg2.connect(dsn, options="-c statement_timeout=10s")
    connection.autocommit = True
    with connection.cursor() as cur:
        yield cur
    connection.close()


def test_an_index_is_built_beside_the_work_while_a_migration_waits_for_its_turn(dsn, other):
    """Such an index waits for every snapshot that is older than itself."""
    other.execute("SELECT pg_advisory_lock(%s)", (MIGRATION_LOCK,))
    other.execute("CREATE TABLE thing (id bigint)")
    waiting = threading.Thread(target=migrate, args=(dsn,))
    waiting.start()
    eventually(lambda: _found(other, ASKED))

    other.execute("CREATE INDEX CONCURRENTLY thing_id ON thing (id)")

    assert not _found(other, "SELECT 1 FROM pg_class WHERE relname = 'outbox'")
    other.execute("SELECT pg_advisory_unlock(%s)", (MIGRATION_LOCK,))
    waiting.join(30)
    assert _found(other, "SELECT 1 FROM pg_class WHERE relname = 'outbox'")


def test_a_migration_that_stands_still_holds_up_no_other_for_ever(dsn, other, monkeypatch):
    """The database ends its sessions, and it notices before it goes on."""
    monkeypatch.setattr(migrations, "_ENDS_WHEN_SILENT", migrations._ENDS_WHEN_SILENT.replace("15s", "1s"))
    monkeypatch.setattr(migrations, "WORD_SECONDS", 0.2)
    with migrations._alone(dsn) as lock:
        with monkeypatch.context() as frozen:
            frozen.setattr(migrations, "_say_a_word", _stands_still)
            eventually(lambda: _found(other, HELD) is False)
        assert migrate(dsn)

        with pytest.raises(psycopg2.OperationalError):
            lock.cursor().execute("SELECT")


def test_the_lock_is_kept_while_a_migration_takes_long(dsn, other, monkeypatch):
    monkeypatch.setattr(migrations, "_ENDS_WHEN_SILENT", migrations._ENDS_WHEN_SILENT.replace("15s", "1s"))
    monkeypatch.setattr(migrations, "WORD_SECONDS", 0.2)
    with migrations._alone(dsn):
        other.execute("SELECT pg_sleep(2)")
        other.execute("SELECT pg_try_advisory_lock(%s)", (MIGRATION_LOCK,))

        assert other.fetchone() == (False,)


def _stands_still(_connection):
    raise psycopg2.OperationalError


def _found(cur, statement):
    cur.execute(statement)
    return cur.fetchone() is not None
