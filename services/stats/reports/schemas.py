"""What the operations of reports and rounds take and answer."""

from __future__ import annotations

from services.stats.period_params import PeriodLabel
from services.stats.periods import PeriodKind
from services.stats.reports.records import DayRule, ReportState
from services.stats.reports.timing import Timing
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.audited import Changed
from shared.calling.params import Code, Params, Words
from shared.calling.shapes import Paged, Shape
from shared.text import Text

REPORT = Text("报表", "report")
ROUND = Text("报期", "round")
UNIT = Text("单位", "unit")
INDICATOR = Text("指标", "indicator")
REASON = Text("理由", "reason")
MOST_LINES = 300
MOST_RECIPIENTS = 2000


class ReportOnly(Params):
    """One report, by its id."""

    report_id = f.key(REPORT)


class ReportVersioned(ReportOnly):
    """One report, and the version that the change is based on."""

    version = f.version()


class LineParams(Params):
    """One line of a report; lines with the same section stand together."""

    section = Words(Text("分组标题", "section"), longest=100, may_be_empty=True, load_default="")
    indicator_id = f.key(INDICATOR)


class SaveReport(Params):
    """A report to be made, or with its id and version, to be changed."""

    report_id = f.key(REPORT, load_default=None, allow_none=True)
    version = f.version(load_default=None, allow_none=True)
    table_number = Code(Text("表号", "table number"), longest=40)
    name = Words(Text("名称", "name"), longest=100)
    period_kind = f.member(Text("报告期", "period"), PeriodKind)
    due_rule = f.member(Text("应报日规则", "rule of the due day"), DayRule)
    due_days = f.whole(Text("应报日", "due day"), 1, 60)
    lock_rule = f.member(Text("锁定日规则", "rule of the lock day"), DayRule)
    lock_days = f.whole(Text("锁定日", "lock day"), 1, 60)
    first_period = PeriodLabel(Text("第一期", "first period"))
    last_period = PeriodLabel(Text("最后一期", "last period"), load_default=None, allow_none=True)
    basis_by = Words(Text("制定机关", "issued by"), longest=100, may_be_empty=True, load_default="")
    basis_number = Words(Text("批准文号", "approval number"), longest=100, may_be_empty=True, load_default="")
    basis_until = f.Day(Text("有效期至", "valid until"), load_default=None, allow_none=True)
    contact = Words(Text("联系方式", "contact"), longest=200, may_be_empty=True, load_default="")
    is_invented = f.flag(Text("示例", "example"), load_default=False)
    lines = f.several(f.part(LineParams, INDICATOR), INDICATOR, most=MOST_LINES, load_default=list)
    unit_ids = f.several(f.key(UNIT), UNIT, most=MOST_RECIPIENTS, load_default=list)
    group_ids = f.several(f.key(Text("单位组", "group")), Text("单位组", "group"), most=100, load_default=list)


class AskedUnits(ReportOnly):
    """A page of the units that a report asks; `text` is looked for in their names. One row alone by its id."""

    report_unit_id = f.key(UNIT, load_default=None)
    text = Words(UNIT, longest=60, may_be_empty=True, load_default="")
    page = f.page()


class SaveReportUnit(Params):
    """The days from and until which a report asks a unit, and what they were when somebody looked."""

    report_unit_id = f.key(UNIT)
    was_from = f.Day(Text("原开始日期", "first day before"))
    was_until = f.Day(Text("原截止日期", "end before"), load_default=None, allow_none=True)
    expected_from = f.Day(Text("开始日期", "first day"))
    expected_until = f.Day(Text("截止日期", "first day on which it is no more"), load_default=None, allow_none=True)


class RoundBoard(Params):
    """One round, and which of its units are listed."""

    round_id = f.key(ROUND)
    timing = f.member(Text("报送情况", "standing"), Timing, load_default=None, allow_none=True)
    text = Words(UNIT, longest=60, may_be_empty=True, load_default="")
    page = f.page()


class GrantException(Params):
    """Which unit may change a locked round, why, and until which day."""

    round_id = f.key(ROUND)
    unit_id = f.key(UNIT)
    reason = Words(REASON, longest=500, has_lines=True)
    until_on = f.Day(Text("解锁截止日", "last day of the exception"))


class UnitOnly(Params):
    """One unit, by its id."""

    unit_id = f.key(UNIT)


class SaveUnitSetting(UnitOnly):
    """Whether a head must confirm what the unit hands in; without a version as its first word on it."""

    needs_head = f.flag(Text("经分管领导确认", "a head confirms"))
    version = f.version(load_default=None, allow_none=True)


class YearOfCalendar(Params):
    """The days of a year that are not as their weekday says."""

    year = f.whole(Text("年度", "year"), 1990, 2200)
    is_announced = f.flag(Text("已公布", "announced"))
    off = f.several(f.Day(Text("放假", "day off")), Text("放假", "days off"), most=366)
    worked = f.several(f.Day(Text("调休上班", "worked day")), Text("调休上班", "days of a weekend worked"), most=120)


class RoundsByCalendar(Params):
    """Another calendar: the years that it has otherwise."""

    tables = f.several(f.part(YearOfCalendar, Text("日历", "a year")), Text("日历", "years"), most=5)


class MovedRound(Shape):
    """A round whose days would be others."""

    round_id = s.key()
    report = s.text()
    period = s.text()
    due_on = s.day("as it is now")
    new_due_on = s.day()
    lock_on = s.day("as it is now")
    new_lock_on = s.day()


class MovedRounds(Shape):
    """All of them, by report and period."""

    rounds = s.several(MovedRound)


