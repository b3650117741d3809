"""What the bulletin reads of good practice."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple


class Published(NamedTuple):
    """A good practice that everybody reads, with its unit and the day in Asia/Shanghai on which it was published."""

    title: str
    text: str
    unit_name: str
    published_on: dt.date
