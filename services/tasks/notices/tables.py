"""Tables that share out measures (责任分工表): which column means what, and their rows as outline nodes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from services.tasks.notices.areas import AreaNodes
from services.tasks.notices.blocks import Block, Paragraph, Table
from services.tasks.notices.numbering import Level, Marker, read_marker
from services.tasks.notices.outline import Node, Passage
from services.tasks.notices.tails import Role, Tail, find_first_is_lead, label_role, read_list

# Titles and dates of a table stand above its headings.
_ROWS_BEFORE_HEADER = 6
_LONGEST_HEADING = 30
_ROW_NUMBER = re.compile("序号|编号|号|备注|进展.*|完成情况|落实情况")
_AREA = re.compile("领域|类别|方面|板块|大类|分类|类型")
_CONTENT = re.compile("领域|类别|方面|板块|大类|分类|类型|举措|措施|任务|工作|内容|项目|事项|要求|目标|成果")


@dataclass(frozen=True, slots=True)
class _Columns:
    header: int
    roles: dict[int, Role]
    area: int | None
    measure: int
    tasks: tuple[int, ...]
    number: int | None = None
    first_leads: bool = False


@dataclass(slots=True)
class _Area:
    title: str
    # The measure's cell as written and what its rows already brought: a merged cell is repeated in each of them.
    last_cell: str = ""
    seen: set[str] = field(default_factory=set)
    measures: list[Node] = field(default_factory=list)


def as_paragraphs(blocks: Sequence[Block]) -> list[Block]:
    """Replace tables that share out nothing by their cells' lines, so that text laid out in cells is read too."""
    flat: list[Block] = []
    for block in blocks:
        if isinstance(block, Table) and _columns(block) is None:
            flat += [Paragraph(line) for line in _lines(block)]
        else:
            flat.append(block)
    return flat


def table_areas(root: Node) -> list[AreaNodes]:
    """Return the areas of every responsibility table below `root`, in order."""
    return [area for node in root.walk() for table in node.tables for area in _areas_of(table, node)]


def _lines(table: Table) -> Iterator[str]:
    above: tuple[str, ...] = ()
    for row in table.rows:
        for column, cell in enumerate(row):
            is_covered = (column and row[column - 1] == cell) or (len(above) > column and above[column] == cell)
            if not is_covered:
                yield from cell.split("\n")
        above = row


def _columns(table: Table) -> _Columns | None:
    for position, row in enumerate(table.rows[:_ROWS_BEFORE_HEADER]):
        headings = [re.sub(r"\s", "", cell) for cell in row]
        if any(len(heading) > _LONGEST_HEADING for heading in headings):
            continue
        roles = {n: role for n, heading in enumerate(headings) if (role := label_role(heading))}
        contents = [n for n, heading in enumerate(headings) if n not in roles and _is_content(headings, n)]
        if contents and any(role not in (Role.DUE, Role.OTHER) for role in roles.values()):
            return _assign(position, headings, roles, contents)
    return None


def _is_content(headings: list[str], column: int) -> bool:
    heading = headings[column]
    return _CONTENT.search(heading) is not None and not _ROW_NUMBER.fullmatch(heading)


def _assign(header: int, headings: list[str], roles: dict[int, Role], contents: list[int]) -> _Columns:
    """The leftmost content is the coarsest: area (when named so, or of three), measure, then tasks."""
    area = contents[0] if len(contents) > 1 and (_AREA.search(headings[contents[0]]) or len(contents) > 2) else None
    rest = contents[1:] if area is not None else contents
    number = next((n for n, heading in enumerate(headings) if heading in ("序号", "编号")), None)
    first_leads = any(find_first_is_lead(heading) for heading in headings)
    return _Columns(header, roles, area, rest[0], tuple(rest[1:]), number, first_leads)


def _areas_of(table: Table, owner: Node) -> Iterable[AreaNodes]:
    columns = _columns(table)
    if columns is None:
        return
    areas: list[_Area] = []
    for row in table.rows[columns.header + 1 :]:
        heading = _section_heading(row)
        if row == table.rows[columns.header]:
            continue
        if heading:
            areas.append(_Area(heading))
        else:
            _read_row(row, columns, areas, owner)
    for area in areas:
        if area.measures:
            yield AreaNodes(_area_node(area.title) if area.title else _owner_or_none(owner), tuple(area.measures))


def _owner_or_none(owner: Node) -> Node | None:
    return owner if owner.marker is not None else None


def _section_heading(row: tuple[str, ...]) -> str:
    texts = {cell.strip() for cell in row if cell.strip()}
    is_one_cell = len(texts) == 1 and len(row) > 1 and all(cell.strip() for cell in row)
    return texts.pop() if is_one_cell else ""


def _read_row(row: tuple[str, ...], columns: _Columns, areas: list[_Area], owner: Node) -> None:
    text = row[columns.measure].strip()
    area_title = row[columns.area].strip() if columns.area is not None else None
    if area_title and (not areas or areas[-1].title != area_title):
        areas.append(_Area(area_title))
    elif not areas:
        areas.append(_Area(""))
    area = areas[-1]
    if text and text != area.last_cell:
        area.last_cell, area.seen = text, set()
        area.measures.append(_measure_node(text, row, columns, owner))
    if area.measures:
        _add_tasks_and_tail(area, row, columns)


def _measure_node(text: str, row: tuple[str, ...], columns: _Columns, owner: Node) -> Node:
    first, *rest = text.split("\n")
    marker, heading = read_marker(first)
    number = row[columns.number].strip() if columns.number is not None else ""
    if marker is None and number:
        marker = Marker(Level.ARABIC, 0, number)
    node = Node(marker, owner, heading.strip(), first_leads=owner.first_leads or columns.first_leads)
    node.passages = [Passage(line.strip()) for line in rest if line.strip()]
    return node


def _add_tasks_and_tail(area: _Area, row: tuple[str, ...], columns: _Columns) -> None:
    passages = area.measures[-1].passages
    lines = (line.strip() for column in columns.tasks for line in row[column].split("\n"))
    for line in dict.fromkeys(read_marker(line)[1] for line in lines):
        if line and line not in area.seen:
            area.seen.add(line)
            passages.append(Passage(line))
    tail = _tail_of(row, columns)
    if tail.parts and tail.quote not in area.seen:
        area.seen.add(tail.quote)
        passages.append(Passage("", [tail]))


def _tail_of(row: tuple[str, ...], columns: _Columns) -> Tail:
    cells = [(role, row[column].strip()) for column, role in columns.roles.items() if row[column].strip()]
    tails = [read_list(text, role) for role, text in cells]
    return Tail(
        parts=tuple(part for tail in tails for part in tail.parts),
        quote="；".join(text for _, text in cells),
        first_is_lead=any(tail.first_is_lead for tail in tails),
    )


def _area_node(title: str) -> Node:
    marker, heading = read_marker(title)
    return Node(marker, None, heading)
