"""The layers drawn in docs/architecture.md are those that import-linter holds."""

import re
import tomllib

import pytest

from tests.support.markdown import ROOT

CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")


def layers_of(package: str) -> list[set[str]]:
    """From above, as the contract names them."""
    found = next(contract for contract in CONTRACTS if contract.get("containers") == [package])
    return [set(re.findall(r"\w+", layer)) for layer in found["layers"]]


def drawn(heading: str) -> list[set[str]]:
    """From above, as the first picture after `heading` draws them."""
    picture = PAGE.partition(heading)[2].partition("```mermaid")[2].partition("```")[0]
    found: list[set[str]] = []
    for above, below in re.findall(r"^ +(.+?) --> (.+)$", picture, re.MULTILINE):
        found = found or [set(re.findall(r"\w+", above))]
        found.append(set(re.findall(r"\w+", below)))
    return found


@pytest.mark.parametrize(
    ("package", "heading"),
    [("services.tasks", "Inside `services/tasks`, from above:"), ("shared", "Inside `shared`, from above:")],
)
def test_the_layers_are_drawn_as_they_are_held(package, heading):
    assert drawn(heading) == layers_of(package)
