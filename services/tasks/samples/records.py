"""What the queries of samples return, one type per shape."""

from __future__ import annotations

from typing import NamedTuple

from shared.light import State


class Draw(NamedTuple):
    """By what a checklist's sample is drawn; a checklist that the release before issued has no seed."""

    title: str
    state: str
    seed: str | None
    percent: int


class Confirmed(NamedTuple):
    """Of one measure's drawn duties how many there are, were decided on, and were accepted and never returned."""

    measure_id: int
    measure: str
    drawn: int
    decided: int
    confirmed: int


class InDraw(NamedTuple):
    """One duty in the draw."""

    duty_id: int
    unit_id: int
    unit_name: str
    item_id: int
    item: str
    measure: str
    period: str
    revision: int
    is_drawn: bool
    state: State
