"""The page on calls says what the operations are: whoever changes one has to make the page again."""

import re

import pytest

from services.running import rpc_page
from services.running.registry import CLASSES, service_class
from shared.calling.service import operations_of
from tests.support.operations import METHODS, OPERATIONS

TEXT = rpc_page.PAGE.read_text("utf-8")


def test_the_page_is_current():
    """`make docs` makes it again."""
    assert rpc_page.page() == TEXT


@pytest.mark.parametrize("service", CLASSES)
def test_every_operation_stands_there_once(service):
    methods = rpc_page.methods_in_reading_order(service_class(service))

    assert sorted(method.__name__ for method in methods) == sorted(operations_of(service_class(service)))
    for method in methods:
        assert _part(service).count(f"| `{method.__name__}` |") == 1


def _part(service: str) -> str:
    """The part of the page about a service's operations."""
    return TEXT.partition(f"\n## {service}\n")[2].partition("\n## ")[0]


def test_every_link_leads_to_one_heading():
    headings = [heading.lower() for heading in re.findall(r"^### (\w+)$", TEXT, re.MULTILINE)]

    assert len(headings) == len(set(headings))
    assert set(re.findall(r"\]\(#(\w+)\)", TEXT)) <= set(headings)


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_an_operation_does_is_said_in_one_line(name):
    """It stands in a table: a verb, what it does, a full stop."""
    first, *rest = METHODS[name].__doc__.strip().split("\n")

    assert re.fullmatch(r"[A-Z][a-z]+ [^|]+\.", first)
    assert not rest or not rest[0]


@pytest.mark.parametrize("name", OPERATIONS)
def test_limits_and_roles_are_in_the_table(name):
    operation = OPERATIONS[name]
    part = _part(name.partition(".")[0])
    (row,) = [line for line in part.splitlines() if line.startswith(f"| `{operation.name}` |")]

    assert all(f"`{field}`: " in row for field in operation.params().fields)
    assert f"[{operation.answer.__name__}]" in row
    assert ("command" in row.split("|")[2]) is operation.is_command
