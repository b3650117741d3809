"""What the operations of the directory take and answer."""

from __future__ import annotations

from services.tasks.vocabulary import (
    FEW_UNITS,
    KINDS,
    LONGEST_NAME,
    LONGEST_UNIT_CODE,
    NAME,
    PERSON,
    UNIT,
    aliases_field,
    file_field,
)
from shared.actor import Role
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.params import Params, Words
from shared.calling.shapes import Shape
from shared.text import Text

SIGN_IN_NAME = Text("登录名", "sign-in name")


class SignIn(Params):
    """A name that is too long is simply a wrong one, so neither field says more than the other."""

    name = f.verbatim(SIGN_IN_NAME)
    password = f.verbatim(Text("密码", "password"))


class ChangePassword(Params):
    old = f.verbatim(Text("原密码", "old password"))
    new = f.verbatim(Text("新密码", "new password"))


class SaveUnit(Params):
    unit_id = f.key(UNIT, load_default=None)
    code = Words(Text("编码", "code"), longest=LONGEST_UNIT_CODE)
    name = Words(NAME, longest=LONGEST_NAME)
    kind = f.choice(Text("类别", "kind"), KINDS)
    parent_id = f.key(Text("上级单位", "unit above"), load_default=None)
    aliases = aliases_field()
    is_active = f.flag(Text("启用", "active"))
    version = f.version(load_default=None, allow_none=True)


class FileOnly(Params):
    file_id = file_field()


class ListPeople(Params):
    unit_id = f.key(UNIT, load_default=None)


class SavePerson(Params):
    person_id = f.key(PERSON, load_default=None)
    sign_in_name = Words(SIGN_IN_NAME, longest=40)
    display_name = Words(Text("姓名或称呼", "display name"), longest=60)
    post = Words(Text("岗位", "post"), longest=60)
    unit_id = f.key(UNIT)
    roles = f.several(f.choice(Text("权限", "role"), Role), Text("权限", "roles"), least=1, most=len(Role))
    is_active = f.flag(Text("启用", "active"))
    version = f.version(load_default=None, allow_none=True)


class PersonOnly(Params):
    person_id = f.key(PERSON)


class UnitName(Shape):
    """A unit as it is named in passing."""

    unit_id = s.key()
    name = s.text()


class UnitAnswer(UnitName):
    """A unit of the organisation tree."""

    code = s.text("its official code, such as 341021100")
    kind = s.one_of(KINDS)
    parent_id = s.key("the unit above", allow_none=True)
    aliases = s.several(s.text(), "other names that notices and sheets may use")
    is_active = s.flag()
    version = s.whole()


class NamedGroup(Shape):
    """A named set of units, such as 各乡镇人民政府."""

    group_id = s.key()
    name = s.text()
    aliases = s.several(s.text(), "other names that notices and sheets may use")
    is_filled = s.flag("whether it has members")
    version = s.whole()


class GroupAnswer(NamedGroup):
    """A group with all its members."""

    member_ids = s.several(s.key())


class SavedGroup(NamedGroup):
    """A group after saving."""

    members = s.whole("number of members")
    member_ids = s.several(s.key(), f"where there are at most {FEW_UNITS}", required=False)


class DirectoryAnswer(Shape):
    """All units by code and all groups by name, inactive units included."""

    units = s.several(UnitAnswer)
    groups = s.several(GroupAnswer)


class UnitsImported(Shape):
    """What a file of units came to; units that it does not name stay as they are."""

    created = s.whole("number of new units")
    changed = s.whole("number of units that were known and are different now")


class OwnUnit(UnitName):
    """The unit of a person."""

    kind = s.one_of(KINDS)


class PersonAnswer(Shape):
    """An account: a post of a unit, with what it may do."""

    person_id = s.key()
    sign_in_name = s.text()
    display_name = s.text()
    post = s.text()
    roles = s.several(s.one_of(Role))
    unit = s.part(OwnUnit)
    must_change_password = s.flag("true as long as the password is one that an administrator was told")
    is_active = s.flag()
    version = s.whole()


class ListedPerson(PersonAnswer):
    """An account as the administrator sees it."""

    failures = s.whole("attempts to sign in that failed in a row")
    locked_until = s.moment("null when it is not locked", allow_none=True)


class People(Shape):
    """Accounts by the codes of their units, then by sign-in name."""

    people = s.several(ListedPerson)


class SavedPerson(PersonAnswer):
    """An account after saving."""

    password = s.text(
        "the first one, when the account was made; it is told once, and null in the answer to a repetition",
        allow_none=True,
    )


class NewPassword(Shape):
    """A random password, to be handed to its person."""

    person_id = s.key()
    password = s.text("it is told once, and null in the answer to a repetition", allow_none=True)
