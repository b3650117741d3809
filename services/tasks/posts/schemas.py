"""What the operations of posts take and answer."""

from __future__ import annotations

from services.tasks.directory.schemas import PersonAnswer, PersonOnly, SavedPerson
from services.tasks.vocabulary import PERSON
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.params import Params, Word, Words
from shared.calling.shapes import Shape
from shared.text import Text

SUBSTITUTION = Text("代理", "substitution")


class HandOver(PersonOnly):
    """Which account, as it was seen, and who holds the post from now on."""

    version = f.version()
    name = Words(Text("接任人姓名", "name of the next holder"), longest=60)


class Appoint(PersonOnly):
    """For which post, who, chosen by id or named by the sign-in name, and from which day until which."""

    substitute_id = f.key(PERSON, load_default=None)
    sign_in_name = Word(Text("登录名", "sign-in name"), longest=40, load_default=None, may_be_empty=True)
    from_on = f.Day(Text("开始日期", "first day"))
    until_on = f.Day(Text("结束日期", "last day"))


class SubstitutionOnly(Params):
    """Which one."""

    substitution_id = f.key(SUBSTITUTION)


class HandedOver(SavedPerson):
    """The account with its new holder."""


class Former(Shape):
    """Somebody who held a post."""

    name = s.text()
    held_from = s.moment("null for the first, of whom it is not known", allow_none=True)
    held_until = s.moment()


class SubstitutionShown(Shape):
    """Who stands in for which post, and when."""

    substitution_id = s.key()
    name = s.text("who holds the post")
    post = s.text()
    unit = s.text()
    substitute = s.text()
    from_on = s.day()
    until_on = s.day("the last day, inclusive")
    is_now = s.flag("whether it has begun")


class Holders(Shape):
    """Who holds a post, who held it before, the last first, and who stands in for it now or later."""

    name = s.text()
    held_since = s.moment("null for the first holder", allow_none=True)
    former = s.several(Former)
    substitutions = s.several(SubstitutionShown)


class Substituted(Shape):
    """Somebody stands in."""

    substitution_id = s.key()
    name = s.text()
    substitute = s.text()
    from_on = s.day()
    until_on = s.day()


class ColleagueShown(Shape):
    """Somebody of the same unit."""

    person_id = s.key()
    name = s.text()
    post = s.text()


class OwnSubstitutions(Shape):
    """Who stands in for the person who asks, for whom he does, and whom he can ask, at most 200."""

    mine = s.several(SubstitutionShown)
    for_others = s.several(SubstitutionShown)
    colleagues = s.several(ColleagueShown)
    may_lend = s.flag("false for administrators and auditors, for whom nobody stands in")


class Entered(PersonAnswer):
    """The account under which the person acts in the post."""
