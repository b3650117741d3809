"""A cluster seen by its operator: replaced while clerks work, followed through its logs, measured without surprises."""

import datetime as dt
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

import pika
import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bench.large import rolling_restart
from services.tasks.service import TasksService
from shared import clock
from shared.calling.caller import Call
from shared.calling.proof import Signer
from shared.calling.rpc import RpcCaller
from shared.database import Database
from shared.delivery.envelope import encode
from shared.delivery.publishing import BrokerLink, Outgoing
from shared.errors import QingdanError, Unproven
from shared.events import ChecklistChanged, payload_of
from shared.process.settings import DATABASES, SERVICES
from shared.workdays import SHANGHAI
from tests.flow.conftest import ROOT, start
from tests.flow.test_rebuilding import COUNTED, corrupt, rebuild
from tests.support.clerks import YEAR, Clerk, Clerks, Installation
from tests.support.eventually import eventually
from tests.support.monitor import fetch, is_ready
from tests.support.patient import signed_in
from tests.support.ports import release_port, reserve_port
from tests.support.processes import ServerProcess, make_folder, remove_folder

ITEMS = 40
CLICKS_A_SECOND = 6
PROCESSES = 8
# The file with the seconds that a roll waits for a new process, instead of a minute.
PATIENCE = "patience"
# A night that the processes have not counted by themselves.
TOMORROW = dt.datetime.now(SHANGHAI).date() + dt.timedelta(days=1)

Running = tuple[Installation, ServerProcess]


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    home, port = make_folder("rolling", in_memory=True), reserve_port()
    process = start("cluster", home, port, by=("tests.support.impatient", str(home / PATIENCE)))
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


# The roll and what follows it have limits of their own, which a busy machine may need.
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
    (installation.home / PATIENCE).write_text("8")
    try:
        with pytest.raises(subprocess.CalledProcessError) as refused:
            roll(installation)
    finally:
        with installation.superuser() as cur:
            cur.execute("ALTER ROLE qingdan_tasks_work CONNECTION LIMIT -1")
        (installation.home / PATIENCE).unlink()

    assert "The replacement stopped at relay-tasks" in refused.value.stdout
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
    with RpcCaller(installation.broker_url, installation.signer()) as caller, pytest.raises(QingdanError):
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


def test_each_process_has_its_own_addresses_and_keys_and_no_others(running: Running):
    installation, _ = running
    secrets = json.loads((installation.home / "secrets.json").read_text())
    found = {name: _secrets_of(pid, secrets) for name, pid in _pids(installation).items()}

    calls = {f"{name}_call" for name in SERVICES}
    expected = {"portal": {"portal_key", "portal_work", "broker_portal", *calls}, "issuer": {"tasks_work"}}
    for name in SERVICES:
        expected[f"service-{name}"] = {f"{name}_work", f"broker_service_{name}", f"{name}_call"}
        expected[f"relay-{name}"] = {f"{name}_work", f"broker_relay_{name}"}
    assert found == expected


def _pids(installation: Installation) -> dict[str, int]:
    """The processes of the product by their names."""
    home = f"QINGDAN_HOME={installation.home}".encode()
    found = {}
    for process in psutil.process_iter(["cmdline"]):
        command = process.info["cmdline"] or []
        if "services.cli" in command and home in Path(f"/proc/{process.pid}/environ").read_bytes().split(b"\0"):
            found["-".join(command[command.index("services.cli") + 1 :])] = process.pid
    found.pop("cluster", None)
    return found


def _secrets_of(pid: int, secrets: dict[str, str]) -> set[str]:
    """The names of the secrets that stand in what the process was started with."""
    seen = b"".join(Path(f"/proc/{pid}/{file}").read_bytes() for file in ("environ", "cmdline"))
    return {name for name, secret in secrets.items() if secret.encode() in seen}


def test_an_account_of_the_broker_is_nobody(running: Running):
    """Also with the portal's own account: without its key nothing is called in anybody's name."""
    installation, _ = running
    lead_id = installation.value("tasks", "SELECT id FROM person WHERE sign_in_name = 'lead'")
    for signer in (None, Signer(dict.fromkeys(SERVICES, ("x" * 32,)))):
        with RpcCaller(installation.broker_url, signer) as caller:
            for service, operation in (("tasks", "list_units"), ("stats", "overview"), ("notifications", "inbox")):
                with pytest.raises(Unproven):
                    caller.call(service, operation, Call({}, person_id=lead_id))
    with pytest.raises(pika.exceptions.AMQPConnectionError):
        pika.BlockingConnection(pika.URLParameters(installation.broker_url_of("qingdan", "broker")))


def test_an_event_told_by_another_relay_is_parked_and_not_counted(running: Running):
    """Every relay can write to every queue, and the broker knows who it was."""
    installation, _ = running
    checklist = ChecklistChanged(990_002, "冒名", YEAR, ["领域", "举措", "任务", "事项", "责任"], "issued", 1, 1)
    now = dt.datetime.now(dt.UTC)
    body = encode(uuid4(), checklist.TYPE, payload_of(checklist), source="tasks", time=now, correlation_id="forged")
    link = BrokerLink(installation.broker_url_of("qingdan-relay-notifications", "broker_relay_notifications"), "test")
    assert link.publish([Outgoing("stats.events", body, "forged", exchange="")]) == []
    link.close()

    eventually(lambda: installation.value("stats", "SELECT count(*) FROM parked_message") == 1, within=20)
    reason = "the account 'qingdan-relay-notifications' may not tell an event of 'tasks' here"
    assert installation.value("stats", "SELECT reason FROM parked_message") == reason
    assert installation.value("stats", "SELECT count(*) FROM checklist WHERE id = 990002") == 0
    with installation.cursor("stats") as cur:
        cur.execute("DELETE FROM parked_message")


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


