"""What the operation of urging takes and answers."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validates_schema

from services.tasks.duties.schemas import DUTY
from services.tasks.vocabulary import CHECKLIST, UNIT
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.params import Params, Words, refuse
from shared.calling.shapes import Shape
from shared.text import Text

LONGEST_TEXT = 200
# As many as one page of a board's search gives.
MOST_URGED = 1000
ONE_OF_THEM = Text(
    "请说明催办哪一项责任、哪一个事项、哪一个单位，或哪一项责任的分解。",
    "Please say which duty, which item, which unit, or the parts of which duty are urged.",
)


class Urge(Params):
    """One duty, one item, one unit under one checklist, or the parts of a whole; and words to go with it.

    Of a unit, `duty_ids` are those that are meant; without it all.
    """

    duty_id = f.key(DUTY, load_default=None)
    item_id = f.key(Text("事项", "item"), load_default=None)
    unit_id = f.key(UNIT, load_default=None)
    checklist_id = f.key(CHECKLIST, load_default=None)
    duty_ids: fields.List[Any] = f.several(
        f.key(DUTY), Text("责任", "duties"), most=MOST_URGED, load_default=None, allow_none=True
    )
    whole_id = f.key(Text("分解的责任", "split duty"), load_default=None)
    text = Words(Text("催办的话", "words"), longest=LONGEST_TEXT, may_be_empty=True, load_default="")

    @validates_schema(skip_on_field_errors=True)
    def _means_one(self, data: dict[str, Any], **_: Any) -> None:
        named = [data["duty_id"], data["item_id"], data["unit_id"], data["whole_id"]]
        if sum(one is not None for one in named) != 1 or (data["unit_id"] is None) != (data["checklist_id"] is None):
            raise refuse(ONE_OF_THEM.zh, ONE_OF_THEM.en)


class Awaited(Shape):
    """Whose answer duties wait for."""

    unit = s.text("null for the lead bureau", allow_none=True)
    duties = s.whole()


class Urgings(Shape):
    """What became of it."""

    urged = s.whole("number of duties")
    units = s.whole("number of units that are told")
    already = s.whole("number of duties that were urged today before")
    waiting = s.whole("number of duties that wait for somebody else's answer, and are not urged")
    awaited = s.several(Awaited, "the same by whose answer that is, the lead bureau first")
