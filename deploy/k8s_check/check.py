"""Puts it together: an overlay's documents, and what the schemas and the rules say of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from deploy.k8s_check import (
    ROOT,
    facts,
    rules_network,
    rules_pods,
    rules_scaling,
    rules_secrets,
)
from deploy.k8s_check.documents import Document, Problem
from deploy.k8s_check.rendering import render
from deploy.k8s_check.schemas import Schemas

FOLDER = ROOT / "deploy" / "k8s"

# The job after a release, and the one that makes the counters anew.
APPLIED_ALONE = ("migrate/post", "rebuild-stats")

Rule = Callable[[Sequence[Document], facts.Facts], Iterator[Problem]]

RULES: tuple[Rule, ...] = (
    rules_pods.restricted,
    rules_pods.bounded,
    rules_pods.probed,
    rules_pods.rolled_without_a_gap,
    rules_pods.one_image,
    rules_pods.known_settings,
    rules_pods.existing_config,
    rules_secrets.documented,
    rules_secrets.not_in_the_repository,
    rules_network.denied_by_default,
    rules_network.reaching_its_servers,
    rules_network.watched,
    rules_scaling.in_one_namespace,
    rules_scaling.selected,
    rules_scaling.budgeted,
    rules_scaling.scaled_once,
    rules_scaling.enough_connections,
    rules_scaling.backed_up,
)


def overlays(folder: Path = FOLDER) -> list[str]:
    return sorted(path.parent.name for path in (folder / "overlays").glob("*/kustomization.yaml"))


def documents_of(overlay: str, folder: Path = FOLDER) -> list[Document]:
    """What an overlay renders to, and the jobs that are each applied by itself."""
    alone = [document for part in APPLIED_ALONE for document in render(folder / part)]
    return [*render(folder / "overlays" / overlay), *alone]


def problems_of(documents: Sequence[Document], known: facts.Facts, folder: Path = FOLDER) -> list[Problem]:
    """What the schemas say; the rules are asked only of documents that have the right shape."""
    schemas = Schemas(folder / "schemas")
    misshapen = [found for document in documents for found in schemas.problems(document)]
    return misshapen or [found for rule in RULES for found in rule(documents, known)]
