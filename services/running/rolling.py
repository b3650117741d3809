"""The product's processes on one machine: started together, and replaced one after the other while work goes on."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from services.running.broker_accounts import account_of
from services.running.environments import MIGRATE, environment_for
from services.running.home import Home
from services.running.ports import free_ports, let_go
from services.running.processes import COMMANDS
from services.running.supervisor import Child, Supervisor
from shared.process import probe
from shared.process.addresses import reachable
from shared.process.settings import Settings

log = logging.getLogger(__name__)

# A process imports, connects and looks at its servers first.
READY_SECONDS = 60.0
# A process stops within 15 s; what a portal drains comes on top.
FINISH_SECONDS = 20.0
# A `pre` migration on the tables of a whole country.
MIGRATION_SECONDS = 3600.0
STOPPING = "停止 / stopping"
# How long a portal that was replaced serves the connections that browsers keep open to it.
PORTAL_DRAINS_SECONDS = 3


@dataclass(frozen=True, slots=True)
class RollResult:
    """Whether every process was replaced, and what to tell the operator."""

    is_done: bool
    text: str


@dataclass(slots=True)
class Processes:
    """One child per command of the distributed mode, each with a monitoring port of its own.

    `environment` is what is set for all together and `broker_urls` are by the account; each process gets its own alone.
    `pages` is the socket that the portals share; it stays open while one takes over from another.
    """

    supervisor: Supervisor
    home: Home
    settings: Settings
    environment: Mapping[str, str]
    broker_urls: Mapping[str, str]
    pages: socket.socket
    _children: dict[str, Child] = field(default_factory=dict)
    _ports: dict[str, int] = field(default_factory=dict)

    def start(self) -> None:
        """Start one child per command of the distributed mode."""
        (self.home.path / "logs").mkdir(exist_ok=True)
        for command, port in zip(COMMANDS, free_ports(len(COMMANDS)), strict=True):
            name = "-".join(command)
            self._children[name] = self.supervisor.add(self._child(command, port))
            self._ports[name] = port
        self._publish_ports()

    def not_ready(self) -> list[str]:
        """The names of the processes whose servers, schema or own start are not there yet."""
        return [name for name, port in self._ports.items() if not self._is_ready(port)]

    def roll(self, stopping: threading.Event) -> RollResult:
        """Replace every process by a new one.

        The new ones are of the release that lies in the folder now. One that does not get ready ends the roll, and what
        it should have replaced goes on.
        """
        if not self._migrate("pre", stopping):
            return _not_rolled("migrate --stage pre")
        for command in COMMANDS:
            if stopping.is_set() or not self._replace(command):
                return RollResult(is_done=False, text=STOPPING) if stopping.is_set() else _not_rolled("-".join(command))
        if not self._migrate("post", stopping):
            return _not_rolled("migrate --stage post")
        return RollResult(is_done=True, text="各进程已逐个替换 / every process was replaced")

    def _replace(self, command: tuple[str, ...]) -> bool:
        name, port = "-".join(command), free_ports(1)[0]
        successor = self._child(command, port)
        try:
            is_replaced = self.supervisor.replace(
                self._children[name], successor, is_ready=lambda: self._is_ready(port), within=READY_SECONDS
            )
        except OSError:
            # No memory or no file handle for one more process: those that run shall go on.
            log.exception("process could not be started", extra={"child": name})
            is_replaced = False
        let_go(self._ports[name] if is_replaced else port)
        if is_replaced:
            self._children[name], self._ports[name] = successor, port
            self._publish_ports()
        return is_replaced

    def _child(self, command: tuple[str, ...], port: int) -> Child:
        settings = {**self.environment, "QINGDAN_MONITOR_PORT": str(port)}
        inherits: tuple[int, ...] = ()
        drain_seconds = 0
        if command == ("portal",):
            drain_seconds = self.settings.drain_seconds or PORTAL_DRAINS_SECONDS
            settings["QINGDAN_LISTENING_SOCKET"] = str(self.pages.fileno())
            settings["QINGDAN_DRAIN_SECONDS"] = str(drain_seconds)
            inherits = (self.pages.fileno(),)
        if account := account_of(command):
            settings["QINGDAN_BROKER_URL"] = self.broker_urls[account]
        name = "-".join(command)
        return Child(
            name,
            [sys.executable, "-m", "services.cli", *command],
            environment_for(command, os.environ, settings),
            self.home.path / "logs" / f"{name}.log",
            inherits=inherits,
            stop_within=FINISH_SECONDS + drain_seconds,
        )

    def _is_ready(self, port: int) -> bool:
        return probe.ask(reachable(self.settings.monitor_host), port, "/readyz")[0] == HTTPStatus.OK

    def _migrate(self, stage: str, stopping: threading.Event) -> bool:
        """Run the migrations that lie in the folder now, which may be newer than this process."""
        with (self.home.path / "logs" / "migrate.log").open("ab") as output:
            command = [sys.executable, "-m", "services.cli", "migrate", "--stage", stage]
            environment = environment_for(MIGRATE, os.environ, self.environment)
            running = subprocess.Popen(command, env=environment, stdout=output, stderr=output)  # noqa: S603
            deadline = time.monotonic() + MIGRATION_SECONDS
            while running.poll() is None:
                # Killed, it leaves nothing behind; see shared/migrations.py.
                if stopping.wait(0.1) or time.monotonic() > deadline:
                    running.kill()
        return running.returncode == 0

    def _publish_ports(self) -> None:
        self.home.write_monitor_targets(
            {f"{name}-1": port for name, port in self._ports.items()}, self.settings.monitor_host
        )


def _not_rolled(what: str) -> RollResult:
    log.error("roll ended", extra={"at": what})
    return RollResult(
        is_done=False,
        text=f"替换在 {what} 处停止，其余进程照常运行；原因见 logs 文件夹。\n"
        f"The replacement stopped at {what}; everything else goes on. The folder logs says why.",
    )
