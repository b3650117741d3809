"""How a unit stands with a measure, in one word: the light that presses most of all that its duties show. Pure."""

from __future__ import annotations

from services.stats.completion.completion import Counts
from shared.light import Light

# What wants somebody to act comes first; what is done says so only when nothing else is left.
PRESSING_FIRST = (
    Light.OVERDUE,
    Light.BLOCKED,
    Light.DUE_SOON,
    Light.AWAITING_REVIEW,
    Light.ON_TRACK,
    Light.DONE_LATE,
    Light.DONE,
    Light.NOT_APPLICABLE,
)


def standing(counts: Counts) -> tuple[Light, int] | None:
    """The light that presses most and how many duties show it; None where there is no duty.

    Done late and done in time are one word, done late, as soon as one was late.
    """
    for light in PRESSING_FIRST:
        number = getattr(counts, light.value)
        if number:
            return light, number + (counts.done if light is Light.DONE_LATE else 0)
    return None
