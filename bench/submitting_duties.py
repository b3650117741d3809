"""A hundred people mark duties done over HTTP, in the embedded mode.

Each of a unit of its own is signed in and has its list of duties open before the clock runs; the requests come at
random moments of a stretch of time, and a request's time runs from the moment it was due, so a queue shows. The answer
is the redirect: what the person waits for. The baseline is the same people's reading of the list.
"""

from __future__ import annotations

import sys
from statistics import median, quantiles

from bench.support.duties_over_http import PEOPLE, Times, times_in
from bench.support.nodes import line

GOAL_MS, GOAL_P99_MS = 40, 150


def main() -> str:
    return told(times_in("embedded"))


def told(found: Times, mode: str = "") -> str:
    """The line of what was found; `mode` is a word of the claim."""
    value, late = median(found.submitting) * 1000, quantiles(found.submitting, n=100)[98] * 1000
    sys.stderr.write(f"p50 {value:.1f} ms, p99 {late:.1f} ms\n")
    return line(
        f"milliseconds to mark a duty done over HTTP{mode}, median of {PEOPLE} people at once (99 of 100 within"
        f" {late:.0f} ms, goal {GOAL_P99_MS}); the baseline is opening the list",
        value,
        "ms",
        baseline=median(found.reading) * 1000,
        goal=GOAL_MS,
        met=value < GOAL_MS and late < GOAL_P99_MS,
    )


if __name__ == "__main__":
    print(main())
