"""What the operations of reminder policies take and answer."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from services.notifications.policies.rules import Audience, Scope
from shared.accounts import OUTSIDE
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.params import Params
from shared.calling.shapes import Shape
from shared.text import Text

SCOPE, SUBJECT = Text("范围", "scope"), Text("清单或报表", "checklist or report")
AUDIENCE = Text("提醒对象", "audience")
STAGES, AGAIN = Text("提醒阶段", "stages"), Text("重复提醒", "what is repeated")
WORDS_ZH, WORDS_EN = Text("中文用语", "Chinese words"), Text("英文用语", "English words")
SLIP = Text("提醒单名称", "name of the slip")
CHANNELS = Text("渠道", "channels")
# More than can be kept, so that the complaint is about the policy.
MOST = 100


class PolicyOf(Params):
    """Whose policy; `subject_id` is the checklist or the report, 0 for everything."""

    scope = f.member(SCOPE, Scope)
    subject_id = f.whole(SUBJECT, 0, 2**63 - 1, load_default=0)


class TypedStage(Params):
    """One stage, as it was typed; the policy as a whole is checked with sentences of its own."""

    offset = f.whole(Text("工作日", "working days"), -1000, 1000)
    audience: fields.List[Any] = f.several(
        f.member(AUDIENCE, Audience), AUDIENCE, most=len(Audience), load_default=list
    )
    # Of who does not know channels: by all of them, or by none.
    by_mail = f.flag(Text("邮件", "mail"), load_default=False)
    channels: fields.List[Any] = f.several(
        f.choice(CHANNELS, OUTSIDE), CHANNELS, most=len(OUTSIDE), load_default=None, allow_none=True
    )
    zh = f.Words(WORDS_ZH, longest=500, may_be_empty=True)
    en = f.Words(WORDS_EN, longest=500, may_be_empty=True)
    slip_zh = f.Words(SLIP, longest=500, may_be_empty=True, load_default="")
    slip_en = f.Words(SLIP, longest=500, may_be_empty=True, load_default="")


class TypedPolicy(PolicyOf):
    """A policy as it was typed, from a day on; `follows_general` for that of everything."""

    follows_general = f.flag(Text("按一般规则", "follow the general rules"), load_default=False)
    stages: fields.List[Any] = f.several(f.part(TypedStage, STAGES), STAGES, most=MOST, load_default=list)
    again = f.part(TypedStage, AGAIN, load_default=None, allow_none=True)
    effective_from = f.Day(Text("生效日期", "day on which it takes effect"))


class SavePolicy(TypedPolicy):
    """A new version; `version` is the newest that the page knew, 0 for none."""

    version = f.whole(Text("版本", "version"), 0, 2**31 - 1)
    reason = f.Words(Text("修改原因", "reason"), longest=200)


class Foretell(Params):
    """By what holds, or by a policy that is not saved yet; and whether the single lines are asked for."""

    draft = f.part(TypedPolicy, Text("提醒规则", "policy"), load_default=None, allow_none=True)
    with_lines = f.flag(Text("逐项列出", "with the lines"), load_default=False)


class ListedPolicy(Shape):
    """What has or may have a policy."""

    scope = s.one_of(Scope)
    subject_id = s.whole("0 for everything")
    name = s.text("of the checklist or the report, empty for everything")
    is_own = s.flag("whether a policy of its own holds today")


class PolicyList(Shape):
    """That of everything first, then checklists, then reports."""

    policies = s.several(ListedPolicy)


class Stage(Shape):
    """One stage."""

    offset = s.whole("in working days from the due date; of what is repeated, after how many")
    audience = s.several(s.one_of(Audience))
    by_mail = s.flag("whether mail is among the channels")
    channels = s.several(s.one_of(OUTSIDE), "by which it leaves the house")
    zh = s.text("the words")
    en = s.text("the words")
    slip = s.sentence("the name of the slip that it is, null where it is none", allow_none=True)


class PolicyContent(Shape):
    """Stages by their offsets, and what is repeated after the last one, null for nothing."""

    stages = s.several(Stage)
    again = s.part(Stage, allow_none=True)


class PolicyVersion(Shape):
    """One version."""

    version = s.whole()
    effective_from = s.day()
    policy = s.part(PolicyContent, "null for that of everything", allow_none=True)
    author = s.text("unit and post, as they were")
    reason = s.text()
    saved_at = s.moment()


class PolicyAnswer(ListedPolicy):
    """A policy with its history, newest version first."""

    version = s.whole("of the newest, 0 without any")
    in_force = s.part(PolicyContent, "what holds today")
    newest = s.part(PolicyContent, "what was saved last, or holds today where that was nothing of its own")
    built_in = s.part(PolicyContent, "what holds where nobody has saved anything")
    history = s.several(PolicyVersion)


class ForetoldPart(Shape):
    """Lines of a message that say the same and go the same ways, beside the inbox."""

    stage = s.text()
    offset = s.whole("in working days from the due date; null for what is told at once", allow_none=True)
    channels = s.several(s.one_of(OUTSIDE), "empty for the inbox alone")
    lines = s.whole("how many")


class ForetoldMessage(Shape):
    """What one post would be told on one day."""

    day = s.day()
    unit = s.text("name")
    post = s.text()
    stages = s.json_object("how many lines of each stage")
    total = s.whole("how many lines")
    parts = s.several(ForetoldPart)


class ForetoldLine(Shape):
    """One line of such a message."""

    day = s.day()
    unit = s.text("name of who is told")
    post = s.text()
    kind = s.one_of(Scope, "a duty of a checklist, or a report")
    title = s.text()
    period = s.text()
    due_on = s.day()
    stage = s.text("as in a message")
    offset = s.whole("in working days from the due date; null for what is told at once", allow_none=True)
    slip = s.sentence("the name of the slip that is issued, null for none", allow_none=True)
    is_silenced = s.flag("whether it is not said because of a silence")
    channels = s.several(s.one_of(OUTSIDE), "by which it leaves the house, beside the inbox")


class Forecast(Shape):
    """Who would be told what in the next 30 days, by day, units in the order of the directory."""

    messages = s.several(ForetoldMessage, "without what is silenced")
    silenced = s.whole("how many lines are not said because of a silence")
    lines = s.several(ForetoldLine, "at most 20,000, none unless asked for")
    lines_more = s.whole("how many lines are left out")
