"""What looking things up in the directory takes and answers."""

from __future__ import annotations

from marshmallow import fields

from services.tasks.directory.schemas import ListedPerson, UnitAnswer, UnitName
from services.tasks.vocabulary import FEW_UNITS, GROUP, KINDS, LONGEST_NAME, PERSON, UNIT, UNITS
from shared.actor import Role
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.params import Params, Words
from shared.calling.shapes import Paged, Shape
from shared.text import Text

MOST_NAMED = 1000


def _text_field() -> Words:
    """What somebody typed to find something; without it everything is found."""
    return Words(Text("查找内容", "text to find"), longest=LONGEST_NAME, may_be_empty=True, load_default="")


def _active_field() -> fields.Boolean:
    return f.flag(Text("启用", "active"), load_default=None)


class FindUnits(Params):
    text = _text_field()
    kind = f.choice(Text("类型", "kind"), KINDS, load_default=None)
    is_active = _active_field()
    below_id = f.key(UNIT, load_default=None)
    page = f.page()


class UnitOnly(Params):
    unit_id = f.key(UNIT)


class NameUnits(Params):
    unit_ids = f.several(f.key(UNIT), UNITS, most=MOST_NAMED)


class ChooseUnits(Params):
    text = _text_field()
    unit_ids = f.several(f.key(UNIT), UNITS, most=MOST_NAMED, load_default=None)
    group_ids = f.several(f.key(GROUP), Text("单位组", "groups"), most=MOST_NAMED, load_default=None)


class FindPeople(Params):
    text = _text_field()
    unit_id = f.key(UNIT, load_default=None)
    role = f.member(Text("角色", "role"), Role, load_default=None)
    is_active = _active_field()
    page = f.page()


class PersonOnly(Params):
    person_id = f.key(PERSON)


class FindGroups(Params):
    text = _text_field()
    page = f.page()


class GetGroup(Params):
    group_id = f.key(GROUP)
    text = _text_field()
    page = f.page()


class FoundUnits(Paged):
    """Units by code, those that are called just so before the others; 50 a page."""

    units = s.several(UnitAnswer)
    total = s.whole("of all pages")


class UnitNames(Shape):
    """Units by code, inactive ones too; an id that does not exist is left out."""

    units = s.several(UnitName)


class UnitChoice(UnitName):
    """A unit that can be chosen, or is chosen already."""

    kind = s.one_of(KINDS)
    is_active = s.flag("false for one that was chosen before it was switched off")


class GroupChoice(Shape):
    """A group that can be chosen."""

    group_id = s.key()
    name = s.text()
    members = s.whole("number of members")


class UnitChoices(Shape):
    """What a form offers: where there are few, all in directory order; else those found, and after them the chosen."""

    units = s.several(UnitChoice)
    groups = s.several(GroupChoice)
    is_complete = s.flag(f"whether all active units and all groups are here, which are at most {FEW_UNITS} of each")
    total = s.whole("number of active units")
    found = s.whole("how many active units fit the text, of which 50 are here; null without one", allow_none=True)


class FoundPeople(Paged):
    """Accounts by the codes of their units, then by sign-in name; 50 a page."""

    people = s.several(ListedPerson)
    total = s.whole("of all pages")


class ListedGroup(Shape):
    """A named set of units without its members."""

    group_id = s.key()
    name = s.text()
    aliases = s.several(s.text(), "other names that notices and sheets may use")
    members = s.whole("number of members")
    version = s.whole()


class FoundGroups(Paged):
    """Groups by name, 50 a page."""

    groups = s.several(ListedGroup)
    total = s.whole("of all pages")


class GroupPage(Paged):
    """A group with a page of its members."""

    group = s.part(ListedGroup)
    members = s.several(UnitName, f"as `find_units` orders them, inactive ones too; {FEW_UNITS} a page")
    total = s.whole("of all pages, of those that fit the text")
