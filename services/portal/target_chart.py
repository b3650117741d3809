"""The picture of a target: what was reached, what was expected, and the target itself, as lines of an SVG. Pure.

Its upright axis has a number at both ends, the newest figure stands beside its point, and the line of the target has
its name: nobody has to know colours or a legend.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from services.portal.chart_scale import BOTTOM, Scale, scale_of

SUMMED = "flow"
RIGHT = 392
# How far from a point its figure stands, and how near to another line it would stand on that.
ABOVE, LEVEL, BELOW, BEHIND, NEAR = -9, 5, 20, 10, 26
# As wide as a figure may be.
A_FIGURE = 80


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest point, its figure, and where that is written: `anchor` is the side of it at `label_x`."""

    x: str
    y: str
    value: str
    label_x: str
    label_y: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Points as SVG writes them; `target` is the height of its line, None where it has none.

    `left` is where the axis stands, `ends` what is written at its foot and at its top. `expected_now` is what should
    have been there when the newest figure was.
    """

    reached: str
    expected: str
    dots: tuple[tuple[str, str], ...]
    newest: Newest
    expected_now: str
    target: str | None
    goal: str | None
    left: int
    ends: tuple[str, str]
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
    there = [number for number, one in enumerate(reached) if one is not None]
    if not there:
        return None
    shown = [*(one for one in reached if one is not None), *expected, *([] if target is None else [target])]
    scale = scale_of(shown, from_zero=is_summed)

    def place(number: int) -> str:
        whole = len(rows) if is_summed else max(len(rows) - 1, 1)
        return f"{scale.left + Decimal(number + is_summed) / whole * (RIGHT - scale.left):.0f}"

    start = [f"{scale.left},{scale.height(Decimal(0))}"] if is_summed else []
    dots = tuple((place(number), scale.height(one)) for number, one in enumerate(reached) if one is not None)
    line = None if target is None else scale.height(target)
    return Chart(
        reached=" ".join([*start, *(f"{x},{y}" for x, y in dots)]),
        expected=" ".join([*start, *(f"{place(number)},{scale.height(one)}" for number, one in enumerate(expected))]),
        dots=dots[:-1],
        newest=_newest(*dots[-1], rows[there[-1]]["reached"], line, scale, is_summed=is_summed),
        expected_now=rows[there[-1]]["expected"],
        target=line,
        goal=value,
        left=scale.left,
        ends=scale.ends,
        first=rows[0]["period"],
        last=rows[-1]["period"],
    )


def _newest(x: str, y: str, value: str, line: str | None, scale: Scale, *, is_summed: bool) -> Newest:
    """Its figure stands where no line goes: above the point of what rises, behind that of what goes up and down.

    Where the name of the target's line would be in the way, it stands below.
    """
    across, down = Decimal(x), Decimal(y)
    is_under_line = line is not None and 0 <= down - Decimal(line) < NEAR and down + BELOW < BOTTOM
    is_behind = not is_summed and across + A_FIGURE < RIGHT
    label_y = down + (BELOW if is_under_line else LEVEL if is_behind else ABOVE)
    if is_behind:
        return Newest(x, y, value, f"{across + BEHIND:.0f}", f"{label_y:.0f}", "start")
    return Newest(x, y, value, x, f"{label_y:.0f}", "start" if across - scale.left < A_FIGURE else "end")
