"""What the stats operations take and answer."""

from __future__ import annotations

from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.light_shapes import LightCounts, LightShown
from shared.calling.params import Params, Words
from shared.calling.shapes import Paged, Shape
from shared.light import Light
from shared.text import Text

CHECKLIST = Text("清单", "checklist")
ROW = Text("行", "row")
UNIT = Text("单位", "unit")
KIND = Text("单位类型", "kind of unit")
LIGHT = Text("状态", "light")


class ChecklistOnly(Params):
    """One checklist, by its id."""

    checklist_id = f.key(CHECKLIST)


class RowOnly(Params):
    """One row of levels 1 to 4, by its id."""

    row_id = f.key(ROW)


class UnitsBoard(Params):
    """The units of a checklist, of one kind perhaps, a page of them."""

    checklist_id = f.key(CHECKLIST)
    kind = Words(KIND, longest=40, may_be_empty=True, load_default=None)
    page = f.page()


class FindDuties(Params):
    """What the duties that are looked for have in common."""

    checklist_id = f.key(CHECKLIST)
    row_id = f.key(ROW, load_default=None)
    unit_id = f.key(UNIT, load_default=None)
    light = f.member(LIGHT, Light, load_default=None)
    page = f.page()


class ChecklistTitle(Shape):
    """A checklist that was issued."""

    checklist_id = s.key()
    title = s.text()
    year = s.whole()
    state = s.one_of(("issuing", "issued", "closed"))


class Boards(Shape):
    """The checklists that have boards, newest first."""

    checklists = s.several(ChecklistTitle)


class ChecklistHead(ChecklistTitle):
    """The checklist of a board."""

    revision = s.whole()
    level_names = s.several(s.text(), "of the five levels, from the area down")


class Counts(LightCounts):
    """How many duties show each light, and their sum."""

    total = s.whole()


class CountedRow(Shape):
    """A row with the duties at and below it."""

    row_id = s.key()
    title = s.text()
    counts = s.part(Counts)


class CountedArea(CountedRow):
    """An area with its measures."""

    measures = s.several(CountedRow)


class Overview(Shape):
    """The board of a whole checklist."""

    checklist = s.part(ChecklistHead)
    today = s.day()
    as_of = s.moment("of the newest event taken into account, null before the first", allow_none=True)
    totals = s.part(Counts)
    areas = s.several(CountedArea)


class BoardRowTitle(Shape):
    """A row as it is named in passing."""

    row_id = s.key()
    level = s.whole("1 to 4")
    title = s.text()


class NumberedRow(BoardRowTitle):
    """A row with its place in the checklist."""

    number = s.text("such as 1.2.3")


class Progress(Shape):
    """How many units have done everything that a row asks of them so far.

    Of a recurring item the periods up to the current one count, waived duties do not. A unit whose duty waits for
    review is neither done nor missing. Above 200,000 duties in one board the numbers are null and `missing` is empty.
    """

    units_done = s.whole(allow_none=True)
    units_total = s.whole(allow_none=True)
    missing = s.several(s.text(), "names of units that still have an open duty, the first five by code")
    missing_more = s.whole("how many more there are", allow_none=True)


class RowOfBoard(CountedRow, Progress):
    """A row below the one of the board."""

    level = s.whole()


class Board(Shape):
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


class UnitsPage(Paged):
    """Units in directory order, never by result; 200 a page."""

    units = s.several(CountedUnit)


class FoundDuty(DutyLine):
    """A duty with its item and unit."""

    row_id = s.key("of the item")
    item = s.text("title")
    unit_id = s.key()
    unit = s.text("name, empty as long as no event has told of the unit")


class DutiesPage(Paged):
    """Duties in reading order of their items, then by due date and unit code; 50 a page."""

    duties = s.several(FoundDuty)
    total = s.whole("of all pages")
