"""What the queries of this package return, one type per shape."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from services.stats.completion.completion import Bucket


class CellGroup(NamedTuple):
    """So many duties of one unit and item in the same bucket with the same due date."""

    unit_id: int
    item_id: int
    due_on: dt.date
    bucket: Bucket
    duties: int


class LateRound(NamedTuple):
    """A round whose due day is over with how many units it expects and how many are not in, the first ones by name."""

    round_id: int
    report_id: int
    table_number: str
    report: str
    period: str
    due_on: dt.date
    expected: int
    missing: int
    names: list[str]
