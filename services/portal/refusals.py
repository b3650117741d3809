"""What the server refuses before the application sees it: too large, malformed, too slow. Answered with pages of ours.

Who closes a connection while the browser is still sending shows it no page at all, but "connection reset": what is too
large is taken to its end.
"""

from __future__ import annotations

import logging
import re

from flask import Flask
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import ErrorTask
from waitress.utilities import RequestEntityTooLarge

from services.portal.problems import page_of_the_server

log = logging.getLogger(__name__)

# Beyond this a sender is no clerk with the wrong file, and is cut off.
MOST_DISCARDED = 1_000_000_000
OF_LENGTH = re.compile(rb"(content-length|transfer-encoding)[ \t]*:", re.IGNORECASE)


class Parser(HTTPRequestParser):  # type: ignore[misc]
    """Reads and forgets the body of a request that was refused for its size."""

    # How many bytes came so far, those that were forgotten among them.
    taken = 0
    # Where the head could not be read.
    path = "/"
    _left = 0

    def received(self, data: bytes) -> int:
        """Take `data` and return how many of its bytes belonged to this request."""
        taken = self._received(data)
        self.taken += taken
        return taken

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head. ParsingError where servers could disagree on how long the body is (RFC 9112, 6.1 and 6.3)."""
        first, *lines = header_plus.split(b"\r\n")
        lengths = [found[1].lower() for line in lines if (found := OF_LENGTH.match(line))]
        if len(lengths) > 1 or (b"transfer-encoding" in lengths and not first.rstrip().endswith(b"HTTP/1.1")):
            raise ParsingError("the length of the body is not said in one way")
        super().parse_header(header_plus)

    def _received(self, data: bytes) -> int:
        if self._left:
            taken = min(len(data), self._left)
            self._left -= taken
            self.completed = not self._left
            return taken
        taken = int(super().received(data))
        if isinstance(self.error, RequestEntityTooLarge) and self.content_length <= MOST_DISCARDED:
            self._left = self.content_length
            self.completed = not self._left
        return taken


def error_task(app: Flask) -> type[ErrorTask]:
    """Answers what the server itself refuses with the page that the application has for it, and closes."""

    class Refusal(ErrorTask):  # type: ignore[misc]
        def execute(self) -> None:
            status = int(self.request.error.code)
            headers = {"Cookie": self.request.headers.get("COOKIE", "")}
            # As a form: the page that takes the most is one.
            with app.test_request_context(str(self.request.path or "/"), method="POST", headers=headers):
                page = page_of_the_server(status)
            log.info(
                "request refused by the server",
                extra={
                    "status": status,
                    "bytes": self.request.content_length,
                    "correlation_id": page.headers["X-Request-Id"],
                },
            )
            self.status = page.status
            for name in ("Server", "Date"):
                page.headers.pop(name, None)
            body = page.get_data()
            self.response_headers.extend((name, value) for name, value in page.headers if name != "Content-Length")
            self.set_close_on_finish()
            self.content_length = len(body)
            self.write(body)

    return Refusal
