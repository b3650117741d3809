"""docs/services.md is a map of what is there: modules, operations, topics, metrics. Nobody finds what no map shows."""

import re
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from services.running.registry import CLASSES, logs_of, own_retention_of, service_class, topology
from shared.calling.service import consumer_of, operations_of, ticks_of
from tests.support.markdown import ROOT, code_in, page, tables
from tests.support.watched import MODULES, metrics_of

PAGE = page(ROOT / "docs" / "services.md")
SERVICES = ("tasks", "stats", "notifications", "portal")


@cache
def parts() -> dict[str, str]:
    """The text of each part of the map, by the folder that it is about."""
    found: dict[str, str] = {}
    service = ""
    for heading, text in zip(PAGE.headings(), PAGE.sections().values(), strict=True):
        if heading.level == 2:
            service = heading.text
        if service:
            below = [] if heading.level == 2 else heading.text.split("/")
            found[Path("services", service, *below).as_posix()] = text
    return found


def packages() -> list[str]:
    """Every folder of a service that holds modules."""
    folders = {path.parent for name in SERVICES for path in (ROOT / "services" / name).rglob("*.py")}
    return sorted(folder.relative_to(ROOT).as_posix() for folder in folders)


def test_every_package_has_its_part_and_no_other():
    assert sorted(parts()) == packages()


@pytest.mark.parametrize("folder", packages())
def test_every_module_of_a_package_is_on_the_map_and_no_other(folder: str):
    modules = {path.name for path in (ROOT / folder).glob("*.py")} - {"__init__.py"}
    rows = [row for table in tables(parts()[folder]) for row in table.rows]

    assert {name for row in rows for name in code_in(row[0])} == modules
    assert all(row[1] for row in rows)


@pytest.mark.parametrize("name", CLASSES)
def test_every_operation_stands_with_its_package(name: str):
    for operation, method in operations_of(service_class(name)).items():
        folder = _part_of(method.__module__, name)
        mark = " C" if method.operation.is_command else ""
        assert re.search(rf"`{operation}`{mark}[,.]", folder), operation


def _part_of(module: str, service: str) -> str:
    """The part of the map about a module; the operations of a service without packages of them stand anywhere in it."""
    folder = Path(*module.split(".")[:-1]).as_posix()
    if folder.startswith(f"services/{service}/"):
        return parts()[folder]
    # What every service has comes from what they share.
    folder = f"services/{service}"
    return "\n".join(text for path, text in parts().items() if path.startswith(folder))


@pytest.mark.parametrize("name", CLASSES)
def test_what_a_service_hears_and_when_it_ticks_stands_at_its_head(name: str):
    head = parts()[f"services/{name}"]
    consumer = consumer_of(service_class(name))
    heard = set(consumer.consumes.patterns) if consumer else set()

    assert set(code_in(_line("Hears", head))) == heard
    assert set(code_in(_line("Ticks", head))) == set(ticks_of(service_class(name)))


@pytest.mark.parametrize("name", CLASSES)
def test_a_relay_knows_of_a_service_what_the_service_says_of_itself(name: str):
    """It does not load the service, which takes three times as long as all else that it needs."""
    cls = service_class(name)
    consumer = consumer_of(cls)

    assert consumer is not None
    assert (topology()[name], own_retention_of(name), logs_of(name)) == (
        consumer.consumes.patterns,
        cls.retention,
        cls.logs,
    )


def _line(word: str, head: str) -> str:
    (found,) = re.findall(rf"^\*\*{word}\*\* (.+?)$", head, re.MULTILINE)
    return found


@pytest.mark.parametrize("module", [name for name in MODULES if name.startswith("services.")])
def test_every_metric_of_a_subject_stands_with_it(module: str):
    folder = Path(*module.split(".")[:-1]).as_posix()

    assert metrics_of(import_module(module)) <= set(code_in(parts()[folder]))
