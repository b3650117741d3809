"""The page of a unit with five hundred duties, over HTTP, embedded; the baseline is that of one with five."""

from __future__ import annotations

import signal
import sys
import time
from contextlib import redirect_stdout
from statistics import median

from bench.support.clerks import people, signed_in
from bench.support.duties_over_http import issue
from bench.support.nodes import line
from bench.support.size import size
from tests.flow.conftest import start
from tests.support.ports import reserve_port
from tests.support.processes import make_folder, remove_folder

MANY = size(500, tiny=12)
FEW = 5
OPENED = size(60, tiny=2)
GOAL_MS = 60


def main() -> str:
    home, port = make_folder("bench-units-page"), reserve_port()
    with redirect_stdout(sys.stderr):
        process = start("embedded", home, port)
    try:
        (_, many), (_, few) = people(home, 2)
        issue(home, [many], items=MANY)
        issue(home, [few], items=FEW)
        clerks = [signed_in(port, "b0"), signed_in(port, "b1")]
        seconds: tuple[list[float], list[float]] = ([], [])
        # In turn, so that both meet the same machine.
        for _ in range(OPENED):
            for clerk, found in zip(clerks, seconds, strict=True):
                begun = time.perf_counter()
                clerk.ask("GET", "/duties")
                found.append(time.perf_counter() - begun)
    finally:
        process.terminate(signal.SIGTERM, within=60)
        remove_folder(home)
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
