"""Every operation of every service by its full name, such as tasks.save_row, with the method that carries it out."""

from collections.abc import Iterator
from typing import Any

from marshmallow import Schema, fields

from services.running.registry import CLASSES, service_class
from shared.calling.calls import Method, Operation
from shared.calling.service import operation_of, operations_of

METHODS: dict[str, Method] = {
    f"{service}.{name}": method for service in CLASSES for name, method in operations_of(service_class(service)).items()
}
OPERATIONS: dict[str, Operation] = {name: operation_of(method) for name, method in METHODS.items()}


def fields_of(schema: type[Schema]) -> Iterator[tuple[str, fields.Field[Any]]]:
    """All fields with their paths, those of lists and of nested schemas included."""
    for name, field in schema().fields.items():
        yield from _within(name, field)


def _within(path: str, field: fields.Field[Any]) -> Iterator[tuple[str, fields.Field[Any]]]:
    yield path, field
    if isinstance(field, fields.List):
        yield from _within(f"{path}[]", field.inner)
    if isinstance(field, fields.Nested):
        for name, inner in fields_of(type(field.schema)):
            yield f"{path}.{name}", inner
