"""The release before this one, as `make keep-release` kept it when it was current."""

import ast
import tarfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

RELEASES = Path(__file__).parents[1] / "releases"


def newest_release() -> Path:
    return max(RELEASES.glob("*.tar.xz"), key=lambda file: [int(part) for part in file.name.split(".")[:3]])


def unpack_newest_release(folder: Path) -> Path:
    """Put its code into the folder, which is returned."""
    with tarfile.open(newest_release()) as archive:
        archive.extractall(folder, filter="data")
    return folder


@cache
def operations_then() -> frozenset[str]:
    """The names of the operations that its services carry out."""
    functions = (node for node in _nodes_then() if isinstance(node, ast.FunctionDef))
    return frozenset(one.name for one in functions if {"query", "command"} & set(_decorators(one)))


@cache
def names_then() -> frozenset[str]:
    """Whatever its services may call a field of an answer: each text, each attribute of a row and each argument."""
    return frozenset(name for node in _nodes_then() for name in _named(node))


def as_then(answer: Any) -> Any:
    """An answer without the fields that a process of that release cannot know of."""
    if isinstance(answer, dict):
        return {name: as_then(one) for name, one in answer.items() if name in names_then() or not name.isidentifier()}
    return [as_then(one) for one in answer] if isinstance(answer, list) else answer


@cache
def _nodes_then() -> list[ast.AST]:
    with tarfile.open(newest_release()) as archive:
        files = [one for one in archive if one.name.endswith(".py") and not one.name.startswith("services/portal/")]
        texts = [archive.extractfile(one).read() for one in files]  # type: ignore[union-attr]
    return [node for text in texts for node in ast.walk(ast.parse(text))]


def _decorators(function: ast.FunctionDef) -> Iterator[str]:
    for one in function.decorator_list:
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Name):
            yield one.func.id


def _named(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.keyword) and node.arg:
        yield node.arg
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        yield node.target.id