# Whether a count has come whole, and a heartbeat that says that all before it was heard; or it was compared already.
HEARD = """
    SELECT count(*) FILTER (WHERE (heard_position.xid, heard_position.seq) >= (until_xid, until_seq)) = max(parts)
        OR EXISTS (SELECT FROM ledger_check WHERE day = %s)
    FROM ledger_part JOIN heard_position ON source = 'tasks'
"""


def test_over_the_broker_the_night_names_what_differs_and_says_where_all_agree(running: Running, monkeypatch):
    """Processes compare every five minutes, and soon after their start: nobody waits, and a listener that was away for
    the night is seen to make up for it."""
    installation, _ = running
    title = "连夜核对"
    installation.issue(1, title=title)
    duty_id = installation.value("stats", "SELECT max(id) FROM duty")
    change = "UPDATE duty SET state = %s WHERE id = %s RETURNING id"
    assert installation.value("stats", change, "returned", duty_id)
    try:
        _count_the_ledger(installation, monkeypatch)
        for service in ("stats", "notifications"):
            eventually(lambda service=service: installation.value(service, HEARD, TOMORROW), within=60)
            psutil.Process(_pids(installation)[f"service-{service}"]).kill()
        compared = "SELECT cells FROM ledger_check WHERE day = %s"
        cells = {
            service: eventually(lambda service=service: [installation.value(service, compared, TOMORROW)], within=60)
            for service in ("stats", "notifications")
        }
        _is_shown(installation, "stats", 2)
        _is_shown(installation, "notifications", 0)
    finally:
        installation.value("stats", change, "issued", duty_id)

    assert cells == {"stats": [2], "notifications": [0]}
    page = signed_in(installation.url, "lead", installation.passwords()["lead"]).open("/ledger-check").text
    assert re.search(f"看板 .*有 2 格不一致.*{title}0.*各种提醒 .*一致", page)
    lines = log_lines(installation, "service-stats")
    (said,) = [line for line in lines if line["event"] == "duties differ from the ledger"]
    assert (said["cells"], {title in cell for cell in said["named"]}) == (2, {True})


def _count_the_ledger(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the tick of tasks does it, whatever the hour is."""
    night = dt.datetime.combine(TOMORROW, dt.time(5), SHANGHAI)
    with monkeypatch.context() as patch, closing(Database(installation.dsn("tasks"))) as database:
        patch.setattr(clock, "now", lambda: night)
        patch.setattr(clock, "today", lambda: TOMORROW)
        TasksService(database).count_ledger()


def _is_shown(installation: Installation, service: str, cells: int) -> None:
    """Where Prometheus looks."""
    sample = f'qingdan_ledger_differing_cells{{service="{service}"}} {float(cells)}'
    port = ports_of(installation)[f"service-{service}-1"]
    eventually(lambda: sample in fetch(port, "/metrics")[1], within=60, message=sample)


def test_the_bench_of_people_marking_duties_done_runs(running: Running, monkeypatch):
    """Here, so that it needs no cluster of its own in `test_benches`; which figures is no test's matter."""
    monkeypatch.setenv("BENCH_TINY", "1")
    people, bench = (import_module(f"bench.{name}") for name in ("support.duties_over_http", "submitting_duties"))
    installation, _ = running

    found = people.measured(installation.home, int(installation.url.rsplit(":", 1)[1]))

    assert json.loads(bench.told(found))["value"] > 0


def test_the_bench_of_the_board_after_a_click_runs(running: Running, monkeypatch):
    said = _said_by("click_to_board", running, monkeypatch)

    assert (said["value"] > 0, said["baseline"] > 0) == (True, True)


def test_the_bench_of_the_cpu_of_clerks_counts_every_process_but_the_database_and_itself(running: Running, monkeypatch):
    installation, process = running
    # As `make bench` lends a cluster: then the bench itself has the folder in its environment.
    monkeypatch.setenv("BENCH_CLUSTER", f"1 {installation.home}")

    counted = import_module("bench.cpu_of_clerks").cpu_seconds(installation.home)

    assert product_pids(process) < set(counted)
    assert "beam.smp" in {psutil.Process(pid).name() for pid in counted}
    assert "postgres" not in {psutil.Process(pid).name() for pid in counted}
    assert os.getpid() not in counted


def test_the_bench_of_the_cpu_of_clerks_runs(running: Running, monkeypatch):
    said = _said_by("cpu_of_clerks", running, monkeypatch)

    assert set(said) >= {"claim", "value", "baseline", "goal", "met"}


def _said_by(name: str, running: Running, monkeypatch) -> dict[str, Any]:
    monkeypatch.setenv("BENCH_TINY", "1")
    bench = import_module(f"bench.{name}")
    installation, _ = running
    return json.loads(bench.measured(installation.home, int(installation.url.rsplit(":", 1)[1])))
