"""Processes for the fault tests: `python -m tests.support.victims relay|service DSN BROKER_URL [POINT NUMBER]`.

With a point and a number the process kills itself with -9 when it passes the point for that time.
"""

import json
import os
import signal
import sys

from shared.loop import Signals
from shared.needs import Needs

PATTERNS = {"counting": ("duty.#", "relay.#")}


class Suicide(Signals):
    def __init__(self, point: str, number: int) -> None:
        self._point = point
        self._remaining = number

    def reached(self, point: str) -> None:
        if point == self._point:
            self._remaining -= 1
            if self._remaining == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def main(kind: str, dsn: str, broker_url: str, *suicide: str) -> None:
    needs = Needs(dsn, broker_url=broker_url)
    signals = Suicide(suicide[0], int(suicide[1])) if suicide else None
    if kind == "service":
        from shared.launcher import run_nameko

        run_nameko("tests.support.counting_service:CountingService", needs, signals=signals)
    else:
        from shared.relay import relay_process

        relay_process(kind, needs, PATTERNS, signals=signals)


if __name__ == "__main__":
    main(*json.loads(sys.argv[1]))
