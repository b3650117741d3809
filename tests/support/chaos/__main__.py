"""`make chaos FAULTS=200 SEED=1`: a long run, told as it goes, with its figures at the end."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
from pathlib import Path

from tests.flow.conftest import start
from tests.support.chaos.plan import plan
from tests.support.chaos.run import Crew, Run
from tests.support.clerks import Installation
from tests.support.ports import release_port, reserve_port
from tests.support.processes import make_folder, remove_folder

SECONDS_BETWEEN_LISTS = 12.0
# Seconds that a fault takes on the whole, by which is reckoned how many lists can be issued.
A_FAULT = 4.0
# What the processes said, for whoever looks for the cause of a finding.
KEPT = Path(__file__).parents[3] / "build" / "chaos"


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--faults", type=int, default=200)
    asked.add_argument("--seed", type=int, default=int(time.time()))
    given = asked.parse_args()
    home, port = make_folder("chaos", in_memory=True), reserve_port()
    tell(f"seed {given.seed}, {given.faults} faults, in {home}")
    shutil.rmtree(KEPT, ignore_errors=True)
    process = start("cluster", home, port)
    try:
        crew = Crew(lists=max(2, int(given.faults * A_FAULT / SECONDS_BETWEEN_LISTS)))
        run = Run(Installation(home, f"http://127.0.0.1:{port}"), process.pid, seed=given.seed, crew=crew)
        outcome = run.carry_out(plan(given.seed, given.faults), tell)
    finally:
        process.terminate(15, within=60)
        release_port(port)
        shutil.copytree(home / "logs", KEPT, dirs_exist_ok=True)
        shutil.copy(home / "postgres" / "log", KEPT)
        remove_folder(home)
    for found in (*outcome.findings, *outcome.broken):
        tell(str(found))
    tell(json.dumps({"seed": given.seed, **outcome.figures()}, ensure_ascii=False))
    return bool(outcome.findings or outcome.broken)


def tell(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)  # noqa: T201 - what the command says


if __name__ == "__main__":
    sys.exit(main())
