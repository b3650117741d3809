"""CPU of a unit's page of duties and of marking one done with all that follows, in the distributed mode.

Of every process but PostgreSQL, by the clocks of the processes, less what they need idle. As many people as are there
in a busy minute ask at once, each of a unit of its own. The baseline is the page of help, which asks no service but who
it is.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

import psutil

from bench.support import product
from bench.support.clerks import Clerk, people, signed_in
from bench.support.duties_over_http import TICK, issue, mark_done
from bench.support.nodes import line
from bench.support.size import size

PEOPLE = size(32, tiny=2)
AT_ONCE = size(8, tiny=2)
TIMES = size(8, tiny=1)
IDLE_SECONDS = size(6.0, tiny=0.2)
# Until the last event has arrived everywhere.
FOLLOWS_SECONDS = size(3.0, tiny=0.5)
PAGE_GOAL_MS, MARK_GOAL_MS = 12, 8


def main() -> str:
    with product.example("cluster") as (home, port):
        return measured(home, port)


def measured(home: Path, port: int) -> str:
    """Measure a running product, and return the claim's line."""
    members = people(home, PEOPLE)
    issue(home, [member.unit_id for member in members], items=TIMES)
    clerks = [signed_in(port, member.name) for member in members]
    ticks = {id(clerk): TICK.findall(clerk.read("/duties")) for clerk in clerks}
    idle = _cpu_while(home, lambda: time.sleep(IDLE_SECONDS)) / IDLE_SECONDS

    def cost(work: Callable[[Clerk, int], None]) -> float:
        begun = time.monotonic()
        used = _cpu_while(home, lambda: _at_once(clerks, work))
        return (used - idle * (time.monotonic() - begun)) / (PEOPLE * TIMES) * 1000

    page = cost(lambda clerk, _: _read(clerk, "/duties"))
    mark = cost(lambda clerk, number: mark_done(clerk, ticks[id(clerk)][number]))
    help_page = cost(lambda clerk, _: _read(clerk, "/help"))
    sys.stderr.write(f"page {page:.1f} ms, mark {mark:.1f} ms, help {help_page:.1f} ms\n")
    return line(
        f"milliseconds of CPU of the page of a unit's duties, all processes but PostgreSQL, {AT_ONCE} people at once;"
        " `mark` is of marking one done with its events; the baseline is the page of help",
        page,
        "ms",
        baseline=help_page,
        goal=PAGE_GOAL_MS,
        mark=mark,
        goal_of_mark=MARK_GOAL_MS,
        met=page <= PAGE_GOAL_MS and mark <= MARK_GOAL_MS,
    )


def _read(clerk: Clerk, address: str) -> None:
    clerk.ask("GET", address)


def _at_once(clerks: list[Clerk], work: Callable[[Clerk, int], None]) -> None:
    """Let each clerk do the work so many times, `AT_ONCE` of them at a time, and wait for what follows."""
    lanes: list[list[Clerk]] = [clerks[number::AT_ONCE] for number in range(AT_ONCE)]
    done: SimpleQueue[bool] = SimpleQueue()

    def lane(own: list[Clerk]) -> None:
        for number in range(TIMES):
            for clerk in own:
                work(clerk, number)
                done.put(True)

    threads = [Thread(target=lane, args=(own,)) for own in lanes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done.qsize() == len(clerks) * TIMES, "a request failed"
    time.sleep(FOLLOWS_SECONDS)


def _cpu_while(home: Path, work: Callable[[], None]) -> float:
    """Seconds of CPU of all processes of the product but PostgreSQL's, while `work` is done."""
    before = cpu_seconds(home)
    work()
    after = cpu_seconds(home)
    return sum(seconds - before.get(pid, 0.0) for pid, seconds in after.items())


def cpu_seconds(home: Path) -> dict[int, float]:
    """What each process of the product but PostgreSQL's has used so far; this one is none, though it was told where."""
    found = {}
    for process in psutil.process_iter(["name", "cmdline", "environ", "cpu_times"]):
        about = process.info
        places = [*(about["cmdline"] or ()), *(about["environ"] or {}).values()]
        is_ours = any(str(home) in place for place in places) and process.pid != os.getpid()
        if is_ours and about["name"] != "postgres":
            found[process.pid] = about["cpu_times"].user + about["cpu_times"].system
    return found


if __name__ == "__main__":
    print(main())
