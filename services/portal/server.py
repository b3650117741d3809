"""Serves the pages with waitress, and stops cleanly: no new connections, answers under way are finished."""

from __future__ import annotations

import logging
import select
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask
from waitress import create_server, wasyncore
from waitress.channel import HTTPChannel
from waitress.task import WSGITask

from services.portal import admitting, refusals
from services.portal.admitting import Arriving, Doorkeeper, Spare
from services.portal.retention import RETENTION
from services.portal.security import LARGEST_OF_FILES, LARGEST_REQUEST
from services.portal.signing_in.lane import CROWDED, Lane
from shared.calling.proof import Signer
from shared.calling.rpc import RpcCaller
from shared.database import Database
from shared.delivery.tidying import tidying_loop
from shared.limits import PORTAL
from shared.process import health, logs, memory
from shared.process.health import Pulse
from shared.process.loop import stop_on_signals
from shared.process.monitoring import watch_process
from shared.process.needs import Needs
from shared.process.readiness import Readiness
from shared.process.settings import SettingError, Settings

log = logging.getLogger(__name__)

# Each may hold a connection to the database and one to the broker while it waits for a service.
THREADS = 8
# Between two looks around so many may come at most before they wait.
COMING = 20
# How soon a stop is noticed while nothing arrives.
LOOK_UP_SECONDS = 0.25
# What has reached the machine when the stop comes is still to be read.
SETTLE_SECONDS = 0.2
LIMITS = {"pages": PORTAL.stuck}


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the pages are served: an address, or a socket that a supervisor opened and that outlives this process."""

    host: str
    port: int
    inherited: socket.socket | None = None
    trusted_proxy: str = ""

    @classmethod
    def of(cls, settings: Settings) -> Listening:
        """Where the settings say that the pages are. Raises SettingError when an inherited socket is none."""
        number = settings.listening_socket
        try:
            inherited = None if number is None else socket.socket(fileno=number)
            return cls(settings.host, settings.port, inherited, settings.trusted_proxy)
        except OSError as error:
            raise SettingError.of(
                f"QINGDAN_LISTENING_SOCKET 指的 {number} 不是打开的套接字。一般不要设置；没有默认值。",
                f"QINGDAN_LISTENING_SOCKET is {number}, which is no open socket. Leave it out; it has no default.",
            ) from error

    def options(self) -> dict[str, Any]:
        """As waitress wants it."""
        place = {"sockets": [self.inherited]} if self.inherited else {"host": self.host, "port": self.port}
        return {**place, **self._proxy_options()}

    def _proxy_options(self) -> dict[str, Any]:
        if not self.trusted_proxy:
            return {}
        return {
            "trusted_proxy": self.trusted_proxy,
            "trusted_proxy_headers": {"x-forwarded-for"},
            "clear_untrusted_proxy_headers": True,
        }


def serve(
    app: Flask,
    listening: Listening,
    *,
    stopping: threading.Event,
    readiness: Readiness,
    pulse: Pulse | None = None,
    drain_seconds: float = 0.0,
    is_listening: Callable[[], None] = lambda: None,
) -> None:
    """Answer requests until `stopping` is set; then finish those under way, for 15 seconds at most.

    In between, for `drain_seconds`, whoever sends requests learns that it shall turn to another process: new
    connections are still taken, unless the socket is inherited and another process takes them, and every answer asks
    the client to close its connection. `is_listening` is called once connections are accepted.
    """
    sockets: dict[int, Any] = {}
    pulse = pulse or Pulse()
    room = admitting.connections_for(admitting.allow_files())
    server = _server(app, listening, sockets, room)
    doorkeeper, spare, lane = Doorkeeper(sockets, room=room, proxy=listening.trusted_proxy), Spare(), Lane()
    for listener in _listeners(sockets):
        listener.channel_class = _channel_class(app, readiness)
        spare.guard(listener)
        lane.guard(listener)
    try:
        is_listening()
        while not stopping.is_set():
            _turn(sockets, pulse)
            doorkeeper.look()
        readiness.drain()
        if listening.inherited:
            _stop_listening(sockets)
        deadline = time.monotonic() + drain_seconds
        while time.monotonic() < deadline:
            _turn(sockets, pulse)
        _finish(sockets)
    finally:
        spare.close()
        lane.close()
        server.task_dispatcher.shutdown(timeout=1)
        wasyncore.close_all(sockets, ignore_all=True)


def _server(app: Flask, listening: Listening, sockets: dict[int, Any], room: int) -> Any:
    try:
        return create_server(
            app,
            map=sockets,
            threads=THREADS,
            ident="Qingdan",
            channel_timeout=PORTAL.silent_connection,
            # Whoever comes is taken in, and somebody makes way; the listening sockets count there, too.
            connection_limit=room + COMING,
            cleanup_interval=15,
            max_request_body_size=app.config.get(LARGEST_OF_FILES, LARGEST_REQUEST),
            **listening.options(),
        )
    except OSError as error:
        address = f"{listening.host}:{listening.port}"
        raise SettingError.of(
            f"网页地址 {address} 不能使用（{error.strerror}）。请用 QINGDAN_HOST 和 QINGDAN_PORT 另选；"
            "默认值是 127.0.0.1 和 8080。",
            f"The address {address} of the pages cannot be used: {error.strerror}. Choose another with QINGDAN_HOST "
            "and QINGDAN_PORT; the defaults are 127.0.0.1 and 8080.",
        ) from error


def _channel_class(app: Flask, readiness: Readiness) -> type[HTTPChannel]:
    """Connections whose answers ask the client to close them while `readiness` drains."""

    class Task(WSGITask):  # type: ignore[misc]
        def get_environment(self) -> dict[str, Any]:
            return {**super().get_environment(), CROWDED: getattr(self.request, "is_crowded", False)}

        def build_response_header(self) -> bytes:
            if readiness.is_draining and not self.close_on_finish:
                self.set_close_on_finish()
            header: bytes = super().build_response_header()
            return header

    class Channel(Arriving):
        task_class = Task
        error_task_class = refusals.error_task(app)
        parser_class = refusals.Parser

    return Channel


def _listeners(sockets: dict[int, Any]) -> list[Any]:
    return [one for one in sockets.values() if getattr(one, "accepting", False)]


def _turn(sockets: dict[int, Any], pulse: Pulse) -> None:
    pulse.beat("pages")
    wasyncore.loop(timeout=LOOK_UP_SECONDS, map=sockets, use_poll=True, count=1)


def _stop_listening(sockets: dict[int, Any]) -> None:
    for listener in _listeners(sockets):
        listener.socket.close()
        listener.del_channel(sockets)


def _finish(sockets: dict[int, Any]) -> None:
    """Close the listening sockets and carry on until every answer is out."""
    _accept_waiting(sockets)
    _stop_listening(sockets)
    begun = time.monotonic()
    while True:
        wasyncore.loop(timeout=0.05, map=sockets, use_poll=True, count=1)
        now = time.monotonic()
        # What has reached this machine and was not read yet does not show as busy.
        is_done = now > begun + SETTLE_SECONDS and not _is_busy(sockets)
        if is_done or now > begun + PORTAL.stop:
            return


def _accept_waiting(sockets: dict[int, Any]) -> None:
    """Take the connections that the kernel made and nobody accepted: closing their listener would reset them."""
    listeners = [one.socket for one in _listeners(sockets)]
    deadline = time.monotonic() + SETTLE_SECONDS
    # A turn accepts one connection of each listener.
    while time.monotonic() < deadline and select.select(listeners, [], [], 0)[0]:
        wasyncore.loop(timeout=0, map=sockets, use_poll=True, count=1)


def _is_busy(sockets: dict[int, Any]) -> bool:
    channels = [one for one in sockets.values() if isinstance(one, HTTPChannel)]
    # `request` is one that is still arriving: a notice over a slow line takes its time.
    return any(one.request is not None or one.requests or one.total_outbufs_len for one in channels)


def portal_process(settings: Settings, needs: Needs, signer: Signer) -> None:
    """The portal as a process of its own, calling the services over RabbitMQ, until SIGTERM or Ctrl-C."""
    from services.portal.app import create_app
    from services.portal.evidence.cabinet import cabinet_of
    from services.portal.evidence.sweeping import sweeping_loop
    from services.portal.keeping.sending import sending_loop
    from services.portal.signing_in.measuring import measuring_loop

    logs.configure("portal")
    secret = settings.required_portal_key()
    stopping = stop_on_signals()
    pulse = Pulse()
    health.watch_in_thread(pulse, LIMITS)
    monitor = watch_process(needs, pulse=pulse, limits=LIMITS, works=["pages"])
    database = Database(needs.database_url)
    caller = RpcCaller(needs.broker_url, signer)
    cabinet = cabinet_of(settings, database)
    loops = (
        tidying_loop("portal", database, RETENTION),
        sweeping_loop(cabinet, caller),
        sending_loop(database, caller),
        measuring_loop(database),
    )
    for loop in loops:
        loop.start()
    app = create_app(
        caller,
        database,
        secret=secret,
        secure_cookies=settings.is_https,
        hsts_subdomains=settings.hsts_subdomains,
        knows_clients=settings.knows_clients,
        cabinet=cabinet,
    )
    memory.settle()
    log.info("portal started", extra={"host": settings.host, "port": settings.port})
    serve(
        app,
        Listening.of(settings),
        stopping=stopping,
        readiness=monitor.readiness,
        pulse=pulse,
        drain_seconds=settings.drain_seconds,
    )
    for loop in loops:
        loop.stop()
    caller.close()
    database.close()
    monitor.stop()
    log.info("portal stopped")
