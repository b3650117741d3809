"""Makes the counters of stats anew from the event log of tasks, in one go, beside everything else that runs."""

from __future__ import annotations

import time
from dataclasses import dataclass

from services.stats.completion.rebuild import Rebuilt, rebuild
from services.stats.service import StatsService
from shared.database import Database
from shared.delivery.consuming import patterns_of
from shared.delivery.eventlog import EventLog
from shared.errors import DatabaseAway, Invalid, TooSlow, TryAgain
from shared.text import Text

ATTEMPTS = 20
PAUSE_SECONDS = 1.0

NOTHING = Text(
    "事件日志里没有统计要用的事件，请核对 QINGDAN_TASKS_DATABASE_URL。什么也没有改动。",
    "The event log holds no event that stats listens to; is QINGDAN_TASKS_DATABASE_URL right? Nothing was changed.",
)


@dataclass(frozen=True, slots=True)
class Report:
    """What was made anew, in how many seconds; `unreadable` are ids of events that no release of ours can read."""

    rebuilt: Rebuilt
    seconds: float
    unreadable: list[str]


def rebuild_stats(tasks: Database, stats: Database) -> Report:
    """Make the projection and the counters anew; whoever dies in between has changed nothing, and may begin again.

    Invalid when the log does not reach back to its beginning or holds nothing; TryAgain when the tables stay locked.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _rebuild(tasks, stats)
        except (DatabaseAway, TooSlow):
            raise
        except TryAgain:
            # A board or a batch held one of the tables; nothing has been read yet.
            if attempt == ATTEMPTS:
                raise
            time.sleep(PAUSE_SECONDS)
    raise AssertionError  # the last attempt raises


def _rebuild(tasks: Database, stats: Database) -> Report:
    began = time.monotonic()
    log = EventLog(tasks, "tasks")
    log.check_is_whole()
    with stats.transaction() as cur:
        rebuilt = rebuild(cur, log.events(patterns_of(StatsService(stats))))
        if not rebuilt.events:
            raise Invalid(NOTHING)
        # Once more, before it counts: a month may have gone while its events were about to be read.
        log.check_is_whole()
    return Report(rebuilt, time.monotonic() - began, log.unreadable)
