"""The form of a silence: of what, from when until when, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField

from services.portal.forms.fields import DayField, Form, at_most, needed, number_or_none, options
from services.portal.words import RULE_SCOPES, SILENCED_STAGES

ALL, BOTH, EVERY_UNIT = "all:0", "both", "all"


class SilenceForm(Form):
    """Each of them is a choice, too: who chooses nothing silences nothing."""

    subject = SelectField(_l("清单或报表"), [needed()], validate_choice=False)
    unit_id = SelectField(_l("单位"), [needed()], validate_choice=False)
    stage = SelectField(_l("停哪些提醒"), choices=options(SILENCED_STAGES.items()))
    from_day = DayField(_l("开始日期"), [needed()])
    until_day = DayField(_l("结束日期"), [needed()])
    reason = StringField(_l("原因"), [needed(), at_most(200)])

    def offer(self, subjects: Iterable[Mapping[str, Any]], units: Iterable[tuple[str, str]]) -> None:
        """Let the choices be these checklists, reports and units, which are (value, name)."""
        named = [(f"{one['scope']}:{one['subject_id']}", one["name"]) for one in subjects]
        self.subject.choices = options([("", _("请选择")), (ALL, RULE_SCOPES["all"]), *named])
        self.unit_id.choices = options([("", _("请选择")), (EVERY_UNIT, _("所有单位")), *units])

    def chosen(self, field: SelectField) -> str:
        """The words of what was chosen."""
        return next((str(choice.label) for choice in field.choices if choice.value == field.data), "")

    @property
    def content(self) -> dict[str, Any]:
        """The fields as calls carry them."""
        scope, _colon, subject_id = (self.subject.data or "").partition(":")
        return {
            "scope": scope,
            "subject_id": number_or_none(subject_id) or 0,
            "unit_id": number_or_none(self.unit_id.data),
            "stage": self.stage.data if self.stage.data != BOTH else None,
            "from_day": self.from_day.iso,
            "until_day": self.until_day.iso,
        }
