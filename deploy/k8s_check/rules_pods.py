"""Rules on what runs within the pods of our own processes and jobs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from deploy.k8s_check.documents import Body, Document, Problem, containers_of, of_kind, pod_of, problem
from deploy.k8s_check.facts import Facts

WORKLOADS = ("Deployment", "Job")
POD = "spec.template.spec"
LIVENESS, READINESS = "/healthz", "/readyz"
PROBES = {"startupProbe": LIVENESS, "livenessProbe": LIVENESS, "readinessProbe": READINESS}
# It takes requests whether its servers are there or not, and says so on a page of its own.
TAKES_REQUESTS = {"portal": "/readyz?self"}

_POD_SECURITY: dict[tuple[str, ...], Any] = {
    ("automountServiceAccountToken",): False,
    ("securityContext", "runAsNonRoot"): True,
    ("securityContext", "seccompProfile", "type"): "RuntimeDefault",
}
_CONTAINER_SECURITY: dict[tuple[str, ...], Any] = {
    ("securityContext", "allowPrivilegeEscalation"): False,
    ("securityContext", "readOnlyRootFilesystem"): True,
    ("securityContext", "capabilities", "drop"): ["ALL"],
}


def restricted(documents: Sequence[Document], _: Facts) -> Iterator[Problem]:
    """Every pod is as the restricted Pod Security Standard asks, with a root that cannot be written."""
    for document in of_kind(documents, *WORKLOADS):
        yield from _differing(document, POD, pod_of(document), _POD_SECURITY)
        for field, container in containers_of(document):
            yield from _differing(document, field, container, _CONTAINER_SECURITY)
            if (container.get("securityContext") or {}).get("privileged"):
                yield problem(document, f"{field}.securityContext.privileged", "no container may be privileged.")


def bounded(documents: Sequence[Document], _: Facts) -> Iterator[Problem]:
    """Every container states what it needs and what it may take at most."""
    for document in of_kind(documents, *WORKLOADS):
        for field, container in containers_of(document):
            for side in ("requests", "limits"):
                for resource in ("cpu", "memory"):
                    if resource not in ((container.get("resources") or {}).get(side) or {}):
                        yield problem(document, f"{field}.resources.{side}.{resource}", "is not stated.")


def probed(documents: Sequence[Document], _: Facts) -> Iterator[Problem]:
    """Every process is asked at its monitor port whether it lives and whether it is ready."""
    for document in of_kind(documents, "Deployment"):
        for field, container in containers_of(document):
            readiness = TAKES_REQUESTS.get(document.name, READINESS)
            for probe, path in (PROBES | {"readinessProbe": readiness}).items():
                asked = (container.get(probe) or {}).get("httpGet") or {}
                if (asked.get("path"), asked.get("port")) != (path, "monitor"):
                    yield problem(document, f"{field}.{probe}", f"must ask {path} at the port named monitor.")


def rolled_without_a_gap(documents: Sequence[Document], _: Facts) -> Iterator[Problem]:
    """The new process is ready before the old one goes, and the old one has the time to finish."""
    for document in of_kind(documents, "Deployment"):
        if ((document.spec.get("strategy") or {}).get("rollingUpdate") or {}).get("maxUnavailable") != 0:
            yield problem(document, "spec.strategy.rollingUpdate.maxUnavailable", "must be 0.")
        if pod_of(document).get("terminationGracePeriodSeconds", 30) < 40:
            yield problem(document, f"{POD}.terminationGracePeriodSeconds", "must be 40 or more, to drain.")


def one_image(documents: Sequence[Document], facts: Facts) -> Iterator[Problem]:
    """Our containers run this release; what others make has a fixed version too."""
    for document in of_kind(documents, *WORKLOADS):
        for field, container in containers_of(document):
            yield from _image(document, f"{field}.image", str(container.get("image")), wanted=facts.version)
    for document in of_kind(documents, "RabbitmqCluster"):
        yield from _image(document, "spec.image", str(document.spec.get("image")))
    for document in of_kind(documents, "Cluster"):
        yield from _image(document, "spec.imageName", str(document.spec.get("imageName")))


def known_settings(documents: Sequence[Document], facts: Facts) -> Iterator[Problem]:
    """Every setting in an environment is one that the code reads; a misspelt one would silently do nothing."""
    for document in of_kind(documents, *WORKLOADS):
        for field, container in containers_of(document):
            for variable in container.get("env") or []:
                if variable["name"] not in facts.settings:
                    yield problem(document, f"{field}.env", f"{variable['name']} is no setting of Qingdan.")
    for document in of_kind(documents, "ConfigMap"):
        for name in document.body.get("data") or {}:
            if name not in facts.settings:
                yield problem(document, f"data.{name}", "is no setting that shared/process/settings.py reads.")


def existing_config(documents: Sequence[Document], _: Facts) -> Iterator[Problem]:
    """Every ConfigMap that a container takes its settings from is there."""
    there = {document.name for document in of_kind(documents, "ConfigMap")}
    for document in of_kind(documents, *WORKLOADS):
        for field, container in containers_of(document):
            for source in container.get("envFrom") or []:
                name = (source.get("configMapRef") or {}).get("name")
                if name not in there:
                    yield problem(document, f"{field}.envFrom", f"there is no ConfigMap {name}.")


def _differing(document: Document, field: str, body: Body, wanted: dict[tuple[str, ...], Any]) -> Iterator[Problem]:
    for path, value in wanted.items():
        if _at(body, path) != value:
            yield problem(document, f"{field}.{'.'.join(path)}", f"must be {_as_yaml(value)}.")


def _at(body: Body, path: tuple[str, ...]) -> Any:
    found: Any = body
    for part in path:
        found = (found or {}).get(part)
    return found


def _as_yaml(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _image(document: Document, field: str, image: str, *, wanted: str = "") -> Iterator[Problem]:
    _, _, tag = image.rpartition("/")[-1].partition(":")
    if tag in ("", "latest"):
        yield problem(document, field, f"{image} has no fixed version.")
    elif wanted and tag != wanted:
        yield problem(document, field, f"{image} is not this release, {wanted}.")
