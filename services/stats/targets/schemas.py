"""What the operations of targets take and answer. Figures and shares travel as exact decimals in text."""

from __future__ import annotations

from services.stats.figure_params import TypedFigure
from services.stats.figures.schemas import AsOf, IndicatorShown, UnitShown
from services.stats.period_params import PeriodLabel
from services.stats.targets.progress import Comparator, Standing
from services.stats.targets.records import Course
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.params import Params, Words
from shared.calling.shapes import Shape
from shared.text import Text

TARGET = Text("目标", "target")
REASON = Text("原因", "reason")
STATEMENT = Text("通知里的目标", "target of a notice")
LONGEST_SPLIT = 20_000


class TargetsAsked(AsOf):
    """All targets, now or as of a moment."""


class TargetAsked(AsOf):
    """One target, now or as of a moment."""

    target_id = f.key(TARGET)


class SaveTarget(Params):
    """A target to be set, of what a notice says perhaps, or with its id and version, to be changed.

    Without a `unit`, by name or code, it is about the top one. Beginning and end may be periods of any kind.
    """

    target_id = f.key(TARGET, load_default=None, allow_none=True)
    version = f.version(load_default=None, allow_none=True)
    statement_id = f.key(STATEMENT, load_default=None, allow_none=True)
    indicator_id = f.key(Text("指标", "indicator"))
    unit = Words(Text("单位", "unit"), longest=60, may_be_empty=True, load_default="")
    comparator = f.member(Text("要求", "comparator"), Comparator)
    value = TypedFigure(Text("目标值", "value"), load_default=None, allow_none=True)
    baseline = TypedFigure(Text("基数", "base"), load_default=None, allow_none=True)
    tolerance = TypedFigure(Text("允许相差", "tolerance"), load_default=None, allow_none=True)
    course = f.member(Text("序时进度", "course"), Course, load_default=Course.LINEAR)
    first_month = PeriodLabel(Text("开始", "beginning"))
    last_month = PeriodLabel(Text("结束", "end"))
    words = Words(Text("文件原文", "words of the document"), longest=300, may_be_empty=True, load_default="")
    whole_id = f.key(Text("所属的目标", "whole"), load_default=None, allow_none=True)
    reason = Words(REASON, longest=500, may_be_empty=True, load_default="")


class SplitTarget(Params):
    """How a target is split, a share a line: `2026 徽城镇 300`, of which year or unit may be left out."""

    target_id = f.key(TARGET)
    version = f.version()
    split = Words(Text("分解", "split"), longest=LONGEST_SPLIT, has_lines=True, may_be_empty=True, load_default="")


class DropTarget(Params):
    """A target that holds no more, and why."""

    target_id = f.key(TARGET)
    version = f.version()
    reason = Words(REASON, longest=500)


class TargetShown(Shape):
    """A target and where it stands."""

    target_id = s.key()
    version = s.whole()
    indicator_id = s.key()
    unit_id = s.key("whose figure it is about")
    comparator = s.one_of(Comparator)
    value = s.decimal("null where it is none left or rising", allow_none=True)
    baseline = s.decimal(allow_none=True)
    tolerance = s.decimal(allow_none=True)
    course = s.one_of(Course)
    first_month = s.text()
    last_month = s.text()
    words = s.text("as the document has it")
    whole_id = s.key("of what it is a part", allow_none=True)
    indicator = s.part(IndicatorShown)
    unit = s.part(UnitShown)
    is_of_year = s.flag("whether it is made of the sums of its year so far, so that months do not add up")
    standing = s.one_of(Standing)
    reached = s.decimal("the sum so far, or the newest figure", allow_none=True)
    at = s.text("up to which period; null without any figure", allow_none=True)
    share = s.decimal("of the way, 1 is all of it; null where there is no way", allow_none=True)
    time = s.decimal("of the time, by its course; null where there is no way", allow_none=True)
    gap = s.decimal("what is missing", allow_none=True)
    needed = s.decimal("in each month that is left", allow_none=True)
    missing = s.whole("how many units are missing in it")
    course_years = s.several(s.whole(), "the years of which the course was taken; none for a straight line")
    likelihood = s.decimal("from 0 to 1; null where too little is known", allow_none=True)
    likelihood_months = s.whole("on how many months that stands")
    why = s.sentence("why it stands so, with the numbers")
    likely = s.sentence("the likelihood with its method", allow_none=True)
    why_not_likely = s.sentence(allow_none=True)
    notes = s.several(s.sentence(), "what must be known beside it")


