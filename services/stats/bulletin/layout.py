"""A bulletin as paragraphs of the official form, for the file and for the page. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.stats.bulletin.records import Fields
from services.stats.bulletin.spans import day_in_words
from shared.paper.parts import Annex, Paragraph, Role, laid_out, list_of

NUMBERS = "一二三四"
# At the head of each page of what nobody signed.
DRAFT, WITHDRAWN = "草稿（未签发）", "已作废"


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
        *list_of(tables),
        *([Paragraph(Role.ISSUER, fields.issuer)] if fields.issuer else []),
        Paragraph(Role.DATED, issue.day),
    ]


def imprint(fields: Fields, issue: Issue) -> list[Paragraph]:
    """What stands at the very end (版记): who gets a copy, who made it and when."""
    copies = [Paragraph(Role.COPIES, f"抄送：{fields.copies.rstrip('。')}。")] if fields.copies else []
    printed = f"{fields.issuer}\t{issue.day}印发" if fields.issuer else f"\t{issue.day}印发"
    return [*copies, Paragraph(Role.PRINTED, printed)]


def _sections(fields: Fields) -> Iterator[Paragraph]:
    parts = (
        ("总体情况", fields.overall),
        ("进度滞后和未报事项", fields.behind),
        ("好的做法", fields.practice),
        ("下一步要求", fields.requirements),
    )
    given = [(heading, text) for heading, text in parts if text.strip()]
    for number, (heading, text) in zip(NUMBERS, given, strict=False):
        yield laid_out(f"{number}、{heading}")
        yield from (laid_out(line) for line in text.split("\n") if line.strip())
