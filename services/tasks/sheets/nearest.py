"""The names that come nearest to one that is in no directory, however many names there are. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from heapq import nlargest

MOST_COMPARED = 100


@dataclass(slots=True)
class Nearest:
    """Looks among `names`; what a file writes a hundred times is looked for once."""

    names: Collection[str]
    _found: dict[str, list[str]] = field(default_factory=dict)

    def of(self, written: str) -> list[str]:
        """The likeliest three at most, the nearest first."""
        if written not in self._found:
            self._found[written] = get_close_matches(written, _alike(written, self.names), n=3, cutoff=0.4)
        return self._found[written]


def _alike(written: str, names: Iterable[str]) -> list[str]:
    """The names that share the most signs with what was written.

    To compare a text with those of a whole country by the order of their signs, too, takes most of a second.
    """
    signs = frozenset(written)
    return nlargest(MOST_COMPARED, names, key=lambda name: len(signs.intersection(name)) / (len(signs) + len(name)))
