"""Forms of suggestions."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, TextAreaField

from services.portal.forms.fields import Form, at_most, needed


class SuggestionForm(Form):
    """What does not work, and the address of the page where it was seen."""

    about = HiddenField()
    text = TextAreaField(_l("哪里不好用，怎样改更好"), [needed(), at_most(1000)])
