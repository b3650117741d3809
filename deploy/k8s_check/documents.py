"""A rendered document, a problem found in one, and how to get at the pods within it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

Body = Mapping[str, Any]

# Written in C where PyYAML was built with libyaml: a tenth of the time.
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Document:
    """`file` is where the document is written; patches from other files may have been laid over it."""

    body: Body
    file: str

    @property
    def kind(self) -> str:
        return str(self.body.get("kind", "(no kind)"))

    @property
    def name(self) -> str:
        return str(self.metadata.get("name", "(no name)"))

    @property
    def metadata(self) -> Body:
        return self.body.get("metadata") or {}

    @property
    def spec(self) -> Body:
        return self.body.get("spec") or {}


@dataclass(frozen=True, slots=True)
class Problem:
    """One sentence about one field."""

    file: str
    kind: str
    name: str
    field: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}: {self.kind} {self.name}: {self.field}: {self.sentence}"


def parsed(text: str) -> Iterator[Any]:
    """The YAML documents of a file."""
    return yaml.load_all(text, _LOADER)


def problem(document: Document, field: str, sentence: str) -> Problem:
    return Problem(document.file, document.kind, document.name, field, sentence)


def of_kind(documents: Iterable[Document], *kinds: str) -> Iterator[Document]:
    return (document for document in documents if document.kind in kinds)


def pod_of(document: Document) -> Body:
    """The pod's spec of a Deployment or Job."""
    return (document.spec.get("template") or {}).get("spec") or {}


def labels_of(document: Document) -> Mapping[str, str]:
    """The pods' labels of a Deployment or Job."""
    return ((document.spec.get("template") or {}).get("metadata") or {}).get("labels") or {}


def containers_of(document: Document) -> Iterator[tuple[str, Body]]:
    """Each container with the path of its field."""
    for group in ("initContainers", "containers"):
        for number, container in enumerate(pod_of(document).get(group) or []):
            yield f"spec.template.spec.{group}[{number}]", container


def selects(selector: Body, labels: Mapping[str, str]) -> bool:
    """Whether a Kubernetes label selector takes pods with these labels; an empty one takes all."""
    wanted = selector.get("matchLabels") or {}
    return all(labels.get(key) == value for key, value in wanted.items()) and all(
        _holds(expression, labels) for expression in selector.get("matchExpressions") or []
    )


def _holds(expression: Body, labels: Mapping[str, str]) -> bool:
    key, values = expression["key"], expression.get("values") or []
    match expression["operator"]:
        case "In":
            return labels.get(key) in values
        case "NotIn":
            return labels.get(key) not in values
        case "Exists":
            return key in labels
        case _:
            return key not in labels
