"""The one mark of a date that a calendar still to be announced may move, and the one rule for when it stands. Pure."""

from __future__ import annotations

import datetime as dt

from shared.text import Text
from shared.workdays import is_settled

# Beside every due date, and every count of working days, that reaches into a year whose days off are not announced.
WORDS = Text("放假安排待公布", "days off not announced yet")
MARK = Text(f"（{WORDS.zh}）", f" ({WORDS.en})")
NOTHING = Text("", "")


def mark_of(*days: dt.date) -> Text:
    """The mark, where what lies between the first and the last of `days` may still move; else nothing."""
    return NOTHING if is_settled(*days) else MARK


def clause_of(day: dt.date) -> str:
    """The same in Chinese for a day that stands in brackets already: a further clause in them, or nothing."""
    return "" if is_settled(day) else f"，{WORDS.zh}"
