"""What the operations on checks take and answer."""

from __future__ import annotations

from services.stats.checks.records import CheckKind, CheckState, Strictness
from services.stats.indicators.formulas import LONGEST_FORMULA
from services.stats.period_params import PeriodLabel
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.params import Params, Words
from shared.calling.shapes import Shape
from shared.text import Text

CHECK = Text("校验", "check")
REPORT = Text("报表", "report")
LONGEST_SENTENCE = 300


class CheckOnly(Params):
    """One check, by its id."""

    check_id = f.key(CHECK)


class ReportOnly(Params):
    """One report, by its id."""

    report_id = f.key(REPORT)


class ListChecks(Params):
    """The checks of a report, or of all."""

    report_id = f.key(REPORT, load_default=None, allow_none=True)


class CheckContent(Params):
    """What a check says."""

    report_id = f.key(REPORT)
    name = Words(Text("校验名称", "name of the check"), longest=80)
    kind = f.member(Text("校验类型", "kind of check"), CheckKind)
    condition = Words(Text("校验公式", "condition"), longest=LONGEST_FORMULA, may_be_empty=True, load_default="")
    indicator_id = f.key(Text("指标", "indicator"), load_default=None, allow_none=True)
    strictness = f.member(Text("严格程度", "strictness"), Strictness)
    sentence_zh = Words(
        Text("提示语", "sentence in Chinese"), longest=LONGEST_SENTENCE, may_be_empty=True, load_default=""
    )
    sentence_en = Words(
        Text("英文提示语", "sentence in English"), longest=LONGEST_SENTENCE, may_be_empty=True, load_default=""
    )


class SaveCheck(CheckContent):
    """A new check, or one to be changed with the version that the change is based on."""

    check_id = f.key(CHECK, load_default=None, allow_none=True)
    version = f.version(load_default=None, allow_none=True)


class TryCheck(CheckContent):
    """A check as it is written now, and the period to try it on."""

    period = PeriodLabel(may_be_empty=True, load_default="")


class SwitchCheck(Params):
    """A check that is to be asked, or not."""

    check_id = f.key(CHECK)
    version = f.version()
    state = f.choice(Text("状态", "state"), (CheckState.ON, CheckState.OFF))


class CheckShown(Shape):
    """A check of a report."""

    check_id = s.key()
    report_id = s.key()
    name = s.text()
    kind = s.one_of(CheckKind)
    condition = s.text("over codes of indicators; empty for an outlier")
    indicator_id = s.key("of an outlier", allow_none=True)
    strictness = s.one_of(Strictness, "hard: cannot be submitted; soft: with an explanation")
    sentence_zh = s.text("with {CODE} where a number is put in")
    sentence_en = s.text()
    state = s.one_of(CheckState)
    version = s.whole()


class Checks(Shape):
    """Checks by report, in the order in which they were made."""

    checks = s.several(CheckShown)


class StoppedUnit(Shape):
    """A unit whose figures do not pass."""

    unit_id = s.key()
    unit = s.text("name, empty as long as no event has told of the unit")
    sentence = s.sentence()


class Trial(Shape):
    """Whom a check would have stopped."""

    period = s.text("the period that it was tried on, null without any figures", allow_none=True)
    units = s.whole("how many units have figures there")
    stopped = s.several(StoppedUnit, "in directory order")


class SheetCheck(Shape):
    """A check that a sheet can ask."""

    check_id = s.key()
    expression = s.text("in which {CODE} stands for a figure and {prev(CODE)} for last period's")
    codes = s.several(s.text(), "of the figures of this period that it compares")
    text = s.sentence("what to say when it does not hold, with names where numbers would be")


class SheetChecks(Shape):
    """Checks that a sheet can ask."""

    checks = s.several(SheetCheck)