class DatedRound(Shape):
    """The days of a round."""

    period = s.text("such as 2026-01, 2026-Q1, 2026-H1 or 2026")
    opens_on = s.day()
    due_on = s.day()
    lock_on = s.day("the last day on which units may change it")


class AheadRound(DatedRound):
    """A round that will be."""

    is_announced = s.flag("whether the State Council's calendar of these days is known; they may move once it is")


class PastRound(AheadRound):
    """A round of a period that is over, which starting the report opens at once."""

    is_overdue = s.flag("whether its due day is over already")
    is_locked = s.flag()


class OpenedRound(DatedRound):
    """A round that is open."""

    round_id = s.key()
    is_locked = s.flag()
    version = s.whole()


class CountedRound(OpenedRound):
    """A round with how many units owe something for it."""

    expected = s.whole("how many units")
    reported = s.whole("how many of them have handed it in")


class ReportHead(Shape):
    """A report without its lines."""

    report_id = s.key()
    table_number = s.text()
    name = s.text()
    period_kind = s.one_of(PeriodKind)
    due_rule = s.one_of(DayRule)
    due_days = s.whole()
    lock_rule = s.one_of(DayRule)
    lock_days = s.whole()
    first_period = s.text()
    last_period = s.text(allow_none=True)
    state = s.one_of(ReportState)
    basis_by = s.text()
    basis_number = s.text()
    basis_until = s.day(allow_none=True)
    contact = s.text()
    is_invented = s.flag("whether its figures are invented, which every page with them says")
    version = s.whole()


class ListedReport(ReportHead):
    """A report in the list."""

    newest_round = s.part(CountedRound, allow_none=True)


class Reports(Shape):
    """All reports by table number."""

    reports = s.several(ListedReport)


class ShownLine(Shape):
    """A line of a report with what its indicator is called."""

    position = s.whole()
    section = s.text()
    indicator_id = s.key()
    code = s.text()
    name = s.text()
    unit_of_measure = s.text()


class NamedUnit(Shape):
    """A unit; the name is empty and the code null as long as it is not known."""

    unit_id = s.key()
    code = s.text(allow_none=True)
    name = s.text()


class RecipientGroup(Shape):
    """A group that a report names; null members as long as nothing was heard of it."""

    group_id = s.key()
    name = s.text()
    members = s.whole(allow_none=True)


class ReportVersion(Shape):
    """Who made a version of a report; null is what nobody knows."""

    version = s.whole()
    changed_at = s.moment()
    person_post = s.text(allow_none=True)
    person_unit = s.text(allow_none=True)
    changes = s.several(Changed, "from the version before; the lines and whom it names by their names")


class ReportAnswer(ReportHead):
    """A report with its lines, whom it names, its rounds and its next days."""

    lines = s.several(ShownLine)
    named_units = s.several(NamedUnit)
    named_groups = s.several(RecipientGroup)
    asked_units = s.whole("how many rows `list_report_units` has")
    past_days = s.several(PastRound, "the rounds of the past that starting it opens at once, newest first, at most 12")
    next_days = s.several(AheadRound, "of the period that is running and the two after it")
    rounds = s.several(CountedRound, "newest first")
    left_out = s.several(NamedUnit, "named, but asked the same by another active report; the first of them")
    versions = s.several(ReportVersion, "newest first")


class AskedUnit(Shape):
    """From and until when a report asks a unit."""

    report_unit_id = s.key()
    unit_id = s.key()
    code = s.text(allow_none=True)
    unit = s.text()
    expected_from = s.day()
    expected_until = s.day("the first day on which it is asked no more", allow_none=True)
    is_by_hand = s.flag("whether the lead bureau set these days")


class AskedUnitsPage(Paged):
    """A page of the units of a report."""

    count = s.whole("how many there are on all pages")
    units = s.several(AskedUnit)


class OwingUnit(Shape):
    """What a unit owes for a round, and how far that is."""

    submission_id = s.key()
    unit_id = s.key()
    code = s.text(allow_none=True)
    unit = s.text()
    state = s.text("as docs/states.md has it")
    timing = s.one_of(Timing)
    first_submitted_at = s.moment(allow_none=True)
    accepted_at = s.moment(allow_none=True)
    until_on = s.day("until when an exception lets it change what is locked", allow_none=True)


class MissingUnit(Shape):
    """A unit whose submission is not in."""

    unit_id = s.key()
    name = s.text()


class GrantedException(Shape):
    """An exception from the lock, as it was granted."""

    unit_id = s.key()
    unit = s.text()
    reason = s.text()
    until_on = s.day()
    granted_at = s.moment()
    person_post = s.text(allow_none=True)
    person_unit = s.text(allow_none=True)


class BoardRound(OpenedRound):
    """A round, and whether its days may move."""

    is_announced = s.flag("whether the State Council's calendar of its days is known")


class RoundBoardAnswer(Paged):
    """Who is in and who is missing; the numbers are of all units, whichever are listed."""

    report = s.part(ReportHead)
    round = s.part(BoardRound)
    expected = s.whole("how many units owe something")
    reported = s.whole("how many of them have handed it in")
    on_time = s.whole("how many of them did until the due day")
    units = s.several(OwingUnit, "in the order of the directory")
    missing = s.several(MissingUnit, "the first of them")
    exceptions = s.several(GrantedException, "newest first")


class UnitSetting(Shape):
    """How a unit wants its submissions handled; version null when it never said."""

    unit_id = s.key()
    needs_head = s.flag()
    version = s.whole(allow_none=True)
