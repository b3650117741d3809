"""What the alerts and dashboards are made of, and which series there are that they may ask for."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml
from prometheus_client import Counter, Gauge, Histogram

from tests.support import promql

ROOT = Path(__file__).parents[2]
ALERTS = ROOT / "deploy" / "prometheus" / "alerts.yml"
ALERT_TESTS = sorted((ROOT / "deploy" / "prometheus").glob("*_test.yml"))
DASHBOARDS = ROOT / "deploy" / "grafana" / "dashboards"
RUNBOOK = ROOT / "docs" / "operations.md"
RUNBOOK_IN_CHINESE = ROOT / "docs" / "operations.zh-CN.md"

# Where metrics are declared.
MODULES = (
    "shared.process.metrics",
    "shared.agreeing.holding",
    "services.portal.measuring",
    "services.portal.evidence.measuring",
    "services.portal.keeping.measuring",
    "services.portal.signing_in.measuring",
    "services.tasks.issuing.measuring",
    "services.tasks.difficulties.measuring",
    "services.tasks.remarks.measuring",
    "services.tasks.practices.measuring",
    "services.tasks.suggestions.measuring",
    "services.tasks.evidence.measuring",
    "services.notifications.reminding.measuring",
    "services.notifications.delivery.measuring",
    "services.notifications.health.measuring",
    "services.stats.completion.measuring",
    "services.stats.recount.checking",
)

# Labels that Prometheus puts on what it scrapes: which installation, which address, which process of ours.
SCRAPED = {"job", "instance", "process"}

# What Prometheus makes itself, and what its client library says of every process.
STANDARD: dict[str, set[str]] = {
    "up": set(),
    "ALERTS": {"alertname", "alertstate", "severity"},
    "process_cpu_seconds_total": set(),
    "process_max_fds": set(),
    "process_open_fds": set(),
    "process_resident_memory_bytes": set(),
    "process_start_time_seconds": set(),
    "python_gc_collections_total": {"generation"},
}

# Labels of which there are as many as units, people or duties. Nobody may be watched by them.
PERSONAL = {
    "unit",
    "unit_id",
    "person",
    "person_id",
    "user",
    "duty",
    "duty_id",
    "name",
    "path",
    "address",
    "sign_in_name",
}


@dataclass(frozen=True, slots=True)
class Alert:
    name: str
    expr: str
    lasting: str
    labels: dict[str, str]
    annotations: dict[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """One query of a panel; `where` is for people to find it."""

    where: str
    expr: str


@cache
def alerts() -> list[Alert]:
    groups = yaml.safe_load(ALERTS.read_text("utf-8"))["groups"]
    return [
        Alert(
            rule["alert"],
            rule["expr"],
            rule.get("for", ""),
            rule.get("labels", {}),
            rule.get("annotations", {}),
        )
        for group in groups
        for rule in group["rules"]
    ]


@cache
def dashboards() -> dict[str, dict[str, Any]]:
    return {file.name: json.loads(file.read_text("utf-8")) for file in sorted(DASHBOARDS.glob("*.json"))}


def panels(dashboard: dict[str, Any]) -> list[dict[str, Any]]:
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def panel_queries() -> list[Asked]:
    return [
        Asked(f"{file} / {panel['id']} {panel['title']} / {target['refId']}", target["expr"])
        for file, dashboard in dashboards().items()
        for panel in panels(dashboard)
        for target in panel["targets"]
    ]


def runbook_sections(runbook: Path = RUNBOOK) -> dict[str, str]:
    """The runbook's sections of the third level that are named like an alert, with their text."""
    parts = re.split(r"^### (Qingdan\w+)$", runbook.read_text("utf-8"), flags=re.MULTILINE)
    return {
        name: re.split(r"^#{1,3} ", text, flags=re.MULTILINE)[0]
        for name, text in zip(parts[1::2], parts[2::2], strict=True)
    }


@cache
def series() -> dict[str, frozenset[str]]:
    """The labels of every series that a process of ours shows."""
    own = {name: labels for metric in _declared() for name, labels in _series_of(metric)}
    return {name: frozenset(labels) for name, labels in (STANDARD | own).items()}


def faults(expr: str) -> list[str]:
    """What is wrong with a query: series that nothing shows, labels that a series has not."""
    found = [f"there is no series {one.name}" for one in promql.selectors(expr) if one.name not in series()]
    found += [
        f"{one.name} has no label {label}"
        for labels, inside in [*((one.labels, [one]) for one in promql.selectors(expr)), *promql.groupings(expr)]
        for one in inside
        for label in sorted(labels - series().get(one.name, labels) - SCRAPED)
    ]
    return found


@dataclass(frozen=True, slots=True)
class Metric:
    name: str
    kind: str
    labels: tuple[str, ...]


def _series_of(metric: Metric) -> Iterator[tuple[str, set[str]]]:
    labels = set(metric.labels)
    if metric.kind == "histogram":
        yield f"{metric.name}_bucket", labels | {"le"}
        yield f"{metric.name}_sum", labels
        yield f"{metric.name}_count", labels
    else:
        yield metric.name, labels


def buckets_of(metric: str) -> list[float]:
    """The bounds of a histogram, without the infinite one."""
    return next(list(one._upper_bounds[:-1]) for one in _collectors() if one._name == metric)


def metrics_of(module: ModuleType) -> set[str]:
    """The names of the metrics that a module declares."""
    return {_metric(one).name for one in _collectors_of(module)}


def _collectors() -> Iterator[Any]:
    """Every metric that a module of ours declares."""
    for name in MODULES:
        yield from _collectors_of(import_module(name))


def _collectors_of(module: ModuleType) -> Iterator[Any]:
    return (value for value in vars(module).values() if isinstance(value, Counter | Gauge | Histogram))


def _declared() -> list[Metric]:
    return [_metric(one) for one in _collectors()]


def _metric(one: Any) -> Metric:
    # The client library takes the ending of a counter off and puts it back on.
    return Metric(one._name + ("_total" if one._type == "counter" else ""), one._type, one._labelnames)
