"""A bulletin as paragraphs of the official form, for the file and for the page. Pure.

The levels are those of GB/T 9704: 一、 then （一） then 1. then （1）. What a person writes gets the level that its
numbering says.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.stats.bulletin.annexes import Annex
from services.stats.bulletin.records import Fields
from services.stats.bulletin.spans import day_in_words

_LEVELS = (
    re.compile(r"[一二三四五六七八九十]+、"),
    re.compile(r"[（(][一二三四五六七八九十]+[）)]"),
    re.compile(r"\d{1,2}[.．](?!\d)"),
    re.compile(r"[（(]\d{1,2}[）)]"),
)
NUMBERS = "一二三四"
# At the head of each page of what nobody signed.
DRAFT, WITHDRAWN = "草稿（未签发）", "已作废"


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
class Issue:
    """What signing adds: the number within the year and the day; None and an empty day as long as it is a draft."""

    number: int | None
    year: int | None
    issued_on: dt.date | None

    @property
    def words(self) -> str:
        return f"{self.year}年第{self.number}期" if self.number else "草稿，签发时编期号"

    @property
    def day(self) -> str:
        return day_in_words(self.issued_on) if self.issued_on else "    年  月  日"


def paragraphs(fields: Fields, issue: Issue, tables: Sequence[Annex]) -> list[Paragraph]:
    """All paragraphs before the tables, in their order."""
    return [
        Paragraph(Role.MASTHEAD, "通  报"),
        Paragraph(Role.ISSUE, issue.words),
        Paragraph(Role.TITLE, fields.title),
        *([Paragraph(Role.ADDRESSEES, f"{fields.addressees.rstrip('：:')}：")] if fields.addressees else []),
        *_sections(fields),
        *_list_of(tables),
        *([Paragraph(Role.ISSUER, fields.issuer)] if fields.issuer else []),
        Paragraph(Role.DATED, issue.day),
    ]


def imprint(fields: Fields, issue: Issue) -> list[Paragraph]:
    """What stands at the very end (版记): who gets a copy, who made it and when."""
    copies = [Paragraph(Role.COPIES, f"抄送：{fields.copies.rstrip('。')}。")] if fields.copies else []
    printed = f"{fields.issuer}\t{issue.day}印发" if fields.issuer else f"\t{issue.day}印发"
    return [*copies, Paragraph(Role.PRINTED, printed)]


def label_of(number: int, tables: Sequence[Annex]) -> str:
    """What stands above a table: a number where there are several."""
    return f"附件{number}" if len(tables) > 1 else "附件"


def level_of(line: str) -> Role:
    """The level that the numbering of a line says; the body for none."""
    return next((role for role, found in zip(LEVELS, _LEVELS, strict=True) if found.match(line)), Role.BODY)


def _sections(fields: Fields) -> Iterator[Paragraph]:
    parts = (
        ("总体情况", fields.overall),
        ("进度滞后和未报事项", fields.behind),
        ("好的做法", fields.practice),
        ("下一步要求", fields.requirements),
    )
    given = [(heading, text) for heading, text in parts if text.strip()]
    for number, (heading, text) in zip(NUMBERS, given, strict=False):
        yield _paragraph(f"{number}、{heading}")
        yield from (_paragraph(line) for line in text.split("\n") if line.strip())


def _paragraph(line: str) -> Paragraph:
    role = level_of(line)
    if role not in (Role.FIRST, Role.SECOND):
        return Paragraph(role, line)
    # A heading that runs on into its text ends with its first full stop.
    end = line.find("。") + 1
    return Paragraph(role, line, end or len(line))


def _list_of(tables: Sequence[Annex]) -> Iterator[Paragraph]:
    if len(tables) == 1:
        yield Paragraph(Role.ANNEXES, f"附件：{tables[0].title}")
        return
    for number, table in enumerate(tables, 1):
        role = Role.ANNEXES if number == 1 else Role.MORE_ANNEXES
        yield Paragraph(role, f"{'附件：' if number == 1 else ''}{number}. {table.title}")
