"""The checks on real servers: what each fault is called, and that it heals without a restart."""

from pathlib import Path

import pytest
from prometheus_client import REGISTRY

import shared
from shared.delivery import broker
from shared.delivery.publishing import declare
from shared.migrations import migrate
from shared.process.monitoring import Monitor
from shared.process.readiness import Readiness
from shared.process.server_checks import (
    BROKER_BLOCKED,
    BROKER_REFUSES,
    BROKER_SILENT,
    DATABASE_SILENT,
    BrokerCheck,
    DatabaseCheck,
    SchemaCheck,
)
from shared.process.settings import SettingError
from tests.support.eventually import eventually
from tests.support.monitor import fetch
from tests.support.proxy import Proxy

SETTING = "QINGDAN_TASKS_DATABASE_URL"
PASSWORD = "the right one"


@pytest.fixture
def role(postgres_server):
    """A role that may sign in, with a database of its own."""
    with postgres_server.cursor() as cur:
        cur.execute(f"CREATE ROLE checked LOGIN PASSWORD '{PASSWORD}'")
    postgres_server.create_database("checked", owner="checked")
    yield "checked"
    postgres_server.drop_database("checked")
    with postgres_server.cursor() as cur:
        cur.execute("DROP ROLE checked")


def found(check):
    wrong = check.look()
    return wrong.en if wrong else ""


def test_a_wrong_database_password_is_told_and_heals(postgres_server, role):
    check = DatabaseCheck(postgres_server.uri("checked", role, "the new one"), setting=SETTING)
    assert found(check) == f"The database refuses the user name or password. Check {SETTING}."

    with postgres_server.cursor() as cur:
        cur.execute("ALTER ROLE checked PASSWORD 'the new one'")

    assert found(check) == ""
    check.close()


def test_a_missing_database_is_told(postgres_server):
    check = DatabaseCheck(postgres_server.uri("nowhere"), setting=SETTING)

    assert "The server has no such database. Run provision" in found(check)


def test_a_database_that_cannot_be_reached_is_told_and_heals(postgres_server, role):
    with Proxy(postgres_server.port) as proxy:
        check = DatabaseCheck(postgres_server.uri("checked", role, PASSWORD, port=proxy.port), setting=SETTING)
        assert found(check) == ""

        proxy.refuse()
        assert found(check).startswith("The database cannot be reached. Check QINGDAN_TASKS_DATABASE_URL")
        assert found(check).startswith("The database cannot be reached.")

        proxy.resume()
        assert found(check) == ""
        check.close()


def test_a_silent_database_is_told_and_heals(postgres_server, role):
    with Proxy(postgres_server.port) as proxy:
        check = DatabaseCheck(postgres_server.uri("checked", role, PASSWORD, port=proxy.port), setting=SETTING)
        assert found(check) == ""

        proxy.stall()
        assert check.look() == DATABASE_SILENT
        assert check.look() == DATABASE_SILENT

        proxy.resume()
        assert eventually(lambda: found(check) == "")
        check.close()


def test_a_schema_that_is_behind_names_what_is_missing_until_it_is_migrated(postgres_server, role):
    dsn = postgres_server.uri("checked", role, PASSWORD)
    check = SchemaCheck(dsn, [Path(shared.__file__).parent / "migrations"])
    assert "The schema lacks s0001.pre.plumbing, s0002" in found(check)
    assert "Run migrate --stage pre" in found(check)

    migrate(dsn, stage="pre")

    assert found(check) == ""
    check.close()


def test_a_schema_that_cannot_be_looked_at_tells_why(postgres_server, role):
    folders = [Path(shared.__file__).parent / "migrations"]
    refused = SchemaCheck(postgres_server.uri("checked", role, "other"), folders, setting=SETTING)
    assert "refuses the user name or password" in found(refused)

    migrate(postgres_server.uri("checked"))
    not_allowed = SchemaCheck(postgres_server.uri("checked", role, PASSWORD), folders, setting=SETTING)

    assert "lacks a right that it needs" in found(not_allowed)


def test_a_host_without_an_address_is_told(postgres_server):
    check = DatabaseCheck("postgresql://user:secret@nowhere.invalid/name", setting=SETTING)

    assert "The database cannot be reached" in found(check)


def test_a_wrong_broker_password_is_told_and_heals(rabbit_server, rabbit_vhost):
    rabbit_server.set_password("checked", PASSWORD, rabbit_vhost)
    vhost = rabbit_vhost.rsplit("/", 1)[1]
    check = BrokerCheck(f"amqp://checked:other@127.0.0.1:{rabbit_server.port}/{vhost}")
    assert check.look() == BROKER_REFUSES

    rabbit_server.set_password("checked", "other", rabbit_vhost)

    assert eventually(lambda: found(check) == "")
    check.close()


