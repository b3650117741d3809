"""Every process of the cluster is replaced while clerks work: no request fails, no event is lost or counted twice."""

import json
import signal
from collections.abc import Iterator

import psutil
import pytest

from tests.flow.conftest import start
from tests.support.clerks import SERVICES, Clerks, Installation
from tests.support.eventually import eventually
from tests.support.monitor import is_ready
from tests.support.ports import release_port, reserve_port
from tests.support.processes import ServerProcess, make_folder, remove_folder

ITEMS = 60
CLICKS_A_SECOND = 10
PROCESSES = 8

Running = tuple[Installation, ServerProcess]


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    home, port = make_folder("rolling"), reserve_port()
    process = start("cluster", home, port)
    try:
        yield Installation(home, f"http://127.0.0.1:{port}"), process
    finally:
        process.terminate(signal.SIGTERM, within=60)
        release_port(port)
        remove_folder(home)


def product_pids(process: ServerProcess) -> set[int]:
    """The processes of the product itself, without its servers."""
    children = psutil.Process(process.pid).children()
    return {child.pid for child in children if "services.cli" in child.cmdline()}


def roll(process: ServerProcess, *, ends_with: str) -> None:
    before = process.log_tail(200).count(ends_with)
    psutil.Process(process.pid).send_signal(signal.SIGHUP)
    eventually(lambda: process.log_tail(200).count(ends_with) > before, within=150, message="the roll did not end")


def test_no_request_fails_and_no_event_is_lost_while_every_process_is_replaced(running: Running):
    installation, process = running
    checklist_id = installation.issue(ITEMS)
    old = product_pids(process)
    assert len(old) == PROCESSES
    clerks = Clerks(installation, CLICKS_A_SECOND)
    clerks.start()

    roll(process, ends_with="every process was replaced")

    work = clerks.stop()
    assert work.failures == []
    assert work.done > 0
    assert not product_pids(process) & old
    for service in SERVICES:
        eventually(lambda service=service: installation.done(service, checklist_id) == work.done, within=60)
    assert installation.parked() == 0


def test_every_new_process_says_that_it_is_ready_where_prometheus_looks(running: Running):
    installation, _ = running
    targets = json.loads((installation.home / "monitor-targets.json").read_text())

    assert len(targets) == PROCESSES
    for target in targets:
        port = int(target["targets"][0].rsplit(":", 1)[1])
        assert eventually(lambda port=port: is_ready(port), within=30), target
