"""Tables that share out measures (责任分工表): which column means what, and their rows as outline nodes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from services.tasks.notices.areas import AreaNodes
from services.tasks.notices.blocks import Block, Paragraph, Span, Table
from services.tasks.notices.columns import Columns, columns_of, is_list_of_contacts
from services.tasks.notices.matrix import unfolded
from services.tasks.notices.numbering import Level, Marker, read_marker
from services.tasks.notices.outline import Node, Passage
from services.tasks.notices.sections import is_sum, sections_of
from services.tasks.notices.tails import Tail, is_labelled, read_list

_DITTOS = ("〃", "″", "”", "同上", "同前")
# What stands between the two halves of a table.
_BETWEEN = re.compile("[(（]?(?:续表?|接上[页表])[)）]?[一二三四五\\d]{0,2}|[-—第]*\\d{1,3}[-—页]*")
_LONGEST_WORD = 40
_OTHER_HEAD = re.compile("序号|编号|姓名|职务|单位|部门|联系人|(?:联系)?电话|手机号?码?|名称|金额|备注")


@dataclass(slots=True)
class _Area:
    title: str
    origins: tuple[Span, ...] = ()
    # The chapter that this one is a part of.
    above: _Area | None = None
    # The measure's cell as written and what its rows already brought: a merged cell is repeated in each of them.
    last_cell: str = ""
    seen: set[str] = field(default_factory=set)
    measures: list[Node] = field(default_factory=list)
    # Where the rows of each measure stand.
    rows: dict[Node, list[Span]] = field(default_factory=dict)


def as_paragraphs(blocks: Sequence[Block], *, keeps_rows: bool) -> list[Block]:
    """Replace tables that share out nothing by their cells' lines, so that text laid out in cells is read too.

    Lists of who is to be called stay tables, which no measure takes; with `keeps_rows` also tables of words and figures
    (乡镇, 缺工数), in whose cells no text is laid out.
    """
    flat: list[Block] = []
    for block in _whole(unfolded(blocks)):
        if isinstance(block, Table) and columns_of(block) is None and not _stays(block, keeps_rows=keeps_rows):
            flat += [Paragraph(line, origins=spans) for line, spans in _lines(block)]
        else:
            flat.append(block)
    return flat


def _stays(table: Table, *, keeps_rows: bool) -> bool:
    return is_list_of_contacts(table) or (keeps_rows and _is_of_words(table))


def _is_of_words(table: Table) -> bool:
    cells = [cell.strip() for row in table.rows for cell in row]
    is_wide = any(len(set(filter(str.strip, row))) > 1 for row in table.rows)
    return is_wide and len(table.rows) > 1 and not any(map(_is_text, cells))


def _is_text(cell: str) -> bool:
    """Whether a cell is a paragraph of the notice, and no word or figure."""
    is_numbered = any(marker is not None and rest for marker, rest in map(read_marker, cell.split("\n")))
    return len(cell) > _LONGEST_WORD or "。" in cell or is_numbered or is_labelled(cell)


def _whole(blocks: Sequence[Block]) -> list[Block]:
    """The same blocks; a table that goes on right behind one of as many columns is a part of it, with its head or not.

    What stands between the halves (续表, the number of a page) comes behind the whole.
    """
    whole: list[Block] = []
    begun: int | None = None
    for block in blocks:
        above = whole[begun] if begun is not None else None
        if isinstance(block, Table):
            if begun is not None and isinstance(above, Table) and _goes_on(above, block):
                whole[begun] = Table(above.rows + block.rows, above.origins + block.origins)
                continue
            begun = None if columns_of(block) is None else len(whole)
        elif not _BETWEEN.fullmatch(re.sub(r"\s", "", block.text)):
            begun = None
        whole.append(block)
    return whole


def _goes_on(above: Table, block: Table) -> bool:
    columns, first = columns_of(above), block.rows[0] if block.rows else ()
    if columns is None or len(first) != len(above.rows[0]):
        return False
    own = columns_of(block)
    if own is not None and own.header >= 0:
        return block.rows[own.header] == above.rows[columns.header] and own.header == 0
    return not any(_OTHER_HEAD.fullmatch(re.sub(r"\s", "", cell)) for cell in first)


def heads_of(root: Node) -> Iterator[Span]:
    """Where the heads of the responsibility tables stand, also those that are repeated on each page."""
    for node in root.walk():
        yield from node.heads
    for table in (table for node in root.walk() for table in node.tables):
        columns = columns_of(table)
        for position, row in enumerate(table.rows if columns else ()):
            if columns and columns.is_head(table, row):
                yield from table.origins[position : position + 1]


def contacts_of(root: Node) -> Iterator[Span]:
    """Where the lists of who is to be called stand."""
    for table in (table for node in root.walk() for table in node.tables):
        if is_list_of_contacts(table):
            yield from table.origins


def unread_rows_of(root: Node) -> Iterator[Span]:
    """Where the rows of tables stand that share out nothing."""
    for table in (table for node in root.walk() for table in node.tables):
        if columns_of(table) is None:
            yield from table.origins


def table_areas(root: Node) -> list[AreaNodes]:
    """Return the areas of every responsibility table below `root`, in order."""
    return [area for node in root.walk() for table in node.tables for area in _areas_of(table, node)]


def _lines(table: Table) -> Iterator[tuple[str, tuple[Span, ...]]]:
    above: tuple[str, ...] = ()
    for position, row in enumerate(table.rows):
        for column, cell in enumerate(row):
            is_covered = (column and row[column - 1] == cell) or (len(above) > column and above[column] == cell)
            if not is_covered:
                yield from ((line, table.origins[position : position + 1]) for line in cell.split("\n"))
        above = row


def _areas_of(table: Table, owner: Node) -> Iterable[AreaNodes]:
    columns = columns_of(table)
    if columns is None:
        return
    areas: list[_Area] = []
    rows = _without_dittos(table.rows)
    headings = sections_of(rows, columns)
    above: tuple[str, ...] = ()
    for position, row in enumerate(rows[columns.header + 1 :], start=columns.header + 1):
        origins = table.origins[position : position + 1]
        if columns.is_head(table, row) or is_sum(row):
            continue
        if position in headings:
            is_below = bool(areas) and not areas[-1].measures and position - 1 in headings
            # A chapter and its parts: more levels than that no table has.
            chapter = areas[-1] if is_below and areas[-1].above is None else None
            areas.append(_Area(headings[position], origins, chapter))
            above = ()
        else:
            whole = _with_units_of(above, row, columns)
            _read_row(whole, columns, areas, owner, origins)
            _suggest_units_of(above, whole, columns, areas[-1].measures)
            above = whole if any(whole[n].strip() for n in columns.who) else above
    for area in areas:
        for measure, spans in area.rows.items():
            measure.origins = tuple(spans)
        if area.measures:
            node = _area_node(area) if area.title else _owner_or_none(owner)
            yield AreaNodes(node, tuple(area.measures))


def _without_dittos(rows: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The rows with what 〃 and 同上 stand for."""
    found: list[tuple[str, ...]] = []
    above: tuple[str, ...] = ()
    for row in rows:
        above = next((one for one in found[-1:] if any(one)), above) or row
        found.append(tuple(above[n] if cell.strip() in _DITTOS else cell for n, cell in enumerate(row)))
    return found


