"""What a cell that stands alone on its line may be, by its own words and by the heading that it may belong to. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum, auto

from services.tasks.notices.dates import BEGINS_DAY
from services.tasks.notices.figure_names import ACTS
from services.tasks.notices.sources.pieces import Line, Piece
from services.tasks.notices.sources.signs import is_blank

HEADING = re.compile(
    "序号|编号|备注|(?:类别|领域|方面|板块)|(?:重点|主要|具体|工作|年度|目标)*(?:任务|工作|事项|内容|措施|举措|项目|目标)(?:名称|内容)?"
    "|(?:牵头|责任|配合|主办|承办|协办|落实|实施|参与)(?:责任)?(?:单位|部门|人|领导)?|单位|部门"
    "|(?:完成|办结|时间)?(?:时限|时间|期限|节点|要求|进度)(?:要求)?"
)
COUNTS = re.compile("序号|编号")
NUMBER = re.compile(r"\d{1,3}|[一二三四五六七八九十]{1,3}")
UNIT = re.compile(
    ".*(?:局|委|办|会|联|府|部|院|中心|镇|乡|街道|公司|单位|部门|学校|办公室|组|专班|集团|银行|队|站|所)(?:等)?"
)
_WHO = re.compile("(?:牵头|责任|配合|主办|承办|协办|落实|实施|参与)(?:责任)?(?:单位|部门)?|单位|部门")
_WHAT = re.compile(".*(?:任务|工作|事项|内容|措施|举措|项目)(?:名称|内容)?")
_WHEN = re.compile("(?:完成|办结|时间)?(?:时限|时间|期限|节点|进度)(?:要求)?")
_DAY = re.compile(
    rf"(?:{BEGINS_DAY}|年[底内中]|长期|全年|持续|常年|常态|\d{{4}}[./-]\d|每[年季月周]|即|按|随时|尽快|近期)"
    # What stands behind the day is how it is counted, and no work of its own (2027年招聘会).
    r"[\d年月日号旬上中下底末初之以前内后起至到次今明每各度个周天工作—–~～．.、和及第一二三四五六七八九十半季时限期坚持推进常态化全续完成办结启动实施要求报送首最/-]{0,20}"
)
# A cell that names units, as a county's bodies are called; work of its own begins with what is done.
_NAMED = (
    r"各.{1,12}|[县市区乡镇省].{1,14}(?:局|委|办|会|联|府|部|院|中心|公司|集团|队|站|所|社|行|校|厅|组|室)|.{2,6}(?:镇|乡|街道)"
    r"|.{2,8}(?:委|办|办公室|中心|总工会|妇联|残联|团委|工商联|专班)|.{2,14}(?:局|公司|集团|银行|委员会|办事处)"
)
_ONE = re.compile(rf"(?:{_NAMED})(?:等(?:单位|部门)?)?")
_SEPARATORS = re.compile(r"[、,，;；\s/]+")
_BRACKETS = re.compile("[（(][^（）()]{1,12}[)）]")
_WORKS = re.compile(f"{ACTS}|加[强快大]|推进|做好|强化|开好|办好|抓好")
_LONGEST_CELL = 400
_LONGEST_UNITS = 120


class Kind(Enum):
    """What stands below a heading."""

    COUNT = auto()
    WHO = auto()
    WHEN = auto()
    WHAT = auto()
    OTHER = auto()


def kind_of_heading(heading: str) -> Kind:
    """What a heading in the usual words stands above."""
    forms = ((Kind.COUNT, COUNTS), (Kind.WHO, _WHO), (Kind.WHEN, _WHEN), (Kind.WHAT, _WHAT))
    return next((kind for kind, form in forms if form.fullmatch(heading)), Kind.OTHER)


def names_units(cell: str) -> bool:
    """Whether a cell names units and says no work."""
    if len(cell) > _LONGEST_UNITS or _WORKS.match(cell) or is_day(cell):
        return False
    names = [name for name in _SEPARATORS.split(_BRACKETS.sub("", cell)) if name]
    return bool(names) and all(map(_ONE.fullmatch, names))


def may_be_unit(cell: str) -> bool:
    """Whether a cell ends as names of units do, and neither begins with what is done nor says by when."""
    return UNIT.fullmatch(cell) is not None and not _WORKS.match(cell) and not is_day(cell)


def is_day(cell: str) -> bool:
    """Whether a cell says by when and nothing else."""
    return _DAY.fullmatch(cell) is not None


def cell_at(pieces: Sequence[Piece], at: int) -> tuple[str | None, int]:
    """The next line that is not blank, and the place behind it; None where none follows that may be a cell."""
    # One blank line between two cells, and no more.
    if at < len(pieces) and (piece := pieces[at]) and isinstance(piece, Line) and is_blank(piece.text):
        at += 1
    line = pieces[at] if at < len(pieces) else None
    if not isinstance(line, Line) or line.skipped is not None or line.numbering or is_blank(line.text):
        return None, at
    text = line.text.strip()
    return (text, at + 1) if len(text) <= _LONGEST_CELL and "\t" not in text else (None, at)
