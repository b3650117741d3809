"""What the operations of delegation take and answer."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validates_schema

from services.tasks.delegation.queries import MOST_UNITS
from services.tasks.directory.schemas import UnitName
from services.tasks.duties.schemas import UNIT, DutyAnswer, DutyOnly, DutyVersion
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.params import Params, Words, refuse
from shared.calling.shapes import Shape
from shared.text import Text

LONGEST_WORDS = 500
UNITS = Text("分解给哪些单位", "units")
TWICE = Text("同一个单位只能勾选一次。", "A unit can have one part only.")


class ChooseParts(DutyOnly):
    """Which duty."""


class GivenPart(Params):
    """A unit, and until when it is to have done its part."""

    unit_id = f.key(UNIT)
    due_on = f.Day(Text("完成时限", "due date"))


class DelegateDuty(DutyVersion):
    """One duty on the version that was read, among whom it is split, and words to all of them."""

    units: fields.List[Any] = f.several(f.part(GivenPart, UNITS), UNITS, least=1, most=MOST_UNITS)
    text = Words(Text("说明", "note"), longest=LONGEST_WORDS, has_lines=True, may_be_empty=True, load_default="")

    @validates_schema(skip_on_field_errors=True)
    def _names_each_once(self, data: dict[str, Any], **_: Any) -> None:
        if len({one["unit_id"] for one in data["units"]}) < len(data["units"]):
            raise refuse(TWICE.zh, TWICE.en)


class UnitBelow(Shape):
    """A unit that could have a part."""

    unit = s.part(UnitName)
    is_next = s.flag("whether it lies directly below")
    has_part = s.flag("whether it has a part of this duty already")
    has_own = s.flag("whether it owes the same item and period otherwise, and so cannot have a part")


class PartChoices(Shape):
    """Whom a duty could be split among."""

    duty = s.part(DutyAnswer)
    proposed_on = s.day("five working days before it is due, today at least")
    units = s.several(UnitBelow, "active ones below the duty's, those without it and the next ones first, at most 200")