def test_a_missing_virtual_host_is_told(rabbit_server):
    check = BrokerCheck(rabbit_server.uri("nowhere"))

    assert "The message broker cannot be reached. Check QINGDAN_BROKER_URL" in found(check)


def test_a_broker_that_cannot_be_reached_is_told_and_heals(rabbit_server, rabbit_vhost):
    with Proxy(rabbit_server.port) as proxy:
        check = BrokerCheck(rabbit_server.uri(rabbit_vhost.rsplit("/", 1)[1], port=proxy.port))
        assert found(check) == ""

        proxy.refuse()
        assert "cannot be reached" in found(check)

        proxy.resume()
        assert found(check) == ""
        check.close()


def test_a_silent_broker_is_told_and_heals(rabbit_server, rabbit_vhost):
    with Proxy(rabbit_server.port) as proxy:
        check = BrokerCheck(rabbit_server.uri(rabbit_vhost.rsplit("/", 1)[1], port=proxy.port))
        assert found(check) == ""

        proxy.stall()
        assert check.look() == BROKER_SILENT

        proxy.resume()
        assert eventually(lambda: found(check) == "")
        check.close()


def test_a_broker_that_takes_no_message_is_told_and_heals(rabbit_server, rabbit_vhost):
    """With an alarm of memory or disk it answers every question, and holds every publisher up."""
    check = BrokerCheck(rabbit_vhost)
    assert check.look() is None
    rabbit_server.set_alarm(is_on=True)
    try:
        assert eventually(lambda: check.look() == BROKER_BLOCKED)
        fresh = BrokerCheck(rabbit_vhost)
        assert fresh.look() == BROKER_BLOCKED
        fresh.close()
    finally:
        rabbit_server.set_alarm(is_on=False)

    assert eventually(lambda: check.look() is None)
    check.close()


def test_queues_are_measured_and_a_missing_one_is_no_fault(rabbit_vhost):
    declare(rabbit_vhost, "test", {"measured": ("duty.#",)})
    queues = [queue.name for queue in broker.queues_of("measured", ("duty.#",))]
    check = BrokerCheck(rabbit_vhost, ["measured.nowhere", *queues])

    assert found(check) == ""

    for queue in queues:
        assert REGISTRY.get_sample_value("qingdan_queue_messages", {"queue": queue}) == 0
        assert REGISTRY.get_sample_value("qingdan_queue_consumers", {"queue": queue}) is not None
    assert REGISTRY.get_sample_value("qingdan_queue_messages", {"queue": "measured.nowhere"}) is None
    check.close()


def test_a_figure_of_a_queue_does_not_outlive_what_it_says(rabbit_server, rabbit_vhost):
    """One that stands still would look like calm while the broker is away or the queue is gone."""
    declare(rabbit_vhost, "test", {"passing": ("duty.#",)})
    queue = {"queue": "passing.events"}
    with Proxy(rabbit_server.port) as proxy:
        uri = rabbit_server.uri(rabbit_vhost.rsplit("/", 1)[1], port=proxy.port)
        check = BrokerCheck(uri, ["passing.events"])
        assert found(check) == ""
        assert REGISTRY.get_sample_value("qingdan_queue_consumers", queue) == 0

        proxy.refuse()
        assert found(check) != ""

        assert REGISTRY.get_sample_value("qingdan_queue_consumers", queue) is None
        check.close()


def test_the_monitoring_port_answers_and_is_let_go(port):
    monitor = Monitor(("127.0.0.1", port), Readiness([])).start()

    assert fetch(port, "/healthz") == (200, "ok\n")
    assert fetch(port, "/readyz") == (200, '{"ready": true, "checks": []}')
    assert "qingdan_build_info" in fetch(port, "/metrics")[1]
    assert fetch(port, "/pages")[0] == 404

    monitor.stop()
    again = Monitor(("127.0.0.1", port), Readiness([]))
    assert again.port == port
    again.stop()


def test_a_monitoring_port_that_is_taken_is_told_with_its_setting(port):
    first = Monitor(("127.0.0.1", port), Readiness([]))

    with pytest.raises(SettingError, match="Choose another with QINGDAN_MONITOR_HOST and QINGDAN_MONITOR_PORT"):
        Monitor(("127.0.0.1", port), Readiness([]))

    first.stop()
