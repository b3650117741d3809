"""What the operations of silences take and answer."""

from __future__ import annotations

from services.notifications.policies.rules import Scope
from services.notifications.silences.rules import Hushed
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.params import LARGEST_KEY, Params
from shared.calling.shapes import Paged, Shape
from shared.text import Text

REASON = Text("原因", "reason")


class Silences(Params):
    """Which page, from 1."""

    page = f.page()


class TypedSilence(Params):
    """What is not reminded of, and for how long; `subject_id` is the checklist or the report, 0 for all."""

    scope = f.member(Text("范围", "scope"), Scope)
    subject_id = f.whole(Text("清单或报表", "checklist or report"), 0, LARGEST_KEY, load_default=0)
    unit_id = f.key(Text("单位", "unit"), load_default=None)
    stage = f.member(Text("提醒阶段", "stage"), Hushed, load_default=None)
    from_day = f.Day(Text("开始日期", "first day"))
    until_day = f.Day(Text("结束日期", "last day"))


class MakeSilence(TypedSilence):
    reason = f.Words(REASON, longest=200)


class SilenceOnly(Params):
    silence_id = f.key(Text("停止提醒", "silence"))


class EndSilence(SilenceOnly):
    reason = f.Words(REASON, longest=200)


class SilenceMade(Shape):
    """The silence that began, or will."""

    silence_id = s.key()


class ListedSilence(SilenceMade):
    """One silence, with how much was not said because of it."""

    scope = s.one_of(Scope)
    name = s.text("of the checklist or the report, null for all", allow_none=True)
    unit = s.text("name, null for all", allow_none=True)
    stage = s.one_of(Hushed, "null for both", allow_none=True)
    from_day = s.day()
    until_day = s.day("the last one; before the first when it was ended before it began")
    reason = s.text()
    author = s.text("unit and post, as they were")
    made_at = s.moment()
    ended_by = s.text("unit and post, null unless it was ended before its time", allow_none=True)
    ended_at = s.moment(allow_none=True)
    end_reason = s.text(allow_none=True)
    is_over = s.flag()
    silenced = s.whole("how many reminders were not sent")


class SilencePreview(Shape):
    """What would not be said in the next 30 days because of a silence, and is said without it."""

    things = s.whole("duties and reports")
    units = s.whole("whose they are")


class SilencedUnit(Shape):
    """A unit that may be chosen."""

    unit_id = s.key()
    name = s.text()


class SilencedSubject(Shape):
    """A checklist or a report that may be chosen."""

    scope = s.one_of(Scope)
    subject_id = s.key()
    name = s.text()


class SilenceList(Paged):
    """Newest first, with what may be chosen for another."""

    silences = s.several(ListedSilence)
    units = s.several(SilencedUnit, "in the order of the directory, the first 300")
    subjects = s.several(SilencedSubject, "checklists, then reports")


class SilencedLine(Shape):
    """What was not said of a duty or a report."""

    day = s.day()
    unit = s.text("name")
    kind = s.one_of(Scope, "a duty of a checklist, or a report")
    title = s.text("of the item or the report")
    period = s.text()
    due_on = s.day()
    stage = s.one_of(Hushed)


class SilencedLines(Shape):
    """What was not said because of a silence, newest day first."""

    lines = s.several(SilencedLine, "at most 500")
    is_cut = s.flag("whether there are more")
