"""Starts one service as a nameko process: patch first, wait for the servers, serve, end for certain.

This module imports nothing that holds sockets or locks, so that the patch comes before them.
"""

from __future__ import annotations

import importlib
import os
import random
import signal
import sys
import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shared.health import Pulse
    from shared.loop import Signals
    from shared.service import BaseService

HARD_STOP_SECONDS = 15.0
HUB_STUCK_SECONDS = 30.0
EVENTS_STUCK_SECONDS = 90.0
EXIT_DIED = 71

# With one of these loaded before the patch, some socket would stay a blocking one.
TOO_EARLY = ("amqp", "kombu", "nameko", "pika")


def run_nameko(factory: str, dsn: str, broker_url: str, *, signals: Signals | None = None) -> None:
    """Serve the service class named by `factory`, such as services.stats.service:StatsService, until SIGTERM.

    Never returns in doubt: a dead container, a stuck hub and a stop that takes too long all end the process, for the
    supervisor to start another.
    """
    patch()
    from shared import entrypoints, logs
    from shared.health import Pulse

    service_class = load(factory)
    logs.configure(service_class.name)
    stopping = _Stopping()
    pulse = Pulse()
    _watch(pulse, stopping)
    _wait_for_servers(dsn, broker_url, stopping)
    if stopping.is_asked:
        return
    _serve(entrypoints.nameko_service(service_class, dsn, pulse=pulse, signals=signals), broker_url, pulse, stopping)


def patch() -> None:
    """Make sockets, threads and psycopg2 cooperative; SystemExit when it is too late for that."""
    early = [name for name in TOO_EARLY if name in sys.modules]
    if early:
        raise SystemExit(f"{', '.join(early)} was imported before eventlet could patch it. Start the service afresh.")
    with warnings.catch_warnings():
        # Every import of eventlet advises against it; the pinned versions are our answer.
        warnings.simplefilter("ignore")
        import eventlet

    eventlet.monkey_patch()
    import psycopg2.extensions

    if psycopg2.extensions.get_wait_callback() is None or not eventlet.patcher.is_monkey_patched("socket"):
        raise SystemExit("eventlet could not patch psycopg2 and socket: the service would block. Check the versions.")


def load(factory: str) -> type[BaseService]:
    module, _, name = factory.partition(":")
    found: type[BaseService] = getattr(importlib.import_module(module), name)
    return found


class _Stopping:
    """Set by SIGTERM or SIGINT; a signal handler does nothing more."""

    def __init__(self) -> None:
        self.is_asked = False
        self.asked_at = 0.0
        signal.signal(signal.SIGTERM, self._ask)
        signal.signal(signal.SIGINT, self._ask)

    def _ask(self, *_: object) -> None:
        import time

        if not self.is_asked:
            self.asked_at = time.monotonic()
            self.is_asked = True


def _serve(nameko_class: type, broker_url: str, pulse: Pulse, stopping: _Stopping) -> None:
    import logging

    import eventlet
    from nameko.runners import ServiceRunner

    from shared import entrypoints

    log = logging.getLogger(__name__)
    runner = ServiceRunner(entrypoints.configuration(broker_url))
    runner.add_service(nameko_class)

    def beat() -> None:
        while True:
            pulse.beat("hub")
            if stopping.is_asked:
                runner.stop()
                return
            eventlet.sleep(0.2)

    try:
        runner.start()
        eventlet.spawn(beat)
        log.info("service is up")
        runner.wait()
    except Exception:
        # Its extensions are in an unknown state; a clean-up could hang.
        log.exception("service died")
        os._exit(EXIT_DIED)
    log.info("service stopped")
    os._exit(0)


def _watch(pulse: Pulse, stopping: _Stopping) -> None:
    """Watch from a real thread, which a blocked hub cannot stop."""
    from eventlet import patcher

    from shared.batch_session import PULSE
    from shared.health import end_process, watch

    threading: Any = patcher.original("threading")
    time: Any = patcher.original("time")

    def sleep(seconds: float) -> None:
        time.sleep(seconds)
        if stopping.is_asked and time.monotonic() - stopping.asked_at > HARD_STOP_SECONDS:
            end_process(f"the stop took longer than {HARD_STOP_SECONDS:.0f} s")

    limits = {"hub": HUB_STUCK_SECONDS, PULSE: EVENTS_STUCK_SECONDS}
    threading.Thread(target=watch, args=(pulse, limits), kwargs={"sleep": sleep}, daemon=True).start()


def _wait_for_servers(dsn: str, broker_url: str, stopping: _Stopping) -> None:
    """Wait until both answer, with jitter so that a whole fleet does not knock at once."""
    import logging

    import eventlet

    from shared.database import Database

    log = logging.getLogger(__name__)
    database = Database(dsn, size=1)
    while not stopping.is_asked:
        missing = [
            name
            for name, answers in (("database", database.is_reachable), ("broker", lambda: _answers(broker_url)))
            if not answers()
        ]
        if not missing:
            break
        log.warning("waiting for servers", extra={"missing": missing})
        eventlet.sleep(0.5 + random.random())  # noqa: S311 - jitter, no secret
    database.close()


def _answers(broker_url: str) -> bool:
    import amqp
    from kombu import Connection

    try:
        Connection(broker_url, connect_timeout=3).transport.establish_connection().close()
    except (amqp.AMQPError, OSError):
        return False
    return True
