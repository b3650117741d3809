"""Makes what stats keeps anew from the event log of tasks, beside everything that runs, and says what differed."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import chain, islice

from services.stats.recount import queries
from services.stats.recount.rebuild import Rebuilding, Rebuilt
from services.stats.recount.records import WrongCell
from services.stats.service import StatsService
from shared.database import Database
from shared.delivery.consuming import patterns_of
from shared.delivery.eventlog import EventLog
from shared.errors import DatabaseAway, Invalid, TooSlow, TryAgain
from shared.events import Received
from shared.text import Text

ATTEMPTS = 20
PAUSE_SECONDS = 1.0
# Of one transaction beside the running work: a long one holds back the relays of the same server.
EVENTS_AT_ONCE = 2000
# A session of its own for as long as it takes: what is made beside is gone with it.
A_DAY = 24 * 3600.0

NOTHING = Text(
    "事件日志里没有统计要用的事件，请核对 QINGDAN_TASKS_DATABASE_URL。什么也没有改动。",
    "The event log holds no event that stats listens to; is QINGDAN_TASKS_DATABASE_URL right? Nothing was changed.",
)


@dataclass(frozen=True, slots=True)
class Report:
    """What was made anew, in how many seconds.

    `wrong` are the cells that a count of the running tables alone showed to be wrong before; `unreadable` are ids of
    events that no release of ours can read.
    """

    rebuilt: Rebuilt
    wrong: list[WrongCell]
    seconds: float
    unreadable: list[str]

    @property
    def is_wrong(self) -> bool:
        """Whether something differs that no news on the way explains.

        While there are such news, the tables differ by what these change; that the boards lag shows as their moment.
        """
        found = [one for one in self.rebuilt.differences if one.table != "as_of"]
        return bool(self.wrong or (found and not self.rebuilt.behind))


def rebuild_stats(
    tasks: Database, stats: Database, *, since: dt.datetime | None = None, may_write: bool = True
) -> Report:
    """Make the projection, counters, days and sums anew and let them take the place of the running ones.

    With `since` only what was told from then on is made anew, and all is counted; without `may_write` it is compared
    alone. Whoever dies in between has changed nothing, and may begin again. Invalid when the log does not reach back
    far enough or holds nothing; TryAgain when the tables stay locked.
    """
    began = time.monotonic()
    log = EventLog(tasks, "tasks")
    _check(log, since)
    patterns = patterns_of(StatsService(stats))
    with stats.transaction() as cur:
        wrong = queries.wrong_counters(cur) + queries.wrong_days(cur)
    with closing(Database(stats.dsn, size=1, max_life=A_DAY)) as alone:
        work = Rebuilding(is_part=since is not None)
        with alone.transaction() as cur:
            work.begin(cur)
        events = log.events(patterns, since=since)
        for some in _pieces(events):
            with alone.transaction() as cur:
                work.take(cur, some)
        if not work.events and since is None:
            raise Invalid(NOTHING)
        rebuilt = _finish(log, alone, work, patterns, since=since, may_write=may_write)
    return Report(rebuilt, wrong, time.monotonic() - began, log.unreadable)


def _check(log: EventLog, since: dt.datetime | None) -> None:
    if since is None:
        log.check_is_whole()
    else:
        log.check_reaches(since)


def _finish(
    log: EventLog,
    alone: Database,
    work: Rebuilding,
    patterns: tuple[str, ...],
    *,
    since: dt.datetime | None,
    may_write: bool,
) -> Rebuilt:
    position, before, unreadable = log.position, work.state, len(log.unreadable)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with alone.transaction() as cur:
                work.hold(cur)
                work.take(cur, log.events(patterns, since=since))
                # Once more, before it counts: a month may have gone while its events were about to be read.
                _check(log, since)
                return work.finish(cur, may_write=may_write)
        except (DatabaseAway, TooSlow):
            raise
        except TryAgain:
            # A batch held one of the tables; what was read in this transaction is read again.
            log.position, work.state = position, before
            del log.unreadable[unreadable:]
            if attempt == ATTEMPTS:
                raise
            time.sleep(PAUSE_SECONDS)
    raise AssertionError  # the last attempt raises


def _pieces(events: Iterator[Received]) -> Iterator[Iterator[Received]]:
    for first in events:
        yield chain([first], islice(events, EVENTS_AT_ONCE - 1))
