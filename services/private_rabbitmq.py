"""A RabbitMQ node of our own in the data folder, from the machine's rabbitmq-server package; nothing but loopback.

Own node name, cookie, epmd, folders and ports: a broker that already runs on the machine is neither used nor disturbed.
"""

from __future__ import annotations

import json
import os
import socket
import time
from dataclasses import dataclass
from pathlib import Path

from services.home import Home, HomeError
from services.supervisor import Child

SERVER_SCRIPT = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
EPMD = Path("/usr/bin/epmd")
USER = "qingdan"
START_SECONDS = 90.0

NOT_INSTALLED = (
    "RabbitMQ is not installed. Run `deploy/setup packages rabbitmq-server`, "
    "or as root `apt-get install rabbitmq-server`."
)


@dataclass(frozen=True, slots=True)
class Node:
    """Where the node of a data folder listens; the ports are chosen once and stay."""

    folder: Path
    password: str
    port: int
    distribution_port: int
    epmd_port: int

    @property
    def url(self) -> str:
        return f"amqp://{USER}:{self.password}@127.0.0.1:{self.port}/%2F"

    def children(self) -> tuple[Child, Child]:
        """The port mapper and the server, in starting order."""
        environment = self._environment()
        epmd = [str(EPMD), "-address", "127.0.0.1", "-port", str(self.epmd_port)]
        return (
            Child("epmd", epmd, environment, self.folder / "epmd.log"),
            Child("rabbitmq", [str(SERVER_SCRIPT)], environment, self.folder / "console.log"),
        )

    def wait_until_listening(self, child: Child) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not _listens(self.port):
            if time.monotonic() > deadline or not child.is_running:
                raise HomeError(f"RabbitMQ did not start. Its log is {child.log_file}.")
            time.sleep(0.1)

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("RABBITMQ_", "ERL_"))}
        return kept | {
            "HOME": str(self.folder),  # the Erlang cookie is made here
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(self.epmd_port),
            "RABBITMQ_NODENAME": f"qingdan-{self.port}@localhost",
            "RABBITMQ_DIST_PORT": str(self.distribution_port),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "environment"),  # empty, instead of the system's
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(self.folder / "generated"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            # The start script then becomes the server instead of waiting for it, so that a signal reaches it.
            "RUNNING_UNDER_SYSTEMD": "true",
        }


def prepare(home: Home) -> Node:
    """Write the node's configuration; HomeError when RabbitMQ is not installed."""
    if not SERVER_SCRIPT.exists():
        raise HomeError(NOT_INSTALLED)
    folder = home.path / "rabbitmq"
    folder.mkdir(exist_ok=True)
    node = Node(folder, home.secrets()["broker"], *_ports(folder / "ports.json"))
    (folder / "enabled_plugins").write_text("[].\n")
    (folder / "environment").touch()
    (folder / "rabbitmq.conf").write_text(
        f"listeners.tcp.default = 127.0.0.1:{node.port}\n"
        f"default_user = {USER}\n"
        f"default_pass = {node.password}\n"
        "log.console = true\n"
        "log.console.level = warning\n"
        "log.file = false\n"
    )
    return node


def _ports(file: Path) -> list[int]:
    if not file.exists():
        file.write_text(json.dumps(_free_ports(3)))
    ports: list[int] = json.loads(file.read_text())
    return ports


def _free_ports(count: int) -> list[int]:
    """Free ports below 32768: above, an outgoing connection can take the port while the broker is down."""
    found: list[int] = []
    for port in range(20000 + os.getpid() % 9000, 32768):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        found.append(port)
        if len(found) == count:
            return found
    raise HomeError("No free port was found between 20000 and 32767. Stop what uses them and start again.")


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0
