"""Reading texts that nobody writes as a notice: how much longer twice the text takes, of the shape that grows most.

The baseline is twice the time for twice the text.
"""

from __future__ import annotations

import time
from contextlib import suppress

from bench.support.nodes import line
from bench.support.size import size
from services.running.example_directory import load_example_directory
from services.tasks.notices.directory import Directory
from services.tasks.notices.files import read_file
from services.tasks.notices.reading import read_notice
from shared.errors import QingdanError
from tests.support.hostile_texts import ROOT, SHAPES

SIGNS = size(6_000, tiny=600)
TURNS = size(3, tiny=1)
# A sum of steps that each cost as much as the text is long.
GOAL = 3.0


def main() -> str:
    directory = load_example_directory(ROOT / "data")
    found = {name: _times(name, directory) for name in SHAPES}
    worst = max(found, key=lambda name: found[name])
    value = found[worst]
    return line(
        f"times as long for a text of {2 * SIGNS} signs as for one of {SIGNS}, of {len(SHAPES)} shapes the worst"
        f" ({worst})",
        value,
        "times",
        baseline=2.0,
        goal=GOAL,
        met=value < GOAL,
    )


def _times(shape: str, directory: Directory) -> float:
    short, long = ([] for _ in range(2))
    for _ in range(TURNS):
        short.append(_seconds(SHAPES[shape](SIGNS), directory))
        long.append(_seconds(SHAPES[shape](2 * SIGNS), directory))
    return min(long) / min(short)


def _seconds(text: str, directory: Directory) -> float:
    began = time.process_time()
    with suppress(QingdanError):
        read_notice(read_file("notice.txt", text.encode()), directory, year=2027)
    return time.process_time() - began


if __name__ == "__main__":
    print(main())
