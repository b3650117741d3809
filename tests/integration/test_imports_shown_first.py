"""An import of units or rows shows all that it would change, stores exactly that, and leaves the rest alone."""

import io

import pytest
from openpyxl import Workbook

from services.tasks.directory.unit_changes import MOST_SHOWN
from shared.errors import Conflict, Invalid
from tests.support.tasks import ALL_TOWNSHIPS, UNITS, a_draft, save_row

WITHOUT_OPTIONAL = "编码,名称,类别\n341021100,徽城大镇,乡镇\n341021101,深渡镇,乡镇\n341021102,北岸镇,乡镇\n"
WITH_EMPTY_CELLS = "编码,名称,类别,上级编码,别名\n341021100,徽城镇,乡镇,,\n341021101,深渡镇,乡镇,341021,\n"
HEADINGS = (
    *("领域", "举措", "任务", "事项", "牵头单位", "配合单位", "完成时限", "周期"),
    *("每期截止日", "审核", "验收标准", "说明"),
)


@pytest.fixture
def directory(call):
    """The units of the world by code, where 徽城镇 has other names."""
    unit = by_code(call)["341021100"]
    call("save_unit", unit | {"aliases": ["徽城镇人民政府", "徽城"]}, as_="admin")
    return by_code(call)


def by_code(call):
    return {unit["code"]: unit for unit in call("list_units", as_="admin")["units"]}


def uploaded(call, csv):
    return {"file_id": call.upload("units.csv", csv.encode(), as_="admin")}


def without_version(unit):
    return {name: value for name, value in unit.items() if name != "version"}


def test_a_column_that_is_not_there_leaves_the_field_as_it_is(call, directory):
    call("import_units", uploaded(call, WITHOUT_OPTIONAL), as_="admin")

    after = by_code(call)
    assert without_version(after["341021100"]) == without_version(directory["341021100"]) | {"name": "徽城大镇"}
    assert after["341021101"] == directory["341021101"]
    assert (after["341021102"]["parent_id"], after["341021102"]["aliases"]) == (None, [])


def test_an_empty_cell_empties_the_field(call, directory):
    call("import_units", uploaded(call, WITH_EMPTY_CELLS), as_="admin")

    after = by_code(call)["341021100"]
    assert (after["parent_id"], after["aliases"]) == (None, [])


def test_the_preview_names_every_change_and_stores_none(call, directory):
    csv = "编码,名称,类别,上级编码,备注,别名\n341021100,徽城大镇,部门,,甲,徽城\n341021102,北岸镇,乡镇,341021,,\n"
    csv += "341021213,石门乡,乡镇,341021,,\n"

    found = call("preview_units", uploaded(call, csv), as_="admin")

    assert found["changed_units"] == [
        {
            "code": "341021100",
            "name": "徽城镇",
            "differences": [
                {"field": "name", "before": ["徽城镇"], "after": ["徽城大镇"]},
                {"field": "kind", "before": ["township"], "after": ["department"]},
                {"field": "parent_code", "before": ["歙县（341021）"], "after": []},
                {"field": "aliases", "before": ["徽城镇人民政府", "徽城"], "after": ["徽城"]},
            ],
        }
    ]
    assert found["new_units"] == [
        {"code": "341021102", "name": "北岸镇", "kind": "township", "above": ["歙县（341021）"]}
    ]
    counts = ("created", "changed", "unchanged", "moved", "losing_aliases")
    assert [found[name] for name in counts] == [1, 1, 1, 1, 1]
    assert (found["absent_columns"], found["ignored_columns"]) == ([], ["备注"])
    assert by_code(call) == directory


def test_many_changes_are_counted_all_and_shown_at_most(call, directory):
    lines = [f"9{n:04},单位{n},村,341021100" for n in range(MOST_SHOWN + 50)]
    csv = "\n".join(["编码,名称,类别,上级编码", *lines]) + "\n"

    found = call("preview_units", uploaded(call, csv), as_="admin")
    assert (found["created"], len(found["new_units"])) == (MOST_SHOWN + 50, MOST_SHOWN)

    call("import_units", uploaded(call, csv), as_="admin")
    moved = csv.replace("341021100", "341021101").replace("村,341021101", "村,341021100", 1)
    found = call("preview_units", uploaded(call, moved), as_="admin")

    assert (found["changed"], found["moved"], len(found["changed_units"])) == (349, 349, MOST_SHOWN)


