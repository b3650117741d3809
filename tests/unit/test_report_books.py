"""A report as a workbook: what is filled in comes back, and what was tampered with is told by its cell."""

import io
import json

import pytest
from openpyxl import Workbook, load_workbook

from services.portal.books import reading, writing
from services.portal.books.layout import CHECK, IDENTITY, NOW, SHEET, WITHOUT
from shared.errors import Invalid


def a_line(indicator_id: int, code: str, **changes):
    return {
        "indicator_id": indicator_id,
        "code": code,
        "name": f"指标{code}",
        "section": "就业",
        "definition": "本期新就业的人数。",
        "unit_of_measure": "人",
        "decimals": 0,
        "has_total": True,
        "typed": "",
        "typed_total": "",
        "no_figure": "",
        "value": None,
        "last": {"period": "2026-04", "value": "12", "no_figure": ""},
    } | changes


def a_form(**changes):
    return {
        "submission_id": 7,
        "version": 3,
        "report_id": 2,
        "table_number": "就业月1表",
        "report": "就业月报",
        "period": "2026-05",
        "due_on": "2026-06-05",
        "lock_on": "2026-06-15",
        "definition": "r1;i1.1;i2.1",
        "unit": {"unit_id": 24, "name": "徽城镇"},
        "lines": [a_line(1, "JY01"), a_line(2, "JY02", section="培训", has_total=False, value="5", typed="5")],
    } | changes


CHECKS = [
    {
        "check_id": 1,
        "expression": "({JY01}<={prev(JY02)})",
        "codes": ["JY01"],
        "text": {"zh": '甲"不超过"乙', "en": "a"},
    }
]


def filled(content: bytes, cells: dict[tuple[int, int], object], *, sheet: str = SHEET) -> bytes:
    book = load_workbook(io.BytesIO(content))
    for (row, column), value in cells.items():
        book[sheet].cell(row, column).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def row_of(content: bytes, code: str) -> int:
    sheet = load_workbook(io.BytesIO(content))[SHEET]
    return next(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 2).value == code)


def test_what_was_filled_in_comes_back():
    content = writing.write_one(a_form())
    first, second = row_of(content, "JY01"), row_of(content, "JY02")

    found = reading.read(filled(content, {(first, NOW): 31, (second, NOW): None, (second, WITHOUT): "本月没有培训"}))

    (form,) = found.forms
    assert (found.report_id, found.period, form.submission_id, form.version) == (2, "2026-05", 7, 3)
    assert form.definition == "r1;i1.1;i2.1"
    assert [(cell.indicator_id, cell.typed, cell.no_figure) for cell in form.cells] == [
        (1, "31", ""),
        (2, "", "本月没有培训"),
    ]
    assert form.cells[1].was == {"typed": "5", "typed_total": "", "no_figure": ""}
    assert not found.problems


@pytest.mark.parametrize(
    ("value", "typed"),
    [
        (0.1 + 0.2, "0.3"),
        (1e22, "10000000000000000000000"),
        ("1,234", "1,234"),
        ("３１", "３１"),
        (0, "0"),
        (" 5 ", "5"),
    ],
)
def test_a_number_is_what_was_seen(value, typed):
    content = writing.write_one(a_form())

    found = reading.read(filled(content, {(row_of(content, "JY01"), NOW): value}))

    assert found.forms[0].cells[0].typed == typed


@pytest.mark.parametrize("value", ["=1+1", True, __import__("datetime").date(2026, 1, 1), "#REF!"])
def test_what_is_no_typed_number_is_told_by_its_cell(value):
    content = writing.write_one(a_form())
    row = row_of(content, "JY01")

    found = reading.read(filled(content, {(row, NOW): value}))

    assert [problem.place for problem in found.problems] == [f"F{row}"]


def test_rows_that_changed_places_are_told():
    content = writing.write_one(a_form())
    first, second = row_of(content, "JY01"), row_of(content, "JY02")

    found = reading.read(filled(content, {(first, 2): "JY02", (second, 2): "JY01"}))

    assert len(found.problems) == 2
    assert not found.forms[0].cells


def test_a_row_that_is_missing_is_told():
    content = writing.write_one(a_form())

    assert reading.read(filled(content, {(row_of(content, "JY02"), 1): None})).problems


@pytest.mark.parametrize(
    "identity",
    [
        "",
        "[]",
        "{",
        json.dumps({"format": "qingdan-report-1"}),
        json.dumps(
            {"format": "other", "report_id": 1, "period": "2026", "definition": "", "codes": {}, "is_one": True}
        ),
    ],
)
def test_a_workbook_that_says_nothing_of_itself_is_refused(identity):
    content = filled(writing.write_one(a_form()), {(1, 1): identity}, sheet=IDENTITY)

    with pytest.raises(Invalid) as refused:
        reading.read(content)

    assert refused.value.text == reading.NOT_OURS


def test_somebody_elses_workbook_is_refused():
    out = io.BytesIO()
    Workbook().save(out)

    with pytest.raises(Invalid) as refused:
        reading.read(out.getvalue())

    assert refused.value.text == reading.NOT_OURS


def test_many_units_have_a_column_each():
    forms = [a_form(), a_form(submission_id=8, unit={"unit_id": 25, "name": "深渡镇"})]
    content = writing.write_many(forms)
    row = row_of(content, "JY01")

    found = reading.read(filled(content, {(row, 5): 3, (row, 6): "无数：没有开展"}))

    assert [form.submission_id for form in found.forms] == [7, 8]
    assert (found.forms[0].cells[0].typed, found.forms[1].cells[0].no_figure) == ("3", "没有开展")
    assert found.forms[1].cells[0].typed == ""


def test_only_cells_to_fill_in_are_open():
    sheet = load_workbook(io.BytesIO(writing.write_one(a_form())))[SHEET]

    opened = {cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked}

    assert sheet.protection.sheet
    assert opened == {"F6", "G6", "H6", "F8", "H8"}
    assert load_workbook(io.BytesIO(writing.write_one(a_form())))[IDENTITY].sheet_state == "veryHidden"


def test_checks_are_asked_by_the_sheet_itself():
    sheet = load_workbook(io.BytesIO(writing.write_one(a_form(), CHECKS)))[SHEET]

    validation = next(one for one in sheet.data_validations.dataValidation if "F6" in str(one.sqref))

    assert "OR(COUNT($E$8,$F$6)<2,($F$6<=$E$8))" in validation.formula1
    assert sheet.cell(6, CHECK).value == '=IF(OR(COUNT($E$8,$F$6)<2,($F$6<=$E$8)),"","甲""不超过""乙。")'


def test_a_check_of_what_the_round_does_not_ask_is_left_out():
    form = a_form(lines=[a_line(1, "JY01")])

    sheet = load_workbook(io.BytesIO(writing.write_one(form, CHECKS)))[SHEET]

    assert sheet.cell(6, CHECK).value is None


def test_a_definition_is_a_note_on_the_name():
    sheet = load_workbook(io.BytesIO(writing.write_one(a_form())))[SHEET]

    assert sheet["C6"].comment.text == "本期新就业的人数。"


def test_a_text_that_looks_like_a_formula_stays_text():
    line = a_line(1, "JY01", name="=1+1", no_figure="-没有")
    sheet = load_workbook(io.BytesIO(writing.write_one(a_form(lines=[line]))))[SHEET]

    assert (sheet["C6"].value, sheet["C6"].data_type) == ("=1+1", "s")
    assert (sheet["H6"].value, sheet["H6"].data_type) == ("-没有", "s")
