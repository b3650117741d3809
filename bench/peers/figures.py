"""The figures of the systems and what is printed of them. Pure."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from statistics import median

HEADERS = (
    "system",
    "events/s",
    "CPU s per 1,000",
    "RabbitMQ's",
    "PostgreSQL's",
    "p50 ms",
    "p99 ms",
    "lost",
    "doubled",
)
COUNTED = ("lost", "doubled")


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured of a system: in one round, or the medians of several with what they lost and doubled in all.

    `cpu` is of the publisher and the consumers, in seconds per 1,000 events as that of the servers is.
    """

    system: str
    events_per_second: float
    cpu: float
    broker_cpu: float
    database_cpu: float
    p50_ms: float
    p99_ms: float
    lost: int
    doubled: int


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest of `values` that at least this share of them does not exceed; there must be some."""
    ordered = sorted(values)
    return ordered[max(math.ceil(share * len(ordered)), 1) - 1]


def lost_and_doubled(sent: Collection[int], kept: Collection[int], counted: Iterable[int]) -> tuple[int, int]:
    """How many of the duties `sent` are not among those `kept`, and by how many the counters say more than these."""
    return len(set(sent) - set(kept)), max(0, max(counted) - len(set(kept)))


def summed_up(rounds: Sequence[Figures]) -> list[Figures]:
    """One for each system, in the order in which they first come."""
    return [_of_one([found for found in rounds if found.system == name]) for name in _systems(rounds)]


def _of_one(rounds: Sequence[Figures]) -> Figures:
    names = [field.name for field in fields(Figures)][1:]
    values = {name: [getattr(found, name) for found in rounds] for name in names}
    return Figures(
        rounds[0].system, **{name: sum(found) if name in COUNTED else median(found) for name, found in values.items()}
    )


def _systems(rounds: Iterable[Figures]) -> list[str]:
    return list(dict.fromkeys(found.system for found in rounds))


def as_line(figures: Figures) -> dict[str, object]:
    """What the JSON line of a system has."""
    return {name: round(value, 3) if isinstance(value, float) else value for name, value in asdict(figures).items()}


def table(found: Sequence[Figures]) -> str:
    """The systems as a table in Markdown."""
    rows = [HEADERS, ("---", *["---:"] * (len(HEADERS) - 1)), *map(_cells, found)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cells(one: Figures) -> tuple[str, ...]:
    seconds = (one.cpu, one.broker_cpu, one.database_cpu)
    return (
        one.system,
        f"{one.events_per_second:,.0f}",
        *(f"{value:.2f}" for value in seconds),
        *(f"{value:.1f}" for value in (one.p50_ms, one.p99_ms)),
        str(one.lost),
        str(one.doubled),
    )


def claims(found: Sequence[Figures], *, own: str) -> list[dict[str, object]]:
    """What is claimed of our own system beside the best of the others in each figure, with whether it is met."""
    ours = next(one for one in found if one.system == own)
    others = [one for one in found if one.system != own]
    quickest = max(others, key=lambda one: one.events_per_second)
    return [
        _claim("events per second, end to end", "events/s", ours.events_per_second, quickest, "events_per_second"),
        _claim("CPU of publisher and consumers", "s per 1,000 events", ours.cpu, _least(others, "cpu"), "cpu"),
        _claim("one event at 100 a second, median", "ms", ours.p50_ms, _least(others, "p50_ms"), "p50_ms"),
    ]


# The first is a ratio to the best peer, the others are bounds.
GOALS = {"events_per_second": 12, "cpu": 0.25, "p50_ms": 10}


def _claim(claim: str, unit: str, value: float, best: Figures, name: str) -> dict[str, object]:
    baseline, goal = getattr(best, name), GOALS[name]
    ratio = value / baseline if baseline else math.inf
    return {
        "claim": f"{claim}; the baseline is {best.system}, the best of the others",
        "value": round(value, 3),
        "unit": unit,
        "baseline": round(baseline, 3),
        "ratio": round(ratio, 3),
        "goal": goal,
        "met": ratio >= goal if name == "events_per_second" else value <= goal,
    }


def _least(found: Sequence[Figures], name: str) -> Figures:
    return min(found, key=lambda one: getattr(one, name))
