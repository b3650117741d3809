"""What the operations of drafting take: checklists, their rows and questions, unit groups."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validates_schema

from services.tasks.document_numbers import LONGEST_NUMBER
from services.tasks.drafting.questions import ANSWER_WORDS
from services.tasks.vocabulary import (
    ACCEPTANCE,
    BODY,
    CHECKLIST,
    DUE,
    DUE_DAY,
    EVIDENCE_RULES,
    GROUP,
    LONGEST_BODY,
    LONGEST_NAME,
    LONGEST_RULE,
    LONGEST_TITLE,
    NAME,
    PARTS_IN_WORK,
    RECURRENCES,
    REVIEW_RULES,
    ROW,
    TITLE,
    UNIT,
    UNITS,
    YEAR,
    aliases_field,
    file_field,
    seen_field,
)
from shared.calling import params as f
from shared.calling.params import Params, Words, refuse
from shared.text import Text

# One line of a phone.
LONGEST_CONTACT = 120
ANSWER = Text("答复", "answer")


def _level_names(**options: Any) -> fields.List[str]:
    label = Text("层级名称", "names of the five levels")
    return f.several(Words(label, longest=20), label, least=5, most=5, **options)


def _document_number() -> Words:
    """What is left out stays as it was."""
    label = Text("发文字号", "document number")
    return Words(label, longest=LONGEST_NUMBER, load_default=None, may_be_empty=True, allow_none=True)


class SaveGroup(Params):
    """A unit group to be made, or with its id, to be changed."""

    group_id = f.key(GROUP, load_default=None)
    name = Words(NAME, longest=LONGEST_NAME)
    aliases = aliases_field()
    member_ids = f.several(f.key(UNIT), UNITS, most=50_000, load_default=None)
    added_ids = f.several(f.key(UNIT), UNITS, most=5000, load_default=None)
    removed_ids = f.several(f.key(UNIT), UNITS, most=5000, load_default=None)
    version = f.version(load_default=None, allow_none=True)


class JoinGroups(Params):
    """A unit, and the groups that it is to belong to besides its own."""

    unit_id = f.key(UNIT)
    group_ids = f.several(f.key(GROUP), Text("单位组", "groups"), most=300)


class ChecklistOnly(Params):
    """One checklist, by its id."""

    checklist_id = f.key(CHECKLIST)


class CreateChecklist(Params):
    """An empty draft."""

    title = Words(TITLE, longest=LONGEST_TITLE)
    year = f.whole(YEAR, 2000, 2100)
    level_names = _level_names(load_default=None, allow_none=True)
    document_number = _document_number()


class ImportNotice(Params):
    """An uploaded notice, and for which year; without one it is the year that the notice says, else this one."""

    file_id = file_field()
    year = f.whole(YEAR, 2000, 2100, load_default=None, allow_none=True)
    title = Words(TITLE, longest=LONGEST_TITLE, load_default="", may_be_empty=True, allow_none=True)


class SaveChecklist(Params):
    """A draft's header."""

    checklist_id = f.key(CHECKLIST)
    title = Words(TITLE, longest=LONGEST_TITLE)
    year = f.whole(YEAR, 2000, 2100)
    level_names = _level_names()
    version = f.version()
    sample_percent = f.whole(Text("抽查比例", "share of spot checks"), 1, 100, load_default=None, allow_none=True)
    document_number = _document_number()


class SaveContact(Params):
    """Whom the units of a checklist may ask, in one line; empty names nobody."""

    checklist_id = f.key(CHECKLIST)
    contact = Words(Text("联系方式", "contact"), longest=LONGEST_CONTACT, may_be_empty=True)


class DeleteChecklist(Params):
    """A draft, and on which version of it that was decided."""

    checklist_id = f.key(CHECKLIST)
    version = f.version()


class AddRow(Params):
    """Where a new row goes, and its title."""

    checklist_id = f.key(CHECKLIST)
    parent_id = f.key(ROW, load_default=None)
    title = Words(TITLE, longest=LONGEST_TITLE)
    after_row_id = f.key(ROW, load_default=None)


class RowOnly(Params):
    """One row, by its id."""

    row_id = f.key(ROW)


class RowUnitParams(Params):
    """A unit or a group by its part in the work: exactly one of the two ids is given."""

    role = f.choice(Text("分工", "role"), PARTS_IN_WORK)
    unit_id = f.key(UNIT, load_default=None)
    group_id = f.key(GROUP, load_default=None)

    @validates_schema
    def check_one(self, data: dict[str, int | None], **_: object) -> None:
        if (data.get("unit_id") is None) == (data.get("group_id") is None):
            raise refuse("每一项请选一个单位或一个单位组。", "Please choose either a unit or a group each time.")


