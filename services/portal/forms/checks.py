"""The form of a check."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField, TextAreaField

from services.portal import words
from services.portal.forms.fields import Form, at_most, needed, number_or_none, options


class CheckForm(Form):
    """What a check compares, how strict it is, and what it says."""

    version = HiddenField()
    name = StringField(_l("校验名称"), [needed(), at_most(80)])
    kind = SelectField(_l("比较什么"), choices=options(words.CHECK_KINDS.items()))
    condition = StringField(_l("校验公式"), [at_most(500)])
    indicator_id = SelectField(_l("指标"), validate_choice=False)
    strictness = SelectField(_l("严格程度"), choices=options(words.STRICTNESS.items()))
    sentence_zh = TextAreaField(_l("没有通过时的提示"), [at_most(300)])
    sentence_en = TextAreaField(_l("英文提示（可不填）"), [at_most(300)])
    period = StringField(_l("用哪一期试（不填就用最近一期）"), [at_most(20)])

    def content(self, report_id: int) -> dict[str, Any]:
        """What the check says, as calls carry it."""
        return {
            "report_id": report_id,
            "name": self.name.data,
            "kind": self.kind.data,
            "condition": self.condition.data or "",
            "indicator_id": number_or_none(self.indicator_id.data),
            "strictness": self.strictness.data,
            "sentence_zh": self.sentence_zh.data or "",
            "sentence_en": self.sentence_en.data or "",
        }
