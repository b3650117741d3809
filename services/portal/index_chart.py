"""The picture of several series as an index: lines of an SVG that dashes and marks tell apart. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from services.portal.chart_scale import Scale, scale_of

RIGHT = 392
HUNDRED = Decimal(100)
DASHES = ("", "9 5", "2 4", "12 4 2 4")
# A circle, a square, a triangle and a diamond around a point.
_MARKS = (
    "M{x} {y}m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",
    "M{x} {y}m-4-4h8v8h-8z",
    "M{x} {y}m0-5l5 9h-10z",
    "M{x} {y}m0-6l5 6-5 6-5-6z",
)


@dataclass(frozen=True, slots=True)
class IndexLine:
    """One series: its path with gaps where a year has no figure, its marks, and which of the kinds of line it is."""

    place: int
    path: str
    marks: str
    dashes: str


@dataclass(frozen=True, slots=True)
class IndexChart:
    """The lines, the height of 100, where the upright axis stands, and what is written at the ends of both axes."""

    lines: tuple[IndexLine, ...]
    hundred: str
    left: int
    ends: tuple[str, str]
    first: int
    last: int


def chart(found: Mapping[str, Any]) -> IndexChart | None:
    """The lines of the curves as the service shows them; None where there is nothing to draw."""
    series = [[None if one is None else Decimal(one) for one in line["values"]] for line in found["lines"]]
    heights = [one for values in series for one in values if one is not None]
    years = found["years"]
    if len(years) < 2 or not heights:
        return None
    scale = scale_of([*heights, HUNDRED], from_zero=False)
    return IndexChart(
        lines=tuple(_line(number, values, scale) for number, values in enumerate(series)),
        hundred=scale.height(HUNDRED),
        left=scale.left,
        ends=scale.ends,
        first=years[0],
        last=years[-1],
    )


def sample(number: int) -> IndexLine:
    """A short piece of a line for the legend, in a box of 44 by 12."""
    kind = number % len(DASHES)
    return IndexLine(kind, "M2 6L42 6", _MARKS[kind].format(x=22, y=6), DASHES[kind])


def _line(number: int, values: Sequence[Decimal | None], scale: Scale) -> IndexLine:
    points = [
        None if value is None else (_place(place, len(values), scale.left), scale.height(value))
        for place, value in enumerate(values)
    ]
    steps = [
        f"{'L' if place and points[place - 1] else 'M'}{point[0]} {point[1]}"
        for place, point in enumerate(points)
        if point is not None
    ]
    kind = number % len(DASHES)
    marks = "".join(_MARKS[kind].format(x=point[0], y=point[1]) for point in points if point is not None)
    return IndexLine(kind, "".join(steps), marks, DASHES[kind])


def _place(number: int, whole: int, left: int) -> str:
    return f"{left + Decimal(number) / (whole - 1) * (RIGHT - left):.1f}"
