"""The throw-away servers do what the fault tests rely on."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pika
import psutil
import psycopg2
import pytest

from tests.support.eventually import eventually
from tests.support.postgres import PostgresServer
from tests.support.proxy import Proxy
from tests.support.rabbitmq import RabbitServer

QUORUM = {"x-queue-type": "quorum"}


@pytest.fixture
def template(postgres_server):
    postgres_server.create_database("support_template")
    with postgres_server.cursor("support_template") as cur:
        cur.execute("CREATE TABLE unit (name text)")
        cur.execute("INSERT INTO unit VALUES ('徽城镇')")
    yield "support_template"
    for name in ("support_clone", "support_template"):
        postgres_server.drop_database(name)


def test_a_clone_has_the_rows_of_its_template_and_shares_nothing(postgres_server, template):
    postgres_server.create_database("support_clone", template)
    with postgres_server.cursor("support_clone") as cur:
        cur.execute("INSERT INTO unit VALUES ('石门乡')")

    assert _names(postgres_server, "support_clone") == ["徽城镇", "石门乡"]
    assert _names(postgres_server, template) == ["徽城镇"]


def test_a_wrong_password_is_refused(postgres_server):
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(postgres_server.uri(password="guessed"))


@pytest.mark.parametrize("interruption", [PostgresServer.restart, PostgresServer.kill])
def test_postgres_keeps_what_was_committed(postgres_server, template, interruption):
    interruption(postgres_server)
    postgres_server.start()

    assert _names(postgres_server, template) == ["徽城镇"]


def test_a_frozen_postgres_answers_nobody_until_it_is_thawed(postgres_server):
    postgres_server.freeze()
    try:
        with socket.create_connection(("127.0.0.1", postgres_server.port), timeout=0.3) as client:
            client.sendall(b"\0\0\0\x08\x04\xd2\x16\x2f")  # "do you speak TLS?", the shortest question there is
            with pytest.raises(TimeoutError):
                client.recv(1)
    finally:
        postgres_server.thaw()

    assert _names(postgres_server, "postgres", "SELECT 'here'") == ["here"]


def test_a_cut_wire_breaks_a_connection_and_not_the_server(postgres_server):
    with Proxy(postgres_server.port) as proxy:
        connection = psycopg2.connect(postgres_server.uri(port=proxy.port))
        proxy.cut()

        with pytest.raises(psycopg2.OperationalError), connection.cursor() as cur:
            cur.execute("SELECT 1")
        psycopg2.connect(postgres_server.uri(port=proxy.port)).close()


def test_a_virtual_host_keeps_confirmed_messages_over_a_kill(rabbit_server, rabbit_vhost):
    _publish(rabbit_vhost, "duties", b"{}")
    rabbit_server.wait_until_queues_are_on_disk(rabbit_vhost)

    rabbit_server.kill()
    rabbit_server.start()

    queue = eventually(lambda: _with_messages(rabbit_server, rabbit_vhost, "duties"))
    assert (queue.ready, queue.consumers, queue.arguments) == (1, 0, QUORUM)


def test_virtual_hosts_do_not_see_each_other(rabbit_server, rabbit_vhost):
    other = rabbit_server.create_vhost()
    _publish(rabbit_vhost, "duties", b"{}")

    assert [queue.name for queue in rabbit_server.queues(rabbit_vhost)] == ["duties"]
    assert rabbit_server.queues(other) == []
    rabbit_server.delete_vhost(other)


def test_a_missing_queue_is_named(rabbit_server, rabbit_vhost):
    with pytest.raises(LookupError, match="no queue 'absent'"):
        rabbit_server.queue("absent", rabbit_vhost)


def test_a_frozen_broker_answers_nobody_until_it_is_thawed(rabbit_server, rabbit_vhost):
    rabbit_server.freeze()
    try:
        with socket.create_connection(("127.0.0.1", rabbit_server.port), timeout=0.3) as client:
            client.sendall(b"AMQP\0\0\x09\x01")
            with pytest.raises(TimeoutError):
                client.recv(1)
    finally:
        rabbit_server.thaw()

    _publish(rabbit_vhost, "duties", b"{}")


def test_the_servers_listen_on_loopback_only_and_below_the_ports_of_outgoing_connections(
    postgres_server, rabbit_server
):
    pids = {
        process.pid
        for server in (postgres_server, rabbit_server)
        for process in [psutil.Process(server.pid), *psutil.Process(server.pid).children(recursive=True)]
    }
    listening = [
        connection.laddr
        for pid in pids
        for connection in psutil.Process(pid).net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]

    assert {address.ip for address in listening} <= {"127.0.0.1", "::1"}
    assert {postgres_server.port, rabbit_server.port} <= {address.port for address in listening}
    assert max(address.port for address in listening) < 32768


def test_a_killed_test_run_leaves_no_server_and_no_folder(tmp_path):
    """Its servers die with it, even when they are frozen and it had no chance to clean up."""
    program = (
        "import sys; from tests.support.postgres import PostgresServer\n"
        "server = PostgresServer(); server.start(); server.freeze()\n"
        "print(server.pid, server._folder, flush=True); sys.stdin.read()"
    )
    run = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    pid, folder = run.stdout.readline().split()
    backends = psutil.Process(int(pid)).children(recursive=True)

    os.kill(run.pid, signal.SIGKILL)
    run.wait()

    eventually(lambda: not Path(folder).exists(), message="the folder of the killed run is gone")
    assert not any(_is_alive(process) for process in [*backends, int(pid)])


def test_a_page_opens_on_a_phone_without_javascript(open_page):
    page = open_page(width=360, javascript=False)
    page.set_content("<p>徽城镇</p><script>document.body.textContent = 'changed'</script>")

    assert page.inner_text("p") == "徽城镇"
    assert page.viewport_size == {"width": 360, "height": 800}


def _names(server: PostgresServer, database: str, query: str = "SELECT name FROM unit ORDER BY 1") -> list[str]:
    with server.cursor(database) as cur:
        cur.execute(query)
        return sorted(name for (name,) in cur.fetchall())


def _publish(uri: str, queue: str, body: bytes) -> None:
    with pika.BlockingConnection(pika.URLParameters(uri)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.queue_declare(queue, durable=True, arguments=QUORUM)
        channel.basic_publish("", queue, body, pika.BasicProperties(delivery_mode=2), mandatory=True)


def _with_messages(server: RabbitServer, vhost: str, name: str):
    queue = server.queue(name, vhost)
    return queue if queue.ready else None


def _is_alive(process: psutil.Process | int) -> bool:
    try:
        found = psutil.Process(process) if isinstance(process, int) else process
        return found.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
