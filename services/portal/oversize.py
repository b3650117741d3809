"""Requests too large even to be handed to the application: taken to their end, and answered with a page of ours.

Who closes a connection while the browser is still sending shows it no page at all, but "connection reset".
"""

from __future__ import annotations

import logging

from flask import Flask
from waitress.parser import HTTPRequestParser
from waitress.task import ErrorTask
from waitress.utilities import RequestEntityTooLarge

from services.portal.problems import too_large_page

log = logging.getLogger(__name__)

# Beyond this a sender is no clerk with the wrong file, and is cut off.
MOST_DISCARDED = 1_000_000_000


class Parser(HTTPRequestParser):  # type: ignore[misc]
    """Reads and forgets the body of a request that was refused for its size."""

    _left = 0

    def received(self, data: bytes) -> int:
        """Take `data` and return how many of its bytes belonged to this request."""
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
    """Answers what the server itself refuses; for a size, with the page that the application has for it."""

    class Refusal(ErrorTask):  # type: ignore[misc]
        def execute(self) -> None:
            if not isinstance(self.request.error, RequestEntityTooLarge):
                super().execute()
                return
            log.info("request too large", extra={"bytes": self.request.content_length})
            headers = {"Cookie": self.request.headers.get("COOKIE", "")}
            # As a form: the page that takes the most is one.
            with app.test_request_context(str(self.request.path or "/"), method="POST", headers=headers):
                page = too_large_page()
            self.status = page.status
            self.response_headers.append(("Content-Type", page.content_type))
            self.response_headers.append(("Cache-Control", "no-store"))
            self.set_close_on_finish()
            body = page.get_data()
            self.content_length = len(body)
            self.write(body)

    return Refusal