def test_what_moves_or_loses_names_is_shown_first(call, directory):
    csv = "编码,名称,类别,上级编码\n341021101,深渡古镇,乡镇,341021\n341021100,徽城镇,乡镇,\n"

    found = call("preview_units", uploaded(call, csv), as_="admin")

    assert [unit["code"] for unit in found["changed_units"]] == ["341021100", "341021101"]


def test_what_was_seen_is_stored_and_anything_else_is_shown_again(call, directory):
    file = uploaded(call, WITHOUT_OPTIONAL)
    seen = call("preview_units", file, as_="admin")["fingerprint"]
    call("save_unit", directory["341021100"] | {"kind": "department"}, as_="admin")

    with pytest.raises(Conflict) as conflict:
        call("import_units", file | {"seen": seen}, as_="admin")

    current = conflict.value.details["current"]
    assert [one["field"] for one in current["changed_units"][0]["differences"]] == ["name", "kind"]
    assert by_code(call)["341021100"]["name"] == "徽城镇"
    assert call("import_units", file | {"seen": current["fingerprint"]}, as_="admin") == {"created": 1, "changed": 1}


def test_a_change_of_something_else_meanwhile_does_not_matter(call, directory):
    file = uploaded(call, WITHOUT_OPTIONAL)
    seen = call("preview_units", file, as_="admin")["fingerprint"]
    call("save_unit", directory["341021213"] | {"aliases": ["石门"]}, as_="admin")

    assert call("import_units", file | {"seen": seen}, as_="admin")["created"] == 1


def test_an_other_name_that_means_somebody_else_is_refused(call):
    csv = "code,name,kind,parent_code,aliases\n999,新镇,township,341021,深渡 镇\n"

    for operation in ("preview_units", "import_units"):
        with pytest.raises(Invalid) as refusal:
            call(operation, uploaded(call, csv), as_="admin")
        ((line, column),) = [(row["line"], row["column"]) for row in refusal.value.details["rows"]]
        assert (line, column) == (2, "aliases")


def test_a_unit_is_not_put_below_one_that_is_switched_off(call, tasks_db):
    with tasks_db.transaction() as cur:
        cur.execute("UPDATE unit SET is_active = false WHERE name = '石门乡'")

    with pytest.raises(Invalid, match="nothing was imported"):
        call("import_units", uploaded(call, "编码,名称,类别,上级编码\n1,新村,村,341021213\n"), as_="admin")


def test_the_page_shows_the_changes_and_one_button_stores_them(visit, call, directory):
    person = visit("admin").open("/units/import")
    person.send(person.form("/units/import"), file=(io.BytesIO(WITHOUT_OPTIONAL.encode()), "units.csv"))

    assert "1 个新增" in person.text
    assert "徽城大镇" in person.text
    assert "别名" in person.text
    assert by_code(call) == directory

    person.send(person.form("/confirm"))
    assert "新增 1 个单位，更新 1 个" in person.text
    assert by_code(call)["341021100"]["aliases"] == ["徽城镇人民政府", "徽城"]


def test_the_page_warns_of_units_that_move_or_lose_names(visit, directory):
    person = visit("admin").open("/units/import")

    person.send(person.form("/units/import"), file=(io.BytesIO(WITH_EMPTY_CELLS.encode()), "units.csv"))

    assert "1 个单位会换到另一个上级下面" in person.text
    assert "1 个单位会失去别名" in person.text
    assert "上级单位：歙县（341021） → （没有）" in person.text


def test_the_page_shows_the_changes_again_when_they_have_changed(visit, call, directory):
    person = visit("admin").open("/units/import")
    person.send(person.form("/units/import"), file=(io.BytesIO(WITHOUT_OPTIONAL.encode()), "units.csv"))
    call("save_unit", directory["341021100"] | {"kind": "department"}, as_="admin")

    person.send(person.form("/confirm"))

    assert person.status == 409
    assert "单位名录又有变化" in person.text
    person.send(person.form("/confirm"))
    assert by_code(call)["341021100"]["name"] == "徽城大镇"


def test_a_file_that_changes_nothing_has_no_button(visit, directory):
    person = visit("admin").open("/units/import")

    person.send(person.form("/units/import"), file=(io.BytesIO("编码,名称,类别\n341021,歙县,县\n".encode()), "u.csv"))

    assert "完全一样" in person.text
    assert not [form for form in person.forms if form.action.endswith("/confirm")]


