"""Of several versions of the same thing, the newest: events come twice, late and out of order. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

Thing = TypeVar("Thing")


def newest(found: Iterable[Thing], *, key: Callable[[Thing], int], version: Callable[[Thing], int]) -> list[Thing]:
    """The newest of `found` for each key, in the order of the keys; of equal versions the first one stays.

    Rows written in key order let two consumers with overlapping batches wait for each other instead of deadlocking.
    """
    kept: dict[int, Thing] = {}
    for thing in found:
        one = key(thing)
        known = kept.get(one)
        if known is None or version(known) < version(thing):
            kept[one] = thing
    return [kept[one] for one in sorted(kept)]
