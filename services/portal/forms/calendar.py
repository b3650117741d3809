"""Forms of the calendar of working days."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import SelectField, StringField

from services.portal.forms.fields import DayField, Form, at_most, needed, options
from services.portal.words import DAY_BECOMES

REASON = _l("依据或原因")


class DayForm(Form):
    """One day that becomes another one, and why."""

    day = DayField(_l("日期"), [needed()])
    becomes = SelectField(_l("这天改为"), choices=options(DAY_BECOMES.items()))
    name = StringField(_l("名称"), [at_most(40)])
    reason = StringField(REASON, [needed(), at_most(300)])


class YearFileForm(Form):
    """A year's days off as a file, and on what they are based."""

    file = FileField(_l("文件"))
    reason = StringField(REASON, [needed(), at_most(300)])
