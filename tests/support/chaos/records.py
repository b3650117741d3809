"""What the people of a run did and what they were told: the only thing that the checker believes."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import uuid4


class What(StrEnum):
    """What is clicked."""

    DONE = "done"
    NOTE = "note"
    SAVE = "save"
    SUBMIT = "submit"
    TAKE_BACK = "take-back"
    CORRECT = "correct"
    ACCEPT = "accept"
    ISSUE = "issue"


SERVICE_OF = {
    **dict.fromkeys((What.DONE, What.NOTE, What.ISSUE), "tasks"),
    **dict.fromkeys((What.SAVE, What.SUBMIT, What.TAKE_BACK, What.CORRECT, What.ACCEPT), "stats"),
}


class Told(StrEnum):
    """What the person was told in the end. UNSURE is who never got an answer that is one."""

    DONE = "done"
    KEPT = "kept"
    REFUSED = "refused"
    UNSURE = "unsure"


@dataclass(slots=True)
class Click:
    """One command. `subjects` are the ids that it is about: duties, submissions, a checklist.

    `text` is what was written with it, `typed` what then stood in the cells of a report, by indicator. `looked_at` is
    when the page that it is on was asked for, `told_at` when the answer came, both in seconds.
    """

    what: What
    subjects: Sequence[int]
    person: str
    text: str = ""
    typed: dict[int, str] = field(default_factory=dict)
    command_id: str = field(default_factory=lambda: str(uuid4()))
    told: Told = Told.UNSURE
    tries: int = 0
    number: int = 0
    looked_at: float = 0.0
    told_at: float = 0.0

    @property
    def service(self) -> str:
        return SERVICE_OF[self.what]

    @property
    def is_acknowledged(self) -> bool:
        return self.told in (Told.DONE, Told.KEPT)


@dataclass
class Record:
    """All clicks in the order in which they were begun, and what pages were answered with, by status."""

    clicks: list[Click] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    defects: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, what: What, subjects: Sequence[int], person: str, **more: Any) -> Click:
        """A new click."""
        with self._lock:
            click = Click(what, subjects, person, **more, number=len(self.clicks) + 1)
            self.clicks.append(click)
            return click

    def saw(self, status: int | None, page: str, where: str) -> None:
        """A page was answered; None when the connection broke instead."""
        with self._lock:
            self.statuses["no answer" if status is None else str(status)] += 1
            if status is not None and status >= 500 and status not in (503, 504):
                self.defects.append(f"{status} {where}: {page}")
