"""The one shape of every background loop: do a step, wait, survive what the step cannot handle, and be stoppable.

A step returns the seconds until its next turn. A fault of the surroundings (TryAgain) is waited out with growing
pauses; a defect is logged, counted and waited out likewise, because a loop that dies silently helps nobody.
"""

from __future__ import annotations

import logging
import queue
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from shared.errors import TryAgain
from shared.process import metrics

log = logging.getLogger(__name__)

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 10.0


class Signals:
    """Named points that a loop passes; nothing happens there, but a test may put a fault in its place."""

    def reached(self, point: str) -> None:
        """Pass the point."""


@dataclass(slots=True)
class Backoff:
    """Pauses that double up to a limit; `reset` after a success."""

    longest: float = LONGEST_PAUSE
    _next: float = FIRST_PAUSE

    def pause(self) -> float:
        """The seconds to wait now; the next pause is twice as long, up to the longest."""
        pause = self._next
        self._next = min(self._next * 2, self.longest)
        return pause

    def reset(self) -> None:
        """Begin again with the shortest pause, after a success."""
        self._next = FIRST_PAUSE


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM and Ctrl-C set from now on; call it in the main thread of a process."""
    return event_of_signals(signal.SIGTERM, signal.SIGINT)


def event_of_signals(*numbers: signal.Signals) -> threading.Event:
    """An event that each of the signals sets from now on; call it in the main thread of a process."""
    event = threading.Event()
    # A handler runs in the middle of whatever the main thread does, which may be holding the event's own lock. A
    # SimpleQueue may be written to at any moment, and another thread sets the event.
    arrived: queue.SimpleQueue[int] = queue.SimpleQueue()

    def pass_on() -> None:
        while True:
            arrived.get()
            event.set()

    for number in numbers:
        signal.signal(number, lambda number, _frame: arrived.put(number))
    threading.Thread(target=pass_on, name="signals", daemon=True).start()
    return event


def run(name: str, step: Callable[[], float], stopping: threading.Event) -> None:
    """Repeat `step` until `stopping` is set."""
    metrics.begin_at_zero(metrics.LOOP_FAILURES, [name], ("away", "defect"))
    backoff = Backoff()
    while not stopping.is_set():
        stopping.wait(guarded(name, step, backoff))


def guarded(name: str, step: Callable[[], float], backoff: Backoff) -> float:
    """Do one step; return the seconds to wait before the next, whatever happened."""
    try:
        pause = step()
    except TryAgain as error:
        log.warning("loop waits", extra={"loop": name, "reason": str(error), **error.details})
        metrics.LOOP_FAILURES.labels(name, "away").inc()
        return backoff.pause()
    except Exception:
        log.exception("loop step failed", extra={"loop": name})
        metrics.LOOP_FAILURES.labels(name, "defect").inc()
        return backoff.pause()
    backoff.reset()
    return pause


@dataclass(slots=True)
class Loop:
    """A loop in a thread of its own."""

    name: str
    step: Callable[[], float]
    stopping: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread."""
        self._thread = threading.Thread(
            target=run, args=(self.name, self.step, self.stopping), name=self.name, daemon=True
        )
        self._thread.start()

    def stop(self, *, within: float = 15.0) -> None:
        """Let the present step finish and wait for it."""
        self.stopping.set()
        if self._thread is not None:
            self._thread.join(within)
