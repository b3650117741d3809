"""Whether a round can still be changed. Pure."""

from __future__ import annotations

import datetime as dt


def is_locked(lock_on: dt.date, today: dt.date, until: dt.date | None) -> bool:
    """Whether a unit may change nothing more: its lock day is over, and so is its exception (`until`) if it has one."""
    return today > lock_on and (until is None or today > until)
