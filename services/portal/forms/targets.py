"""Forms of targets: what is to be reached, how it is split, and why it is dropped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField, TextAreaField

from services.portal import words
from services.portal.forms.fields import Form, at_most, needed, number_or_none, options

_TEXTS = ("unit", "comparator", "course", "first_month", "last_month", "words", "reason")
_FIGURES = ("value", "baseline", "tolerance")


class TargetForm(Form):
    """What is to be reached of which indicator, by when."""

    version = HiddenField()
    statement_id = HiddenField()
    indicator_id = SelectField(_l("指标"), validate_choice=False)
    comparator = SelectField(_l("要求"), choices=options(words.TARGET_COMPARATORS.items()))
    value = StringField(_l("目标值"), [at_most(60)])
    tolerance = StringField(_l("允许相差"), [at_most(60)])
    baseline = StringField(_l("基数"), [at_most(60)])
    first_month = StringField(_l("开始"), [needed(), at_most(20)])
    last_month = StringField(_l("结束"), [needed(), at_most(20)])
    course = SelectField(_l("序时进度"), choices=options(words.TARGET_COURSES.items()))
    unit = StringField(_l("哪个单位的数"), [at_most(60)])
    whole_id = SelectField(_l("是哪个目标的“其中”项"), validate_choice=False)
    words = TextAreaField(_l("文件原文"), [at_most(300)])
    reason = TextAreaField(_l("为什么改（可不填）"), [at_most(500)])

    def offer(self, choices: Mapping[str, Any], *, but: int | None) -> None:
        """Let these indicators and wholes be chosen; a target is no part of itself."""
        self.indicator_id.choices = options((str(one["indicator_id"]), one["name"]) for one in choices["indicators"])
        wholes: Iterable[Mapping[str, Any]] = (one for one in choices["wholes"] if one["target_id"] != but)
        self.whole_id.choices = options(
            [("", gettext("（不是）")), *((str(one["target_id"]), one["name"]) for one in wholes)]
        )

    @property
    def content(self) -> dict[str, Any]:
        """The target as calls carry it."""
        return {
            **{name: self[name].data or "" for name in _TEXTS},
            **{name: (self[name].data or "").strip() or None for name in _FIGURES},
            "version": number_or_none(self.version.data),
            **({"statement_id": number_or_none(self.statement_id.data)} if self.statement_id.data else {}),
            "indicator_id": number_or_none(self.indicator_id.data),
            "whole_id": number_or_none(self.whole_id.data),
        }


class SplitForm(Form):
    """A share a line."""

    version = HiddenField()
    split = TextAreaField(_l("分解"), [at_most(20_000)])


class DropForm(Form):
    """Why a target holds no more."""

    version = HiddenField()
    reason = TextAreaField(_l("撤销原因"), [needed(), at_most(500)])
