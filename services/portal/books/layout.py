"""Where everything stands in the workbook of a report. Pure."""

from __future__ import annotations

SHEET = "填报"
IDENTITY = "标识"
FORMAT = "qingdan-report-1"
HEADING_ROW = 4
ID, CODE, NAME, MEASURE, LAST, NOW, TOTAL, WITHOUT, CHECK = range(1, 10)
HEADINGS = ("", "代码", "指标", "计量单位", "上期", "本期", "本年累计", "无数的原因", "核对")
WIDTHS = (2, 10, 34, 10, 14, 16, 16, 24, 46)
# In a sheet with many units the figures begin where a single unit's sheet has last period's.
FIRST_OF_MANY = LAST
# There is no place for a reason but the cell itself.
WITHOUT_MARK = "无数"
LARGEST_ROW, LARGEST_COLUMN = 600, 300


def clean(text: str) -> str:
    """The text without the signs that no sheet can hold."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    return ILLEGAL_CHARACTERS_RE.sub("", text)
