"""Merging: one message per person and day, one line per duty in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from services.notifications.reminding.policy import URGENCY, Stage

# An event carries at most this many duties, so that with ids of nineteen digits it stays below 64 KB.
DUTIES_PER_EVENT = 1000

Lines = dict[int, Stage]
# By duty id what was said of it, by the stage that says so.
Words = dict[int, dict[Stage, str]]


def merge(occasions: Iterable[tuple[int, Stage]]) -> Lines:
    """One stage per duty: the most urgent of those that fall on the same day."""
    lines: Lines = {}
    for duty_id, stage in occasions:
        known = lines.get(duty_id)
        if known is None or URGENCY[known] < URGENCY[stage]:
            lines[duty_id] = stage
    return lines


def by_person(
    lines: Lines, unit_of_duty: Mapping[int, int], people_of_unit: Mapping[int, Sequence[int]]
) -> dict[int, Lines]:
    """The lines of each person, in person order: everybody reads those of the own unit."""
    found: dict[int, Lines] = {}
    for duty_id, stage in lines.items():
        for person_id in people_of_unit.get(unit_of_duty[duty_id], ()):
            found.setdefault(person_id, {})[duty_id] = stage
    return dict(sorted(found.items()))


def chunks(lines: Lines, size: int = DUTIES_PER_EVENT) -> Iterator[dict[str, str]]:
    """The lines in pieces that fit into one event each, as `ReminderSent.stages` wants them."""
    rest = iter(lines.items())
    while piece := list(islice(rest, size)):
        yield {str(duty_id): stage.value for duty_id, stage in piece}
