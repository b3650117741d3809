"""A person with a browser that says of each request what came of it, instead of following where a page leads."""

from __future__ import annotations

import http.client
import urllib.request
from http.cookiejar import CookieJar
from types import SimpleNamespace
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit

from werkzeug.datastructures import MultiDict

from tests.support.chaos.records import Record
from tests.support.pages import Person

# Longer than any page of a service that is away takes.
SECONDS = 30
FAULTS = (OSError, http.client.HTTPException)
# What a person reads of a page that is none.
READ = 300


class NoPageError(Exception):
    """The connection broke before an answer was there, or the page says that it cannot be had now."""


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any) -> None:
        """Follow nowhere."""


class _Answer:
    def __init__(self, path: str, status: int, headers: Any, body: bytes) -> None:
        self.status_code = status
        self.location = headers.get("Location", "")
        self.request = SimpleNamespace(path=path)
        self._body = body

    def get_data(self) -> bytes:
        return self._body


class _Browser:
    """What a Person needs of Flask's test client."""

    def __init__(self, url: str, record: Record) -> None:
        self._url = url
        self._record = record
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(CookieJar()), _Stay()
        )

    def get(self, path: str, *, follow_redirects: bool) -> _Answer:
        answer = self._send(path, None)
        return self.get(answer.location, follow_redirects=follow_redirects) if answer.location else answer

    def post(self, path: str, *, data: MultiDict[str, str], follow_redirects: bool) -> _Answer:
        return self._send(path, urlencode(list(data.items(multi=True))).encode())

    def _send(self, path: str, body: bytes | None) -> _Answer:
        where = f"{'GET' if body is None else 'POST'} {urlsplit(path).path}"
        try:
            answer = self._answer(path, body)
        except FAULTS as error:
            self._record.saw(None, "", where)
            raise NoPageError(repr(error)) from error
        self._record.saw(answer.status_code, answer.get_data().decode(errors="replace"), where)
        return answer

    def _answer(self, path: str, body: bytes | None) -> _Answer:
        address = path if path.startswith("http") else self._url + path
        try:
            with self._opener.open(address, body, timeout=SECONDS) as response:
                return _Answer(path, response.status, response.headers, response.read())
        except HTTPError as other:
            with other:
                return _Answer(path, other.code, other.headers, other.read())


def person_at(url: str, record: Record) -> Person:
    """Somebody at the portal who is not signed in yet."""
    return Person(SimpleNamespace(test_client=lambda: _Browser(url, record)))  # type: ignore[arg-type]


def said(person: Person) -> str:
    """What stands on the page, as far as anybody reads on."""
    return person.text[:READ]
