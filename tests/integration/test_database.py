"""The pool and the border where psycopg2's errors become ours, on a real server that is stopped and frozen."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import count
from urllib.parse import urlsplit

import psycopg2
import pytest

from shared.database import Database
from shared.errors import SLOW, DatabaseAway, TryAgain, from_dict
from shared.limits import DATABASE
from tests.support.eventually import eventually
from tests.support.postgres import PostgresServer

_numbers = count(1)


@pytest.fixture
def database(postgres_server: PostgresServer) -> Iterator[Database]:
    name = f"pool_{next(_numbers)}"
    database = Database(postgres_server.create_database(name), size=2)
    with database.transaction() as cur:
        cur.execute("CREATE TABLE kept (id integer PRIMARY KEY)")
    yield database
    database.close()
    postgres_server.drop_database(name)


def rows(database: Database) -> int:
    with database.transaction() as cur:
        cur.execute("SELECT count(*) FROM kept")
        return cur.fetchone()[0]


def test_a_transaction_commits_on_leaving_and_rolls_back_on_an_exception(database):
    with database.transaction() as cur:
        cur.execute("INSERT INTO kept VALUES (1)")

    with pytest.raises(ZeroDivisionError), database.transaction() as cur:
        cur.execute("INSERT INTO kept VALUES (2)")
        raise ZeroDivisionError

    assert rows(database) == 1


def test_a_caller_waits_for_a_free_connection_instead_of_failing(database):
    release = threading.Event()
    holding = threading.Barrier(3)

    def hold():
        with database.transaction():
            holding.wait()
            release.wait(10)

    holders = [threading.Thread(target=hold) for _ in range(2)]
    for holder in holders:
        holder.start()
    holding.wait()
    threading.Timer(0.3, release.set).start()

    assert rows(database) == 0

    for holder in holders:
        holder.join()


def test_a_caller_that_waited_in_vain_is_told_that_the_system_is_busy(database, monkeypatch):
    monkeypatch.setattr("shared.database.DATABASE", replace(DATABASE, pool_wait=0.2))

    with database.transaction(), database.transaction(), pytest.raises(TryAgain, match="busy"), database.transaction():
        pass


def test_a_restarted_server_is_used_again_without_a_restart_of_ours(database, postgres_server):
    assert rows(database) == 0

    postgres_server.restart()

    assert eventually(lambda: _rows_or_none(database) == 0)


def test_a_stopped_server_is_a_database_that_is_away(database, postgres_server):
    postgres_server.stop()
    try:
        with pytest.raises(DatabaseAway), database.transaction() as cur:
            cur.execute("SELECT 1")
        assert _rows_or_none(database) is None
    finally:
        postgres_server.start()

    assert eventually(lambda: _rows_or_none(database) == 0)


def test_a_server_lost_in_the_middle_of_a_transaction_keeps_nothing_of_it(database, postgres_server):
    with pytest.raises(DatabaseAway), database.transaction() as cur:
        cur.execute("INSERT INTO kept VALUES (1)")
        postgres_server.restart()
        cur.execute("INSERT INTO kept VALUES (2)")

    assert eventually(lambda: _rows_or_none(database) == 0)


def test_a_lock_that_is_not_given_in_time_means_try_again(database):
    with database.transaction() as first:
        first.execute("INSERT INTO kept VALUES (7)")
        first.execute("LOCK TABLE kept IN ACCESS EXCLUSIVE MODE")

        started = time.monotonic()
        with pytest.raises(TryAgain, match="nothing was saved"), database.transaction() as second:
            second.execute("SET LOCAL lock_timeout = '100ms'")
            second.execute("INSERT INTO kept VALUES (8)")

    assert time.monotonic() - started < 3
    assert rows(database) == 1


def test_a_statement_over_its_limit_means_try_again_and_the_pool_lives_on(database):
    with pytest.raises(TryAgain, match="takes longer") as ended, database.transaction() as cur:
        cur.execute("SET LOCAL statement_timeout = '50ms'")
        cur.execute("SELECT pg_sleep(5)")

    # What a page sees of it behind a broker.
    assert from_dict(ended.value.as_dict()).details == SLOW

    assert rows(database) == 0


def test_every_connection_carries_limits(database):
    with database.transaction() as cur:
        cur.execute(
            "SELECT current_setting(name) FROM unnest(%s) AS name",
            (["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "TimeZone"],),
        )
        assert [setting for (setting,) in cur.fetchall()] == ["10s", "3s", "30s", "UTC"]


def _rows_or_none(database: Database) -> int | None:
    try:
        return rows(database)
    except TryAgain:
        return None


@pytest.mark.parametrize("bytes_before", [0, 1, 5, 6, 40, 300])
def test_a_server_lost_in_the_middle_of_an_answer_is_away(database, bytes_before):
    """The library raises another class for it, depending on how much of the answer had come."""
    with half_an_answer(database.dsn, "SELECT 7341, pg_sleep", bytes_before) as dsn:
        there = Database(dsn)
        with pytest.raises(DatabaseAway), there.transaction() as cur:
            cur.execute("SELECT 7341, pg_sleep(0), repeat('x', 100000)")
        there.close()


@pytest.mark.parametrize("error", [psycopg2.DatabaseError, psycopg2.OperationalError, psycopg2.InterfaceError])
def test_whatever_class_a_lost_connection_has_it_is_away(database, error):
    with pytest.raises(DatabaseAway), database.transaction():
        raise error("server closed the connection unexpectedly")


def test_what_the_server_says_of_a_statement_is_no_lost_connection(database):
    with pytest.raises(psycopg2.errors.UndefinedTable), database.transaction() as cur:
        cur.execute("SELECT * FROM nowhere")


@contextmanager
def half_an_answer(dsn, statement, bytes_before):
    """The address of a server that hangs up after so many bytes of its answer to `statement`."""
    there = urlsplit(dsn)
    listener = socket.create_server(("127.0.0.1", 0))
    asked = threading.Event()

    def pump(source, sink, is_answer):
        left = bytes_before
        with suppress(OSError):
            while data := source.recv(65536):
                if not is_answer and statement.encode() in data:
                    asked.set()
                if is_answer and asked.is_set():
                    sink.sendall(data[:left])
                    left -= len(data[:left])
                    if not left:
                        break
                else:
                    sink.sendall(data)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def serve():
        with suppress(OSError):
            client, _ = listener.accept()
            server = socket.create_connection((there.hostname, there.port))
            threading.Thread(target=pump, args=(client, server, False), daemon=True).start()
            pump(server, client, True)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield there._replace(netloc=f"{there.netloc.rpartition(':')[0]}:{listener.getsockname()[1]}").geturl()
    finally:
        listener.close()
        thread.join(5)
