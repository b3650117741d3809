"""All that issuing would make, as a workbook that is sent while it is made: a sheet of units, one of duties. Pure.

Units that are named alike have the same duties, so that what a duty's row says is prepared once for all of them.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from services.portal.streamed_book import Book, Column, Many, Prepared

# How many kinds of units are remembered while the units go by in the order of their codes.
_KINDS_AT_HAND = 256


@dataclass(frozen=True, slots=True)
class Due:
    """A date of an item in words; `place` is where it stands in the checklist."""

    place: int
    title: str
    period: str
    due_on: dt.date
    asks_file: bool
    remark: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit in words, with the key that tells which duties it has."""

    name: str
    kind: str
    alike: str


@dataclass(frozen=True, slots=True)
class Coming:
    """The units, the rows that name them by key as (row, part in the work), and the dates below each row."""

    units: Sequence[Unit]
    parts: Mapping[str, Sequence[tuple[int, str]]]
    dues: Mapping[int, Sequence[Due]]

    def duties(self) -> int:
        """How many duties there are in all."""
        each = {alike: sum(len(self.dues[row_id]) for row_id, _ in parts) for alike, parts in self.parts.items()}
        return sum(each[unit.alike] for unit in self.units)

    def of(self, alike: str) -> list[tuple[Due, str]]:
        """What each of the units of a key has, and its part in it, in the order of the checklist."""
        found = [(due, part) for row_id, part in self.parts[alike] for due in self.dues[row_id]]
        return sorted(found, key=lambda one: one[0].place)

    def months(self) -> list[str]:
        """The months in which anything is due, such as 2026-03."""
        return sorted({_month(due) for dues in self.dues.values() for due in dues})


@dataclass(frozen=True, slots=True)
class Words:
    """What the sheets are called and say; `with_file` is said of a duty that asks for one."""

    said: str
    units: str
    duties: str
    unit_columns: Sequence[Column]
    duty_columns: Sequence[Column]
    with_file: str


def write_coming(coming: Coming, words: Words) -> Iterator[bytes]:
    """The workbook piece by piece. Of units: name, kind, duties, files, steps, and steps month by month."""
    book = Book()
    months = coming.months()
    unit_columns = [*words.unit_columns, *(Column(month, 10) for month in months)]
    yield from book.sheet(words.units, words.said, unit_columns, _units(book, coming, months))
    yield from book.sheet(words.duties, words.said, words.duty_columns, _duties(book, coming, words.with_file))
    yield from book.end()


def _units(book: Book, coming: Coming, months: Sequence[str]) -> Iterator[Many]:
    @lru_cache(_KINDS_AT_HAND)
    def counted(alike: str) -> Prepared:
        dues = [due for due, _ in coming.of(alike)]
        steps: Counter[str] = Counter()
        for due in dues:
            steps[_month(due)] += 1 + due.asks_file
        files = sum(due.asks_file for due in dues)
        of_months = [steps[month] or None for month in months]
        return book.prepare([len(dues), files or None, len(dues) + files, *of_months], after=2)

    return (Many((unit.name, unit.kind), [counted(unit.alike)]) for unit in coming.units)


def _duties(book: Book, coming: Coming, with_file: str) -> Iterator[Many]:
    @lru_cache(_KINDS_AT_HAND)
    def prepared(alike: str) -> list[Prepared]:
        return [of_one(due, part) for due, part in coming.of(alike)]

    @lru_cache(None)
    def of_one(due: Due, part: str) -> Prepared:
        cells = (due.title, due.period, due.due_on, part, with_file if due.asks_file else "", due.remark)
        return book.prepare(cells, after=1)

    return (Many((unit.name,), prepared(unit.alike)) for unit in coming.units)


def _month(due: Due) -> str:
    return f"{due.due_on:%Y-%m}"
