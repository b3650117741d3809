"""What several senders of a process send next: read for many mails at once, handed out one by one."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

from services.notifications.delivery.sending import Prepared

MAILS_AHEAD = 25
# What a mail says is as old as this at most when it is claimed; a claim is for one alone, so that a sender that dies
# leaves one in doubt.
SECONDS_AHEAD = 1.0


class Ahead:
    """Deliveries that are due, until `until` by the monotonic clock; `look` finds some, and None when none is left."""

    def __init__(self, look: Callable[[int], list[Prepared] | None], until: float) -> None:
        self._look = look
        self._until = until
        self._waiting: deque[Prepared] = deque()
        self._fresh_until = 0.0
        self._is_over = False
        self._lock = threading.Lock()

    def next(self) -> Prepared | None:
        """Take the next one; None when nothing is due any more or the time is over."""
        with self._lock:
            return self._waiting.popleft() if self._has_some() else None

    def has_more(self) -> bool:
        """Whether there may be a next one."""
        with self._lock:
            return self._has_some()

    def least(self, most: int) -> int:
        """How many senders it takes: none for nothing, one for a few, else `most`."""
        with self._lock:
            return (most if len(self._waiting) == MAILS_AHEAD else 1) if self._has_some() else 0

    def _has_some(self) -> bool:
        while not self._is_over and not (self._waiting and time.monotonic() < self._fresh_until):
            found = self._look(MAILS_AHEAD) if time.monotonic() < self._until else None
            self._is_over = found is None
            self._waiting, self._fresh_until = deque(found or ()), time.monotonic() + SECONDS_AHEAD
        return not self._is_over and time.monotonic() < self._until
