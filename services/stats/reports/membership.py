"""From and until which day a report asks a unit, when those whom it names change. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple


class Span(NamedTuple):
    """A unit is asked from a day until the one before `until`; `is_by_hand` is that the lead bureau set these days."""

    unit_id: int
    since: dt.date
    until: dt.date | None
    is_by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Moves:
    """What is to be changed: units that join, units that leave, and those that left on that same day and come back."""

    joining: tuple[int, ...] = ()
    leaving: tuple[int, ...] = ()
    returning: tuple[int, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.joining or self.leaving or self.returning)


def moves(spans: Sequence[Span], wanted: Collection[int], day: dt.date) -> Moves:
    """How the units asked on `day` become those that are `wanted` from it on.

    An end that the lead bureau set stands: whoever still belongs to a group is not asked anew because of that.
    """
    newest = _newest(spans)
    asked = {unit_id for unit_id, span in newest.items() if span.until is None or span.until > day}
    kept_out = {unit_id for unit_id, span in newest.items() if span.is_by_hand and span.until is not None}
    missing = sorted(set(wanted) - asked - kept_out)
    # A span is known by its first day, so that there is one only for each.
    returning = tuple(unit_id for unit_id in missing if unit_id in newest and newest[unit_id].since >= day)
    joining = tuple(unit_id for unit_id in missing if unit_id not in returning)
    leaving = tuple(sorted(unit_id for unit_id in asked.difference(wanted) if newest[unit_id].until is None))
    return Moves(joining, leaving, returning)


def _newest(spans: Iterable[Span]) -> dict[int, Span]:
    return {span.unit_id: span for span in sorted(spans, key=attrgetter("since"))}
