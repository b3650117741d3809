"""Migrations run one after the other, and who waits for its turn holds nothing up."""

import threading

import psycopg2
import pytest

from shared.migrations import MIGRATION_LOCK, migrate
from tests.support.eventually import eventually

ASKED = """
    SELECT 1 FROM pg_stat_activity
    WHERE datname = 'turns' AND pid <> pg_backend_pid() AND query LIKE '%advisory_lock%'
"""


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


def _found(cur, statement):
    cur.execute(statement)
    return cur.fetchone() is not None
