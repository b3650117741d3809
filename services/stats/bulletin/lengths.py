"""How long a bulletin is, and whether that is too long. Pure.

Documents for a specific task should stay within 4,000 characters, comprehensive ones within 5,000.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from shared.text import Text

WANTED, MOST = 4000, 5000


class Length(StrEnum):
    """How a number of characters compares with the limits."""

    FITS = "fits"
    NEEDS_REASON = "needs_reason"
    TOO_LONG = "too_long"


def characters(texts: Iterable[str]) -> int:
    """How many characters people see: punctuation and digits count one each, blanks and line ends none."""
    return sum(1 for text in texts for sign in text if not sign.isspace())


def length_of(number: int) -> Length:
    """Which of the three it is."""
    if number <= WANTED:
        return Length.FITS
    return Length.NEEDS_REASON if number <= MOST else Length.TOO_LONG


def warning(number: int) -> Text | None:
    """What to say of a text that is longer than it should be."""
    if number <= WANTED:
        return None
    zh = f"正文 {number} 字，部署具体任务的文件一般不超过 {WANTED} 字。"
    en = f"The text has {number} characters; a document for a specific task should have at most {WANTED}. "
    if number <= MOST:
        return Text(f"{zh}请精简，或者在签发时说明理由。", f"{en}Please shorten it, or give a reason when you sign it.")
    return Text(f"{zh}超过 {MOST} 字不能签发，请精简。", f"{en}Above {MOST} it cannot be signed: please shorten it.")
