"""What the queries of targets return, and what is to be stored."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from services.stats.targets.progress import Comparator


class Course(StrEnum):
    """By what a target should be where it is: a straight line, or the course of the past years."""

    LINEAR = "linear"
    SEASONAL = "seasonal"


class Target(NamedTuple):
    """A version of a target; `first_month` and `last_month` are labels of months, `whole_id` is what it is a part of.

    `unit_id` is the unit whose figure it is about.
    """

    target_id: int
    version: int
    indicator_id: int
    unit_id: int
    comparator: Comparator
    value: Decimal | None
    baseline: Decimal | None
    tolerance: Decimal | None
    course: Course
    first_month: str
    last_month: str
    words: str
    whole_id: int | None
    is_dropped: bool
    reason: str


class TargetVersion(NamedTuple):
    """Who made a version of a target, and since when it is known."""

    version: int
    comparator: Comparator
    value: Decimal | None
    is_dropped: bool
    reason: str
    known_since: dt.datetime
    person_post: str | None
    person_unit: str | None


class Share(NamedTuple):
    """A part of a target: of a year, of a unit, or of a unit in a year."""

    target_id: int
    year: int | None
    unit_id: int | None
    value: Decimal


class NamedUnit(NamedTuple):
    """A unit by what a text calls it."""

    typed: str
    id: int


class Statement(NamedTuple):
    """What a notice says of a target, and when tasks told it."""

    statement_id: int
    plan: str
    from_year: int
    name: str
    quote: str
    comparator: str
    value: Decimal | None
    unit_of_measure: str
    to_year: int
    is_part: bool
    told_at: dt.datetime
