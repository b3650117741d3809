"""Every bench still starts, signs its people in, measures and says what it found; which figures is no test's matter."""

import json
import os
import subprocess
import sys

import pytest

from tests.flow.conftest import ROOT

# `rolling_restart` is run on the cluster of `test_running_cluster`.
ELSEWHERE = {"rolling_restart"}
BENCHES = {file.stem for file in (ROOT / "bench").glob("*.py") if not file.stem.startswith("_")}
SAID = {"claim", "value", "unit", "baseline", "ratio", "goal", "met"}


@pytest.mark.parametrize("name", sorted(BENCHES - ELSEWHERE))
def test_a_bench_runs_and_prints_its_line(name):
    done = subprocess.run(
        [sys.executable, "-m", "bench", name],
        cwd=ROOT,
        env=os.environ | {"BENCH_TINY": "1"},
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )

    assert len(done.stdout.splitlines()) == 1, done.stderr
    line = json.loads(done.stdout)
    assert set(line) >= SAID
    assert done.returncode == (0 if line["met"] else 1)