def _row_units(**options: Any) -> fields.List[RowUnitParams]:
    return f.several(f.part(RowUnitParams, UNITS), UNITS, most=500, **options)


class SaveRow(Params):
    """A row with its units."""

    row_id = f.key(ROW)
    version = f.version()
    title = Words(TITLE, longest=LONGEST_TITLE)
    body = Words(BODY, longest=LONGEST_BODY, has_lines=True, may_be_empty=True, **f.KEPT)
    due_on = f.Day(DUE, **f.KEPT_OR_EMPTIED)
    recurrence = f.choice(Text("周期", "recurrence"), RECURRENCES, **f.KEPT)
    due_day = f.whole(DUE_DAY, 1, 31, **f.KEPT_OR_EMPTIED)
    review_rule = f.choice(Text("审核", "review rule"), REVIEW_RULES, **f.KEPT)
    acceptance_rule = Words(ACCEPTANCE, longest=LONGEST_RULE, has_lines=True, may_be_empty=True, **f.KEPT)
    evidence_rule = f.choice(Text("证明材料", "evidence rule"), EVIDENCE_RULES, **f.KEPT)
    reviewer_unit_id = f.key(Text("核验单位", "reviewing unit"), **f.KEPT_OR_EMPTIED)
    units = _row_units()


class RowVersion(Params):
    """A row as a page showed it."""

    row_id = f.key(ROW)
    version = f.version()


class DueParams(Params):
    """When items are due from now on: date and day are replaced; without a recurrence each keeps its own."""

    due_on = f.Day(DUE, load_default=None, allow_none=True)
    recurrence = f.choice(Text("周期", "recurrence"), RECURRENCES, load_default=None, allow_none=True)
    due_day = f.whole(DUE_DAY, 1, 31, load_default=None, allow_none=True)


class LeadParams(Params):
    """A unit that is to lead."""

    unit_id = f.key(UNIT)


class SaveRows(Params):
    """Rows on the versions that were read, and what all of them get: dates, lead units, or both."""

    checklist_id = f.key(CHECKLIST)
    rows: fields.List[Any] = f.several(f.part(RowVersion, ROW), ROW, least=1, most=1000)
    due = f.part(DueParams, DUE, load_default=None, allow_none=True)
    leads: fields.List[Any] = f.several(f.part(LeadParams, UNITS), UNITS, most=50, load_default=None)


class MoveRow(Params):
    """Up, down, or below which other row."""

    row_id = f.key(ROW)
    version = f.version()
    direction = f.choice(Text("方向", "direction"), ("up", "down"), load_default=None)
    new_parent_id = f.key(ROW, load_default=None)

    @validates_schema
    def check_one(self, data: dict[str, object], **_: object) -> None:
        if (data.get("direction") is None) == (data.get("new_parent_id") is None):
            raise refuse("请选择上移、下移或新的上级。", "Please choose up, down or a new row above.")


class DeleteRow(Params):
    """A row, and on which version of it that was decided."""

    row_id = f.key(ROW)
    version = f.version()


class AnswerParams(Params):
    """What a person decided. Which kinds fit, the question's kind says; what belongs to another kind is ignored."""

    kind = f.choice(ANSWER, ANSWER_WORDS)
    note = Words(Text("备注", "note"), longest=500, has_lines=True, may_be_empty=True, load_default="")
    units = _row_units(load_default=None)
    member_ids = f.several(f.key(UNIT), UNITS, most=50_000, load_default=None)
    due_on = f.Day(DUE, load_default=None)
    recurrence = f.choice(Text("周期", "recurrence"), RECURRENCES, load_default="once")
    due_day = f.whole(DUE_DAY, 1, 31, load_default=None)
    value = f.figure(Text("目标值", "value"), load_default=None)


class AnswerQuestions(Params):
    """One answer for several questions of one kind."""

    checklist_id = f.key(CHECKLIST)
    question_ids = f.several(f.key(Text("问题", "question")), Text("问题", "questions"), least=1, most=1000)
    answer = f.part(AnswerParams, ANSWER)


class PreviewRows(Params):
    file_id = file_field()
    checklist_id = f.key(CHECKLIST)
    with_hidden_rows = f.flag(Text("导入隐藏的行和列", "import hidden rows and columns"), load_default=False)


class ImportRows(PreviewRows):
    """An uploaded workbook, and for which draft."""

    seen = seen_field()
