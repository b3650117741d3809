"""The people of `submitting_duties` in the distributed mode; the baseline is the embedded mode, just before."""

from __future__ import annotations

import sys
from statistics import median, quantiles

from bench.support.duties_over_http import PEOPLE, times_in
from bench.support.nodes import line

GOAL = 2.0


def main() -> str:
    return told(times_in("embedded").submitting, times_in("cluster").submitting)


def told(embedded: list[float], cluster: list[float]) -> str:
    """The line of what was found in the two modes, in seconds."""
    value, baseline = median(cluster) * 1000, median(embedded) * 1000
    late, late_before = (quantiles(found, n=100)[98] * 1000 for found in (cluster, embedded))
    sys.stderr.write(f"p50 {value:.1f} / {baseline:.1f} ms, p99 {late:.1f} / {late_before:.1f} ms\n")
    return line(
        f"milliseconds to mark a duty done over HTTP in the distributed mode, median of {PEOPLE} people at once (99 of"
        f" 100 within {late:.0f} ms, embedded {late_before:.0f}); the baseline is the embedded mode, the goal a ratio",
        value,
        "ms",
        baseline=baseline,
        goal=GOAL,
        met=value <= GOAL * baseline and late <= GOAL * late_before,
    )


if __name__ == "__main__":
    print(main())
