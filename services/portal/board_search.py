"""What the address of a board's list of duties asks for; it stays there, so a list can be sent on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext as _

from services.portal import words
from services.portal.day_fields import iso_day, wrong_days
from services.portal.searching import number, one_of, typed


@dataclass(frozen=True, slots=True)
class Sought:
    """What the address of the list of duties asks for; days are kept as they were typed."""

    row_id: int | None
    unit_id: int | None
    light: str
    is_blocked: bool
    text: str
    unit_text: str
    first: str
    last: str

    @classmethod
    def of_request(cls) -> Sought:
        return cls(
            row_id=number("row"),
            unit_id=number("unit"),
            light=one_of("light", words.LIGHTS),
            is_blocked="blocked" in request.args,
            text=typed("q"),
            unit_text=typed("name"),
            first=typed("from"),
            last=typed("until"),
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether something was typed."""
        return bool(self.text or self.unit_text or self.first or self.last)

    @property
    def in_address(self) -> dict[str, Any]:
        found = {
            "row": self.row_id,
            "unit": self.unit_id,
            "light": self.light,
            "blocked": 1 if self.is_blocked else None,
            "q": self.text,
            "name": self.unit_text,
            "from": self.first,
            "until": self.last,
        }
        return {name: value for name, value in found.items() if value}

    @property
    def params(self) -> dict[str, Any]:
        """What the service is asked for. A day that is none is left out: the page says so beside its field."""
        return {
            "row_id": self.row_id,
            "unit_id": self.unit_id,
            "light": self.light or None,
            "is_blocked": self.is_blocked,
            "text": self.text,
            "unit_text": self.unit_text,
            "due_from": iso_day(self.first),
            "due_until": iso_day(self.last),
        }

    @property
    def problems(self) -> dict[str, str]:
        return wrong_days({"from": self.first, "until": self.last})

    def in_words(self, found: Mapping[str, Any]) -> str:
        """For the head of a file or a sheet of paper; `found` names row and unit."""
        named = (
            (_("范围"), found["row"]),
            (_("单位"), found["unit"] or self.unit_text),
            (_("灯"), words.LIGHTS[self.light] if self.light else ""),
            (_("受阻"), _("是") if self.is_blocked else ""),
            (_("事项"), self.text),
            (_("起始日期"), self.first),
            (_("截止日期"), self.last),
        )
        return str(_("，")).join(f"{label}{_('：')}{value}" for label, value in named if value)
