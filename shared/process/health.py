"""The rescuer of a process that looks alive and is not: it depends on nothing that it watches.

Parts of the process report that they move. A real operating-system thread, also under eventlet, looks at the ages and
ends the process when one stands still; the supervisor starts it again, and everything under way is idempotent.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

log = logging.getLogger(__name__)

# EX_SOFTWARE of <sysexits.h>, so that a log tells it from a Python error.
EXIT_STUCK = 70
EXIT_DIED = 71
CHECK_SECONDS = 1.0


@dataclass(slots=True)
class Pulse:
    """When each part last moved, by the monotonic clock."""

    _beats: dict[str, float] = field(default_factory=dict)

    def beat(self, part: str) -> None:
        """Say that `part` has moved just now."""
        self._beats[part] = time.monotonic()

    def pause(self, part: str) -> None:
        """`part` has stopped for a reason of its own: it is not stuck, and not at work."""
        self._beats.pop(part, None)

    def has_beaten(self, part: str) -> bool:
        """Whether `part` is at work: it has moved, and not paused since."""
        return part in self._beats

    def age(self, part: str) -> float:
        """Seconds since `part` moved; 0 for one that never reported, or paused."""
        beat = self._beats.get(part)
        return 0.0 if beat is None else time.monotonic() - beat

    def stuck(self, limits: Mapping[str, float]) -> str | None:
        """The first part that stood still for longer than its limit."""
        return next((part for part, limit in limits.items() if self.age(part) > limit), None)


def watch(pulse: Pulse, limits: Mapping[str, float], *, sleep: Callable[[float], None]) -> None:
    """Look at `pulse` until a part stands still, then end the process. Run it in a thread with the real `sleep`."""
    while True:
        sleep(CHECK_SECONDS)
        part = pulse.stuck(limits)
        if part is not None:
            end_process(f"{part} has not moved for {limits[part]:.0f} s")


def watch_in_thread(pulse: Pulse, limits: Mapping[str, float]) -> None:
    """`watch` from a thread of a plain process."""
    threading.Thread(target=watch, args=(pulse, limits), kwargs={"sleep": time.sleep}, daemon=True).start()


def end_process(reason: str, code: int = EXIT_STUCK) -> None:
    """End at once, without the clean-up that a stuck process could not do. Logging may be what is stuck, so no log."""
    os.write(
        sys.stderr.fileno() if sys.stderr else 2, f'{{"event": "process ends itself", "reason": "{reason}"}}\n'.encode()
    )
    os._exit(code)
