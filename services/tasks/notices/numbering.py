"""The numbering of official documents: which marker a paragraph begins with, and which level it is.

Levels in order: 第一章, 一、, 第一条 and 任务1：, (一), 1., 1.1, (1), 1), ①; each with full- and half-width
signs. What the levels mean in a given notice is found by `areas.py`, not here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

DIGITS = "零一二三四五六七八九"
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚㉛㉜㉝㉞㉟㊱㊲㊳㊴㊵㊶㊷㊸㊹㊺㊻㊼㊽㊾㊿"

# A month or a day of the month, in digits or as the text of a law has it.
NUMERAL = f"(?:\\d{{1,2}}|[二三]?十[{DIGITS[1:]}]?|[{DIGITS[1:]}])"

# One-character numbers with their brackets or dots, as some keyboards type them.
_COMPOSED = {
    **{chr(0x2474 + n): f"({n + 1})" for n in range(20)},
    **{chr(0x2488 + n): f"{n + 1}." for n in range(20)},
    **{chr(0x3220 + n): f"({DIGITS[n + 1]})" for n in range(9)},
    "㈩": "(十)",
}


class Level(IntEnum):
    """How high a number stands; a lower one contains the higher ones that follow."""

    CHAPTER = 1
    CHINESE = 2
    ARTICLE = 3
    CHINESE_IN_BRACKETS = 4
    ARABIC = 5
    DOTTED = 6
    ARABIC_IN_BRACKETS = 7
    HALF_BRACKET = 8
    CIRCLED = 9
    LETTER = 10
    UNNUMBERED = 11


@dataclass(frozen=True, slots=True)
class Marker:
    """A paragraph's number: its level, its value, and how it was written."""

    level: Level
    value: int
    text: str


_CHINESE = r"[一二三四五六七八九十百〇零]{1,5}"
_SPACE = r"[ \t\u3000\u00a0]"
# 任务1.5万人 is a figure; 项目2、3 and 任务一、任务二 are lists of numbers.
_BEHIND_TASK = r"(?:[:：]|[.．](?!\d)|、(?!(?:任务|措施|举措|事项|项目)?[一二三四五六七八九十\d]))"
_FORMS: tuple[tuple[Level, re.Pattern[str]], ...] = (
    (Level.CHAPTER, re.compile(rf"第{_SPACE}?({_CHINESE}|\d{{1,2}}){_SPACE}?(?:章|节|部分|篇)[、:：]?(?!的)")),
    # "一、2027年培训" and "三、5个园区" are headings; "一.5" is nobody's, so a dot is followed by a year at most.
    (Level.CHINESE, re.compile(rf"({_CHINESE})(?:、|[.．](?=\D|$|\d{{4}}年))")),
    (Level.ARTICLE, re.compile(rf"第({_CHINESE}|\d{{1,3}})条(?:[、:：]|(?={_SPACE}|$))")),
    (Level.ARTICLE, re.compile(rf"(?:任务|措施|举措|事项|项目)(?:({_CHINESE})|(\d{{1,3}})){_BEHIND_TASK}")),
    (Level.CHINESE_IN_BRACKETS, re.compile(rf"[(（]{_SPACE}?({_CHINESE}){_SPACE}?[)）][、.．]?")),
    (Level.DOTTED, re.compile(rf"(\d{{1,2}}(?:[.．]\d{{1,2}}){{1,3}})[.．]?{_SPACE}+(?=\D)")),
    # "1.5亿" is a figure, "1.2025年" is a number before a year.
    (Level.ARABIC, re.compile(r"(\d{1,3})(?:[.．](?=\D|$|\d{4}年)|、)")),
    (Level.ARABIC_IN_BRACKETS, re.compile(rf"[(（]{_SPACE}?(\d{{1,2}}){_SPACE}?[)）][、.．]?|(\d{{1,2}})[)）]")),
    (Level.CIRCLED, re.compile(rf"([{CIRCLED}])[、.．]?")),
    (Level.ARTICLE, re.compile(rf"[【\[](?:任务|措施|举措|事项|项目)(?:({_CHINESE})|(\d{{1,3}}))[】\]][:：]?")),
)
# What a number begins with; most paragraphs begin with another sign.
_FIRST_SIGNS = frozenset(f"{DIGITS}〇十百第任措举事项【[(（0123456789０１２３４５６７８９{CIRCLED}")
_DOUBTFUL = re.compile(r"(\d{1,2})[.．](?=\d)")
_AUTOMATIC_FORMS: tuple[tuple[Level, re.Pattern[str]], ...] = (
    *_FORMS[:5],
    (Level.DOTTED, re.compile(r"(\d{1,3}(?:[.．]\d{1,3}){1,8})[.．、]?$")),
    (Level.ARABIC, re.compile(r"(\d{1,3})[.．、]?$")),
    *_FORMS[7:],
    # 一是 and 一要, of a list inside a paragraph.
    (Level.LETTER, re.compile(rf"({_CHINESE})[是要]$")),
    (Level.LETTER, re.compile(r"[(（]?([A-Za-z]{1,4})[.．、)）]?$")),
    (Level.CHINESE, re.compile(rf"({_CHINESE})$")),
)


