"""What the operations of the rule of lights take and answer."""

from __future__ import annotations

from services.tasks.duties.schemas import Doer
from services.tasks.lights.rule import Standing
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.params import Params, Words
from shared.calling.shapes import Shape
from shared.light_rules import FEWEST, MOST
from shared.text import Text

LONGEST_REASON = 300

_FROM = Text("生效日期", "day from which it holds")
_VERSION = Text("版本", "version, 0 where nobody has saved anything")
_REASON = Text("修改原因", "reason")


class _Dated(Params):
    from_day = f.Day(_FROM)


class PreviewLightRule(_Dated):
    """Within how many working days something is due soon, and from which day on."""

    workdays = f.whole(Text("工作日数", "working days"), FEWEST, MOST)


class SaveLightRule(PreviewLightRule):
    """The same with why, and what it is based on."""

    reason = Words(_REASON, longest=LONGEST_REASON)
    version = f.whole(_VERSION, 0, 2**31 - 1)


class TakeBackLightRule(_Dated):
    """What is planned for which day, and why it is taken back."""

    reason = Words(_REASON, longest=LONGEST_REASON)
    version = f.whole(_VERSION, 0, 2**31 - 1)


class LightRuleVersion(Shape):
    """A version, and who saved it why."""

    version = s.whole()
    from_day = s.day()
    workdays = s.whole("null where it takes back what was planned for that day", allow_none=True)
    standing = s.one_of(Standing, "what became of it by today")
    reason = s.text()
    at = s.moment()
    by = s.part(Doer)


class LightRulesAnswer(Shape):
    """The rule of lights."""

    version = s.whole("0 where nobody has saved anything")
    workdays = s.whole("within how many working days something is due soon today")
    since = s.day("null for the usual number", allow_none=True)
    planned = s.several(LightRuleVersion, "by their days")
    history = s.several(LightRuleVersion, "newest first")


class LightRulePreview(Shape):
    """What would hold from the day on instead of what."""

    version = s.whole("on which saving it is to be based")
    was = s.whole("the working days that hold on that day without it")
    replaces = s.flag("whether a version of the same day gives way to it")
    until = s.day("from when another version holds that is planned already; null without one", allow_none=True)
