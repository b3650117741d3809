"""Parameters of the operations of doing and reviewing."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from shared.calling import params as f
from shared.calling.params import Params, Words
from shared.light import Light
from shared.text import Text

LONGEST_NOTE = 2000
MOST_AT_ONCE = 200
MOST_LISTED = 200

DUTY = Text("责任事项", "duty")
DUTIES = Text("责任事项", "duties")
UNIT = Text("单位", "unit")


def _reason() -> Words:
    return Words(Text("理由", "reason"), longest=LONGEST_NOTE, has_lines=True)


class MyDuties(Params):
    unit_id = f.key(UNIT, load_default=None)
    light = f.member(Text("状态", "light"), Light, load_default=None)
    limit = f.whole(Text("条数", "limit"), 1, MOST_LISTED, load_default=MOST_LISTED)


class DutyOnly(Params):
    duty_id = f.key(DUTY)


class DutyVersion(Params):
    duty_id = f.key(DUTY)
    version = f.version()


class DutyReason(DutyVersion):
    reason = _reason()


class SubmitDuties(Params):
    duties: fields.List[Any] = f.several(f.part(DutyVersion, DUTIES), DUTIES, least=1, most=MOST_AT_ONCE)
    note = Words(
        Text("备注", "note"), longest=LONGEST_NOTE, has_lines=True, may_be_empty=True, allow_none=True, load_default=""
    )


class NoteProgress(Params):
    duty_id = f.key(DUTY)
    text = Words(Text("进展", "progress note"), longest=LONGEST_NOTE, has_lines=True)


class ReviewQueue(Params):
    page = f.page()
