"""Parameters of the operations of the directory."""

from __future__ import annotations

from services.tasks.vocabulary import (
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
from shared.calling.params import Params, Words
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