class PeriodOfTarget(Shape):
    """A period of a target."""

    period = s.text()
    value = s.decimal("of the period itself", allow_none=True)
    reached = s.decimal("at its end; null for what is not counted yet", allow_none=True)
    expected = s.decimal("what should be there at its end")
    units = s.whole("of how many units the figure is")
    missing = s.whole("how many of them are missing")
    is_counted = s.flag("whether it is part of what is reached")


class StatedTarget(Shape):
    """What a notice says of a target, as the target that may be made of it."""

    statement_id = s.key()
    plan = s.text("the title of the plan")
    name = s.text("what the notice calls the figure")
    words = s.text("the notice's own")
    comparator = s.one_of(Comparator)
    value = s.decimal(allow_none=True)
    unit_of_measure = s.text()
    first_month = s.text()
    last_month = s.text()
    is_part = s.flag("whether the notice counts it within the one before")
    indicator_id = s.key("of the indicator that the name means, null where that is not clear", allow_none=True)


class StatementOnly(Params):
    """One statement of a notice."""

    statement_id = f.key(STATEMENT)


class StatementKept(Shape):
    """Which statement was dealt with."""

    statement_id = s.key()


class ListedTarget(TargetShown):
    """A target in the list, with its course."""

    rows = s.several(PeriodOfTarget, "from its first to its last")


class Targets(Shape):
    """All targets."""

    unit = s.part(UnitShown, "the top one", allow_none=True)
    as_of = s.moment(allow_none=True)
    targets = s.several(ListedTarget, "each part after its whole")
    is_invented = s.flag("whether figures of any of them are invented")
    statements = s.several(StatedTarget, "of which nobody has made a target yet; none as of a moment")


class ShareShown(Shape):
    """A share of a target."""

    year = s.whole(allow_none=True)
    unit_id = s.key(allow_none=True)
    unit = s.text()
    value = s.decimal()
    reached = s.decimal(allow_none=True)
    share = s.decimal(allow_none=True)
    last_period = s.text("up to which it is reached", allow_none=True)


class VersionOfTarget(Shape):
    """A version of a target, and who made it."""

    version = s.whole()
    comparator = s.one_of(Comparator)
    value = s.decimal(allow_none=True)
    is_dropped = s.flag()
    reason = s.text()
    known_since = s.moment()
    by_post = s.text(allow_none=True)
    by_unit = s.text(allow_none=True)


class TargetAnswer(TargetShown):
    """A target with all that its page shows."""

    as_of = s.moment(allow_none=True)
    whole = s.text("the indicator of its whole", allow_none=True)
    rows = s.several(PeriodOfTarget, "from its first to its last")
    years = s.several(ShareShown)
    units = s.several(ShareShown, "in the order of the directory")
    differences = s.several(s.sentence(), "how the sums of the split compare with the target")
    split = s.text("the split as lines that can be changed")
    versions = s.several(VersionOfTarget, "the newest first")


class TargetKept(Shape):
    """Which version of a target holds now."""

    target_id = s.key()
    version = s.whole()


class ChoosableIndicator(IndicatorShown):
    """An indicator, and the comparators that fit it."""

    comparators = s.several(s.one_of(Comparator))


class ChoosableWhole(Shape):
    """A target that may have parts."""

    target_id = s.key()
    name = s.text()


class TargetChoices(Shape):
    """What there is to choose from when a target is set."""

    indicators = s.several(ChoosableIndicator)
    wholes = s.several(ChoosableWhole)
