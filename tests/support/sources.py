"""The product's own sources, read and parsed once in a process, however many tests look at them."""

import ast
from functools import cache
from pathlib import Path

from tests.support.markdown import ROOT


@cache
def modules(*folders: str) -> tuple[Path, ...]:
    """Every module below the folders of the product, in order of their paths; nobody adds one while tests run."""
    return tuple(path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))


@cache
def text_of(path: Path) -> str:
    return path.read_text("utf-8")


# By text: of a copy with something planted all other modules are those of the tree.
@cache
def parsed(text: str) -> ast.Module:
    """The tree of a module, which all who ask share and nobody changes."""
    return ast.parse(text)


def tree_of(path: Path) -> ast.Module:
    return parsed(text_of(path))
