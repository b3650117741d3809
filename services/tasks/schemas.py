"""Parameters of the operations of the directory and of drafting."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validates_schema

from shared.actor import Role
from shared.calling import params as f
from shared.calling.params import Params, Words, refuse
from shared.text import Text

KINDS = ("county", "leading_group", "lead", "department", "township", "village")
RECURRENCES = ("once", "monthly", "quarterly", "yearly")
REVIEW_RULES = ("none", "all", "sample")
LONGEST_NAME = 60
LONGEST_UNIT_CODE = 40
LONGEST_TITLE = 200
LONGEST_BODY = 4000
LONGEST_RULE = 1000
CHUNK_BYTES = 45_000
MOST_CHUNKS = 512

NAME = Text("名称", "name")
TITLE = Text("标题", "title")
UNIT = Text("单位", "unit")
UNITS = Text("单位", "units")
GROUP = Text("单位组", "group")
PERSON = Text("人员", "person")
CHECKLIST = Text("清单", "checklist")
ROW = Text("行", "row")
YEAR = Text("年份", "year")
FILE = Text("文件", "file")
PASSWORD = Text("密码", "password")
PAGE = Text("页码", "page")
BODY = Text("说明", "description")
ACCEPTANCE = Text("验收标准", "acceptance rule")
DUE = Text("完成时限", "due date")
DUE_DAY = Text("每期截止日", "due day")
ALIASES = Text("别名", "other names")


def _aliases() -> fields.List[str]:
    return f.several(Words(ALIASES, longest=LONGEST_NAME), ALIASES, most=30)


def _file_id() -> fields.UUID:
    wrong = Text("文件编号不正确，请重新上传。", "The file's id is not valid. Please upload it again.")
    messages: dict[str, Any] = {"required": wrong, "null": wrong, "invalid_uuid": wrong}
    return fields.UUID(required=True, error_messages=messages)


def _level_names(**options: Any) -> fields.List[str]:
    label = Text("层级名称", "names of the five levels")
    return f.several(Words(label, longest=20), label, least=5, most=5, **options)


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
    aliases = _aliases()
    is_active = f.flag(Text("启用", "active"))
    version = f.version(load_default=None, allow_none=True)


class FileOnly(Params):
    file_id = _file_id()


class SaveGroup(Params):
    group_id = f.key(GROUP, load_default=None, allow_none=True)
    name = Words(NAME, longest=LONGEST_NAME, required=True)
    aliases = _aliases()
    member_ids = f.several(f.key(UNIT), UNITS, most=50_000)
    version = f.version(load_default=None, allow_none=True)


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


class Page(Params):
    page = f.whole(PAGE, 1, 1_000_000, load_default=1)


class PutFile(Params):
    file_id = _file_id()
    name = Words(Text("文件名", "file name"), longest=200, required=True)
    number = f.whole(FILE, 0, MOST_CHUNKS - 1)
    content = fields.String(required=True)


class GetFile(Params):
    file_id = _file_id()
    number = f.whole(FILE, 0, MOST_CHUNKS - 1)


class ChecklistOnly(Params):
    checklist_id = f.key(CHECKLIST)


class CreateChecklist(Params):
    title = Words(TITLE, longest=LONGEST_TITLE, required=True)
    year = f.whole(YEAR, 2000, 2100)
    level_names = _level_names(load_default=None, allow_none=True)


class ImportNotice(Params):
    file_id = _file_id()
    year = f.whole(YEAR, 2000, 2100)
    title = Words(TITLE, longest=LONGEST_TITLE, load_default="", may_be_empty=True, allow_none=True)


class SaveChecklist(Params):
    checklist_id = f.key(CHECKLIST)
    title = Words(TITLE, longest=LONGEST_TITLE, required=True)
    year = f.whole(YEAR, 2000, 2100)
    level_names = _level_names()
    version = f.version()


class DeleteChecklist(Params):
    checklist_id = f.key(CHECKLIST)
    version = f.version()


class AddRow(Params):
    checklist_id = f.key(CHECKLIST)
    parent_id = f.key(ROW, load_default=None, allow_none=True)
    title = Words(TITLE, longest=LONGEST_TITLE, required=True)
    after_row_id = f.key(ROW, load_default=None, allow_none=True)


class RowOnly(Params):
    row_id = f.key(ROW)


class RowUnitParams(Params):
    role = f.choice(Text("分工", "role"), ("lead", "support"))
    unit_id = f.key(UNIT, load_default=None, allow_none=True)
    group_id = f.key(GROUP, load_default=None, allow_none=True)

    @validates_schema
    def check_one(self, data: dict[str, int | None], **_: object) -> None:
        if (data.get("unit_id") is None) == (data.get("group_id") is None):
            raise refuse("每一项请选一个单位或一个单位组。", "Please choose either a unit or a group each time.")


def _row_units(**options: Any) -> fields.List[RowUnitParams]:
    return f.several(fields.Nested(RowUnitParams), UNITS, most=500, **options)


class SaveRow(Params):
    row_id = f.key(ROW)
    version = f.version()
    title = Words(TITLE, longest=LONGEST_TITLE, required=True)
    body = Words(BODY, longest=LONGEST_BODY, has_lines=True, may_be_empty=True, load_default="")
    due_on = f.Day(DUE, load_default=None, allow_none=True)
    recurrence = f.choice(Text("周期", "recurrence"), RECURRENCES, load_default="once")
    due_day = f.whole(DUE_DAY, 1, 31, load_default=None, allow_none=True)
    review_rule = f.choice(Text("审核", "review rule"), REVIEW_RULES, load_default="none")
    acceptance_rule = Words(ACCEPTANCE, longest=LONGEST_RULE, has_lines=True, may_be_empty=True, load_default="")
    units = _row_units()


class MoveRow(Params):
    row_id = f.key(ROW)
    version = f.version()
    direction = f.choice(Text("方向", "direction"), ("up", "down"), load_default=None, allow_none=True)
    new_parent_id = f.key(ROW, load_default=None, allow_none=True)

    @validates_schema
    def check_one(self, data: dict[str, object], **_: object) -> None:
        if (data.get("direction") is None) == (data.get("new_parent_id") is None):
            raise refuse("请选择上移、下移或新的上级。", "Please choose up, down or a new row above.")


class DeleteRow(Params):
    row_id = f.key(ROW)
    version = f.version()


class AnswerParams(Params):
    """What a person decided; which kinds fit a question is the rule of `questions`, not of the form."""

    kind = f.choice(Text("答复", "answer"), ("keep", "units", "group", "due", "target"))
    note = Words(Text("备注", "note"), longest=500, has_lines=True, may_be_empty=True, load_default="")
    units = _row_units(load_default=None)
    member_ids = f.several(f.key(UNIT), UNITS, most=50_000, load_default=None)
    due_on = f.Day(DUE, load_default=None, allow_none=True)
    recurrence = f.choice(Text("周期", "recurrence"), RECURRENCES, load_default="once")
    due_day = f.whole(DUE_DAY, 1, 31, load_default=None, allow_none=True)
    value = f.figure(Text("目标值", "value"), load_default=None, allow_none=True)


class AnswerQuestions(Params):
    checklist_id = f.key(CHECKLIST)
    question_ids = f.several(f.key(Text("问题", "question")), Text("问题", "questions"), least=1, most=1000)
    answer = fields.Nested(AnswerParams, required=True)


class ImportRows(Params):
    file_id = _file_id()
    checklist_id = f.key(CHECKLIST)
