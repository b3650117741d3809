"""The process that reads one file: takes its limits, does the work it is given, writes the answer, and is gone.

Started by `running.py` as `python -m shared.apart.child BYTES SECONDS`. The work comes in on standard input from our
own service; the answer goes out as JSON: {"answer": …}, {"error": …} for a refusal, or {"too_much": true}.
"""

from __future__ import annotations

import json
import pickle
import resource
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from shared.apart import plain
from shared.errors import QingdanError

# When the machine runs out of memory, this process goes and not the service.
GOES_FIRST = "1000"


def main(memory: int, seconds: int) -> None:
    """Do the work under limits that only a new process can lift."""
    _limit(resource.RLIMIT_AS, memory)
    # At the first limit the signal says what it was for; a second later there is no asking.
    _limit(resource.RLIMIT_CPU, seconds, seconds + 1)
    _limit(resource.RLIMIT_CORE, 0)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(GOES_FIRST, "ascii")
    try:
        written = json.dumps(_reply(sys.stdin.buffer.read()), separators=(",", ":")).encode("ascii")
    except MemoryError:
        written = b'{"too_much":true}'
    sys.stdout.buffer.write(written)


def _reply(work: bytes) -> dict[str, Any]:
    try:
        # Our own service wrote it; what somebody uploaded is an argument in it, and only bytes.
        function, args, keywords = pickle.loads(work)  # noqa: S301
        return {"answer": plain.dump(function(*args, **keywords))}
    except QingdanError as error:
        return {"error": error.as_dict()}


def _limit(what: int, most: int, at_last: int | None = None) -> None:
    _, hard = resource.getrlimit(what)
    last = most if at_last is None else at_last
    allowed = last if hard == resource.RLIM_INFINITY else min(last, hard)
    resource.setrlimit(what, (min(most, allowed), allowed))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
