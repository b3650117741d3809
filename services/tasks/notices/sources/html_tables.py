"""A table of a web page → rows in which merged cells are repeated; and whether it is a table or only a layout. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml import etree  # type: ignore[import-untyped]

from services.tasks.notices.errors import NoticeUnreadableError
from shared.text import Text

_MOST_SPAN = 63
_MOST_CELLS = 50_000
# Cells of a notice's tables have a few sentences; the cell of a layout has the whole notice.
_LONGEST_CELL = 4_000
_CELLS = ("td", "th")
_TOO_MANY_CELLS = Text(
    f"网页里的表格超过 {_MOST_CELLS} 格，没有读取：请只复制通知正文，粘贴后再读。",
    f"Tables of the page have more than {_MOST_CELLS} cells, so it was not read: copy the notice's own text and "
    f"paste it.",
)


def is_data(table: etree._Element) -> bool:
    """Whether the table holds rows and columns, and not the layout of the page."""
    rows = list(_rows(table))
    if len(rows) < 2 or max(len(_cells(row)) for row in rows) < 2 or any(True for _ in table.iterdescendants("table")):
        return False
    return all(_length(cell) <= _LONGEST_CELL for row in rows for cell in _cells(row))


def as_rows(table: etree._Element, text_of: Callable[[etree._Element], str]) -> tuple[tuple[str, ...], ...]:
    """The rows, of one length each. Raises NoticeUnreadableError where there are more cells than a notice has."""
    rows: list[list[str]] = []
    # By column the text of a cell that is merged down, and the last row that it covers.
    merged: dict[int, tuple[int, str]] = {}
    count = 0
    for number, row in enumerate(_rows(table)):
        cells: list[str] = []
        # A row that ends early counts for the merged cells all the same.
        covered = {place: text for place, (last, text) in merged.items() if number <= last}
        _cover(cells, covered)
        for cell in _cells(row):
            text = text_of(cell)
            for _ in range(_span(cell, "colspan")):
                if (down := _span(cell, "rowspan")) > 1:
                    merged[len(cells)] = (number + down - 1, text)
                cells.append(text)
            _cover(cells, covered)
        rows.append(cells)
        count += len(cells)
        if count > _MOST_CELLS:
            raise NoticeUnreadableError(_TOO_MANY_CELLS)
    width = max(map(len, rows), default=0)
    return tuple(tuple(row + [""] * (width - len(row))) for row in rows)


def _cover(cells: list[str], covered: dict[int, str]) -> None:
    """Add the cells that rows above have merged down to here."""
    while (place := len(cells)) in covered:
        cells.append(covered.pop(place))


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    yield from table.iterdescendants("tr")


def _cells(row: etree._Element) -> list[etree._Element]:
    return [child for child in row if child.tag in _CELLS]


def _length(cell: etree._Element) -> int:
    return sum(len(text.strip()) for text in cell.itertext())


def _span(cell: etree._Element, name: str) -> int:
    written = cell.get(name, "").strip()
    return (
        max(1, min(int(written), _MOST_SPAN if name == "colspan" else 1_000))
        if written.isdecimal() and len(written) < 6
        else 1
    )
