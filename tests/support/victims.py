"""Processes for the fault tests: kind (service, or the database of a relay), DSN, broker URL, monitoring port.

A kind "service proven by …" asks its callers for signatures under that key.
With a point and a number the process kills itself with -9 when it passes the point for that time; with "defect" before
the point, it meets a defect there instead, and with "frozen" it stops there with SIGSTOP; the database then ends the
session of a relay sooner than in the product.
"""

import json
import os
import signal
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from shared import limits
from shared.process.loop import Signals
from shared.process.needs import Needs

if TYPE_CHECKING:
    from shared.calling.proof import Proof

MIGRATIONS = Path(__file__).parents[2] / "shared" / "migrations"
# How long the product waits is seen in tests/fault/test_frozen_sessions.py.
SILENCE = 4.0
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
    if kind.startswith("service"):
        from shared.shell.launcher import run_nameko

        key = kind.removeprefix("service").removeprefix(" proven by ")
        proof = partial(_proof, key) if key else None
        run_nameko("tests.support.counting_service:CountingService", needs, signals=signals, proof=proof)
    else:
        if isinstance(signals, Frozen):
            # Before anything reads it.
            limits.RELAY = replace(limits.RELAY, silence=SILENCE)
        from shared.delivery.relay import relay_process

        relay_process(kind, needs, PATTERNS, signals=signals)


def _proof(key: str) -> "Proof":
    from shared.calling.proof import Proof

    return Proof((key,))


if __name__ == "__main__":
    main(*json.loads(sys.argv[1]))
