"""Issued duties to work with, on a day that the test chooses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from shared import clock
from tests.support.checklists import DUE_ON, add_row, draft, duties_of, issue, lead, support
from tests.support.tasks import Caller

TODAY = dt.date(2026, 5, 8)


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> Callable[[dt.date], None]:
    """Noon in Shanghai on 2026-05-08, a Friday; call it to move to another day."""

    def move(day: dt.date) -> None:
        monkeypatch.setattr(clock, "now", lambda: dt.datetime.combine(day, dt.time(4), tzinfo=dt.UTC))

    move(TODAY)
    return move


def issued(
    call: Caller,
    *units: str,
    items: int = 1,
    due_on: dt.date | None = DUE_ON,
    supports: bool = False,
    **item: Any,
) -> list[dict[str, Any]]:
    """Issue items to units by name; the duties, as the lead bureau reads them, by unit and item."""
    made = issued_ids(call, *units, items=items, due_on=due_on, supports=supports, **item)
    return [call("get_duty", {"duty_id": duty_id}, as_="lead") for duty_id in made]


def issued_ids(
    call: Caller,
    *units: str,
    items: int = 1,
    due_on: dt.date | None = DUE_ON,
    supports: bool = False,
    **item: Any,
) -> list[int]:
    """As `issued`, the ids alone: reading each of a hundred duties takes longer than most tests."""
    database, world = call.service.database, call.world
    named = [(support if supports else lead)(world.units[unit]) for unit in units]
    drafted = draft(database)
    for number in range(1, items + 1):
        add_row(database, drafted, f"事项{number}", units=named, due_on=due_on, **item)
    issue(call, drafted)
    owed = [duty for unit in units for duty in duties_of(database, world.units[unit])]
    return [duty.id for duty in owed if duty.checklist_id == drafted.id]


def a_duty(call: Caller, unit: str = "徽城镇", **item: Any) -> dict[str, Any]:
    """One duty of one unit."""
    return issued(call, unit, **item)[0]


def do(call: Caller, operation: str, duty: dict[str, Any], *, as_: str = "staff", **params: Any) -> dict[str, Any]:
    """An operation on a duty, based on the version in hand."""
    return call(operation, {"duty_id": duty["duty_id"], "version": duty["version"], **params}, as_=as_)


def submit(call: Caller, *duties: dict[str, Any], as_: str = "staff", note: str = "") -> dict[str, Any]:
    """Mark duties done, based on the versions in hand."""
    based_on = [{"duty_id": duty["duty_id"], "version": duty["version"]} for duty in duties]
    return call("submit_duties", {"duties": based_on, "note": note}, as_=as_)


def read(call: Caller, duty: dict[str, Any], *, as_: str = "lead") -> dict[str, Any]:
    return call("get_duty", {"duty_id": duty["duty_id"]}, as_=as_)
