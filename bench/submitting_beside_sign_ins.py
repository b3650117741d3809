"""Forty people mark duties done over HTTP while twelve strangers sign in without a pause, in the embedded mode.

The strangers know their passwords, so nothing slows them down but the turns of hashing: the worst of a morning. A
submit's time runs from the moment it was due. The baseline is the same without strangers.
"""

from __future__ import annotations

import http.client
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from statistics import median, quantiles
from urllib.parse import urlencode

from bench.support import product
from bench.support.clerks import PASSWORD, Clerk, fields_of, people, signed_in, spread
from bench.support.duties_over_http import TICK, issue, mark_done
from bench.support.nodes import line
from bench.support.size import size

PEOPLE = size(40, tiny=3)
STRANGERS = size(12, tiny=2)
CLICKS = size(3, tiny=1)
STRETCH_SECONDS = size(20, tiny=1)
GOAL_MS, GOAL_P95_MS = 150, 250


def main() -> str:
    alone, beside, signed = measured()
    value, late = median(beside) * 1000, _late(beside)
    sys.stderr.write(
        f"p50 {value:.1f} ms, p95 {late:.1f} ms; without strangers {median(alone) * 1000:.1f} ms,"
        f" {_late(alone):.1f} ms; {signed} sign-ins meanwhile\n"
    )
    return line(
        f"milliseconds to mark a duty done while {STRANGERS} strangers sign in without a pause (95 of 100 within"
        f" {late:.0f} ms, goal {GOAL_P95_MS}); the baseline is without strangers",
        value,
        "ms",
        baseline=median(alone) * 1000,
        goal=GOAL_MS,
        met=value < GOAL_MS and late < GOAL_P95_MS,
    )


def measured() -> tuple[list[float], list[float], int]:
    """Seconds of each submit without strangers and beside them, and how often those signed in meanwhile."""
    with product.example("embedded") as (home, port):
        members = people(home, PEOPLE + STRANGERS)
        issue(home, [member.unit_id for member in members[:PEOPLE]], items=2 * CLICKS)
        clerks = [signed_in(port, member.name) for member in members[:PEOPLE]]
        ticks = {id(clerk): TICK.findall(clerk.read("/duties")) for clerk in clerks}

        def submit(first: int) -> list[float]:
            return spread(
                clerks,
                lambda clerk, number: mark_done(clerk, ticks[id(clerk)][first + number]),
                seconds=STRETCH_SECONDS,
                times=CLICKS,
            )

        alone = submit(0)
        with strangers(port, [member.name for member in members[PEOPLE:]]) as answered:
            beside = submit(CLICKS)
        return alone, beside, sum(answered)


@contextmanager
def strangers(port: int, names: list[str]) -> Iterator[list[int]]:
    """People who sign in again and again until the end, each on a connection of their own; how often each did."""
    stopping, answered = threading.Event(), [0] * len(names)
    threads = [
        threading.Thread(target=_sign_in_again_and_again, args=(port, name, number, answered, stopping))
        for number, name in enumerate(names)
    ]
    for thread in threads:
        thread.start()
    try:
        yield answered
    finally:
        stopping.set()
        for thread in threads:
            thread.join()


def _sign_in_again_and_again(port: int, name: str, number: int, answered: list[int], stopping: threading.Event) -> None:
    stranger = Clerk(http.client.HTTPConnection("127.0.0.1", port, timeout=60))
    fields = fields_of(stranger.read("/sign-in"))
    form = urlencode({**fields, "sign_in_name": name, "password": PASSWORD})
    headers = {"Cookie": stranger.cookie, "Content-Type": "application/x-www-form-urlencoded"}
    while not stopping.is_set():
        with suppress(OSError, http.client.HTTPException):
            stranger.connection.request("POST", "/sign-in", form, headers)
            answer = stranger.connection.getresponse()
            answer.read()
            answered[number] += answer.status == 302


def _late(times: list[float]) -> float:
    return quantiles(times, n=20)[18] * 1000


if __name__ == "__main__":
    print(main())
