"""The distributed mode on one machine without containers: every service its own process, with private servers.

RabbitMQ and PostgreSQL run in the data folder; the processes are the same as in a real deployment and find their
servers through the same settings. SIGUSR1 replaces every process by a new one of the release that lies in the folder
then, while requests and events go on: an upgrade without a break.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from contextlib import suppress

from services import example, private_rabbitmq
from services.deploying import create_patiently
from services.embedded import claim_home, guard_address, is_claimed, wants_example
from services.home import PID_FILE, Home, HomeError, private_postgres
from services.postgres_wheel import FOLDER_HINT
from services.rolling import Processes
from services.supervisor import Supervisor
from shared import logs
from shared.database import Database
from shared.errors import TryAgain
from shared.loop import event_of_signals
from shared.rpc import RpcCaller
from shared.settings import Settings

START_SECONDS = 90.0
LOOK_SECONDS = 0.1


def run(settings: Settings, *, with_example: bool) -> None:
    """The `cluster` command: start everything, watch it until Ctrl-C or SIGTERM, stop it in order."""
    logs.configure_screen()
    home = claim_home(settings)
    guard_address(home, settings)
    # SIGHUP comes when the terminal is closed: that is a stop too.
    stopping = event_of_signals(signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    rolling = event_of_signals(signal.SIGUSR1)
    with private_postgres(home) as urls, _listening_socket(settings) as pages:
        supervisor = Supervisor()
        home.pid_file.write_text(str(os.getpid()))
        try:
            broker_url = _start_broker(supervisor, home)
            processes = Processes(supervisor, home, settings, _environment(home, settings, urls, broker_url), pages)
            processes.start()
            watching = threading.Thread(target=supervisor.watch, args=(stopping,), daemon=True)
            watching.start()
            _wait_until_ready(processes, stopping)
            if wants_example(settings, with_example=with_example) and not stopping.is_set():
                _create_example(home, urls["tasks"], broker_url, stopping)
            _tell(example.welcome(home, settings))
            # Children are started by this thread, which lives as long as they do; see services/supervisor.py.
            while not stopping.wait(LOOK_SECONDS):
                if rolling.is_set():
                    rolling.clear()
                    _tell(processes.roll(stopping))
            watching.join()
        finally:
            stopping.set()
            supervisor.stop()
            home.pid_file.unlink()


def ask_to_roll(settings: Settings) -> None:
    """The `roll` command: have the running cluster replace its processes; HomeError when none runs."""
    try:
        if not is_claimed(settings.home):
            raise ProcessLookupError
        pid = int((settings.home / PID_FILE).read_text())
        os.kill(pid, signal.SIGUSR1)
    except (OSError, ValueError) as error:
        raise HomeError(f"No cluster runs on the folder {settings.home}. {FOLDER_HINT}") from error


def _tell(text: str) -> None:
    """Show the operator something; the screen may be gone, and the work goes on."""
    with suppress(OSError):
        print(text, flush=True)  # noqa: T201 - the operator's screen


def _listening_socket(settings: Settings) -> socket.socket:
    """The socket of the pages. It belongs to no portal, so one can take over from another without a gap."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    return socket.create_server((settings.host, settings.port), family=family, backlog=1024)


def _start_broker(supervisor: Supervisor, home: Home) -> str:
    node = private_rabbitmq.prepare(home)
    epmd, server = node.children()
    supervisor.add(epmd)
    supervisor.add(server)
    node.wait_until_listening(server)
    return node.url


def _environment(home: Home, settings: Settings, urls: dict[str, str], broker_url: str) -> dict[str, str]:
    return os.environ | {
        "QINGDAN_HOME": str(home.path),
        "QINGDAN_PORT": str(settings.port),
        "QINGDAN_HOST": settings.host,
        "QINGDAN_BROKER_URL": broker_url,
        "QINGDAN_PORTAL_KEY": home.secrets()["portal_key"],
        **{f"QINGDAN_{name.upper()}_DATABASE_URL": url for name, url in urls.items()},
    }


def _wait_until_ready(processes: Processes, stopping: threading.Event) -> None:
    deadline = time.monotonic() + START_SECONDS
    while (missing := processes.not_ready()) and not stopping.wait(LOOK_SECONDS):
        if time.monotonic() > deadline:
            raise HomeError(f"These processes did not start: {', '.join(missing)}. See the folder logs.")


def _create_example(home: Home, tasks_url: str, broker_url: str, stopping: threading.Event) -> None:
    database = Database(tasks_url, size=1)
    with RpcCaller(broker_url) as caller:
        try:
            create_patiently(home, caller, database, stopping)
        except TryAgain as error:
            raise HomeError(f"The example could not be made: {error}. See the folder logs.") from error
    database.close()
