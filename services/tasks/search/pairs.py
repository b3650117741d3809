"""How a word is looked for in the index of notes, which knows every pair of signs that stand side by side. Pure."""

from __future__ import annotations


def pairs_query(word: str) -> str:
    """A tsquery for the notes that hold every pair of signs of the word; of one sign, for any pair that it begins.

    A longer word may still not stand in what is found: its pairs may stand apart.
    """
    low = word.lower()
    if len(low) == 1:
        return f"{_quoted(low)}:*"
    return " & ".join(dict.fromkeys(_quoted(low[place : place + 2]) for place in range(len(low) - 1)))


def is_exact(word: str) -> bool:
    """Whether all that the index finds holds the word."""
    return len(word) <= 2


def _quoted(signs: str) -> str:
    return "'" + signs.replace("\\", "\\\\").replace("'", "''") + "'"
