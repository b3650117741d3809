"""A server that is away shows in /readyz and in the log while the process waits, and heals without a restart."""

import pytest

from tests.support.eventually import eventually
from tests.support.monitor import fetch, is_ready, sentence_of
from tests.support.ports import release_port, reserve_port
from tests.support.proxy import Proxy

# A fault shows within five seconds; a crowded machine may need more to look at all.
SHOWS_WITHIN = 15


@pytest.fixture
def port():
    port = reserve_port()
    yield port
    release_port(port)


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
    with path.postgres.cursor() as cur:
        cur.execute("DROP ROLE IF EXISTS late")
        cur.execute("CREATE ROLE late SUPERUSER LOGIN PASSWORD 'old'")
    process = start(path, kind, dsn=path.postgres.uri(name, "late", "new"), monitor=port)
    eventually(lambda: "refuses the user name or password" in sentence_of(port, "database"), within=SHOWS_WITHIN)
    eventually(lambda: "QINGDAN_VICTIM_DATABASE_URL" in process.log_tail(), within=5)

    with path.postgres.cursor() as cur:
        cur.execute("ALTER ROLE late PASSWORD 'new'")

    eventually(lambda: is_ready(port), within=30)
    assert process.is_running


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
