"""Every query of every dashboard and alert, asked of a real Prometheus that watches the distributed product at work.

An empty answer is the usual way in which monitoring is broken: a name that has changed, a label that is not there, a
counter that begins to exist with the first accident. So every query has to have an answer while all is well.
"""

import datetime as dt
import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import pika
import psutil
import pytest

from shared.delivery.broker import events_queue
from shared.delivery.envelope import encode
from shared.events import UnitChanged, payload_of
from tests.flow.conftest import sign_ins, start
from tests.support import promql
from tests.support.eventually import eventually
from tests.support.pages import Person
from tests.support.ports import release_port, reserve_port
from tests.support.processes import ServerProcess, make_folder, remove_folder
from tests.support.prometheus import PrometheusServer
from tests.support.visitor import visitor
from tests.support.watched import ALERTS, alerts, panel_queries

TOWNSHIPS = [f"3410211{number:02}" for number in range(5, 13)]
PAGES = ("/inbox", "/help")

# The test itself lets one message wait on the ladder and one be parked.
PROVOKED = {"QingdanDeadLettersWaiting", "QingdanRetriesNotDraining"}

# How quick the product is depends on what else this machine does, so slowness is no fault here.
SPEED = {"QingdanPagesSlow", "QingdanCallsSlow", "QingdanEventsSlow"}


@dataclass(frozen=True, slots=True)
class Watched:
    url: str
    passwords: dict[str, str]
    process: ServerProcess
    prometheus: PrometheusServer

    def child(self, words: str) -> psutil.Process:
        """The process that runs `services.cli WORDS`."""
        return next(
            process
            for process in psutil.Process(self.process.pid).children(recursive=True)
            if f"services.cli {words}" in " ".join(process.cmdline())
        )


@pytest.fixture(scope="module")
def watched() -> Iterator[Watched]:
    home, port = make_folder("watched", in_memory=True), reserve_port()
    product = start("cluster", home, port)
    prometheus = PrometheusServer(home / "monitor-targets.json", ALERTS)
    try:
        prometheus.start()
        yield Watched(f"http://127.0.0.1:{port}", sign_ins(home), product, prometheus)
    finally:
        prometheus.remove()
        product.terminate(15, within=60)
        release_port(port)
        remove_folder(home)


@pytest.fixture(scope="module")
def at_work(watched: Watched) -> Iterator[Watched]:
    """People work on it until the tests are over, and two messages cannot be taken."""
    _spoil(watched.child("service stats").environ()["QINGDAN_BROKER_URL"])
    stopping = threading.Event()
    workers = [
        threading.Thread(target=_work, args=(watched, names, stopping)) for names in (TOWNSHIPS[::2], TOWNSHIPS[1::2])
    ]
    for worker in workers:
        worker.start()
    yield watched
    stopping.set()
    for worker in workers:
        worker.join(30)


def _work(watched: Watched, names: list[str], stopping: threading.Event) -> None:
    """A few people sign in, look around and mark duties done, one after the other, round and round."""
    clerks = [_signed_in(watched, name) for name in names]
    leader = _signed_in(watched, "leader")
    leader.open("/nowhere")
    visitor(watched.url).sign_in("leader", "wrong")
    while not stopping.is_set():
        for clerk in clerks:
            _mark_one_done(clerk)
            for path in PAGES:
                clerk.open(path)
        leader.open("/board/1")
        # People pause; without a pause this would measure the machine.
        stopping.wait(0.2)


def _signed_in(watched: Watched, name: str) -> Person:
    """Signs in as a patient person does: a system that says it is busy is asked again."""
    person = visitor(watched.url)

    def is_in() -> bool:
        return "退出" in person.open("/").text or "退出" in person.sign_in(name, watched.passwords[name]).text

    eventually(is_in, within=30)
    return person


def _mark_one_done(person: Person) -> None:
    person.open("/duties")
    forms = [form for form in person.forms if form.action.endswith("/duties/done") and form.boxes]
    if forms:
        person.send(forms[0], boxes=forms[0].boxes[:1])


