"""What the queries of the search return, one type per shape."""

from __future__ import annotations

from typing import NamedTuple


class Ids(NamedTuple):
    """How many were found, and one page of their ids; `is_more` where there are more than were counted."""

    total: int
    ids: list[int]
    is_more: bool


class Note(NamedTuple):
    """A note in a duty's history."""

    duty_id: int
    action: str
    text: str


class Numbered(NamedTuple):
    """Where a row stands in its checklist, such as 1.2.3; None for one that an amendment dropped."""

    id: int
    number: str | None


class Place(NamedTuple):
    """A checklist, or with `row_id` a row of one; `said` is the word with which the checklist was ended."""

    row_id: int | None
    checklist_id: int
    checklist: str
    year: int
    state: str
    is_amendment: bool
    level: int
    title: str
    number: str | None
    said: str
    document_number: str


class Unit(NamedTuple):
    """A unit, with the newest checklist under which it owes something."""

    id: int
    code: str
    name: str
    kind: str
    aliases: list[str]
    is_active: bool
    checklist_id: int | None


class Person(NamedTuple):
    """An account; `unit` is the name of its unit."""

    id: int
    display_name: str
    sign_in_name: str
    post: str
    unit: str
    is_active: bool


class OfDuty(NamedTuple):
    """What a duty is found by beside what its line shows."""

    duty_id: int
    checklist: str
    document_number: str
    is_ended: bool
    code: str
    aliases: list[str]
