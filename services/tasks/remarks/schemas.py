"""What the operations of remarks take and answer."""

from __future__ import annotations

from typing import Any

from marshmallow import validates_schema

from services.tasks.duties.schemas import Doer
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.params import Params, Words, refuse
from shared.calling.shapes import Paged, Shape
from shared.text import Text

LONGEST = 500
DUTY, ITEM = Text("责任", "duty"), Text("事项", "item")


class MakeRemark(Params):
    """On one duty or on one item, and what is said."""

    duty_id = f.key(DUTY, load_default=None)
    item_id = f.key(ITEM, load_default=None)
    text = Words(Text("批示", "remark"), longest=LONGEST, has_lines=True)

    @validates_schema(skip_on_field_errors=True)
    def _is_about_one(self, data: dict[str, Any], **_: Any) -> None:
        if (data["duty_id"] is None) == (data["item_id"] is None):
            raise refuse("请说明批示哪一项责任或哪一个事项。", "Please say which duty or item the remark is about.")


class AnswerRemark(Params):
    """Which remark, for which duty, and the answer."""

    remark_id = f.key(Text("批示", "remark"))
    duty_id = f.key(DUTY)
    text = Words(Text("答复", "answer"), longest=1000, has_lines=True)


class RemarksOfDuty(Params):
    """Of which duty."""

    duty_id = f.key(DUTY)


class ListRemarks(Params):
    """Which page."""

    page = f.page()


class RemarkMade(Shape):
    """It waits for answers."""

    remark_id = s.key()
    units = s.whole("how many units are asked to answer")


class RemarkAnswer(Shape):
    """What a unit answers, or that it owes an answer."""

    duty_id = s.key()
    unit = s.text()
    text = s.text("null while it owes one", allow_none=True)
    at = s.moment(allow_none=True)
    by = s.part(Doer)


class RemarkShown(Shape):
    """A remark with the answers of the units."""

    remark_id = s.key()
    item_id = s.key()
    item = s.text()
    text = s.text()
    at = s.moment()
    by = s.part(Doer)
    is_open = s.flag("whether a unit owes an answer")
    is_ended = s.flag("whether its checklist is ended: what was not answered stays so")
    days = s.whole("days until the last answer, or until today where none came or one is owed")
    answers = s.several(RemarkAnswer, "those that are owed first")


class Remarks(Paged):
    """Open ones first, oldest first; then the newest."""

    remarks = s.several(RemarkShown)
    waiting = s.whole("how many answers are owed altogether")


class DutyRemarks(Shape):
    """The remarks on one duty, newest first, each with its own answer alone."""

    remarks = s.several(RemarkShown)
