"""The form of a link that asks for something beside it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import StringField

from services.portal.forms.fields import Form, at_most, needed


class DigitsForm(Form):
    """The last four digits of the post's phone."""

    digits = StringField(_l("手机号后四位"), [needed(), at_most(20)])
