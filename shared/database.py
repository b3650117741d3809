"""A waiting connection pool for one service's database, and the border where psycopg2's errors become ours.

psycopg2's own pool raises instead of waiting when it is empty, and hands out dead connections; this one waits, checks
what has been idle, and throws away whatever failed. It works in threads and under eventlet's patch alike.
"""

from __future__ import annotations

import logging
import queue
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import psycopg2
from psycopg2 import errors as pg
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor
from psycopg2.sql import Composable

from shared.errors import SLOW, DatabaseAway, TooSlow, TryAgain
from shared.limits import DATABASE
from shared.process import metrics
from shared.rows import value
from shared.text import Text

log = logging.getLogger(__name__)

# Below the timeout of firewalls, above what a busy service leaves idle.
CHECK_AFTER_IDLE_SECONDS = 20.0
# So that memory of a server's process, and a moved server, are let go of.
MAX_LIFE_SECONDS = 1800.0

# PostgreSQL's class of limits of a program, https://www.postgresql.org/docs/current/errcodes-appendix.html.
TOO_MUCH = "54"

IN_USE = metrics.DATABASE_CONNECTIONS.labels("in_use")
ALLOWED = metrics.DATABASE_CONNECTIONS.labels("allowed")

SESSION_OPTIONS = (
    f"-c statement_timeout={DATABASE.statement:.0f}s -c lock_timeout={DATABASE.lock:.0f}s"
    f" -c idle_in_transaction_session_timeout={DATABASE.idle_in_transaction:.0f}s"
    # Of a process that stands still and does not take in what it asked for: no other limit reaches that.
    f" -c tcp_user_timeout={DATABASE.silence:.0f}s -c timezone=UTC"
    # A duty is read with fourteen tables beside it, from the duty on: to compare all orders of eight of them at a time
    # takes 4.3 ms, of six 1.6, and reading it less than one.
    " -c join_collapse_limit=6"
)

AWAY = Text(
    "数据库暂时连不上，内容已保留，请稍后重试。",
    "The database cannot be reached just now. Nothing is lost: please try again shortly.",
)
TAKES_LONGER = Text(
    "要处理的内容较多，用时超过了限度，这次没有保存。请稍后再试；还是这样时，请告诉管理员。",
    "There is much to do and it takes longer than a call may, so nothing was saved. Please try again shortly, and tell "
    "the administrator if it stays so.",
)
BUSY = Text("系统正忙，这次没有保存，请再试一次。", "The system is busy and nothing was saved. Please try once more.")


class Cursor(cursor):
    """A cursor in a transaction that somebody else opened and will end; `shared/rows.py` takes the rows out of it.

    After each statement it calls `moved`, by which whoever watches the work sees that it goes on.
    """

    moved: Callable[[], None] | None = None

    def execute(self, statement: str | bytes | Composable, values: Any = None) -> None:
        """Carry out one statement."""
        super().execute(statement, values)
        if self.moved is not None:
            self.moved()


# What holds for the length of a transaction, made of its cursor when it begins.
Begin = Callable[[Cursor], AbstractContextManager[None]]


def plainly(_cur: Cursor) -> AbstractContextManager[None]:
    """Begin a transaction with nothing more."""
    return nullcontext()


def plan_anew(cur: Cursor) -> None:
    """Let the checks of foreign keys be planned for tables as large as they are now; call it before a bulk write.

    PostgreSQL plans them once per session and keeps that: what was read in full because it was small would be read in
    full for each of thousands of rows, until somebody gathers statistics.
    """
    cur.execute("DISCARD PLANS")


@dataclass(slots=True)
class _Pooled:
    connection: Connection
    born: float
    last_used: float


