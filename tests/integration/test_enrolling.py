"""Many accounts from a file: read, shown, stored at once, and their first passwords told once."""

import io
import json
from difflib import get_close_matches
from typing import Any
from uuid import uuid4

import openpyxl
import pytest

from services.portal.list_writing import write_form
from services.portal.views.enrolling import EXAMPLES, HEADINGS
from services.tasks.enrolling.lines import MOST_COMPLAINTS, Known, read_people
from services.tasks.sheets import nearest
from shared.errors import Conflict, Invalid
from tests.support.checklists import fetch, run
from tests.support.house import House
from tests.support.tasks import Caller

TWO = [
    ("beian", "北岸镇张三", "填报员", "深渡镇", "填报员"),
    ("li.si", "李四", "副镇长", "341021101", "填报员、分管领导"),
]


def csv_of(*lines: tuple[str, ...], headings: tuple[str, ...] = HEADINGS) -> bytes:
    return "\n".join(",".join(line) for line in (headings, *lines)).encode("utf-8-sig")


def preview(call: Caller, content: bytes, name: str = "people.csv") -> tuple[str, dict[str, Any]]:
    file_id = call.upload(name, content, as_="admin")
    return file_id, call("preview_people", {"file_id": file_id}, as_="admin")


def taken_over(call: Caller, *lines: tuple[str, ...]) -> dict[str, Any]:
    file_id, found = preview(call, csv_of(*lines))
    return call("import_people", {"file_id": file_id, "seen": found["fingerprint"]}, as_="admin")


def complaints(call: Caller, content: bytes) -> dict[tuple[int, str], str]:
    with pytest.raises(Invalid) as refused:
        preview(call, content)
    return {(row["line"], row["column"]): row["text"]["zh"] for row in refused.value.details["rows"]}


def test_new_people_can_sign_in_with_the_passwords_of_the_sheet_and_must_change_them(call):
    answer = taken_over(call, *TWO)

    assert (answer["created"], answer["changed"]) == (2, 0)
    assert [(one["sign_in_name"], one["unit"]) for one in answer["passwords"]] == [
        ("beian", "深渡镇"),
        ("li.si", "深渡镇"),
    ]
    assert len({one["password"] for one in answer["passwords"]}) == 2
    for one in answer["passwords"]:
        person = call("sign_in", {"name": one["sign_in_name"], "password": one["password"]})
        assert person["must_change_password"]
    assert person["roles"] == ["unit_staff", "unit_head"]


def test_a_workbook_says_the_same_as_a_csv_file(call):
    sheet = write_form("人员", HEADINGS, TWO)

    _, of_csv = preview(call, csv_of(*TWO))
    _, of_sheet = preview(call, sheet, "people.xlsx")

    assert of_sheet == of_csv
    assert of_sheet["new_people"][0]["unit"] == "深渡镇"


def test_the_template_can_be_read_back(call):
    _, found = preview(call, write_form("人员", HEADINGS, EXAMPLES[1:]), "template.xlsx")

    assert found["new_people"][0]["roles"] == ["unit_staff", "unit_head"]


def test_known_people_are_changed_and_keep_their_passwords(call):
    answer = taken_over(call, ("staff", "徽城镇填报员", "党政办主任", "徽城镇", "填报员、分管领导"))

    assert (answer["created"], answer["changed"], answer["passwords"]) == (0, 1, [])
    person = call("sign_in", {"name": "staff", "password": call.world.password})
    assert (person["post"], person["roles"]) == ("党政办主任", ["unit_staff", "unit_head"])


def test_a_repeated_import_tells_no_password_again_and_they_lie_nowhere(call, tasks_db):
    file_id, found = preview(call, csv_of(*TWO))
    params, command_id = {"file_id": file_id, "seen": found["fingerprint"]}, uuid4()
    first = call("import_people", params, as_="admin", command_id=command_id)

    again = call("import_people", params, as_="admin", command_id=command_id)

    assert again == first | {"passwords": None}
    tables = fetch(
        tasks_db, "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    held = "".join(str(fetch(tasks_db, f'SELECT t::text FROM "{table.relname}" AS t')) for table in tables)
    assert not any(one["password"] in held for one in first["passwords"])


def test_a_lost_sheet_is_made_anew_for_those_who_have_no_own_password_yet(call, tasks_db):
    first = taken_over(call, *TWO)
    run(tasks_db, "UPDATE person SET must_change_password = false WHERE sign_in_name = 'beian'")

    renewed = call("renew_passwords", {"sign_in_names": first["sign_in_names"]}, as_="admin")

    assert renewed["sign_in_names"] == ["li.si"]
    assert call("sign_in", {"name": "li.si", "password": renewed["passwords"][0]["password"]})
    assert call("sign_in", {"name": "beian", "password": first["passwords"][0]["password"]})


def test_everything_that_is_wrong_is_said_by_line_and_column(call):
    wrong = complaints(
        call,
        csv_of(
            ("a", "甲", "填报员", "徽城镇", "填报员"),
            ("ok1", "", "填报员", "徽城", "填报"),
            ("twice", "乙", "填报员", "徽城镇", "填报员"),
            ("twice", "丙", "填报员", "徽城镇", "填报员"),
            ("ok2", "丁", "填报员", "徽城镇", "系统管理员、审计员"),
        ),
    )

    assert set(wrong) == {
        (2, "sign_in_name"),
        (3, "display_name"),
        (3, "unit_id"),
        (3, "roles"),
        (4, "sign_in_name"),
        (5, "sign_in_name"),
        (6, "roles"),
    }
    assert "徽城镇" in wrong[3, "unit_id"]
    assert "填报员、分管领导" in wrong[3, "roles"]


def test_the_last_administrator_stays_one(call):
    wrong = complaints(call, csv_of(("admin", "歙县系统管理员", "系统管理员", "歙县", "审计员")))

    assert "最后一个" in wrong[2, "roles"]


def test_a_unit_that_is_switched_off_takes_nobody_new_and_keeps_whom_it_has(call, tasks_db):
    run(tasks_db, "UPDATE unit SET is_active = false WHERE name = '徽城镇'")

    assert set(complaints(call, csv_of(("neu", "甲", "填报员", "徽城镇", "填报员")))) == {(2, "unit_id")}
    _, found = preview(call, csv_of(("staff", "徽城镇填报员", "主任", "徽城镇", "填报员")))
    assert [one["field"] for one in found["changed_people"][0]["differences"]] == ["post"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "没有可导入的行"),
        ("登录名,姓名\nneu,甲".encode(), "第1行没有这些列：岗位、单位、角色"),
        (b"\xff\xfe\x00", "读不出这个文件"),
        (b"PK\x03\x04 no archive", "文件已损坏"),
        (csv_of(*[(f"p{n}", "甲", "岗", "徽城镇", "填报员") for n in range(1001)]), "一次最多导入1000人"),
    ],
)
def test_what_is_no_list_of_people_is_refused_in_words(call, content, said):
    with pytest.raises(Invalid) as refused:
        preview(call, content)

    assert said in refused.value.text.zh


