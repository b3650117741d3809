"""The whole product, started as a user starts it, in both modes; each flow test runs against both.

Where it runs already, QINGDAN_TEST_URL names its address and QINGDAN_TEST_HOME a folder with the example's sign-ins, as
`deploy/docker/verify` sets them for its containers. Then the tests run against that alone, and those that start a
product of their own are left out and counted as deselected.
"""

import json
import os
import signal
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator

from tests.support import prepared
from tests.support.chromium import Pages
from tests.support.eventually import eventually
from tests.support.ports import release_port, reserve_port
from tests.support.processes import ServerProcess, make_folder, remove_folder, wait_until_ready

ROOT = Path(__file__).parents[2]
COMMAND = ("services.cli",)
COMMANDS = {"embedded": "run", "cluster": "cluster"}
RUNNING_URL = os.environ.get("QINGDAN_TEST_URL", "").rstrip("/")
MODES = ["containers"] if RUNNING_URL else sorted(COMMANDS)


@dataclass(frozen=True, slots=True)
class System:
    """A running Qingdan with the example in it."""

    mode: str
    url: str
    home: Path
    passwords: dict[str, str]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests of the running product use `system`, all others start what they test or look behind it; some need the
    containers."""
    here = [item for item in items if item.nodeid.startswith("tests/flow/")]
    left_out = [item for item in here if not _fits(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    # Whoever kills comes last: the others do not repeat a click that a dying container answers with "try again".
    items.sort(key=_kills_containers)


def _kills_containers(item: pytest.Item) -> bool:
    return item.path.name == "test_containers.py"


def _fits(item: pytest.Item) -> bool:
    if _kills_containers(item):
        return bool(RUNNING_URL)
    names = getattr(item, "fixturenames", ())
    return not RUNNING_URL or ("system" in names and "installation" not in names)


def environment_of(home: Path, port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("QINGDAN_", "PG"))}
    return kept | {"QINGDAN_HOME": str(home), "QINGDAN_PORT": str(port), "PYTHONPATH": str(ROOT)}


def start(mode: str, home: Path, port: int, *, by: Sequence[str] = COMMAND) -> ServerProcess:
    """Start the product and return when it has printed its address. On an empty folder: with the run's example.

    `by` is a module with arguments that stands for the command `qingdan`.
    """
    prepared.fill(home, _make_example)
    return start_as_it_is(mode, home, port, by=by)


def _make_example(home: Path) -> None:
    port = reserve_port()
    process = start_as_it_is("embedded", home, port)
    process.terminate(signal.SIGINT, within=60)
    release_port(port)
    # What this start said is not what the next one says.
    (home / "console.log").unlink()


def start_as_it_is(mode: str, home: Path, port: int, *, by: Sequence[str] = COMMAND) -> ServerProcess:
    """Start the product on the folder, which may be empty, and return when it has printed its address."""
    process = ServerProcess(
        [sys.executable, "-W", "ignore", "-m", *by, COMMANDS[mode]],
        folder=ROOT,
        log=home / "console.log",
        environment=environment_of(home, port),
    )
    wait_until_ready(process, lambda: "Ctrl-C" in process.log_tail(60), name=f"Qingdan ({mode})", within=120)
    return process


def sign_ins(home: Path) -> dict[str, str]:
    return json.loads((home / "example-sign-ins.json").read_text("utf-8"))["passwords"]


def follow(target: Locator) -> None:
    """Click, and return when the next page is there: a click alone returns before, and what is read then is old."""
    with target.page.expect_navigation():
        target.click()


# Of the package, so that it ends before the worker goes on with tests that do not need it.
@pytest.fixture(scope="package", params=MODES)
def system(request: pytest.FixtureRequest) -> Iterator[System]:
    if request.param == "containers":
        home = Path(os.environ["QINGDAN_TEST_HOME"])
        yield System("containers", RUNNING_URL, home, sign_ins(home))
    else:
        yield from _started(request.param)


def _started(mode: str) -> Iterator[System]:
    home, port = make_folder(f"flow-{mode}", in_memory=True), reserve_port()
    # The one mode makes its example for all; that the other can make one too is seen here.
    process = start_as_it_is(mode, home, port) if mode == "cluster" else start(mode, home, port)
    try:
        url = f"http://127.0.0.1:{port}"
        eventually(lambda: urllib.request.urlopen(f"{url}/healthz", timeout=5).status == 200, within=30)
        yield System(mode, url, home, sign_ins(home))
    finally:
        process.terminate(15, within=60)
        release_port(port)
        remove_folder(home)


@pytest.fixture
def sign_in(system: System, open_page: Pages):
    """`sign_in("lead")` opens a page and signs that person in; further arguments are those of `open_page`."""

    def do(name: str, **options):
        page = open_page(**options)
        page.goto(f"{system.url}/")
        page.get_by_label("登录名").fill(name)
        page.get_by_label("密码").fill(system.passwords[name])
        follow(page.get_by_role("button", name="登录"))
        return page

    return do
