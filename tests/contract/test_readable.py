"""What is public says what it gives, and a function fits a screen."""

import ast
from collections.abc import Iterator
from functools import cache
from statistics import median

from tests.support.markdown import ROOT
from tests.support.sources import modules, tree_of

LONGEST = 50
USUAL = 7
TOLD = 0.9

Defined = ast.FunctionDef | ast.ClassDef


def test_nine_of_ten_public_names_have_a_docstring():
    public = {name: one for name, one in defined().items() if not name.rpartition(".")[2].startswith("_")}
    silent = sorted(name for name, one in public.items() if ast.get_docstring(one) is None)

    assert len(public) > 1000
    assert 1 - len(silent) / len(public) >= TOLD, silent


def test_a_function_fits_a_screen():
    lengths = {name: one.end_lineno - one.lineno + 1 for name, one in defined().items() if one.end_lineno}
    functions = {name: lengths[name] for name, one in defined().items() if isinstance(one, ast.FunctionDef)}

    assert [name for name, lines in functions.items() if lines > LONGEST] == []
    assert median(functions.values()) <= USUAL


@cache
def defined() -> dict[str, Defined]:
    """Functions and classes of the product, those of modules and of classes, by where they are."""
    found: dict[str, Defined] = {}
    for file in modules("services", "shared"):
        found |= dict(_defined_in(tree_of(file), ".".join(file.relative_to(ROOT).with_suffix("").parts)))
    return found


def _defined_in(node: ast.Module | ast.ClassDef, within: str) -> Iterator[tuple[str, Defined]]:
    for one in node.body:
        if isinstance(one, ast.FunctionDef | ast.ClassDef):
            # A property and its setter share a name.
            yield f"{within}:{one.lineno}.{one.name}", one
            if isinstance(one, ast.ClassDef):
                yield from _defined_in(one, f"{within}:{one.lineno}.{one.name}")