def read_marker(text: str) -> tuple[Marker | None, str]:
    """Split a paragraph into its number, if it begins with one, and the rest without leading blanks."""
    stripped = text.lstrip(" \t\u3000\u00a0")
    composed = _COMPOSED.get(stripped[:1])
    if composed is not None:
        stripped = composed + stripped[1:]
    for level, form in _FORMS if stripped[:1] in _FIRST_SIGNS else ():
        match = form.match(stripped)
        if match:
            value = _value(level, next(group for group in match.groups() if group))
            if value is not None:
                marker = Marker(level, value, match.group().strip())
                return marker, stripped[match.end() :].lstrip(" \t\u3000\u00a0")
    return None, stripped


def read_doubtful_marker(text: str) -> tuple[Marker, str] | None:
    """Split what is a number before a figure ("2．3家企业") or a figure with a fraction; its neighbours tell which."""
    match = _DOUBTFUL.match(text.lstrip(" \t\u3000\u00a0"))
    if match is None:
        return None
    return Marker(Level.ARABIC, int(match[1]), match.group().strip()), match.string[match.end() :]


def read_automatic_marker(numbering: str) -> Marker | None:
    """Read what Word prints in front of a list paragraph; None for a bullet."""
    visible = numbering.strip()
    visible = _COMPOSED.get(visible, visible)
    for level, form in _AUTOMATIC_FORMS:
        match = form.match(visible)
        if match:
            value = _value(level, next(group for group in match.groups() if group))
            return None if value is None else Marker(level, value, visible)
    return None


def parse_chinese_number(text: str) -> int | None:
    """Read 一 to 九百九十九, also 〇-style digits; None when it is no number."""
    digits = text.replace("〇", "零")
    if not digits or any(sign not in DIGITS + "十百" for sign in digits):
        return None
    if not any(sign in "十百" for sign in digits):
        return int("".join(str(DIGITS.index(sign)) for sign in digits))
    return _by_places(digits)


def format_chinese_number(value: int) -> str:
    """Write 1 to 999 as it stands in a heading: 十, 十一, 二十, 一百零一."""
    if not 0 < value < 1000:
        return str(value)
    hundreds, rest = divmod(value, 100)
    tens, ones = divmod(rest, 10)
    written = f"{DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        written += ("" if tens == 1 and not hundreds else DIGITS[tens]) + "十"
    elif hundreds and ones:
        written += "零"
    return written + (DIGITS[ones] if ones else "")


def _by_places(digits: str) -> int | None:
    total, last = 0, None
    for sign in digits:
        if sign in "十百":
            place = 10 if sign == "十" else 100
            if last == 0 or (last is None and (place == 100 or total % 100)):
                return None
            total += (1 if last is None else last) * place
            last = None
        elif last is not None and last != 0:
            return None
        else:
            last = DIGITS.index(sign)
    return total + (last or 0)


def _value(level: Level, digits: str) -> int | None:
    if level is Level.CIRCLED:
        return CIRCLED.index(digits) + 1
    if level is Level.LETTER and digits.isascii():
        return 1 + ord(digits[-1].lower()) - ord("a")
    last = re.split(r"[.．]", digits)[-1]
    if last.isdecimal():
        return int(last)
    return parse_chinese_number(last)
