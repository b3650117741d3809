"""What was counted a moment ago, where counting takes so long that nobody should wait for it at each look.

The units that are late grow with the place, and no counter can hold how many they are: a day makes them late. In a
county and in a province they are counted at each look; a country's forty thousand take forty milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import NamedTuple

# Fewer are counted each time.
LEAST = 10_000
# So that counting takes a fiftieth of the time, and the number is never older than anybody notices.
TIMES_AS_LONG = 50.0
LONGEST_SECONDS = 3.0
# Checklists and days that are looked at together.
MOST_KNOWN = 100


class _Known(NamedTuple):
    number: int
    until: float


class Lately:
    """Numbers by whatever they are of, of one process; threads may share it."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._known: dict[Hashable, _Known] = {}

    def counted(self, what: Hashable, count: Callable[[], int]) -> int:
        """What `count` says, or said a moment ago: at most `LONGEST_SECONDS`, where it was `LEAST` or more."""
        known = self._known.get(what)
        begun = self._clock()
        if known is not None and begun < known.until:
            return known.number
        number = count()
        if number >= LEAST:
            now = self._clock()
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[what] = _Known(number, now + min(TIMES_AS_LONG * (now - begun), LONGEST_SECONDS))
        return number
