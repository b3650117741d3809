"""What a bulletin is about: everything that was read as of its day, frozen, and as JSON out and back. Pure.

Text and tables are made of nothing else, so what was kept makes the same bulletin again whatever happened since. Units
stand in the order of the directory, rows in that of the checklist.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from services.stats.targets.progress import Comparator, Standing


@dataclass(frozen=True, slots=True)
class RowFact:
    """A row of the checklist as it was then; `number` is where it stood."""

    row_id: int
    parent_id: int | None
    level: int
    position: int
    title: str
    number: str


@dataclass(frozen=True, slots=True)
class Counted:
    """How many duties there were of each light, how many were due until the day and how many of these were done."""

    total: int
    done: int
    done_late: int
    awaiting_review: int
    blocked: int
    overdue: int
    due_soon: int
    on_track: int
    not_applicable: int
    due: int
    due_done: int


@dataclass(frozen=True, slots=True)
class RowCounted:
    """An area (level 1) or a measure (level 2) with its counts."""

    number: str
    title: str
    level: int
    counts: Counted


@dataclass(frozen=True, slots=True)
class Overdue:
    """A duty that was due before the day and not done; `days` lie between.

    `may_move` is whether days off that were not announced then could still move the due date, here and below.
    """

    row_id: int
    number: str
    title: str
    unit_id: int
    unit: str
    period: str
    due_on: dt.date
    days: int
    may_move: bool = False


@dataclass(frozen=True, slots=True)
class Coming:
    """Open duties of an item that are due on a day of the next period."""

    row_id: int
    number: str
    title: str
    due_on: dt.date
    duties: int
    may_move: bool = False


@dataclass(frozen=True, slots=True)
class NamedUnit:
    """A unit by the name that it had."""

    unit_id: int
    name: str


@dataclass(frozen=True, slots=True)
class LateRound:
    """A round of a report that was due and that these units had not handed in, of so many that were asked."""

    round_id: int
    report: str
    period: str
    due_on: dt.date
    expected: int
    missing: tuple[NamedUnit, ...]
    may_move: bool = False


@dataclass(frozen=True, slots=True)
class TargetFact:
    """Where a target stood. `unit` is empty for the top one; `share` and `time` are of 1, None where there is no way.

    `value` and `reached` are written with the decimals of the indicator.
    """

    target_id: int
    name: str
    unit: str
    is_part: bool
    comparator: Comparator
    value: str | None
    measure: str
    reached: str | None
    at: str | None
    share: Decimal | None
    time: Decimal | None
    standing: Standing
    last_month: str
    is_invented: bool


@dataclass(frozen=True, slots=True)
class Practice:
    """A good practice that was published in the period."""

    unit: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """All of it, as of the end of the day `as_of`, or as it was in its course where `is_over` is false.

    Figures of the periods up to that day are as they were known at `known_at`: a month's figures come in after its end.
    `overdue` holds the first of `overdue_total` duties. `next_until` ends the period of what is coming.
    """

    checklist_id: int
    checklist: str
    year: int
    first_on: dt.date
    as_of: dt.date
    is_over: bool
    known_at: dt.datetime
    next_until: dt.date
    has_townships: bool
    has_departments: bool
    rows: tuple[RowFact, ...]
    counts: Counted
    period_due: int
    period_done: int
    by_row: tuple[RowCounted, ...]
    overdue: tuple[Overdue, ...]
    overdue_total: int
    coming: tuple[Coming, ...]
    rounds_due: int
    late_rounds: tuple[LateRound, ...]
    targets: tuple[TargetFact, ...]
    practices: tuple[Practice, ...]


def as_json(facts: Any) -> Any:
    """Facts, or a part of them, as JSON."""
    if is_dataclass(facts):
        return {field.name: as_json(getattr(facts, field.name)) for field in fields(facts)}
    if isinstance(facts, tuple):
        return [as_json(one) for one in facts]
    if isinstance(facts, dt.date):
        return facts.isoformat()
    return str(facts) if isinstance(facts, Decimal) else facts


def facts_of(value: Mapping[str, Any]) -> Facts:
    """The facts that `as_json` wrote. A field that a later release left out is a KeyError.

    What an earlier release did not write yet is as it usually is.
    """
    found: Facts = _part_of(Facts, value)
    return found


def _part_of(kind: Any, value: Mapping[str, Any]) -> Any:
    added = {field.name for field in fields(kind) if field.default is not MISSING}
    hints = {name: hint for name, hint in _hints(kind).items() if name in value or name not in added}
    return kind(**{name: _loaded(hint, value[name]) for name, hint in hints.items()})


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _loaded(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    arguments = get_args(hint)
    if get_origin(hint) is tuple:
        return tuple(_loaded(arguments[0], one) for one in value)
    if arguments and (get_origin(hint) is Union or type(None) in arguments):
        return _loaded(next(one for one in arguments if one is not type(None)), value)
    if is_dataclass(hint):
        return _part_of(hint, value)
    if hint in (dt.date, dt.datetime):
        return hint.fromisoformat(value)
    return value if isinstance(value, hint) else hint(value)
