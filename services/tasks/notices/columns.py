"""Which column of a table that shares out measures (责任分工表) means what. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from services.tasks.notices.blocks import Table
from services.tasks.notices.dates import BEGINS_DAY
from services.tasks.notices.tails import Role, find_first_is_lead, label_role

# Titles and dates of a table stand above its headings.
_ROWS_BEFORE_HEADER = 6
_LONGEST_HEADING = 30
_ROW_NUMBER = re.compile("序号|编号|号|备注|进展.*|完成情况|落实情况")
_COUNTS = re.compile("序号|编号|号|")
_AREA = re.compile("领域|类别|方面|板块|大类|分类|类型")
_CONTENT = re.compile(
    "领域|类别|方面|板块|大类|分类|类型|举措|措施|任务|工作|内容|项目|事项|要求|目标|成果|行动|名称|活动|政策|指标|职责"
)


# A heading of one word says who does it where units stand below it (单位 may also be that of a figure).
_WHO_BELOW: tuple[tuple[Role, re.Pattern[str]], ...] = (
    (Role.LEAD, re.compile("(?:牵头|主办|主责|主抓)(?:乡镇|镇街|科室|方)?")),
    (Role.SUPPORT, re.compile("(?:配合|协办|协同|协助|参与|参加|会办|支持)(?:乡镇|镇街|科室|方)?")),
    (
        Role.RESPONSIBLE,
        re.compile(
            "(?=.)(?:责任|承办|承担|落实|实施|负责|包保|包联|督办|具体|任务)?(?:单位|部门|乡镇|镇街|镇|街道|乡镇[（(]街道[)）])?"
        ),
    ),
)

_SEPARATED = re.compile(r"[、,，;；\s/和及]+")
_SURELY = re.compile(
    "各.{1,10}|.{1,12}(?:局|委|办|镇|乡|街道|政府|中心|总?工会|妇联|团委|残联|[县市区]委|管委会|公司|集团|学校|银行)"
)
_DAY = re.compile(
    rf"(?:{BEGINS_DAY}).{{0,16}}|年[底内中].{{0,3}}|长期.{{0,4}}|全年|持续.{{0,4}}|\d{{4}}[./-]\d{{1,2}}.{{0,6}}"
)
# 新增就业（人） above a number is a figure of the row, and what it has to reach.
_FIGURE = re.compile(r"(?P<name>.*[\u4e00-\u9fff].*)[（(](?P<unit>[\u4e00-\u9fff%]{1,4})[)）]")
_NUMBER = re.compile(r"[≥≤><≧≦]?\d[\d,.]*%?")
_CONTACTS = re.compile("姓名|职务|联系人|.*电话|手机号?码?|微信|邮箱")
_TELEPHONE = re.compile(r"[\d\-]{7,}")
# Rows looked at to know what a column holds.
_LOOKED_AT = 30
_SHORTEST_WORK = 4
# Where it is done, beside a column that says who does it.
_PLACE = re.compile("所?[在属]?(?:乡镇|镇街|镇|街道|乡镇[（(]街道[)）]|村|社区|县区|地区|区域)")
# When something begins is no limit beside a column that says when it ends.
_BEGINS = re.compile("启动|开始|起始|开工")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where in a row what stands; `header` is -1 for a table without a head.

    `figures` are those with a number to reach, as (column, name, unit of measure), for a table that has no other work;
    then `measure` is the first of them.
    """

    header: int
    roles: dict[int, Role]
    area: int | None
    measure: int
    tasks: tuple[int, ...]
    number: int | None = None
    first_leads: bool = False
    # Columns that share out nothing, with what stands above them.
    others: tuple[tuple[int, str], ...] = ()
    figures: tuple[tuple[int, str, str], ...] = ()

    def is_head(self, table: Table, row: tuple[str, ...]) -> bool:
        """Whether a row is the head, or the head again on the next page."""
        return self.header >= 0 and row == table.rows[self.header]

    @property
    def who(self) -> list[int]:
        """The columns that name units."""
        return [n for n, role in self.roles.items() if role not in (Role.DUE, Role.OTHER)]

    def work(self, row: tuple[str, ...]) -> str:
        """What is to be done, as the row says it."""
        if not self.figures:
            return row[self.measure].strip()
        cells = ((row[n].strip(), name, unit) for n, name, unit in self.figures)
        return "，".join(
            f"{name}{cell}{unit if _NUMBER.fullmatch(cell) and not cell.endswith(unit) else ''}"
            for cell, name, unit in cells
            if cell
        )

    def remarks(self, row: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        """What the other columns say of a row."""
        for column, heading in self.others:
            if text := " ".join(row[column].split()):
                figure = _FIGURE.fullmatch(heading) if _NUMBER.fullmatch(text) else None
                yield (figure["name"], f"{text}{figure['unit']}") if figure else (heading, text)


def columns_of(table: Table) -> Columns | None:
    """What its columns mean; None for a table that shares out nothing."""
    for first, row in enumerate(table.rows[:_ROWS_BEFORE_HEADER]):
        headings = [re.sub(r"\s", "", cell) for cell in row]
        if any(len(heading) > _LONGEST_HEADING for heading in headings):
            continue
        position, headings = _with_second_row(table, first, headings)
        roles = _roles(table, position, headings)
        if not any(role not in (Role.DUE, Role.OTHER) for role in roles.values()):
            continue
        contents = [n for n, heading in enumerate(headings) if n not in roles and _is_content(headings, n)]
        if contents:
            return _assign(position, headings, roles, contents, table.rows[position + 1 :])
        if figures := _figures(headings, roles):
            return replace(_assign(position, headings, roles, [figures[0][0]]), figures=figures, others=())
    return _guessed(table)


def _with_second_row(table: Table, position: int, headings: list[str]) -> tuple[int, list[str]]:
    """The last row of the head and its headings: 责任分工 over 牵头单位 and 配合单位 takes two."""
    if position + 2 >= len(table.rows):
        return position, headings
    below = [re.sub(r"\s", "", cell) for cell in table.rows[position + 1]]
    more = [n for n, cell in enumerate(below) if cell and cell != headings[n]]
    # What one cell above stands for has several below it, and what has none below it one cell in both rows.
    is_below = all(
        _is_over_several(headings, n) and len(below[n]) <= _LONGEST_HEADING and not _NUMBER.fullmatch(below[n])
        for n in more
    )
    names_parts = any(label_role(below[n]) not in (None, Role.DUE, Role.OTHER) for n in more)
    if not (is_below and names_parts):
        return position, headings
    both = [
        cell if not above or cell == above or label_role(cell) else f"{above}{cell}"
        for above, cell in zip(_spread(headings), below, strict=True)
    ]
    return position + 1, both


def _is_over_several(headings: Sequence[str], column: int) -> bool:
    """Whether the cell of a head is merged with its neighbour: repeated, or empty behind it."""
    spread = _spread(headings)
    is_first = column + 1 < len(headings) and headings[column + 1] in ("", headings[column])
    is_further = column > 0 and headings[column] in ("", spread[column - 1])
    return bool(spread[column]) and (is_first or is_further)


def _spread(headings: Sequence[str]) -> list[str]:
    spread: list[str] = []
    for cell in headings:
        spread.append(cell or (spread[-1] if spread else ""))
    return spread


def columns_of_annex(table: Table) -> Columns | None:
    """What its columns mean, also where it only says by when, or names the work by its number alone."""
    columns = columns_of(table)
    if columns is not None:
        return columns
    for position, row in enumerate(table.rows[:_ROWS_BEFORE_HEADER]):
        headings = [re.sub(r"\s", "", cell) for cell in row]
        roles = _roles(table, position, headings)
        contents = [n for n, heading in enumerate(headings) if n not in roles and _is_content(headings, n)]
        counts = [n for n, heading in enumerate(headings) if heading in ("序号", "编号", "条目", "条款", "措施序号")]
        if any(role is not Role.OTHER for role in roles.values()) and (contents or counts):
            return _assign(position, headings, roles, contents or counts)
    return None


def is_list_of_contacts(table: Table) -> bool:
    """Whether it says who is to be called, and shares out nothing (单位, 姓名, 职务, 电话)."""
    for row in table.rows[:_ROWS_BEFORE_HEADER]:
        headings = [re.sub(r"\s", "", cell) for cell in row]
        if sum(_CONTACTS.fullmatch(heading) is not None for heading in headings) > 1:
            return columns_of(table) is None
    return False


def _roles(table: Table, header: int, headings: Sequence[str]) -> dict[int, Role]:
    """The parts in the work that the headings name, some only where units stand below them."""
    roles = {n: role for n, heading in enumerate(headings) if (role := label_role(heading))}
    dues = [n for n, role in roles.items() if role is Role.DUE]
    if any(not _BEGINS.search(headings[n]) for n in dues):
        roles = {n: role for n, role in roles.items() if n not in dues or not _BEGINS.search(headings[n])}
    if any(_CONTACTS.fullmatch(heading) for heading in headings):
        return roles
    is_said = any(role in (Role.LEAD, Role.RESPONSIBLE) for role in roles.values())
    for n, heading in enumerate(headings):
        if is_said and _PLACE.fullmatch(heading):
            continue
        role = next((role for role, words in _WHO_BELOW if words.fullmatch(heading)), None)
        if n not in roles and role and _holds(table.rows[header + 1 :], n, _is_units):
            roles[n] = role
    return roles


def _figures(headings: Sequence[str], roles: dict[int, Role]) -> tuple[tuple[int, str, str], ...]:
    matches = [(n, _FIGURE.fullmatch(heading)) for n, heading in enumerate(headings) if n not in roles]
    return tuple((n, match["name"], match["unit"]) for n, match in matches if match)


def _guessed(table: Table) -> Columns | None:
    """The columns by what they hold, where no head tells: units, a day, and the work in words before or between."""
    rows = table.rows
    width = len(rows[0]) if rows else 0
    below = rows[1:] if len(rows) > 2 else rows
    if len(rows) < 2 or width < 3 or any(_holds(below, n, _TELEPHONE.fullmatch) for n in range(width)):
        return None
    head = [re.sub(r"\s", "", cell) for cell in rows[0]]
    if any(_CONTACTS.fullmatch(cell) for cell in head):
        return None
    who = [n for n in range(width) if _holds(below, n, _is_units, least=1.0)]
    days = [n for n in range(width) if n not in who and _holds(below, n, _DAY.fullmatch)]
    work = [n for n in range(width) if n not in who and n not in days and _is_work(below, n)]
    if not who or not days or not work:
        return None
    has_head = not any(_is_units(head[n]) for n in who) and not any(_DAY.fullmatch(head[n]) for n in days)
    roles = dict.fromkeys(who, Role.RESPONSIBLE) | dict.fromkeys(days, Role.DUE)
    headings = head if has_head else [""] * width
    return _assign(0 if has_head else -1, headings, roles, work[:1])


def _is_work(rows: Sequence[tuple[str, ...]], column: int) -> bool:
    cells = [cell for row in rows[:_LOOKED_AT] if (cell := row[column].strip())]
    return bool(cells) and sum(map(len, cells)) >= _SHORTEST_WORK * len(cells)


def _holds(rows: Sequence[tuple[str, ...]], column: int, what: Callable[[str], object], *, least: float = 0.5) -> bool:
    cells = [cell for row in rows[:_LOOKED_AT] if (cell := re.sub(r"[ \t\u3000\u00a0]", "", row[column]).strip())]
    right = sum(bool(what(cell)) for cell in cells)
    return right > 0 and (right > least * len(cells) or right == len(cells))


def _is_units(cell: str) -> bool:
    names = [name for name in _SEPARATED.split(re.sub("[（(][^（）()]*[)）]", "", cell)) if name]
    return bool(names) and all(_SURELY.fullmatch(name) for name in names)


def _is_content(headings: list[str], column: int) -> bool:
    heading = headings[column]
    return _CONTENT.search(heading) is not None and not _ROW_NUMBER.fullmatch(heading)


def _assign(
    header: int, headings: list[str], roles: dict[int, Role], contents: list[int], rows: Sequence[tuple[str, ...]] = ()
) -> Columns:
    """The leftmost content is the coarsest: area (named so, or holding rows together), measure, then tasks."""
    is_area = len(contents) > 1 and (
        _AREA.search(headings[contents[0]]) is not None or _holds_together(rows, roles, contents)
    )
    area = contents[0] if is_area else _left_of(contents[0], headings, roles, rows)
    rest = contents[1:] if is_area else contents
    number = next((n for n, heading in enumerate(headings) if heading in ("序号", "编号")), None)
    first_leads = any(find_first_is_lead(heading) for heading in headings)
    taken = {area, *contents, *(n for n, role in roles.items() if role is not Role.OTHER)}
    others = [(n, heading) for n, heading in enumerate(headings) if n not in taken and not _COUNTS.fullmatch(heading)]
    return Columns(header, roles, area, rest[0], tuple(rest[1:]), number, first_leads, tuple(others))


def _left_of(
    measure: int, headings: Sequence[str], roles: dict[int, Role], rows: Sequence[tuple[str, ...]]
) -> int | None:
    """The column left of the work whose cells each stand for several rows, whatever its heading says."""
    for n in range(measure):
        if n in roles or _ROW_NUMBER.fullmatch(headings[n]) or not headings[n]:
            continue
        cells = [row[n].strip() for row in rows if row[measure].strip()]
        held = sum(not cell or cell == above for above, cell in pairwise(cells))
        if held and cells[0] and all(len(cell) <= _LONGEST_HEADING for cell in cells):
            return n
    return None


def _holds_together(rows: Sequence[tuple[str, ...]], roles: dict[int, Role], contents: list[int]) -> bool:
    """Whether one cell of the first content stands for several rows; of two columns, for rows with other leads.

    Where the same unit leads them all, or none is said to, those rows are the tasks of one measure.
    """
    leads = [n for n, role in roles.items() if role is Role.LEAD]
    above: tuple[str, ...] = ()
    for row in rows:
        cell = row[contents[0]].strip()
        goes_on = bool(above) and row[contents[1]].strip() != "" and cell in ("", above[contents[0]].strip())
        differs = goes_on and any(row[n].strip() and row[n].strip() != above[n].strip() for n in leads)
        if goes_on and (len(contents) > 2 or differs):
            return True
        if any(one.strip() for one in row):
            above = tuple(above[n] if goes_on and not one.strip() else one for n, one in enumerate(row))
    return False
