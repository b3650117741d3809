"""Rules on numbers and on what names something else: budgets, selectors, scalers, connections."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from deploy.k8s_check.documents import Document, Problem, containers_of, labels_of, of_kind, problem, selects
from deploy.k8s_check.facts import Facts

NAMESPACE = "qingdan"
SCALERS = ("HorizontalPodAutoscaler", "ScaledObject")
FEWEST_SCALED = 2

# The most connections that one process opens: its pool, what the operations keep beside it, its health checks.
CONNECTIONS = {"portal": 10, "service": 20, "relay": 5, "issuer": 3}
KEPT_BACK = 10


def in_one_namespace(documents: Sequence[Document], _: Facts) -> Iterator[Problem]:
    """Everything lives in the namespace that the policies and the security level hold for."""
    for document in documents:
        if document.kind == "Namespace":
            level = (document.metadata.get("labels") or {}).get("pod-security.kubernetes.io/enforce")
            if (document.name, level) != (NAMESPACE, "restricted"):
                yield problem(document, "metadata.labels", f"{NAMESPACE} must enforce the restricted level.")
        elif document.metadata.get("namespace") != NAMESPACE:
            yield problem(document, "metadata.namespace", f"must be {NAMESPACE}.")


def selected(documents: Sequence[Document], _: Facts) -> Iterator[Problem]:
    """What selects pods selects some, and the ports it names are theirs."""
    deployments = list(of_kind(documents, "Deployment"))
    for document in deployments:
        if not selects(document.spec["selector"], labels_of(document)):
            yield problem(document, "spec.selector", "does not take the labels of its own pods.")
    for document in of_kind(documents, "Service"):
        chosen = [one for one in deployments if _serves(document, one)]
        ports = {str(port["targetPort"]) for port in document.spec["ports"]}
        if len(chosen) != 1 or not ports <= _port_names(chosen[0]):
            yield problem(document, "spec.selector", "must take the pods of one Deployment that has the named ports.")


def budgeted(documents: Sequence[Document], _: Facts) -> Iterator[Problem]:
    """Every Deployment has exactly one disruption budget, which never forbids a node to be drained for good."""
    budgets = list(of_kind(documents, "PodDisruptionBudget"))
    for document in of_kind(documents, "Deployment"):
        found = [budget for budget in budgets if selects(budget.spec["selector"], labels_of(document))]
        if len(found) != 1:
            yield problem(document, "spec.selector", f"{len(found)} disruption budgets take its pods; it must be one.")
    for budget in budgets:
        if budget.spec.get("maxUnavailable") != 1:
            yield problem(budget, "spec.maxUnavailable", "must be 1: a single replica could never be moved else.")


def scaled_once(documents: Sequence[Document], _: Facts) -> Iterator[Problem]:
    """Each scaler's target exists, has no other scaler and no number of its own, and keeps two replicas."""
    deployments = {document.name: document for document in of_kind(documents, "Deployment")}
    scalers = list(of_kind(documents, *SCALERS))
    owned = Counter(_target(scaler) for scaler in scalers)
    for scaler in scalers:
        if _target(scaler) not in deployments:
            yield problem(scaler, "spec.scaleTargetRef.name", f"there is no Deployment {_target(scaler)}.")
        if owned[_target(scaler)] > 1:
            yield problem(scaler, "spec.scaleTargetRef.name", f"{_target(scaler)} has more than one scaler.")
        if _bounds(scaler)[0] < FEWEST_SCALED:
            yield problem(scaler, "spec", f"must keep {FEWEST_SCALED} replicas: each one answers calls.")
    for name in owned.keys() & deployments.keys():
        if "replicas" in deployments[name].spec:
            yield problem(deployments[name], "spec.replicas", "is the scaler's; applying it would undo the scaling.")


def enough_connections(documents: Sequence[Document], _: Facts) -> Iterator[Problem]:
    """PostgreSQL takes the connections of all replicas at their most, and of one more of each during a roll."""
    most = {_target(scaler): _bounds(scaler)[1] for scaler in of_kind(documents, *SCALERS)}
    needed = KEPT_BACK
    for document in of_kind(documents, "Deployment"):
        replicas = most.get(document.name) or int(document.spec.get("replicas", 1))
        needed += (replicas + 1) * CONNECTIONS[document.name.split("-")[0]]
    for document in of_kind(documents, "Cluster"):
        taken = int(document.spec["postgresql"]["parameters"]["max_connections"])
        if taken < needed:
            field = "spec.postgresql.parameters.max_connections"
            yield problem(document, field, f"is {taken}; the processes may open {needed} connections.")


def backed_up(documents: Sequence[Document], _: Facts) -> Iterator[Problem]:
    """The database archives into a store that is there, is copied by a schedule, and keeps the roles' databases."""
    stores = {document.name for document in of_kind(documents, "ObjectStore")}
    scheduled = {document.spec["cluster"]["name"] for document in of_kind(documents, "ScheduledBackup")}
    for document in of_kind(documents, "Cluster"):
        used = [plugin["parameters"]["barmanObjectName"] for plugin in document.spec.get("plugins", [])]
        if not used or not set(used) <= stores:
            yield problem(document, "spec.plugins", "must archive into an ObjectStore that is there.")
        if document.name not in scheduled:
            yield problem(document, "metadata.name", "no ScheduledBackup copies it.")


def _target(scaler: Document) -> str:
    return str(scaler.spec["scaleTargetRef"]["name"])


def _bounds(scaler: Document) -> tuple[int, int]:
    fewest: Any = scaler.spec.get("minReplicas", scaler.spec.get("minReplicaCount", 0))
    most: Any = scaler.spec.get("maxReplicas", scaler.spec.get("maxReplicaCount", 0))
    return int(fewest), int(most)


def _serves(service: Document, deployment: Document) -> bool:
    return selects({"matchLabels": service.spec["selector"]}, labels_of(deployment))


def _port_names(document: Document) -> set[str]:
    return {port["name"] for _, container in containers_of(document) for port in container.get("ports", [])}
