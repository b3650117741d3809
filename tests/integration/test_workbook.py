"""A draft goes out as a workbook and comes back the same; a sheet with one wrong cell changes nothing."""

import csv
import io
import zipfile

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font

from shared.calling.chunks import LARGEST_FILE
from shared.errors import Forbidden, Invalid
from tests.support.tasks import ALL_TOWNSHIPS, a_draft, save_row

HEADINGS = [
    "领域", "举措", "任务", "事项", "牵头单位", "配合单位", "完成时限", "周期", "每期第几日", "审核方式",
    "完成标准", "内容",
]  # fmt: skip
LINE = [
    "领域甲",
    "举措甲",
    "任务甲",
    "事项甲",
    "县发改委",
    "县财政局、徽城镇",
    "2026-06-30",
    "",
    "",
    "",
    "有文件",
    "说明",
]


def sheet_of(*lines, headings=HEADINGS):
    book = Workbook()
    sheet = book.active
    sheet.append(headings)
    for line in lines:
        sheet.append(line)
    return book


def as_bytes(book):
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def import_rows(call, checklist, content, name="rows.xlsx"):
    content = as_bytes(content) if isinstance(content, Workbook) else content
    file_id = call.upload(name, content, as_="lead")
    call("import_rows", {"file_id": file_id, "checklist_id": checklist["checklist_id"]}, as_="lead")
    return get(call, checklist)


def export(call, checklist, as_="lead"):
    file_id = call("export_rows", {"checklist_id": checklist["checklist_id"]}, as_=as_)["file_id"]
    return call.download(file_id, as_=as_)


def get(call, checklist):
    return call("get_checklist", {"checklist_id": checklist["checklist_id"]}, as_="lead")


def complaints(call, checklist, content):
    before = get(call, checklist)
    with pytest.raises(Invalid) as refusal:
        import_rows(call, checklist, content)
    assert get(call, checklist) == before
    return {found["cell"]: found["text"]["zh"] for found in refusal.value.details["cells"]}


def without_versions(checklist):
    return [{name: value for name, value in row.items() if name != "version"} for row in checklist["rows"]]


@pytest.fixture
def draft(call):
    return a_draft(call, items=2)


@pytest.fixture
def varied(call, world, draft):
    """A draft with everything that a sheet has a column for, and text that looks like formulas."""
    first, second = [row for row in draft["rows"] if row["level"] == 4]
    save_row(
        call,
        first,
        title='=HYPERLINK("http://example.org")',
        body="+一行\n@又一行",
        acceptance_rule="-不少于3份",
        due_on=None,
        recurrence="quarterly",
        due_day=20,
        review_rule="sample",
        units=[
            {"role": "support", "unit_id": world.units["石门乡"]},
            {"role": "lead", "unit_id": world.units["县发改委"]},
            {"role": "support", "group_id": world.groups[ALL_TOWNSHIPS]},
        ],
    )
    save_row(call, second, due_on="2026-11-30", recurrence="yearly", review_rule="all")
    call("add_row", {"checklist_id": draft["checklist_id"], "title": "还没有下级的领域"}, as_="lead")
    return get(call, draft)


def test_an_export_comes_back_exactly_and_changes_nothing(call, varied):
    _, content = export(call, varied)

    after = import_rows(call, varied, content)

    assert after["rows"] == varied["rows"]
    assert after["version"] > varied["version"]


def test_an_export_fills_an_empty_draft_with_the_same_rows(call, varied):
    _, content = export(call, varied)
    checklist = call("create_checklist", {"title": "另一份", "year": 2026}, as_="lead")

    after = import_rows(call, checklist, content)

    _, again = export(call, after)
    assert cells_of(again) == cells_of(content)


def test_no_exported_cell_is_a_formula(call, varied):
    name, content = export(call, varied, as_="leader")

    sheet = load_workbook(io.BytesIO(content))["清单"]
    assert name == "2026年就业清单.xlsx"
    assert sheet["D2"].value == '=HYPERLINK("http://example.org")'
    for row in sheet.iter_rows():
        for cell in row:
            assert cell.data_type != "f"
            if str(cell.value)[:1] in "=+-@":
                assert cell.quotePrefix, cell.coordinate
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_the_template_lists_the_names_and_can_be_filled_in(call, draft):
    file_id = call("rows_template", as_="lead")["file_id"]
    book = load_workbook(io.BytesIO(call.download(file_id, as_="lead")[1]))
    names = [row[0].value for row in book["单位和单位组"].iter_rows(min_row=2)]
    assert {"徽城镇", ALL_TOWNSHIPS} <= set(names)
    assert len(book["清单"].data_validations.dataValidation) == 4

    book["清单"].append(LINE)

    after = import_rows(call, draft, book)
    assert [row["title"] for row in after["rows"]] == LINE[:4]