def test_a_formula_and_a_hidden_row_are_refused(call):
    book = openpyxl.load_workbook(io.BytesIO(write_form("人员", HEADINGS, TWO)))
    book.worksheets[0].row_dimensions[3].hidden = True
    with pytest.raises(Invalid, match="hidden"):
        preview(call, saved(book), "people.xlsx")

    book.worksheets[0].row_dimensions[3].hidden = False
    book.worksheets[0]["B2"] = "=1+1"
    with pytest.raises(Invalid, match="B2 is a formula"):
        preview(call, saved(book), "people.xlsx")


def saved(book: openpyxl.Workbook) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_what_somebody_changed_meanwhile_is_shown_before_anything_is_stored(call):
    file_id, found = preview(call, csv_of(("staff", "徽城镇填报员", "主任", "徽城镇", "填报员")))
    taken_over(call, ("staff", "徽城镇填报员", "党政办主任", "徽城镇", "填报员"))

    with pytest.raises(Conflict) as refused:
        call("import_people", {"file_id": file_id, "seen": found["fingerprint"]}, as_="admin")

    difference = refused.value.details["current"]["changed_people"][0]["differences"][0]
    assert difference == {"field": "post", "before": ["党政办主任"], "after": ["主任"]}


def test_each_account_is_on_record_and_announced(call, tasks_db):
    taken_over(call, *TWO)

    log = call("list_audit", {"kind": "people"}, as_="auditor")["entries"]
    assert [(entry["action"], entry["subject"]) for entry in log] == [
        ("people.imported", "people.csv"),
        ("person.saved", "li.si"),
        ("person.saved", "beian"),
    ]
    assert len(fetch(tasks_db, "SELECT FROM outbox WHERE type LIKE 'person.changed%%'")) == 2


def test_the_administrator_imports_people_and_takes_the_sheet_away(house: House):
    admin = house.sign_in("admin").open("/people/import")
    admin.send(admin.form("/template"))
    assert admin.response is not None
    template = openpyxl.load_workbook(io.BytesIO(admin.response.get_data())).worksheets[0]
    assert tuple(cell.value for cell in template[1]) == HEADINGS

    admin.open("/people/import")
    admin.send(admin.form("/people/import"), file=(io.BytesIO(csv_of(*TWO)), "people.csv"))
    assert "2 个新增" in admin.text
    admin.send(admin.form("/confirm"))
    told = json.loads(admin.form("/slips").value("told"))
    assert all(one["password"] in admin.text for one in told)

    admin.send(admin.form("/slips"))
    sheet = openpyxl.load_workbook(io.BytesIO(admin.response.get_data())).worksheets[0]
    assert [row[4].value for row in sheet.iter_rows(min_row=4)] == [one["password"] for one in told]


def test_a_unit_that_is_switched_off_is_no_hint(call, tasks_db):
    run(tasks_db, "UPDATE unit SET is_active = false WHERE name = '石门乡'")

    found = complaints(call, csv_of(("shimen2", "石门乡李四", "填报员", "石门乡", "填报员")))

    assert "最接近的有" not in found[2, "unit_id"]


def test_a_hint_costs_little_however_many_units_there_are_and_however_many_lines_are_wrong(monkeypatch):
    compared = []

    def counting(word, possibilities, **limits):
        compared.append(len(possibilities))
        return get_close_matches(word, possibilities, **limits)

    monkeypatch.setattr(nearest, "get_close_matches", counting)
    names = {f"{n}号镇": n for n in range(5000)}
    known = Known({}, names, {n: name for name, n in names.items()})
    lines = [(f"p{n}", "张三", "填报员", f"{n}号鎮", "填报员") for n in range(500)]

    with pytest.raises(Invalid) as refusal:
        read_people(csv_of(*lines), known)

    assert "最接近的有：77号镇" in refusal.value.details["rows"][77]["text"]["zh"]
    assert sum(compared) <= nearest.MOST_COMPARED * MOST_COMPLAINTS
