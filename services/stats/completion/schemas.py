"""What the stats operations take and answer."""

from __future__ import annotations

from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.light_shapes import LightCounts, LightShown
from shared.calling.params import Params, Words
from shared.calling.shapes import Paged, Shape
from shared.light import Light
from shared.light_rules import FEWEST, MOST
from shared.text import Text

CHECKLIST = Text("清单", "checklist")
ROW = Text("行", "row")
UNIT = Text("单位", "unit")
KIND = Text("单位类型", "kind of unit")
LIGHT = Text("状态", "light")
AS_OF = Text("截至日期", "as-of day")


def _as_of() -> f.Day:
    return f.Day(AS_OF, load_default=None, allow_none=True)


class ChecklistAsOf(Params):
    """One checklist, by its id, as it was at the end of a day, or as it is."""

    checklist_id = f.key(CHECKLIST)
    as_of = _as_of()


class RuleAsked(Params):
    """Within how many working days something would be due soon, on which day."""

    day = f.Day(Text("生效日期", "day from which it holds"))
    workdays = f.whole(Text("工作日数", "working days"), FEWEST, MOST)


class OverviewAsked(ChecklistAsOf):
    """One area or measure of it perhaps, or what one unit owes."""

    row_id = f.key(ROW, load_default=None, allow_none=True)
    unit_id = f.key(UNIT, load_default=None, allow_none=True)


class RowAsOf(Params):
    """One row of levels 1 to 4, by its id, as it was at the end of a day, or as it is."""

    row_id = f.key(ROW)
    as_of = _as_of()


class UnitsBoard(Params):
    """The units of a checklist, of one kind perhaps, a page of them."""

    checklist_id = f.key(CHECKLIST)
    as_of = _as_of()
    kind = Words(KIND, longest=40, may_be_empty=True, load_default=None)
    text = Words(UNIT, longest=60, may_be_empty=True, load_default="")
    page = f.page()
    after = f.key(UNIT, load_default=None)


class FindDuties(Params):
    """What the duties that are looked for have in common."""

    checklist_id = f.key(CHECKLIST)
    as_of = _as_of()
    row_id = f.key(ROW, load_default=None)
    unit_id = f.key(UNIT, load_default=None)
    light = f.member(LIGHT, Light, load_default=None)
    is_blocked = f.flag(Text("受阻", "blocked"), load_default=False)
    text = Words(Text("事项", "item"), longest=60, may_be_empty=True, load_default="")
    unit_text = Words(UNIT, longest=60, may_be_empty=True, load_default="")
    due_from = f.Day(Text("起始日期", "first day"), load_default=None, allow_none=True)
    due_until = f.Day(Text("截止日期", "last day"), load_default=None, allow_none=True)
    page = f.page()
    size = f.whole(Text("每页条数", "lines of a page"), 1, 1000, load_default=50)
    after = f.key(Text("责任", "duty"), load_default=None)


class Signing(Params):
    """Of a checklist or of one row of it; `text` is looked for in the names of units."""

    checklist_id = f.key(CHECKLIST)
    row_id = f.key(ROW, load_default=None)
    text = Words(UNIT, longest=60, may_be_empty=True, load_default="")
    page = f.page()
    after = f.key(UNIT, load_default=None)


class DueSoonByRule(Shape):
    """How many duties of checklists that are not closed would be due soon on a day, as they are now."""

    before = s.whole("by the rule that holds on that day")
    after = s.whole("by the other one")


class ChecklistTitle(Shape):
    """A checklist that was issued."""

    checklist_id = s.key()
    title = s.text()
    year = s.whole()
    state = s.one_of(("issuing", "issued", "closed"))


class ListedBoard(ChecklistTitle):
    """A checklist that has a board."""

    overdue = s.whole("number of its overdue duties, 0 for a closed one")


class Boards(Shape):
    """The checklists that have boards, newest first."""

    checklists = s.several(ListedBoard)


class ChecklistHead(ChecklistTitle):
    """The checklist of a board."""

    revision = s.whole()
    level_names = s.several(s.text(), "of the five levels, from the area down")
    dropped_on = s.day("since when boards keep no single duties of it, but all numbers", allow_none=True)


class Counts(LightCounts):
    """How many duties show each light, and their sum."""

    total = s.whole()
    overdue_blocked = s.whole("how many of the overdue ones are blocked: a part of them, and of no other light")


class CountedRow(Shape):
    """A row with the duties at and below it."""

    row_id = s.key()
    title = s.text()
    counts = s.part(Counts)


class Pace(Shape):
    """Of what is due, how much is done; what waits for review is not done yet."""

    due = s.whole("duties, without those that do not apply")
    done = s.whole("how many of them are done")


class PacedRow(CountedRow):
    """A row with how far it is, and was at the end of the month before."""

    number = s.text("such as 1.2")

    so_far = s.part(Pace, "of all that is due until the day of the board")
    month_ago = s.part(Pace, "null where that day was not kept", allow_none=True)


class CountedArea(PacedRow):
    """An area with its measures."""

    measures = s.several(PacedRow)


class WeeksPace(Pace):
    """The pace of what is due within a week."""

    first = s.day("its Monday")
    last = s.day("its Sunday")


class PaceUntil(Pace):
    """What was due until the end of a day, and what of it had been done by then."""

    until = s.day()


class OverdueUnit(Shape):
    """A unit that is late with something."""

    unit_id = s.key()
    name = s.text("empty as long as no event has told of the unit")
    duties = s.whole("number of its overdue duties")
    since = s.day("the oldest of their due dates")


class BoardRowTitle(Shape):
    """A row as it is named in passing."""

    row_id = s.key()
    level = s.whole("1 to 4")
    title = s.text()


