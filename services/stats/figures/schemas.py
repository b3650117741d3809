"""What the operations of figures take and answer. Figures travel as exact decimals in text."""

from __future__ import annotations

from services.stats.figures.records import Origin
from services.stats.indicators.kinds import IndicatorType
from services.stats.period_params import PeriodLabel
from services.stats.periods import PeriodKind
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.params import Params, Words
from shared.calling.shapes import Shape
from shared.text import Text

INDICATOR = Text("指标", "indicator")
REPORT = Text("报表", "report")
UNIT = Text("单位", "unit")
YEAR = Text("年度", "year")
AS_OF = Text("截至", "as of")
REASON = Text("原因", "reason")
MOST_INDICATORS = 60
MOST_TYPED = 300


class AsOf(Params):
    """As of which moment; without it, now."""

    as_of = f.moment(AS_OF, load_default=None, allow_none=True)


class FigureAsked(AsOf):
    """One figure; its cells come a page at a time. Without a unit, where the person begins."""

    indicator_id = f.key(INDICATOR)
    unit_id = f.key(UNIT, load_default=None, allow_none=True)
    period = PeriodLabel()
    is_to_date = f.flag(Text("累计", "year to date"), load_default=False)
    page = f.page()
    added_page = f.page()


class CellAsked(Params):
    """One cell: what a unit itself says of an indicator and a period."""

    indicator_id = f.key(INDICATOR)
    unit_id = f.key(UNIT)
    period = PeriodLabel()


class CellHistoryAsked(CellAsked):
    """One cell, and which page of what was known of it."""

    page = f.page()


class TableAsked(AsOf):
    """Figures of a year: of one indicator by unit, or of many indicators of one unit.

    With one indicator its rows are the unit and those right below; with several, or a report, the indicators.
    """

    year = f.whole(YEAR, 1990, 2099)
    unit_id = f.key(UNIT, load_default=None, allow_none=True)
    indicator_id = f.key(INDICATOR, load_default=None, allow_none=True)
    report_id = f.key(REPORT, load_default=None, allow_none=True)
    period_kind = f.member(Text("报告期", "kind of period"), PeriodKind, load_default=None, allow_none=True)
    page = f.page()


class YearAsked(AsOf):
    """All figures of a year of a unit and those right below it; a page holds some of the indicators."""

    year = f.whole(YEAR, 1990, 2099)
    unit_id = f.key(UNIT, load_default=None, allow_none=True)
    page = f.page()


class ProposedAdjustment(Params):
    """What would be added to the sum at a unit, or with a minus taken off it, as it was typed.

    Instead of an amount, the adjustment that is taken back.
    """

    indicator_id = f.key(INDICATOR)
    unit_id = f.key(UNIT)
    period = PeriodLabel()
    amount = Words(Text("调整数", "amount"), longest=60, may_be_empty=True, load_default="")
    takes_back_id = f.key(Text("收回的调整", "adjustment taken back"), load_default=None, allow_none=True)


class NewAdjustment(ProposedAdjustment):
    """The same with its reason."""

    reason = Words(REASON, longest=500)


class NewExternal(Params):
    """A figure that another source published for the whole area, as it was typed; without a unit, for the top one."""

    indicator_id = f.key(INDICATOR)
    unit_id = f.key(UNIT, load_default=None, allow_none=True)
    period = PeriodLabel()
    typed = Words(Text("数值", "value"), longest=60)
    source = Words(Text("来源", "source"), longest=200)
    reason = Words(REASON, longest=500, may_be_empty=True, load_default="")


class ExternalAsked(Params):
    """The published figures of a period: all of the top unit, or one indicator by township."""

    period = PeriodLabel()
    indicator_id = f.key(INDICATOR, load_default=None, allow_none=True)


class TypedExternal(Params):
    """One figure as it was typed; empty for none."""

    indicator_id = f.key(INDICATOR)
    unit_id = f.key(UNIT)
    typed = Words(Text("数值", "value"), longest=60, may_be_empty=True)


class NewExternals(Params):
    """Figures of one period that one source published; a reason where any of them was known otherwise."""

    period = PeriodLabel()
    source = Words(Text("来源", "source"), longest=200)
    reason = Words(REASON, longest=500, may_be_empty=True, load_default="")
    figures = f.several(f.part(TypedExternal, INDICATOR), INDICATOR, most=MOST_TYPED, least=1)


