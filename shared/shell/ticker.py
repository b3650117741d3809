"""Calls a service's ticks under nameko: with a deadline, a gauge of the last success, and never two at once."""

from __future__ import annotations

import logging
import time
from typing import Any

import eventlet
from eventlet.event import Event
from nameko.extensions import Entrypoint

from shared.calling.service import BaseService, TickMethod
from shared.database import BUSY
from shared.errors import TryAgain
from shared.limits import SERVICE
from shared.process import metrics

log = logging.getLogger(__name__)

# Soon after the start, so that gauges are there when the first scrape comes.
FIRST_TICK_SECONDS = 1.0


class Ticker(Entrypoint):  # type: ignore[misc]
    """Calls a tick at its interval by the monotonic clock, counted from the end of the one before: none pile up."""

    def __init__(self, service: BaseService, method: TickMethod, name: str, **options: Any) -> None:
        self._service = service
        self._method = method
        self._name = name
        self._seconds: float = method.ticks.seconds  # type: ignore[attr-defined]
        self._stopped = Event()
        self._thread: Any = None
        super().__init__(**options)

    def start(self) -> None:
        """Begin to tick, in a greenlet of nameko's."""
        metrics.begin_ticking(self._service.name, self._name, self._seconds)
        self._thread = self.container.spawn_managed_thread(self._run, identifier=self._name)

    def stop(self) -> None:
        """Let the present tick finish."""
        self._stopped.send(True)
        self._thread.wait()

    def kill(self) -> None:
        """End at once."""
        if self._thread is not None:
            self._thread.kill()

    def _run(self) -> None:
        pause = min(FIRST_TICK_SECONDS, self._seconds)
        while True:
            if self._stopped.wait(pause):
                return
            self._tick()
            pause = self._seconds

    def _tick(self) -> None:
        try:
            with eventlet.Timeout(max(self._seconds, SERVICE.tick), TryAgain(BUSY)):
                self._method(self._service)
        except Exception:
            log.exception("tick failed", extra={"service": self._service.name, "tick": self._name})
            metrics.TICK_FAILURES.labels(self._service.name, self._name).inc()
        else:
            metrics.TICK_SUCCESS.labels(self._service.name, self._name).set(time.time())
