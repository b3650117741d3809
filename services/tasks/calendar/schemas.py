"""What the operations of the calendar take and answer."""

from __future__ import annotations

from services.tasks.calendar.effects import MOST_IN_FILE, MOST_NAMED
from services.tasks.calendar.year_files import LONGEST_NAME
from services.tasks.duties.schemas import Doer
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.params import Params, Words
from shared.calling.shapes import Shape
from shared.text import Text

LONGEST_REASON = 300
BECOMES = ("off", "worked", "announced")

_YEAR = Text("年度", "year")
_DAY = Text("日期", "day")
_BECOMES = Text("这天", "what the day becomes")
_NAME = Text("名称", "name")
_REASON = Text("依据或原因", "reason")
_SEEN = Text("核对的内容", "fingerprint of the preview that was looked at")


class YearOnly(Params):
    """Which year."""

    year = f.whole(_YEAR, 1990, 2200)


class PreviewCalendar(YearOnly):
    """A file of the year, or one day of it: exactly one of the two; and how many dates that move are wanted."""

    content = f.verbatim(Text("文件", "JSON text of the year's file"), load_default=None, allow_none=True)
    day = f.Day(_DAY, load_default=None, allow_none=True)
    becomes = f.choice(_BECOMES, BECOMES, load_default="off")
    name = Words(_NAME, longest=LONGEST_NAME, may_be_empty=True, load_default="")
    most = f.whole(Text("数量", "most"), 0, MOST_IN_FILE, load_default=MOST_NAMED)


class _Agreed(YearOnly):
    version = f.whole(Text("版本", "version, 0 for a year that nobody has changed"), 0, 2**31 - 1)
    reason = Words(_REASON, longest=LONGEST_REASON)
    seen = f.verbatim(_SEEN, load_default=None, allow_none=True)


class ImportCalendar(_Agreed):
    """A file of the year, and what it is based on."""

    content = f.verbatim(Text("文件", "JSON text of the year's file"))


class SaveCalendarDay(_Agreed):
    """A day that becomes off, worked, or as it was announced, and why."""

    day = f.Day(_DAY)
    becomes = f.choice(_BECOMES, BECOMES)
    name = Words(_NAME, longest=LONGEST_NAME, may_be_empty=True, load_default="")


class CalendarTable(Shape):
    """The days of a year that are not as their weekday says."""

    year = s.whole()
    is_announced = s.flag("whether the State Council's notice is in it")
    off = s.json_object("days off with the holiday's name, by ISO date; days of a weekend may be among them")
    worked = s.json_object("days of a weekend that are worked, with the holiday's name, by ISO date")


class OwnDayAnswer(Shape):
    """A single day that somebody changed."""

    date = s.day()
    is_worked = s.flag()
    name = s.text()
    reason = s.text()
    at = s.moment()
    by = s.part(Doer)


class Imported(Shape):
    """Who imported the year's file, and on what it is based."""

    reason = s.text()
    at = s.moment()
    by = s.part(Doer)


class CalendarYear(Shape):
    """One year."""

    table = s.part(CalendarTable)
    version = s.whole("0 for a year that nobody has changed")
    own_days = s.several(OwnDayAnswer)
    imported = s.part(Imported, "null where the table came with the release, or there is none", allow_none=True)
    is_moving = s.flag("whether due dates are still following a change")


class CalendarTables(Shape):
    """The tables of the years that the installation has of its own."""

    fingerprint = s.text("tells one calendar from another; empty without any table")
    tables = s.several(CalendarTable)


class ChangedDay(Shape):
    """A day before and after."""

    date = s.day()
    was_worked = s.flag()
    was_name = s.text()
    is_worked = s.flag()
    name = s.text()


class MovedDate(Shape):
    """Duties of an item that are due alike, and when they are due then."""

    checklist_id = s.key()
    checklist = s.text()
    row_id = s.key()
    item = s.text()
    period = s.text()
    due_on = s.day("as it is now")
    wanted_on = s.day("by the calendar then")
    stays = s.flag("whether it stays as it is, because an earlier date would be no notice")
    duties = s.whole()


class CalendarPreview(Shape):
    """What a change would do."""

    days = s.several(ChangedDay)
    announces = s.flag("whether the year counts as announced then and did not before")
    duties = s.whole("duties whose date moves")
    staying = s.whole("duties whose date would be earlier, and stays")
    moves = s.several(MovedDate)
    more_moves = s.whole("how many dates are not named")
    tables = s.several(CalendarTable, "the years that would be different")
    fingerprint = s.text()
