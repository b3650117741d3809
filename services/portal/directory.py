"""Units and groups as the pages choose from them: under headings by kind, as checkboxes with values like unit:12."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from services.portal.clients import ask
from shared.calling.caller import MALFORMED
from shared.errors import Invalid

ORDER_OF_KINDS = ("lead", "department", "township", "village", "leading_group", "county")


@dataclass(frozen=True, slots=True)
class Directory:
    """All units and groups. `kinds` keeps the directory's order within a kind."""

    units: list[dict[str, Any]]
    groups: list[dict[str, Any]]

    @classmethod
    def load(cls) -> Directory:
        found = ask("tasks", "list_units")
        return cls(found["units"], found["groups"])

    @property
    def kinds(self) -> list[tuple[str, list[dict[str, Any]]]]:
        active = [unit for unit in self.units if unit["is_active"]]
        by_kind = [(kind, [unit for unit in active if unit["kind"] == kind]) for kind in ORDER_OF_KINDS]
        return [(kind, units) for kind, units in by_kind if units]

    @property
    def group_values(self) -> list[str]:
        return [f"group:{group['group_id']}" for group in self.groups]

    def name(self, unit_id: int | None) -> str:
        return next((str(unit["name"]) for unit in self.units if unit["unit_id"] == unit_id), "")

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(str(unit["unit_id"]), unit["name"]) for _kind, units in self.kinds for unit in units]


def read_units(ticked: Iterable[str], leads: Iterable[str], before: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The row's units from the checkboxes: leads first, then in their former order, new ones last.

    Ticking a unit as lead is enough to choose it.
    """
    lead = set(leads)
    chosen = dict.fromkeys([*ticked, *lead])
    former = {value: place for place, value in enumerate(before)}
    ordered = sorted(chosen, key=lambda value: (value not in lead, former.get(value, len(former))))
    return [_unit(value, "lead" if value in lead else "support") for value in ordered]


def _unit(value: str, role: str) -> dict[str, Any]:
    kind, _colon, number = value.partition(":")
    if kind not in {"unit", "group"} or not number.isdecimal():
        raise Invalid(MALFORMED)
    return {"role": role, f"{kind}_id": int(number)}
