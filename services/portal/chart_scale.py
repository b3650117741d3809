"""The upright axis of a picture: round numbers at both ends, and how high a value lies between them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

TOP, BOTTOM = 34, 196
# Above the highest and below the lowest value, at least, as a share of what lies between.
ROOM = Decimal("0.04")
NOTHING = Decimal(0)
# Of a round number at most so many lie between two values.
MOST_STEPS = 10
# Of a figure in letters as high as these pictures have them, and beside it.
_A_SIGN, _BESIDE = 8, 12


@dataclass(frozen=True, slots=True)
class Scale:
    """What stands at the ends of the axis."""

    lowest: Decimal
    highest: Decimal

    def height(self, value: Decimal) -> str:
        """Where a value lies, as SVG writes it."""
        return f"{BOTTOM - (value - self.lowest) / (self.highest - self.lowest) * (BOTTOM - TOP):.0f}"

    @property
    def ends(self) -> tuple[str, str]:
        """Both ends as decimals travel, the lowest first."""
        return format(self.lowest, "f"), format(self.highest, "f")

    @property
    def left(self) -> int:
        """Where the axis stands, so that what is written at its ends fits beside it."""
        return _BESIDE + _A_SIGN * max(len(f"{end:,f}") for end in (self.lowest, self.highest))


def scale_of(values: Sequence[Decimal], *, from_zero: bool) -> Scale:
    """The axis for these values, of which there are some. What is never below nothing has no end below it."""
    within = [*values, NOTHING] if from_zero else values
    least, most = min(within), max(within)
    if least == most:
        around = abs(most) / 10 or Decimal(1)
        least, most = least - around, most + around
    step, room = _round_step(most - least), (most - least) * ROOM
    lowest = _to(step, least - room, ROUND_FLOOR)
    if min(values) >= 0:
        lowest = NOTHING if from_zero else max(lowest, NOTHING)
    return Scale(lowest, _to(step, most + room, ROUND_CEILING))


def _round_step(span: Decimal) -> Decimal:
    """1, 2 or 5 of some power of ten, of which the span has a few."""
    below = Decimal(1).scaleb(span.adjusted() - 1)
    return next(step for step in (below, below * 2, below * 5, below * 10) if span / step <= MOST_STEPS)


def _to(step: Decimal, value: Decimal, rounding: str) -> Decimal:
    found = (value / step).to_integral_value(rounding) * step
    # Without an exponent or zeros behind the point, and never a zero with a sign.
    return Decimal(format(found.normalize(), "f")) + NOTHING
