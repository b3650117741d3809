"""What the queries of urging return, one type per shape."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from shared.light import State


class Chosen(NamedTuple):
    """An open duty that somebody wants to urge.

    `is_urged` is whether it was urged today, `is_waiting` whether it waits for an answer to a difficulty or a request,
    `asked_unit` which unit's that is: None for the lead bureau.
    """

    id: int
    unit_id: int
    is_urged: bool
    is_waiting: bool
    asked_unit: str | None


class Named(NamedTuple):
    """A single duty that somebody wants to urge.

    `is_blocked` is whether it reported a difficulty that stands, `is_paused` whether that was taken on.
    """

    state: State
    due_on: dt.date
    is_ended: bool
    is_blocked: bool
    is_paused: bool


class Urged(NamedTuple):
    """The id of a duty that was urged, with its unit."""

    duty_id: int
    unit_id: int
