"""What the operations of the leadership group's board take and answer."""

from __future__ import annotations

from services.stats.completion.schemas import AS_OF, KIND, UNIT, ChecklistHead, Freshness, OverviewAsked
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.params import Params, Words
from shared.calling.shapes import Paged, Shape
from shared.light import Light


class MatrixAsked(OverviewAsked):
    """The units of a checklist, of one kind perhaps, a page of them."""

    kind = Words(KIND, longest=40, may_be_empty=True, load_default=None)
    text = Words(UNIT, longest=60, may_be_empty=True, load_default="")
    page = f.page()


class LateReportsAsked(Params):
    """As of a day, and of one unit perhaps."""

    as_of = f.Day(AS_OF, load_default=None, allow_none=True)
    unit_id = f.key(UNIT, load_default=None, allow_none=True)


class MeasureColumn(Shape):
    """A measure as the head of a column."""

    row_id = s.key()
    number = s.text("such as 1.2")
    title = s.text()


class Cell(Shape):
    """How a unit stands with a measure."""

    light = s.one_of(Light, "that presses most")
    number = s.whole("how many duties show it")
    total = s.whole("how many duties there are")


class UnitRow(Shape):
    """A unit with a cell for each measure; null where it owes nothing."""

    unit_id = s.key()
    name = s.text()
    kind = s.text("as in the directory")
    cells = s.several(s.part(Cell, allow_none=True), "in the order of the measures")


class Matrix(Paged, Freshness):
    """Units by measures in directory order, never by result; 60 a page."""

    checklist = s.part(ChecklistHead)
    measures = s.several(MeasureColumn)
    units = s.several(UnitRow)
    total = s.whole("number of all units that were sought")


class LateRound(Shape):
    """A round that units still owe."""

    round_id = s.key()
    report_id = s.key()
    table_number = s.text()
    report = s.text("its name")
    period = s.text("such as 2026-01, 2026-Q1, 2026-H1 or 2026")
    due_on = s.day()
    expected = s.whole("from how many units")
    missing = s.whole("how many of them are not in")
    names = s.several(s.text(), "the first of these, in directory order")
    missing_more = s.whole("how many more there are")


class LateReports(Shape):
    """Rounds whose due day is over within the last three months and that are not whole, the newest first."""

    rounds = s.several(LateRound, "at most 30")
