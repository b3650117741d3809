"""What of a sheet its sender may not see: hidden rows and columns, rows that a filter leaves out. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from shared.errors import Invalid
from shared.text import Text

MOST_RANGES = 20
LAST_COLUMN = 40


def complain_of_hidden(sheet: Worksheet, *, rows: Iterable[int], columns: Iterable[int]) -> Invalid | None:
    """Return that some of the given rows and columns, all of which hold something, are hidden, or None.

    `details["is_hidden"]` tells this refusal from others: whoever means what is hidden can say so.
    """
    hidden: list[Text] = []
    if sheet.sheet_state != Worksheet.SHEETSTATE_VISIBLE:
        hidden.append(Text("整张工作表", "the whole sheet"))
    if found := sorted(_hidden_rows(sheet).intersection(rows)):
        hidden.append(Text(f"第 {_ranges(found, str, '、')} 行", f"rows {_ranges(found, str, ', ')}"))
    if found := sorted(_hidden_columns(sheet).intersection(columns)):
        letters = get_column_letter
        hidden.append(Text(f"{_ranges(found, letters, '、')} 列", f"columns {_ranges(found, letters, ', ')}"))
    if not hidden:
        return None
    return Invalid(
        Text(
            f"表格里有隐藏或被筛选掉的内容：{'，'.join(text.zh for text in hidden)}。还没有导入。"
            "请在表格里取消隐藏和筛选，核对后重新上传；如果这些内容也要导入，请确认。",
            f"Some of the sheet is hidden or filtered out: {'; '.join(text.en for text in hidden)}. "
            "Nothing was imported. Please show it, check it and upload the file again, or say that it is meant, too.",
        ),
        {"is_hidden": True},
    )


def _hidden_rows(sheet: Worksheet) -> set[int]:
    return {number for number, row in sheet.row_dimensions.items() if row.hidden}


def _hidden_columns(sheet: Worksheet) -> set[int]:
    """The numbers of hidden columns; one entry of the sheet may stand for several."""
    found = [column for column in sheet.column_dimensions.values() if column.hidden]
    spans = [(column.min or 1, min(column.max or 1, LAST_COLUMN)) for column in found]
    return {number for first, last in spans for number in range(first, last + 1)}


def _ranges(numbers: Sequence[int], name: Callable[[int], str], comma: str) -> str:
    """Sorted numbers in words, such as 5–8、12; beyond twenty ranges an ellipsis stands for the rest."""
    spans: list[tuple[int, int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], number)
        else:
            spans.append((number, number))
    shown = [name(first) if first == last else f"{name(first)}–{name(last)}" for first, last in spans[:MOST_RANGES]]
    return comma.join([*shown, *(["…"] if len(spans) > MOST_RANGES else [])])
