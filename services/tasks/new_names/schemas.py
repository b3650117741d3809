"""What the operations on new names take and answer."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from services.tasks.directory.schemas import UnitName
from services.tasks.notices.draft import NamedAs
from services.tasks.vocabulary import (
    CHECKLIST,
    KINDS,
    NAME,
    UNIT,
    UNIT_CODE,
)
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.params import Params, Word, Words
from shared.calling.shapes import Shape
from shared.text import Text

# A notice with more of them than a page lists is settled page by page.
MOST_LISTED = 100
# As long as a question quotes.
LONGEST_QUOTE = 120
# What is too long for a name or a code is said beside the name; this keeps out what nobody types.
LONGEST_TYPED = 500
CHOICES = ("unit", "add", "group", "keep")


class OfDraft(Params):
    """A draft, by its id."""

    checklist_id = f.key(CHECKLIST)


class NamedIn(Params):
    """A name in the forms that mean the same, and what it is.

    `unit` is the unit with `unit_id`, or the one that is called `called`; `add` a new unit; `group` a new unit group;
    `keep` nobody. What belongs to another choice is ignored.
    """

    names: fields.List[Any] = f.several(Words(NAME, longest=LONGEST_QUOTE), NAME, least=1, most=30)
    choice = f.choice(Text("选择", "choice"), CHOICES)
    unit_id = f.key(UNIT, load_default=None)
    called = Words(UNIT, longest=LONGEST_TYPED, may_be_empty=True, load_default="")
    name = Words(NAME, longest=LONGEST_TYPED, may_be_empty=True, load_default="")
    kind = f.choice(Text("类型", "kind"), KINDS, load_default="department")
    code = Word(UNIT_CODE, longest=LONGEST_TYPED, may_be_empty=True, load_default="")
    above = Words(Text("上级单位", "unit above"), longest=LONGEST_TYPED, may_be_empty=True, load_default="")
    is_remembered = f.flag(Text("记为别名", "remember"), load_default=True)


class SettleNames(Params):
    """What several names of a draft are, all of them or none."""

    checklist_id = f.key(CHECKLIST)
    names: fields.List[Any] = f.several(f.part(NamedIn, NAME), NAME, least=1, most=MOST_LISTED)


class Place(Shape):
    """Where a name stands; a row that a sheet has replaced is null."""

    row_id = s.key(allow_none=True)
    number = s.text("of the row, such as 1.2")
    title = s.text()
    role = s.one_of(NamedAs, "what it is named for there")


class GuessedUnit(UnitName):
    """A unit that a name may mean."""

    is_certain = s.flag("whether it is a short or a full form of one of its names, and of no other unit's")


class ProposedUnit(Shape):
    """The name as it would stand in the directory."""

    name = s.text()
    kind = s.one_of(KINDS)
    code = s.text("free, in the pattern that its kind has there")
    above = s.text("the unit above by its name; empty for none")


class NewName(Shape):
    """A name that the directory lacks, with all the places where the draft asks about it."""

    name = s.text()
    forms = s.several(s.text(), "all that the notice writes for it, the name first")
    is_ambiguous = s.flag("whether several units answer to it")
    is_addable = s.flag("whether it looks like the name of a unit")
    places = s.several(Place)
    guesses = s.several(GuessedUnit, "at most three active units, the likeliest first")
    proposed = s.part(ProposedUnit)


class GroupOfKind(Shape):
    """A group that has all units of a kind, which a new unit of it joins."""

    group_id = s.key()
    name = s.text()
    kind = s.one_of(KINDS)


class NewNames(Shape):
    """The names of a draft's open questions, each once, in the order of the notice; the first of many."""

    checklist_id = s.key()
    title = s.text("of the checklist")
    total = s.whole("how many there are")
    groups = s.several(GroupOfKind)
    names = s.several(NewName)


class NamesSettled(Shape):
    """What came of it."""

    answered = s.several(s.key(), "the questions that are answered by it")
    added = s.whole("units that were added to the directory")
    left = s.whole("names of the draft that are still open")
    open = s.whole("number of questions of the checklist that still wait")
