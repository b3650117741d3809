"""The distributed mode on one machine without containers: every service its own process, with private servers.

RabbitMQ and PostgreSQL run in the data folder; the processes are the same as in a real deployment and find their
servers through the same settings.
"""

from __future__ import annotations

import os
import sys
import threading
import time
import urllib.error
import urllib.request

from services import example, private_rabbitmq
from services.embedded import claim_home, guard_address, wants_example
from services.home import Home, HomeError, private_postgres
from services.registry import CLASSES
from services.supervisor import Child, Supervisor
from shared import logs
from shared.database import Database
from shared.errors import TryAgain
from shared.loop import stop_on_signals
from shared.rpc import RpcCaller
from shared.settings import Settings

START_SECONDS = 90.0


def run(settings: Settings, *, with_example: bool) -> None:
    """The `cluster` command: start everything, watch it until Ctrl-C or SIGTERM, stop it in order."""
    logs.configure_screen()
    home = claim_home(settings)
    guard_address(home, settings)
    stopping = stop_on_signals()
    with private_postgres(home) as urls:
        supervisor = Supervisor()
        try:
            broker_url = _start_broker(supervisor, home)
            _start_processes(supervisor, home, settings, urls, broker_url)
            watching = threading.Thread(target=supervisor.watch, args=(stopping,), daemon=True)
            watching.start()
            _wait_for_portal(settings, stopping)
            if wants_example(settings, with_example=with_example) and not stopping.is_set():
                _create_example(home, urls["tasks"], broker_url, stopping)
            print(example.welcome(home, settings), flush=True)  # noqa: T201 - the operator's screen
            stopping.wait()
            watching.join()
        finally:
            stopping.set()
            supervisor.stop()


def _start_broker(supervisor: Supervisor, home: Home) -> str:
    node = private_rabbitmq.prepare(home)
    epmd, server = node.children()
    supervisor.add(epmd)
    supervisor.add(server)
    node.wait_until_listening(server)
    return node.url


def _start_processes(
    supervisor: Supervisor, home: Home, settings: Settings, urls: dict[str, str], broker_url: str
) -> None:
    environment = os.environ | {
        "QINGDAN_HOME": str(home.path),
        "QINGDAN_PORT": str(settings.port),
        "QINGDAN_HOST": settings.host,
        "QINGDAN_BROKER_URL": broker_url,
        "QINGDAN_PORTAL_KEY": home.secrets()["portal_key"],
        **{f"QINGDAN_{name.upper()}_DATABASE_URL": url for name, url in urls.items()},
    }
    log_folder = home.path / "logs"
    log_folder.mkdir(exist_ok=True)
    commands = [["relay", name] for name in CLASSES]
    commands += [["service", name] for name in CLASSES]
    commands += [["issuer"], ["portal"]]
    for command in commands:
        name = "-".join(command)
        arguments = [sys.executable, "-m", "services.cli", *command]
        supervisor.add(Child(name, arguments, environment, log_folder / f"{name}.log"))


def _wait_for_portal(settings: Settings, stopping: threading.Event) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not stopping.wait(0.1):
        try:
            with urllib.request.urlopen(f"http://{settings.host}:{settings.port}/healthz", timeout=1):
                return
        except (urllib.error.URLError, OSError) as error:
            if time.monotonic() > deadline:
                raise HomeError("The portal did not start. Its log is in the folder logs.") from error


def _create_example(home: Home, tasks_url: str, broker_url: str, stopping: threading.Event) -> None:
    """Services may still be starting: every step repeats without harm, so keep trying."""
    database = Database(tasks_url, size=1)
    caller = RpcCaller(broker_url)
    deadline = time.monotonic() + START_SECONDS
    while not stopping.is_set():
        try:
            example.create_once(home, caller, database)
            break
        except TryAgain as error:
            if time.monotonic() > deadline:
                raise HomeError(f"The example could not be made: {error}. See the folder logs.") from error
            stopping.wait(0.5)
    caller.close()
    database.close()
