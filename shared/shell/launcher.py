"""Starts one service as a nameko process: patch first, wait for the servers, serve, end for certain.

This module imports nothing that holds sockets or locks, so that the patch comes before them.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
import warnings
from typing import TYPE_CHECKING, Any

from shared.limits import SERVICE

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.calling.proof import Proof
    from shared.calling.service import BaseService
    from shared.process.health import Pulse
    from shared.process.loop import Signals
    from shared.process.needs import Needs
    from shared.process.readiness import Readiness
    from shared.process.settings import Settings

# The parts that beat are the hub itself and, in a service that listens to events, `shared.shell.batch_session.PULSE`.
_LIMITS = {"hub": SERVICE.hub_stuck, "events": SERVICE.events_stuck}

# With one of these loaded before the patch, some socket would stay a blocking one.
TOO_EARLY = ("amqp", "kombu", "nameko", "pika")


def run_nameko(
    factory: str,
    needs: Needs,
    *,
    signals: Signals | None = None,
    settings: Settings | None = None,
    proof: Callable[[], Proof] | None = None,
) -> None:
    """Serve the service class named by `factory`, such as services.stats.service:StatsService, until SIGTERM.

    `proof` is asked after the patch for what the service asks of its callers; without it every call is believed.

    Never returns in doubt: a dead container, a stuck hub and a stop that takes too long all end the process, for the
    supervisor to start another.
    """
    patch()
    from shared.calling.service import consumer_of
    from shared.process import logs, memory
    from shared.process.health import Pulse
    from shared.process.monitoring import watch_process
    from shared.shell import entrypoints

    service_class = load(factory)
    logs.configure(f"service-{service_class.name}")
    memory.return_large_blocks()
    stopping = _Stopping()
    pulse = Pulse()
    _watch(pulse, stopping)
    works = ("hub", "consuming") if consumer_of(service_class) else ("hub",)
    monitor = watch_process(needs, pulse=pulse, limits=_LIMITS, works=works)
    monitor.readiness.wait_for_servers(lambda: stopping.is_asked)
    if stopping.is_asked:
        return
    nameko_class = entrypoints.nameko_service(
        service_class, needs.database_url, pulse=pulse, signals=signals, settings=settings, proof=proof and proof()
    )
    _serve(nameko_class, needs.broker_url, pulse, stopping, monitor.readiness)


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
    """The class that `factory` names, as module:Class."""
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


def _serve(nameko_class: type, broker_url: str, pulse: Pulse, stopping: _Stopping, readiness: Readiness) -> None:
    import logging

    import eventlet
    from nameko.runners import ServiceRunner

    from shared.process import memory
    from shared.process.health import EXIT_DIED
    from shared.shell import entrypoints

    log = logging.getLogger(__name__)
    runner = ServiceRunner(entrypoints.configuration(broker_url))
    runner.add_service(nameko_class)

    def beat() -> None:
        while True:
            pulse.beat("hub")
            if stopping.is_asked:
                readiness.drain()
                runner.stop()
                return
            eventlet.sleep(0.2)

    try:
        runner.start()
        eventlet.spawn(beat)
        memory.settle()
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

    from shared.process.health import end_process, watch

    threading: Any = patcher.original("threading")
    time: Any = patcher.original("time")

    def sleep(seconds: float) -> None:
        time.sleep(seconds)
        if stopping.is_asked and time.monotonic() - stopping.asked_at > SERVICE.stop:
            end_process(f"the stop took longer than {SERVICE.stop:.0f} s")

    threading.Thread(target=watch, args=(pulse, _LIMITS), kwargs={"sleep": sleep}, daemon=True).start()
