"""Keeps a service's plumbing tables in order: partitions, ticks, gauges, seals, what is old.

The outbox's reader does it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from shared import commit_order
from shared.database import Cursor
from shared.delivery import deadletters, outbox, telling
from shared.delivery.forgetting import plumbing
from shared.delivery.tidying import Tidying, isolated
from shared.hearing import store as hearing
from shared.limits import DATABASE
from shared.process import metrics
from shared.retention import Retention
from shared.sealing import queries as sealing
from shared.sealing.sealing import BATCH, Sealing

log = logging.getLogger(__name__)

# A transaction of ours is over within seconds; a chunk of a large issuing may take one or two.
HELD_SECONDS = 10.0
# What is said of the session while there is none, so that a query has an answer when all is well.
NOBODY = ("", "", "")
# The heartbeat that tells consumers how fresh they are.
TICK_SECONDS = 10.0
GAUGE_SECONDS = 5.0
CARE_SECONDS = 3600.0
STATISTICS_SECONDS = 60.0
# Rows of the log wait as long for their seals, and are not waited for.
SEAL_SECONDS = 1.0

# A relay that stood still over a long holiday finds its month.
PARTITIONS_AHEAD = 2


@dataclass(slots=True)
class Housekeeping:
    """Does what is due; `service` names the database, `readers` those whose backlog is measured.

    `retention` is what the service says of its own tables, beside those of the plumbing, `sealing` what its log is.
    """

    service: str
    readers: Sequence[str]
    ticks: bool = True
    retention: Retention = field(default_factory=Retention)
    sealing: Sealing = field(default_factory=Sealing)
    _tidying: Tidying = field(init=False)
    _due: dict[str, float] = field(default_factory=dict)
    _held_by: tuple[str, str, str] | None = None

    def __post_init__(self) -> None:
        self._tidying = Tidying(self.service, plumbing(self.readers) + self.retention)

    def take_turns(self, transaction: Callable[[], AbstractContextManager[Cursor]]) -> None:
        """Do what is due by now, each part in a transaction of its own; none is opened for what is not due."""
        if self._would_do("tick", "gauges", "care"):
            with transaction() as cur:
                self.step(cur)
        if self._would_do("seal"):
            with transaction() as cur:
                self.seal(cur)
        if self._would_do("statistics"):
            with transaction() as cur:
                self.gather_statistics(cur)
        if self._tidying.is_due:
            with transaction() as cur:
                self.tidy(cur)

    def step(self, cur: Cursor) -> None:
        """Do what is due by now, in the caller's transaction; cheap when nothing is."""
        if self.ticks and self._is_due("tick", TICK_SECONDS) and telling.tick(cur, self.service):
            self._due["tick"] = 0.0
        self.measure(cur)
        if self._is_due("care", CARE_SECONDS):
            cur.execute("SELECT make_outbox_partitions(%s)", (PARTITIONS_AHEAD,))
            cur.execute("SELECT make_year_partitions()")

    def tidy(self, cur: Cursor) -> None:
        """Let a little go of what is old; in a transaction of its own, which `step` must not share."""
        self._tidying.step(cur)

    def seal(self, cur: Cursor) -> None:
        """Seal what waits of the log, when it is time; in a transaction of its own.

        What fails is undone, logged and tried again: no event waits for it, and the age of what waits tells of it.
        """
        if self._is_due("seal", SEAL_SECONDS):
            number = isolated(cur, lambda: self.sealing.step(cur), what=f"sealing {self.service}")
            if number == BATCH:
                self._due["seal"] = 0.0

    def gather_statistics(self, cur: Cursor) -> None:
        """Let joins with tables of several years be planned for as many rows as there are, when it is time.

        What fails is undone, logged and tried again, as sealing is.
        """
        if self._is_due("statistics", STATISTICS_SECONDS):
            isolated(cur, lambda: _gather_statistics(cur), what=f"statistics of {self.service}")

    def measure(self, cur: Cursor) -> None:
        """Set the gauges, when it is time."""
        if not self._is_due("gauges", GAUGE_SECONDS):
            return
        messages, oldest_seconds = deadletters.waiting(cur)
        metrics.PARKED_WAITING.labels(self.service).set(messages)
        metrics.PARKED_AGE.labels(self.service).set(oldest_seconds)
        metrics.GAP_AGE.labels(self.service).set(hearing.oldest_seconds(cur))
        unsealed = sealing.unsealed(cur)
        metrics.LOG_UNSEALED.labels(self.service).set(unsealed.rows)
        metrics.LOG_UNSEALED_AGE.labels(self.service).set(unsealed.age)
        oldest = 0.0
        for reader in self.readers:
            rows, age = outbox.backlog(cur, reader)
            metrics.OUTBOX_UNSENT.labels(self.service, reader).set(rows)
            metrics.OUTBOX_AGE.labels(self.service, reader).set(age)
            oldest = max(oldest, age)
        self._name_holder(cur, oldest)

    def _name_holder(self, cur: Cursor, waited: float) -> None:
        """Say whose transaction the events wait for, if they have waited for long and there is one."""
        holder = next(iter(commit_order.holders(cur)), None) if waited > HELD_SECONDS else None
        labels = (str(holder.pid), holder.role, holder.application) if holder else NOBODY
        if self._held_by is not None and self._held_by != labels:
            metrics.drop(metrics.OUTBOX_HELD, self.service, *self._held_by)
        metrics.OUTBOX_HELD.labels(self.service, *labels).set(waited if holder else 0)
        if holder is not None and labels != self._held_by:
            extra = {"database": self.service, "pid": labels[0], "role": labels[1], "application": labels[2]}
            log.warning("events wait for the transaction of a session", extra=extra)
        self._held_by = labels

    def stop_measuring(self) -> None:
        """Take the gauges back: another process measures from now on, and a value that stands still would mislead."""
        self._tidying.stop_measuring()
        metrics.drop(metrics.PARKED_WAITING, self.service)
        metrics.drop(metrics.PARKED_AGE, self.service)
        metrics.drop(metrics.GAP_AGE, self.service)
        metrics.drop(metrics.LOG_UNSEALED, self.service)
        metrics.drop(metrics.LOG_UNSEALED_AGE, self.service)
        if self._held_by is not None:
            metrics.drop(metrics.OUTBOX_HELD, self.service, *self._held_by)
            self._held_by = None
        for reader in self.readers:
            metrics.drop(metrics.OUTBOX_UNSENT, self.service, reader)
            metrics.drop(metrics.OUTBOX_AGE, self.service, reader)

    def _would_do(self, *what: str) -> bool:
        now = time.monotonic()
        return any(self._due.get(one, 0.0) <= now for one in what if one != "tick" or self.ticks)

    def _is_due(self, what: str, seconds: float) -> bool:
        now = time.monotonic()
        if now < self._due.get(what, 0.0):
            return False
        self._due[what] = now + seconds
        return True


def _gather_statistics(cur: Cursor) -> None:
    cur.execute(f"SET LOCAL statement_timeout = '{DATABASE.long_statement:.0f}s'")
    cur.execute("SELECT gather_statistics_of_years()")
