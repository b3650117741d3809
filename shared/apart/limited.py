"""A program under limits that only a new process can lift.

Started as `python -m shared.apart.limited BYTES SECONDS FILE PROGRAM …`: the most address space, seconds of a
processor, and bytes of a file that it may write. It becomes the program.
"""

from __future__ import annotations

import os
import resource
import sys
from contextlib import suppress
from pathlib import Path

from shared.apart.child import GOES_FIRST


def main(memory: int, seconds: int, largest: int, program: list[str]) -> None:
    """Take the limits and become the program."""
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, largest),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(GOES_FIRST, "ascii")
    os.execvp(program[0], program)  # noqa: S606 - our own command line, no shell


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
