"""A RabbitMQ node of our own from the machine's rabbitmq-server package, on loopback, in a folder of ours.

Own node name, cookie, epmd, folders and ports: a broker that already runs on the machine is neither used nor disturbed.
`prepare` makes the node of a data folder; the tests build theirs from the same `Node`.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from services.running import broker_accounts
from services.running.home import Home, HomeError
from services.running.ports import free_ports, hold
from services.running.supervisor import Child
from shared.process.settings import PREFIX

SERVER_SCRIPT = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
# The server's own applications lie among its plugins.
APPLICATIONS = SERVER_SCRIPT.resolve().parents[1] / "plugins"
NEEDED = re.compile(r"\{\s*applications\s*,\s*\[([^\]]*)\]")
EPMD = Path("/usr/bin/epmd")  # Erlang's, which the package depends on
FLOCK = Path("/usr/bin/flock")  # util-linux, part of every Debian
USER = "qingdan"
# Some seconds as a rule; a busy machine needs many times that.
START_SECONDS = 90.0
# The operating system may hold a port for a while after its server was killed.
FREE_SECONDS = 30.0

NOT_INSTALLED = (
    "没有安装 RabbitMQ。请运行 `deploy/setup packages rabbitmq-server`，"
    "或以 root 运行 `apt-get install rabbitmq-server`。\n"
    "RabbitMQ is not installed. Run `deploy/setup packages rabbitmq-server`, "
    "or as root `apt-get install rabbitmq-server`."
)

_NO_SETTINGS: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Node:
    """One node: what it is called, where its files are and where it listens."""

    folder: Path
    name: str
    user: str
    password: str
    port: int
    distribution_port: int
    epmd_port: int

    @property
    def url(self) -> str:
        """The broker's address with its password."""
        return self.url_of(self.user, self.password)

    def url_of(self, account: str, password: str) -> str:
        """The address for one of the accounts that the node's definitions name."""
        return f"amqp://{account}:{password}@127.0.0.1:{self.port}/%2F"

    @property
    def ports(self) -> tuple[int, int, int]:
        """The ports of AMQP, of the distribution and of epmd."""
        return self.port, self.distribution_port, self.epmd_port

    @property
    def server_command(self) -> list[str]:
        """The server holds a lock while it lives: one that ends slowly and its successor never write the same files."""
        return [str(FLOCK), "--no-fork", str(self.folder / "running"), str(SERVER_SCRIPT)]

    @property
    def epmd_command(self) -> list[str]:
        """The command line of this node's own port mapper, on loopback."""
        return [str(EPMD), "-address", "127.0.0.1", "-port", str(self.epmd_port)]

    @property
    def epmd_log(self) -> Path:
        """Where the port mapper writes."""
        return self.folder / "epmd.log"

    @property
    def server_log(self) -> Path:
        """Where the server writes what it prints."""
        return self.folder / "console.log"

    def configure(
        self,
        *,
        plugins: Sequence[str] = (),
        settings: Mapping[str, object] = _NO_SETTINGS,
        advanced: str = "[].",
        definitions: str = "",
    ) -> None:
        """Write the node's files; `settings` are further lines of rabbitmq.conf, `advanced` is Erlang.

        With `definitions` the node loads them at each start, and has no other accounts than those.
        """
        file = self.folder / "definitions.json"
        file.unlink(missing_ok=True)
        if definitions:
            file.write_text(definitions)
            settings = {**settings, "load_definitions": file}
        lines = {
            "listeners.tcp.default": f"127.0.0.1:{self.port}",
            "default_user": self.user,
            "default_pass": self.password,
            "log.console": "true",
            "log.console.level": "warning",
            "log.file": "false",
            **settings,
        }
        self.folder.chmod(0o700)  # it holds the password and the cookie
        (self.folder / "rabbitmq.conf").write_text("".join(f"{key} = {value}\n" for key, value in lines.items()))
        (self.folder / "advanced.config").write_text(f"{advanced}\n")
        (self.folder / "enabled_plugins").write_text(f"[{','.join(plugins)}].\n")
        (self.folder / "environment").write_text(_home_of(self.folder / "home", plugins))

    def environment(self) -> dict[str, str]:
        """Return the variables of the server and of its epmd; every file of the system's broker is replaced.

        It knows no setting of ours: among them are secrets that are no business of a broker.
        """
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("RABBITMQ_", "ERL_", PREFIX))}
        return kept | {
            "HOME": str(self.folder),  # the Erlang cookie is made here
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(self.epmd_port),
            # Otherwise a server that misses its epmd starts one as a daemon, which nobody ends.
            "ERL_ZFLAGS": "-start_epmd false",
            "ERL_CRASH_DUMP": str(self.folder / "erl_crash.dump"),
            "RABBITMQ_NODENAME": f"{self.name}@localhost",
            "RABBITMQ_DIST_PORT": str(self.distribution_port),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
                "-kernel inet_dist_use_interface {127,0,0,1} "
                # Idle schedulers sleep at once: the node shares its machine with everything else.
                "+sbwt none +sbwtdcpu none +sbwtdio none"
            ),
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "environment"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self.folder / "advanced.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(self.folder / "generated"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            # The start script then becomes the server instead of waiting for it, so that a signal reaches it.
            "RUNNING_UNDER_SYSTEMD": "true",
        }

    def children(self) -> tuple[Child, Child]:
        """Return the port mapper and the server, in starting order; both end after what uses the broker."""
        environment = self.environment()
        return (
            Child("epmd", self.epmd_command, environment, self.epmd_log, level=0),
            Child("rabbitmq", self.server_command, environment, self.server_log, level=0),
        )

    def wait_until_listening(self, server: Child) -> None:
        """Return when AMQP is served; HomeError when the server ended or did not come up in time."""
        deadline = time.monotonic() + START_SECONDS
        while not _listens(self.port):
            if time.monotonic() > deadline or not server.is_running:
                raise HomeError(
                    f"RabbitMQ 没有启动，原因见它的日志 {server.log_file}。\n"
                    f"RabbitMQ did not start. Its log {server.log_file} says why."
                )
            time.sleep(0.1)


