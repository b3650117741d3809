"""Every bench still starts, signs its people in, measures and says what it found; which figures is no test's matter.

What a bench stands on is made once for all of them; `test_a_bench_is_run_by_its_name` and `make bench` have their own.
"""

import json
import os
import subprocess
import sys
from contextlib import ExitStack, contextmanager, nullcontext
from functools import cache, partial
from importlib import import_module

import pytest

from tests.flow.conftest import ROOT
from tests.support.postgres import PostgresServer

# They are run on the cluster of `test_running_cluster`.
ELSEWHERE = {"click_to_board", "cpu_of_clerks", "submitting_duties_distributed"}
BENCHES = {file.stem for file in (ROOT / "bench").glob("*.py") if not file.stem.startswith("_")}
SAID = {"claim", "value", "unit", "baseline", "ratio", "goal", "met"}
QUICK = "sealed_changes"


@pytest.fixture(scope="module", autouse=True)
def _tiny():
    """Before the first bench is loaded, which reads how much it shall measure."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BENCH_TINY", "1")
        yield


@pytest.fixture(scope="module", autouse=True)
def _lent(_tiny, request: pytest.FixtureRequest):
    """The run's servers, and one embedded product that is started when the first bench asks for it."""
    ground, product = import_module("bench.support.ground"), import_module("bench.support.product")
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        example = cache(partial(_started, stack, product.example))
        county = cache(lambda units: product.with_county(*example("embedded"), units))
        patch.setattr(ground, "postgres", lambda: _lent_postgres(ground, request.getfixturevalue("postgres_server")))
        patch.setattr(ground, "rabbit", lambda: nullcontext(request.getfixturevalue("rabbit_server")))
        patch.setattr(product, "example", lambda mode: nullcontext(example(mode)))
        patch.setattr(product, "running_product", lambda units: nullcontext(county(units)))
        yield


def _started(stack, example, mode):
    return stack.enter_context(example(mode))


@contextmanager
def _lent_postgres(ground, server: PostgresServer):
    """The run's server; what a bench made there is gone afterwards, but the templates of the next."""
    before = _databases(server)
    yield server
    for name in _databases(server) - before:
        if not name.startswith(ground.TEMPLATE):
            server.drop_database(name)


def _databases(server: PostgresServer) -> set[str]:
    with server.cursor() as cur:
        cur.execute("SELECT datname FROM pg_database")
        return {name for (name,) in cur.fetchall()}


@pytest.mark.parametrize("name", sorted(BENCHES - ELSEWHERE))
def test_a_bench_runs_and_says_its_line(name):
    """In this process, which has loaded already what most of them would load again."""
    line = json.loads(import_module(f"bench.{name}").main())

    assert set(line) >= SAID


def test_a_country_s_issuing_is_measured_with_issuers_that_are_killed():
    """It says no figure of a baseline: what is to be seen is time, memory, and that nothing is lost or doubled."""
    line = json.loads(import_module("bench.large.issuing").main())

    assert set(line) >= SAID - {"baseline", "ratio"}
    assert (line["lost"], line["doubled"]) == (0, 0)
    # So little may be done before there is somebody to kill a second time.
    assert line["killed"] > 0


def test_while_a_country_is_issued_to_the_memory_of_each_process_is_measured():
    line = json.loads(import_module("bench.large.house").main())

    assert set(line) >= SAID - {"baseline", "ratio"}
    assert all(megabytes > 0 for megabytes in line["megabytes"].values())


def test_what_is_run_apart_or_at_one_product_is_there():
    run = import_module("bench.__main__")

    assert {*run.LONG, *(name for several in run.AT_ONE_PRODUCT.values() for name in several)} <= BENCHES


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