def _spoil(broker_url: str) -> None:
    """One message that is no event, and one whose code fits into no index: dead at once, and to be tried again."""
    unfit = UnitChanged(990_001, secrets.token_hex(5000), "不合格", "township", None, True, 1)
    body = encode(
        uuid4(), unfit.TYPE, payload_of(unfit), source="tasks", time=dt.datetime.now(dt.UTC), correlation_id="spoilt"
    )
    account = pika.URLParameters(broker_url)
    with pika.BlockingConnection(account) as connection:
        channel = connection.channel()
        json_text = pika.BasicProperties(
            content_type="application/json", content_encoding="utf-8", user_id=account.credentials.username
        )
        for message in (b"no event", body):
            channel.basic_publish("", events_queue("stats"), message, json_text)


def answered(prometheus: PrometheusServer, queries: dict[str, str]) -> None:
    """Wait until every query has an answer; the failure names those that have none."""
    left = dict(queries)

    def nothing_left() -> bool:
        for where, expr in list(left.items()):
            if prometheus.values(expr):
                del left[where]
        assert not left, f"no answer to {len(left)} of {len(queries)}: {left}"
        return True

    eventually(nothing_left, within=60, message="some queries have no answer")


def test_every_panel_has_something_to_show(at_work):
    queries = {asked.where: _as_grafana_sends(asked.expr) for asked in panel_queries()}
    assert len(queries) == len(panel_queries())

    answered(at_work.prometheus, queries)

    print(f"{len(queries)} queries of panels answered")  # noqa: T201 - the figure is what this test is run for


def _as_grafana_sends(expr: str) -> str:
    return expr.replace("$__rate_interval", "1m").replace("$process", ".*")


def test_every_alert_has_an_answer_when_all_is_well(at_work):
    queries = {alert.name: promql.with_bool(alert.expr) for alert in alerts()}

    answered(at_work.prometheus, queries)

    print(f"{len(queries)} alerts answered")  # noqa: T201 - as above


def test_no_alert_begins_that_the_test_has_not_provoked(at_work):
    silent = {alert.name: promql.with_bool(alert.expr) for alert in alerts() if alert.name not in PROVOKED | SPEED}

    last = [""]

    def calm() -> bool:
        for name, expr in sorted(silent.items(), key=lambda one: one[0] != last[0]):
            found = at_work.prometheus.values(expr)
            if any(value for _, value in found):
                # Asked first the next time: as long as it is loud, the others may be what they like.
                last[0] = name
                raise AssertionError(f"{name}: {found}")
        return True

    eventually(calm, within=60, message="alerts begin on a healthy system")


def test_what_the_test_has_provoked_is_seen(at_work):
    for name in PROVOKED:
        expr = next(alert.expr for alert in alerts() if alert.name == name)
        eventually(lambda expr=expr: at_work.prometheus.values(expr), within=30, message=f"{name} does not begin")


def test_prometheus_finds_no_fault_in_the_rules(at_work):
    rules = at_work.prometheus.rules()

    assert len(rules) == len(alerts())
    eventually(lambda: all(rule["health"] == "ok" for rule in at_work.prometheus.rules()))
    assert [rule["lastError"] for rule in at_work.prometheus.rules() if rule.get("lastError")] == []


def test_a_frozen_relay_begins_its_alerts_and_a_thawed_one_ends_them(at_work):
    relay = at_work.child("relay tasks")

    relay.suspend()
    try:
        eventually(lambda: begun(at_work, "QingdanProcessDown") == {"relay-tasks-1"}, within=30)
        eventually(lambda: begun(at_work, "QingdanNoActiveRelay", label="database") == {"tasks"}, within=30)
    finally:
        relay.resume()

    eventually(lambda: begun(at_work, "QingdanProcessDown") == set(), within=30)
    eventually(lambda: begun(at_work, "QingdanNoActiveRelay", label="database") == set(), within=30)


def begun(watched: Watched, name: str, *, label: str = "process") -> set[str]:
    """For which processes, or whatever the label says, Prometheus counts the time of this alert."""
    found = watched.prometheus.ask("alerts")["alerts"]
    return {alert["labels"][label] for alert in found if alert["labels"]["alertname"] == name}