class NumberedRow(BoardRowTitle):
    """A row with its place in the checklist."""

    number = s.text("such as 1.2.3")


class Freshness(Shape):
    """As of when a board is."""

    as_of = s.moment(
        "of the newest event that counts; null before the first, and for a day that is over", allow_none=True
    )
    then = s.day("the day that is over and at whose end it was so; null for now", allow_none=True)


class Overview(Freshness):
    """The board of a whole checklist."""

    checklist = s.part(ChecklistHead)
    today = s.day("that of the board")
    first_day = s.day("from which on there are daily records; null before the first event", allow_none=True)
    row = s.part(NumberedRow, "the area or measure that was asked for", allow_none=True)
    unit = s.text("name of the unit that was asked for", allow_none=True)
    totals = s.part(Counts)
    areas = s.several(CountedArea)
    so_far = s.part(Pace, "of all that is due until today")
    this_week = s.part(WeeksPace)
    month_ago = s.part(PaceUntil, "at the end of the month before; null where that was not kept", allow_none=True)
    trend = s.several(PaceUntil, "the ends of the last seven weeks, as far as they were kept, and the day itself")
    overdue_units = s.several(OverdueUnit, "in directory order, at most 60")
    overdue_units_total = s.whole(
        "how many units there are with overdue duties; of 10,000 and more as of up to three seconds ago"
    )


class Progress(Shape):
    """How many units have done everything that a row asks of them so far.

    Of a recurring item the periods up to the current one count, waived duties do not. A unit whose duty waits for
    review is neither done nor missing. Above 10,000 duties in one board they are counted by and by, and `units_as_of`
    says when that was last done; the numbers are null and `missing` is empty as long as it never was, and above 25,000
    duties in a board of a past day.
    """

    units_as_of = s.moment("when this was counted; null where it was counted just now", allow_none=True)
    units_done = s.whole(allow_none=True)
    units_total = s.whole(allow_none=True)
    missing = s.several(s.text(), "names of units that are late with it, the first five by code")
    missing_more = s.whole("how many more there are", allow_none=True)
    pending = s.several(s.text(), "names of units that have not done it and still have time, the first five by code")
    pending_more = s.whole("how many more there are", allow_none=True)


class RowOfBoard(CountedRow, Progress):
    """A row below the one of the board."""

    level = s.whole()


class Board(Freshness):
    """What the board of a row and that of an item have in common."""

    checklist = s.part(ChecklistHead)
    row = s.part(NumberedRow)
    ancestors = s.several(BoardRowTitle, "from the area down")
    counts = s.part(Counts)


class RowBoard(Board):
    """One row with what lies right below it."""

    children = s.several(RowOfBoard)


class DutyLine(LightShown):
    """A duty in a list."""

    duty_id = s.key()
    period = s.text("2026, 2026-Q1 or 2026-01")
    parts_total = s.whole("among how many units below its unit has split it; those count nowhere")
    parts_done = s.whole("how many of them are done")


class UnitOfItem(Shape):
    """A unit with its duties for an item."""

    unit_id = s.key()
    name = s.text("empty as long as no event has told of the unit")
    duties = s.several(DutyLine)


class ItemBoard(Board, Progress):
    """One item with its units."""

    units = s.several(UnitOfItem, "those with open duties first, then by code, at most 500; `find_duties` has all")
    units_more = s.whole("how many units are left out")


class CountedUnit(Shape):
    """A unit with its duties."""

    unit_id = s.key()
    name = s.text()
    kind = s.text("as in the directory")
    counts = s.part(Counts)


class UnitsPage(Paged, Freshness):
    """Units in directory order, never by result; 200 a page."""

    units = s.several(CountedUnit)
    checklist = s.part(ChecklistHead)
    total = s.whole("number of all units that were sought; of a large checklist as it was counted last")
    next_after = s.key("the unit to give as `after` for the next page", allow_none=True)


class FoundDuty(DutyLine):
    """A duty with its item and unit."""

    row_id = s.key("of the item")
    item = s.text("title")
    unit_id = s.key()
    unit = s.text("name, empty as long as no event has told of the unit")


class DutiesPage(Paged, Freshness):
    """Duties in reading order of their items, then by due date and unit code; what presses by due date first of all."""

    checklist = s.part(ChecklistHead)
    row = s.text("title of the row that was asked for", allow_none=True)
    unit = s.text("name of the unit that was asked for", allow_none=True)
    duties = s.several(FoundDuty)
    total = s.whole("of all pages")
    next_after = s.key("the duty to give as `after` for the next page", allow_none=True)


class UnsignedUnit(Shape):
    """A unit that has not signed for everything."""

    unit_id = s.key()
    name = s.text("empty as long as no event has told of the unit")
    duties = s.whole("how many it owes there")
    unsigned = s.whole("how many of them it has not signed for")


class SigningPage(Paged):
    """Who has signed for what was issued; of more than 10,000 duties the numbers are as they were counted last."""

    checklist = s.part(ChecklistHead)
    row = s.part(NumberedRow, "null for the whole checklist", allow_none=True)
    units_signed = s.whole("have signed for all that they owe there; null until it is counted", allow_none=True)
    units_total = s.whole("null until it is counted", allow_none=True)
    units_as_of = s.moment("when both were counted; null for just now", allow_none=True)
    is_listed = s.flag("false where nearly all of very many have signed: the others are listed item by item")
    unsigned = s.several(UnsignedUnit, "in directory order; 200 a page")
    found = s.whole("how many units that have not signed fit the text")
    next_after = s.key("the unit to give as `after` for the next page", allow_none=True)
