"""What each board costs at every size, from a county to the country; a part of `make bench-large`.

One database after the other is filled with so many duties, a hundred for each unit, with a year of changes; the boards
are then asked for in turn. Printed is a table of the medians. Ends with 1 when a board takes more than twice as long
for each line that it shows at the largest size as at the smallest.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Any, NamedTuple

from bench.support import ground
from bench.support.boards import CHECKLIST, TODAY, full_boards
from services.stats.completion import progress
from services.stats.service import StatsService
from shared.calling.caller import Call, unwrap
from shared.rows import value

SIZES = (10_000, 100_000, 1_000_000, 4_000_000)
ROUNDS = 15
LEADER = 1
GOAL = 2.0
# As long as nobody notices: what is quicker than that may take twice as long as nothing.
UNNOTICED_MS = 25.0
AREA, MEASURE, TASK, ITEM = 1, 11, 102, 1001
ASKED: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "list of boards": ("list_boards", {}),
    "overview": ("overview", {"checklist_id": CHECKLIST}),
    "board of an area": ("row_board", {"row_id": AREA}),
    "board of a measure": ("row_board", {"row_id": MEASURE}),
    "board of a task": ("row_board", {"row_id": TASK}),
    "board of an item": ("item_board", {"row_id": ITEM}),
    "board of units": ("units_board", {"checklist_id": CHECKLIST}),
    "duties behind a number": ("find_duties", {"checklist_id": CHECKLIST, "light": "overdue"}),
    "all duties": ("find_duties", {"checklist_id": CHECKLIST}),
    "one unit's duties": ("find_duties", {"checklist_id": CHECKLIST, "unit_id": 7}),
    "who has signed for an item": ("signing_board", {"checklist_id": CHECKLIST, "row_id": ITEM}),
}
# A page in the middle, as the link of the page before leads to it.
DEEP: Mapping[str, tuple[str, str]] = {
    "units, a middle page": ("units_board", "units"),
    "duties, a middle page": ("find_duties", "duties"),
}


class Cost(NamedTuple):
    """What a board took at one size, median in milliseconds, and how many lines it showed."""

    milliseconds: float
    lines: int


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.large.boards", description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=list(SIZES), metavar="DUTIES")
    sizes = sorted(parser.parse_args(arguments).sizes or SIZES)
    found = [_measured(size) for size in sizes]
    sys.stdout.write(table(sizes, found))
    return 0 if not grown(found[0], found[-1]) else 1


def _measured(duties: int) -> dict[str, Cost]:
    with ground.postgres() as server, full_boards(server, f"boards_{duties}", duties=duties) as stats:
        begun = time.monotonic()
        while progress.keep(stats.database.transaction, TODAY):
            pass
        counted = time.monotonic() - begun
        with stats.database.transaction() as cur:
            cur.execute("SELECT pg_database_size(current_database())")
            size = value(cur, int)
        sys.stderr.write(f"{duties} duties: units of all rows counted in {counted:.1f} s, {size / 1e6:,.0f} MB\n")
        asked = {name: (operation, dict(params)) for name, (operation, params) in ASKED.items()}
        asked.update(_deep_pages(stats))
        took: dict[str, list[float]] = {name: [] for name in asked}
        lines: dict[str, int] = {}
        for _ in range(ROUNDS):
            for name, (operation, params) in asked.items():
                begun = time.perf_counter()
                answer = _ask(stats, operation, params)
                json.dumps(answer)
                took[name].append((time.perf_counter() - begun) * 1000)
                lines[name] = _lines(answer)
    return {name: Cost(median(times), lines[name]) for name, times in took.items()}


def _deep_pages(stats: StatsService) -> Iterator[tuple[str, tuple[str, dict[str, Any]]]]:
    for name, (operation, of) in DEEP.items():
        first = _ask(stats, operation, {"checklist_id": CHECKLIST})
        page = max(first["pages"] // 2, 1)
        before = _ask(stats, operation, {"checklist_id": CHECKLIST, "page": page})
        following = {"page": page + 1, "after": before["next_after"]} if before["next_after"] else {}
        assert before[of]
        yield name, (operation, {"checklist_id": CHECKLIST, **following})


def _ask(stats: StatsService, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = unwrap(stats.perform(operation, Call(dict(params), person_id=LEADER).as_dict()))
    return answer


def _lines(answer: Mapping[str, Any]) -> int:
    """How many lines of a list an answer has; 0 of one that is no list."""
    return max((len(answer[name]) for name in ("units", "duties", "unsigned") if name in answer), default=0)


def grown(small: Mapping[str, Cost], large: Mapping[str, Cost]) -> list[str]:
    """The boards that take more than twice as long for each line where there are more duties."""
    return [
        name
        for name, cost in large.items()
        if cost.milliseconds > max(GOAL * small[name].milliseconds * _more_lines(small[name], cost), UNNOTICED_MS)
    ]


def _more_lines(small: Cost, large: Cost) -> float:
    return max(large.lines / small.lines, 1.0) if small.lines else 1.0


def table(sizes: Sequence[int], found: Sequence[Mapping[str, Cost]]) -> str:
    """The costs as a table in Markdown: milliseconds, and in brackets how many lines were shown."""
    head = "".join(f" {size:,} |" for size in sizes)
    rows = [f"| board |{head}", "| --- |" + " ---: |" * len(sizes)]
    for name in found[0]:
        cells = "".join(
            f" {cost.milliseconds:.1f}{f' ({cost.lines})' if cost.lines else ''} |"
            for cost in (one[name] for one in found)
        )
        rows.append(f"| {name} |{cells}")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
