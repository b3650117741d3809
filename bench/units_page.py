"""The page of a unit with five hundred duties, over HTTP, embedded; the baseline is that of one with five."""

from __future__ import annotations

import time
from statistics import median

from bench.support import product
from bench.support.clerks import people, signed_in
from bench.support.duties_over_http import issue
from bench.support.nodes import line
from bench.support.size import size

MANY = size(500, tiny=12)
FEW = 5
OPENED = size(60, tiny=2)
GOAL_MS = 60


def main() -> str:
    with product.example("embedded") as (home, port):
        many, few = people(home, 2)
        issue(home, [many.unit_id], items=MANY)
        issue(home, [few.unit_id], items=FEW)
        clerks = [signed_in(port, many.name), signed_in(port, few.name)]
        seconds: tuple[list[float], list[float]] = ([], [])
        # In turn, so that both meet the same machine.
        for _ in range(OPENED):
            for clerk, found in zip(clerks, seconds, strict=True):
                begun = time.perf_counter()
                clerk.ask("GET", "/duties")
                found.append(time.perf_counter() - begun)
    value = median(seconds[0]) * 1000
    return line(
        f"milliseconds to open the page of a unit with {MANY} duties, median; the baseline is one with {FEW}",
        value,
        "ms",
        baseline=median(seconds[1]) * 1000,
        goal=GOAL_MS,
        met=value < GOAL_MS,
    )


if __name__ == "__main__":
    print(main())
