"""What the search takes and answers."""

from __future__ import annotations

from enum import StrEnum

from services.tasks.duties.duty import Action
from services.tasks.duties.schemas import DutyAnswer
from services.tasks.search.reasons import Where
from services.tasks.vocabulary import CHECKLIST_STATES, KINDS
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.params import Params, Words
from shared.calling.shapes import Paged, Shape
from shared.sought import LONGEST_SOUGHT
from shared.text import Text

MOST_HITS = 1000


class Group(StrEnum):
    """What is found, each on its own list."""

    DUTIES = "duties"
    CHECKLISTS = "checklists"
    UNITS = "units"
    PEOPLE = "people"


class SearchAsked(Params):
    """Which words, in which group or in all of them, and which page of so many."""

    text = Words(Text("查找内容", "text to find"), longest=LONGEST_SOUGHT)
    group = f.member(Text("类型", "group"), Group, load_default=None)
    size = f.whole(Text("每页条数", "size of a page"), 1, MOST_HITS, load_default=50)
    page = f.page()


class HitReason(Shape):
    """Why something was found that its line does not say."""

    where = s.one_of(Where)
    text = s.text("where the words stand; of a long note the part around them")
    action = s.one_of(Action, "what a note was written for", allow_none=True)


class DutyHit(Shape):
    """A duty that holds the words."""

    duty = s.part(DutyAnswer)
    number = s.text(
        "where its item stands in the checklist, such as 1.2.3.4; null once it was dropped", allow_none=True
    )
    checklist = s.text("title")
    is_ended = s.flag("whether the checklist is, so that nothing is to be done any more")
    why = s.several(HitReason)


class PlaceHit(Shape):
    """A checklist, or with `row_id` a row of one."""

    row_id = s.key("null for the checklist itself", allow_none=True)
    checklist_id = s.key()
    checklist = s.text("title")
    year = s.whole()
    state = s.one_of(CHECKLIST_STATES)
    is_amendment = s.flag()
    level = s.whole("0 for the checklist itself, 1 for an area to 4 for an item")
    title = s.text()
    number = s.text("such as 1.2.3", allow_none=True)
    why = s.several(HitReason)


class UnitHit(Shape):
    """A unit that holds the words."""

    unit_id = s.key()
    code = s.text()
    name = s.text()
    kind = s.one_of(KINDS)
    is_active = s.flag()
    checklist_id = s.key("the newest checklist under which it owes something", allow_none=True)
    why = s.several(HitReason)


class PersonHit(Shape):
    """An account that holds the words."""

    person_id = s.key()
    display_name = s.text()
    post = s.text()
    unit = s.text("its name")
    is_active = s.flag()
    why = s.several(HitReason)


class DutiesFound(Shape):
    """Those whose number was typed first, those of ended checklists last, else what is due first."""

    total = s.whole("of all pages")
    is_more = s.flag("whether there are more than were counted, of which the first are told, at up to 100 a page")
    hits = s.several(DutyHit)


class PlacesFound(Shape):
    """Checklists, then their rows from areas down to items; ended ones last."""

    total = s.whole("of all pages")
    hits = s.several(PlaceHit)


class UnitsFound(Shape):
    """Units in the order of the directory, the one that is called just so first."""

    total = s.whole("of all pages")
    hits = s.several(UnitHit)


class PeopleFound(Shape):
    """Accounts by the codes of their units, then by sign-in name."""

    total = s.whole("of all pages")
    hits = s.several(PersonHit)


class SearchAnswer(Paged):
    """A group that was not asked for, or that the person reads nothing of, is null; pages are those of one group."""

    words = s.several(s.text(), "what was looked for; all of them stand in each hit")
    duties = s.part(DutiesFound, allow_none=True)
    checklists = s.part(PlacesFound, allow_none=True)
    units = s.part(UnitsFound, allow_none=True)
    people = s.part(PeopleFound, allow_none=True)
