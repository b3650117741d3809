"""Units and groups as the pages choose from them: under headings by kind, as checkboxes with values like unit:12."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _

from services.portal.clients import ask
from shared.errors import MALFORMED, Invalid

ORDER_OF_KINDS = ("lead", "department", "township", "village", "leading_group", "county")


@dataclass(frozen=True, slots=True)
class Directory:
    """All units and groups. `kinds` keeps the directory's order within a kind.

    Units that are switched off cannot be chosen, but those that stand in what is edited, `present`, are among the
    choices: a form whose choices lack the present value would send another one.
    """

    units: list[dict[str, Any]]
    groups: list[dict[str, Any]]
    present: frozenset[int] = frozenset()

    @classmethod
    def load(cls) -> Directory:
        found = ask("tasks", "list_units")
        return cls(found["units"], found["groups"])

    def having(self, unit_ids: Iterable[int | None]) -> Directory:
        """The same with these units among the choices, whether they are switched off or not."""
        return replace(self, present=frozenset(unit_id for unit_id in unit_ids if unit_id is not None))

    @property
    def kinds(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """The choices under their kinds; a kind that only a newer release knows comes last."""
        shown = [unit for unit in self.units if unit["is_active"] or unit["unit_id"] in self.present]
        kinds = dict.fromkeys((*ORDER_OF_KINDS, *(unit["kind"] for unit in shown)))
        by_kind = [(kind, [unit for unit in shown if unit["kind"] == kind]) for kind in kinds]
        return [(kind, units) for kind, units in by_kind if units]

    def label(self, unit: Mapping[str, Any]) -> str:
        return str(unit["name"] if unit["is_active"] else _("%(name)s（已停用）", name=unit["name"]))

    @property
    def group_values(self) -> list[str]:
        return [f"group:{group['group_id']}" for group in self.groups]

    def name(self, unit_id: int | None) -> str:
        return next((str(unit["name"]) for unit in self.units if unit["unit_id"] == unit_id), "")

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(str(unit["unit_id"]), self.label(unit)) for _kind, units in self.kinds for unit in units]


def read_units(
    ticked: Iterable[str], leads: Iterable[str], before: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """The row's units from the checkboxes; `before` has the parts in the work of those that stood there, in order.

    Those stay in their order and, unless they are made a lead or are one no more, in their part. New leads come before
    them and new others behind. Ticking a unit as lead is enough to choose it.
    """
    former = before or {}
    lead = set(leads)
    places = {value: place for place, value in enumerate(former)}
    chosen = dict.fromkeys([*ticked, *lead])
    ordered = sorted(chosen, key=lambda value: places.get(value, -1 if value in lead else len(places)))
    return [_unit(value, _part(value, lead, former)) for value in ordered]


def _part(value: str, lead: set[str], before: Mapping[str, str]) -> str:
    if value in lead:
        return "lead"
    # The boxes only tell leads from others; another part, of a newer release, is none that they could have changed.
    part = before.get(value, "support")
    return "support" if part == "lead" else part


def _unit(value: str, role: str) -> dict[str, Any]:
    kind, _colon, number = value.partition(":")
    if kind not in {"unit", "group"} or not number.isdecimal():
        raise Invalid(MALFORMED)
    return {"role": role, f"{kind}_id": int(number)}
