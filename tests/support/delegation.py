"""Duties that a unit splits among units below it, and amendments of what they are about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from tests.support.checklists import fetch, run, work_off
from tests.support.duties import read
from tests.support.tasks import Caller

# A week before the duties of `tests/support/duties.py` are due.
DAY = "2026-06-23"

# What is done with a draft that amends a checklist: the draft's row of the item.
Edit = Callable[[Caller, dict[str, Any]], None]


def villages(call: Caller, *names: str) -> None:
    """Make villages of 徽城镇 beside 古关村, in this order."""
    above = call.world.units["徽城镇"]
    for number, name in enumerate(names, start=202):
        params = {"code": f"341021100{number}", "name": name, "kind": "village", "parent_id": above, "aliases": [],
                  "is_active": True}  # fmt: skip
        call("save_unit", params, as_="admin")


def delegate(
    call: Caller,
    duty: dict[str, Any],
    *units: str,
    day: str = DAY,
    text: str = "",
    as_: str = "staff",
    command_id: UUID | None = None,
    **days: str,
) -> dict[str, Any]:
    """Split a duty among units by name, all until `day` or each until its own; the duty after it."""
    given = dict.fromkeys(units, day) | days
    params = {
        "duty_id": duty["duty_id"],
        "version": duty["version"],
        "units": [{"unit_id": _unit_id(call, unit), "due_on": on} for unit, on in given.items()],
        "text": text,
    }
    return call("delegate_duty", params, as_=as_, command_id=command_id)


def _unit_id(call: Caller, name: str) -> int:
    """Of this test's own directory: the world is that of all tests."""
    found: int = fetch(call.service.database, "SELECT id FROM unit WHERE name = %s", (name,))[0].id
    return found


def split(call: Caller, duty: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Give the only village of 徽城镇 its part of a duty."""
    return delegate(call, duty, "古关村", **more)


def part_of(call: Caller, whole: dict[str, Any], *, as_: str = "lead") -> dict[str, Any]:
    """The first part of a duty, as somebody reads it."""
    return read(call, read(call, whole)["parts"][0], as_=as_)


def amend(call: Caller, duty: dict[str, Any], edit: Edit) -> dict[str, Any]:
    """Amend the checklist of a duty and let the duties follow; what was shown before."""
    draft_id = call("start_amendment", {"checklist_id": duty["checklist_id"]}, as_="lead")["checklist_id"]
    rows = call("get_checklist", {"checklist_id": draft_id}, as_="lead")["rows"]
    edit(call, next(row for row in rows if row["title"] == duty["item"]))
    seen = call("preview_amendment", {"checklist_id": draft_id}, as_="lead")
    params = {"checklist_id": draft_id, "version": seen["version"], "seen": seen["seen"], "reason": "县里调整"}
    call("issue_amendment", params, as_="lead")
    work_off(call.service.database)
    return seen


def redate(day: str) -> Edit:
    def edit(call: Caller, row: dict[str, Any]) -> None:
        run(call.service.database, "UPDATE checklist_row SET due_on = %s WHERE id = %s", (day, row["row_id"]))

    return edit


def drop_item(call: Caller, row: dict[str, Any]) -> None:
    call("delete_row", {"row_id": row["row_id"], "version": row["version"]}, as_="lead")


def name_too(unit: str) -> Edit:
    """Name another unit beside those of the item."""

    def edit(call: Caller, row: dict[str, Any]) -> None:
        run(
            call.service.database,
            "INSERT INTO row_unit (row_id, position, role, unit_id) VALUES (%s, 9, 'lead', %s)",
            (row["row_id"], _unit_id(call, unit)),
        )

    return edit
