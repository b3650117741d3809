"""A person at the portal without a browser: reads a page's forms and sends them as a browser without scripts would."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

VOID_BUTTONS = {"submit", ""}


@dataclass(slots=True)
class Form:
    """One form of a page: where it goes, the fields it would send, and its buttons by text."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    boxes: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def value(self, name: str) -> str:
        return dict(self.fields)[name]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.text: list[str] = []
        self._inside = False
        self._area: str | None = None
        self._select: str | None = None
        self._ids: dict[str, Form] = {}
        self._elsewhere: list[dict[str, str]] = []

    def close(self) -> None:
        """Let a button that sends another form elsewhere be a form of its own, with the fields of that one."""
        super().close()
        for given in self._elsewhere:
            form = self._ids[given["form"]]
            pressed = [(given["name"], given.get("value", ""))] if "name" in given else []
            self.forms.append(Form(given["formaction"], [*form.fields, *pressed], form.boxes))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.forms.append(Form(given.get("action", "")))
            self._inside = True
            self._ids[given.get("id", "")] = self.forms[-1]
        elif "form" in given and "formaction" in given:
            self._elsewhere.append(given)
        elif self._inside:
            self._field(tag, given, self.forms[-1])

    def _field(self, tag: str, given: dict[str, str], form: Form) -> None:
        name = given.get("name", "")
        if "disabled" in given:
            return
        if tag == "input" and given.get("type") in ("checkbox", "radio"):
            form.boxes.append((name, given.get("value", "on")))
            if "checked" in given:
                form.fields.append((name, given.get("value", "on")))
        elif tag == "input" and given.get("type") != "file":
            form.fields.append((name, _sanitised(given.get("type", ""), given.get("value", ""))))
        elif tag == "textarea":
            self._area = name
            form.fields.append((name, ""))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in given or self._select not in dict(form.fields)):
            form.fields = [pair for pair in form.fields if pair[0] != self._select]
            form.fields.append((self._select, given.get("value", "")))
        elif tag == "button":
            form.buttons.append((name, given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "textarea" and self._area is not None:
            name, value = self.forms[-1].fields[-1]
            # Of a text area the first line end is no part.
            self.forms[-1].fields[-1] = (name, re.sub("^(\r\n|\n)", "", value))
            self._area = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            name, value = self.forms[-1].fields[-1]
            self.forms[-1].fields[-1] = (name, value + data)
        self.text.append(data)


def _sanitised(kind: str, value: str) -> str:
    """What a browser makes of a value that its kind of field cannot hold: nothing."""
    wanted = {"date": r"\d{4}-\d{2}-\d{2}", "number": r"-?\d+(\.\d+)?"}.get(kind)
    return value if wanted is None or re.fullmatch(wanted, value) else ""


def _as_sent(value: Any) -> Any:
    """A text as it travels: whatever ended its lines, a browser sends both signs."""
    return re.sub("\r\n|\r|\n", "\r\n", value) if isinstance(value, str) else value


class Person:
    """Opens pages and sends their forms, with the cookies of one browser."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()
        self.path = "/"
        self.response: TestResponse | None = None
        self._read: _Reader | None = None

    def open(self, path: str) -> Person:
        return self.took(self.client.get(path, follow_redirects=True))

    @property
    def forms(self) -> list[Form]:
        """The forms of the page, in its order."""
        return self._reader().forms

    @property
    def text(self) -> str:
        """What stands on the page, in one line."""
        return " ".join("".join(self._reader().text).split())

    def _reader(self) -> _Reader:
        """The page, read when somebody asks for what is on it."""
        if self._read is None:
            self._read = _Reader()
            self._read.feed(self.response.get_data().decode(errors="replace") if self.response is not None else "")
            self._read.close()
        return self._read

    def form(self, action_ends_with: str = "") -> Form:
        return next(
            form for form in self.forms if (form.action or self.path).partition("?")[0].endswith(action_ends_with)
        )

    def send(self, form: Form, *, boxes: list[tuple[str, str]] | None = None, **typed: Any) -> Person:
        """Send the form with some fields typed over; a list sets several values, None leaves the field out."""
        fields = MultiDict([(name, value) for name, value in form.fields if name and name not in typed])
        for name, value in typed.items():
            for one in value if isinstance(value, list) else [value]:
                if one is not None:
                    fields.add(name, one)
        for name, value in boxes or []:
            fields.add(name, value)
        fields = MultiDict([(name, _as_sent(value)) for name, value in fields.items(multi=True)])
        return self.took(self.client.post(form.action or self.path, data=fields, follow_redirects=True))

    def sign_in(self, name: str, password: str) -> Person:
        self.open("/sign-in")
        return self.send(self.form("/sign-in"), sign_in_name=name, password=password)

    @property
    def status(self) -> int:
        assert self.response is not None
        return self.response.status_code

    def took(self, response: TestResponse) -> Person:
        """Stand on the page that was answered."""
        self.response = response
        # A server sends headers so, and fails with other signs; a client of the application never does. What a running
        # product answered has come over the wire.
        for name, value in getattr(response, "headers", ()):
            f"{name}: {value}".encode("latin-1")
        self.path = response.request.path
        self._read = None
        return self
