"""When it is known that the broker is away, so that nobody waits to find out what another has found out just now."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

# A broker that restarts, or another node that takes over, is back within this; a call in the meantime waits for it.
KNOWN_AFTER_SECONDS = 3.0
# Of a fault that is older nobody can say whether the broker was away all the time since.
FORGOTTEN_AFTER_SECONDS = 10.0


@dataclass(slots=True)
class Outage:
    """Tries to connect as several threads report them. Times are seconds of one monotonic clock."""

    known_after: float = KNOWN_AFTER_SECONDS
    _since: float | None = None
    _last: float = 0.0
    _is_known: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def is_known(self) -> bool:
        """Whether trying would be a wait for nothing."""
        return self._is_known

    def failed(self, now: float) -> bool:
        """A try failed; True to the one report by which the outage becomes known."""
        with self._lock:
            if self._since is None or now - self._last > FORGOTTEN_AFTER_SECONDS:
                self._since = now
            self._last = now
            becomes_known = not self._is_known and now - self._since >= self.known_after
            self._is_known = self._is_known or becomes_known
            return becomes_known

    def ended(self) -> None:
        """A try worked."""
        with self._lock:
            self._since, self._is_known = None, False
