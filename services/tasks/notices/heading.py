"""What stands at the head of a notice: the title of the plan, who issued it, and when."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.tasks.document_numbers import number_in
from services.tasks.notices.blocks import Block, Paragraph
from services.tasks.notices.numbering import read_marker

# Longer than any title; what is longer is a paragraph.
_LONGEST_TITLE = 120
# Covering letters before the plan itself stay below it.
_MOST_PARAGRAPHS = 60
_TITLE = re.compile(
    r"[^。]*(?:方案|计划|意见|办法|措施|清单|要点|规划|分工|通知|决定|细则|任务表|分解表)(?:[(（][^()（）]{1,12}[)）])?"
)
_DOCUMENT = re.compile(r"《([^《》]{4,100})》")
_ISSUER = re.compile(r"([^《》,，。]{2,40}?)(?:关于|印发)")
_LONGEST_REST = 10
_MAY_BE_BROKEN = re.compile(
    r"[^。：:；;，,、〔\[\d][^。：:；;，,、〔\[]{3,60}(?<![号日局室会府部委])(?<!方案)(?<!通知)(?<!计划)"
)
_DATE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日$")
_YEAR = re.compile(r"(\d{4})年")


@dataclass(frozen=True, slots=True)
class Heading:
    """`year` is the first one that the title names, for notices without a date; `number` is "" where none stands."""

    title: str
    issuer: str | None
    issued_on: dt.date | None
    year: int | None
    number: str = ""


def read_heading(blocks: Sequence[Block]) -> Heading:
    """Title, issuer, date and number, from what stands before the first number and after the last paragraph."""
    head = _with_broken_titles_joined(list(_before_first_number(blocks)))
    titles = [line for line in head if len(line) <= _LONGEST_TITLE and _TITLE.fullmatch(line)]
    title = _title(titles, head)
    named = _YEAR.search(title)
    number = next((found for line in head if (found := number_in(line))), "")
    return Heading(title, _issuer(titles), _issued_on(blocks), int(named[1]) if named else None, number)


def _before_first_number(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks[:_MOST_PARAGRAPHS]:
        if not isinstance(block, Paragraph):
            continue
        if block.numbering or read_marker(block.text)[0]:
            return
        line = re.sub(r"[ \t\u3000\u00a0]", "", block.text)
        if line:
            yield line


def _with_broken_titles_joined(head: list[str]) -> list[str]:
    """Join a title's short last line (工作方案) to the line above it, as typed for large print."""
    joined: list[str] = []
    for line in head:
        is_rest = len(line) <= _LONGEST_REST and _TITLE.fullmatch(line)
        if is_rest and joined and _MAY_BE_BROKEN.fullmatch(joined[-1]):
            joined[-1] += line
        else:
            joined.append(line)
    return joined


def _title(titles: list[str], head: list[str]) -> str:
    """Return the plan's own title, below the notice that issues it; else the one quoted there; else the first line."""
    plans = [line for line in titles if not line.endswith("通知")]
    if plans:
        return plans[-1]
    if titles:
        quoted = _DOCUMENT.search(titles[0])
        return quoted[1] if quoted else titles[0]
    return head[0] if head and len(head[0]) <= _LONGEST_TITLE and "。" not in head[0] else ""


def _issuer(titles: list[str]) -> str | None:
    for line in titles:
        match = _ISSUER.match(line)
        if match:
            return match[1]
    return None


def _issued_on(blocks: Sequence[Block]) -> dt.date | None:
    for block in blocks:
        match = _DATE.fullmatch(re.sub(r"\s", "", block.text)) if isinstance(block, Paragraph) else None
        if match:
            try:
                return dt.date(int(match[1]), int(match[2]), int(match[3]))
            except ValueError:
                continue
    return None
