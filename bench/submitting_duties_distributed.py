"""The people of `submitting_duties` in the distributed mode; the baseline is the same people's reading of the list."""

from __future__ import annotations

import sys
from statistics import median, quantiles

from bench.submitting_duties import GOAL_MS, GOAL_P99_MS
from bench.support.duties_over_http import PEOPLE, Times, times_in
from bench.support.nodes import line


def main() -> str:
    return told(times_in("cluster"))


def told(found: Times) -> str:
    """The line of what was found."""
    value, late = median(found.submitting) * 1000, quantiles(found.submitting, n=100)[98] * 1000
    sys.stderr.write(f"p50 {value:.1f} ms, p99 {late:.1f} ms\n")
    return line(
        f"milliseconds to mark a duty done over HTTP in the distributed mode, median of {PEOPLE} people at once (99 of"
        f" 100 within {late:.0f} ms, goal {GOAL_P99_MS}); the baseline is opening the list",
        value,
        "ms",
        baseline=median(found.reading) * 1000,
        goal=GOAL_MS,
        met=value < GOAL_MS and late < GOAL_P99_MS,
    )


if __name__ == "__main__":
    print(main())
