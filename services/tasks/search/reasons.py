"""Why something was found, where the line that shows it does not say so itself. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shared.sought import excerpt, holds, missing

# More no line of a phone takes.
MOST_REASONS = 3


class Where(StrEnum):
    """Where the words stand."""

    NUMBER = "number"
    DUTY = "duty"
    AREA = "area"
    TASK = "task"
    CODE = "code"
    ALIAS = "alias"
    NOTE = "note"
    ENDED = "ended"
    DOCUMENT = "document"
    SIGN_IN_NAME = "sign_in_name"


@dataclass(frozen=True, slots=True)
class Reason:
    """`action` says what a note was written for."""

    where: Where
    text: str
    action: str | None = None

    def as_dict(self, words: Sequence[str]) -> dict[str, str | None]:
        return {"where": self.where.value, "text": excerpt(self.text, words), "action": self.action}


def reasons_for(words: Sequence[str], shown: Sequence[str], candidates: Iterable[Reason]) -> list[Reason]:
    """Of the candidates, the first that hold the words which stand in nothing that is shown; MOST_REASONS at most."""
    open_words = missing(words, shown)
    found: list[Reason] = []
    for candidate in candidates:
        held = [word for word in open_words if _is_held(candidate, word)]
        if held and len(found) < MOST_REASONS:
            found.append(candidate)
            open_words = [word for word in open_words if word not in held]
    return found


def is_at(number: str, word: str) -> bool:
    """Whether a word is the number of a row, or that of one above it: 1.2 is where 1.2.3 stands."""
    return "." in word and (number == word or number.startswith(f"{word}."))


def _is_held(candidate: Reason, word: str) -> bool:
    if candidate.where is Where.NUMBER:
        return is_at(candidate.text, word)
    if candidate.where is Where.DUTY:
        return candidate.text == word
    return holds(candidate.text, word)
