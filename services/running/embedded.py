"""All services in one process on a private PostgreSQL: one county office, two commands.

The same service classes, the same outbox, the same batch handlers as in the distributed mode; calls and events travel
in-process (`shared/delivery/inprocess.py`).
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from services.portal.app import create_app
from services.portal.evidence.cabinet import cabinet_of
from services.portal.evidence.sweeping import sweeping_loop
from services.portal.keeping.sending import sending_loop
from services.portal.server import Listening, serve
from services.portal.signing_in.measuring import measuring_loop
from services.running import example
from services.running.home import Home, HomeError, claim_home, private_postgres, tell
from services.running.registry import CLASSES, retention_of, service_class
from services.running.screen_words import WORDS
from services.tasks.issuer import Issuer
from shared.database import Database
from shared.delivery.inprocess import InProcess
from shared.delivery.tidying import tidying_loop
from shared.process import logs, memory
from shared.process.loop import stop_on_signals
from shared.process.monitoring import Monitor
from shared.process.readiness import Readiness
from shared.process.server_checks import DatabaseCheck
from shared.process.settings import Settings

# The portal's threads, the deliveries, the ticks and the issuer share a service's pool.
POOL_SIZE = 20


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what listens on `host`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def guard_address(home: Home, settings: Settings) -> None:
    """Refuse a port that is taken, and the example, whose passwords are printed, on any address but loopback."""
    if home.example_file.exists() and not is_loopback(settings.host):
        raise HomeError(
            f"目录 {home.path} 里是示例，密码显示过，而 QINGDAN_HOST 是 {settings.host}，别的机器也能登录。"
            "请用 127.0.0.1，或另选 QINGDAN_HOME 并加 --no-example，建一个正式的安装。\n"
            f"The folder {home.path} holds the example, whose passwords were printed, and QINGDAN_HOST is "
            f"{settings.host}. Use 127.0.0.1, or start a real installation with another QINGDAN_HOME and --no-example."
        )
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise HomeError(
                f"网页地址 {settings.host}:{settings.port} 不能使用（{error.strerror}）。"
                "请用 QINGDAN_HOST 和 QINGDAN_PORT 另选。\n"
                f"{settings.host}:{settings.port} cannot be used: {error.strerror}. "
                "Choose another with QINGDAN_HOST and QINGDAN_PORT."
            ) from error


def wants_example(settings: Settings, *, with_example: bool) -> bool:
    """Its passwords are printed, so it is made only where nobody but this machine can sign in with them."""
    return with_example and is_loopback(settings.host)


@contextmanager
def running(home: Home, settings: Settings, *, with_example: bool) -> Iterator[tuple[Flask, Monitor]]:
    """Start PostgreSQL, the services, delivery and timers, and yield the pages; all stops in order in the end."""
    with private_postgres(home, is_ours=True) as urls:
        services = {name: service_class(name)(Database(urls[name], size=POOL_SIZE)) for name in CLASSES}
        for service in services.values():
            service.configure(settings)
        portal_database = Database(urls["portal"])
        caller = InProcess(services, log_hash=settings.audit_hash)
        issuer = Issuer(services["tasks"].database)
        tidying = tidying_loop("portal", portal_database, retention_of("portal"))
        monitor = _monitor(home, settings, urls["tasks"])
        cabinet = cabinet_of(settings, portal_database)
        sweeping = sweeping_loop(cabinet, caller)
        sending = sending_loop(portal_database, caller)
        measuring = measuring_loop(portal_database)
        secret = home.secrets()["portal_key"].encode()
        app = create_app(
            caller,
            portal_database,
            secret=secret,
            secure_cookies=settings.is_https,
            hsts_subdomains=settings.hsts_subdomains,
            knows_clients=settings.knows_clients,
            cabinet=cabinet,
        )
        caller.start()
        issuer.start()
        tidying.start()
        sweeping.start()
        sending.start()
        measuring.start()
        try:
            if with_example:
                example.create_once(home, caller, services["tasks"].database, telling=tell)
            yield app, monitor
        finally:
            monitor.stop()
            home.monitor_file.unlink(missing_ok=True)
            measuring.stop()
            sending.stop()
            sweeping.stop()
            tidying.stop()
            issuer.stop()
            caller.stop()
            for database in (*(service.database for service in services.values()), portal_database):
                database.close()


def _monitor(home: Home, settings: Settings, database_url: str) -> Monitor:
    """One server holds all databases, and they were migrated just now: that it answers is all there is to check."""
    readiness = Readiness([DatabaseCheck(database_url, setting="QINGDAN_HOME")])
    monitor = Monitor((settings.monitor_host, settings.monitor_port or 0), readiness).start()
    home.write_monitor_targets({"qingdan": monitor.port}, settings.monitor_host)
    return monitor


def run(settings: Settings, *, with_example: bool) -> None:
    """The `run` command: serve until Ctrl-C or SIGTERM."""
    logs.configure_screen(WORDS)
    memory.return_large_blocks()
    home = claim_home(settings.home)
    guard_address(home, settings)
    logs.configure_file(home.log_file)
    stopping = stop_on_signals()
    tell("正在启动数据库，首次启动要先建立它 / starting the database; the first start makes it")
    with running(home, settings, with_example=wants_example(settings, with_example=with_example)) as (app, monitor):

        def welcome() -> None:
            tell(example.welcome(home, settings))

        memory.settle()
        serve(app, Listening.of(settings), stopping=stopping, readiness=monitor.readiness, is_listening=welcome)
        tell("正在停止，请稍候 / stopping")
    tell("已停止，数据都已保存 / stopped; everything is saved")
