"""The form of the rule of lights."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField

from services.portal.forms.fields import DayField, Form, NumberField, at_most, needed


class LightRuleForm(Form):
    """Within how many working days something is due soon, from when on and why."""

    workdays = NumberField(_l("提前几个工作日"), [needed()])
    from_day = DayField(_l("生效日期"), [needed()])
    reason = StringField(_l("修改原因"), [needed(), at_most(300)])
    version = HiddenField()
