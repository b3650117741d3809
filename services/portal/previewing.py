"""A preview of issuing as its page lays it out: what one holiday moves together, what is too much for whom. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Moved:
    """The dates that move to one day, because the same days off lie before it; `titles` are those of the rows."""

    first: str
    last: str
    to: str
    dates: int
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Busy:
    """A unit with the months in which it has too much to do, as (month, duties, files, steps)."""

    name: str
    months: tuple[tuple[str, int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Past:
    """A row with its dates that are over."""

    row_id: int
    title: str
    days: tuple[str, ...]


def by_holiday(moved: Iterable[Mapping[str, Any]]) -> list[Moved]:
    """The moved dates by the day they move to, in order of days."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for one in moved:
        found.setdefault(one["moved_to"], []).append(one)
    return [_moved(to, found[to]) for to in sorted(found)]


def by_unit(busy: Iterable[Mapping[str, Any]]) -> list[Busy]:
    """The busy months of each unit, in the order in which they come."""
    found: dict[int, tuple[str, list[tuple[str, int, int, int]]]] = {}
    for one in busy:
        files = one.get("files", 0)
        month = (one["month"], one["duties"], files, one.get("steps", one["duties"]))
        found.setdefault(one["unit_id"], (one["name"], []))[1].append(month)
    return [Busy(name, tuple(months)) for name, months in found.values()]


def by_row(past: Iterable[Mapping[str, Any]]) -> list[Past]:
    """The past dates of each row, in the order in which they come."""
    found: dict[int, tuple[str, list[str]]] = {}
    for one in past:
        found.setdefault(one["row_id"], (one["title"], []))[1].append(one["due_on"])
    return [Past(row_id, title, tuple(days)) for row_id, (title, days) in found.items()]


def _moved(to: str, dates: list[Mapping[str, Any]]) -> Moved:
    written = sorted(one["written"] for one in dates)
    titles = tuple(dict.fromkeys(one["title"] for one in dates))
    return Moved(written[0], written[-1], to, len(dates), titles)
