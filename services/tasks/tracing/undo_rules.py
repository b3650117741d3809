"""Whether a change of a draft can still be undone, and what undoing it means. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# What others count up or what a neighbour's move changes is no change of the row.
_NOT_COMPARED = frozenset({"version", "position"})

# Rows by their id as text: {"data": columns, "units": [[role, unit id, group id], …]}.
Rows = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Steps:
    """The rows that an undo takes away, brings back, and sets back, by their ids as text."""

    removed: tuple[str, ...]
    restored: tuple[str, ...]
    reset: tuple[str, ...]


def is_untouched(after: Rows, now: Rows) -> bool:
    """Whether the rows are as the change left them; version and place among siblings do not count.

    Nor does a column that only one of them has: a release that came in between added or dropped it.
    """
    return after.keys() == now.keys() and all(_is_same(after[row], now[row]) for row in after)


def steps(before: Rows, after: Rows) -> Steps:
    """What has to be done so that the rows are as they were before."""
    return Steps(
        removed=tuple(row for row in after if row not in before),
        restored=tuple(row for row in before if row not in after),
        reset=tuple(row for row in before if row in after),
    )


def has_strangers(after: Rows, children: Iterable[int]) -> bool:
    """Whether among the rows below those that an undo takes away are some that the change did not leave there."""
    return bool(set(map(str, children)) - set(after))


def _is_same(row: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    names = row["data"].keys() & other["data"].keys() - _NOT_COMPARED
    return list(row["units"]) == list(other["units"]) and all(row["data"][n] == other["data"][n] for n in names)
