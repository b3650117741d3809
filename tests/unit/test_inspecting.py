"""Files are counted before they are opened: what is too much is said in a sentence, and nothing is opened."""

import hashlib
import io
import tracemalloc
import zipfile

import openpyxl
import pytest

from services.portal.books import indicator_sheet
from services.portal.books import reading as report_book
from services.portal.history_files import MOST_OF_TEXT, read_history
from services.tasks.directory.unit_files import read_units
from services.tasks.directory.unit_lines import Known
from services.tasks.sheets.reading import read_workbook
from services.tasks.sheets.tables import read_table
from shared.calling.archive import DAMAGED, TOO_LARGE
from shared.errors import Invalid
from shared.inspecting import texts, workbooks
from shared.inspecting.texts import MostOfText
from tests.support.hostile import a_workbook, linked, many_cells, merged, with_sheet

WHOLE = "A1:XFD1048576"
COMMENTS = b'<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><commentList>'
COMMENTS += b'<comment ref="A1:XFD1048576" authorId="0"/></commentList></comments>'
READERS = {
    "rows": lambda content: read_workbook(content, names={}, level_names=[], year=2026),
    "people": read_table,
    "history": read_history,
    "indicators": indicator_sheet.read,
    "report": report_book.read,
}


@pytest.fixture
def unopened(monkeypatch):
    """No reader of workbooks may be asked: it would not come back."""

    def opened(*_args, **_options):
        raise AssertionError("the workbook was opened")

    monkeypatch.setattr(openpyxl, "load_workbook", opened)


@pytest.mark.parametrize(
    ("written", "cells"),
    [
        ("A1", 1),
        ("A1:C3", 9),
        ("$a$1:$C$3", 9),
        ("C3:A1", 9),
        (WHOLE, 17_179_869_184),
        ("A:A", 1_048_576),
        ("2:3", 2 * 16_384),
        ("", 0),
        ("nothing at all", 0),
    ],
)
def test_a_range_has_so_many_cells(written, cells):
    assert workbooks.area(written) == cells


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: merged(WHOLE), ("合并单元格", WHOLE, "sheet1")),
        (lambda: merged("A:A"), ("合并单元格", "A:A")),
        (lambda: linked(WHOLE), ("超链接", WHOLE)),
        (lambda: with_sheet(a_workbook(["甲"]), more={"xl/comments1.xml": COMMENTS}), ("批注", WHOLE)),
    ],
    ids=["merged", "a merged column", "linked", "noted"],
)
def test_a_range_as_large_as_the_sheet_is_refused_by_every_reader(unopened, read, make, words):
    content = make()
    assert len(content) < 10_000

    with pytest.raises(Invalid) as refused:
        read(content)

    assert all(word in refused.value.text.zh for word in words)
    assert refused.value.text.en


def test_small_ranges_are_added_up(unopened):
    ranges = "".join(f'<mergeCell ref="A{n}:XFD{n}"/>' for n in range(1, 14))

    with pytest.raises(Invalid, match="merged cells at A13:XFD13"):
        read_table(with_sheet(a_workbook(["甲"]), after=f"<mergeCells>{ranges}</mergeCells>"))


def test_a_million_cells_in_a_small_file_are_counted_and_not_kept(unopened):
    content = many_cells(4000, 400)
    assert len(content) < 250_000
    tracemalloc.start()

    with pytest.raises(Invalid, match="too many cells"):
        read_table(content)

    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 30_000_000


def test_cells_are_counted_over_all_sheets_whatever_their_parts_are_called(unopened):
    cells = "".join(f'<c r="{hashlib.sha256(b"%d" % n).hexdigest()[:9]}"/>' for n in range(180_000))
    sheet = f"<worksheet><sheetData><row>{cells}</row></sheetData></worksheet>".encode()
    parts = {"xl/worksheets/sheet2.xml": sheet, "xl/elsewhere.bin": sheet.replace(b"<c ", b"<x:c ")}

    with pytest.raises(Invalid, match="too many cells"):
        read_table(with_sheet(a_workbook(["甲"]), more=parts))


@pytest.mark.parametrize(
    ("part", "text"),
    [
        (b'<!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>', DAMAGED),
        ('<?xml version="1.0" encoding="gb18030"?><a/>'.encode("gb18030"), DAMAGED),
    ],
)
def test_a_part_that_cannot_be_looked_into_is_refused(unopened, part, text):
    with pytest.raises(Invalid) as refused:
        read_table(with_sheet(a_workbook(["甲"]), more={"xl/more.xml": part}))

    assert refused.value.text == text


def test_a_hundred_thousand_members_are_refused_before_one_is_unpacked(unopened):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("xl/workbook.xml", "<a/>")
        for number in range(100_000):
            archive.writestr(zipfile.ZipInfo(str(number)), b"")

    with pytest.raises(Invalid) as refused:
        read_table(content.getvalue()[:])

    assert refused.value.text == TOO_LARGE


def test_rules_for_whole_columns_are_as_usual_and_cost_nothing():
    rules = '<dataValidations><dataValidation sqref="A1:XFD1048576" type="list"/></dataValidations>'
    content = with_sheet(a_workbook(["登录名"], ["a"]), after=rules)

    assert read_table(content).rows == ((2, ("a",)),)


def test_thousands_of_ranges_of_rules_are_refused(unopened):
    rules = f'<dataValidations><dataValidation sqref="{"A1 " * 30_000}" type="list"/></dataValidations>'

    with pytest.raises(Invalid, match="too many ranges"):
        read_table(with_sheet(a_workbook(["甲"]), after=rules))


def test_merged_titles_and_links_of_a_list_stay_readable():
    content = merged("A1:B1", a_workbook(["登录名", None], ["a", "b"]))

    assert read_table(content).rows == ((2, ("a", "b")),)


@pytest.mark.parametrize("read", [read_table, read_history, lambda content: read_units(content, Known())])
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a,b\n" + b"x" * 9_000_000, "第 2 行太长"),
        (b"a,b\n" + b"," * 9_900_000, "太多"),
        (b"\n" * 9_900_000 + b"a", "太多"),
    ],
    ids=["a line", "cells", "lines"],
)
def test_a_text_of_endless_lines_or_cells_is_refused(read, content, words):
    with pytest.raises(Invalid) as refused:
        read(content)

    assert words in refused.value.text.zh


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_up_to_the_limit_are_taken(end):
    content = end.join(["x" * 10, "y" * 10, "z" * 10]).encode()

    texts.inspect(content, MostOfText(lines=3, commas=0, line=10))
    with pytest.raises(Invalid, match="Line 2"):
        texts.inspect(content.replace(b"y", b"yy"), MostOfText(lines=3, commas=0, line=10))


def test_history_of_half_a_million_rows_is_no_endless_text():
    texts.inspect(b"JY06,341021100,2024-01,128\n" * 350_000, MOST_OF_TEXT)
