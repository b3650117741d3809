"""Parameters of the operations of the directory."""

from __future__ import annotations

from marshmallow import fields

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


class SignIn(Params):
    """A name that is too long is simply a wrong one, so neither field says more than the other."""

    name = fields.String(required=True)
    password = fields.String(required=True)


class ChangePassword(Params):
    old = fields.String(required=True)
    new = fields.String(required=True)


class SaveUnit(Params):
    unit_id = f.key(UNIT, load_default=None, allow_none=True)
    code = Words(Text("编码", "code"), longest=LONGEST_UNIT_CODE, required=True)
    name = Words(NAME, longest=LONGEST_NAME, required=True)
    kind = f.choice(Text("类别", "kind"), KINDS)
    parent_id = f.key(Text("上级单位", "unit above"), load_default=None, allow_none=True)
    aliases = aliases_field()
    is_active = f.flag(Text("启用", "active"))
    version = f.version(load_default=None, allow_none=True)


class FileOnly(Params):
    file_id = file_field()


class ListPeople(Params):
    unit_id = f.key(UNIT, load_default=None, allow_none=True)


class SavePerson(Params):
    person_id = f.key(PERSON, load_default=None, allow_none=True)
    sign_in_name = Words(Text("登录名", "sign-in name"), longest=40, required=True)
    display_name = Words(Text("姓名或称呼", "display name"), longest=60, required=True)
    post = Words(Text("岗位", "post"), longest=60, required=True)
    unit_id = f.key(UNIT)
    roles = f.several(f.choice(Text("权限", "role"), Role), Text("权限", "roles"), least=1, most=len(Role))
    is_active = f.flag(Text("启用", "active"))
    version = f.version(load_default=None, allow_none=True)


class PersonOnly(Params):
    person_id = f.key(PERSON)
