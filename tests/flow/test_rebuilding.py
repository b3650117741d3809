"""`qingdan rebuild stats` as an operator runs it on a data folder at rest; beside a cluster: `test_running_cluster`."""

import signal
import subprocess
import sys

import pytest

from services.running.access import database_of
from shared.process import settings
from shared.rows import value
from tests.flow.conftest import ROOT, environment_of, start
from tests.support.clerks import Installation
from tests.support.eventually import eventually
from tests.support.ports import release_port, reserve_port
from tests.support.processes import make_folder, remove_folder

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
