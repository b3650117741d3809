"""What the queries of the turn of the year return, one type per shape."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple


class Standing(NamedTuple):
    """How far the duties of a checklist are: `open` ones are not submitted, `submitted` ones wait for a review."""

    total: int
    done: int
    submitted: int
    open: int
    requests: int


class Burden(NamedTuple):
    """What the duties that are done took, as the middle of all units: days until done, and acts of the unit."""

    median_days: int | None
    median_steps: int | None


class Ended(NamedTuple):
    """Of a checklist when and with which word it was ended, and which one it was carried over from."""

    closed_at: dt.datetime | None
    closed_reason: str | None
    carried_from_id: int | None


class OfYear(NamedTuple):
    """A checklist of a year that was issued, with the number of its duties, the parts of duties among them."""

    checklist_id: int
    title: str
    state: str
    closed_at: dt.datetime | None
    dropped_on: dt.date | None
    duties: int


class CarriedInto(NamedTuple):
    """A checklist that another one was carried over into."""

    checklist_id: int
    title: str
