"""What a recount finds, one type per shape."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import NamedTuple


class WrongCell(NamedTuple):
    """A number that is not what a recount of what it stands for gives.

    `counter` is the table; `key` an item, a unit or an indicator; `of_unit` and `period` are a figure's alone, the days
    and the bucket a counter's.
    """

    counter: str
    checklist_id: int | None
    key: int
    of_unit: int | None
    period: str | None
    day: dt.date | None
    due_on: dt.date | None
    bucket: str | None
    had: Decimal
    should_be: Decimal


class Checked(NamedTuple):
    """What the newest recount found: on which day, and how many cells were wrong."""

    day: dt.date
    checked_at: dt.datetime
    cells: int


class HeldDuty(NamedTuple):
    """A duty as boards count it."""

    id: int
    version: int
    state: str
    due_on: dt.date
