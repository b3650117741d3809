"""How many events go together, so that their transaction stays short whatever they weigh. Pure.

An event weighs as much as its body is long: one that speaks of a hundred duties is as long as a hundred of them, and so
much work. How much of that fits into the time is learnt from the batch before.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import accumulate, islice, takewhile

# Inbox, projection and counters take one statement each, however many events they are for.
MOST_EVENTS = 1000
# As many of the short events as that, with room for longer words.
MOST_BYTES = 640 * 1024
# A few dozen short events: however slow the database is, each transaction for itself would be slower.
LEAST_BYTES = 16 * 1024
FIRST_BYTES = 64 * 1024
# Locks of a batch are waited for by others for twice as long (`shared/limits.py`), and what comes after it is as late.
SECONDS = 1.5


@dataclass(frozen=True, slots=True)
class Bound:
    """How many bytes the next batch may have."""

    bytes: int = FIRST_BYTES

    def fitting(self, weights: Iterable[int]) -> int:
        """How many of the first events, of these bytes each, go together: one in any case, where there is one."""
        first = list(islice(weights, MOST_EVENTS))
        within = sum(1 for _ in takewhile(lambda total: total <= self.bytes, accumulate(first)))
        return max(within, min(1, len(first)))

    def after(self, weight: int, seconds: float) -> Bound:
        """The bound for the batch after one of `weight` bytes that took so many seconds.

        Too slow a batch lowers it to what would have been in time; a quick one that was no small part of it doubles it.
        """
        if seconds > SECONDS:
            return replace(self, bytes=max(LEAST_BYTES, min(self.bytes, int(weight * SECONDS / seconds))))
        if 2 * seconds <= SECONDS and 2 * weight >= self.bytes:
            return replace(self, bytes=min(MOST_BYTES, 2 * self.bytes))
        return self
