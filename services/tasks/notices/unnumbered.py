"""Short lines without a number that are headings of the numbered list below them (县财政局：, 9月份, 扩岗方面). Pure.

Such a line is a heading where the list below begins again at one, or where there are several of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from services.tasks.notices.blocks import Block, Paragraph
from services.tasks.notices.directory import KnownUnit
from services.tasks.notices.heading import is_date
from services.tasks.notices.names import NameIndex
from services.tasks.notices.numbering import NUMERAL, Level, Marker, read_automatic_marker, read_marker
from services.tasks.notices.tails import take_tails
from services.tasks.notices.units import read_names

_LONGEST = 30
# A name of a time or a field stands above lists of any kind.
_NAMES_A_PART = re.compile(
    rf"(?:\d{{4}}年)?(?:第?[一二三四]季度|{NUMERAL}月份?|[上下]半年)(?:工作|任务)?|[\u4e00-\u9fff]{{2,10}}方面|【[^【】]{{1,20}}】"
)
_ANNOUNCES = re.compile(
    "(?:工作|主要|总体|具体|重点|目标|任务|责任|完成|进度|时间|有关|实施|推进)*(?:目标|措施|举措|任务|内容|要求|分工|时限|安排|单位|步骤|如下)"
)
_TITLE = re.compile(
    ".*(?:方案|计划|意见|办法|清单|要点|规划|分工|通知|决定|细则|表|任务书|分解|安排|规定|预案|函|纪要|备忘录|通报|附[件表录]\\d?)(?:[(（][^()（）]{1,12}[)）])?"
)
_BEFORE_COLON = re.compile(r"(?:^|(?<=[。；;]))[^。：:；;，,]{2,30}[:：](?=[^。；;]*\w)")
_BRACKETS = "【】"
_MARKS = "★☆◆■●▲"
_NUMBER_ALONE = re.compile(r"\d{1,2}[.．、]?|[一二三四五六七八九十]{1,3}、?")
_BULLET = re.compile(r"\s*([●■◆★▪•▲☆◇○])\s*\S")


@dataclass(frozen=True, slots=True)
class _Line:
    position: int
    text: str
    # The level of the list below, and whether one of that level went before it.
    below: Level
    begins_again: bool
    is_first: bool
    is_part: bool


def headings_between(blocks: Sequence[Block], index: NameIndex) -> dict[int, tuple[Marker, str]]:
    """By position the lines that are headings of the lists below them, with a number that is not written."""
    lines = list(_lines(blocks, index))
    counts = Counter((line.below, line.is_part) for line in lines)
    texts = Counter(line.text for line in lines)
    used = {marker.level for marker in map(_marker, blocks) if marker}
    found: dict[int, tuple[Marker, str]] = {}
    for line in lines:
        several = counts[line.below, True] + counts[line.below, False] > 1
        if texts[line.text] > 1 or not (line.begins_again or several):
            continue
        if line.is_first and not line.is_part and not (several and line.position):
            continue
        level = next((one for one in sorted(Level, reverse=True) if one < line.below and one not in used), None)
        if level is not None:
            found[line.position] = Marker(level, len(found) + 1, ""), line.text
    return found


def _lines(blocks: Sequence[Block], index: NameIndex) -> Iterator[_Line]:
    # The levels that numbers have had since a higher one.
    open_levels: set[Level] = set()
    begun = False
    markers = [_marker(block) for block in blocks]
    for position, (block, marker) in enumerate(zip(blocks, markers, strict=True)):
        if marker:
            open_levels = {level for level in open_levels if level < marker.level} | {marker.level}
            begun = True
            continue
        following = markers[position + 1] if position + 1 < len(markers) else None
        if not isinstance(block, Paragraph) or block.numbering or following is None or len(block.text) > _LONGEST:
            continue
        line = re.sub(r"\s", "", block.text).lstrip(_MARKS)
        is_units = _is_units(line, index) or (following.value == 1 and _are_known(line, index))
        is_part = is_units or _NAMES_A_PART.fullmatch(line) is not None
        counts_on = following.value != 1
        if (counts_on and not is_units) or (following.level < Level.ARABIC and not (is_part and not is_units)):
            continue
        if is_part or _is_heading(line, index):
            text = line.strip("：:").strip(_BRACKETS)
            begins_again = following.level in open_levels and not counts_on
            yield _Line(position, text, following.level, begins_again, not begun, is_part)


def _marker(block: Block) -> Marker | None:
    if not isinstance(block, Paragraph):
        return None
    return read_automatic_marker(block.numbering) if block.numbering else read_marker(block.text)[0]


def _is_units(line: str, index: NameIndex) -> bool:
    """Whether it names units and nothing else, before a colon (县财政局：)."""
    if not line.endswith(("：", ":")):
        return False
    names = read_names(line.rstrip("：:"), index).names
    return bool(names) and all(name.known or (name.is_surely_unit and name.is_plausible) for name in names)


def _are_known(line: str, index: NameIndex) -> bool:
    """Whether it is units of the directory and nothing else, without a colon (县财政局)."""
    names = read_names(line, index).names
    units = [one for name in names for one in name.known if not (isinstance(one, KnownUnit) and one.kind == "county")]
    return bool(names) and len(units) >= len(names) and all(name.known for name in names)


def _is_heading(line: str, index: NameIndex) -> bool:
    if len(line) < 2 or re.search("[。；;：:，,！？!?]", line) or _ANNOUNCES.fullmatch(line) or _TITLE.fullmatch(line):
        return False
    names = read_names(line, index).names
    return not is_date(line) and not take_tails(line, index)[1] and not any(name.known for name in names)


def below_bullets(blocks: Sequence[Block]) -> set[int]:
    """Where a line stands below one with a bullet and before the next one, or the end of the list."""
    texts = [block.text if isinstance(block, Paragraph) and not block.numbering else "" for block in blocks]
    bullets = [position for position, text in enumerate(texts) if _BULLET.match(text)]
    every = set(bullets)
    found = {position + 1 for position in bullets if position + 2 in every}
    # The last one of the list is like the others.
    return found | {bullets[-1] + 1} if found else set()


def with_numbers_above(blocks: Sequence[Block]) -> list[Block]:
    """The same blocks; of numbers in lines of their own that count on (01, 02) each with the short line below it."""
    above: dict[int, str] = {}
    for position, block in enumerate(blocks[:-1]):
        match = _NUMBER_ALONE.fullmatch(block.text) if isinstance(block, Paragraph) and not block.numbering else None
        marker = read_automatic_marker(match.group()) if match else None
        if marker is None or marker.value != len(above) + 1:
            continue
        below = blocks[position + 1]
        if not isinstance(below, Paragraph) or _marker(below) or "。" in below.text or len(below.text) > _LONGEST:
            return list(blocks)
        above[position] = marker.text
    if len(above) < 2:
        return list(blocks)
    done: list[Block] = []
    for position, block in enumerate(blocks):
        number = above.get(position - 1)
        if isinstance(block, Paragraph) and number:
            origins = blocks[position - 1].origins + block.origins
            done.append(replace(block, numbering=number, origins=origins))
        elif position not in above:
            done.append(block)
    return done


def cut_at_units(blocks: Sequence[Block], index: NameIndex) -> list[Block]:
    """The same blocks; a paragraph that gives work to several, each before a colon, in as many (甲镇：…。乙镇：…。)."""
    cut: list[Block] = []
    for block in blocks:
        places = _beginnings(block.text, index) if isinstance(block, Paragraph) and not block.numbering else []
        if isinstance(block, Paragraph) and len(places) > 1 and places[0] == 0:
            ends = [*places[1:], len(block.text)]
            cut += [replace(block, text=block.text[start:end].strip()) for start, end in zip(places, ends, strict=True)]
        else:
            cut.append(block)
    return cut


def _beginnings(text: str, index: NameIndex) -> list[int]:
    """Where sentences begin with units and a colon."""
    found = _BEFORE_COLON.finditer(text)
    return [match.start() for match in found if _is_units(match.group(), index)]
