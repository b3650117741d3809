"""Kinds of fields and the root of all forms: what is read from a page, and how a service's refusals come back to it.

The rules are the services'; a form reads numbers and dates, keeps what was typed and shows each sentence beside its
field.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import HiddenField, IntegerField, SelectChoice, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, DateInput, ListWidget

from services.portal import filters
from services.portal.dates import NoSuchDay, parse_day
from services.portal.numbers import is_number
from shared.errors import CallersFault, Conflict, Forbidden, Invalid, NotFound
from shared.typed_text import tidy

NEEDED = _l("请填写这一项。")


def needed() -> InputRequired:
    """A field that may not be left empty."""
    return InputRequired(message=NEEDED)


class AtMost(Length):  # type: ignore[misc]
    """Counts as the service does: a line break, which a browser sends as two signs, is one, and what is unseen none.

    The browser is not told: it would cut what is pasted and say nothing.
    """

    def __init__(self, longest: int) -> None:
        super().__init__(max=longest)
        self.field_flags: dict[str, Any] = {}

    def __call__(self, form: Any, field: Any) -> None:  # noqa: ARG002
        if len(tidy(field.data or "", has_lines=True)) > self.max:
            raise ValidationError(gettext("太长了，最多 %(max)d 个字。", max=self.max))


def at_most(length: int) -> AtMost:
    """A limit for a text, so that the service's is not the only one."""
    return AtMost(length)


class DayField(StringField):  # type: ignore[misc]
    """A day; `data` is a date or None, and what was typed stays when it is no date."""

    widget = DateInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; ValueError when it is no day."""
        self.data: dt.date | None = None
        typed = tidy(valuelist[0]) if valuelist else ""
        if not typed:
            return
        try:
            self.data = parse_day(typed)
        except NoSuchDay as error:
            # A date field of a browser would show an impossible date as empty.
            self.widget = StringField.widget
            raise ValueError(gettext("没有这一天。请写成 2026-11-30 这样的日期。")) from error

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.isoformat() if self.data else ""

    @property
    def iso(self) -> str | None:
        """The day as calls carry it."""
        return self.data.isoformat() if self.data else None


class NumberField(IntegerField):  # type: ignore[misc]
    """A whole number or nothing, with our own sentence when it is neither."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; ValueError when it is no number."""
        self.data: int | None = None
        typed = tidy(valuelist[0]) if valuelist else ""
        if not typed:
            return
        try:
            self.data = int(typed)
        except ValueError as error:
            raise ValueError(gettext("请填写数字。")) from error


class TicksField(SelectMultipleField):  # type: ignore[misc]
    """Several choices as checkboxes; the choices are checked by the service."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: Any) -> None:
        """Let everything pass: the service knows which there are."""


def options(pairs: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    """Values with their words as a select field takes them; a name of the county says which language it is in."""
    return [SelectChoice(value, label, {"lang": "zh"} if filters.lang_of(label) else {}) for value, label in pairs]


def options_with(words: Mapping[str, Any], present: Iterable[str]) -> list[SelectChoice]:
    """The codes with their words, and what is there now even when this release has no word for it.

    A choice that lacks the present value would change it when the form is sent as it was opened.
    """
    unknown = [(code, gettext("（保持现在的）")) for code in present if code not in words]
    return options([*words.items(), *unknown])


class Form(FlaskForm):  # type: ignore[misc]
    """The root of all forms: a command id made with the page, and errors that a service sends back."""

    class Meta:
        locales = False

    command_id = HiddenField(default=lambda: str(uuid4()))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refusals: list[str] = []

    @contextmanager
    def taking_refusals(self) -> Iterator[None]:
        """Turn a service's complaint into errors of this form's fields; those of no field stand above the form."""
        try:
            yield
        except CallersFault as error:
            if isinstance(error, (Conflict, Forbidden, NotFound)):
                raise
            self.take(error)

    def take(self, error: CallersFault) -> None:
        """Show a service's complaint beside its fields, and let the page that does so be a new form.

        What is corrected and sent from it is another command, and must not get the answer to the first one.
        """
        self.refuse(())
        fields = error.details.get("fields") or {}
        for name, text in fields.items():
            if name in self._fields:
                field = self._fields[name]
                field.errors = [*field.errors, filters.say(text)]
            else:
                self.refusals.append(filters.say(text))
        if not fields:
            self.refusals.append(filters.say(error.text.as_dict()))

    def refuse(self, sentences: Iterable[str]) -> None:
        """Show sentences that belong to no field, on a page whose form is a command of its own."""
        self.command_id.data = str(uuid4())
        self.refusals += sentences

    @property
    def problems(self) -> list[tuple[str, str, str]]:
        """Every error as (id of the field or "", its label, sentence), in the order of the page."""
        found = [("", "", sentence) for sentence in self.refusals]
        for field in self:
            found += [(field.id, str(field.label.text), str(sentence)) for sentence in field.errors]
        return found

    @property
    def status(self) -> int:
        """The status of the page that shows this form."""
        return Invalid.status if self.problems else 200


class FileForm(Form):
    """One file."""

    file = FileField(_l("文件"))


def lines_of(text: str | None) -> list[str]:
    """The non-empty lines of a text area, without blanks around them."""
    return [line for line in tidy(text or "", has_lines=True).split("\n") if line]


def number_or_none(text: object) -> int | None:
    """The number of a field that no person types into, such as a hidden one.

    A field that was not sent holds what its form was made of, which is no text, and nothing that anybody has seen.
    """
    return int(text) if isinstance(text, str) and is_number(text.strip()) else None
