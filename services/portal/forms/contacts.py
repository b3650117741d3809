"""Forms of the own contact outside the house, one set for each channel of the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField

from services.portal.forms.fields import Form, at_most, needed, options
from services.portal.words import RHYTHMS

LANGUAGES = options([("zh", "中文"), ("en", "English")])
MAIL, SMS = "mail", "sms"


class OfChannel(Form):
    """A form that stands once for each channel: its fields have ids of their own."""

    def __init__(self, channel: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.channel = channel
        for field in self:
            field.id = field.label.field_id = f"{channel}-{field.id}"


class AddressForm(OfChannel):
    """Where reminders go, and in which language."""

    address = StringField(_l("邮箱"), [needed(), at_most(254)])
    language = SelectField(_l("语言"), choices=LANGUAGES)

    def __init__(self, channel: str, _robots: Sequence[str], **kwargs: Any) -> None:
        super().__init__(channel, **kwargs)
        if channel == SMS:
            self.address.label.text = _l("手机号码")


class RobotForm(OfChannel):
    """Which robot speaks: it is chosen, so that no page can name a host."""

    address = SelectField(_l("群机器人"), [needed()], validate_choice=False)
    language = SelectField(_l("语言"), choices=LANGUAGES)

    def __init__(self, channel: str, robots: Sequence[str], **kwargs: Any) -> None:
        super().__init__(channel, **kwargs)
        self.address.choices = options([(name, name) for name in robots])


def address_form(channel: str, robots: Sequence[str], **kwargs: Any) -> AddressForm | RobotForm:
    """The form to enter an address, or to choose a robot."""
    kind = AddressForm if channel in (MAIL, SMS) else RobotForm
    return kind(channel, robots, **kwargs)


class ChoiceForm(OfChannel):
    """In which language messages come, and how often."""

    language = SelectField(_l("语言"), choices=LANGUAGES)
    rhythm = SelectField(_l("多久发一次"), choices=options(RHYTHMS.items()))


class ProofForm(OfChannel):
    """The code that came."""

    code = StringField(_l("验证码"), [needed(), at_most(20)])
