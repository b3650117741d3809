"""The servers of a test run: started when the first test asks, shared by all, gone at the end.

A missing server is a failure that says what to install, never a skip: a green run has seen the real things.
"""

import gc
import os
import re
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import hypothesis
import pytest

from tests.support import prepared
from tests.support.lending import Library
from tests.support.ports import release_port, reserve_port
from tests.support.postgres import PostgresServer
from tests.support.rabbitmq import RabbitServer
from tests.support.started import started

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from xdist.scheduler import LoadScopeScheduling

    from tests.support.chromium import Pages

# Whether a property holds does not depend on how fast this machine is today.
# Half of the usual number of examples in each run: chance chooses others in the next.
hypothesis.settings.register_profile(
    "qingdan", deadline=None, max_examples=50, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("qingdan")

# Fixtures of the services under test, each beside its helpers. Named here once: a session fixture that two conftests
# import is two fixtures.
pytest_plugins = (
    "tests.support.answers",
    "tests.support.busy",
    "tests.support.country",
    "tests.support.event_path",
    "tests.support.house",
    "tests.support.mailbox",
    "tests.support.robots",
    "tests.support.notifications",
    "tests.support.portal",
    "tests.support.stats",
    "tests.support.tasks",
)

# The long ones first, so that the short ones fill what is left at the end and all workers end together.
FOLDERS = ("flow", "fault", "integration", "contract", "unit")
# These look at the one busy house, which takes longer to make than many a file.
LOOKING = re.compile(
    r"^tests/integration/test_(chinese_on_english_pages|codes_in_addresses|days_on_pages|gets_change_nothing|offered_forms)\.py$"
)
STARTED = re.compile(r"\[(cluster|embedded)\b")

# Where it is there, jsonschema compiles forty grammars of addresses in each worker, and nobody here checks an address.
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]

# The developer's own servers must not leak into a run through libpq's variables.
for _name in [name for name in os.environ if name.startswith("PG")]:
    del os.environ[_name]


def pytest_configure() -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ:
        prepared.announce()


def pytest_unconfigure() -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ:
        prepared.dismiss()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _place(item.nodeid))


def pytest_collection_finish() -> None:
    """Thousands of tests that stay until the end are not looked through at each collection of garbage."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> "LoadScopeScheduling":
    """Hand the tests of a group to one worker, in the order of collection; xdist would begin with the most numerous."""
    from xdist.scheduler import LoadScopeScheduling

    class Groups(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid)

    config.option.loadscopereorder = False
    return Groups(config, log)


def group_of(nodeid: str) -> str:
    """What one worker takes together: a file; across the files of `flow` whatever uses the same started product, and
    whoever looks at the same house."""
    file, _, name = nodeid.partition("::")
    if LOOKING.match(file):
        return "looking"
    mode = STARTED.search(name) if file.startswith("tests/flow/") else None
    return f"started {mode[1]}" if mode else file


def _place(nodeid: str) -> tuple[int, str]:
    """Where a test comes. Who starts a product of its own comes before there is a shared one beside it."""
    group = group_of(nodeid)
    return FOLDERS.index(nodeid.split("/")[1]), group if group.startswith("started") else ""


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The run's PostgreSQL. A test that stops or freezes it brings it back."""
    with started(PostgresServer()) as server:
        yield server


@pytest.fixture(scope="session")
def library(postgres_server: PostgresServer) -> Iterator[Library]:
    """Databases for one test after the other: `with library.lent(template) as lent`."""
    library = Library(postgres_server)
    yield library
    library.close()


@pytest.fixture(scope="session")
def rabbit_server() -> Iterator[RabbitServer]:
    """The run's RabbitMQ. A test that stops or freezes it brings it back."""
    with started(RabbitServer()) as server:
        yield server


@pytest.fixture
def rabbit_vhost(rabbit_server: RabbitServer) -> Iterator[str]:
    """The address of a fresh virtual host."""
    uri = rabbit_server.create_vhost()
    yield uri
    rabbit_server.delete_vhost(uri)


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    from tests.support.chromium import launched_browser

    with launched_browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def browser_pages(browser: "Browser") -> "Pages":
    from tests.support.chromium import Pages

    return Pages(browser)


@pytest.fixture
def open_page(browser_pages: "Pages") -> Iterator["Pages"]:
    """Call it to open a page in a session of its own: `open_page(width=360, javascript=False)`."""
    yield browser_pages
    browser_pages.take_back()


@pytest.fixture
def port() -> Iterator[int]:
    """A port on loopback that nothing else takes."""
    port = reserve_port()
    yield port
    release_port(port)
