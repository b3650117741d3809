"""`tests.support.pages.Person` at a running portal: its forms over HTTP, with the cookies of one browser."""

import urllib.error
import urllib.request
from http.cookiejar import CookieJar
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode, urlsplit

from werkzeug.datastructures import MultiDict

from tests.support.pages import Person


class _Answer:
    def __init__(self, response: Any) -> None:
        self.status_code: int = response.status
        self.mimetype: str = response.headers.get_content_type()
        self.request = SimpleNamespace(path=urlsplit(response.url).path)
        self._body: bytes = response.read()

    def get_data(self) -> bytes:
        return self._body


class _Browser:
    """What a Person needs of Flask's test client."""

    def __init__(self, url: str) -> None:
        self._url = url
        # An http_proxy of the environment is for the world outside, not for loopback.
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(CookieJar())
        )

    def get(self, path: str, *, follow_redirects: bool) -> _Answer:
        return self._send(path, None)

    def post(self, path: str, *, data: MultiDict[str, str], follow_redirects: bool) -> _Answer:
        return self._send(path, urlencode(list(data.items(multi=True))).encode())

    def _send(self, path: str, body: bytes | None) -> _Answer:
        try:
            with self._opener.open(self._url + path, body, timeout=30) as response:
                return _Answer(response)
        except urllib.error.HTTPError as refused:
            return _Answer(refused)


def visitor(url: str) -> Person:
    """Somebody at the portal at `url`, not signed in yet."""
    return Person(SimpleNamespace(test_client=lambda: _Browser(url)))  # type: ignore[arg-type]
