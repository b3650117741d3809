"""What the address of a unit's list asks for: a unit, a text, a period, dates, one heading and its page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import request
from flask_babel import gettext as _

from services.portal import dates, language, words
from services.portal.day_fields import iso_day, wrong_days
from services.portal.duty_groups import Group
from services.portal.searching import number, one_of, typed


@dataclass(frozen=True, slots=True)
class DutySearch:
    """`first` and `last` are as they were typed; what is wrong with them stands in `problems`, by the field's name."""

    unit_id: int | None = None
    text: str = ""
    period: str = ""
    first: str = ""
    last: str = ""
    heading: str = ""
    page: int = 1
    problems: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of_request(cls) -> DutySearch:
        asked = {name: typed(name) for name in ("q", "period", "from", "until")}
        return cls(
            unit_id=number("unit"),
            text=asked["q"],
            period=asked["period"][:10],
            first=asked["from"],
            last=asked["until"],
            heading=one_of("heading", set(Group)),
            page=max(1, request.args.get("page", 1, type=int)),
            problems=wrong_days({name: asked[name] for name in ("from", "until")}),
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is sought beside a unit and a heading."""
        return bool(self.text or self.period or self.first or self.last)

    @property
    def in_address(self) -> dict[str, Any]:
        """All but heading and page as an address has them; what is empty is left out."""
        found = {
            "unit": self.unit_id,
            "q": self.text,
            "period": self.period,
            "from": self.first,
            "until": self.last,
        }
        return {name: value for name, value in found.items() if value}

    @property
    def in_words(self) -> str:
        """For the head of a file."""
        named = (
            (_("类型"), words.GROUPS[Group(self.heading)] if self.heading else ""),
            (_("查找"), self.text),
            (_("期次"), dates.period_in_words(self.period, language.current()) if self.period else ""),
            (_("起始日期"), self.first),
            (_("截止日期"), self.last),
        )
        return str(_("，")).join(f"{label}{_('：')}{value}" for label, value in named if value)

    @property
    def as_params(self) -> dict[str, Any]:
        """What the service is asked for. A day that is none is left out: the page says so beside its field."""
        return {
            "unit_id": self.unit_id,
            "text": self.text,
            "period": self.period or None,
            "due_from": iso_day(self.first),
            "due_until": iso_day(self.last),
            "heading": self.heading or None,
            "page": self.page,
        }
