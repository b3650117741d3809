"""A lane of its own for requests with a password: hashing keeps few threads, and nobody else's request waits for one.

Who waits here holds no thread. Where too many wait the next one is told so at once, by the threads of all pages, and
who has waited too long is told so in turn.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from typing import Any

from waitress.task import ThreadedTaskDispatcher

# In the environment of a request that found the lane full.
CROWDED = "qingdan.crowded"
OF_PASSWORDS = frozenset({"/sign-in", "/password"})
# A second one on two processors doubles what others wait, and is through hardly sooner.
THREADS = max(1, len(os.sched_getaffinity(0)) // 2)
# A second or two of hashing on two processors: who waits longer presses again.
MOST_WAITING = 40
# Of hashing alone nobody waits so long; where the services do not answer everybody would wait for all before him.
LONGEST_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A connection in the lane, and since when its request waits."""

    channel: Any
    since: float = field(default_factory=time.monotonic)

    def service(self) -> None:
        """Answer the request."""
        if time.monotonic() - self.since > LONGEST_SECONDS:
            self.channel.requests[0].is_crowded = True
        self.channel.service()

    def cancel(self) -> None:
        """Close the connection, because the server ends."""
        self.channel.cancel()


class Lane:
    """Carries out requests with a password, a few at a time."""

    def __init__(self) -> None:
        self._dispatcher = ThreadedTaskDispatcher()
        self._dispatcher.set_thread_count(THREADS)

    def guard(self, listener: Any) -> None:
        """Take over those of the requests that arrive at a listener of waitress."""
        plainly = listener.add_task

        def add_task(channel: Any) -> None:
            request = channel.requests[0]
            if not is_with_password(request):
                plainly(channel)
            elif len(self._dispatcher.queue) >= MOST_WAITING:
                request.is_crowded = True
                plainly(channel)
            else:
                self._dispatcher.add_task(_Waiting(channel))

        listener.add_task = add_task

    def close(self) -> None:
        """End the threads, after what they do now."""
        self._dispatcher.shutdown(timeout=1)


def is_with_password(request: Any) -> bool:
    """Whether a request that waitress read brings a password, which somebody has to hash."""
    return getattr(request, "command", "") == "POST" and getattr(request, "path", "") in OF_PASSWORDS
