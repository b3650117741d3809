"""Makes docs/rpc.md from the operations and their schemas: `make docs`, or `python -m services.running.rpc_page`."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from marshmallow import Schema, fields

from services.running.field_words import as_answer, as_parameter, link
from services.running.registry import CLASSES, service_class
from shared.actor import EVERYBODY, Role
from shared.calling.calls import Method, Operation
from shared.calling.service import BaseService, operation_of
from shared.calling.shapes import Shape

PAGE = Path(__file__).parents[2] / "docs" / "rpc.md"

INTRODUCTION = """\
# Operations

This page is made from the operations and their schemas; `make docs` makes it again.

How the portal talks to the services, whichever way the call travels (`shared/calling/calls.py`). An operation takes one
envelope `{person_id, params, command_id, correlation_id}` and returns `{"answer": {…}}` or
`{"error": {code, text: {zh, en}, details}}`. `caller.call(service, operation, Call(params, person_id=…, command_id=…,
correlation_id=…), timeout=5.0)` unwraps it and raises the error classes of `shared/errors.py`. A **command** needs a
`command_id` (UUID), and repeating it gives the first answer; a **query** may be repeated as it is.

- Types: an id is an integer, a date an ISO string, an instant an ISO string with its offset from UTC, a decimal of an
  answer a string. In brackets stand the values that a number may have, the characters of a text (“lines”: with line
  breaks) and the entries of a list. What is optional may be left out.
- `Invalid` says in `details.fields` for each field what is wrong with it, as {zh, en}.
- What changes a row takes the `version` it was based on, none for a new row. A stale one raises `Conflict`, and so does
  a change that the state of a duty does not allow: `details.current` is the row as it is now, in the shape of the
  operation's answer where nothing else is said.
- Unit staff and heads act for their own unit and the units below it. Whoever is not named under “who” gets `Forbidden`.
- Whoever has a password that an administrator was told gets `NewPasswordNeeded`, a kind of `Forbidden`, from all of
  tasks but {before}.
- Whoever opened the link of a letter instead of signing in is staff of the own unit and nothing else, and sees no unit
  below it. The envelope has that person in `by_link`, and null in `person_id`. Open to such a call are {by_link}.
- A command may say which holder of the post it is from: `as_holder` is `{person_id, holder}`, and `person_id` null. It
  is carried out for that holder alone, else `Forbidden`. To the release before it is a call of nobody.
"""


def page() -> str:
    """The whole text of docs/rpc.md."""
    classes = [service_class(name) for name in CLASSES]
    operations = [operation_of(method) for cls in classes for method in methods_in_reading_order(cls)]
    parts = {part for operation in operations for part in _nested(operation.params)}
    shapes = {shape for operation in operations for shape in (operation.answer, *_nested(operation.answer))}
    sections = [
        *map(_service, classes),
        "## Parts of parameters\n",
        *(_described(part, _parameter_rows(part)) for part in _by_name(parts)),
        "## Answers\n\nEvery field is in every answer, and not null, unless its type says otherwise.\n",
        *(_described(shape, _answer_rows(shape)) for shape in _by_name(shapes | _bases(shapes))),
    ]
    before = " and ".join(dict.fromkeys(f"`{one.name}`" for one in operations if one.before_new_password))
    by_link = ", ".join(dict.fromkeys(f"`{one.name}`" for one in operations if one.by_link))
    return "\n".join([INTRODUCTION.replace("{before}", before).replace("{by_link}", by_link), *sections])


def methods_in_reading_order(cls: type[BaseService]) -> list[Method]:
    """The methods of a service's operations as its modules have them, one subject after the other."""
    return [method for base in cls.__mro__ for method in vars(base).values() if hasattr(method, "operation")]


def _service(cls: type[BaseService]) -> str:
    methods = methods_in_reading_order(cls)
    rows = ["| operation | | parameters | answer | who | what it does |", "|---|---|---|---|---|---|"]
    rows += [_operation(operation_of(method), _sentences(method)[0]) for method in methods]
    more = [(method.__name__, _sentences(method)[1:]) for method in methods]
    notes = [f"- `{name}`: {' '.join(rest)}" for name, rest in more if rest]
    return "\n".join([f"## {cls.name}\n", f"{_sentences(cls)[0]}\n", *rows, "", *notes, *([""] if notes else [])])


def _operation(operation: Operation, summary: str) -> str:
    given = "; ".join(as_parameter(name, field) for name, field in operation.params().fields.items())
    cells = (
        f"`{operation.name}`",
        "command" if operation.is_command else "query",
        given or "–",
        link(operation.answer),
        _who(operation.roles),
        summary,
    )
    return f"| {' | '.join(cells)} |"


def _who(roles: frozenset[Role] | None) -> str:
    if roles is None:
        return "anybody, not signed in"
    if roles == EVERYBODY:
        return "everybody"
    return ", ".join(role.value.replace("_", " ") for role in Role if role in roles)


def _described(schema: type[Schema], rows: list[str]) -> str:
    inherited = [link(base) for base in schema.__bases__ if base in _bases({schema})]
    lines = [f"### {schema.__name__}\n", f"{' '.join(_sentences(schema))}\n"]
    if inherited:
        lines.append(f"All of {' and '.join(inherited)}{', and' if rows else '.'}\n")
    return "\n".join([*lines, *rows, *([""] if rows else [])])


def _parameter_rows(part: type[Schema]) -> list[str]:
    return [f"- {as_parameter(name, field)}" for name, field in part().fields.items()]


def _answer_rows(shape: type[Schema]) -> list[str]:
    """The fields that `shape` has of its own, as a table."""
    inherited = {name for base in _bases({shape}) for name in base().fields}
    own = {name: field for name, field in shape().fields.items() if name not in inherited}
    rows = [f"| `{name}` | {as_answer(field)} | {_meaning(field)} |" for name, field in own.items()]
    return ["| field | type | meaning |", "|---|---|---|", *rows] if rows else []


def _meaning(field: fields.Field[Any]) -> str:
    return str(field.metadata.get("description", ""))


def _sentences(thing: Any) -> list[str]:
    """The paragraphs of a docstring, each on one line; the first one is the summary."""
    return [" ".join(part.split()) for part in inspect.cleandoc(thing.__doc__ or "").split("\n\n")]


def _nested(schema: type[Schema]) -> Iterator[type[Schema]]:
    for field in schema().fields.values():
        inner = field.inner if isinstance(field, fields.List) else field
        if isinstance(inner, fields.Nested):
            part = type(inner.schema)
            yield part
            yield from _nested(part)


def _bases(schemas: set[type[Schema]]) -> set[type[Schema]]:
    """The shapes that others take fields from."""
    above = {base for schema in schemas for base in schema.__mro__[1:]}
    return {base for base in above if issubclass(base, Shape) and base is not Shape}


def _by_name(schemas: set[type[Schema]]) -> list[type[Schema]]:
    return sorted(schemas, key=lambda schema: schema.__name__)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
