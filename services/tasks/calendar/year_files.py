"""A year's days off as a JSON file: what it may hold, and sentences of what is wrong with it. Pure.

Two forms are read. The own one, which is also written:
    {"year": 2027, "off": [{"date": "2027-01-01", "name": "元旦"}], "worked": [{"date": "2027-02-14", "name": "春节"}]}
and that of the public collection holiday-cn:
    {"year": 2027, "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": true}]}
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from services.tasks.calendar.records import Announced
from shared.text import Text
from shared.typed_text import tidy
from shared.workdays import SATURDAY, YearTable

# A year has some forty such days; a file with hundreds is another thing.
MOST_DAYS = 200
LONGEST_FILE = 100_000
LONGEST_NAME = 40
DECEMBER = 12
MOST_TOLD = 20

NOT_JSON = Text(
    "这不是 JSON 文件，或者内容不完整。请选择放假安排的 .json 文件。",
    "This is no JSON file, or it is not whole. Please choose a .json file of days off.",
)
TOO_LARGE = Text(
    "文件太大。一年的放假安排只有几 KB，请检查是不是选错了文件。",
    "The file is too large. A year of days off has a few KB: please check that it is the right file.",
)
NO_TABLE = Text(
    "文件里没有放假安排：要有 year，以及 off 和 worked 两个列表（或者 days 列表）。",
    "There are no days off in the file: it must have year, and the lists off and worked (or the list days).",
)
NO_DAYS = Text(
    "文件里没有一天放假。请检查是不是选错了文件。", "The file has no day off. Please check that it is the right one."
)
NO_ENTRY = Text(
    "第 {number} 项不完整：要有 date（如 2027-01-01）和 name。",
    "Entry {number} is not whole: it must have date (such as 2027-01-01) and name.",
)
NO_DAY = Text("第 {number} 项的日期“{day}”不存在。", "Entry {number}: there is no day “{day}”.")
OTHER_YEAR = Text(
    "文件是 {found} 年的，这里是 {year} 年。请到 {found} 年的页面导入，或者换一个文件。",
    "The file is of {found}, and this is {year}. Please import it on the page of {found}, or choose another file.",
)
OUTSIDE = Text(
    "{day} 不在 {year} 年，也不在上一年的 12 月。",
    "{day} is neither in {year} nor in the December before it.",
)
TWICE = Text("{day} 出现了两次，请只保留一次。", "{day} stands there twice. Please keep it once.")
WORKED_WEEKDAY = Text(
    "{day} 是周一至周五，本来就上班，不用列为调休上班。",
    "{day} is a Monday to Friday, which is worked anyhow; it is no make-up day.",
)
LONG_NAME = Text(
    "第 {number} 项的名称太长，最多 {most} 个字。", "Entry {number}: the name is too long, at most {most} signs."
)


class UnreadableYear(ValueError):
    """The file holds no usable table; `complaints` says all that is wrong with it, in order."""

    def __init__(self, complaints: list[Text]) -> None:
        super().__init__(complaints[0].en)
        self.complaints = complaints


@dataclass(frozen=True, slots=True)
class _Entry:
    number: int
    date: Any
    name: Any
    is_off: bool


def read_year(content: str, year: int) -> Announced:
    """The table of `year` that a file holds. Raises UnreadableYear."""
    found = _json(content)
    if not isinstance(found, dict) or not isinstance(found.get("year"), int) or isinstance(found["year"], bool):
        raise UnreadableYear([NO_TABLE])
    entries = _entries(found)
    if found["year"] != year:
        raise UnreadableYear([_filled(OTHER_YEAR, found=found["year"], year=year)])
    off: dict[dt.date, str] = {}
    worked: dict[dt.date, str] = {}
    complaints: list[Text] = []
    for entry in entries:
        day, wrong = _day_of(entry, year)
        if day is not None and (day in off or day in worked):
            wrong = _filled(TWICE, day=day)
        if wrong is not None:
            complaints.append(wrong)
        elif day is not None:
            (off if entry.is_off else worked)[day] = tidy(entry.name)
    if complaints:
        raise UnreadableYear(complaints[:MOST_TOLD])
    if not off:
        raise UnreadableYear([NO_DAYS])
    return Announced(year, off, worked)


def write_year(table: YearTable) -> str:
    """The table of a year as a file in the own form."""
    off, worked = (
        [{"date": day.isoformat(), "name": name} for day, name in sorted(days.items())]
        for days in (table.off, table.worked)
    )
    return json.dumps({"year": table.year, "off": off, "worked": worked}, ensure_ascii=False, indent=1) + "\n"


def _json(content: str) -> Any:
    if len(content) > LONGEST_FILE:
        raise UnreadableYear([TOO_LARGE])
    try:
        return json.loads(content.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise UnreadableYear([NOT_JSON]) from error


def _entries(found: dict[str, Any]) -> list[_Entry]:
    entries = list(_numbered(found))
    if len(entries) > MOST_DAYS:
        raise UnreadableYear([TOO_LARGE])
    return entries


def _numbered(found: dict[str, Any]) -> Iterator[_Entry]:
    if "days" in found:
        yield from _of_list(found["days"], 0, is_off=None)
        return
    if "off" not in found:
        raise UnreadableYear([NO_TABLE])
    yield from _of_list(found["off"], 0, is_off=True)
    yield from _of_list(found.get("worked", []), len(found["off"]), is_off=False)


def _of_list(listed: Any, after: int, *, is_off: bool | None) -> Iterator[_Entry]:
    if not isinstance(listed, list):
        raise UnreadableYear([NO_TABLE])
    for number, one in enumerate(listed, after + 1):
        entry = one if isinstance(one, dict) else {}
        found = entry.get("isOffDay") if is_off is None else is_off
        # Without a word of whether it is off, an entry of the public form says nothing.
        name = entry.get("name") if isinstance(found, bool) else None
        yield _Entry(number, entry.get("date"), name, bool(found))


def _day_of(entry: _Entry, year: int) -> tuple[dt.date | None, Text | None]:
    if not isinstance(entry.date, str) or not isinstance(entry.name, str) or not tidy(entry.name):
        return None, _filled(NO_ENTRY, number=entry.number)
    if len(tidy(entry.name)) > LONGEST_NAME:
        return None, _filled(LONG_NAME, number=entry.number, most=LONGEST_NAME)
    try:
        day = dt.date.fromisoformat(entry.date)
    except ValueError:
        return None, _filled(NO_DAY, number=entry.number, day=entry.date[:LONGEST_NAME])
    if day.year != year and (day.year, day.month) != (year - 1, DECEMBER):
        return day, _filled(OUTSIDE, day=day, year=year)
    if not entry.is_off and day.weekday() < SATURDAY:
        return day, _filled(WORKED_WEEKDAY, day=day)
    return day, None


def _filled(text: Text, **values: object) -> Text:
    return Text(text.zh.format(**values), text.en.format(**values))
