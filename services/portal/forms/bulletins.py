"""Forms of bulletins: the plain fields of a draft, about which days one is made, and why one is longer."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField, TextAreaField

from services.portal import words
from services.portal.forms.fields import DayField, Form, at_most, needed, number_or_none, options

TEXTS = ("title", "addressees", "overall", "behind", "practice", "requirements", "issuer", "copies")
LONGEST_PART = 6000


class BulletinForm(Form):
    """What a person writes in a draft; each line is a paragraph."""

    version = HiddenField()
    title = StringField(_l("标题"), [needed(), at_most(120)])
    addressees = StringField(_l("主送"), [at_most(300)])
    overall = TextAreaField(_l("总体情况"), [at_most(LONGEST_PART)])
    behind = TextAreaField(_l("进度滞后和未报事项"), [at_most(LONGEST_PART)])
    practice = TextAreaField(_l("好的做法"), [at_most(LONGEST_PART)])
    requirements = TextAreaField(_l("下一步要求"), [at_most(LONGEST_PART)])
    issuer = StringField(_l("署名"), [at_most(60)])
    copies = StringField(_l("抄送"), [at_most(300)])
    dated_on = DayField(_l("成文日期"))

    @property
    def content(self) -> dict[str, Any]:
        """The fields as calls carry them."""
        texts = {name: self[name].data or "" for name in TEXTS}
        return texts | {"version": number_or_none(self.version.data), "dated_on": self.dated_on.iso}


class MakeForm(Form):
    """Another period than those that one click makes."""

    checklist_id = HiddenField()
    kind = SelectField(_l("期间"), choices=options(words.BULLETIN_KINDS.items()))
    as_of = DayField(_l("截至哪一天"), [needed()])


class SignForm(Form):
    """A person puts the name of the bureau to it."""

    version = HiddenField()
    reason = TextAreaField(_l("超过字数的理由"), [at_most(300)])
