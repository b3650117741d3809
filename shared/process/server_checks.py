"""The checks of a process's servers: can the database be used, has it the schema of this release, is the broker there?

Each keeps one connection of its own, and every wait on it is bounded, in plain threads and under eventlet's patch: so
a server that is frozen shows like one that is gone.
"""

from __future__ import annotations

import re
import select
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import amqp
import psycopg2
from kombu import Connection
from psycopg2 import extensions
from psycopg2.extensions import cursor

from shared.process import metrics
from shared.process.needs import NOWHERE
from shared.process.readiness import ANSWER_SECONDS
from shared.rows import values
from shared.text import Text

LONGEST_CAUSE = 160
SECONDS_TO_OBJECT = 0.1
BROKER_FAULTS = (amqp.AMQPError, OSError)

DATABASE_SILENT = Text("数据库没有应答。", "The database does not answer.")
BROKER_SILENT = Text("消息服务没有应答。", "The message broker does not answer.")
BROKER_BLOCKED = Text(
    "消息服务的内存或磁盘告警，暂时不收任何消息：请腾出内存或磁盘空间（rabbitmq-diagnostics alarms）。",
    "The message broker has an alarm of memory or disk and takes no message: free some (rabbitmq-diagnostics alarms).",
)
BROKER_REFUSES = Text(
    "消息服务拒绝了用户名或密码，请检查 QINGDAN_BROKER_URL。",
    "The message broker refuses the user name or password. Check QINGDAN_BROKER_URL.",
)

# How libpq and the server put it, and what an operator has to do. The first that fits wins.
DATABASE_FAULTS = (
    (
        r"password authentication failed|no password supplied|role .* does not exist|no pg_hba.conf entry",
        Text(
            "数据库拒绝了用户名或密码，请检查 {setting}。",
            "The database refuses the user name or password. Check {setting}.",
        ),
    ),
    (
        r"database .* does not exist",
        Text(
            "数据库服务器上没有这个库，请先运行 provision 或检查 {setting}。",
            "The server has no such database. Run provision first, or check {setting}.",
        ),
    ),
    (
        r"starting up|shutting down|recovery mode|not yet accepting",
        Text("数据库正在启动或停止。", "The database is starting or stopping."),
    ),
    (
        r"too many clients|remaining connection slots|too many connections",
        Text("数据库的连接已用完，请调大 max_connections。", "The database has no connection left: raise its limit."),
    ),
    (
        r"permission denied",
        Text(
            "数据库账号没有所需的权限，请重新运行 provision 和 migrate。",
            "The database role lacks a right that it needs. Run provision and migrate again.",
        ),
    ),
    (
        r"",
        Text(
            "数据库连不上，请检查 {setting} 和数据库服务器（{cause}）。",
            "The database cannot be reached. Check {setting} and the database server ({cause}).",
        ),
    ),
)


class DatabaseCheck:
    """Whether the database of one service answers; `setting` is where its URL comes from."""

    name = "database"

    def __init__(self, dsn: str, *, setting: str = "QINGDAN_…_DATABASE_URL") -> None:
        self._dsn = dsn
        self._setting = setting
        self._connection: Any = None

    def look(self) -> Text | None:
        """Whether a statement is answered in time."""
        return self.explain(lambda: self.ask("SELECT 1"))

    def explain(self, ask: Callable[[], object]) -> Text | None:
        """Ask something of the database; what is wrong when it cannot be asked."""
        try:
            ask()
        except TimeoutError:
            return DATABASE_SILENT
        except (psycopg2.Error, OSError) as error:
            return database_fault(str(error), self._setting)
        return None

    def ask(self, query: str) -> cursor:
        """A cursor with what `query` returned; TimeoutError, psycopg2.Error or OSError drop the connection."""
        try:
            if self._connection is None:
                self._connection = psycopg2.connect(_resolved(self._dsn), async_=1)
                _wait(self._connection, time.monotonic() + ANSWER_SECONDS)
            cur: cursor = self._connection.cursor()
            cur.execute(query)
            _wait(self._connection, time.monotonic() + ANSWER_SECONDS)
        except BaseException:
            self.close()
            raise
        return cur

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            with suppress(psycopg2.Error):
                self._connection.close()
        self._connection = None


class SchemaCheck:
    """Whether the `pre` migrations of this release are applied; once they are, nothing is asked any more."""

    name = "schema"

    def __init__(self, dsn: str, folders: Sequence[Path], *, setting: str = "QINGDAN_…_DATABASE_URL") -> None:
        self._database = DatabaseCheck(dsn, setting=setting)
        self._missing = {file.stem for folder in folders for file in folder.glob("*.pre.*.sql")}

    def look(self) -> Text | None:
        """Whether every `pre` migration of this release is there; once they are, nobody asks again."""
        if not self._missing:
            return None
        if (wrong := self._database.explain(self._find_missing)) is not None:
            return wrong
        if not self._missing:
            self.close()
        return schema_fault(self._missing)

    def close(self) -> None:
        """Hang up."""
        self._database.close()

    def _find_missing(self) -> None:
        with suppress(psycopg2.errors.UndefinedTable):
            self._missing -= set(values(self._database.ask("SELECT migration_id FROM _yoyo_migration"), str))


