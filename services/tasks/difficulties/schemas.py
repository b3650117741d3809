"""What the operations of difficulties take and answer."""

from __future__ import annotations

from services.tasks.difficulties.records import Stand
from services.tasks.directory.schemas import UnitName
from services.tasks.duties.schemas import DUTY
from services.tasks.vocabulary import YEAR
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.params import Params, Words
from shared.calling.shapes import Paged, Shape
from shared.text import Text


class ListDifficulties(Params):
    """Which page, of which state; `text` is looked for in items, units and the difficulty itself.

    Of one checklist, of those of a year or of one unit's own duties perhaps, as they stand or stood when a day ended.
    """

    checklist_id = f.key(Text("清单", "checklist"), load_default=None, allow_none=True)
    unit_id = f.key(Text("单位", "unit"), load_default=None, allow_none=True)
    as_of = f.Day(Text("截至日期", "as-of day"), load_default=None, allow_none=True)
    year = f.whole(YEAR, 2000, 2100, load_default=None, allow_none=True)
    state = f.member(Text("状态", "state"), Stand, load_default=None, allow_none=True)
    text = Words(Text("查找", "search"), longest=60, may_be_empty=True, load_default="")
    page = f.page()


class HelpersOf(Params):
    """For which duty."""

    duty_id = f.key(DUTY)


class Difficulty(Shape):
    """What stands in a unit's way, whom it asked to help, and what was said to it."""

    duty_id = s.key()
    unit = s.part(UnitName)
    item = s.text()
    measure = s.text()
    period = s.text("2026, 2026-Q1 or 2026-01")
    due_on = s.day()
    state = s.one_of(Stand, "accepted: somebody has taken it on, and no day counts against the unit")
    reason = s.text()
    answer = s.text("what was said to it; empty where nothing was")
    asked_unit = s.text("null for the lead bureau", allow_none=True)
    asked_on = s.day()
    days = s.whole("for how many days it has stood")
    paused_on = s.day("since when no day counts", allow_none=True)
    answered_by = s.text("the name of the unit that took it on or answered", allow_none=True)


class DifficultyCounts(Shape):
    """How many there are of each state, whichever is looked at."""

    open = s.whole()
    accepted = s.whole()
    answered = s.whole()


class Difficulties(Paged):
    """Unanswered ones first, those that have stood longest first."""

    difficulties = s.several(Difficulty)
    counts = s.part(DifficultyCounts)


class Helpers(Shape):
    """Whom the duty's unit may ask, beside the lead bureau."""

    units = s.several(UnitName)


class AskedOf(Shape):
    """With how many difficulties the own unit is asked to help and has not answered."""

    waiting = s.whole()
    to_review = s.whole("how much others have submitted that it is named to review")
