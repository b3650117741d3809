"""What comes out of a database has a type: read from the code of every module that speaks SQL.

Decoded JSON may be dict[str, Any], where the docstring says that it is JSON.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.support.sources import modules, tree_of
from tests.support.watched import ROOT

THE_ONE_WAY = ROOT / "shared" / "rows.py"
SPEAKING = {"execute", "execute_values", "returned"}
TAKING = {"fetchone", "fetchall", "fetchmany"}
OTHER_CURSORS = {"NamedTupleCursor", "DictCursor", "RealDictCursor"}
JSON = "dict[str, Any]"

Function = ast.FunctionDef | ast.AsyncFunctionDef


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def speaks_sql(tree: ast.Module) -> bool:
    return any(isinstance(node, ast.Call) and _called(node) in SPEAKING for node in ast.walk(tree))


def unknown_answers(tree: ast.Module) -> list[str]:
    """Public functions and methods whose answer is Any, or holds it."""
    aliases = _aliases(tree)
    return [
        f"{function.name} -> {ast.unparse(function.returns)}"
        for function in _public_functions(tree)
        if function.returns is not None and _holds_any(function.returns, aliases, ast.get_docstring(function))
    ]


def unknown_fields(tree: ast.Module) -> list[str]:
    """Fields of row types that are Any, or hold it."""
    return [
        f"{row_type.name}.{ast.unparse(field.target)}: {ast.unparse(field.annotation)}"
        for row_type in ast.walk(tree)
        if isinstance(row_type, ast.ClassDef) and any(ast.unparse(base) == "NamedTuple" for base in row_type.bases)
        for field in row_type.body
        if isinstance(field, ast.AnnAssign)
        and _holds_any(field.annotation, _aliases(tree), ast.get_docstring(row_type))
    ]


def other_ways(tree: ast.Module) -> list[str]:
    """Where rows are taken from a cursor past `shared/rows.py`."""
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr=name) if name in TAKING | OTHER_CURSORS:
                found.append(f"{node.lineno}: {name}")
            case ast.ImportFrom(names=names):
                found += [f"{node.lineno}: {alias.name}" for alias in names if alias.name in OTHER_CURSORS]
            case ast.keyword(arg="fetch"):
                found.append(f"{node.lineno}: fetch=")
            case ast.For(iter=ast.Name(id="cur")) | ast.comprehension(iter=ast.Name(id="cur")):
                found.append(f"{node.iter.lineno}: for … in cur")
    return found


def _called(call: ast.Call) -> str:
    match call.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def _public_functions(tree: ast.Module | ast.ClassDef) -> Iterator[Function]:
    for node in tree.body:
        if isinstance(node, Function) and not node.name.startswith("_"):
            yield node
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from _public_functions(node)


def _aliases(tree: ast.Module) -> dict[str, ast.expr]:
    """Names that the module gives to types, such as Answer = dict[str, Any]."""
    return {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _holds_any(annotation: ast.expr, aliases: dict[str, ast.expr], docstring: str | None) -> bool:
    if ast.unparse(annotation) == JSON:
        return "JSON" not in (docstring or "")
    match annotation:
        case ast.Name(id="Any") | ast.Attribute(attr="Any"):
            return True
        case ast.Name(id=name) if name in aliases:
            return _holds_any(aliases[name], {}, docstring)
        case ast.Constant(value=str() as quoted):
            return _holds_any(ast.parse(quoted, mode="eval").body, aliases, docstring)
    parts = (part for part in ast.iter_child_nodes(annotation) if isinstance(part, ast.expr))
    return any(_holds_any(part, aliases, docstring) for part in parts)


# Read where they are asked for and no sooner: every worker imports every file of tests.
@cache
def trees() -> dict[str, ast.Module]:
    return {name_of(path): tree_of(path) for path in modules("services", "shared") if path != THE_ONE_WAY}


@cache
def with_sql() -> list[str]:
    return [name for name, tree in trees().items() if Path(name).stem in {"queries", "store"} or speaks_sql(tree)]


def test_the_modules_that_speak_sql_are_found():
    expected = {"services/tasks/drafting/queries.py", "services/portal/store.py", "shared/directory.py"}

    assert expected | {"shared/delivery/outbox.py", "shared/calling/commands.py"} <= set(with_sql())


def test_no_query_returns_any():
    assert {name: found for name in with_sql() if (found := unknown_answers(trees()[name]))} == {}


def test_no_row_has_a_field_of_any():
    assert {name: found for name, tree in trees().items() if (found := unknown_fields(tree))} == {}


def test_rows_are_taken_through_one_module():
    assert {name: found for name, tree in trees().items() if (found := other_ways(tree))} == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("def unit(cur) -> Any: ...", ["unit -> Any"]),
        ("def units(cur) -> list[Any]: ...", ["units -> list[Any]"]),
        ("def unit(cur) -> typing.Any | None: ...", ["unit -> typing.Any | None"]),
        ("def unit(cur) -> 'Any': ...", ["unit -> 'Any'"]),
        ("Rows = list[Any]\ndef units(cur) -> Rows: ...", ["units -> Rows"]),
        ("def latest(cur) -> dict[int, Any]: ...", ["latest -> dict[int, Any]"]),
        ("def answer(cur) -> dict[str, Any]: ...", ["answer -> dict[str, Any]"]),
        ("def answer(cur) -> dict[str, Any] | None:\n    'Decoded from JSON.'", []),
        ("def answer(cur) -> list[Any]:\n    'Decoded from JSON.'", ["answer -> list[Any]"]),
        ("class Session:\n    def unit(self) -> Any: ...", ["unit -> Any"]),
        ("def _unit(cur) -> Any: ...\nclass _Session:\n    def unit(self) -> Any: ...", []),
        ("def unit(cur) -> Unit | None: ...\ndef both(cur) -> tuple[list[Unit], int]: ...", []),
    ],
)
def test_what_counts_as_an_unknown_answer(source, found):
    assert unknown_answers(ast.parse(source)) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("class Unit(NamedTuple):\n    id: int\n    name: Any", ["Unit.name: Any"]),
        ("class Unit(NamedTuple):\n    names: list[Any] | None", ["Unit.names: list[Any] | None"]),
        ("class Entry(NamedTuple):\n    detail: dict[str, Any]", ["Entry.detail: dict[str, Any]"]),
        ("class Entry(NamedTuple):\n    '''`detail` is decoded JSON.'''\n    detail: dict[str, Any] | None", []),
        ("class Unit:\n    name: Any", []),
    ],
)
def test_what_counts_as_an_unknown_field(source, found):
    assert unknown_fields(ast.parse(source)) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("row = cur.fetchone()", ["1: fetchone"]),
        ("take = cur.fetchmany", ["1: fetchmany"]),
        ("rows = execute_values(cur, statement, values, fetch=True)", ["1: fetch="]),
        ("from psycopg2.extras import NamedTupleCursor", ["1: NamedTupleCursor"]),
        ("for row in cur: print(row)", ["1: for … in cur"]),
        ("ids = [row[0] for row in cur]", ["1: for … in cur"]),
        ("rows = many(cur, Unit)\nexecute_values(cur, statement, values)", []),
    ],
)
def test_what_counts_as_another_way(source, found):
    assert other_ways(ast.parse(source)) == found
