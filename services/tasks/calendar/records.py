"""Rows that the queries of the calendar return, and what a change of it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

Days = Mapping[dt.date, str]


@dataclass(frozen=True, slots=True)
class Announced:
    """What a notice says of a year: days off and worked days by name; it may reach into December of the year before."""

    year: int
    off: Days
    worked: Days


@dataclass(frozen=True, slots=True)
class OwnDay:
    """A single day that the administrator made different; `name` says what for, empty for an ordinary day."""

    day: dt.date
    is_worked: bool
    name: str


class AnnouncedRow(NamedTuple):
    """A stored notice with who imported it; names by ISO date."""

    year: int
    off: dict[str, str]
    worked: dict[str, str]
    reason: str
    post: str | None
    unit_name: str | None
    at: dt.datetime


class OwnDayRow(NamedTuple):
    """A stored single day with who changed it."""

    day: dt.date
    is_worked: bool
    name: str
    reason: str
    post: str | None
    unit_name: str | None
    at: dt.datetime


class Group(NamedTuple):
    """Duties of one item and period that are due alike, and how many they are.

    `extended_on` is the day that more time gave, which an amendment may have moved the due date beyond. What begins
    with `whole` is of the duty of which they are parts.
    """

    checklist_id: int
    checklist: str
    item_id: int
    item: str
    period: str
    written_due_on: dt.date
    due_on: dt.date
    extended_on: dt.date | None
    is_submitted: bool
    whole_written_on: dt.date | None
    whole_due_on: dt.date | None
    whole_extended_on: dt.date | None
    duties: int


class Candidate(NamedTuple):
    """A duty that another calendar may move, locked."""

    id: int
    written_due_on: dt.date
    due_on: dt.date
    extended_on: dt.date | None
    is_submitted: bool
    whole_written_on: dt.date | None
    whole_due_on: dt.date | None
    whole_extended_on: dt.date | None


class Moved(NamedTuple):
    """When a duty is due from now on, whether that may still move, and the day that more time gave, if any did."""

    due_on: dt.date
    is_provisional: bool
    extended_on: dt.date | None


class Job(NamedTuple):
    """Due dates that are to follow, locked by this transaction; what lies up to `duties_after` does."""

    id: int
    from_day: dt.date
    until_day: dt.date
    reason: str
    duties_after: int
    is_again: bool
    asked_by: int | None
    asked_by_name: str | None
    asked_by_post: str | None
    asked_by_unit: str | None
    correlation_id: str


class UnfinishedPeriod(NamedTuple):
    """A date of an item of which duties are still being made."""

    run_id: int
    item_id: int
    period: str
    written_due_on: dt.date
    due_on: dt.date
    is_provisional: bool


class ToTell(NamedTuple):
    """A year whose table is to be said again."""

    year: int
    version: int
