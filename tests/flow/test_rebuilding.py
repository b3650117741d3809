"""`qingdan rebuild stats` as an operator runs it: beside a running cluster, and on a data folder at rest."""

import os
import signal
import subprocess
import sys

import pytest

from services.running.access import database_of
from shared.process import settings
from shared.process.settings import DATABASES, SERVICES
from shared.rows import value
from tests.flow.conftest import ROOT, environment_of, start
from tests.support.clerks import Clerks, Installation
from tests.support.eventually import eventually
from tests.support.ports import release_port, reserve_port
from tests.support.processes import make_folder, remove_folder

ITEMS = 20
CLICKS_A_SECOND = 10
COUNTED = "SELECT coalesce(sum(duties), 0)::bigint AS duties FROM item_count"


@pytest.fixture
def place():
    """A data folder and a port."""
    home, port = make_folder("rebuild", in_memory=True), reserve_port()
    yield home, port
    release_port(port)
    remove_folder(home)


def rebuild(environment):
    command = [sys.executable, "-m", "services.cli", "rebuild", "stats"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)


def corrupt(installation):
    with installation.cursor("stats") as cur:
        cur.execute("UPDATE item_count SET duties = duties + 5")
        cur.execute("UPDATE unit_count SET duties = duties * 3")


def test_beside_a_running_cluster_while_clerks_work_every_duty_is_counted_once(place):
    home, port = place
    process = start("cluster", home, port)
    try:
        installation = Installation(home, f"http://127.0.0.1:{port}")
        urls = {f"QINGDAN_{name.upper()}_DATABASE_URL": installation.dsn(name) for name in DATABASES}
        checklist_id = installation.issue(ITEMS)
        clerks = Clerks(installation, CLICKS_A_SECOND)
        clerks.start()
        eventually(lambda: clerks.work.failures or clerks.work.done > 10, within=60)
        corrupt(installation)

        done = [rebuild(os.environ | urls) for _ in range(2)]
        work = clerks.stop()

        assert [one.returncode for one in done] == [0, 0], [one.stderr for one in done]
        assert "events read" in done[0].stdout
        assert work.failures == []
        for service in SERVICES:
            eventually(lambda service=service: installation.done(service, checklist_id) == work.done, within=60)
        duties = installation.value("tasks", "SELECT count(*) FROM duty")
        assert installation.value("stats", COUNTED) == duties
        assert installation.parked() == 0
    finally:
        process.terminate(signal.SIGTERM, within=60)


def test_on_a_data_folder_only_while_nothing_runs_there(place):
    home, port = place
    process = start("embedded", home, port)
    try:
        installation = Installation(home, f"http://127.0.0.1:{port}")
        duties = installation.value("tasks", "SELECT count(*) FROM duty")
        eventually(lambda: installation.value("stats", COUNTED) == duties > 0, within=60)
        corrupt(installation)

        refused = rebuild(environment_of(home, port))
    finally:
        process.terminate(signal.SIGTERM, within=60)
    done = rebuild(environment_of(home, port))

    assert refused.returncode == 1
    assert "正由另一个清单程序使用，请先停止它" in refused.stderr
    assert (done.returncode, f"重建了 {duties} 项责任的统计" in done.stdout) == (0, True), done.stderr
    with database_of(settings.read({"QINGDAN_HOME": str(home)}), "stats") as stats, stats.transaction() as cur:
        cur.execute(COUNTED)
        assert value(cur, int) == duties