def test_a_sheet_replaces_the_rows_but_keeps_what_has_the_same_titles(call, draft):
    kept = [row["title"] for row in draft["rows"]][:3]
    sheet = sheet_of([*kept, "新事项", *LINE[4:]], [*kept, "事项2", *LINE[4:]])

    after = import_rows(call, draft, sheet)

    ids = {row["title"]: row["row_id"] for row in draft["rows"]}
    assert [row["title"] for row in after["rows"]] == [*kept, "新事项", "事项2"]
    assert {row["title"]: row["row_id"] for row in after["rows"] if row["title"] != "新事项"} == {
        title: ids[title] for title in [*kept, "事项2"]
    }
    assert [unit["name"] for unit in after["rows"][1]["units"]] == [ALL_TOWNSHIPS]
    assert [unit["name"] for unit in after["rows"][4]["units"]] == ["县发改委", "县财政局", "徽城镇"]


def test_open_questions_outlive_the_rows_they_were_asked_about(call, draft, tasks_db):
    with tasks_db.transaction() as cur:
        cur.execute(
            """
            INSERT INTO question (checklist_id, row_id, kind, text_zh, text_en)
            SELECT checklist_id, id, 'open_ended', '还有谁？', 'Who else?' FROM checklist_row WHERE level = 2
            """
        )

    after = import_rows(call, draft, sheet_of(LINE))

    (question,) = after["questions"]
    assert (question["row_id"], question["answered_at"]) == (None, None)
    params = {"checklist_id": after["checklist_id"], "question_ids": [question["question_id"]]}
    with pytest.raises(Invalid, match="keep as it stands"):
        call(
            "answer_questions",
            params | {"answer": {"kind": "units", "units": [{"role": "lead", "unit_id": 1}]}},
            as_="lead",
        )
    assert call("answer_questions", params | {"answer": {"kind": "keep"}}, as_="lead")["open"] == 0


def test_merged_cells_have_the_value_of_the_first(call, draft):
    sheet = sheet_of(LINE, ["", "", "", "事项乙", *LINE[4:]], ["", "", "任务乙", "事项丙", *LINE[4:]])
    for area in ("A2:A4", "B2:B4", "C2:C3"):
        sheet.active.merge_cells(area)

    after = import_rows(call, draft, sheet)

    assert [(row["number"], row["title"]) for row in after["rows"] if row["level"] > 2] == [
        ("1.1.1", "任务甲"),
        ("1.1.1.1", "事项甲"),
        ("1.1.1.2", "事项乙"),
        ("1.1.2", "任务乙"),
        ("1.1.2.1", "事项丙"),
    ]


def test_every_wrong_cell_is_named_at_once(call, draft):
    found = complaints(
        call,
        draft,
        sheet_of(
            ["领域甲", "", "任务甲", "事项甲", "县发展委", "", "2026-02-31", "", "", "", "", ""],
            ["领域甲", "举措甲", "任务甲", "长" * 201, "县发改委", "县发改委", "", "每周", 40, "随便", "", ""],
            ["领域甲", "举措甲", "任务甲", "", "县发改委", "", "2029-01-01", "", "", "", "=1+1", ""],
            [
                "领域甲",
                "举措甲",
                "任务甲",
                "事项丁",
                "徽城镇、徽城镇",
                "",
                "",
                "每月",
                "",
                "",
                "",
                "坏\x0b字".replace("\x0b", ""),
            ],
        ),
    )

    assert set(found) == {"B2", "E2", "G2", "D3", "F3", "H3", "I3", "J3", "D4", "G4", "K4", "E5"}
    assert "最接近的有：县发改委" in found["E2"]
    assert "这一天不存在" in found["G2"]
    assert "公式" in found["K4"]
    assert "列了两次" in found["E5"]


