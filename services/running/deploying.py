"""The one-shot commands of a deployment: roles and databases, schema, the example."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

import psycopg2

from services.running import example
from services.running.call_keys import signer_of
from services.running.home import Home, open_home
from services.running.registry import migrate_database
from shared.calling.caller import Caller
from shared.calling.rpc import RpcCaller
from shared.database import Database
from shared.errors import DatabaseAway, TryAgain
from shared.process.provision import Account, Login, provision
from shared.process.server_checks import database_fault
from shared.process.settings import DATABASES, SettingError, Settings

# Services that start beside this command need less.
WAIT_SECONDS = 90.0
PAUSE_SECONDS = 1.0


def provision_databases(settings: Settings) -> Iterator[str]:
    """Make each role and database that is missing and set its password; safe to repeat. Yields a line for each.

    Raises SettingError for a URL without a user or password, DatabaseAway when the server cannot be reached.
    """
    accounts = [account_of(name, settings) for name in DATABASES]
    try:
        provision(settings.required_admin_database_url(), accounts)
    except psycopg2.OperationalError as error:
        raise DatabaseAway(database_fault(str(error), "QINGDAN_ADMIN_DATABASE_URL")) from error
    yield from (f"{account.database}: ok" for account in accounts)


def account_of(name: str, settings: Settings) -> Account:
    """The database of service `name` and the roles that its URLs name; SettingError for a URL without a password."""
    owner, url = settings.owner_url(name), settings.database_url(name)
    kind = "OWNER_DATABASE_URL" if owner != url else "DATABASE_URL"
    return Account(
        _login(f"QINGDAN_{name.upper()}_{kind}", owner),
        unquote(urlsplit(owner).path.strip("/")),
        _login(f"QINGDAN_{name.upper()}_DATABASE_URL", url),
    )


def _login(setting: str, url: str) -> Login:
    parts = urlsplit(url)
    if not (parts.username and parts.password):
        raise SettingError.of(
            f"{setting} 里没有用户名或密码，无法建立账号。没有默认值。",
            f"{setting} names no user or no password, so no role can be made. It has no default.",
        )
    return Login(unquote(parts.username), unquote(parts.password))


def migrate_databases(settings: Settings, name: str | None, stage: str | None) -> Iterator[str]:
    """Migrate database `name`, or every one whose URL is set; yields what was applied.

    Where the processes work as another role than the owner's, it gets its rights. Raises SettingError when none is
    set, DatabaseAway when a server cannot be reached.
    """
    urls = [settings.owner_urls, settings.database_urls]
    names = [name] if name else [one for one in DATABASES if any(known.get(one) for known in urls)]
    if not names:
        settings.database_url("tasks")
    for one in names:
        owner = settings.owner_url(one)
        setting = f"QINGDAN_{one.upper()}_{'OWNER_' if settings.owner_urls.get(one) else ''}DATABASE_URL"
        worker = _worker(owner, settings.database_urls.get(one))
        try:
            applied = migrate_database(one, owner, stage=stage, worker=worker)
        except psycopg2.errors.UndefinedObject as error:
            raise SettingError.of(
                f"数据库服务器上没有 {worker} 这个账号，请先运行 provision，或请管理员建立。表结构已经升级。",
                f"The server has no role {worker}. Run provision first, or have it made. The schema is up to date.",
            ) from error
        except psycopg2.OperationalError as error:
            raise DatabaseAway(database_fault(str(error), setting)) from error
        yield from (f"{one}: {migration}" for migration in applied)
        if not applied:
            yield f"{one}: nothing to do"


def _worker(owner: str, url: str | None) -> str:
    """The role that the processes work as, "" where it is the owner itself."""
    found, owning = (unquote(urlsplit(one or "").username or "") for one in (url, owner))
    return found if found != owning else ""


def create_example(settings: Settings) -> str:
    """Make the example, or finish making it, and return its sign-ins as lines. TryAgain when services stay away."""
    home = open_home(settings.home)
    database = Database(settings.database_url("tasks"), size=1)
    with RpcCaller(settings.required_broker_url(), signer_of(settings)) as caller:
        create_patiently(home, caller, database, threading.Event())
    database.close()
    return "\n".join(example.sign_ins(home))


def create_patiently(home: Home, caller: Caller, database: Database, stopping: threading.Event) -> None:
    """Make the example. Services may still be starting: every step repeats without harm, so keep trying."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not stopping.is_set():
        try:
            example.create_once(home, caller, database)
        except TryAgain:
            if time.monotonic() > deadline:
                raise
            stopping.wait(PAUSE_SECONDS)
        else:
            return
