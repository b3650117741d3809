"""What a dashboard is made of. Panels flow from left to right, as words on a page: a panel says how wide it is and
never where it stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# What a person waits for; the files of a page and the probes are quick and many.
PAGES_ONLY = 'route!~"static|health"'


@dataclass(frozen=True, slots=True)
class Query:
    """One PromQL query; `legend` names its lines by their labels."""

    expr: str
    legend: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """`title` in Chinese, `description` in English. From `red_from` on a value is red."""

    title: str
    description: str
    queries: tuple[Query, ...]
    unit: str = "short"
    kind: str = "timeseries"
    width: int = 8
    height: int = 7
    red_from: float | None = None
    stacked: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    title: str
    description: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True, slots=True)
class Variable:
    """A choice at the top of the dashboard, of several values or all."""

    name: str
    title: str
    values: str


@dataclass(frozen=True, slots=True)
class Dashboard:
    """`uid` is part of every address that people have kept, so it never changes."""

    uid: str
    title: str
    description: str
    rows: tuple[Row, ...]
    variables: tuple[Variable, ...] = ()


def stat(title: str, description: str, expr: str, *, legend: str = "", **options: Any) -> Panel:
    """One number, or one per line of the legend."""
    return Panel(title, description, (Query(expr, legend),), **{"kind": "stat", "width": 4, "height": 4, **options})


def graph(title: str, description: str, *queries: tuple[str, str], **options: Any) -> Panel:
    """Lines over time; each query with its legend."""
    return Panel(title, description, tuple(Query(*query) for query in queries), **options)


def quantiles(metric: str, by: str = "", *, share: float, where: str = "") -> str:
    """The value that `share` of a histogram's observations stay below, per label of `by`."""
    labels = f"{by}, le" if by else "le"
    return f"histogram_quantile({share}, sum by ({labels}) (rate({metric}_bucket{_braced(where)}[$__rate_interval])))"


def rate(counter: str, by: str = "", *, where: str = "") -> str:
    """How often a second, per label of `by`."""
    return f"sum{f' by ({by})' if by else ''} (rate({counter}{_braced(where)}[$__rate_interval]))"


def share(part: str, counter: str, by: str = "", *, where: str = "") -> str:
    """The part of a counter whose labels match `part`, of all of it; 0 where that part has never happened."""
    every = rate(counter, by, where=where)
    failed = rate(counter, by, where=f"{where},{part}" if where else part)
    return f"({failed} or {every} * 0) / {every}"


def _braced(matchers: str) -> str:
    return f"{{{matchers}}}" if matchers else ""
