"""The number of an official document (发文字号), such as 歙就组〔2025〕3号: read, and as the standard has it. Pure."""

from __future__ import annotations

import re

LONGEST_NUMBER = 60
_OPEN, _CLOSED = "〔[【（(﹝［", "〕]】）)﹞］"
_YEAR = re.compile(rf"[{re.escape(_OPEN)}]\s*(\d{{4}})\s*[{re.escape(_CLOSED)}]\s*(第?)\s*(\d{{1,6}})(\s*号)?")
# A line of its own, in brackets perhaps, with who signed it beside it on what goes upwards.
_LINE = re.compile(r"[(（]?([\u4e00-\u9fffA-Za-z]{1,20}〔\d{4}〕第?\d{1,6}号)[)）]?(?:签发人[:：]?.*)?")


def canonical(text: str) -> str:
    """The text with the year of each document number in 〔〕, and no blanks from there to its end."""
    return _YEAR.sub(lambda found: f"〔{found[1]}〕{found[2]}{found[3]}{'号' if found[4] else ''}", text)


def written(number: str) -> str:
    """A typed number as it is kept: canonical, and with no blanks at all."""
    return re.sub(r"\s", "", canonical(number))


def number_in(line: str) -> str | None:
    """The document number that is all of the line, blanks aside; None for any other line."""
    found = _LINE.fullmatch(written(line))
    return found[1] if found else None


def is_part_of_number(word: str) -> bool:
    """Whether a canonical word can only mean a document: it has the bracketed year in it."""
    return "〔" in word
