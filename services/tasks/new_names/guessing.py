"""Which units of the directory a name may mean that stands in none, the likeliest first. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from services.tasks.new_names.short_names import is_short_for, key_of, level_of
from services.tasks.notices.names import normalise

MOST_GUESSED = 3
# Two names of three signs that differ in one have 67: 财政局 and 财证局, but also 财政局 and 民政局.
_SIGNIFICANT = 65.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit by all that it is called."""

    id: int
    name: str
    kind: str
    aliases: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Guess:
    """A unit that a name may mean; `is_certain` when it is another form of its names and of nobody else's."""

    unit: Candidate
    is_certain: bool


def is_of_the_same_level(name: str, other: str) -> bool:
    """Whether two names may be of one government: 市财政局 is not 县财政局, and 财政局 may be either."""
    levels = [level for level in map(level_of, map(normalise, (name, other))) if level]
    return len(levels) < 2 or levels[0] == levels[1]


class Guesser:
    """The units of one county, prepared for many names."""

    def __init__(self, units: Iterable[Candidate], *, county: str = "") -> None:
        self._counties = (normalise(county),) if county else ()
        self._by_key: dict[str, dict[int, Candidate]] = defaultdict(dict)
        for unit in units:
            for name in (unit.name, *unit.aliases):
                self._by_key[self.key_of(name)][unit.id] = unit
        self._keys = list(self._by_key)
        # A short form begins and ends like the full one.
        self._by_ends: dict[tuple[str, str], list[str]] = defaultdict(list)
        for key in self._keys:
            self._by_ends[key[0], key[-1]].append(key)

    def key_of(self, name: str) -> str:
        """What all forms of the name have in common."""
        return key_of(name, self._counties)

    def guesses(self, name: str) -> tuple[Guess, ...]:
        """At most three units; one that is certain stands first, and alone of its rank."""
        key = self.key_of(name)
        for found in (self._by_key.get(key, {}), self._shortened(key)):
            if found:
                units = list(found.values())
                close = [] if len(units) > 1 else [unit for unit in self._close(key) if unit.id not in found]
                alone = len(units) == 1 and is_of_the_same_level(name, units[0].name)
                first = [Guess(unit, is_certain=alone) for unit in units]
                return (*first, *(Guess(unit, is_certain=False) for unit in close))[:MOST_GUESSED]
        return tuple(Guess(unit, is_certain=False) for unit in self._close(key))

    def _shortened(self, key: str) -> dict[int, Candidate]:
        alike = self._by_ends.get((key[0], key[-1]), [])
        fitting = (other for other in alike if is_short_for(key, other) or is_short_for(other, key))
        return {key: unit for other in fitting for key, unit in self._by_key[other].items()}

    def _close(self, key: str) -> list[Candidate]:
        hits = process.extract(key, self._keys, scorer=fuzz.WRatio, score_cutoff=_SIGNIFICANT, limit=2 * MOST_GUESSED)
        units = {key: unit for other, _score, _at in hits for key, unit in self._by_key[other].items()}
        return list(units.values())[:MOST_GUESSED]
