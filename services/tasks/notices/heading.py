"""What stands at the head of a notice: the title of the plan, who issued it, and when."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from services.tasks.document_numbers import number_in
from services.tasks.notices.blocks import Block, Paragraph
from services.tasks.notices.numbering import parse_chinese_number, read_automatic_marker, read_marker

# Longer than any title; what is longer is a paragraph.
_LONGEST_TITLE = 120
# Covering letters before the plan itself stay below it.
_MOST_PARAGRAPHS = 60
_TITLE = re.compile(
    r"[^。]*(?:方案|计划|意见|办法|措施|举措|清单|要点|规划|分工|通知|决定|细则|(?:任务|责任|分工|安排|计划|目标|明细|一览|项目|调度)表|任务书|分解表?|安排|行动|政策|规定|预案|制度|部署|指南|(?<!此)函|纪要|备忘录|通报|[一二三四五六七八九十]条)(?:[(（][^()（）]{1,12}[)）])?"
)
_DOCUMENT = re.compile(r"《([^《》]{4,100})》")
_ISSUER = re.compile(r"(?!关于|印发|转发)([^《》,，。]{2,40}?)(?:关于|印发|转发)")
_OFFICE = re.compile(
    "(?!.*(?:责任|牵头|配合)(?:单位|部门))[^《》,，。：:]{2,36}?(?:人民政府|办公室|委员会|领导小组|指挥部|局|厅|中共[^,，。：:]{1,12}委|[县市区]委|总工会|联合会)(?:办公室)?"
)
# Also two of them one behind the other; no repetition of a pattern, which would cost a hostile line dearly.
_SIGNATURE = re.compile(
    "[^《》,，。：:；;]{2,60}(?:人民政府|办公室|督[查察]室|委员会|领导小组|指挥部|局|厅|委|总工会|联合会)(?:[(（](?:盖章|代章|印章?)[)）])?"
)
_PLACE = re.compile("[\u4e00-\u9fff]{1,8}[省市县区镇乡]|我[省市县区]|全[省市县区]")
_ADDRESSEES = re.compile("各.*|.*[:：]")
_LONGEST_REST = 24
_MAY_BE_BROKEN = re.compile(
    r"(?![(（])[^。：:；;，,、〔\[\d][^。：:；;，,、〔\[]{3,60}(?<![号日局室会府部委])(?<!方案)(?<!通知)(?<!计划)"
)
_DATE = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")
_NUMBERS_OF_A_DATE = re.compile(
    "(?<![一二三四五六七八九十])(?:[一二三四五六七八九〇零○Ｏ]{4}(?=年)|[一二三]?十?[一二三四五六七八九]?(?=[月日]))"
)
_LONGEST_DATE = 30
# Work in a list without numbers; what stands below it is no letterhead.
_BULLET = re.compile(r"\s*[●■◆▪•▲◇○]")
_SUBJECT = re.compile("(?:主题|标题|题目)[:：]")
_SHORTEST_TITLE = 8
# 附件2 above the title of what is attached.
_NUMBER_OF_ANNEX = re.compile(r"附[件表录]\d{0,2}[:：]?")
_IS_ATTACHED = re.compile(r"附[件表录]\d{0,2}[:：]")
_HANDS_ON = re.compile("印发|转发|批转|下发|发布|公布|执行|施行")
_DATED = re.compile(r"(?P<office>[^《》,，。：:\d]{4,40})(?P<day>\d{4}年\d{1,2}月\d{1,2}日)")
_PUBLISHED = re.compile(r"(?:成文|发文|印发|发布)(?:时间|日期)[:：]\s*(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})")
# Lines above a text that a web page has there.
_LINES_ABOVE = 40
_YEAR = re.compile(r"(\d{4})年")
# 2025—2027年, （2025-2027）
_SEVERAL_YEARS = re.compile(r"(20\d{2})年?[-—–－~～至到]+(20\d{2})(?:年度?|(?=[)）]))")
_ONLY_YEARS = re.compile(rf"[(（]?{_SEVERAL_YEARS.pattern}[)）]?")
_LONGEST_PLAN = 30


@dataclass(frozen=True, slots=True)
class Heading:
    """`year` is the first one that the title names, for notices without a date; `number` is "" where none stands."""

    title: str
    issuer: str | None
    issued_on: dt.date | None
    year: int | None
    number: str = ""

    @property
    def years(self) -> range:
        """Those of a plan of several years, where the title names the first and the last one; else none."""
        several = _SEVERAL_YEARS.search(self.title)
        years = range(int(several[1]), int(several[2]) + 1) if several else range(0)
        return years if len(years) <= _LONGEST_PLAN else range(0)


def read_heading(blocks: Sequence[Block]) -> Heading:
    """Title, issuer, date and number, from what stands before the first number and after the last paragraph."""
    head = _with_broken_titles_joined(list(_before_first_number(blocks)))
    titles = [
        line
        for line in head
        if len(line) <= _LONGEST_TITLE
        and _TITLE.fullmatch(line)
        and not _ADDRESSEES.fullmatch(line)
        and not _IS_ATTACHED.match(line)
    ]
    title = _title(titles, head)
    named = _YEAR.search(title)
    number = next((found for line in head if (found := number_in(line))), "")
    issuer = _issuer(titles) or next((line for line in head if _OFFICE.fullmatch(line) and line != title), None)
    year = int(named[1]) if named else _year_of_a_day(head)
    return Heading(title, issuer or _signed_by(blocks), _issued_on(blocks), year, number)


def _year_of_a_day(head: Sequence[str]) -> int | None:
    """That of the first day above the text, such as the day of a meeting (时间：2027年4月2日)."""
    day = next((found for line in head if (found := _DATE.search(line))), None)
    return int(day.group()[:4]) if day else None


def _before_first_number(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks[:_MOST_PARAGRAPHS]:
        if not isinstance(block, Paragraph):
            # Below a table stands no letterhead.
            return
        if block.numbering or read_marker(block.text)[0] or _BULLET.match(block.text):
            return
        title, _, rest = block.text.strip().partition(" ")
        is_title_and_text = "。" in rest and len(title) >= _SHORTEST_TITLE and _TITLE.fullmatch(title) is not None
        for text in (title, rest) if is_title_and_text else (block.text,):
            line = _SUBJECT.sub("", re.sub(r"[ \t\u3000\u00a0]", "", text), count=1)
            dated = _DATED.fullmatch(line)
            if line:
                yield dated["office"] if dated and _OFFICE.fullmatch(dated["office"]) else line


def _with_broken_titles_joined(head: list[str]) -> list[str]:
    """Join a title's short last line (工作方案, or its years) to the line above it, as typed for large print."""
    joined: list[str] = []
    for line in head:
        above = joined[-1] if joined else ""
        # …的实施意 and 见: cut inside its last word.
        is_cut = bool(above) and not _TITLE.fullmatch(above) and _TITLE.fullmatch(above + line) is not None
        is_rest = len(line) <= _LONGEST_REST and (_TITLE.fullmatch(line) is not None or is_cut)
        if _ONLY_YEARS.fullmatch(line) and _TITLE.fullmatch(above):
            joined[-1] += line if line.endswith((")", "）")) else f"（{line}）"
        elif is_rest and joined and _MAY_BE_BROKEN.fullmatch(above):
            joined[-1] += line
        else:
            joined.append(line)
    return joined


