"""The columns of a checklist's workbook: their headings, the words in their cells, and how a cell is read. Pure."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from services.tasks.vocabulary import LONGEST_BODY, LONGEST_RULE, LONGEST_TITLE
from shared.calling import complaints
from shared.text import Text
from shared.typed_text import tidy

LIST_SIGN = "、"
LEVELS = 4


@dataclass(frozen=True, slots=True)
class Column:
    """`headings` are the words by which an import knows the column; the first is the page's, and what an export writes.

    The others are those of earlier releases and of other languages.
    """

    name: str
    headings: tuple[str, ...]
    width: int


COLUMNS = (
    Column("level1", ("领域", "一级", "area"), 24),
    Column("level2", ("举措", "二级", "measure"), 36),
    Column("level3", ("任务", "三级", "task"), 36),
    Column("level4", ("事项", "四级", "item"), 36),
    Column("lead", ("牵头单位", "lead"), 18),
    Column("support", ("配合单位", "责任单位", "support"), 30),
    Column("due_on", ("完成时限", "due date"), 14),
    Column("recurrence", ("周期", "recurrence"), 10),
    Column("due_day", ("每期第几日", "每期截止日", "due day"), 12),
    Column("review_rule", ("审核方式", "审核", "review"), 10),
    Column("acceptance_rule", ("完成标准", "验收标准", "acceptance"), 36),
    Column("body", ("内容", "说明", "description"), 48),
)
ITEM_COLUMNS = tuple(column.name for column in COLUMNS[LEVELS:])

RECURRENCE_WORDS = {"once": "一次", "monthly": "每月", "quarterly": "每季度", "yearly": "每年"}
REVIEW_WORDS = {"none": "提交即完成", "all": "全部审核", "sample": "抽查"}
_RECURRENCES = {word: value for value, word in RECURRENCE_WORDS.items()} | {"每季": "quarterly", "": "once"}
# With the words that sheets of earlier releases have.
_REVIEWS = {word: value for value, word in REVIEW_WORDS.items()} | {"不审核": "none", "逐件审核": "all", "": "none"}

_DATE = re.compile(r"(\d{4})\s*[-/.年－／．]\s*(\d{1,2})\s*[-/.月－／．]\s*(\d{1,2})\s*日?")


class WrongCellError(ValueError):
    """A cell cannot be read; `text` says why."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def read_title(value: Any) -> str:
    """A title. Raises WrongCellError when it is too long; so do the others here for what their cell may not hold."""
    return _words(value, Text("标题", "title"), longest=LONGEST_TITLE, has_lines=False)


def read_rule(value: Any) -> str:
    """An acceptance rule, with its line breaks."""
    return _words(value, Text("完成标准", "acceptance rule"), longest=LONGEST_RULE, has_lines=True)


def read_body(value: Any) -> str:
    """A description, with its line breaks."""
    return _words(value, Text("内容", "description"), longest=LONGEST_BODY, has_lines=True)


def read_names(value: Any) -> list[str]:
    """The names of a list, however its writer separated them."""
    return [name for part in re.split(r"[、,，;；\n]", as_text(value)) if (name := tidy(part))]


def read_date(value: Any) -> dt.date | None:
    """A day, as Excel keeps it or as somebody typed it; None for an empty cell."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    text = tidy(as_text(value))
    if not text:
        return None
    match = _DATE.fullmatch(text)
    if match is None:
        raise WrongCellError(
            Text(f"“{text}”不是日期，请写成 2026-06-30。", f"{text} is no date. Please write it as 2026-06-30.")
        )
    try:
        return dt.date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError as error:
        raise WrongCellError(
            Text(f"{text}这一天不存在，请改正。", f"There is no day {text}. Please give a day that exists.")
        ) from error


def read_due_day(value: Any) -> int | None:
    """The day of each period, 1 to 31; None for an empty cell."""
    text = tidy(as_text(value)).removesuffix("日")
    if not text:
        return None
    if not text.isdecimal() or not 1 <= int(text[:4]) <= 31:
        raise WrongCellError(Text(f"“{text}”应是1到31的整数。", f"{text} must be a whole number from 1 to 31."))
    return int(text)


def read_recurrence(value: Any) -> str:
    """The code of a recurrence's word; once for an empty cell."""
    return _one_of(as_text(value), _RECURRENCES, list(RECURRENCE_WORDS.values()))


def read_review(value: Any) -> str:
    """The code of a review rule's word; none for an empty cell."""
    return _one_of(as_text(value), _REVIEWS, list(REVIEW_WORDS.values()))


def as_text(value: Any) -> str:
    """What a cell shows, of whatever type it is; a whole number shows no decimal point."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _one_of(text: str, words: dict[str, str], shown: list[str]) -> str:
    word = tidy(text)
    value = words.get(word, word.lower() if word.lower() in words.values() else None)
    if value is None:
        choices = "、".join(shown)
        raise WrongCellError(
            Text(f"没有“{word}”这个选项，请填：{choices}。", f"{word} is no choice. Please write one of: {choices}.")
        )
    return value


def _words(value: Any, label: Text, *, longest: int, has_lines: bool) -> str:
    text = tidy(as_text(value), has_lines=has_lines)
    complaint = complaints.of_text(text, label, longest)
    if complaint:
        raise WrongCellError(complaint)
    return text
