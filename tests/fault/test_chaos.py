"""A dozen faults chosen by a seed while people click; `make chaos FAULTS=200 SEED=1` is the long one."""

import time

import pytest

from tests.flow.conftest import start
from tests.support.chaos.plan import plan
from tests.support.chaos.run import Crew, Run
from tests.support.clerks import Installation
from tests.support.ports import release_port, reserve_port
from tests.support.processes import make_folder, remove_folder

FAULTS = 12
# A frozen relay is replaced within 15 s; that is seen elsewhere, and in the long run.
PAUSES, FREEZES = (0.3, 2.0), (1.0, 4.0)


@pytest.fixture
def cluster():
    """A product of its own: nothing else survives what happens to it."""
    home, port = make_folder("chaos", in_memory=True), reserve_port()
    process = start("cluster", home, port)
    yield process, Installation(home, f"http://127.0.0.1:{port}")
    process.terminate(15, within=60)
    release_port(port)
    remove_folder(home)


# What it waits for at the end has two minutes of its own, however long the faults took on a busy machine.
@pytest.mark.slow
def test_a_dozen_faults_lose_nothing_and_do_nothing_twice(cluster):
    """Each day has a seed of its own, which the message names: `make chaos FAULTS=12 SEED=…` does it again."""
    process, installation = cluster
    seed = int(time.time()) // 86400
    run = Run(installation, process.pid, seed=seed, crew=Crew(markers=4, reporters=2))

    outcome = run.carry_out(plan(seed, FAULTS, pauses=PAUSES, freezes=FREEZES))

    assert outcome.findings == [], seed
    assert outcome.broken == [], seed
    figures = outcome.figures()
    assert figures["unsure"] == 0, figures
    assert outcome.record.clicks
    assert figures["issued"] == 2, figures
