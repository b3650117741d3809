"""Carries out the retention policies of one database, a little at a time beside the running work, and measures them."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from math import inf
from typing import TypeVar

from shared import clock, retention
from shared.database import Cursor, Database
from shared.limits import DATABASE
from shared.process import metrics
from shared.process.loop import Loop
from shared.retention import Policy, Retention, Turn

log = logging.getLogger(__name__)

Done = TypeVar("Done")

EVERY_SECONDS = 3600.0
# Between two turns while there is more to do: whoever works here has the breaks.
PAUSE_SECONDS = 1.0
# After a turn that failed, or when what is old must not go yet.
AGAIN_SECONDS = 300.0
MEASURE_SECONDS = 60.0


def isolated(cur: Cursor, work: Callable[[], Done], *, what: str) -> Done | None:
    """Do `work`; when it fails, undo and log it and return None. A connection that is lost is the caller's business."""
    cur.execute("SAVEPOINT tidying")
    try:
        return work()
    except Exception:
        if cur.connection.closed:
            raise
        cur.execute("ROLLBACK TO tidying")
        log.exception("tidying failed", extra={"what": what})
        return None


class Tidying:
    """One policy's turn at each `step`: every policy has one an hour, and one after the other while rows wait."""

    def __init__(self, database: str, rules: Retention) -> None:
        self._database = database
        self._rules = rules
        self._began = clock.now()
        self._due = {policy.name: 0.0 for policy in rules.policies}
        self._next_turn = 0.0
        self._next_measure = 0.0
        names = [policy.name for policy in rules.policies]
        metrics.begin_at_zero(metrics.RETENTION_DELETED, [database], names)
        metrics.begin_at_zero(metrics.RETENTION_FAILURES, [database], names)

    @property
    def is_due(self) -> bool:
        """Whether `step` would do anything by now."""
        now = time.monotonic()
        return now >= min(self._next_measure, max(self._next_turn, min(self._due.values(), default=inf)))

    def step(self, cur: Cursor) -> None:
        """Do a little if it is time; call it often, each time in a transaction of its own.

        A turn that fails is undone, counted and tried again later: what rows are kept for never waits for their going.
        """
        now = time.monotonic()
        if now >= self._next_measure:
            self._next_measure = now + MEASURE_SECONDS
            isolated(cur, lambda: self.measure(cur), what=f"measuring {self._database}")
        if now < self._next_turn:
            return
        policy = next((policy for policy in self._rules.policies if self._due[policy.name] <= now), None)
        if policy is not None:
            self._next_turn = now + PAUSE_SECONDS
            self._due[policy.name] = now + self._take_turn(cur, policy)

    def measure(self, cur: Cursor) -> None:
        """Set the gauges: rows of each table, age of the oldest, when each policy was last through."""
        runs = retention.runs(cur)
        for policy in self._rules.policies:
            labels = (self._database, policy.name)
            run = runs.get(policy.name)
            done_at = run.done_at if run and run.done_at else self._began
            metrics.RETENTION_SUCCESS.labels(*labels).set(done_at.timestamp())
            metrics.STORED_OLDEST.labels(*labels).set(policy.oldest_seconds(cur))
        for table in self._tables():
            metrics.STORED_ROWS.labels(self._database, table).set(retention.stored_rows(cur, table))

    def stop_measuring(self) -> None:
        """Take the gauges back: another process measures from now on."""
        for policy in self._rules.policies:
            metrics.drop(metrics.RETENTION_SUCCESS, self._database, policy.name)
            metrics.drop(metrics.STORED_OLDEST, self._database, policy.name)
        for table in self._tables():
            metrics.drop(metrics.STORED_ROWS, self._database, table)

    def _tables(self) -> list[str]:
        return sorted({policy.table for policy in self._rules.policies} | self._rules.kept.keys())

    def _take_turn(self, cur: Cursor, policy: Policy) -> float:
        """Seconds until the policy's next turn."""
        turn = isolated(cur, lambda: _forget(cur, policy), what=f"{self._database} {policy.name}")
        if turn is None:
            metrics.RETENTION_FAILURES.labels(self._database, policy.name).inc()
            return AGAIN_SECONDS
        if turn.deleted:
            extra = {"database": self._database, "policy": policy.name, "rows": turn.deleted}
            log.info("old rows are gone", extra=extra)
            metrics.RETENTION_DELETED.labels(self._database, policy.name).inc(turn.deleted)
        if turn.is_held:
            return AGAIN_SECONDS
        return EVERY_SECONDS if turn.is_done else 0.0


def tidying_loop(name: str, database: Database, rules: Retention) -> Loop:
    """A thread that does it, for a database whose event log nobody reads."""
    tidying = Tidying(name, rules)

    def step() -> float:
        if tidying.is_due:
            with database.transaction() as cur:
                tidying.step(cur)
        return PAUSE_SECONDS

    return Loop(f"{name} tidying", step)


def _forget(cur: Cursor, policy: Policy) -> Turn:
    # Both limits are short: the relay that does this has events to carry, and who waits for a lock on the event log has
    # everybody who writes an event wait behind.
    cur.execute(f"SET LOCAL statement_timeout = '{DATABASE.tidy:.0f}s'")
    cur.execute(f"SET LOCAL lock_timeout = '{DATABASE.tidy_lock:.0f}s'")
    days = retention.days_of(cur, policy)
    turn = Turn(0, is_done=True) if days is None else policy.forget(cur, days)
    retention.note(cur, policy, turn)
    return turn
