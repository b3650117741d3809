"""Dates in words in both languages, and dates as people type them. Pure."""

from __future__ import annotations

import datetime as dt
import re

from shared.calling.params import is_near
from shared.typed_text import tidy
from shared.workdays import SHANGHAI, workdays_between

WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_TYPED = re.compile(r"(\d{4})\s*[-/.年－／．]\s*(\d{1,2})\s*[-/.月－／．]\s*(\d{1,2})\s*日?")


class NoSuchDay(ValueError):
    """The text is no date, or a day that no calendar has, such as 31 February, or one of no year of ours."""


def parse_day(text: str) -> dt.date:
    """Read 2026-11-30, 2026/11/30 or 2026年11月30日, in full-width digits too. Raises NoSuchDay."""
    found = _TYPED.fullmatch(tidy(text))
    if found is None:
        raise NoSuchDay(text)
    year, month, day = (int(part) for part in found.groups())
    if not is_near(year):
        raise NoSuchDay(text)
    try:
        return dt.date(year, month, day)
    except ValueError as error:
        raise NoSuchDay(text) from error


def day_or_none(text: str) -> dt.date | None:
    """The day that somebody typed; None for nothing and for what is no day."""
    try:
        return parse_day(text) if text else None
    except NoSuchDay:
        return None


def day_in_words(day: dt.date, today: dt.date, language: str) -> str:
    """11月30日 周一 or "Mon 30 Nov"; with the year when it is not this one."""
    with_year = day.year != today.year
    if language.startswith("en"):
        year = f" {day.year}" if with_year else ""
        return f"{WEEKDAYS_EN[day.weekday()]} {day.day} {MONTHS_EN[day.month - 1]}{year}"
    year = f"{day.year}年" if with_year else ""
    return f"{year}{day.month}月{day.day}日 周{WEEKDAYS_ZH[day.weekday()]}"


def distance_in_words(day: dt.date, today: dt.date, language: str) -> str:
    """How far away the day is in working days: 还剩 3 个工作日, 今天, 已过 2 个工作日; less than 1 over days off."""
    count = workdays_between(today, day)
    if day == today:
        return "today" if language.startswith("en") else "今天"
    if count == 0:
        few = ("less than 1 working day", "不到 1 个工作日")
        if language.startswith("en"):
            return f"{few[0]} {'left' if day > today else 'ago'}"
        return f"{'还剩' if day > today else '已过'}{few[1]}"
    if language.startswith("en"):
        days = f"{abs(count)} working day{'' if abs(count) == 1 else 's'}"
        return f"{days} left" if day > today else f"{days} ago"
    return f"还剩 {count} 个工作日" if day > today else f"已过 {abs(count)} 个工作日"


def period_in_words(period: str, language: str) -> str:
    """A period: 2026 is a year, 2026-H1 a half and 2026-Q2 a quarter of it, 2026-04 a month."""
    year, _dash, part = period.partition("-")
    english = language.startswith("en")
    if not part:
        return year if english else f"{year}年"
    number = int(part.lstrip("HQ"))
    if part.startswith("H"):
        half = ("first", "second")[number - 1]
        return f"{half} half of {year}" if english else f"{year}年{'上下'[number - 1]}半年"
    if part.startswith("Q"):
        return f"quarter {number} of {year}" if english else f"{year}年第{number}季度"
    return f"{MONTHS_EN[number - 1]} {year}" if english else f"{year}年{number}月"


def part_in_words(period: str, language: str) -> str:
    """A period as a heading below its year: 4月, 2季度, 上半年; a year is itself."""
    year, _dash, part = period.partition("-")
    english = language.startswith("en")
    if not part:
        return year
    if part[0] in "QH":
        return part if english else {"H1": "上半年", "H2": "下半年"}.get(part, f"{part[1:]}季度")
    return MONTHS_EN[int(part) - 1] if english else f"{int(part)}月"


def instant_in_words(instant: dt.datetime, today: dt.date, language: str) -> str:
    """The moment in Asia/Shanghai: 11月24日 周二 16:30."""
    local = instant.astimezone(SHANGHAI)
    return f"{day_in_words(local.date(), today, language)} {local:%H:%M}"
