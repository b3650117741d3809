"""The picture of a target: what was reached, what was expected, and the target itself, as lines of an SVG. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

SUMMED = "flow"
WIDTH, HEIGHT = 400, 220
LEFT, RIGHT, TOP, BOTTOM = 8, 392, 12, 196
# Above the highest and below the lowest line, as a share of what lies between.
ROOM = Decimal("0.08")


@dataclass(frozen=True, slots=True)
class Chart:
    """Points as SVG writes them; `target` is the height of its line, None where it has none."""

    reached: str
    expected: str
    dots: tuple[tuple[str, str], ...]
    target: str | None
    zero: str | None
    first: str
    last: str


def of_target(target: Mapping[str, Any]) -> Chart | None:
    """The lines of a target as the service shows it with its rows."""
    return chart(target["rows"], height_of(target), is_summed=is_summed(target))


def height_of(target: Mapping[str, Any]) -> str | None:
    """The number that is to be reached; None for a target that is none."""
    value: str | None = target["value"] if target["comparator"] != "rising" else None
    return value


def is_summed(target: Mapping[str, Any]) -> bool:
    """Whether its figures add up over the periods; the release before does not say which flows do not."""
    return bool(target["indicator"]["type"] == SUMMED and not target.get("is_of_year"))


def is_to_date(target: Mapping[str, Any]) -> bool:
    """Whether its figures are those of a year so far, or of all its time so far."""
    return is_summed(target) or bool(target.get("is_of_year"))


def chart(rows: Sequence[Mapping[str, Any]], value: str | None, *, is_summed: bool) -> Chart | None:
    """The lines of the periods; None where nothing is reached yet. What adds up begins at 0."""
    reached = [None if row["reached"] is None else Decimal(row["reached"]) for row in rows]
    expected = [Decimal(row["expected"]) for row in rows]
    target = None if value is None else Decimal(value)
    there = [one for one in reached if one is not None]
    if not there:
        return None
    heights = [*there, *expected, *([] if target is None else [target]), *([Decimal(0)] if is_summed else [])]
    lowest, highest = min(heights), max(heights)
    room = (highest - lowest) * ROOM or Decimal(1)
    lowest, highest = (lowest if is_summed and lowest >= 0 else lowest - room), highest + room

    def height(one: Decimal) -> str:
        return f"{BOTTOM - (one - lowest) / (highest - lowest) * (BOTTOM - TOP):.1f}"

    def place(number: int) -> str:
        whole = len(rows) if is_summed else max(len(rows) - 1, 1)
        return f"{LEFT + Decimal(number + is_summed) / whole * (RIGHT - LEFT):.1f}"

    start = [f"{LEFT},{height(Decimal(0))}"] if is_summed else []
    dots = tuple((place(number), height(one)) for number, one in enumerate(reached) if one is not None)
    return Chart(
        reached=" ".join([*start, *(f"{x},{y}" for x, y in dots)]),
        expected=" ".join([*start, *(f"{place(number)},{height(one)}" for number, one in enumerate(expected))]),
        dots=dots,
        target=None if target is None else height(target),
        zero=height(Decimal(0)) if lowest <= 0 else None,
        first=rows[0]["period"],
        last=rows[-1]["period"],
    )
