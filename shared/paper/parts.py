"""What stands on official paper: paragraphs with their places in the form, and tables behind them. Pure.

The levels are those of GB/T 9704: 一、 then （一） then 1. then （1）. What a person writes gets the level that its
numbering says.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

_LEVELS = (
    re.compile(r"[一二三四五六七八九十]+、"),
    re.compile(r"[（(][一二三四五六七八九十]+[）)]"),
    re.compile(r"\d{1,2}[.．](?!\d)"),
    re.compile(r"[（(]\d{1,2}[）)]"),
)


class Role(StrEnum):
    """What a paragraph is in the form."""

    MASTHEAD = "masthead"  # 发文标志
    ISSUE = "issue"  # 期号
    TITLE = "title"  # 标题
    ADDRESSEES = "addressees"  # 主送
    BODY = "body"  # 正文
    FIRST = "first"  # 一、
    SECOND = "second"  # （一）
    THIRD = "third"  # 1.
    FOURTH = "fourth"  # （1）
    ANNEXES = "annexes"  # 附件说明
    MORE_ANNEXES = "more_annexes"
    ISSUER = "issuer"  # 署名
    DATED = "dated"  # 成文日期
    COPIES = "copies"  # 版记：抄送
    PRINTED = "printed"  # 版记：印发


LEVELS = (Role.FIRST, Role.SECOND, Role.THIRD, Role.FOURTH)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; of `text` the first `head` characters are its heading, the rest is set like the body."""

    role: Role
    text: str
    head: int = 0


@dataclass(frozen=True, slots=True)
class Column:
    """A column of `width` millimetres; those of a table fill the 156 mm of the text."""

    heading: str
    width: int
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Annex:
    """A table with its title; `note` says what it leaves out, where it does. `is_strong` are the rows of areas."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    strong: frozenset[int] = frozenset()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """What is to be written. `day` is the one that the file bears inside; None for what has none yet.

    `mark` stands at the head of each page; `imprint` at the very end.
    """

    title: str
    author: str
    day: dt.date | None
    paragraphs: tuple[Paragraph, ...]
    tables: tuple[Annex, ...]
    imprint: tuple[Paragraph, ...] = ()
    mark: str = ""


def label_of(number: int, tables: Sequence[Annex]) -> str:
    """What stands above a table: a number where there are several."""
    return f"附件{number}" if len(tables) > 1 else "附件"


def list_of(tables: Sequence[Annex]) -> Iterator[Paragraph]:
    """The tables by title, as the text ends with them."""
    if len(tables) == 1:
        yield Paragraph(Role.ANNEXES, f"附件：{tables[0].title}")
        return
    for number, table in enumerate(tables, 1):
        role = Role.ANNEXES if number == 1 else Role.MORE_ANNEXES
        yield Paragraph(role, f"{'附件：' if number == 1 else ''}{number}. {table.title}")


def level_of(line: str) -> Role:
    """The level that the numbering of a line says; the body for none."""
    return next((role for role, found in zip(LEVELS, _LEVELS, strict=True) if found.match(line)), Role.BODY)


def laid_out(line: str) -> Paragraph:
    """A line at its level. A heading that runs on into its text ends with its first full stop."""
    role = level_of(line)
    if role not in (Role.FIRST, Role.SECOND):
        return Paragraph(role, line)
    end = line.find("。") + 1
    return Paragraph(role, line, end or len(line))
