"""Forms of signing in and of the own password."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import StopValidation

from services.portal.forms.fields import Form, at_most, needed
from shared.typed_text import tidy_password


class SignInForm(Form):
    """Name and password, and what the person wanted before."""

    sign_in_name = StringField(_l("登录名"), [needed(), at_most(100)], render_kw={"autocomplete": "username"})
    password = PasswordField(_l("密码"), [needed(), at_most(200)], render_kw={"autocomplete": "current-password"})
    back = HiddenField()
    resume = HiddenField()


class PasswordForm(Form):
    """A new password for the own account."""

    old = PasswordField(_l("现在的密码"), [needed(), at_most(200)], render_kw={"autocomplete": "current-password"})
    new = PasswordField(_l("新密码"), [needed(), at_most(200)], render_kw={"autocomplete": "new-password"})
    again = PasswordField(_l("再输入一次新密码"), [needed(), at_most(200)], render_kw={"autocomplete": "new-password"})

    def validate_again(self, field: PasswordField) -> None:
        """Both new ones must be the same."""
        if tidy_password(field.data) != tidy_password(self.new.data):
            raise StopValidation(gettext("两次输入的新密码不一样。"))
