"""What is kept of good practice that was published, and what the bulletin reads of it."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple


class Practice(NamedTuple):
    """A good practice as tasks told it last."""

    id: int
    checklist_id: int
    unit_id: int
    title: str
    text: str
    published_at: dt.datetime
    is_taken_back: bool
    version: int


class Published(NamedTuple):
    """A good practice that everybody reads, with its unit and the day in Asia/Shanghai on which it was published."""

    title: str
    text: str
    unit_name: str
    published_on: dt.date
