"""Serves the pages with waitress, and stops cleanly: no new connections, answers under way are finished."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from flask import Flask
from waitress import create_server, wasyncore
from waitress.channel import HTTPChannel

from services.portal.security import LARGEST_REQUEST
from shared import logs
from shared.database import Database
from shared.loop import stop_on_signals
from shared.rpc import RpcCaller
from shared.settings import Settings

log = logging.getLogger(__name__)

THREADS = 8
LOOK_UP_SECONDS = 0.25
FINISH_SECONDS = 15.0


def serve(
    app: Flask, host: str, port: int, *, stopping: threading.Event, listening: Callable[[], None] = lambda: None
) -> None:
    """Answer requests until `stopping` is set; then finish those under way, for 15 seconds at most.

    `listening` is called once connections are accepted: whoever is told the address then can open it.
    """
    sockets: dict[int, Any] = {}
    server = create_server(
        app,
        map=sockets,
        host=host,
        port=port,
        threads=THREADS,
        ident="Qingdan",
        channel_timeout=60,
        cleanup_interval=15,
        max_request_body_size=LARGEST_REQUEST + 65_536,
    )
    try:
        listening()
        while not stopping.is_set():
            wasyncore.loop(timeout=LOOK_UP_SECONDS, map=sockets, use_poll=True, count=1)
        _finish(sockets)
    finally:
        server.task_dispatcher.shutdown(timeout=1)
        wasyncore.close_all(sockets, ignore_all=True)


def _finish(sockets: dict[int, Any]) -> None:
    """Close the listening sockets and carry on until every answer is out."""
    for listener in [one for one in sockets.values() if getattr(one, "accepting", False)]:
        listener.socket.close()
        listener.del_channel(sockets)
    deadline = time.monotonic() + FINISH_SECONDS
    while _is_busy(sockets) and time.monotonic() < deadline:
        wasyncore.loop(timeout=0.05, map=sockets, use_poll=True, count=1)


def _is_busy(sockets: dict[int, Any]) -> bool:
    channels = [one for one in sockets.values() if isinstance(one, HTTPChannel)]
    return any(channel.requests or channel.total_outbufs_len for channel in channels)


def portal_process(settings: Settings) -> None:
    """The portal as a process of its own, calling the services over RabbitMQ, until SIGTERM or Ctrl-C."""
    from services.portal.app import create_app

    logs.configure("portal")
    secret = settings.required_portal_key()
    database = Database(settings.database_url("portal"))
    caller = RpcCaller(settings.required_broker_url())
    app = create_app(caller, database, secret=secret, secure_cookies=settings.is_https)
    stopping = stop_on_signals()
    log.info("portal started", extra={"host": settings.host, "port": settings.port})
    serve(app, settings.host, settings.port, stopping=stopping)
    caller.close()
    database.close()
    log.info("portal stopped")
