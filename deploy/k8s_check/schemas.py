"""Strict validation: Kubernetes' own kinds by kubernetes-validate, the operators' by our own deploy/k8s/schemas.

An unknown field is a problem, and so is an unknown kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from jsonschema import Draft202012Validator
from kubernetes_validate import utils as packaged  # type: ignore[import-untyped]
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from deploy.k8s_check import ROOT
from deploy.k8s_check.documents import Document, Problem, parsed, problem

SHAPES = "common.yaml"
NEWEST = packaged.latest_version()
STRICT = f"kubernetes-json-schema/v{NEWEST}-local-strict"


class Mismatch(Protocol):
    """What both validators say of one mismatch."""

    message: str
    validator: str
    instance: Any
    schema: Mapping[str, Any]

    @property
    def absolute_path(self) -> Any: ...


class Schemas:
    """The custom resources' schemas of one folder."""

    def __init__(self, folder: Path) -> None:
        read = {file.name: next(parsed(file.read_text())) for file in sorted(folder.glob("*.yaml"))}
        shapes = Resource.from_contents(read.pop(SHAPES), default_specification=DRAFT202012)
        registry: Registry[Any] = Registry().with_resource(SHAPES, shapes)
        self._validators = {_identity(one): Draft202012Validator(one, registry=registry) for one in read.values()}

    def problems(self, document: Document) -> Iterator[Problem]:
        """What the document's schema does not allow; one problem for a kind that has none."""
        own = self._validators.get((str(document.body.get("apiVersion")), document.kind))
        mismatches = own.iter_errors(document.body) if own else _of_kubernetes(document)
        for mismatch in mismatches:
            yield from _sentences(document, mismatch) if not isinstance(mismatch, Problem) else [mismatch]


def _identity(schema: Mapping[str, Any]) -> tuple[str, str]:
    return schema["properties"]["apiVersion"]["const"], schema["properties"]["kind"]["const"]


def _of_kubernetes(document: Document) -> Iterator[Any]:
    version = str(document.body.get("apiVersion"))
    validator = _kubernetes_validator(document.kind, version)
    if validator is None:
        yield problem(document, "kind", f"{version} {document.kind} is known neither to Kubernetes {NEWEST} nor here.")
    else:
        yield from validator.iter_errors(document.body)


# Not by the package's own `validate`: it tells only the first mismatch, which for a misspelt required field is that the
# right one is missing, and it reads all definitions again for every document.
@cache
def _kubernetes_validator(kind: str, version: str) -> Any:
    group = re.sub(r"^([^./]*)(?:\.[^/]*)?/", r"\1-", version)
    try:
        schema = packaged.schema_contents(f"{STRICT}/{kind.lower()}-{group}.json", NEWEST)
    except FileNotFoundError:
        return None
    return Draft202012Validator(schema, registry=Resource.from_contents(schema) @ _definitions())


@cache
def _definitions() -> Any:
    return Resource.from_contents(packaged.schema_contents(f"{STRICT}/_definitions.json", NEWEST)) @ Registry()


def _sentences(document: Document, mismatch: Mismatch) -> Iterator[Problem]:
    path = _path(mismatch.absolute_path)
    unknown = _unknown_fields(mismatch)
    for field in unknown:
        where = f"{path}.{field}".lstrip(".")
        file = _file_that_says(field, document.file)
        yield Problem(file, document.kind, document.name, where, f"{document.kind} has no such field.")
    if not unknown:
        yield problem(document, path or "(document)", f"{mismatch.message}.")


def _unknown_fields(mismatch: Mismatch) -> list[str]:
    if mismatch.validator != "additionalProperties" or mismatch.schema.get("additionalProperties") is not False:
        return []
    return sorted(set(mismatch.instance) - set(mismatch.schema.get("properties", {})))


def _path(parts: Any) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts).lstrip(".")


def _file_that_says(field: str, origin: str) -> str:
    """The field may come from a patch: the document's own file, else the first beside it that has such a key."""
    own = ROOT / origin
    for file in (own, *_yaml_files(_tree_of(own))):
        if file.is_file() and re.search(rf"(^|[\s{{,-]){re.escape(field)}:", file.read_text()):
            return str(file).removeprefix(f"{ROOT}/")
    return origin


def _tree_of(file: Path) -> Path:
    return next((parent for parent in file.parents if (parent / "schemas" / SHAPES).is_file()), file.parent)


@cache
def _yaml_files(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(file for file in folder.rglob("*.yaml") if file.parent.name != "schemas"))
