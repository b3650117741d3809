"""Sentences of a paragraph, never cut inside quotation marks or brackets; cutting loses no character."""

from __future__ import annotations

import re

PAIRS = {
    "“": "”", "‘": "’", "「": "」", "『": "』", "《": "》", "〈": "〉",
    "(": ")", "（": "）", "[": "]", "［": "］", "【": "】", "〔": "〕", "{": "}",
}  # fmt: skip
_CLOSERS = {
    **{closer: {opener} for opener, closer in PAIRS.items()},
    ")": {"(", "（"},
    "）": {"(", "（"},
    "]": {"[", "［"},
    "］": {"[", "［"},
}
SENTENCE_ENDS = "。;；!！?？"

_CHINESE = "一二三四五六七八九"
_IN_CHINESE = [*_CHINESE, "十", *(f"十{sign}" for sign in _CHINESE)]
_NUMBERS = {
    **{sign: number for number, sign in enumerate(_IN_CHINESE)},
    **{str(number + 1): number for number in range(len(_IN_CHINESE))},
    **{sign: number for number, sign in enumerate("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲")},
}
# 一是, 第一，, （1）, ①; each where a sentence or a clause begins.
_ENUMERATIONS = (
    re.compile("(?P<number>十[一二三四五六七八九]?|[一二三四五六七八九])(?:是|要)(?!否|不是)"),
    re.compile("第(?P<number>十[一二三四五六七八九]?|[一二三四五六七八九])[,，、]"),
    re.compile(r"[（(](?P<number>\d{1,2})[）)]"),
    re.compile("(?P<number>[①-⑲])"),
    re.compile(r"(?<![\d.．第])(?P<number>\d{1,2})(?:[.．](?!\d)|、(?!\d))"),
)


def find_pairs(text: str) -> dict[int, int]:
    """Return opening position → closing position of every pair that closes, outer and inner ones alike.

    Half- and full-width brackets may close each other, as they do in typed notices. A sign that never closes counts
    as plain text, so that one lost quotation mark does not swallow the rest of a paragraph.
    """
    pairs: dict[int, int] = {}
    opened: list[int] = []
    straight: int | None = None
    for position, sign in enumerate(text):
        if sign == '"':
            if straight is None:
                straight = position
            else:
                pairs[straight], straight = position, None
        elif sign in PAIRS:
            opened.append(position)
        elif sign in _CLOSERS:
            _close(text, sign, position, opened, pairs)
    return pairs


def split_sentences(text: str, ends: str = SENTENCE_ENDS) -> list[str]:
    """Cut after each of `ends` that stands outside pairs; joining the pieces gives `text` again."""
    pairs = find_pairs(text)
    pieces: list[str] = []
    start = position = 0
    while position < len(text):
        position = pairs.get(position, position)
        if text[position] in ends:
            position = _after_run_of(text, position, ends)
            pieces.append(text[start:position])
            start = position
        else:
            position += 1
    if start < len(text):
        pieces.append(text[start:])
    return pieces


def split_enumeration(text: str) -> tuple[str, list[str]]:
    """What stands before a list inside a paragraph (一是…；二是…), and its entries without their numbers.

    A list begins with its first number and counts on; a number that stands alone is a part of the sentence.
    """
    marks = enumeration_in(text)
    if not marks:
        return text, []
    ends = [*(match.start() for match in marks[1:]), len(text)]
    return text[: marks[0].start()], [text[match.end() : end] for match, end in zip(marks, ends, strict=True)]


def enumeration_in(text: str) -> list[re.Match[str]]:
    """The numbers of a list inside a paragraph, which count on from one; none where there is no list."""
    for form in _ENUMERATIONS:
        marks = [match for match in form.finditer(text) if _begins_entry(text, match)]
        if len(marks) > 1 and [_NUMBERS.get(match["number"]) for match in marks] == list(range(len(marks))):
            return marks
    return []


def _begins_entry(text: str, mark: re.Match[str]) -> bool:
    before = text[: mark.start()].rstrip()
    return not before or before[-1] in "。;；!！?？,，:：、"


def strip_end(sentence: str) -> str:
    """Return the sentence without blanks around it and without its closing sign."""
    return sentence.strip().rstrip("。;；,，").strip()


def _after_run_of(text: str, position: int, ends: str) -> int:
    while position < len(text) and text[position] in ends:
        position += 1
    return position


def _close(text: str, sign: str, position: int, opened: list[int], pairs: dict[int, int]) -> None:
    openers = _CLOSERS[sign]
    # Ten deep is more than any sentence needs, and keeps hostile text from costing quadratic time.
    for depth in range(len(opened) - 1, max(-1, len(opened) - 11), -1):
        if text[opened[depth]] in openers:
            pairs[opened[depth]] = position
            del opened[depth:]
            return
