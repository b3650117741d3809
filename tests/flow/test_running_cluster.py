"""A cluster seen by its operator: replaced while clerks work, followed through its logs, measured without surprises."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bench import rolling_restart
from shared.calling.caller import Call
from shared.calling.rpc import RpcCaller
from shared.errors import QingdanError
from shared.process.settings import DATABASES, SERVICES
from tests.flow.conftest import ROOT, start
from tests.flow.test_rebuilding import COUNTED, corrupt, rebuild
from tests.support.clerks import Clerk, Clerks, Installation
from tests.support.eventually import eventually
from tests.support.monitor import fetch, is_ready
from tests.support.ports import release_port, reserve_port
from tests.support.processes import ServerProcess, make_folder, remove_folder

ITEMS = 60
CLICKS_A_SECOND = 10
PROCESSES = 8

Running = tuple[Installation, ServerProcess]


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    home, port = make_folder("rolling", in_memory=True), reserve_port()
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


def ports_of(installation: Installation) -> dict[str, int]:
    """The monitoring port of each process, by its name."""
    targets = json.loads((installation.home / "monitor-targets.json").read_text())
    return {target["labels"]["process"]: int(target["targets"][0].rsplit(":", 1)[1]) for target in targets}


def log_lines(installation: Installation, name: str) -> list[dict[str, Any]]:
    text = (installation.home / "logs" / f"{name}.log").read_text()
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def roll(installation: Installation) -> str:
    """`qingdan roll`, which ends when the replacement has."""
    done = subprocess.run(
        [sys.executable, "-m", "services.cli", "roll"],
        cwd=ROOT,
        env=os.environ | {"QINGDAN_HOME": str(installation.home)},
        capture_output=True,
        text=True,
        timeout=150,
        check=True,
    )
    return done.stdout


def test_no_request_fails_and_no_event_is_lost_while_every_process_is_replaced(running: Running):
    installation, process = running
    old = product_pids(process)
    assert len(old) == PROCESSES
    said = []

    observed = rolling_restart.observe(
        installation, lambda: said.append(roll(installation)), items=ITEMS, rate=CLICKS_A_SECOND, steady_seconds=1
    )

    work, checklist_id = observed.work, observed.checklist_id
    assert "every process was replaced" in said[0]
    assert work.failures == []
    assert work.done > 0
    assert not product_pids(process) & old
    for service in SERVICES:
        eventually(lambda service=service: installation.done(service, checklist_id) == work.done, within=60)
    assert installation.parked() == 0
    # No other test holds that this bench still runs: a second roll would be dear.
    assert json.loads(rolling_restart.line(installation, observed))["submits"] == work.done


def test_a_release_that_does_not_get_ready_replaces_nothing(running: Running):
    """Its first process finds a database that it may not enter; what it should have replaced goes on."""
    installation, process = running
    old = product_pids(process)
    with installation.superuser() as cur:
        cur.execute("ALTER ROLE qingdan_tasks_work CONNECTION LIMIT 0")
    try:
        with pytest.raises(subprocess.CalledProcessError) as refused:
            roll(installation)
    finally:
        with installation.superuser() as cur:
            cur.execute("ALTER ROLE qingdan_tasks_work CONNECTION LIMIT -1")

    assert "The replacement stopped at" in refused.value.stdout
    assert product_pids(process) == old


def test_every_new_process_says_that_it_is_ready_where_prometheus_looks(running: Running):
    ports = ports_of(running[0])

    assert len(ports) == PROCESSES
    for name, port in ports.items():
        assert eventually(lambda port=port: is_ready(port), within=30), name


def test_one_correlation_id_leads_from_the_browser_to_the_last_consumer(running: Running):
    installation, _ = running
    installation.issue(1, title="一次点击")
    clerk = Clerk(installation.url, "341021100", installation.passwords()["341021100"])
    clerk.submit(clerk.duties("一次点击")[0])
    correlation_id = clerk.request_id
    assert correlation_id

    portal = [line for line in log_lines(installation, "portal") if line.get("correlation_id") == correlation_id]
    tasks = [line for line in log_lines(installation, "service-tasks") if line.get("correlation_id") == correlation_id]
    assert [line["route"] for line in portal if line["event"] == "request answered"] == ["duties.mark_done"]
    assert "submit_duties" in [line["operation"] for line in tasks if line["event"] == "call answered"]
    for consumer in ("service-stats", "service-notifications"):
        eventually(lambda consumer=consumer: _took(installation, consumer, correlation_id), within=20)


def _took(installation: Installation, consumer: str, correlation_id: str) -> bool:
    lines = [line for line in log_lines(installation, consumer) if line["event"] == "events in effect"]
    return any(correlation_id in line["correlation_ids"] for line in lines)


def test_no_label_takes_what_a_client_sends(running: Running):
    installation, _ = running
    clerk = Clerk(installation.url, "341021100", installation.passwords()["341021100"])
    for method, path in (("GET", "/nonsense-4711"), ("BREW", "/duties"), ("POST", "/duties/4711/nonsense")):
        clerk.send(method, path, {"x": "y"} if method == "POST" else None)
    with RpcCaller(installation.broker_url) as caller, pytest.raises(QingdanError):
        caller.call("tasks", "my_duties", Call({"nonsense": 4711}, person_id=4711), timeout=5)

    values = {
        value
        for port in ports_of(installation).values()
        for family in text_string_to_metric_families(fetch(port, "/metrics")[1])
        if family.name.startswith("qingdan_")
        for sample in family.samples
        for value in sample.labels.values()
    }

    assert not [value for value in values if "nonsense" in value or "4711" in value or "BREW" in value]
    assert {"other", "4xx"} <= values


def test_a_rebuild_beside_it_while_clerks_work_counts_every_duty_once(running: Running):
    installation, _ = running
    urls = {f"QINGDAN_{name.upper()}_DATABASE_URL": installation.dsn(name) for name in DATABASES}
    title = "重建统计"
    # More than clerks do while it is rebuilt, however busy the machine is.
    checklist_id = installation.issue(ITEMS, title=title)
    clerks = Clerks(installation, CLICKS_A_SECOND, title=title)
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
    assert installation.value("stats", COUNTED) == installation.value("tasks", "SELECT count(*) FROM duty")
    assert installation.parked() == 0
