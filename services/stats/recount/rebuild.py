"""Makes the projection, the counters, the days and the sums anew from an event log, beside the running ones.

For a changed rule of counting, a lost database, or a number that somebody's hand or a defect has spoilt. What is made
takes the place of the running one in a transaction at the end, row by row where they differ: boards are read on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from services.stats.completion import counting
from services.stats.completion import store as completion
from services.stats.figures import store as figures
from services.stats.practices import taking as practices
from services.stats.recount import store
from services.stats.recount.store import Beside
from services.stats.reports import store as reports
from services.stats.reports.asking import take_groups
from shared.database import Cursor
from shared.events import (
    ChecklistChanged,
    DutiesAmended,
    DutiesIssued,
    DutyState,
    PersonChanged,
    PracticeChanged,
    Received,
    RowsIssued,
    UnitChanged,
)

# As many as a consumer takes at once.
BATCH = 500


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many events were read, of how many duties, and what differed.

    `behind` are duties of which news were on the way: their rows differ, and nothing was wrong with them.
    """

    events: int
    duties: int
    differences: list[Beside]
    behind: int


@dataclass(slots=True)
class Rebuilding:
    """One rebuild, on one connection from its beginning to its end: the tables beside are this session's alone.

    With `is_part` the log is read from some moment on: what was before it is taken as it is.
    """

    is_part: bool = False
    events: int = 0
    _seen: set[tuple[str, int]] = field(default_factory=set)

    @property
    def state(self) -> tuple[int, frozenset[tuple[str, int]]]:
        """How far it has come; what was taken in a transaction that failed is given back by setting it."""
        return self.events, frozenset(self._seen)

    @state.setter
    def state(self, before: tuple[int, frozenset[tuple[str, int]]]) -> None:
        self.events, self._seen = before[0], set(before[1])

    def begin(self, cur: Cursor) -> None:
        """Make the tables beside the running ones."""
        store.begin_beside(cur, from_running=self.is_part)

    def take(self, cur: Cursor, log: Iterable[Received]) -> None:
        """Take events into the tables beside, in the order of the log."""
        store.allow_long(cur)
        events = iter(log)
        while batch := list(islice(events, BATCH)):
            if self.is_part:
                self._make_room(cur, batch)
            practices.take(cur, batch)
            # Not the counters: they are counted once, at the end.
            counting.project(cur, batch)
            take_groups(cur, batch)
            self.events += len(batch)
            if newest := counting.newest_time(batch):
                completion.advance_as_of(cur, newest)

    def hold(self, cur: Cursor) -> None:
        """Let consumers and whoever records figures wait until the commit: what the log holds from here on waits too.

        In the order in which everybody else takes them: news of groups, the tree, the clock of figures.
        """
        store.allow_long(cur)
        reports.lock_groups(cur)
        store.hold_running(cur)
        figures.hold_clock(cur)

    def finish(self, cur: Cursor, *, may_write: bool) -> Rebuilt:
        """Count, compare, and let the running tables hold what is beside them; without `may_write` only compare."""
        if self.is_part:
            store.hold_from_ever(cur, sorted(key for table, key in self._seen if table == "duty"))
        duties = completion.count_anew(cur)
        store.begin_sums(cur)
        figures.count_anew(cur)
        store.leave_out_dropped(cur, is_part=self.is_part)
        found, behind = store.differences(cur), store.behind(cur)
        if may_write:
            store.take_over(cur, found)
            # A kept day is right as long as the changes are those from which it was counted.
            if any(one.table in ("item_day", "issued_row", "checklist") for one in found):
                store.forget_kept_days(cur)
        return Rebuilt(self.events, duties, found, behind)

    def _make_room(self, cur: Cursor, batch: Sequence[Received]) -> None:
        """Let what the log tells again count as newer than what the running tables say of it."""
        versions: dict[int, int] = {}
        others: dict[str, list[int]] = {}
        for table, key, version in _told(batch):
            if (table, key) in self._seen:
                continue
            self._seen.add((table, key))
            if table == "duty":
                versions[key] = version
            else:
                others.setdefault(table, []).append(key)
        store.forget_from(cur, versions, others)


def _told(batch: Sequence[Received]) -> Iterable[tuple[str, int, int]]:
    for event in batch:
        data = event.data
        if isinstance(data, UnitChanged):
            yield "unit", data.unit_id, data.version
        elif isinstance(data, PersonChanged):
            yield "person", data.person_id, data.version
        elif isinstance(data, ChecklistChanged):
            yield "checklist", data.checklist_id, data.version
        elif isinstance(data, PracticeChanged):
            yield "practice", data.practice_id, data.version
        elif isinstance(data, RowsIssued):
            yield from (("issued_row", row.row_id, data.revision) for row in data.rows)
        elif isinstance(data, DutiesIssued):
            yield from (("duty", duty.duty_id, 1) for duty in data.duties)
        elif isinstance(data, DutiesAmended):
            yield from (("duty", duty.duty_id, duty.version) for duty in data.duties)
        elif isinstance(data, DutyState):
            yield "duty", data.duty_id, data.version
