"""From the reply to a unit's click to the page of the leaders' board that shows it, over HTTP, in the distributed mode.

One person of a unit marks a duty done, as a browser does; from the reply on a leader's browser opens the board of the
checklist, again until its number of what is done has moved. The clock stops when that page is there whole. The baseline
is opening the same board when nothing has changed: what the page costs in any case.
"""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from statistics import median

from bench.support import product
from bench.support.clerks import Clerk, cursor, people, signed_in
from bench.support.duties_over_http import TICK, issue, mark_done
from bench.support.nodes import line
from bench.support.size import size
from tests.support.eventually import eventually

CLICKS = size(60, tiny=2)
WARM_UP = size(10, tiny=1)
GOAL_MS = 100
DONE = re.compile(r'light=done(?:&amp;row=\d+)?"[^>]*>(\d+)<')


def main() -> str:
    with product.example("cluster") as (home, port):
        return measured(home, port)


def measured(home: Path, port: int) -> str:
    """The line of what was found in a running product."""
    (member,) = people(home, 1)
    issue(home, [member.unit_id], items=CLICKS + WARM_UP)
    passwords = json.loads((home / "example-sign-ins.json").read_text("utf-8"))["passwords"]
    leader = signed_in(port, "leader", password=passwords["leader"])
    board = f"/board/{_newest(home)}"
    eventually(lambda: f">{CLICKS + WARM_UP}<" in leader.ask("GET", board), within=60)
    clerk = signed_in(port, member.name)
    clicks = [_click(clerk, leader, tick, board) for tick in TICK.findall(clerk.read("/duties"))]
    plain, shown = zip(*clicks[WARM_UP:], strict=True)
    value = median(shown) * 1000
    return line(
        "milliseconds from the reply to a click to the page of the board that shows it, median; the baseline is the"
        " page alone",
        value,
        "ms",
        baseline=median(plain) * 1000,
        goal=GOAL_MS,
        met=value < GOAL_MS,
    )


def _newest(home: Path) -> int:
    with cursor(home, "tasks") as cur:
        cur.execute("SELECT max(id) FROM checklist")
        return int(cur.fetchone()[0])


def _click(clerk: Clerk, leader: Clerk, tick: str, board: str) -> tuple[float, float]:
    """Seconds of the board alone, and from the reply to the click to the board that shows it."""
    begun = time.perf_counter()
    before = _done(leader.ask("GET", board))
    plain = time.perf_counter() - begun
    mark_done(clerk, tick)
    replied = time.perf_counter()
    eventually(lambda: _done(leader.ask("GET", board)) > before, within=10, message="the click was not shown")
    return plain, time.perf_counter() - replied


def _done(page: str) -> int:
    """The number of duties of the only area that are done, which stands first among the links to them; 0 without."""
    found = DONE.search(page)
    return int(found[1]) if found else 0


if __name__ == "__main__":
    print(main())
