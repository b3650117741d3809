"""Parameters of the operations of issuing, doing and reviewing."""

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

CHECKLIST = Text("清单", "checklist")
DUTY = Text("责任事项", "duty")
DUTIES = Text("责任事项", "duties")
UNIT = Text("单位", "unit")


def _reason() -> Words:
    return Words(Text("理由", "reason"), longest=LONGEST_NOTE, has_lines=True, required=True)


class PreviewIssue(Params):
    checklist_id = f.key(CHECKLIST)
    busy_above = f.whole(Text("每月上限", "most duties in a month"), 0, 10_000, load_default=10)


class IssueChecklist(Params):
    checklist_id = f.key(CHECKLIST)
    version = f.version()


class IssueProgress(Params):
    checklist_id = f.key(CHECKLIST)


class MyDuties(Params):
    unit_id = f.key(UNIT, load_default=None, allow_none=True)
    light = f.choice(Text("状态", "light"), list(Light), load_default=None, allow_none=True)
    limit = f.whole(Text("条数", "limit"), 1, MOST_LISTED, load_default=MOST_LISTED)


class DutyOnly(Params):
    duty_id = f.key(DUTY)


class DutyVersion(Params):
    duty_id = f.key(DUTY)
    version = f.version()


class DutyReason(DutyVersion):
    reason = _reason()


class SubmitDuties(Params):
    duties: fields.List[Any] = f.several(fields.Nested(DutyVersion), DUTIES, least=1, most=MOST_AT_ONCE)
    note = Words(
        Text("备注", "note"), longest=LONGEST_NOTE, has_lines=True, may_be_empty=True, allow_none=True, load_default=""
    )


class NoteProgress(Params):
    duty_id = f.key(DUTY)
    text = Words(Text("进展", "progress note"), longest=LONGEST_NOTE, has_lines=True, required=True)


class ReviewQueue(Params):
    page = f.whole(Text("页码", "page"), 1, 1_000_000, load_default=1)