def a_book(*lines):
    book = Workbook()
    book.active.title = "清单"
    for line in (HEADINGS, *lines):
        book.active.append(line)
    return book


def as_file(book):
    book.save(content := io.BytesIO())
    return content.getvalue()


def sent(call, draft, book, **more):
    """The parameters of an import of the book."""
    file_id = call.upload("rows.xlsx", as_file(book), as_="lead")
    return {"file_id": file_id, "checklist_id": draft["checklist_id"], **more}


@pytest.fixture
def draft(call):
    """Two items of one task; the first has everything that a sheet can empty."""
    made = a_draft(call, items=2)
    save_row(call, made["rows"][3], acceptance_rule="有台账", body="见附件")
    return call("get_checklist", {"checklist_id": made["checklist_id"]}, as_="lead")


KEPT = ("拓展就业岗位", "促进返乡创业", "建设创业园")


def test_the_preview_of_a_sheet_counts_what_stays_changes_and_goes(call, draft):
    book = a_book((*KEPT, "事项1", "县发改委", None, "2026-06-30"), (*KEPT, "新事项", None, ALL_TOWNSHIPS))

    found = call("preview_rows", sent(call, draft, book), as_="lead")

    counts = ("rows_now", "rows_after", "added", "deleted", "changed", "losing")
    assert [found[name] for name in counts] == [5, 5, 1, 1, 1, 1]
    assert found["deleted_rows"] == [{"number": "1.1.1.2", "title": "事项2"}]
    assert found["changed_rows"] == [
        {
            "number": "1.1.1.1",
            "title": "事项1",
            "changed": ["acceptance_rule", "body", "units"],
            "emptied": ["acceptance_rule", "body"],
        }
    ]
    assert call("get_checklist", {"checklist_id": draft["checklist_id"]}, as_="lead") == draft


def test_an_export_that_comes_back_changes_nothing(call, draft):
    file_id = call("export_rows", {"checklist_id": draft["checklist_id"]}, as_="lead")["file_id"]

    found = call("preview_rows", {"file_id": file_id, "checklist_id": draft["checklist_id"]}, as_="lead")

    assert (found["added"], found["changed"], found["deleted"]) == (0, 0, 0)


def test_rows_that_were_seen_are_stored_and_a_draft_that_changed_is_shown_again(call, draft):
    params = sent(call, draft, a_book((*KEPT, "事项1")))
    seen = call("preview_rows", params, as_="lead")["fingerprint"]
    save_row(call, draft["rows"][4], body="同事刚写的")

    with pytest.raises(Conflict) as conflict:
        call("import_rows", params | {"seen": seen}, as_="lead")

    assert len(call("get_checklist", {"checklist_id": draft["checklist_id"]}, as_="lead")["rows"]) == 5
    again = conflict.value.details["current"]["fingerprint"]
    assert call("import_rows", params | {"seen": again}, as_="lead") == {"rows": 4}


def test_a_sheet_for_an_issued_checklist_is_not_even_previewed(call, draft, tasks_db):
    with tasks_db.transaction() as cur:
        cur.execute("UPDATE checklist SET state = 'issued'")

    with pytest.raises(Invalid, match="has been issued"):
        call("preview_rows", sent(call, draft, a_book((*KEPT, "事项1"))), as_="lead")


def test_a_title_that_was_kept_with_unseen_signs_is_the_same_row(call, draft, tasks_db):
    with tasks_db.transaction() as cur:
        cur.execute("UPDATE checklist_row SET title = '建设\u200b创业\u3000园' WHERE level = 3")

    found = call("preview_rows", sent(call, draft, a_book((*KEPT[:2], "建设创业 园", "事项1"))), as_="lead")

    assert (found["added"], found["deleted"]) == (0, 1)


def hide_row(sheet):
    sheet.row_dimensions[3].hidden = True


def hide_column(sheet):
    sheet.column_dimensions.group("K", "L", hidden=True)


def hide_sheet(sheet):
    sheet.parent.create_sheet("别的")
    sheet.sheet_state = "hidden"


