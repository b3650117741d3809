"""A report as a workbook to fill in, for one unit or with a column per unit. Pure.

The sheet is protected but for the cells to fill in; a hidden sheet says which report, units, period and version it is.
Protection keeps hands from slipping and stops nobody: whatever comes back is compared with the form as it is now.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from services.portal.books.layout import (
    CHECK,
    CODE,
    FIRST_OF_MANY,
    FORMAT,
    HEADING_ROW,
    HEADINGS,
    ID,
    IDENTITY,
    LAST,
    MEASURE,
    NAME,
    NOW,
    SHEET,
    TOTAL,
    WIDTHS,
    WITHOUT,
    WITHOUT_MARK,
    clean,
)
from shared.provisional import mark_of

_PLACE = re.compile(r"\{(prev\()?([A-Za-z][A-Za-z0-9_]*)\)?\}")
_INPUT = PatternFill("solid", fgColor="FFF7E0")
_HEAD = PatternFill("solid", fgColor="E7EEF4")
_LIKE_FORMULAS = ("=", "+", "@", "-", "－", "−")


def write_one(form: Mapping[str, Any], checks: Sequence[Mapping[str, Any]] = ()) -> bytes:
    """The workbook of one submission; `form` is a SubmissionForm, `checks` are SheetChecks."""
    book, sheet = _begun(f"{form['table_number']} {form['report']}", _subtitle(form, form["unit"]["name"]))
    _write_row(sheet, HEADING_ROW, HEADINGS)
    rows = dict(_lay_lines(sheet, form["lines"]))
    for line in form["lines"]:
        row = rows[line["code"]]
        last = line["last"]
        _write(sheet, row, LAST, _number(last["value"]) if last and last["value"] is not None else None)
        _open(sheet, row, NOW, _number(line["value"]) if line["value"] is not None else line["typed"])
        if line["has_total"]:
            _open(sheet, row, TOTAL, line["typed_total"])
        _open(sheet, row, WITHOUT, line["no_figure"])
    _add_validations(sheet, form["lines"], rows, checks)
    _finish(sheet, WIDTHS)
    _identify(book, form, [form], [NOW])
    return _bytes(book)


def write_many(forms: Sequence[Mapping[str, Any]]) -> bytes:
    """The workbook of a round with a column per unit, in the order of `forms`: to be handed out and collected."""
    first = forms[0]
    title = f"{first['table_number']} {first['report']}"
    book, sheet = _begun(title, _subtitle(first, f"{len(forms)} 个单位"), without=f"请写“{WITHOUT_MARK}：原因”")
    names = [form["unit"]["name"] for form in forms]
    _write_row(sheet, HEADING_ROW, [*HEADINGS[:4], *names])
    rows = dict(_lay_lines(sheet, first["lines"]))
    columns = [FIRST_OF_MANY + place for place in range(len(forms))]
    for form, column in zip(forms, columns, strict=True):
        for line in form["lines"]:
            typed = f"{WITHOUT_MARK}：{line['no_figure']}" if line["no_figure"] else line["typed"]
            _open(sheet, rows[line["code"]], column, _number(line["value"]) if line["value"] is not None else typed)
    _finish(sheet, [*WIDTHS[:4], *[12] * len(forms)])
    _identify(book, first, forms, columns)
    return _bytes(book)


def _begun(title: str, subtitle: str, *, without: str = "请写明原因") -> tuple[Workbook, Worksheet]:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = SHEET
    _write(sheet, 1, CODE, title, font=Font(bold=True, size=14))
    _write(sheet, 2, CODE, subtitle)
    _write(sheet, 3, CODE, f"只填有底色的格子；没有数{without}，不要留空。其余格子已锁定。", font=Font(color="555555"))
    return book, sheet


def _subtitle(form: Mapping[str, Any], who: str) -> str:
    due, lock = (f"{day}{mark_of(dt.date.fromisoformat(day)).zh}" for day in (form["due_on"], form["lock_on"]))
    return f"{who} · {form['period']} · 应报日 {due} · 锁定日 {lock}"


def _lay_lines(sheet: Worksheet, lines: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, int]]:
    row, section = HEADING_ROW, ""
    for line in lines:
        if line["section"] != section:
            row, section = row + 1, line["section"]
            _write(sheet, row, CODE, section, font=Font(bold=True))
        row += 1
        _write(sheet, row, ID, line["indicator_id"])
        _write(sheet, row, CODE, line["code"])
        _write(sheet, row, NAME, line["name"])
        _write(sheet, row, MEASURE, line["unit_of_measure"])
        if line["definition"]:
            note = Comment(clean(line["definition"]), "口径", width=320, height=120)
            sheet.cell(row, NAME).comment = note
        yield line["code"], row


def _add_validations(
    sheet: Worksheet,
    lines: Sequence[Mapping[str, Any]],
    rows: Mapping[str, int],
    checks: Sequence[Mapping[str, Any]],
) -> None:
    """One validation per cell, as a sheet allows: a number that passes the checks whose figures are there."""
    # A round need not ask all that its report asks by now.
    whole = [check for check in checks if all(code in rows for _, code in _PLACE.findall(check["expression"]))]
    for line in lines:
        cell = f"${get_column_letter(NOW)}${rows[line['code']]}"
        own = [check for check in whole if line["code"] in check["codes"]]
        conditions = [f"ISNUMBER({cell})", f"ROUND({cell},{line['decimals']})={cell}"]
        conditions += [_unless_empty(check, rows) for check in own]
        validation = DataValidation(type="custom", formula1=f"AND({','.join(conditions)})", allow_blank=True)
        validation.errorTitle = "请核对"
        sentences = [f"请填数字，最多 {line['decimals']} 位小数。", *(check["text"]["zh"] for check in own)]
        # Excel shows no more of it.
        validation.error = "\n".join(sentences)[:250]
        validation.add(cell.replace("$", ""))
        sheet.add_data_validation(validation)
        if own:
            parts = [f'IF({_unless_empty(check, rows)},"",{_quoted(check["text"]["zh"] + "。")})' for check in own]
            sheet.cell(rows[line["code"]], CHECK).value = "=" + "&".join(parts)


def _unless_empty(check: Mapping[str, Any], rows: Mapping[str, int]) -> str:
    """The condition, which holds as long as one of its figures is missing."""
    places = _PLACE.findall(check["expression"])
    cells = sorted({_place(code, rows, is_last=bool(prev)) for prev, code in places})
    written = _PLACE.sub(lambda found: _place(found[2], rows, is_last=bool(found[1])), check["expression"])
    return f"OR(COUNT({','.join(cells)})<{len(cells)},{written})"


def _place(code: str, rows: Mapping[str, int], *, is_last: bool) -> str:
    return f"${get_column_letter(LAST if is_last else NOW)}${rows[code]}"


def _quoted(text: str) -> str:
    # A text in a formula may have 255 signs.
    return '"' + clean(text)[:250].replace('"', '""') + '"'


def _identify(
    book: Workbook, head: Mapping[str, Any], forms: Sequence[Mapping[str, Any]], columns: Sequence[int]
) -> None:
    sheet = book.create_sheet(IDENTITY)
    sheet.sheet_state = "veryHidden"
    content = {
        "format": FORMAT,
        "report_id": head["report_id"],
        "period": head["period"],
        "definition": head["definition"],
        "is_one": len(columns) == 1 and columns[0] == NOW,
        "codes": {str(line["indicator_id"]): line["code"] for line in head["lines"]},
    }
    sheet.cell(1, 1).value = json.dumps(content, ensure_ascii=False)
    for row, (form, column) in enumerate(zip(forms, columns, strict=True), start=2):
        was = {
            str(line["indicator_id"]): {name: line[name] for name in ("typed", "typed_total", "no_figure")}
            for line in form["lines"]
        }
        own = {"submission_id": form["submission_id"], "version": form["version"], "column": column, "was": was}
        sheet.cell(row, 1).value = json.dumps(own, ensure_ascii=False)


def _number(text: str) -> int | float:
    value = Decimal(text)
    return int(value) if value == value.to_integral_value() else float(value)


def _open(sheet: Worksheet, row: int, column: int, value: Any) -> None:
    _write(sheet, row, column, value if value != "" else None)
    cell = sheet.cell(row, column)
    cell.protection = Protection(locked=False)
    cell.fill = _INPUT


def _write_row(sheet: Worksheet, row: int, texts: Sequence[str]) -> None:
    for column, text in enumerate(texts, start=1):
        _write(sheet, row, column, text, font=Font(bold=True))
        sheet.cell(row, column).fill = _HEAD


def _write(sheet: Worksheet, row: int, column: int, value: Any, *, font: Font | None = None) -> None:
    cell = sheet.cell(row, column)
    if isinstance(value, str):
        cell.value = clean(value)
        # Assigning a text that begins with = makes openpyxl call it a formula.
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(_LIKE_FORMULAS)
    elif value is not None:
        cell.value = value
    cell.alignment = Alignment(vertical="top", wrap_text=column in (NAME, WITHOUT, CHECK))
    if font is not None:
        cell.font = font


def _finish(sheet: Worksheet, widths: Sequence[int]) -> None:
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.column_dimensions[get_column_letter(ID)].hidden = True
    sheet.freeze_panes = f"{get_column_letter(MEASURE + 1)}{HEADING_ROW + 1}"
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    sheet.protection.formatRows = False
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.print_title_rows = f"1:{HEADING_ROW}"


def _bytes(book: Workbook) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
