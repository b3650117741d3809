"""Holds what boards count and reminders are planned by against the ledger of duties, and names the cells that differ.

A duty differs where it is unknown, or known in a version before the one of the ledger. What is on its way differs, too:
it is looked at again after a while, and is wrong when nothing newer has come.
"""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from services.notifications.reminding import queries as reminders
from services.stats.recount import queries as boards
from services.tasks.duties import queries as ledger
from services.tasks.duties.queries import InLedger
from shared.database import Cursor, Database

AT_ONCE = 1000
# What is on its way is there, and what was lost has been sent again.
PATIENCE_SECONDS = 60.0
PAUSE_SECONDS = 2.0


class Known(Protocol):
    """A duty as a listener knows it."""

    @property
    def version(self) -> int: ...
    @property
    def state(self) -> str: ...
    @property
    def due_on(self) -> dt.date: ...


class Cell(NamedTuple):
    """What a board counts together."""

    checklist: str
    unit: str
    due_on: dt.date
    state: str


class Wrong(NamedTuple):
    """A cell that is not what the ledger says: how many duties the listener has too few or, below 0, too many."""

    service: str
    cell: Cell
    lacks: int


@dataclass(frozen=True, slots=True)
class Compared:
    """How many duties were looked at, and what differs."""

    duties: int
    wrong: list[Wrong]


HELD: dict[str, Callable[[Cursor, Sequence[int]], Mapping[int, Known]]] = {
    "stats": boards.held,
    "notifications": reminders.held,
}


def compare(tasks: Database, listeners: Mapping[str, Database], *, patience: float | None = None) -> Compared:
    """Look at each duty of the ledger in the databases of `listeners` (stats, notifications); changes nothing."""
    number, late = 0, {name: list[InLedger]() for name in listeners}
    for page in _pages(tasks):
        number += len(page)
        for name, database in listeners.items():
            late[name] += _behind(name, database, page)
    until = time.monotonic() + (PATIENCE_SECONDS if patience is None else patience)
    while any(late.values()) and time.monotonic() < until:
        time.sleep(PAUSE_SECONDS)
        late = {name: _behind(name, listeners[name], found) for name, found in late.items()}
    wrong = [one for name, found in late.items() for one in _cells(name, listeners[name], found)]
    return Compared(number, wrong)


def _pages(tasks: Database) -> Iterator[list[InLedger]]:
    after = 0
    while True:
        with tasks.transaction() as cur:
            page = ledger.ledger(cur, after, limit=AT_ONCE)
        if not page:
            return
        yield page
        after = page[-1].id


def _behind(name: str, database: Database, duties: Sequence[InLedger]) -> list[InLedger]:
    known = _held(name, database, duties)
    return [duty for duty in duties if duty.id not in known or known[duty.id].version < duty.version]


def _cells(name: str, database: Database, duties: Sequence[InLedger]) -> list[Wrong]:
    lacks: Counter[Cell] = Counter()
    known = _held(name, database, duties)
    for duty in duties:
        lacks[Cell(duty.checklist, duty.unit, duty.due_on, duty.state)] += 1
        if held := known.get(duty.id):
            lacks[Cell(duty.checklist, duty.unit, held.due_on, held.state)] -= 1
    return [Wrong(name, cell, number) for cell, number in sorted(lacks.items()) if number]


def _held(name: str, database: Database, duties: Sequence[InLedger]) -> Mapping[int, Known]:
    with database.transaction() as cur:
        return HELD[name](cur, [duty.id for duty in duties])
