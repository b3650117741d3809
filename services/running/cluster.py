"""The distributed mode on one machine without containers: every service its own process, with private servers.

RabbitMQ and PostgreSQL run in the data folder; the processes are the same as in a real deployment and find their
servers through the same settings. SIGUSR1 replaces every process by a new one of the release that lies in the folder
then, while requests and events go on: an upgrade without a break.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
import time

from services.running import example, private_rabbitmq
from services.running.broker_accounts import passwords_in
from services.running.call_keys import keys_of, settings_of_keys
from services.running.deploying import create_patiently
from services.running.embedded import guard_address, wants_example
from services.running.home import (
    Home,
    HomeError,
    claim_home,
    is_claimed,
    owner_urls,
    private_postgres,
    tell,
    write_private,
)
from services.running.private_rabbitmq import Node
from services.running.rolling import STOPPING, Processes, RollResult
from services.running.screen_words import WORDS
from services.running.supervisor import Supervisor
from shared.calling.proof import Signer
from shared.calling.rpc import RpcCaller
from shared.database import Database
from shared.delivery.rights import PORTAL
from shared.errors import TryAgain
from shared.process import logs
from shared.process.loop import event_of_signals
from shared.process.settings import Settings

# RabbitMQ starts in some seconds; a busy machine needs many times that.
START_SECONDS = 90.0
LOOK_SECONDS = 0.1


def run(settings: Settings, *, with_example: bool) -> None:
    """The `cluster` command: start everything, watch it until Ctrl-C or SIGTERM, stop it in order."""
    logs.configure_screen(WORDS)
    home = claim_home(settings.home)
    guard_address(home, settings)
    # SIGHUP comes when the terminal is closed: that is a stop too.
    stopping = event_of_signals(signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    rolling = event_of_signals(signal.SIGUSR1)
    tell("正在启动数据库、消息服务和各进程 / starting the servers and the processes")
    with private_postgres(home, is_ours=True) as urls, _listening_socket(settings) as pages:
        supervisor = Supervisor()
        home.pid_file.write_text(str(os.getpid()))
        try:
            node = _start_broker(supervisor, home)
            broker_urls = {name: node.url_of(name, password) for name, password in passwords_in(home).items()}
            environment = {**_environment(home, settings, urls), **_owners(home, urls)}
            processes = Processes(supervisor, home, settings, environment, broker_urls, pages)
            processes.start()
            watching = threading.Thread(target=supervisor.watch, args=(stopping,), daemon=True)
            watching.start()
            _wait_until_ready(processes, stopping)
            if wants_example(settings, with_example=with_example) and not stopping.is_set():
                _create_example(home, urls["tasks"], broker_urls[PORTAL], stopping)
            tell(example.welcome(home, settings))
            # Children are started by this thread, which lives as long as they do; see services/running/supervisor.py.
            while not stopping.wait(LOOK_SECONDS):
                if rolling.is_set():
                    _roll(home, processes, stopping)
                    rolling.clear()
            watching.join()
        finally:
            stopping.set()
            tell("正在停止，请稍候 / stopping")
            supervisor.stop()
            home.pid_file.unlink(missing_ok=True)
            home.monitor_file.unlink(missing_ok=True)
    tell("已停止，数据都已保存 / stopped; everything is saved")


def _roll(home: Home, processes: Processes, stopping: threading.Event) -> None:
    result = processes.roll(stopping)
    tell(result.text)
    write_private(home.roll_file, {"is_done": result.is_done, "text": result.text})


def roll(settings: Settings) -> RollResult:
    """The `roll` command: have the running cluster replace its processes, and wait for what came of it.

    HomeError when no cluster runs, or when it is at it already.
    """
    home = Home(settings.home)
    _ask_to_roll(home)
    while is_claimed(home.path):
        if home.roll_file.stat().st_size:
            return RollResult(**json.loads(home.roll_file.read_text("utf-8")))
        time.sleep(LOOK_SECONDS)
    return RollResult(is_done=False, text=STOPPING)


def _ask_to_roll(home: Home) -> None:
    try:
        if not is_claimed(home.path):
            raise ProcessLookupError
        pid = int(home.pid_file.read_text())
        if home.roll_file.exists() and not home.roll_file.stat().st_size:
            raise HomeError("替换正在进行，请等它结束。\nA replacement is under way. Wait until it has ended.")
        home.roll_file.write_text("")  # it is filled with the result
        os.kill(pid, signal.SIGUSR1)
    except (OSError, ValueError) as error:
        raise HomeError(
            f"目录 {home.path} 上没有运行 cluster。请先用 make cluster 启动，或用 QINGDAN_HOME 指到它的目录。\n"
            f"No cluster runs on the folder {home.path}. Start it with make cluster, or choose its folder with "
            "QINGDAN_HOME."
        ) from error


def _listening_socket(settings: Settings) -> socket.socket:
    """The socket of the pages. It belongs to no portal, so one can take over from another without a gap."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    return socket.create_server((settings.host, settings.port), family=family, backlog=1024)


def _start_broker(supervisor: Supervisor, home: Home) -> Node:
    node = private_rabbitmq.prepare(home)
    epmd, server = node.children()
    supervisor.add(epmd)
    supervisor.add(server)
    node.wait_until_listening(server)
    return node


def _environment(home: Home, settings: Settings, urls: dict[str, str]) -> dict[str, str]:
    """What is set for the processes; each gets its part of it."""
    return {
        "QINGDAN_HOME": str(home.path),
        "QINGDAN_PORT": str(settings.port),
        "QINGDAN_HOST": settings.host,
        # Nothing here has a name that is looked up: what would do so takes a quarter of a service's start.
        "EVENTLET_NO_GREENDNS": "yes",
        "QINGDAN_PORTAL_KEY": home.secrets()["portal_key"],
        **settings_of_keys(home),
        **{f"QINGDAN_{name.upper()}_DATABASE_URL": url for name, url in urls.items()},
    }


def _owners(home: Home, urls: dict[str, str]) -> dict[str, str]:
    """What migrations need of the environment beside that of the processes."""
    return {f"QINGDAN_{name.upper()}_OWNER_DATABASE_URL": url for name, url in owner_urls(home, urls).items()}


def _wait_until_ready(processes: Processes, stopping: threading.Event) -> None:
    deadline = time.monotonic() + START_SECONDS
    while (missing := processes.not_ready()) and not stopping.wait(LOOK_SECONDS):
        if time.monotonic() > deadline:
            folder = processes.home.path / "logs"
            raise HomeError(
                f"这些进程没有启动：{'、'.join(missing)}。原因见 {folder} 里同名的文件；改好后再启动。\n"
                f"These processes did not start: {', '.join(missing)}. The files of that name in {folder} say why;"
                " start again after that."
            )


def _create_example(home: Home, tasks_url: str, broker_url: str, stopping: threading.Event) -> None:
    database = Database(tasks_url, size=1)
    with RpcCaller(broker_url, Signer({name: (key,) for name, key in keys_of(home).items()})) as caller:
        try:
            create_patiently(home, caller, database, stopping)
        except TryAgain as error:
            raise HomeError(
                f"示例没有建成：{error.text.zh}原因见 {home.path / 'logs'}；再启动一次会接着建。\n"
                f"The example could not be made: {error.text.en} The folder {home.path / 'logs'} says why; the next"
                " start goes on with it."
            ) from error
    database.close()