def test_an_alias_is_understood_and_dates_may_be_written_in_several_ways(call, draft, tasks_db):
    with tasks_db.transaction() as cur:
        cur.execute("UPDATE unit SET aliases = '{歙县发展和改革委员会}' WHERE name = '县发改委'")
    dates = ["2026年6月30日", "2026/6/30", "2026.06.30", "2026-6-30"]

    after = import_rows(
        call,
        draft,
        sheet_of(*([*LINE[:3], f"事项{n}", "歙县发展和改革委员会", "", date] for n, date in enumerate(dates))),
    )

    items = [row for row in after["rows"] if row["level"] == 4]
    assert {item["due_on"] for item in items} == {"2026-06-30"}
    assert {item["units"][0]["name"] for item in items} == {"县发改委"}


@pytest.mark.parametrize("written", ["县 发 改 委", "县发\u200b改委", "\ufeff县发改委\u00a0", "\u3000县发改委"])
def test_a_unit_is_understood_however_its_name_is_spaced(call, draft, written):
    after = import_rows(call, draft, sheet_of([*LINE[:4], written]))

    assert [unit["name"] for unit in after["rows"][3]["units"]] == ["县发改委"]


def test_more_complaints_than_anybody_reads_are_cut_off(call, draft):
    found = complaints(call, draft, sheet_of(*([*LINE[:4], f"无名{n}局"] for n in range(300))))

    assert len(found) == 200


def test_missing_headings_are_named(call, draft):
    found = complaints(call, draft, sheet_of(LINE, headings=["领域", "举措", *["?"] * 10]))

    assert "任务、事项、牵头单位" in found["A1"]


def test_level_names_of_the_checklist_are_headings(call, draft):
    names = ("checklist_id", "title", "year", "version")
    params = {name: draft[name] for name in names} | {"level_names": ["方面", "工程", "项目", "节点", "责任"]}
    call("save_checklist", params, as_="lead")
    _, content = export(call, draft)

    assert cells_of(content)[0][:4] == ("方面", "工程", "项目", "节点")
    assert without_versions(import_rows(call, draft, content)) == without_versions(draft)


def test_blank_formatted_rows_are_no_rows(call, draft):
    book = sheet_of(LINE)
    book.active["A400"].font = Font(bold=True)

    assert len(import_rows(call, draft, book)["rows"]) == 4


def test_an_issued_checklist_is_not_replaced(call, draft, tasks_db):
    with tasks_db.transaction() as cur:
        cur.execute("UPDATE checklist SET state = 'issued'")

    with pytest.raises(Invalid, match="has been issued"):
        import_rows(call, draft, sheet_of(LINE))


def a_csv():
    content = io.StringIO()
    csv.writer(content).writerows([HEADINGS, LINE])
    return content.getvalue()


def a_bomb():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(100_000_000))
    return content.getvalue()


def another_zip():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    return content.getvalue()


def truncated():
    return as_bytes(sheet_of(LINE))[:-300]


def broken_inside():
    source = zipfile.ZipFile(io.BytesIO(as_bytes(sheet_of(LINE))))
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in source.namelist():
            data = source.read(name)
            archive.writestr(name, data[: len(data) // 2] if "sheet1" in name else data)
    return content.getvalue()


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (bytes, "no rows"),
        (lambda: as_bytes(sheet_of()), "no rows"),
        (lambda: a_csv().encode(), "no Excel workbook"),
        (lambda: a_csv().encode("gb18030"), "no Excel workbook"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "old .xls"),
        (a_bomb, "too large"),
        (another_zip, "no Excel workbook"),
        (truncated, "damaged"),
        (broken_inside, "damaged"),
        (lambda: b"PK" + bytes(LARGEST_FILE), "too large"),
        (lambda: as_bytes(sheet_of(*([*LINE[:3], f"事项{n}"] for n in range(5001)))), "too large"),
    ],
    ids=["empty", "no rows", "csv", "gbk csv", "xls", "bomb", "docx", "truncated", "broken", "huge", "too many rows"],
)
def test_what_is_no_usable_workbook_is_refused_with_a_sentence(call, draft, make, sentence):
    with pytest.raises(Invalid, match=sentence):
        import_rows(call, draft, make())

    assert get(call, draft)["rows"] == draft["rows"]


def test_leadership_may_export_but_not_import(call, draft):
    with pytest.raises(Forbidden):
        call("rows_template", as_="leader")
    with pytest.raises(Forbidden):
        export(call, draft, as_="staff")


def cells_of(content):
    return list(load_workbook(io.BytesIO(content))["清单"].iter_rows(values_only=True))
