"""What the operations of indicators take and answer."""

from __future__ import annotations

from marshmallow import fields

from services.stats.figure_params import TypedFigure
from services.stats.indicators.definitions import MOST_DECIMALS
from services.stats.indicators.formulas import LONGEST_FORMULA
from services.stats.indicators.kinds import IndicatorType
from services.stats.periods import PeriodKind
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.params import Day, Params, Word, Words
from shared.calling.shapes import Paged, Shape
from shared.text import Text

INDICATOR = Text("指标", "indicator")
MOST_ROWS = 1000
LONGEST_CODE = 30


def _code(label: Text) -> Word:
    return Word(label, longest=LONGEST_CODE, may_be_empty=True, load_default="")


def _optional(label: Text, longest: int) -> Words:
    return Words(label, longest=longest, may_be_empty=True, load_default="")


def _day(label: Text) -> Day:
    return Day(label, load_default=None, allow_none=True)


class DefinitionParams(Params):
    """How an indicator is defined; numerator and denominator are codes of indicators."""

    code = Word(Text("代码", "code"), longest=LONGEST_CODE)
    name = Words(Text("名称", "name"), longest=60)
    definition = Words(Text("口径", "definition"), longest=2000, has_lines=True)
    unit_of_measure = Words(Text("计量单位", "unit of measure"), longest=20)
    decimals = f.whole(Text("小数位数", "decimals"), 0, MOST_DECIMALS, load_default=0)
    period_kind = f.member(Text("报告期", "period"), PeriodKind)
    type = f.member(Text("类型", "type"), IndicatorType)
    numerator = _code(Text("分子", "numerator"))
    denominator = _code(Text("分母", "denominator"))
    formula = Words(Text("公式", "formula"), longest=LONGEST_FORMULA, may_be_empty=True, load_default="")
    bound = TypedFigure(Text("上限", "bound"), load_default=None, allow_none=True)
    may_be_negative = f.flag(Text("可为负数", "may be negative"), load_default=False)
    source = _optional(Text("来源", "source"), 200)
    owner = _optional(Text("责任单位", "owner"), 100)
    basis_by = _optional(Text("制定机关", "issued by"), 100)
    basis_number = _optional(Text("批准文号", "approval number"), 100)
    basis_until = _day(Text("有效期至", "valid until"))
    valid_from = Day(Text("启用日期", "first day of validity"))
    valid_to = _day(Text("停用日期", "last day of validity"))
    is_invented = f.flag(Text("示例", "example"), load_default=False)


class SaveIndicator(DefinitionParams):
    """An indicator to be made, or with its id and version, to be changed."""

    indicator_id = f.key(INDICATOR, load_default=None, allow_none=True)
    version = f.version(load_default=None, allow_none=True)


class IndicatorOnly(Params):
    """One indicator, by its id."""

    indicator_id = f.key(INDICATOR)


class FindIndicators(Params):
    """Which indicators are listed, a page of them or all; `text` is looked for in code, name and definition."""

    text = Words(Text("查找", "text"), longest=60, may_be_empty=True, load_default="")
    page = f.page()
    is_whole = f.flag(Text("全部", "all of them"), load_default=False)


class SheetRow(Params):
    """A line of a sheet: what its cells hold, by field; days and decimals as text, whole numbers as numbers."""

    line = f.whole(Text("行", "line"), 1, 2_000_000)
    cells = f.labelled(fields.Dict(keys=fields.String(), required=True), Text("单元格", "cells"))


class SheetRows(Params):
    """The lines of a sheet of indicators."""

    rows = f.several(f.part(SheetRow, Text("行", "lines")), Text("行", "lines"), least=1, most=MOST_ROWS)


class ImportIndicators(SheetRows):
    """The lines, and the fingerprint of the preview that somebody looked at."""

    seen = f.verbatim(Text("预览", "preview"))


class Defined(Shape):
    """An indicator without its history; numerator and denominator are codes, "" where there is none."""

    indicator_id = s.key()
    version = s.whole()
    code = s.text()
    name = s.text()
    definition = s.text()
    unit_of_measure = s.text()
    decimals = s.whole()
    period_kind = s.one_of(PeriodKind)
    type = s.one_of(IndicatorType)
    numerator = s.text()
    denominator = s.text()
    formula = s.text()
    bound = s.decimal(allow_none=True)
    may_be_negative = s.flag()
    source = s.text()
    owner = s.text()
    basis_by = s.text()
    basis_number = s.text()
    basis_until = s.day(allow_none=True)
    valid_from = s.day()
    valid_to = s.day(allow_none=True)
    is_invented = s.flag("whether its figures are invented, which every page with them says")
    is_asked = s.flag("whether units report it")


class Indicators(Paged):
    """A page of the indicators by code."""

    count = s.whole("how many there are on all pages")
    indicators = s.several(Defined)


class NamedIndicator(Shape):
    """An indicator by what it is called."""

    indicator_id = s.key()
    code = s.text()
    name = s.text()


class AskingReport(Shape):
    """A report that asks the indicator."""

    report_id = s.key()
    table_number = s.text()
    name = s.text()


class FieldChange(Shape):
    """What became of a field, as text; nothing is ""."""

    field = s.text()
    before = s.text()
    after = s.text()


class IndicatorVersion(Shape):
    """Who made a version, when, and what it changed; null is what nobody knows."""

    version = s.whole()
    changed_at = s.moment()
    person_post = s.text(allow_none=True)
    person_unit = s.text(allow_none=True)
    changes = s.several(FieldChange)


class IndicatorAnswer(Defined):
    """An indicator with all that its page shows."""

    rules = s.several(s.sentence(), "what may be added over units and over time, and what it is held against")
    parts = s.several(NamedIndicator, "numerator and denominator of a ratio")
    users = s.several(NamedIndicator, "the indicators that are made of it")
    reports = s.several(AskingReport)
    versions = s.several(IndicatorVersion, "newest first")


class NewLine(Shape):
    """An indicator that a sheet would make."""

    line = s.whole()
    code = s.text()
    name = s.text()


class ChangedLine(NewLine):
    """An indicator that a sheet would change."""

    changes = s.several(FieldChange)


class SheetPreview(Shape):
    """What importing a sheet would change."""

    new = s.several(NewLine)
    changed = s.several(ChangedLine)
    unchanged = s.whole()
    fingerprint = s.text("of all these changes; importing with it stores these or none")


class SheetImported(Shape):
    """How many indicators were made and changed."""

    created = s.whole()
    changed = s.whole()
