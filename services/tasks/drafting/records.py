"""What the queries of drafting return, one type per shape."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, NamedTuple


class Header(NamedTuple):
    """A checklist without its rows."""

    id: int
    plan_id: int | None
    title: str
    year: int
    level_names: list[str]
    contact: str
    state: str
    revision: int
    version: int
    amends_id: int | None
    sample_percent: int
    carried_from_id: int | None
    document_number: str


class ListedChecklist(NamedTuple):
    """A checklist with its counts; a draft that was never issued has no duties."""

    id: int
    title: str
    year: int
    state: str
    revision: int
    issued_at: dt.datetime | None
    open_questions: int
    rows: int
    duties: int
    amends_id: int | None


class NamingChecklist(NamedTuple):
    """A draft or a checklist being issued, which names a group."""

    id: int
    title: str
    state: str


class Plan(NamedTuple):
    """The programme of several years that a notice announces."""

    id: int
    title: str
    from_year: int
    to_year: int


class Target(NamedTuple):
    """A figure that the plan wants reached; without a value it is a trend."""

    id: int
    name: str
    quote: str
    kind: str
    comparator: str
    value: Decimal | None
    unit_of_measure: str
    to_year: int
    is_approximate: bool
    is_part: bool


class Row(NamedTuple):
    """A row of levels 1 to 4; only level 4 has dates."""

    id: int
    checklist_id: int
    parent_id: int | None
    level: int
    position: int
    title: str
    body: str
    due_on: dt.date | None
    recurrence: str
    due_day: int | None
    review_rule: str
    acceptance_rule: str
    evidence_rule: str
    reviewer_unit_id: int | None
    reviewer: str | None
    version: int


class UnitOfRow(NamedTuple):
    """A unit or a group that a row names itself."""

    row_id: int
    role: str
    unit_id: int | None
    group_id: int | None
    name: str


class Question(NamedTuple):
    """A question that a person must answer before issuing; `answer` is decoded JSON, None while it is open."""

    id: int
    checklist_id: int
    row_id: int | None
    target_id: int | None
    group_id: int | None
    kind: str
    quote: str
    role: str | None
    text_zh: str
    text_en: str
    answer: dict[str, Any] | None
    answered_at: dt.datetime | None
    suggested_ids: list[int]
    suggested_names: list[str]


class Source(NamedTuple):
    """How many pieces of its notice a draft has taken, and how many figures of it wait for a decision."""

    pieces: int
    taken: int
    figures: int
    offered: int


class Made(NamedTuple):
    """The id of what was inserted."""

    id: int
