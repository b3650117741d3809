"""Due dates as notices write them: a day, a month's or year's end, every month, or for ever."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.tasks.notices.draft import Due, DueKind, QuestionKind

_BEFORE = r"(?P<before>之前|以前|前)?"
_NUMBER_OF_QUARTER = {
    sign: number for number, signs in enumerate(["一1１", "二2２", "三3３", "四4４"], 1) for sign in signs
}
_QUARTER = r"第?(?P<quarter>[一二三四1-4１-４])季度"
_YEAR = r"(?:(?P<year>\d{4})年|今年|当年|本年度?)?"

_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "yearly",
        re.compile(
            rf"每年(?:度)?(?:(?P<month>\d{{1,2}})月(?:(?P<day>\d{{1,2}})[日号]|[底末])?|年?(?P<end>[底末])|{_QUARTER}[底末]?)?"
            rf"{_BEFORE}"
        ),
    ),
    ("half_yearly", re.compile(rf"每半年(?:[底末])?{_BEFORE}")),
    (
        "quarterly",
        re.compile(
            rf"(?:每个?|逐)季度?(?:[度]?(?P<edge>首|末|最后一个|第[一二三]个)月?)?(?:[底末]月?)?(?:(?P<day>\d{{1,2}})[日号])?{_BEFORE}"
        ),
    ),
    (
        "monthly",
        re.compile(rf"(?:每个?|逐)月(?:的)?(?:(?P<day>\d{{1,2}})[日号]|[底末]|(?P<part>[上中下]旬))?{_BEFORE}"),
    ),
    (
        "date",
        re.compile(
            rf"{_YEAR}(?P<month>\d{{1,2}})月(?:(?P<day>\d{{1,2}})[日号]|(?P<end>[底末])|(?P<part>[上中下]旬))?{_BEFORE}"
        ),
    ),
    (
        "date",
        re.compile(r"(?P<year>\d{4})[-./](?P<month>\d{1,2})(?:[-./](?P<day>\d{1,2}))?(?P<before>之前|以前|前)?(?!\d)"),
    ),
    ("quarter", re.compile(rf"{_YEAR}{_QUARTER}(?P<end>[底末内])?{_BEFORE}")),
    ("half", re.compile(rf"{_YEAR}(?P<half>[上下])半年(?P<end>[底末内])?{_BEFORE}")),
    ("year", re.compile(rf"(?:(?P<year>\d{{4}})年|今年|当年|本年|年)(?P<end>[底末内]){_BEFORE}")),
    ("bare_year", re.compile(r"(?P<year>\d{4})年(?P<before>之前|以前|前)?")),
    (
        "continuous",
        re.compile("长期坚持|长期推进|长期实施|持续推进|持续实施|持续开展|长期|常态化(?:推进|开展|实施)?|持续|全年"),
    ),
)
_ANY_START = re.compile(
    r"\d{1,4}[年月]|\d{4}[-./]\d|每|逐[月季]|今年|当年|本年|年[底末内]|第?[一二三四1-4１-４]季度|[上下]半年|长期|持续|常态|全年"
)
# In running text only words that set a limit count: a year alone or 持续 describes, it does not bind.
_BINDS_IN_TEXT = re.compile(
    r"[前内]$|^每(?:个?月|个?季度?|年)[^,，。]*(?:\d[日号]|[底末])前?$|^\d{4}年(?:\d{1,2}月)?[底末]$"
)
_LAST_DAY_OF_PART = {"上旬": 10, "中旬": 20}


@dataclass(frozen=True, slots=True)
class DueReading:
    """A due date that was found, and what is doubtful about it; `due` is None when it cannot be one."""

    quote: str
    due: Due | None
    doubt: QuestionKind | None = None


def read_due(text: str, year: int | None) -> DueReading:
    """Read the words after 完成时限; of several dates the last counts, and the doubt says so."""
    text = re.sub(r"\s", "", text)
    readings = list(_readings(text, year))
    if not readings:
        return DueReading(text, None, QuestionKind.UNCLEAR_DUE)
    dated = [reading for reading in readings if reading.due is None or reading.due.kind is not DueKind.CONTINUOUS]
    return _choose(dated or readings[:1], text)


def find_due(text: str, year: int | None) -> DueReading | None:
    """Find a limit set in running text, such as 于2025年12月底前; None when there is none."""
    found = [reading for reading in _readings(text, year) if _BINDS_IN_TEXT.search(reading.quote)]
    return _choose(found, "、".join(reading.quote for reading in found)) if found else None


def is_past(due: Due, today: dt.date | None) -> bool:
    """Whether a day has passed by `today`; False where either is not known."""
    return today is not None and due.date is not None and due.date < today


def _choose(readings: list[DueReading], quote: str) -> DueReading:
    doubtful = next((reading for reading in readings if reading.doubt), None)
    if doubtful:
        return doubtful
    if len({(r.due.kind, r.due.date, r.due.month, r.due.day) for r in readings if r.due}) == 1:
        return readings[0]
    latest = max(readings, key=lambda r: (r.due is not None and r.due.date) or dt.date.min)
    return DueReading(quote, latest.due, QuestionKind.SEVERAL_DUES)


def _readings(text: str, year: int | None) -> Iterator[DueReading]:
    position = 0
    while start := _ANY_START.search(text, position):
        match = None
        for name, form in _FORMS:
            match = form.match(text, start.start())
            if match and match.group():
                yield _reading(name, match, year)
                break
        position = match.end() if match else start.start() + 1


def _reading(name: str, match: re.Match[str], year: int | None) -> DueReading:
    quote = match.group()
    if name == "continuous":
        return DueReading(quote, Due(quote, DueKind.CONTINUOUS))
    if name in ("monthly", "quarterly", "yearly", "half_yearly"):
        return _recurring(name, match)
    parts = match.groupdict()
    written = parts.get("year")
    in_year = int(written) if written else year
    if in_year is None or not 1 <= in_year <= 9998:
        return DueReading(quote, None, QuestionKind.UNCLEAR_DUE)
    return _one_day(name, parts, in_year, quote)


def _recurring(name: str, match: re.Match[str]) -> DueReading:
    quote, parts = match.group(), match.groupdict()
    day = int(parts["day"]) if parts.get("day") else _LAST_DAY_OF_PART.get(parts.get("part") or "")
    if name == "half_yearly":
        return DueReading(quote, Due(quote, DueKind.YEARLY, month=6), QuestionKind.UNCLEAR_DUE)
    if name == "yearly":
        return _yearly(parts, day, quote)
    if day is not None and not 1 <= day <= 31:
        return DueReading(quote, None, QuestionKind.IMPOSSIBLE_DUE)
    if name == "monthly":
        return DueReading(quote, Due(quote, DueKind.MONTHLY, day=day))
    edge = parts.get("edge") or "末"
    month = {"首": 1, "第一个": 1, "第二个": 2}.get(edge, 3)
    return DueReading(quote, Due(quote, DueKind.QUARTERLY, month=month, day=day))


def _yearly(parts: dict[str, str | None], day: int | None, quote: str) -> DueReading:
    quarter = parts.get("quarter")
    month = int(parts["month"] or 0) if parts.get("month") else 12
    if quarter:
        month = 3 * _NUMBER_OF_QUARTER[quarter]
    # 2024 is a leap year, so 29 February stands.
    if not 1 <= month <= 12 or (day is not None and not 1 <= day <= calendar.monthrange(2024, month)[1]):
        return DueReading(quote, None, QuestionKind.IMPOSSIBLE_DUE)
    return DueReading(quote, Due(quote, DueKind.YEARLY, month=month, day=day))


def _one_day(name: str, parts: dict[str, str | None], year: int, quote: str) -> DueReading:
    month, day = 12, None
    # 12月前 and 2026年前 may or may not include the period they name.
    excludes_period = parts.get("before") is not None and not parts.get("end")
    if name == "quarter":
        month = 3 * _NUMBER_OF_QUARTER[parts["quarter"] or ""]
    elif name == "half":
        month = 6 if parts["half"] == "上" else 12
    elif name == "date":
        month = int(parts["month"] or 0)
        day = int(parts["day"] or 0) if parts["day"] else _LAST_DAY_OF_PART.get(parts.get("part") or "")
        excludes_period = excludes_period and not parts["day"] and not parts.get("part")
    if not 1 <= month <= 12:
        return DueReading(quote, None, QuestionKind.IMPOSSIBLE_DUE)
    last = calendar.monthrange(year, month)[1]
    day = last if day is None else day
    if not 1 <= day <= last:
        return DueReading(quote, None, QuestionKind.IMPOSSIBLE_DUE)
    doubt = QuestionKind.UNCLEAR_DUE if excludes_period else None
    return DueReading(quote, Due(quote, DueKind.DATE, date=dt.date(year, month, day)), doubt)
