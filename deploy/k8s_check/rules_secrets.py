"""Rules on secrets: named in the guide, made by the installer, never in the repository."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from deploy.k8s_check.documents import Document, Problem, of_kind, problem
from deploy.k8s_check.facts import Facts

# Where a resource names a secret: a field with these keys beside one another is a reference to one key of it.
_SELECTORS = ("secretKeyRef", "accessKeyId", "secretAccessKey", "endpointCA")


def documented(documents: Sequence[Document], facts: Facts) -> Iterator[Problem]:
    """Every secret and key that anything refers to is in the guide's table."""
    for document in documents:
        for field, name, keys in _references(document):
            if name not in facts.secrets:
                yield problem(document, field, f"the secret {name} is not in the table of docs/kubernetes.md.")
            elif not keys <= facts.secrets[name]:
                missing = ", ".join(sorted(keys - facts.secrets[name]))
                yield problem(document, field, f"the secret {name} has no key {missing} in docs/kubernetes.md.")


def not_in_the_repository(documents: Sequence[Document], _: Facts) -> Iterator[Problem]:
    """No secret is written here, whatever it holds."""
    for document in of_kind(documents, "Secret"):
        yield problem(document, "kind", "secrets are made at the site and only referred to here.")


def _references(document: Document) -> Iterator[tuple[str, str, frozenset[str]]]:
    yield from _within("spec", document.spec)


def _within(field: str, value: Any) -> Iterator[tuple[str, str, frozenset[str]]]:
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from _within(f"{field}[{number}]", item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _named(f"{field}.{key}", key, item)


def _named(field: str, key: str, value: Any) -> Iterator[tuple[str, str, frozenset[str]]]:
    if key in _SELECTORS:
        yield field, value["name"], frozenset([value["key"]])
    elif key == "secretTargetRef":
        for number, target in enumerate(value):
            yield f"{field}[{number}]", target["name"], frozenset([target["key"]])
    elif key == "passwordSecret":
        yield field, value["name"], frozenset(["username", "password"])
    elif key == "secret" and isinstance(value, dict) and "secretName" in value:
        # A folder of a pod: whatever files it has.
        yield f"{field}.secretName", value["secretName"], frozenset()
    elif key == "secretName":
        yield field, value, frozenset(["tls.crt", "tls.key"])
    else:
        yield from _within(field, value)
