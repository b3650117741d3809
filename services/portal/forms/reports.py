"""Forms of indicators, reports and rounds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField

from services.portal import words
from services.portal.forms.fields import (
    DayField,
    Form,
    NumberField,
    TicksField,
    at_most,
    needed,
    number_or_none,
    options,
)
from shared import clock

# A code in a formula; the list of those that there are belongs to the page.
_CODES = {"list": "codes", "autocomplete": "off"}


class IndicatorForm(Form):
    """How an indicator is defined."""

    version = HiddenField()
    code = StringField(_l("代码"), [needed(), at_most(30)])
    name = StringField(_l("名称"), [needed(), at_most(60)])
    definition = TextAreaField(_l("口径"), [needed(), at_most(2000)])
    unit_of_measure = StringField(_l("计量单位"), [needed(), at_most(20)])
    decimals = NumberField(_l("小数位数"), default=0)
    period_kind = SelectField(_l("报告期"), choices=options(words.PERIOD_KINDS.items()))
    type = SelectField(_l("指标类型"), choices=options(words.INDICATOR_TYPES.items()))
    numerator = StringField(_l("分子"), [at_most(30)], render_kw=_CODES)
    denominator = StringField(_l("分母"), [at_most(30)], render_kw=_CODES)
    formula = StringField(_l("公式"), [at_most(500)])
    bound = StringField(_l("上限值"), [at_most(30)])
    may_be_negative = BooleanField(_l("可以是负数"))
    source = StringField(_l("来源"), [at_most(200)])
    owner = StringField(_l("责任单位"), [at_most(100)])
    basis_by = StringField(_l("制定机关"), [at_most(100)])
    basis_number = StringField(_l("批准文号"), [at_most(100)])
    basis_until = DayField(_l("有效期至"))
    valid_from = DayField(_l("启用日期"), [needed()], default=clock.today)
    valid_to = DayField(_l("停用日期"))
    is_invented = BooleanField(_l("示例数据，均为虚构"))

    def content(self) -> dict[str, Any]:
        """The definition as calls carry it."""
        return {
            **{name: self[name].data or "" for name in _TEXTS_OF_INDICATOR},
            "version": number_or_none(self.version.data),
            "decimals": self.decimals.data or 0,
            "period_kind": self.period_kind.data,
            "type": self.type.data,
            "bound": self.bound.data or None,
            "may_be_negative": self.may_be_negative.data,
            "is_invented": self.is_invented.data,
            **{name: self[name].iso for name in ("basis_until", "valid_from", "valid_to")},
        }


_TEXTS_OF_INDICATOR = (
    *("code", "name", "definition", "unit_of_measure", "numerator", "denominator", "formula", "source", "owner"),
    *("basis_by", "basis_number"),
)


class ReportForm(Form):
    """What a report is called, when it is due and locked, and whom it names; its lines stand in fields of their own."""

    version = HiddenField()
    table_number = StringField(_l("表号"), [needed(), at_most(40)])
    name = StringField(_l("名称"), [needed(), at_most(100)])
    # The indicators to choose from are those of this kind, from the first look on.
    period_kind = SelectField(_l("报告期"), choices=options(words.REPORT_KINDS.items()), default="month")
    due_rule = SelectField(_l("应报日按"), choices=options(words.DAY_RULES.items()))
    due_days = NumberField(_l("应报日"), [needed()])
    lock_rule = SelectField(_l("锁定日按"), choices=options(words.DAY_RULES.items()))
    lock_days = NumberField(_l("锁定日"), [needed()])
    first_period = StringField(_l("第一期"), [needed(), at_most(20)])
    last_period = StringField(_l("最后一期（可不填）"), [at_most(20)])
    basis_by = StringField(_l("制定机关"), [at_most(100)])
    basis_number = StringField(_l("批准文号"), [at_most(100)])
    basis_until = DayField(_l("有效期至"))
    contact = StringField(_l("联系方式"), [at_most(200)])
    is_invented = BooleanField(_l("示例数据，均为虚构"))
    recipients = TicksField(_l("布置给"))
    lines = HiddenField(_l("指标"))

    def content(self) -> dict[str, Any]:
        """The report as calls carry it, without its lines and recipients."""
        return {
            **{name: self[name].data or "" for name in _TEXTS_OF_REPORT},
            "version": number_or_none(self.version.data),
            "due_days": self.due_days.data,
            "lock_days": self.lock_days.data,
            "last_period": self.last_period.data or None,
            "basis_until": self.basis_until.iso,
            "is_invented": self.is_invented.data,
        }


_TEXTS_OF_REPORT = (
    *("table_number", "name", "period_kind", "due_rule", "lock_rule", "first_period"),
    *("basis_by", "basis_number", "contact"),
)


class ExceptionForm(Form):
    """Which unit may change a locked round, why, and until when."""

    unit_id = SelectField(_l("单位"), validate_choice=False)
    reason = TextAreaField(_l("解锁理由"), [needed(), at_most(500)])
    until_on = DayField(_l("解锁至"), [needed()])


class UnitDaysForm(Form):
    """From and until when a report asks a unit, and what that was when the page was made."""

    was_from = HiddenField()
    was_until = HiddenField()
    expected_from = DayField(_l("开始日期"), [needed()])
    expected_until = DayField(_l("截止日期（不再报送的第一天，可不填）"))

    def content(self) -> Mapping[str, Any]:
        """The days as calls carry them."""
        return {
            "was_from": self.was_from.data,
            "was_until": self.was_until.data or None,
            "expected_from": self.expected_from.iso,
            "expected_until": self.expected_until.iso,
        }
