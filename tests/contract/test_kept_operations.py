"""An operation that is kept for the release before is asked by that release alone: nothing of this one names it."""

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.support.markdown import ROOT
from tests.support.operations import METHODS
from tests.support.sources import modules, tree_of

KEPT = sorted(name.partition(".")[2] for name, method in METHODS.items() if "release before" in method.__doc__)
# What the audit log says of a refused call of the release before.
WORDS_FOR_THEM = {"services/portal/words_of_logs.py"}


def callers() -> list[Path]:
    return list(modules("services/portal", "services/running"))


@cache
def named(path: Path) -> set[str]:
    """Every text in a module: an operation is called by its name."""
    return {
        node.value for node in ast.walk(tree_of(path)) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@pytest.mark.parametrize("operation", KEPT)
def test_no_page_and_no_command_calls_what_only_the_release_before_does(operation):
    found = {path.relative_to(ROOT).as_posix() for path in callers() if operation in named(path)}

    assert found <= WORDS_FOR_THEM


def test_the_operations_that_load_or_write_too_much_are_among_them():
    assert {"list_units", "list_people", "open_duty", "read_message"} <= set(KEPT)
