"""Signs of a line: which of them nobody sees, how wide a line is, where its text begins and ends. Pure."""

from __future__ import annotations

import re
import unicodedata

from shared.typed_text import BLANKS, INVISIBLE, LINE_ENDS

# The end-of-file sign of old systems, and other controls, are drawn as nothing too.
BLANK = f"{BLANKS}{INVISIBLE}{LINE_ENDS}\x00-\x1f\x7f"
_ANY = re.compile(f"[^{BLANK}]")
_NEVER_SEEN = re.compile(f"[{INVISIBLE}]")


def is_blank(text: str) -> bool:
    """Whether nothing can be seen of the text."""
    return _ANY.search(text) is None


def edges(text: str, start: int = 0, end: int | None = None) -> tuple[int, int]:
    """Where what can be seen of `text[start:end]` begins and ends; both `start` where there is none."""
    last = len(text) if end is None else end
    first = _ANY.search(text, start, last)
    if first is None:
        return start, start
    while _ANY.match(text[last - 1]) is None:
        last -= 1
    return first.start(), last


def width(text: str) -> int:
    """Columns that the text takes on a screen of fixed width: two for a Chinese sign, none for what nobody sees."""
    if text.isascii():
        return len(text)
    seen = _NEVER_SEEN.sub("", text)
    return sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in seen)
