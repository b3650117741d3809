"""The picture of several series as an index: lines of an SVG that dashes and marks tell apart. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

# To the right of the lines stands the 100.
LEFT, RIGHT, TOP, BOTTOM = 8, 364, 12, 196
HUNDRED = Decimal(100)
# Above the highest and below the lowest point, as a share of what lies between.
ROOM = Decimal("0.08")
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
    """The lines, the height of 100, and what stands at the ends of both axes."""

    lines: tuple[IndexLine, ...]
    hundred: str
    first: int
    last: int


def chart(found: Mapping[str, Any]) -> IndexChart | None:
    """The lines of the curves as the service shows them; None where there is nothing to draw."""
    series = [[None if one is None else Decimal(one) for one in line["values"]] for line in found["lines"]]
    heights = [one for values in series for one in values if one is not None]
    years = found["years"]
    if len(years) < 2 or not heights:
        return None
    lowest, highest = min([*heights, HUNDRED]), max([*heights, HUNDRED])
    room = (highest - lowest) * ROOM or Decimal(1)
    scale = (lowest - room, highest + room)
    return IndexChart(
        lines=tuple(_line(number, values, scale) for number, values in enumerate(series)),
        hundred=_height(HUNDRED, scale),
        first=years[0],
        last=years[-1],
    )


def sample(number: int) -> IndexLine:
    """A short piece of a line for the legend, in a box of 44 by 12."""
    kind = number % len(DASHES)
    return IndexLine(kind, "M2 6L42 6", _MARKS[kind].format(x=22, y=6), DASHES[kind])


def _line(number: int, values: Sequence[Decimal | None], scale: tuple[Decimal, Decimal]) -> IndexLine:
    points = [
        None if value is None else (_place(place, len(values)), _height(value, scale))
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


def _place(number: int, whole: int) -> str:
    return f"{LEFT + Decimal(number) / (whole - 1) * (RIGHT - LEFT):.1f}"


def _height(value: Decimal, scale: tuple[Decimal, Decimal]) -> str:
    lowest, highest = scale
    return f"{BOTTOM - (value - lowest) / (highest - lowest) * (BOTTOM - TOP):.1f}"