class Database:
    """A pool of at most `size` connections; a caller waits a while (`shared/limits.py`) for a free one.

    A connection is replaced when it is older than `max_life` seconds.
    """

    def __init__(
        self, dsn: str, *, size: int = 8, options: str = SESSION_OPTIONS, max_life: float = MAX_LIFE_SECONDS
    ) -> None:
        self.dsn = dsn
        self._options = options
        self._max_life = max_life
        self._lost_at = 0.0
        self._begin: Begin = plainly
        self._slots: queue.LifoQueue[_Pooled | None] = queue.LifoQueue()
        for _ in range(size):
            self._slots.put(None)
        ALLOWED.inc(size)

    def begin_with(self, begin: Begin) -> None:
        """Let every transaction from now on begin with `begin`, within which all of it happens."""
        self._begin = begin

    @contextmanager
    def transaction(self) -> Iterator[Cursor]:
        """A cursor in a transaction that commits on leaving and rolls back when an exception passes.

        Raises DatabaseAway when the server cannot be reached, TooSlow after the time limit of a statement, and TryAgain
        after a lost lock or a deadlock.
        """
        pooled = self._take()
        try:
            with (
                _translated(),
                pooled.connection,
                pooled.connection.cursor(cursor_factory=Cursor) as cur,
                self._begin(cur),
            ):
                yield cur
        except DatabaseAway:
            self._lost_at = time.monotonic()
            raise
        except GeneratorExit:
            pooled.connection.close()
            raise
        finally:
            self._give_back(pooled)

    def clock(self) -> float:
        """What time the server has, in seconds since 1970."""
        with self.transaction() as cur:
            cur.execute("SELECT extract(epoch FROM clock_timestamp())::float8 AS now")
            return value(cur, float)

    def close(self) -> None:
        """Close the idle connections; those in use are closed when they come back."""
        while True:
            try:
                pooled = self._slots.get_nowait()
            except queue.Empty:
                return
            if pooled is not None:
                pooled.connection.close()
            ALLOWED.dec()

    def _take(self) -> _Pooled:
        try:
            pooled = self._slots.get(timeout=DATABASE.pool_wait)
        except queue.Empty as error:
            metrics.DATABASE_BUSY.inc()
            raise TryAgain(BUSY) from error
        IN_USE.inc()
        try:
            if pooled is not None and self._is_usable(pooled):
                return pooled
            return self._connect()
        except BaseException:
            IN_USE.dec()
            self._slots.put(None)
            raise

    def _is_usable(self, pooled: _Pooled) -> bool:
        now = time.monotonic()
        usable = not pooled.connection.closed and now - pooled.born < self._max_life
        # Where one connection was lost the others are likely lost too; only one caller shall meet that.
        if usable and (now - pooled.last_used > CHECK_AFTER_IDLE_SECONDS or pooled.last_used <= self._lost_at):
            usable = _answers(pooled.connection)
        if not usable:
            pooled.connection.close()
        return usable

    def _connect(self) -> _Pooled:
        with _translated():
            connection = psycopg2.connect(
                self.dsn,
                options=self._options,
                connect_timeout=DATABASE.connect,
                keepalives_idle=10,
                keepalives_interval=3,
                keepalives_count=3,
                tcp_user_timeout=int(DATABASE.silence * 1000),
            )
        now = time.monotonic()
        return _Pooled(connection, now, now)

    def _give_back(self, pooled: _Pooled) -> None:
        pooled.last_used = time.monotonic()
        IN_USE.dec()
        self._slots.put(None if pooled.connection.closed else pooled)


def _answers(connection: Connection) -> bool:
    try:
        with connection, connection.cursor() as cur:
            cur.execute("SELECT 1")
    except psycopg2.Error:
        return False
    return True


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except pg.QueryCanceled as error:
        log.warning("database gave up a statement", extra={"pg_error": str(error)})
        raise TooSlow(TAKES_LONGER, SLOW) from error
    except (pg.LockNotAvailable, pg.DeadlockDetected, pg.SerializationFailure) as error:
        log.warning("database gave up a statement", extra={"pg_error": str(error)})
        raise TryAgain(BUSY) from error
    except psycopg2.Error as error:
        if not is_away(error):
            raise
        log.warning("database is away", extra={"pg_error": str(error)})
        raise DatabaseAway(AWAY) from error


def is_away(error: psycopg2.Error) -> bool:
    """Whether the connection is what failed.

    A server that goes away in the middle of an answer comes without a code and in no class but DatabaseError itself.
    """
    is_lost = isinstance(error, psycopg2.OperationalError | psycopg2.InterfaceError)
    # What is too long for an index is of that class as well, and will never be shorter.
    is_too_much = (error.pgcode or "").startswith(TOO_MUCH)
    return (is_lost and not is_too_much) or type(error) is psycopg2.DatabaseError
