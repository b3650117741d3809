"""Fifty submits a second while every process of the distributed mode is replaced, one after the other.

Clerks mark duties done over HTTP at a steady rate, before, during and after the roll; a click's time runs from the
moment it was due, so a pause shows even when nobody is refused. The baseline is the median before the roll, in the same
run. What must hold: no request fails, and every service counts each duty exactly once.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass
from statistics import median, quantiles
from sys import stderr

from tests.flow.conftest import start
from tests.support.clerks import SERVICES, Clerks, Installation, Work
from tests.support.eventually import eventually
from tests.support.ports import reserve_port
from tests.support.processes import ServerProcess, make_folder, remove_folder

CLICKS_A_SECOND = 50
ITEMS = 200  # as many clicks as one and a half minutes hold
STEADY_SECONDS = 10.0
ROUNDING = 0.99  # a click that is due at the end of the roll is answered after it


def main() -> str:
    home, port = make_folder("bench-rolling"), reserve_port()
    with redirect_stdout(stderr):
        process = start("cluster", home, port)
    try:
        installation = Installation(home, f"http://127.0.0.1:{port}")
        observed = observe(
            installation, lambda: _roll(process), items=ITEMS, rate=CLICKS_A_SECOND, steady_seconds=STEADY_SECONDS
        )
        return line(installation, observed)
    finally:
        process.terminate(signal.SIGTERM, within=60)
        remove_folder(home)


@dataclass(frozen=True, slots=True)
class Observed:
    """What clerks did on a checklist while a cluster was rolled between two moments of the monotonic clock."""

    checklist_id: int
    work: Work
    rolled_at: float
    rolled_until: float


def observe(
    installation: Installation, roll: Callable[[], None], *, items: int, rate: float, steady_seconds: float
) -> Observed:
    """Let clerks click at `rate` a second, before, during and after `roll`, which returns when all is replaced."""
    checklist_id = installation.issue(items)
    clerks = Clerks(installation, rate)
    clerks.start()
    time.sleep(steady_seconds)
    rolled_at = time.monotonic()
    try:
        roll()
        rolled_until = time.monotonic()
        time.sleep(steady_seconds)
    finally:
        work = clerks.stop()
    observed = Observed(checklist_id, work, rolled_at, rolled_until)
    with suppress(AssertionError):
        eventually(lambda: _lost(installation, observed) == 0, within=60)
    return observed


def _roll(process: ServerProcess) -> None:
    os.kill(process.pid, signal.SIGUSR1)
    eventually(lambda: "every process was replaced" in process.log_tail(5), within=150)


def _lost(installation: Installation, observed: Observed) -> int:
    """The clicks that some service does not count, or counts twice."""
    done = (installation.done(service, observed.checklist_id) for service in SERVICES)
    return max(abs(observed.work.done - counted) for counted in done)


def line(installation: Installation, observed: Observed) -> str:
    """The one JSON line of the claim."""
    work, rolled_at, rolled_until = observed.work, observed.rolled_at, observed.rolled_until
    before = [seconds * 1000 for due, seconds in work.seconds if due < rolled_at]
    during = [seconds * 1000 for due, seconds in work.seconds if rolled_at <= due < rolled_until]
    lost = _lost(installation, observed) + installation.parked()
    answered = sum(rolled_at <= due + seconds < rolled_until for due, seconds in work.seconds)
    rate = answered / (rolled_until - rolled_at)
    return json.dumps(
        {
            "claim": "submits that failed and events that were lost while every process was replaced; "
            "the baseline is the median of a submit before, the value the median during the roll",
            "value": round(median(during), 1),
            "unit": "ms",
            "baseline": round(median(before), 1),
            "ratio": round(median(during) / median(before), 3),
            "p99_before": round(quantiles(before, n=100)[98], 1),
            "p99_during": round(quantiles(during, n=100)[98], 1),
            "submits": work.done,
            "answers_a_second_during": round(rate, 1),
            "roll_seconds": round(rolled_until - rolled_at, 1),
            "failed": len(work.failures),
            "lost": lost,
            "goal": "0 failed, 0 lost, 50 answers a second",
            "met": not work.failures and lost == 0 and rate >= CLICKS_A_SECOND * ROUNDING,
        },
        ensure_ascii=False,
    )


if __name__ == "__main__":
    said = main()
    print(said)
    sys.exit(0 if json.loads(said)["met"] else 1)
