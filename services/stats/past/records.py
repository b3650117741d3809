"""What the queries of imports return."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class RunState(StrEnum):
    """How far an import is. Nothing of it is a fact before it is checked without a problem."""

    STAGING = "staging"
    CHECKED = "checked"
    APPLYING = "applying"
    APPLIED = "applied"
    DISCARDED = "discarded"


class Run(NamedTuple):
    """An import of history."""

    id: int
    source: str
    is_invented: bool
    state: RunState
    cells: int
    wrong: int
    applied: int
    begun_at: dt.datetime
    person_post: str | None
    person_unit: str | None


class Problem(NamedTuple):
    """A cell that is wrong."""

    place: str
    indicator: str
    unit: str
    period: str
    typed: str
    problem_zh: str
    problem_en: str


class ReadyCell(NamedTuple):
    """A cell that becomes a fact next."""

    number: int
    indicator_id: int
    unit_id: int
    period: str
    value: Decimal | None
    no_figure: str


class StagedCell(NamedTuple):
    """A cell as it was sent, with what it means as far as one cell says it."""

    number: int
    place: str
    indicator: str
    unit: str
    period: str
    typed: str
    indicator_id: int | None
    unit_id: int | None
    value: Decimal | None
    no_figure: str
    problem_zh: str
    problem_en: str


class CalledUnit(NamedTuple):
    """A unit that a text may mean."""

    typed: str
    id: int