class BrokerCheck:
    """Whether the broker answers and takes messages; on the way it measures `queues`, by a synchronous question."""

    name = "broker"

    def __init__(self, url: str, queues: Sequence[str] = (), *, exchange: str = "") -> None:
        """`exchange` is one to which this process may write."""
        self._url = url
        self._exchange = exchange
        self._queues = queues
        self._connection: Any = None
        self._channel: Any = None
        # With an alarm the broker hears no more of a connection that has published, so this one does nothing else.
        self._publishing: Any = None
        self._publisher: Any = None
        self._is_blocked = False

    def look(self) -> Text | None:
        """Whether the broker answers, takes messages, and has the queues that this process needs."""
        try:
            self._connect()
            self._channel.basic_qos(0, 1, False)
            for queue in self._queues:
                self._measure(queue)
            self._publish()
        except amqp.AccessRefused:
            self._give_up()
            return BROKER_REFUSES
        except TimeoutError:
            self._give_up()
            return BROKER_SILENT
        except BROKER_FAULTS as error:
            self._give_up()
            return broker_fault(error)
        return BROKER_BLOCKED if self._is_blocked else None

    def close(self) -> None:
        """Drop the sockets without the handshake, for which a frozen broker would never answer."""
        for connection in (self._connection, self._publishing):
            if connection is not None:
                with suppress(*BROKER_FAULTS):
                    connection.collect()
        self._connection = self._channel = self._publishing = self._publisher = None
        self._is_blocked = False

    def _give_up(self) -> None:
        """What was measured holds no longer; a gauge that stands still would look like calm."""
        self.close()
        for queue in self._queues:
            _forget(queue)

    def _connect(self) -> None:
        if self._connection is None:
            self._connection, self._channel = self._opened()
        if self._publishing is None:
            self._publishing, self._publisher = self._opened()
            self._publishing.on_blocked = lambda _reason: self._tell_blocked(is_blocked=True)
            self._publishing.on_unblocked = lambda: self._tell_blocked(is_blocked=False)

    def _opened(self) -> tuple[Any, Any]:
        template = Connection(self._url, connect_timeout=ANSWER_SECONDS, heartbeat=0)
        connection = template.transport.establish_connection()
        connection.sock.settimeout(ANSWER_SECONDS)
        return connection, connection.channel()

    def _tell_blocked(self, *, is_blocked: bool) -> None:
        self._is_blocked = is_blocked

    def _publish(self) -> None:
        """Publish what goes nowhere, and hear what the broker says of it: nothing, unless one of its alarms is on."""
        if not self._is_blocked:
            self._publisher.basic_publish(amqp.Message(b""), self._exchange, NOWHERE)
        try:
            while True:
                self._publishing.drain_events(timeout=SECONDS_TO_OBJECT)
        except TimeoutError:
            pass
        except amqp.NotFound:
            # A broker that takes messages, and has no such exchange yet; it closes the channel.
            self._publisher = self._publishing.channel()

    def _measure(self, queue: str) -> None:
        try:
            found = self._channel.queue_declare(queue, passive=True)
        except amqp.NotFound:
            # The broker closes a channel that asks for what is not there yet.
            self._channel = self._connection.channel()
            _forget(queue)
            return
        metrics.QUEUE_MESSAGES.labels(queue).set(found.message_count)
        metrics.QUEUE_CONSUMERS.labels(queue).set(found.consumer_count)


def database_fault(message: str, setting: str) -> Text:
    """What to tell the operator about libpq's `message`."""
    text = next(text for pattern, text in DATABASE_FAULTS if re.search(pattern, message))
    cause = " ".join(message.split())[:LONGEST_CAUSE]
    return Text(text.zh.format(setting=setting, cause=cause), text.en.format(setting=setting, cause=cause))


def schema_fault(missing: set[str]) -> Text | None:
    """What to tell the operator of migrations that are missing; None when none is."""
    if not missing:
        return None
    names = ", ".join(sorted(missing))
    return Text(
        f"数据库结构还没有升级，缺 {names}；请运行 migrate --stage pre，本进程随后自动继续。",
        f"The schema lacks {names}. Run migrate --stage pre; this process then goes on by itself.",
    )


def broker_fault(error: Exception) -> Text:
    """What to tell the operator of a broker that cannot be used."""
    return Text(
        f"消息服务连不上，请检查 QINGDAN_BROKER_URL 和 RabbitMQ（{_cause(error)}）。",
        f"The message broker cannot be reached. Check QINGDAN_BROKER_URL and RabbitMQ ({_cause(error)}).",
    )


def _cause(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__)[:100]


def _forget(queue: str) -> None:
    metrics.drop(metrics.QUEUE_MESSAGES, queue)
    metrics.drop(metrics.QUEUE_CONSUMERS, queue)


def _resolved(dsn: str) -> str:
    """`dsn` with the host's address beside its name: libpq would resolve it while it holds up the whole process."""
    parts = extensions.parse_dsn(dsn)
    host = parts.get("host", "")
    if not host or host.startswith("/") or "," in host or "hostaddr" in parts:
        return dsn
    found = socket.getaddrinfo(host, parts.get("port", "5432"), type=socket.SOCK_STREAM)
    return str(extensions.make_dsn(dsn, hostaddr=found[0][4][0]))


def _wait(connection: Any, deadline: float) -> None:
    """Drive an asynchronous connection until it is done; TimeoutError at `deadline`."""
    while (state := connection.poll()) != extensions.POLL_OK:
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            raise TimeoutError
        wanted = [connection.fileno()]
        is_reading = state == extensions.POLL_READ
        select.select(wanted if is_reading else [], [] if is_reading else wanted, [], remaining)
