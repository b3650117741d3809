"""Units and groups as the pages choose from them: under headings by kind, as checkboxes with values like unit:12.

Where there are few, a form lists them all. Where there are many it lists those that are chosen and those that a search
found: a button of the same form, which shows it again with everything typed and ticked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import request
from flask_babel import gettext as _

from services.portal.clients import ask
from services.portal.numbers import is_number
from services.portal.searching import shortened
from shared.errors import MALFORMED, Invalid

ORDER_OF_KINDS = ("lead", "department", "township", "village", "leading_group", "county")
LONGEST_ID = 18
MOST_CHOSEN = 1000


def is_search() -> bool:
    """Whether the form was sent by its button for searching units, and not to be saved."""
    return "search" in request.form


def sought() -> str:
    """The text to find units by; empty when the form was sent to be saved, or not at all."""
    return shortened(request.form.get("find", "")) if is_search() else ""


@dataclass(frozen=True, slots=True)
class Directory:
    """Units and groups to choose from: all that there are when `is_complete`, else the chosen and the found ones.

    `total` counts all active units, `found` those that fit `text`, of which the first fifty are among `units`.
    """

    units: list[dict[str, Any]]
    groups: list[dict[str, Any]]
    is_complete: bool
    total: int
    found: int | None
    text: str

    @classmethod
    def load(cls, chosen: Iterable[str] = ()) -> Directory:
        """What the form of this request offers; `chosen` are values of its fields, such as unit:12, group:3 or 12."""
        text = sought()
        unit_ids, group_ids = ids_of(chosen)
        found = ask("tasks", "unit_choices", text=text, unit_ids=unit_ids, group_ids=group_ids)
        return cls(found["units"], found["groups"], found["is_complete"], found["total"], found["found"], text)

    @property
    def blank(self) -> Directory:
        """The same for another form of the page, in which nothing is chosen and nobody has searched."""
        return self if self.is_complete else replace(self, units=[], found=None, text="")

    @property
    def kinds(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """The choices under their kinds; a kind that only a newer release knows comes last."""
        kinds = dict.fromkeys((*ORDER_OF_KINDS, *(unit["kind"] for unit in self.units)))
        by_kind = [(kind, [unit for unit in self.units if unit["kind"] == kind]) for kind in kinds]
        return [(kind, units) for kind, units in by_kind if units]

    @property
    def unit_ids(self) -> set[str]:
        """The ids of the units to choose from, as a form sends them."""
        return {str(unit["unit_id"]) for unit in self.units}

    def all_of(self, kind: str) -> list[str]:
        """The choices of a group of all units of this kind, where all are listed and lie in one county."""
        counties = sum(unit["kind"] == "county" for unit in self.units)
        is_known = bool(kind) and self.is_complete and counties < 2
        return [f"unit:{unit['unit_id']}" for unit in self.units if unit["kind"] == kind] if is_known else []

    @property
    def group_values(self) -> list[str]:
        return [f"group:{group['group_id']}" for group in self.groups]

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(str(unit["unit_id"]), name_of(unit)) for _kind, units in self.kinds for unit in units]


def name_of(unit: dict[str, Any]) -> str:
    """The unit's name, and whether it is switched off: one that was chosen before stays in its form."""
    return str(unit["name"] if unit["is_active"] else _("%(name)s（已停用）", name=unit["name"]))


def ids_of(values: Iterable[str]) -> tuple[list[int], list[int]]:
    """Ids of the units and of the groups among the values of a form's fields; what is none is passed over."""
    unit_ids: dict[int, None] = {}
    group_ids: dict[int, None] = {}
    for value in values:
        kind, _colon, number = value.rpartition(":")
        if is_number(number) and len(number) <= LONGEST_ID:
            (group_ids if kind == "group" else unit_ids)[int(number)] = None
    return list(unit_ids)[:MOST_CHOSEN], list(group_ids)[:MOST_CHOSEN]


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
    if kind not in {"unit", "group"} or not is_number(number):
        raise Invalid(MALFORMED)
    return {"role": role, f"{kind}_id": int(number)}
