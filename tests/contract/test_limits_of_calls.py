"""Nobody waits longer for a call than the service works on it: every call of the portal against its operation."""

import ast
from pathlib import Path

import pytest

from shared.limits import CALLER, DATABASE, SERVICE
from tests.support.operations import OPERATIONS
from tests.support.sources import modules, tree_of

ROOT = Path(__file__).parents[2]
DEFAULTS = {"ask": CALLER.ask, "tell": CALLER.tell}
LIMITS_BY_NAME = {f"CALLER.{name}": getattr(CALLER, name) for name in CALLER.__dataclass_fields__}


def calls_of_the_portal() -> list[tuple[str, str, str, float]]:
    """Where, ask or tell, the operation, and how long is waited, for each call whose operation is written out."""
    found = []
    for file in modules("services/portal"):
        for call in ast.walk(tree_of(file)):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
                continue
            way = call.func.id
            if way in DEFAULTS and len(call.args) == 2:
                service, operation = call.args
                if isinstance(service, ast.Constant) and isinstance(operation, ast.Constant):
                    given = [ast.unparse(one.value) for one in call.keywords if one.arg == "within"]
                    seconds = LIMITS_BY_NAME[given[0]] if given else DEFAULTS[way]
                    place = f"{file.relative_to(ROOT)}:{call.lineno}"
                    found.append((place, way, f"{service.value}.{operation.value}", seconds))
    return found


def test_the_calls_are_found():
    assert len(calls_of_the_portal()) > 30


# One test for all, so that the workers need not read every view to learn which tests there are.
def test_a_call_of_the_portal_waits_no_longer_than_its_operation_may_take():
    calls = calls_of_the_portal()

    assert [place for place, _, operation, seconds in calls if seconds > OPERATIONS[operation].within] == []
    assert [place for place, way, name, _ in calls if OPERATIONS[name].is_command != (way == "tell")] == []


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_that_may_take_long_prepares_outside_its_transaction_or_is_one_statement(name):
    """A transaction that waits for work of ours meets the limit of idle ones."""
    operation = OPERATIONS[name]

    assert operation.within <= max(SERVICE.call, SERVICE.preview, DATABASE.idle_in_transaction) or operation.prepare