class UnitShown(Shape):
    """A unit."""

    unit_id = s.key()
    code = s.text()
    name = s.text()


class IndicatorShown(Shape):
    """An indicator as far as its figures need it."""

    indicator_id = s.key()
    code = s.text()
    name = s.text()
    definition = s.text()
    unit_of_measure = s.text()
    decimals = s.whole()
    period_kind = s.one_of(PeriodKind)
    type = s.one_of(IndicatorType)
    is_computed = s.flag("a ratio or derived by a formula: units do not report it")
    is_invented = s.flag()


class FigureShown(Shape):
    """A figure and its coverage."""

    value = s.decimal("null where there is none", allow_none=True)
    units = s.whole("of how many units it is")
    missing = s.whole("how many of them are missing")
    expected = s.whole("of how many units a round expected it; 0 for what was imported or entered without any")
    left_out = s.whole(
        "how many gave, of some period, a part only of what it is computed from; that period of theirs is not in it"
    )
    reporting = s.whole("how many base figures are in it")
    without = s.whole("how many times a unit said that there is no figure")
    is_adjusted = s.flag("whether the lead bureau added something to it")
    why = s.sentence("why there can be no figure", allow_none=True)


class ChosenReport(Shape):
    """A report, and its indicators in the order of the form."""

    report_id = s.key()
    table_number = s.text()
    name = s.text()
    is_invented = s.flag()
    indicator_ids = s.several(s.key())


class FigureChoices(Shape):
    """What figures there are to look at."""

    unit = s.part(UnitShown, "where the person begins", allow_none=True)
    reports = s.several(ChosenReport)
    indicators = s.several(IndicatorShown)
    newest_period = s.text("the last period with any figure", allow_none=True)


class InputShown(FigureShown):
    """One of the figures that a ratio or a derived figure is computed from."""

    indicator_id = s.key()
    indicator = s.text()
    period = s.text()
    is_to_date = s.flag()


class AdjustmentShown(Shape):
    """What was added to a sum, by whom and why."""

    adjustment_id = s.key()
    indicator_id = s.key()
    indicator = s.text()
    unit_id = s.key()
    unit = s.text("at whose sum")
    period = s.text()
    amount = s.decimal()
    reason = s.text()
    at = s.moment()
    by_post = s.text(allow_none=True)
    by_unit = s.text(allow_none=True)
    takes_back_id = s.key("the adjustment whose opposite it is, null for one of its own", allow_none=True)
    is_taken_back = s.flag("whether there is such an opposite of it")


class CellShown(Shape):
    """What one unit itself says of an indicator and a period."""

    indicator_id = s.key()
    indicator = s.text()
    unit_id = s.key()
    unit = s.text()
    period = s.text()
    value = s.decimal("null for no figure", allow_none=True)
    no_figure = s.text("why there is none; else empty")
    origin = s.one_of(Origin)
    since = s.moment("since when it is known")


class FigureAnswer(s.Paged):
    """One figure with everything that it is made of."""

    indicator = s.part(IndicatorShown)
    unit = s.part(UnitShown)
    above = s.several(UnitShown, "the units above that the person may see, from the top down")
    period = s.text()
    is_to_date = s.flag()
    as_of = s.moment(allow_none=True)
    figure = s.part(FigureShown)
    note = s.sentence("how a figure of several periods came about", allow_none=True)
    missing = s.several(UnitShown, "the first of the missing units")
    inputs = s.several(InputShown)
    adjustments = s.several(AdjustmentShown, "a page of them, the newest first")
    adjustments_total = s.whole()
    added_page = s.whole("of the adjustments")
    added_pages = s.whole()
    why_not_adjusted = s.sentence("why the lead bureau can add nothing here; null where it can", allow_none=True)
    to_take_back = s.decimal("the one amount that can be added where nothing else can; null for none", allow_none=True)
    cells = s.several(CellShown, "a page of them, of the unit and those below")
    cells_total = s.whole()


