"""What the queries of delegation return, one type per shape."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple


class Below(NamedTuple):
    """A unit that could have a part of a duty; `steps` is how far below it is, 1 for the next.

    `is_part` says whether it has a part of this duty, `is_own` whether it owes the same item for the same period
    otherwise: issued to it, or as a part of another unit's. Neither is so of what was withdrawn.
    """

    id: int
    name: str
    steps: int
    is_part: bool
    is_own: bool


class Part(NamedTuple):
    """What a unit is given: until which day it was said, and when that is due."""

    unit_id: int
    written_due_on: dt.date
    due_on: dt.date
    is_provisional: bool
