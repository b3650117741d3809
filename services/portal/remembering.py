"""What a session's last page knew, for the next one: whom it was for, and how many messages were unread.

So a page need not wait for who it is before it asks anything else, and need not count messages that were just counted.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app

EXTENSION = "qingdan.remembered"
# A few kilobytes each; whoever is forgotten waits for one answer more.
MOST = 5000
# A number in the header may be so old; whoever opens the messages gets it anew.
UNREAD_FOR = 15.0


@dataclass(slots=True)
class _Known:
    person: dict[str, Any]
    unread: int = 0
    counted_at: float = -UNREAD_FOR


class Remembered:
    """Answers of `who_am_i` by the session's token, of this process alone. Nobody is believed to be who stands here."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._found: OrderedDict[str, _Known] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, token: str, person: dict[str, Any]) -> None:
        """Keep whom a page is for; the session that was longest away makes room."""
        with self._lock:
            known = self._found.setdefault(token, _Known(person))
            known.person = person
            self._found.move_to_end(token)
            while len(self._found) > self._most:
                self._found.popitem(last=False)

    def get(self, token: str) -> dict[str, Any] | None:
        """Whom the last page was for."""
        with self._lock:
            known = self._found.get(token)
            return None if known is None else known.person

    def keep_unread(self, token: str, unread: int) -> None:
        """Keep how many messages are unread, of a session that is known."""
        with self._lock:
            if known := self._found.get(token):
                known.unread, known.counted_at = unread, time.monotonic()

    def unread(self, token: str) -> int | None:
        """How many messages were unread a moment ago; None when that is not known or too long ago."""
        with self._lock:
            known = self._found.get(token)
            is_young = known is not None and time.monotonic() - known.counted_at < UNREAD_FOR
            return known.unread if known is not None and is_young else None

    def recount(self, token: str) -> None:
        """The number of unread messages may be another one."""
        with self._lock:
            if known := self._found.get(token):
                known.counted_at = -UNREAD_FOR

    def forget(self, token: str) -> None:
        """The session ended, or it is somebody else by now."""
        with self._lock:
            self._found.pop(token, None)


def install(app: Flask) -> None:
    """Begin with nobody."""
    app.extensions[EXTENSION] = Remembered()


def remembered() -> Remembered:
    """Those of this application."""
    found: Remembered = current_app.extensions[EXTENSION]
    return found