class FactShown(Shape):
    """A figure as it became known; `was` is what was known before."""

    value = s.decimal(allow_none=True)
    no_figure = s.text()
    is_first = s.flag()
    was_value = s.decimal(allow_none=True)
    was_no_figure = s.text()
    at = s.moment()
    origin = s.one_of(Origin)
    reason = s.text()
    source = s.text("of an import or an external figure; of a proxy entry who and which day's paper")
    by_post = s.text("of whoever accepted it, or entered it where nobody submits", allow_none=True)
    by_unit = s.text(allow_none=True)
    submission_id = s.key("with which it came in, null for an import or an external figure", allow_none=True)
    submitted_by_post = s.text("of whoever submitted it, or entered it by proxy", allow_none=True)
    submitted_by_unit = s.text(allow_none=True)


class HistoryAnswer(s.Paged):
    """What was ever known of a cell, the newest first, 50 a page."""

    indicator = s.part(IndicatorShown)
    unit = s.part(UnitShown)
    period = s.text()
    facts = s.several(FactShown)


class TableCell(FigureShown):
    """A figure in a table."""

    period = s.text("of which it is: longer than the column's where the indicator is reported for longer ones")


class TableRow(Shape):
    """A unit's figures of an indicator, in the order of the columns."""

    unit_id = s.key()
    unit = s.text()
    indicator_id = s.key()
    is_sum = s.flag("whether others lie below the unit")
    cells = s.several(TableCell)


class TableColumn(Shape):
    """A period, or the year up to it."""

    period = s.text()
    is_to_date = s.flag()


class TableAnswer(s.Paged):
    """A table of figures."""

    unit = s.part(UnitShown)
    above = s.several(UnitShown)
    indicators = s.several(IndicatorShown)
    report = s.part(ChosenReport, allow_none=True)
    year = s.whole()
    as_of = s.moment(allow_none=True)
    period_kind = s.one_of(PeriodKind, "of the columns")
    columns = s.several(TableColumn)
    rows = s.several(TableRow)
    is_invented = s.flag()


class YearRow(Shape):
    """A unit's figures of an indicator in a year, in short."""

    unit_id = s.key()
    unit = s.text()
    indicator_id = s.key()
    is_sum = s.flag()
    values = s.several(s.decimal(allow_none=True), "by column")
    units = s.several(s.whole(), "of how many units each is")
    missing = s.several(s.whole(), "how many of those are missing")
    without = s.several(s.whole(), "how many times a unit said that there is no figure")
    adjusted = s.several(s.flag(), "whether the lead bureau added something")


class YearAnswer(s.Paged):
    """All figures of a year, those of some of the indicators at a time."""

    unit = s.part(UnitShown)
    units_left_out = s.whole("how many of the units right below it have no rows, because there are too many")
    year = s.whole()
    as_of = s.moment(allow_none=True)
    columns = s.several(TableColumn)
    indicators = s.several(IndicatorShown, "those of this page")
    rows = s.several(YearRow)
    is_invented = s.flag()


class EffectShown(Shape):
    """A figure that an adjustment changes."""

    indicator_id = s.key()
    indicator = s.text()
    unit_of_measure = s.text()
    unit_id = s.key()
    unit = s.text()
    before = s.decimal(allow_none=True)
    after = s.decimal(allow_none=True)


class WeighedAdjustment(Shape):
    """What an adjustment would do; nothing is on record yet."""

    amount = s.decimal("with its sign")
    effects = s.several(EffectShown, "the unit's sum first, then those above it, then what is computed from them")
    taken_back = s.part(AdjustmentShown, "what it would take back", allow_none=True)


class AdjustmentKept(Shape):
    """That an adjustment is on record."""

    adjustment_id = s.key()


class ExternalKept(Shape):
    """That an external figure is known, and since when."""

    unit_id = s.key()
    period = s.text()
    since = s.moment()


class ExternalEntry(Shape):
    """A field of the page on which published figures are entered, and what is known there."""

    indicator = s.part(IndicatorShown)
    unit = s.part(UnitShown)
    value = s.decimal(allow_none=True)


class ExternalPeriod(Shape):
    """The published figures of a period."""

    period = s.text()
    source = s.text("typed last for any of these; empty where none was")
    indicators = s.several(IndicatorShown, "all that are published elsewhere, of whatever period")
    entries = s.several(ExternalEntry)


class ExternalsKept(Shape):
    """How many of the figures said something new."""

    period = s.text()
    recorded = s.whole()
