"""Where a paste that lost its line ends begins anew: before 一、, （一） or 1. that count on. Pure.

Cut is only at numbers of one kind that count from the first one on, each behind the end of a sentence, a bracket or a
blank; a list inside a sentence (；（2）…) stays in its sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.tasks.notices.numbering import parse_chinese_number
from services.tasks.notices.sources.signs import edges

# Shorter than this nothing was pasted into one.
_SHORTEST = 30
_CHINESE = "[一二三四五六七八九十]{1,3}"
_BEHIND = re.compile("[。！？!?”）)】》 \t\u3000\u00a0]")


@dataclass(frozen=True, slots=True)
class _Kind:
    number: re.Pattern[str]
    # So many numbers at least, where the paragraph does not begin with one of them.
    least: int


_KINDS = (
    _Kind(re.compile(rf"第({_CHINESE})章(?=[ \u3000])"), 2),
    _Kind(re.compile(rf"(?<![第零一二三四五六七八九十])({_CHINESE})、"), 2),
    _Kind(re.compile(rf"[（(]({_CHINESE})[）)]"), 2),
    _Kind(re.compile(r"(?<![\d.．第])(\d{1,2})(?:[.．](?!\d)|[.．](?=\d{4}年)|、(?!\d))"), 3),
)


def cuts_of(text: str) -> list[int]:
    """Where pieces of the paragraph begin, 0 first; [0] alone where nothing is cut. In time linear to its length."""
    return list(_cuts(text, 0, len(text), _KINDS, is_paste=False))


def _cuts(text: str, start: int, end: int, kinds: Sequence[_Kind], *, is_paste: bool) -> Iterator[int]:
    if not kinds or (end - start < _SHORTEST and not is_paste):
        yield start
        return
    numbers = _numbers(text, start, end, kinds[0], is_paste=is_paste)
    # What stands before the first number is the heading of the piece, and holds no numbers of a lower kind.
    places = [start, *numbers] if numbers and numbers[0] > start else numbers or [start]
    for place, following in zip(places, [*places[1:], end], strict=True):
        yield from _cuts(text, place, following, kinds[1:], is_paste=is_paste or bool(numbers))


def _numbers(text: str, start: int, end: int, kind: _Kind, *, is_paste: bool) -> list[int]:
    """The places of numbers that count on from one, or none."""
    found: list[int] = []
    first: list[int] = []
    beginning, _ = edges(text, start, end)
    for match in kind.number.finditer(text, start, end):
        place = match.start()
        value = _value(match[1])
        begins = place <= beginning or _BEHIND.match(text[place - 1]) is not None
        if not found and value == 1:
            # Behind a heading without an end: 一、重点任务（一）做好统筹。
            first = first or [place]
            found = [place] if begins else []
        elif not found and value == 2 and begins and first:
            found = [first[0], place]
        elif begins and found and value == len(found) + 1:
            found.append(place)
    at_once = bool(found) and found[0] <= beginning
    least = 2 if is_paste or at_once else kind.least
    return found if len(found) >= least else []


def _value(digits: str) -> int | None:
    return int(digits) if digits.isdecimal() else parse_chinese_number(digits)