def _title(titles: list[str], head: list[str]) -> str:
    """Return the plan's own title, below the notice that issues it; else the one quoted there; else the first line."""
    plans = [line for line in titles if not line.endswith(("通知", "的函", "的决定", "的批复"))]
    if plans:
        return plans[-1]
    if titles:
        # 关于征求《…》意见的函 is about a document, and hands on none.
        quoted = _DOCUMENT.search(titles[0]) if _HANDS_ON.search(titles[0]) else None
        return quoted[1] if quoted else titles[0]
    first = next((line for line in head if not _NUMBER_OF_ANNEX.fullmatch(line)), "")
    return first if len(first) <= _LONGEST_TITLE and "。" not in first else ""


def _issuer(titles: list[str]) -> str | None:
    for line in titles:
        match = _ISSUER.match(line)
        # 歙县关于… names a place, and nobody who issued it.
        if match and not _PLACE.fullmatch(match[1]):
            return match[1]
    return None


def _issued_on(blocks: Sequence[Block]) -> dt.date | None:
    """The day in a line of its own, at the head or below the text; between measures it says until when."""
    head = list(takewhile(lambda block: not _is_numbered(block), blocks))
    for block in [*head, *(blocks[place] for place in sorted(closing_positions(blocks)))]:
        if isinstance(block, Paragraph) and len(block.text) <= _LONGEST_DATE:
            written = _NUMBERS_OF_A_DATE.sub(_in_digits, re.sub(r"\s", "", block.text))
            dated = _DATED.fullmatch(written)
            written = dated["day"] if dated and _OFFICE.fullmatch(dated["office"]) else written.strip("()（）")
            if _DATE.fullmatch(written):
                try:
                    return dt.date(*map(int, re.findall(r"\d+", written)))
                except ValueError:
                    continue
    return None


