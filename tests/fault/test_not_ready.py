"""A server that is away shows in /readyz and in the log while the process waits, and heals without a restart."""

import os
import sys
from contextlib import contextmanager

import pika
import pytest
from prometheus_client.parser import text_string_to_metric_families

from services.running.registry import migrate_database
from shared.process.settings import SERVICES
from tests.support.event_path import ROOT
from tests.support.eventually import eventually
from tests.support.monitor import fetch, is_ready, sentence_of
from tests.support.ports import release_port, reserve_port
from tests.support.processes import ServerProcess
from tests.support.proxy import Proxy

# A fault shows within five seconds, see test_readiness.py; a crowded machine may need more to look at all.
SHOWS_WITHIN = 10


def start(path, kind, **where):
    return path.start_relay(**where) if kind == "relay" else path.start_service(**where)


def uri_through(path, proxy):
    return path.rabbit.uri(path.broker_url.rsplit("/", 1)[1], port=proxy.port)


@pytest.mark.parametrize("kind", ["relay", "service"])
def test_a_broker_that_goes_away_shows_and_heals(path, port, kind):
    with Proxy(path.rabbit.port) as proxy:
        process = start(path, kind, broker_url=uri_through(path, proxy), monitor=port)
        eventually(lambda: is_ready(port), within=30)

        proxy.refuse()
        eventually(lambda: "cannot be reached" in sentence_of(port, "broker"), within=SHOWS_WITHIN)
        eventually(lambda: '"check fails", "check": "broker"' in process.log_tail(), within=5)
        assert fetch(port, "/healthz")[0] == 200
        assert fetch(port, "/readyz?self")[0] == 200

        proxy.resume()
        eventually(lambda: is_ready(port), within=30)
        assert process.is_running


@pytest.mark.parametrize("kind", ["relay", "service"])
def test_a_database_that_freezes_shows_and_heals(path, port, kind):
    with Proxy(path.postgres.port) as proxy:
        database = path.produced if kind == "relay" else path.counting
        dsn = path.postgres.uri(database.dsn.rsplit("/", 1)[1], port=proxy.port)
        process = start(path, kind, dsn=dsn, monitor=port)
        eventually(lambda: is_ready(port), within=30)

        proxy.stall()
        eventually(lambda: "does not answer" in sentence_of(port, "database"), within=SHOWS_WITHIN)
        eventually(lambda: '"check fails", "check": "database"' in process.log_tail(), within=5)

        proxy.resume()
        eventually(lambda: is_ready(port), within=60)
        assert process.is_running


@pytest.mark.parametrize("kind", ["relay", "service"])
def test_a_wrong_broker_password_shows_and_heals(path, port, kind):
    path.rabbit.set_password("late", "old", path.broker_url)
    url = f"amqp://late:new@127.0.0.1:{path.rabbit.port}/{path.broker_url.rsplit('/', 1)[1]}"
    process = start(path, kind, broker_url=url, monitor=port)
    eventually(lambda: "refuses the user name or password" in sentence_of(port, "broker"), within=SHOWS_WITHIN)
    eventually(lambda: "refuses the user name or password" in process.log_tail(), within=5)

    path.rabbit.set_password("late", "new", path.broker_url)

    eventually(lambda: is_ready(port), within=30)
    assert process.is_running


@pytest.mark.parametrize("kind", ["relay", "service"])
def test_a_wrong_database_password_shows_and_heals(path, port, kind):
    database = path.produced if kind == "relay" else path.counting
    name = database.dsn.rsplit("/", 1)[1]
    with late_role(path.postgres) as change_password:
        process = start(path, kind, dsn=path.postgres.uri(name, "late", "new"), monitor=port)
        eventually(lambda: "refuses the user name or password" in sentence_of(port, "database"), within=SHOWS_WITHIN)
        eventually(lambda: "QINGDAN_VICTIM_DATABASE_URL" in process.log_tail(), within=5)

        change_password("new")

        eventually(lambda: is_ready(port), within=30)
        assert process.is_running
        process.kill()


