"""Forms of the own contact outside the house."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField

from services.portal.forms.fields import Form, at_most, needed, options
from services.portal.words import RHYTHMS

LANGUAGES = options([("zh", "中文"), ("en", "English")])


class AddressForm(Form):
    """Where reminders go, and in which language."""

    address = StringField(_l("邮箱"), [needed(), at_most(254)])
    language = SelectField(_l("邮件的语言"), choices=LANGUAGES)


class ChoiceForm(Form):
    """In which language mails come, and how often."""

    language = SelectField(_l("邮件的语言"), choices=LANGUAGES)
    rhythm = SelectField(_l("多久发一次"), choices=options(RHYTHMS.items()))


class ProofForm(Form):
    """The code that came."""

    code = StringField(_l("验证码"), [needed(), at_most(20)])
