"""Rules on who reaches whom: everything is denied, and every process reaches the servers whose address it is given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from deploy.k8s_check.documents import (
    Body,
    Document,
    Problem,
    containers_of,
    labels_of,
    of_kind,
    problem,
    selects,
)
from deploy.k8s_check.facts import Facts

Labels = Mapping[str, str]

POSTGRES: Labels = {"cnpg.io/cluster": "postgres"}
BROKER: Labels = {"app.kubernetes.io/name": "broker"}
MONITOR_PORT = 9464


def denied_by_default(documents: Sequence[Document], _: Facts) -> Iterator[Problem]:
    """One policy takes every pod and allows nothing."""
    policies = list(of_kind(documents, "NetworkPolicy"))
    if policies and not any(_denies_all(policy.spec) for policy in policies):
        yield problem(policies[0], "spec", "no policy denies all traffic into and out of every pod.")


def reaching_its_servers(documents: Sequence[Document], _: Facts) -> Iterator[Problem]:
    """A pod that is given the address of the database or the broker is let through to it, on both sides."""
    policies = list(of_kind(documents, "NetworkPolicy"))
    for document in of_kind(documents, "Deployment", "Job"):
        names = _environment(document)
        if any(name.endswith("_DATABASE_URL") for name in names) and not reaches(
            policies, labels_of(document), POSTGRES, 5432
        ):
            yield problem(document, "spec.template.metadata.labels", "no NetworkPolicy lets it reach PostgreSQL, 5432.")
        if "QINGDAN_BROKER_URL" in names and not reaches(policies, labels_of(document), BROKER, 5672):
            yield problem(document, "spec.template.metadata.labels", "no NetworkPolicy lets it reach RabbitMQ, 5672.")


def watched(documents: Sequence[Document], _: Facts) -> Iterator[Problem]:
    """The monitoring may ask every process."""
    policies = list(of_kind(documents, "NetworkPolicy"))
    for document in of_kind(documents, "Deployment"):
        rules = _rules(policies, labels_of(document), "Ingress")
        if not any(_has_port(rule, MONITOR_PORT) for rule in rules):
            yield problem(document, "spec.template.metadata.labels", "no NetworkPolicy lets the monitoring ask 9464.")


def reaches(policies: Iterable[Document], source: Labels, target: Labels, port: int) -> bool:
    """Whether pods of this namespace with the labels `source` may connect to those with `target`."""
    policies = list(policies)
    out = any(_allows(rule, "to", target, port) for rule in _rules(policies, source, "Egress"))
    return out and any(_allows(rule, "from", source, port) for rule in _rules(policies, target, "Ingress"))


def _denies_all(spec: Body) -> bool:
    is_closed = not spec.get("ingress") and not spec.get("egress")
    return spec.get("podSelector") == {} and set(spec.get("policyTypes") or []) == {"Ingress", "Egress"} and is_closed


def _rules(policies: Iterable[Document], labels: Labels, direction: str) -> Iterator[Body]:
    for policy in policies:
        if direction in policy.spec["policyTypes"] and selects(policy.spec["podSelector"], labels):
            yield from policy.spec.get(direction.lower()) or []


def _allows(rule: Body, side: str, labels: Labels, port: int) -> bool:
    return _has_port(rule, port) and any(_takes(peer, labels) for peer in rule.get(side) or [])


def _takes(peer: Body, labels: Labels) -> bool:
    return "podSelector" in peer and "namespaceSelector" not in peer and selects(peer["podSelector"], labels)


def _has_port(rule: Body, port: int) -> bool:
    return any(_spans(entry, port) for entry in rule.get("ports") or [])


def _spans(entry: Mapping[str, Any], port: int) -> bool:
    first = int(entry["port"])
    return first <= port <= int(entry.get("endPort", first))


def _environment(document: Document) -> set[str]:
    return {variable["name"] for _, container in containers_of(document) for variable in container.get("env") or []}
