"""The whole product, started as a user starts it, in both modes; each flow test runs against both."""

import json
import os
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator

from tests.support.chromium import Pages
from tests.support.eventually import eventually
from tests.support.ports import release_port, reserve_port
from tests.support.processes import ServerProcess, make_folder, remove_folder, wait_until_ready

ROOT = Path(__file__).parents[2]
COMMANDS = {"embedded": "run", "cluster": "cluster"}


@dataclass(frozen=True, slots=True)
class System:
    """A running Qingdan with the example in it."""

    mode: str
    url: str
    home: Path
    passwords: dict[str, str]
    process: ServerProcess


def environment_of(home: Path, port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("QINGDAN_", "PG"))}
    return kept | {"QINGDAN_HOME": str(home), "QINGDAN_PORT": str(port), "PYTHONPATH": str(ROOT)}


def start(mode: str, home: Path, port: int) -> ServerProcess:
    """Start the product and return when it has printed its address."""
    process = ServerProcess(
        [sys.executable, "-W", "ignore", "-m", "services.cli", COMMANDS[mode]],
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


@pytest.fixture(scope="session", params=sorted(COMMANDS))
def system(request: pytest.FixtureRequest) -> Iterator[System]:
    mode = request.param
    home, port = make_folder(f"flow-{mode}"), reserve_port()
    process = start(mode, home, port)
    try:
        url = f"http://127.0.0.1:{port}"
        eventually(lambda: urllib.request.urlopen(f"{url}/healthz", timeout=5).status == 200, within=30)
        yield System(mode, url, home, sign_ins(home), process)
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
