"""Forms of posts: a hand-over, and who stands in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField

from services.portal.forms.fields import DayField, Form, at_most, needed


class HandOverForm(Form):
    """Who holds the post from now on."""

    version = HiddenField()
    name = StringField(_l("接任人姓名"), [needed(), at_most(60)])


class _DaysForm(Form):
    from_on = DayField(_l("从哪天起"), [needed()])
    until_on = DayField(_l("到哪天止（含当天）"), [needed()])


class ColleagueForm(_DaysForm):
    """A colleague, and the days."""

    substitute_id = SelectField(_l("由谁代理"), validate_choice=False)


class SubstituteForm(ColleagueForm):
    """Anybody, looked for by name where he works in another unit, and the days."""

    find = StringField(_l("不在列表里的，按姓名、单位或登录名查找"))