@contextmanager
def late_role(postgres):
    """A role that may do everything, and whose password changes later."""

    def change_password(password):
        with postgres.cursor() as cur:
            cur.execute("ALTER ROLE late PASSWORD %s", (password,))

    with postgres.cursor() as cur:
        cur.execute("CREATE ROLE late SUPERUSER LOGIN PASSWORD 'old'")
    yield change_password
    with postgres.cursor() as cur:
        cur.execute("DROP ROLE late")


def test_both_servers_frozen_at_once_show_both(path, port):
    with Proxy(path.rabbit.port) as broker, Proxy(path.postgres.port) as database:
        dsn = path.postgres.uri(path.counting.dsn.rsplit("/", 1)[1], port=database.port)
        path.start_service(broker_url=uri_through(path, broker), dsn=dsn, monitor=port)
        eventually(lambda: is_ready(port), within=30)

        broker.stall()
        database.stall()

        eventually(
            lambda: all("does not answer" in sentence_of(port, name) for name in ("broker", "database")),
            within=SHOWS_WITHIN,
        )
        broker.resume()
        database.resume()


def test_a_service_whose_queue_cannot_be_declared_is_not_ready(path, port):
    """It answers and its servers do, but it does nothing: nobody may stop its predecessor for it."""
    with pika.BlockingConnection(pika.URLParameters(path.broker_url)) as connection:
        connection.channel().queue_declare("counting.events", durable=True, arguments={"x-queue-type": "classic"})
    path.start_service(monitor=port)

    eventually(lambda: sentence_of(port, "broker") == "" and sentence_of(port, "database") == "", within=30)
    assert "not at work yet" in sentence_of(port, "work")

    with pika.BlockingConnection(pika.URLParameters(path.broker_url)) as connection:
        connection.channel().queue_delete("counting.events")
    eventually(lambda: is_ready(port), within=30)


def test_the_backlog_shows_while_the_broker_is_away(path, port):
    with Proxy(path.rabbit.port) as proxy:
        path.start_relay(broker_url=uri_through(path, proxy), monitor=port)
        eventually(lambda: is_ready(port), within=30)
        proxy.refuse()
        path.emit(50)

        eventually(lambda: _gauge(port, "qingdan_outbox_unsent_rows") >= 50, within=30)
        eventually(lambda: _gauge(port, "qingdan_outbox_oldest_seconds") > 0, within=30)


def _gauge(port, name):
    families = text_string_to_metric_families(fetch(port, "/metrics")[1])
    return max(sample.value for family in families if family.name == name for sample in family.samples)


@pytest.mark.parametrize("command", [("issuer",), ("portal",)])
def test_a_process_without_its_schema_waits_and_goes_on_by_itself(
    postgres_server, rabbit_vhost, port, tmp_path, command
):
    dsn = postgres_server.create_database("unmigrated")
    name = "portal" if command == ("portal",) else "tasks"
    settings = {
        f"QINGDAN_{name.upper()}_DATABASE_URL": dsn,
        "QINGDAN_BROKER_URL": rabbit_vhost,
        "QINGDAN_PORTAL_KEY": "k" * 32,
        **{f"QINGDAN_{service.upper()}_CALL_KEY": "k" * 32 for service in SERVICES},
        "QINGDAN_PORT": str(reserve_port()),
        "QINGDAN_MONITOR_PORT": str(port),
    }
    process = ServerProcess(
        [sys.executable, "-m", "services.cli", *command],
        folder=ROOT,
        log=tmp_path / "log",
        environment=os.environ | settings,
    )
    try:
        eventually(lambda: "Run migrate --stage pre" in sentence_of(port, "schema"), within=30)
        assert fetch(port, "/readyz?self")[0] == 503

        migrate_database(name, dsn, stage="pre")

        eventually(lambda: is_ready(port), within=30)
        assert process.is_running
    finally:
        process.kill()
        release_port(int(settings["QINGDAN_PORT"]))
        postgres_server.drop_database("unmigrated")


def test_events_flow_again_after_every_fault(path, port):
    """Being ready again means working again."""
    path.start_relay()
    with Proxy(path.rabbit.port) as proxy:
        path.start_service(broker_url=uri_through(path, proxy), monitor=port)
        eventually(lambda: is_ready(port), within=30)
        proxy.refuse()
        path.emit(50)
        eventually(lambda: not is_ready(port), within=SHOWS_WITHIN)

        proxy.resume()

        path.wait_until_counted(50, within=60)
