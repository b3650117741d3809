"""Processes for the fault tests: kind (service, or the database of a relay), DSN, broker URL, monitoring port.

With a point and a number the process kills itself with -9 when it passes the point for that time; with "defect" before
the point, it meets a defect there instead, and with "frozen" it stops there with SIGSTOP.
"""

import json
import os
import signal
import sys
from pathlib import Path

from shared.process.loop import Signals
from shared.process.needs import Needs

MIGRATIONS = Path(__file__).parents[2] / "shared" / "migrations"
PATTERNS = {"counting": ("duty.#", "relay.#")}


class Suicide(Signals):
    by = signal.SIGKILL

    def __init__(self, point: str, number: int) -> None:
        self._point = point
        self._remaining = number

    def reached(self, point: str) -> None:
        if point == self._point:
            self._remaining -= 1
            if self._remaining == 0:
                os.kill(os.getpid(), self.by)


class Frozen(Suicide):
    by = signal.SIGSTOP


class Defective(Suicide):
    def reached(self, point: str) -> None:
        if point == self._point:
            raise RuntimeError("a defect")


def main(kind: str, dsn: str, broker_url: str, monitor_port: int, *suicide: str) -> None:
    needs = Needs(
        dsn,
        setting="QINGDAN_VICTIM_DATABASE_URL",
        folders=(MIGRATIONS,),
        broker_url=broker_url,
        monitor=("127.0.0.1", monitor_port) if monitor_port else None,
    )
    signals = None
    if suicide:
        name, number = suicide
        kind_of_end, _, point = name.rpartition(" ")
        signals = {"defect": Defective, "frozen": Frozen, "": Suicide}[kind_of_end](point, int(number))
    if kind == "service":
        from shared.shell.launcher import run_nameko

        run_nameko("tests.support.counting_service:CountingService", needs, signals=signals)
    else:
        from shared.delivery.relay import relay_process

        relay_process(kind, needs, PATTERNS, signals=signals)


if __name__ == "__main__":
    main(*json.loads(sys.argv[1]))
