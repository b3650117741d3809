"""The gates notice: each kind of violation, planted in a copy of the tree, is refused by name.

`make lint` asks import-linter of the tree itself; what imports alone do not show is asked here.
"""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.borders import problems

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Planted:
    """Lines at the end of a file, and what the gate must say of them."""

    kind: str
    file: str
    lines: str
    said: str


# Refused by import-linter's contracts in pyproject.toml.
IMPORTS = [
    Planted(
        "a rule that knows the database's library", "services/tasks/issuing/periods.py",
        "import psycopg2", "services.tasks.issuing.periods -> psycopg2",
    ),
    Planted(
        "a rule that opens transactions", "services/tasks/sheets/columns.py",
        "from shared.database import Database", "services.tasks.sheets.columns -> shared.database",
    ),
    Planted(
        "a rule that asks what time it is", "services/tasks/due_dates.py",
        "from shared import clock", "services.tasks.due_dates -> shared.clock",
    ),
    Planted(
        "a view that reaches for the relay", "services/portal/views/review.py",
        "from shared.delivery import relay", "services.portal.views.review -> shared.delivery.relay",
    ),
    Planted(
        "a view that knows the database's library", "services/portal/views/audit.py",
        "import psycopg2", "services.portal.views.audit -> psycopg2",
    ),
    Planted(
        "a view that passes the clients by", "services/portal/views/inbox.py",
        "from shared.calling import rpc", "services.portal.views.inbox -> shared.calling.rpc",
    ),
    Planted(
        "a store that calls what stands above it", "services/tasks/drafting/store.py",
        "from services.tasks.drafting import rows", "services.tasks.drafting.store -> services.tasks.drafting.rows",
    ),
    Planted(
        "a package that reaches up to the one above", "services/tasks/directory/queries.py",
        "from services.tasks.issuing import periods", "services.tasks.directory.queries -> services.tasks.issuing",
    ),
    Planted(
        "a service that imports another", "services/stats/completion/boards.py",
        "from services.tasks.duties import duty", "services.stats.completion.boards -> services.tasks.duties.duty",
    ),
    Planted(
        "shared that imports a service", "shared/light.py",
        "from services.tasks import due_dates", "shared.light -> services.tasks.due_dates",
    ),
    Planted(
        "a use case that dispatches by nameko", "services/tasks/duties/doing.py",
        "from nameko.events import EventDispatcher", "services.tasks.duties.doing -> nameko",
    ),
    Planted(
        "a use case that publishes by itself", "services/tasks/duties/changes.py",
        "from shared.delivery import publishing", "services.tasks.duties.changes -> shared.delivery.publishing",
    ),
    Planted(
        "a use case with the database's library", "services/tasks/duties/reviewing.py",
        "from psycopg2.extras import execute_values", "services.tasks.duties.reviewing -> psycopg2",
    ),
    Planted(
        "a module that stands in no layer", "services/tasks/duties/swapping.py",
        '"""Swaps."""', "- services.tasks.duties.swapping",
    ),
    Planted(
        "a package that stands in no layer", "services/stats/guesses/__init__.py",
        '"""Guesses."""', "- services.stats.guesses",
    ),
]  # fmt: skip

# Refused by tests/support/borders.py.
NAMES = [
    Planted(
        "SQL in an operation", "services/tasks/duties/operations.py",
        'def peek(cur): cur.execute("SELECT 1 FROM duty")', "services.tasks.duties.operations",
    ),
    Planted(
        "a statement made elsewhere, run in a use case", "services/tasks/directory/people.py",
        "def many(cur, rows): execute_values(cur, STATEMENT, rows)", "services.tasks.directory.people",
    ),
    Planted(
        "SQL kept in a rule", "services/tasks/duties/duty.py",
        'OPEN = "SELECT id FROM duty WHERE state = %s"', "services.tasks.duties.duty",
    ),
    Planted(
        "a table made by a process", "services/stats/figures/store.py",
        'def sort(cur): cur.execute("CREATE TEMPORARY TABLE sorted (id bigint)")', "services.stats.figures.store",
    ),
    Planted(
        "a commit in an operation", "services/tasks/issuing/operations.py",
        "def end(cur): cur.connection.commit()", "services.tasks.issuing.operations",
    ),
    Planted(
        "a commit in a store", "services/tasks/duties/store.py",
        "def end(cur): cur.connection.commit()", "services.tasks.duties.store",
    ),
    Planted(
        "a heartbeat compared with the own clock", "services/stats/completion/counting.py",
        "def late(event, now): return now - event.data.ticked_at", "compares the clocks of two processes",
    ),
    Planted(
        "an event compared with the own clock", "services/notifications/reminding/listening.py",
        "def is_old(event): return event.time < clock.now()", "compares the clocks of two processes",
    ),
    Planted(
        "a heartbeat compared by the database", "services/notifications/health/queries.py",
        'def late(cur): cur.execute("SELECT now() - ticked_at FROM heartbeat")', "compares the clocks of two processes",
    ),
    Planted(
        "a service reached by its name", "services/tasks/duties/doing.py",
        'import importlib\nSTATS = importlib.import_module("services.stats.service")', "services.tasks.duties.doing",
    ),
    Planted(
        "shared that reads a service's table", "shared/delivery/outbox.py",
        'def peek(cur): cur.execute("SELECT id FROM duty")', "the table duty is not shared's",
    ),
    Planted(
        "a service that reads another's table", "services/stats/completion/queries.py",
        'def peek(cur): cur.execute("SELECT id FROM unit_group")', "the table unit_group is not stats's",
    ),
    Planted(
        "a pure module that opens a file", "services/portal/tree.py",
        'FILE = open("x")', "services.portal.tree",
    ),
    Planted(
        "a pure module that reaches the clock by another", "shared/workdays.py",
        "import shared.clock", "reaches shared.clock by shared.workdays",
    ),
    Planted(
        "a new rule that asks what time it is", "services/tasks/duties/swap.py",
        "import datetime as dt\nDAY = dt.date.today()", "services.tasks.duties.swap",
    ),
    Planted(
        "a new rule that reaches the clock", "services/stats/completion/guessing.py",
        "from shared import clock", "reaches shared.clock by services.stats.completion.guessing",
    ),
    Planted(
        "a broker's name that only the shell needs", "shared/calling/rpc.py",
        "from kombu import Producer", "kombu.Producer stays in shared.shell",
    ),
]  # fmt: skip


def a_copy(folder: Path, planted: list[Planted]) -> Path:
    for part in ("services", "shared"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__", "static", "templates"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    for one in planted:
        file = folder / one.file
        file.parent.mkdir(exist_ok=True)
        before = file.read_text("utf-8") if file.exists() else ""
        file.write_text(f"{before}\n{one.lines}\n", "utf-8")
    return folder


@pytest.fixture(scope="module")
def what_import_linter_says(tmp_path_factory) -> str:
    """Its report on one copy with every planted import: it names each of them, so one run is enough."""
    folder = a_copy(tmp_path_factory.mktemp("imports"), IMPORTS)
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    return " ".join(done.stdout.split())


@pytest.mark.parametrize("planted", IMPORTS, ids=lambda planted: planted.kind)
def test_a_planted_import_is_refused(what_import_linter_says, planted):
    assert planted.said in what_import_linter_says


@pytest.mark.parametrize("planted", NAMES, ids=lambda planted: planted.kind)
def test_a_planted_name_is_refused(tmp_path, planted):
    folder = a_copy(tmp_path, [planted])

    assert any(planted.said in problem for problem in problems(folder))


def test_the_tree_crosses_no_border():
    assert problems(ROOT) == []