def published_on(lines: Sequence[str]) -> dt.date | None:
    """The day that a web page says above a text for when it was made or published."""
    for line in lines[:_LINES_ABOVE]:
        match = _PUBLISHED.search(line)
        if match:
            try:
                return dt.date(*map(int, match.groups()))
            except ValueError:
                continue
    return None


def _signed_by(blocks: Sequence[Block]) -> str | None:
    signed = [blocks[position] for position in sorted(closing_positions(blocks))]
    lines = (re.sub(r"\s", "", block.text) for block in signed if isinstance(block, Paragraph))
    return next((line for line in lines if _OFFICE.fullmatch(line)), None)


def closing_positions(blocks: Sequence[Block]) -> frozenset[int]:
    """Where issuer and date stand below the text: a line that is a date, and the offices right above it.

    They belong to no measure, although the last one stands right before them. Units and a day between two measures, and
    those of the last one where others are written so, are who does it and by when.
    """
    begun, found = False, set()
    numbered = [position for position, block in enumerate(blocks) if _is_numbered(block)]
    is_used_for_measures = False
    for position, block in enumerate(blocks):
        if not isinstance(block, Paragraph) or _is_numbered(block):
            begun = True
        elif begun and is_date(re.sub(r"\s", "", block.text)):
            above = position - 1
            while above > 0 and _is_office(blocks[above]):
                above -= 1
            at = bisect(numbered, position)
            following = numbered[at] if at < len(numbered) else None
            if following is not None and not _begins_again(blocks, position, following):
                is_used_for_measures = is_used_for_measures or above < position - 1
            elif not is_used_for_measures or above == position - 1 or _is_day(blocks[above]):
                found |= set(range(above + 1, position + 1))
    return frozenset(found)


def _is_numbered(block: Block) -> bool:
    return isinstance(block, Paragraph) and (block.numbering != "" or read_marker(block.text)[0] is not None)


def _is_day(block: Block) -> bool:
    return isinstance(block, Paragraph) and is_date(re.sub(r"\s", "", block.text))


def _begins_again(blocks: Sequence[Block], position: int, following: int) -> bool:
    """Whether a plan begins below the letter that was signed at `position`: its title, then its first number."""
    block = blocks[following]
    if following == position + 1 or not isinstance(block, Paragraph):
        return False
    marker = read_automatic_marker(block.numbering) if block.numbering else read_marker(block.text)[0]
    return marker is not None and marker.value == 1


def _is_office(block: Block) -> bool:
    if not isinstance(block, Paragraph) or _is_numbered(block):
        return False
    return _SIGNATURE.fullmatch(re.sub(r"\s", "", block.text)) is not None


def is_date(text: str) -> bool:
    """Whether a line is a date and nothing else."""
    return len(text) <= _LONGEST_DATE and _DATE.fullmatch(_NUMBERS_OF_A_DATE.sub(_in_digits, text)) is not None


def _in_digits(match: re.Match[str]) -> str:
    value = parse_chinese_number(re.sub("[○Ｏ]", "〇", match.group()))
    return match.group() if value is None else str(value)