def _with_units_of(above: tuple[str, ...], row: tuple[str, ...], columns: Columns) -> tuple[str, ...]:
    """The row with the units of the one above, where one cell stood for both: left of the work, or with its number."""
    is_empty = not any(row[n].strip() for n in columns.who) and columns.work(row) != ""
    is_merged = min(columns.who) < columns.measure or (columns.number is not None and not row[columns.number].strip())
    if not (above and is_empty and is_merged):
        return row
    return tuple(above[n] if n in columns.who else cell for n, cell in enumerate(row))


def _suggest_units_of(above: tuple[str, ...], row: tuple[str, ...], columns: Columns, measures: Sequence[Node]) -> None:
    """Remember the units of the row above for one that has none, which is asked."""
    if above and measures and columns.work(row) and not any(row[n].strip() for n in columns.who):
        measures[-1].units_above = "、".join(above[n].strip() for n in columns.who if above[n].strip())


def _owner_or_none(owner: Node) -> Node | None:
    return owner if owner.marker is not None else None


def _read_row(
    row: tuple[str, ...], columns: Columns, areas: list[_Area], owner: Node, origins: tuple[Span, ...]
) -> None:
    text = columns.work(row)
    area_title = row[columns.area].strip() if columns.area is not None else None
    if area_title and (not areas or areas[-1].title != area_title):
        areas.append(_Area(area_title))
    elif not areas:
        areas.append(_Area(""))
    area = areas[-1]
    if text and (text != area.last_cell or columns.figures):
        area.last_cell, area.seen = text, set()
        area.measures.append(_measure_node(text, row, columns, owner))
    if area.measures:
        area.rows.setdefault(area.measures[-1], []).extend(origins)
        _add_tasks_and_tail(area, row, columns)


def _measure_node(text: str, row: tuple[str, ...], columns: Columns, owner: Node) -> Node:
    first, *rest = text.split("\n")
    marker, heading = read_marker(first)
    number = row[columns.number].strip() if columns.number is not None else ""
    if marker is None and number:
        marker = Marker(Level.ARABIC, 0, number)
    node = Node(marker, owner, heading.strip(), first_leads=owner.first_leads or columns.first_leads)
    node.passages = [Passage(line.strip()) for line in rest if line.strip()]
    return node


def _add_tasks_and_tail(area: _Area, row: tuple[str, ...], columns: Columns) -> None:
    passages = area.measures[-1].passages
    lines = (line.strip() for column in columns.tasks for line in row[column].split("\n"))
    for line in dict.fromkeys(read_marker(line)[1] for line in lines):
        if line and line not in area.seen:
            area.seen.add(line)
            passages.append(Passage(line))
    for heading, text in columns.remarks(row):
        remark = f"备注：{heading}：{text}" if heading != "备注" else f"备注：{text}"
        if remark not in area.seen:
            area.seen.add(remark)
            passages.append(Passage(remark))
    tail = tail_of_row(row, columns)
    if tail.parts and tail.quote not in area.seen:
        area.seen.add(tail.quote)
        passages.append(Passage("", [tail]))


def tail_of_row(row: tuple[str, ...], columns: Columns) -> Tail:
    """Who does a row's work and by when, as its cells say."""
    cells = [(role, row[column].strip()) for column, role in columns.roles.items() if row[column].strip()]
    tails = [read_list(text, role) for role, text in cells]
    return Tail(
        parts=tuple(part for tail in tails for part in tail.parts),
        quote="；".join(text for _, text in cells),
        first_is_lead=any(tail.first_is_lead for tail in tails),
    )


def _area_node(area: _Area) -> Node:
    marker, heading = read_marker(area.title)
    return Node(marker, _area_node(area.above) if area.above else None, heading, origins=area.origins)
