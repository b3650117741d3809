"""What the operations of the directory take and answer."""

from __future__ import annotations

from services.tasks.directory.unit_changes import FIELDS, MOST_SHOWN
from services.tasks.directory.unit_files import OPTIONAL
from services.tasks.vocabulary import (
    FEW_UNITS,
    KINDS,
    LONGEST_NAME,
    LONGEST_UNIT_CODE,
    NAME,
    PERSON,
    UNIT,
    UNIT_CODE,
    aliases_field,
    file_field,
    seen_field,
)
from shared.actor import Role
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.params import Code, Params, Word, Words
from shared.calling.shapes import Shape
from shared.text import Text

SIGN_IN_NAME = Text("登录名", "sign-in name")


class SignIn(Params):
    """A name that is too long is simply a wrong one, so neither field says more than the other."""

    name = f.verbatim(SIGN_IN_NAME)
    password = f.verbatim(Text("密码", "password"))
    # By which password the browser is known; nothing is compared when it is another one now.
    stamp = f.verbatim(Text("浏览器标记", "stamp of the browser"), load_default=None, allow_none=True)
    # Whoever calls counts the attempts himself.
    is_counted = f.flag(Text("已计次数", "attempts are counted"), load_default=False)


class HeldUp(Params):
    """Who was not looked at because he tried too often; no name and no post where it is who comes from an address."""

    what = f.choice(Text("什么", "of what"), ("sign_in", "link", "digits", "code", "messages"))
    name = f.verbatim(SIGN_IN_NAME, load_default=None, allow_none=True)
    person_id = f.key(Text("岗位", "post"), load_default=None)
    # Tells one address from another, and is none.
    mark = Word(Text("来源标记", "mark of the address"), longest=16, may_be_empty=True, load_default="")


class ChangePassword(Params):
    """The old password and the new one."""

    old = f.verbatim(Text("原密码", "old password"))
    new = f.verbatim(Text("新密码", "new password"))


class SaveUnit(Params):
    """A unit to be made, or with its id, to be changed."""

    unit_id = f.key(UNIT, load_default=None)
    code = Code(UNIT_CODE, longest=LONGEST_UNIT_CODE)
    name = Words(NAME, longest=LONGEST_NAME)
    kind = f.choice(Text("类型", "kind"), KINDS)
    parent_id = f.key(Text("上级单位", "unit above"), **f.KEPT_OR_EMPTIED)
    aliases = aliases_field()
    is_active = f.flag(Text("启用", "active"))
    version = f.version(load_default=None, allow_none=True)


class FileOnly(Params):
    """An uploaded file, by its id."""

    file_id = file_field()


class ImportUnits(FileOnly):
    seen = seen_field()


class ListPeople(Params):
    """Of which unit; of all without one."""

    unit_id = f.key(UNIT, load_default=None)


class SavePerson(Params):
    """An account to be made, or with its id, to be changed."""

    person_id = f.key(PERSON, load_default=None)
    sign_in_name = Word(SIGN_IN_NAME, longest=40)
    display_name = Words(Text("姓名", "display name"), longest=60)
    post = Words(Text("岗位", "post"), longest=60)
    unit_id = f.key(UNIT)
    roles = f.several(f.choice(Text("角色", "role"), Role), Text("角色", "roles"), least=1, most=len(Role))
    is_active = f.flag(Text("启用", "active"))
    version = f.version(load_default=None, allow_none=True)


class PersonOnly(Params):
    """One account, by its id."""

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


class GroupToJoin(Shape):
    """A group as it is offered to a new unit."""

    group_id = s.key()
    name = s.text()
    members = s.whole("number of active members")
    kind = s.one_of(KINDS, "of which it has all active units and no other, two at least; else null", allow_none=True)


class GroupsToJoin(Shape):
    """All groups by name, at most 300."""

    groups = s.several(GroupToJoin)


class DirectoryAnswer(Shape):
    """All units by code and all groups by name, inactive units included."""

    units = s.several(UnitAnswer)
    groups = s.several(GroupAnswer)


class NewUnit(Shape):
    """A unit that a file would make."""

    code = s.text()
    name = s.text()
    kind = s.one_of(KINDS)
    above = s.several(s.text(), "name and code of the unit above; empty for none")


class ChangedField(Shape):
    """A field of a unit, from what it holds to what a file would make of it."""

    field = s.one_of(FIELDS)
    before = s.several(s.text(), "empty when it holds nothing, several for other names")
    after = s.several(s.text())


class ChangedUnit(Shape):
    """A known unit that a file would change."""

    code = s.text()
    name = s.text("what it is called now")
    differences = s.several(ChangedField)


class UnitsPreview(Shape):
    """What importing a file of units would do; nothing is stored yet."""

    created = s.whole("number of new units")
    changed = s.whole("number of units that are known and would be different")
    unchanged = s.whole("number of units that it names and leaves as they are")
    moved = s.whole("number of changed units that would lie below another unit, or below none")
    losing_aliases = s.whole("number of changed units that would lose an other name")
    new_units = s.several(NewUnit, f"in the file's order, at most {MOST_SHOWN}")
    changed_units = s.several(ChangedUnit, f"those that move or lose names first, at most {MOST_SHOWN}")
    absent_columns = s.several(s.one_of(OPTIONAL), "columns that the file lacks: these fields stay as they are")
    ignored_columns = s.several(s.text(), "headings of the file that are no column of ours")
    fingerprint = s.text("of all these changes; importing with it stores these or none")


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
    holder = s.whole("counts up with each hand-over; sessions of an earlier holder end")


class SignedIn(PersonAnswer):
    """Who signed in."""

    stamp = s.text("tells the password from those before and after it")


class PasswordChanged(Shape):
    """That it was changed."""

    stamp = s.text("as in SignedIn, of the new password")


class WhoAmI(PersonAnswer):
    """The person who asks."""

    posts_to_enter = s.whole("in how many posts the person stands in for somebody today")
    calendar = s.text("tells the calendar of working days from another, as in CalendarTables")
    due_soon_workdays = s.whole("within how many working days something is due soon today")


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
