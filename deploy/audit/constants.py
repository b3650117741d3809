"""What is put into a text in the code and is no constant: where there is none, nobody's input can be in it.

Constants are literals, names in capitals, what is chosen among them, the fields of our row types, and local names that
are given nothing else. Values are parameters of the statement in any case.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TypeGuard


def put_in(source: str, line: int) -> list[str]:
    """What is put into the texts on this line of the source and is no constant, after the name of their function."""
    tree = ast.parse(source)
    functions = [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef) and _covers(one, line)]
    local = _local(functions[-1]) if functions else {}
    texts = [one for one in ast.walk(tree) if isinstance(one, ast.JoinedStr | ast.BinOp) and _covers(one, line)]
    within = {id(below) for text in texts for below in ast.walk(text) if below is not text}
    parts = [part for text in texts if id(text) not in within for part in _parts(text)]
    foreign = sorted({ast.unparse(one) for one in parts if not _is_constant(one, local, frozenset())})
    if foreign or not texts:
        return [functions[-1].name if functions else "", *foreign]
    return []


def _parts(text: ast.expr) -> list[ast.AST]:
    if isinstance(text, ast.JoinedStr):
        return [one.value for one in text.values if isinstance(one, ast.FormattedValue)]
    return [text]


def _covers(node: ast.expr | ast.FunctionDef, line: int) -> bool:
    return node.lineno <= line <= (node.end_lineno or node.lineno)


def _local(function: ast.FunctionDef) -> dict[str, list[ast.expr]]:
    """What each local name is given, of those that only plain assignments and loops over literals give something."""
    pairs = [pair for node in ast.walk(function) for pair in _pairs_of(node)]
    given: dict[str, list[ast.expr]] = {}
    for target, value in pairs:
        given.setdefault(target.id, []).append(value)
    known = {id(target) for target, _ in pairs}
    # `+=`, `:=`, `with` and loops over anything else may give a name whatever there is.
    others = {one.id for one in ast.walk(function) if _is_bound(one) and id(one) not in known}
    arguments = {one.arg for one in ast.walk(function.args) if isinstance(one, ast.arg)}
    return {name: values for name, values in given.items() if name not in others | arguments}


def _is_bound(node: ast.AST) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def _pairs_of(node: ast.AST) -> Iterator[tuple[ast.Name, ast.expr]]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _pair(target, node.value)
    elif isinstance(node, ast.For | ast.comprehension) and isinstance(node.iter, ast.Tuple):
        for element in node.iter.elts:
            yield from _pair(node.target, element)


def _pair(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.Name, ast.expr]]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        for one, its in zip(target.elts, value.elts, strict=True):
            yield from _pair(one, its)
    elif isinstance(target, ast.Name):
        yield target, value.value if isinstance(value, ast.Starred) else value


def _is_constant(node: ast.AST, local: dict[str, list[ast.expr]], seen: frozenset[str]) -> bool:  # noqa: C901 - a case each
    def all_are(*nodes: ast.AST) -> bool:
        return all(_is_constant(one, local, seen) for one in nodes)

    match node:
        case ast.Constant():
            return True
        case ast.Name(id=name):
            if name in seen or name.strip("_").isupper():
                return True
            return name in local and all(_is_constant(one, local, seen | {name}) for one in local[name])
        case ast.Attribute(attr=name):
            return name == "_fields" or name.strip("_").isupper()
        case ast.JoinedStr(values=parts):
            return all_are(*parts)
        case ast.FormattedValue(value=value):
            return all_are(value)
        case ast.BinOp(left=left, right=right):
            return all_are(left, right)
        case ast.IfExp(body=body, orelse=otherwise):
            return all_are(body, otherwise)
        case ast.Subscript(value=value):
            return all_are(value)
        case ast.Call(func=ast.Attribute(value=value, attr="format" | "join" | "split"), args=args, keywords=named):
            return all_are(value, *args, *(one.value for one in named))
        case ast.GeneratorExp(elt=element, generators=[one]) if isinstance(one.target, ast.Name):
            within = local | {one.target.id: [one.iter]}
            return _is_constant(element, within, seen) and all_are(one.iter)
    return False
