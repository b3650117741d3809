"""Every bench still starts, signs its people in, measures and says what it found; which figures is no test's matter."""

import json
import os
import subprocess
import sys
from importlib import import_module

import pytest

from tests.flow.conftest import ROOT

# `rolling_restart` is run on the cluster of `test_running_cluster`.
ELSEWHERE = {"rolling_restart"}
BENCHES = {file.stem for file in (ROOT / "bench").glob("*.py") if not file.stem.startswith("_")}
SAID = {"claim", "value", "unit", "baseline", "ratio", "goal", "met"}
QUICK = "sealed_changes"


@pytest.fixture(scope="module", autouse=True)
def _tiny():
    """Before the first bench is loaded, which reads how much it shall measure."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BENCH_TINY", "1")
        yield


@pytest.mark.parametrize("name", sorted(BENCHES - ELSEWHERE))
def test_a_bench_runs_and_says_its_line(name):
    """In this process, which has loaded already what most of them would load again."""
    line = json.loads(import_module(f"bench.{name}").main())

    assert set(line) >= SAID


def test_a_bench_is_run_by_its_name_and_ends_with_whether_its_claim_is_met():
    done = subprocess.run(
        [sys.executable, "-m", "bench", QUICK],
        cwd=ROOT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )

    assert len(done.stdout.splitlines()) == 1, done.stderr
    line = json.loads(done.stdout)
    assert done.returncode == (0 if line["met"] else 1)
