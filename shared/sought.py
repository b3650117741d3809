"""What somebody typed to find something: its words, and where they stand in a text. Pure.

Chinese has no blanks between words, so a word is whatever somebody put between blanks, and it is found as a part of a
text, in whichever case.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from shared.text import Text

# As long as other searches; nobody types more to find a name.
LONGEST_SOUGHT = 60
MOST_WORDS = 8
TOO_MANY_WORDS = Text(
    f"查找内容最多{MOST_WORDS}个词，请少写几个。",
    f"At most {MOST_WORDS} words can be looked for. Please use fewer of them.",
)
# What stands around the words of a long note, so that a line of a phone shows why it was found.
LONGEST_EXCERPT = 60


def words_of(typed: str) -> list[str]:
    """The words, each once, in the order in which they were typed; `typed` is tidy."""
    return list({word.lower(): word for word in typed.split()}.values())


def holds(text: str, word: str) -> bool:
    """Whether the word is a part of the text."""
    return word.lower() in text.lower()


def missing(words: Sequence[str], texts: Sequence[str]) -> list[str]:
    """The words that stand in none of the texts."""
    return [word for word in words if not any(holds(text, word) for text in texts)]


def marked(text: str, words: Sequence[str]) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is one of the words; put together they are the text."""
    if not words or not text:
        return [(text, False)] if text else []
    # The longest first: of 就业 and 就业岗位 the whole is marked.
    found = re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)), re.IGNORECASE)
    pieces, end = [], 0
    for match in found.finditer(text):
        pieces += [(text[end : match.start()], False), (match[0], True)]
        end = match.end()
    return [piece for piece in [*pieces, (text[end:], False)] if piece[0]]


def excerpt(text: str, words: Sequence[str], *, longest: int = LONGEST_EXCERPT) -> str:
    """One line of the text around the first of the words in it, with … where something is left out."""
    line = " ".join(text.split())
    if len(line) <= longest:
        return line
    places = [place for place in (line.lower().find(word.lower()) for word in words) if place >= 0]
    begin = max(0, min(min(places, default=0) - longest // 3, len(line) - longest))
    end = begin + longest
    return f"{'…' if begin else ''}{line[begin:end].strip()}{'…' if end < len(line) else ''}"
