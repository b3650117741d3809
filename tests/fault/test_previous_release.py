"""The release before this one runs on the new schema, and beside the new processes, as it must during an upgrade.

Its code is in tests/releases, as `make keep-release` wrote it when it was current.
"""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Self

import pytest

from services.running.processes import COMMANDS
from services.tasks.duties import queries
from shared.database import Database
from shared.errors import QingdanError
from shared.process.settings import DATABASES, SERVICES
from shared.rows import value
from tests.flow.conftest import ROOT, environment_of
from tests.support.clerks import Clerks, Installation
from tests.support.eventually import eventually
from tests.support.monitor import is_ready
from tests.support.ports import release_port, reserve_port
from tests.support.processes import ServerProcess, make_folder, remove_folder, wait_until_ready
from tests.support.releases import unpack_newest_release

# Six clerks have more to do than they can be asked for before enough is done, also on a machine that is busy.
ITEMS, CLICKS_A_SECOND = 12, 8


@dataclass
class Upgrade:
    """The previous release at work, and this release's processes on the same servers."""

    installation: Installation
    old: ServerProcess
    environment: dict[str, str]

    def qingdan(self, *arguments: str) -> str:
        """Run one command of this release."""
        command = [sys.executable, "-m", "services.cli", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def upgrade() -> Iterator[Upgrade]:
    with ExitStack() as stack:
        folder = make_folder("previous-release", in_memory=True)
        stack.callback(remove_folder, folder)
        unpack_newest_release(folder / "code")
        home, port = make_folder("upgrade", in_memory=True), reserve_port()
        stack.callback(remove_folder, home)
        stack.callback(release_port, port)
        old = ServerProcess(
            [sys.executable, "-W", "ignore", "-m", "services.cli", "cluster"],
            folder=folder / "code",
            log=home / "console.log",
            environment={**environment_of(home, port), "PYTHONPATH": str(folder / "code")},
        )
        stack.callback(lambda: old.terminate(signal.SIGTERM, within=60))
        wait_until_ready(old, lambda: "Ctrl-C" in old.log_tail(60), name="the previous release", within=120)
        installation = Installation(home, f"http://127.0.0.1:{port}")
        urls = {f"QINGDAN_{name.upper()}_DATABASE_URL": installation.dsn(name) for name in DATABASES}
        secrets = {"QINGDAN_BROKER_URL": installation.broker_url, "QINGDAN_PORTAL_KEY": "k" * 32}
        yield Upgrade(installation, old, {**environment_of(home, port), **urls, **secrets})


def test_the_previous_release_works_on_the_new_schema(upgrade: Upgrade):
    upgrade.qingdan("migrate", "--stage", "pre")

    _work_and_count(upgrade, "旧版")
    assert _unsigned(upgrade.installation) > 0


def test_both_releases_work_side_by_side_while_processes_are_replaced(upgrade: Upgrade):
    """Calls and events go to whichever replica takes them, so each release answers the other."""
    with ExitStack() as stack:
        # All are started before the first is waited for.
        started = {command: Replica(upgrade, command) for command in COMMANDS}
        replicas = {command: stack.enter_context(replica) for command, replica in started.items()}

        _work_and_count(upgrade, "并行")
        new_portal = Installation(upgrade.installation.home, replicas["portal",].url)
        _work_and_count(upgrade, "新门户", at=new_portal)
    assert set(_posts_in_an_unsigned_history(upgrade.installation)) == {"清单专员", "填报员"}


def test_a_destructive_change_would_be_noticed(upgrade: Upgrade):
    """The tests above must be able to fail: here the column that the old release reads is gone for a while."""
    with upgrade.installation.cursor("tasks") as cur:
        cur.execute("ALTER TABLE duty RENAME COLUMN due_on TO due_date")
    try:
        with pytest.raises((AssertionError, QingdanError)):
            upgrade.installation.issue(1, title="破坏", within=10)
    finally:
        with upgrade.installation.cursor("tasks") as cur:
            cur.execute("ALTER TABLE duty RENAME COLUMN due_date TO due_on")


def test_the_new_release_works_after_the_last_migration(upgrade: Upgrade):
    upgrade.old.terminate(signal.SIGTERM, within=60)
    process = ServerProcess(
        [sys.executable, "-W", "ignore", "-m", "services.cli", "cluster"],
        folder=ROOT,
        log=upgrade.installation.home / "new.log",
        environment=environment_of(upgrade.installation.home, int(upgrade.installation.url.rsplit(":", 1)[1])),
    )
    try:
        wait_until_ready(process, lambda: "Ctrl-C" in process.log_tail(60), name="this release", within=120)

        _work_and_count(upgrade, "新版")
        assert _unsigned(upgrade.installation) == 0
        eventually(lambda: upgrade.installation.value("tasks", "SELECT count(*) FROM log_waiting") == 0, within=30)
        assert {"旧版", "并行", "新门户", "新版"} <= _issued_in_the_sealed_log(upgrade.installation)
        upgrade.qingdan("audit", "verify")
    finally:
        process.terminate(signal.SIGTERM, within=60)


def _work_and_count(upgrade: Upgrade, title: str, *, at: Installation | None = None) -> None:
    """Townships do what a new checklist asks of them, and every service counts it once."""
    installation = at or upgrade.installation
    checklist_id = installation.issue(ITEMS, title=title)
    clerks = Clerks(installation, rate=CLICKS_A_SECOND, clerks=6, title=title)
    clerks.start()
    eventually(lambda: clerks.work.failures or clerks.work.done >= 20, within=60)
    work = clerks.stop()

    assert work.failures == []
    expected = dict.fromkeys(SERVICES, work.done)
    with suppress(AssertionError):
        eventually(lambda: _counted(installation, checklist_id) == expected, within=60)
    assert _counted(installation, checklist_id) == expected
    assert installation.parked() == 0


def _unsigned(installation: Installation) -> int:
    """How many acts of people do not say by themselves who it was, because the old release wrote them."""
    statement = "SELECT count(*) FROM {} WHERE person_id IS NOT NULL AND post IS NULL"
    return sum(installation.value("tasks", statement.format(table)) for table in ("duty_history", "audit_log"))


def _issued_in_the_sealed_log(installation: Installation) -> set[str]:
    """The titles of what was issued, by either release, in rows that have their seals."""
    with installation.cursor("tasks") as cur:
        cur.execute(
            """
            SELECT subject FROM audit_log JOIN log_seal ON source = 'audit_log' AND row_id = audit_log.id
            WHERE action = 'checklist.issue_started'
            """
        )
        return {subject for (subject,) in cur.fetchall()}


def _posts_in_an_unsigned_history(installation: Installation) -> list[str | None]:
    """Who this release says did something to a duty that was done with the old one."""
    database = Database(installation.dsn("tasks"), size=1)
    with database.transaction() as cur:
        cur.execute("SELECT max(duty_id) AS duty FROM duty_history WHERE post IS NULL")
        happened = queries.history(cur, value(cur, int))
    database.close()
    return [entry.post for entry in happened]


def _counted(installation: Installation, checklist_id: int) -> dict[str, int]:
    return {service: installation.done(service, checklist_id) for service in SERVICES}


class Replica:
    """One process of this release beside the old ones."""

    def __init__(self, upgrade: Upgrade, command: tuple[str, ...]) -> None:
        self._port, pages_port = reserve_port(), reserve_port()
        self.url = f"http://127.0.0.1:{pages_port}"
        self._process = ServerProcess(
            [sys.executable, "-m", "services.cli", *command],
            folder=ROOT,
            log=upgrade.installation.home / f"new-{'-'.join(command)}.log",
            environment={
                **upgrade.environment,
                "QINGDAN_MONITOR_PORT": str(self._port),
                "QINGDAN_PORT": str(pages_port),
            },
        )

    def __enter__(self) -> Self:
        wait_until_ready(self._process, lambda: is_ready(self._port), name="a process of this release", within=60)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate(signal.SIGTERM, within=30)
        release_port(self._port)
        release_port(int(self.url.rsplit(":", 1)[1]))
