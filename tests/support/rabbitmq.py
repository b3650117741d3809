"""A throw-away RabbitMQ node, configured like the product's private one, with the management plugin on top.

One node serves the whole run; each test has its own
virtual host, made in some milliseconds through the management API.
"""

import secrets
import signal
import subprocess
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pika

from services.running.private_rabbitmq import NOT_INSTALLED, SERVER_SCRIPT, Node
from tests.support.eventually import eventually
from tests.support.management import Management
from tests.support.ports import release_port, reserve_port
from tests.support.processes import ServerProcess, make_folder, remove_folder, wait_until_ready

USER = "qingdan-test"

# Statistics of quorum queues are five seconds old by default; a test would wait for them.
ADVANCED_CONFIG = "[{rabbit, [{quorum_tick_interval, 300}]}]."


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue as the broker sees it. `ready` and `consumers` are exact; `unacknowledged` is half a second old.

    A quorum queue counts as empty as long as it has no leader, for a moment after the node's start.
    """

    name: str
    ready: int
    consumers: int
    unacknowledged: int
    durable: bool
    arguments: dict[str, Any]


class RabbitServer:
    """One node. `start` makes its folder the first time; `remove` ends it and deletes everything."""

    def __init__(self) -> None:
        self.port = reserve_port()
        self.management_port = reserve_port()
        self.password = secrets.token_urlsafe(12)
        self._management = Management(self.management_port, USER, self.password)
        self._distribution_port = reserve_port()
        self._epmd_port = reserve_port()
        self._node: Node | None = None
        self._epmd: ServerProcess | None = None
        self._process: ServerProcess | None = None

    def start(self) -> None:
        """Start, and return when it serves AMQP and its management API. Starting a running node does nothing."""
        if self.is_running:
            return
        if self._node is None:
            self._node = self._make_node()
        node, environment = self._node, self._node.environment()
        if self._epmd is None:
            self._epmd = ServerProcess(
                node.epmd_command, folder=node.folder, log=node.epmd_log, environment=environment
            )
        self._process = ServerProcess(
            node.server_command, folder=node.folder, log=node.server_log, environment=environment
        )
        wait_until_ready(self._process, self._answers, name="RabbitMQ", within=90)

    def stop(self) -> None:
        """Stop in order, as the service manager would."""
        if self._process is not None:
            self._process.thaw()
            self._process.terminate(signal.SIGTERM)

    def restart(self) -> None:
        self.stop()
        self.start()

    def kill(self) -> None:
        """End the node with -9. What was confirmed is there again after `start`, if its queue is on disk."""
        if self._process is not None:
            self._process.kill()

    def lose_everything(self) -> None:
        """End the node, do away with its data and start it: no queue, no binding, no virtual host but its own."""
        self.kill()
        assert self._node is not None
        remove_folder(self._node.folder / "mnesia")
        self.start()

    def freeze(self) -> None:
        self._running.freeze()

    def thaw(self) -> None:
        self._running.thaw()

    def remove(self) -> None:
        self.kill()
        if self._epmd is not None:
            self._epmd.kill()
        self._process = self._epmd = None
        if self._node is not None:
            remove_folder(self._node.folder)
        for port in (self.port, self.management_port, self._distribution_port, self._epmd_port):
            release_port(port)

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.is_running

    @property
    def pid(self) -> int:
        return self._running.pid

    def create_vhost(self, name: str | None = None) -> str:
        """Create a virtual host with full permissions and return its AMQP address."""
        vhost = name or f"test-{secrets.token_hex(4)}"
        self._management.call("PUT", f"vhosts/{quote(vhost, safe='')}", {})
        permissions = {"configure": ".*", "write": ".*", "read": ".*"}
        self._management.call("PUT", f"permissions/{quote(vhost, safe='')}/{USER}", permissions)
        return self.uri(vhost)

    def set_password(self, user: str, password: str, vhost: str) -> None:
        """Give a user a password, and permissions in a virtual host; makes the user when there is none."""
        self._management.call("PUT", f"users/{user}", {"password": password, "tags": ""})
        permissions = {"configure": ".*", "write": ".*", "read": ".*"}
        self._management.call("PUT", f"permissions/{quote(vhost_of(vhost), safe='')}/{user}", permissions)

    def load(self, definitions: dict[str, Any], vhost: str) -> None:
        """What the product's node loads at its start, into one virtual host."""
        for user in definitions["users"]:
            self._management.call("PUT", f"users/{quote(user['name'])}", user)
        place = quote(vhost, safe="")
        topology = {kind: definitions[kind] for kind in ("exchanges", "queues", "bindings")}
        self._management.call("POST", f"definitions/{place}", topology)
        for kind, name in (("permissions", "permissions"), ("topic_permissions", "topic-permissions")):
            for one in definitions[kind]:
                self._management.call("PUT", f"{name}/{place}/{quote(one['user'])}", one)

    def set_alarm(self, *, is_on: bool) -> None:
        """Let the node find that it has too little memory, or enough."""
        share = "0.0000001" if is_on else "0.4"
        command = [str(SERVER_SCRIPT.with_name("rabbitmqctl")), "set_vm_memory_high_watermark", share]
        subprocess.run(command, env=self._node.environment(), check=True, capture_output=True, timeout=60)

    def delete_vhost(self, vhost: str) -> None:
        """Delete a virtual host with its queues and connections. Takes its name or its address."""
        self._management.call("DELETE", f"vhosts/{quote(vhost_of(vhost), safe='')}")

    def uri(self, vhost: str = "/", *, port: int | None = None) -> str:
        """Return the AMQP address of a virtual host; `port` is for a proxy's."""
        return f"amqp://{USER}:{self.password}@127.0.0.1:{port or self.port}/{quote(vhost, safe='')}"

    def queue(self, name: str, vhost: str) -> Queue:
        """Look at one queue. Raises LookupError when there is none. `vhost` is a name or an address."""
        for queue in self.queues(vhost, name):
            return queue
        raise LookupError(f"There is no queue {name!r} in {vhost_of(vhost)!r}.")

    def queues(self, vhost: str, name: str = "") -> list[Queue]:
        """All queues of a virtual host, or the one of that name."""
        # An exclusive queue can be looked at by its own connection only.
        found = [
            queue
            for queue in self.inspect("queues", vhost)
            if not queue.get("exclusive") and name in ("", queue["name"])
        ]
        with pika.BlockingConnection(pika.URLParameters(self.uri(vhost_of(vhost)))) as connection:
            channel = connection.channel()
            return [_describe(channel, queue) for queue in found]

    def wait_until_queues_are_on_disk(self, vhost: str) -> None:
        """Call this between declaring quorum queues and `kill`.

        RabbitMQ 3.10 writes the name of a new quorum queue to disk half a second after it confirmed the declaration;
        a queue killed before that never comes back, and with it what was published to it.
        """
        prefix = vhost_of(vhost).replace("/", "%2F")
        # A node that is busy may close the connection of whoever looks with an internal error; who looks asks again.
        queues = eventually(lambda: self.queues(vhost), message=f"the queues of {prefix} cannot be looked at")
        quorum = [queue.name for queue in queues if queue.arguments.get("x-queue-type") == "quorum"]
        names = [f"{prefix}_{name}".encode() for name in quorum]
        eventually(
            lambda: all(name in self._registry_of_quorum_queues() for name in names),
            message=f"the quorum queues of {prefix} are not on disk",
        )

    def inspect(self, kind: str, vhost: str) -> list[dict[str, Any]]:
        """Return a virtual host's `exchanges`, `bindings` or `queues` as the management API words them."""
        return self._management.call("GET", f"{kind}/{quote(vhost_of(vhost), safe='')}") or []

    def _registry_of_quorum_queues(self) -> bytes:
        assert self._node is not None
        return b"".join(file.read_bytes() for file in self._node.folder.glob("mnesia/*/quorum/*/names.dets"))

    @property
    def _running(self) -> ServerProcess:
        if self._process is None:
            raise RuntimeError("RabbitMQ was not started.")
        return self._process

    def _answers(self) -> bool:
        self._management.call("GET", "overview")
        with pika.BlockingConnection(pika.URLParameters(self.uri())):
            return True

    def _make_node(self) -> Node:
        if not SERVER_SCRIPT.exists():
            raise RuntimeError(NOT_INSTALLED)
        node = Node(
            folder=make_folder("rabbitmq", in_memory=True),
            name=f"qingdan-test-{self.port}",
            user=USER,
            password=self.password,
            port=self.port,
            distribution_port=self._distribution_port,
            epmd_port=self._epmd_port,
        )
        node.configure(plugins=["rabbitmq_management"], settings=self._settings(), advanced=ADVANCED_CONFIG)
        return node

    def _settings(self) -> dict[str, object]:
        return {
            "management.tcp.ip": "127.0.0.1",
            "management.tcp.port": self.management_port,
            "collect_statistics_interval": 500,
            "default_user_tags.administrator": "true",
            "raft.wal_max_size_bytes": 33554432,
        }


def vhost_of(name_or_uri: str) -> str:
    """Return the name of a virtual host that is given as a name or as an AMQP address."""
    if name_or_uri.startswith("amqp://"):
        return pika.URLParameters(name_or_uri).virtual_host
    return name_or_uri


def _describe(channel: Any, queue: dict[str, Any]) -> Queue:
    counted = channel.queue_declare(queue["name"], passive=True).method
    return Queue(
        name=queue["name"],
        ready=counted.message_count,
        consumers=counted.consumer_count,
        unacknowledged=queue.get("messages_unacknowledged", 0),
        durable=queue["durable"],
        arguments=queue["arguments"],
    )
