"""Forms of drafting: a checklist, a notice to read, one row."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import NumberRange, Optional

from services.portal import words
from services.portal.forms.fields import (
    DayField,
    FileForm,
    Form,
    NumberField,
    TicksField,
    at_most,
    lines_of,
    needed,
    options,
)
from shared.typed_text import tidy


class ChecklistForm(Form):
    """A checklist's header."""

    title = StringField(_l("标题"), [needed(), at_most(200)])
    year = NumberField(_l("年度"), [needed(), NumberRange(2000, 2100, message=_l("请填写 2000 到 2100 之间的年度。"))])
    document_number = StringField(_l("发文字号（可不填）"), [Optional(), at_most(60)])
    level_names = TextAreaField(_l("五级名称，一行一个"), [Optional(), at_most(200)])
    sample_percent = NumberField(
        _l("抽查比例（百分之几）"), [Optional(), NumberRange(1, 100, message=_l("请填写 1 到 100 之间的数。"))]
    )
    version = HiddenField()

    @property
    def levels(self) -> list[str] | None:
        """One name a line, which may have any sign in it; all on one line they are parted by commas or strokes."""
        lines = lines_of(self.level_names.data)
        if len(lines) == 1:
            lines = [name for part in re.split("[、,，/]", lines[0]) if (name := tidy(part))]
        return lines or None


class CarryForm(Form):
    """A checklist carried over into another year."""

    title = StringField(_l("标题"), [needed(), at_most(200)])
    year = NumberField(_l("年度"), [needed(), NumberRange(2000, 2100, message=_l("请填写 2000 到 2100 之间的年度。"))])
    only_open = BooleanField(_l("只结转还有未完成责任的事项"))
    again = BooleanField(_l("再结转一份"))


class CloseForm(Form):
    """The end of a checklist, on the version that was read."""

    reason = TextAreaField(_l("结束说明（必填，各单位和领导会看到）"), [needed(), at_most(500)])
    version = HiddenField()


class NoticeForm(Form):
    """A notice to be read: a file or a paste; where both are given, a button says which of them is meant.

    How long a paste may be is the reader's to say.
    """

    file = FileField(_l("通知文件（.docx、.doc、.wps、.pdf、.html、.txt 或 .csv）"))
    pasted = TextAreaField(_l("或者粘贴通知正文"), [Optional()])
    year = NumberField(
        _l("年度（可不填，取自通知）"),
        [Optional(), NumberRange(2000, 2100, message=_l("请填写 2000 到 2100 之间的年度。"))],
    )
    title = StringField(_l("清单标题（可不填，取自通知）"), [Optional(), at_most(200)])
    # The file that came with a paste, kept while is asked which of them is meant.
    kept_file = HiddenField()
    kept_name = HiddenField()


class SheetForm(FileForm):
    """A workbook, or one that was sent before and is read once more with what is hidden in it."""

    file_id = HiddenField()
    with_hidden_rows = HiddenField()

    @property
    def with_hidden(self) -> bool:
        return bool(self.with_hidden_rows.data == "1")


class SeveralForm(Form):
    """What several items get at once; what is left as it opens stays as it is in each of them."""

    due_on = DayField(_l("完成时限"))
    recurrence = SelectField(_l("周期"), choices=options([("", _l("不改")), *words.RECURRENCES.items()]))
    due_day = NumberField(_l("每期第几日"), [Optional(), NumberRange(1, 31, message=_l("请填写 1 到 31 之间的数。"))])
    leads = TicksField(_l("牵头单位"))

    @property
    def due(self) -> dict[str, Any] | None:
        """When they are due, or None where nothing of it was filled in."""
        if not (self.due_on.data or self.recurrence.data or self.due_day.data):
            return None
        due = {"recurrence": self.recurrence.data or None, "due_on": self.due_on.iso, "due_day": self.due_day.data}
        return {name: value for name, value in due.items() if value is not None}


class RowForm(Form):
    """One row of a draft. Units come as `units` and `leads` checkboxes with values like unit:12 and group:3.

    `inherited` are those of the row above, as lead=unit:12 and the like, where the page ticked them beforehand.
    """

    version = HiddenField()
    inherited = HiddenField()
    title = TextAreaField(_l("标题"), [needed(), at_most(200)])
    body = TextAreaField(_l("内容"), [at_most(4_000)])
    due_on = DayField(_l("完成时限"))
    recurrence = SelectField(_l("周期"), choices=options(words.RECURRENCES.items()))
    due_day = NumberField(_l("每期第几日"), [Optional(), NumberRange(1, 31, message=_l("请填写 1 到 31 之间的数。"))])
    review_rule = SelectField(_l("审核方式"), choices=options(words.REVIEW_RULES.items()))
    acceptance_rule = TextAreaField(_l("完成标准"), [at_most(1_000)])
    evidence_rule = SelectField(_l("证明材料"), choices=options(words.EVIDENCE_RULES.items()))
    reviewer_unit_id = SelectField(_l("由谁审核"), validate_choice=False)
    units = TicksField(_l("责任单位"))
    leads = TicksField(_l("牵头单位"))
