"""Which duties of sampled items are looked at: drawn by a seed, for each unit by itself, so that anybody can repeat it.

Pure; `samples/store.py` says the same in SQL, and docs/sampling.md in ten lines for everybody.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

# One more byte than a digest has, so that every digest lies below it.
EVERYTHING = b"\xff" * 33


class Candidate(NamedTuple):
    """A duty of a sampled item, by the ids of its unit and item, and the revision with which it came into the draw."""

    unit_id: int
    item_id: int
    period: str
    revision: int = 1


def digest_of(seed: str, duty: Candidate) -> bytes:
    """What decides on a duty; nobody who lacks the seed can say what it is."""
    return hashlib.sha256(f"{seed}|{duty.unit_id}|{duty.item_id}|{duty.period}".encode()).digest()


def limit_of(percent: int) -> bytes:
    """Below which digest a duty is drawn, so that `percent` of all possible ones are, 1 to 100."""
    return EVERYTHING if percent == 100 else (-(-percent * 2**256 // 100)).to_bytes(32, "big")


def drawn(seed: str, percent: int, candidates: Iterable[Candidate]) -> frozenset[Candidate]:
    """Those that are drawn: below the limit, and of each unit the smallest of its first revision, so that it has one.

    What one unit has decides nothing about another, and what comes with a later revision nothing about what was there.
    """
    limit = limit_of(percent)
    of_unit: dict[int, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        of_unit[candidate.unit_id].append(candidate)
    below = {duty for duties in of_unit.values() for duty in duties if digest_of(seed, duty) < limit}
    return frozenset(below.union(_smallest(seed, duties) for duties in of_unit.values()))


def _smallest(seed: str, duties: list[Candidate]) -> Candidate:
    first = min(duty.revision for duty in duties)
    return min((duty for duty in duties if duty.revision == first), key=lambda duty: digest_of(seed, duty))


def commitment_to(seed: str) -> str:
    """What is published of a seed before the seed itself: it can be checked against it, and not be found from it."""
    return hashlib.sha256(seed.encode()).hexdigest()