def _home_of(folder: Path, plugins: Sequence[str]) -> str:
    """Make a folder with links to the applications that the server runs; returns the variables that name it.

    It looks for each of its modules in every folder of applications: those that it does not run are a third of a start.
    Empty where the package has archives instead of folders.
    """
    shutil.rmtree(folder, ignore_errors=True)  # the links of a release that was replaced since
    links = folder / "plugins"
    links.mkdir(parents=True)
    wanted = {"rabbit", *plugins}
    waiting, seen = set(wanted), set[str]()
    while waiting:
        seen.add(name := waiting.pop())
        for application in APPLICATIONS.glob(f"{name}-*/ebin/{name}.app"):
            (links / application.parents[1].name).symlink_to(application.parents[1])
            needed = NEEDED.search(application.read_text())
            waiting |= set(re.findall(r"\w+", needed[1]) if needed else ()) - seen
    is_whole = all(any(links.glob(f"{name}-*")) for name in wanted)
    return f"RABBITMQ_HOME='{folder}'\nRABBITMQ_PLUGINS_DIR='{links}'\n" if is_whole else ""


def prepare(home: Home) -> Node:
    """Configure the node of a data folder; HomeError when RabbitMQ is not installed or its ports are taken."""
    if not SERVER_SCRIPT.exists():
        raise HomeError(NOT_INSTALLED)
    folder = home.path / "rabbitmq"
    folder.mkdir(exist_ok=True)
    port, distribution_port, epmd_port = _ports(folder / "ports.json")
    node = Node(
        folder=folder.resolve(),  # an Erlang that is told a relative path looks for it somewhere else
        name=f"qingdan-{port}",
        user=USER,
        # Of the release before, and locked by the definitions.
        password=secrets.token_urlsafe(24),
        port=port,
        distribution_port=distribution_port,
        epmd_port=epmd_port,
    )
    node.configure(definitions=broker_accounts.definitions(broker_accounts.passwords_in(home)))
    _wait_until_free(node.ports, folder)
    return node


def _ports(file: Path) -> list[int]:
    """Chosen once: the node's name and with it its folder contain a port."""
    if not file.exists():
        file.write_text(json.dumps(free_ports(3)))
    ports: list[int] = json.loads(file.read_text())
    return ports


def _wait_until_free(ports: Sequence[int], folder: Path) -> None:
    """A node whose supervisor was killed ends by itself, but needs some seconds for it."""
    deadline = time.monotonic() + FREE_SECONDS
    while taken := [port for port in ports if not hold(port)]:
        if time.monotonic() > deadline:
            raise HomeError(
                f"目录 {folder} 的 RabbitMQ 要用 127.0.0.1 的端口 {taken[0]}，它被别的程序占用。请停止它再启动。\n"
                f"RabbitMQ needs port {taken[0]} on 127.0.0.1 for the folder {folder}, and another program uses it. "
                "Stop that program and start again."
            )
        time.sleep(0.1)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0