@pytest.mark.parametrize(
    ("hide", "said", "said_in_english"),
    [
        (hide_row, "第 3 行", "rows 3"),
        (hide_column, "K 列", "columns K"),
        (hide_sheet, "整张工作表", "the whole sheet"),
    ],
)
def test_what_is_hidden_in_a_sheet_is_named_and_read_only_when_it_is_meant(call, draft, hide, said, said_in_english):
    book = a_book((*KEPT, "事项1", *[None] * 6, "有台账"), (*KEPT, "事项2"))
    hide(book.active)
    params = sent(call, draft, book)

    for operation in ("preview_rows", "import_rows"):
        with pytest.raises(Invalid) as refusal:
            call(operation, params, as_="lead")
        assert said in refusal.value.text.zh
        assert said_in_english in refusal.value.text.en
        assert refusal.value.details["is_hidden"] is True

    assert call("import_rows", params | {"with_hidden_rows": True}, as_="lead") == {"rows": 5}


def test_ranges_of_hidden_rows_are_put_together(call, draft):
    book = a_book(*((*KEPT, f"事项{n}") for n in range(1, 12)))
    for number in (5, 6, 7, 8, 12):
        book.active.row_dimensions[number].hidden = True

    with pytest.raises(Invalid, match="rows 5–8, 12") as refusal:
        call("preview_rows", sent(call, draft, book), as_="lead")

    assert "第 5–8、12 行" in refusal.value.text.zh


def test_a_blank_row_or_column_that_is_hidden_hides_nothing(call, draft):
    book = a_book((*KEPT, "事项1"))
    book.active.row_dimensions[9].hidden = True
    book.active.column_dimensions["L"].hidden = True

    assert call("preview_rows", sent(call, draft, book), as_="lead")["deleted"] == 1


def test_the_page_offers_to_read_what_is_hidden_without_sending_the_file_again(visit, call, draft):
    book = a_book((*KEPT, "事项1"), (*KEPT, "事项3"))
    hide_row(book.active)
    person = visit("lead").open(f"/checklists/{draft['checklist_id']}/sheet")
    upload = [form for form in person.forms if (form.action or person.path).endswith("/sheet")][-1]

    person.send(upload, file=(io.BytesIO(as_file(book)), "rows.xlsx"))
    assert person.status == 422
    assert "第 3 行" in person.text

    asked = next(form for form in person.forms if ("with_hidden_rows", "1") in form.fields)
    person.send(asked)
    assert "隐藏的行和列也已读取" in person.text
    assert "1 行新增" in person.text
    assert "1 行删除" in person.text

    person.send(person.form("/confirm"))
    after = call("get_checklist", {"checklist_id": draft["checklist_id"]}, as_="lead")
    assert [row["title"] for row in after["rows"]][3:] == ["事项1", "事项3"]


def test_the_page_shows_a_sheet_again_when_the_draft_has_changed(visit, call, draft):
    person = visit("lead").open(f"/checklists/{draft['checklist_id']}/sheet")
    upload = [form for form in person.forms if (form.action or person.path).endswith("/sheet")][-1]
    person.send(upload, file=(io.BytesIO(as_file(a_book((*KEPT, "事项1")))), "rows.xlsx"))
    save_row(call, draft["rows"][4], body="同事刚写的")

    person.send(person.form("/confirm"))

    assert person.status == 409
    assert "草稿或单位名录又有变化" in person.text
    assert "不能恢复" in person.text


@pytest.mark.parametrize("left_out", ["due_on", "body", "recurrence", "due_day", "review_rule", "acceptance_rule"])
def test_a_parameter_that_is_left_out_leaves_a_row_as_it_is(call, draft, left_out):
    row = draft["rows"][3]
    if left_out in ("recurrence", "due_day"):
        row = save_row(call, row, due_on=None, recurrence="monthly", due_day=25)
    row = save_row(call, row, review_rule="all")

    def without(operation, params, as_):
        return call(operation, {name: value for name, value in params.items() if name != left_out}, as_=as_)

    saved = save_row(without, row, title="另一个标题")

    assert saved[left_out] == row[left_out]
    assert saved["title"] == "另一个标题"


def test_a_unit_stays_where_it_is_unless_told_otherwise(call, world):
    unit = by_code(call)["341021100"]
    params = {name: value for name, value in unit.items() if name != "parent_id"}

    kept = call("save_unit", params, as_="admin")
    moved = call("save_unit", params | {"parent_id": None, "version": kept["version"]}, as_="admin")

    assert (kept["parent_id"], moved["parent_id"]) == (world.units["歙县"], None)


def test_the_world_has_what_these_tests_lean_on():
    assert UNITS["徽城镇"] == ("341021100", "township", "歙县")
