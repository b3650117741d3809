"""Cuts a digest to what a channel takes (pure): by whole lines, and says how many are left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

# Of a short message: one of so many signs, or parts of so many each, which tell how they belong together.
SEGMENT = 70
LONG_SEGMENT = 67


def length_in_bytes(text: str) -> int:
    """How long a text is in UTF-8."""
    return len(text.encode())


def length_in_signs(text: str) -> int:
    """How long a text is as telephones count: a sign beyond the first plane is two."""
    return len(text.encode("utf-16-le")) // 2


def segments(text: str) -> int:
    """Into how many parts a short message is cut; each costs, and one is paid even for nothing."""
    length = length_in_signs(text)
    return 1 if length <= SEGMENT else -(-length // LONG_SEGMENT)


def longest_of(most_segments: int) -> int:
    """How many signs so many parts hold."""
    return SEGMENT if most_segments == 1 else LONG_SEGMENT * most_segments


def fitted(
    lines: Sequence[str], most: int, whole: Callable[[Sequence[str], int], str], length: Callable[[str], int]
) -> str:
    """The longest text of the first lines that `most` allows.

    `whole` makes it of the lines that stay and the number of those that do not. Without any line it may be too long
    still: then its own words are, and there is nothing to leave out.
    """
    for kept in range(len(lines), 0, -1):
        text = whole(lines[:kept], len(lines) - kept)
        if length(text) <= most:
            return text
    return whole((), len(lines))
