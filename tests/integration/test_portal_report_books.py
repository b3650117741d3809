"""A report as a workbook through the pages: out, filled in, back; shown before it is stored, and never by halves."""

import io

import pytest
from openpyxl import load_workbook

from services.portal.books import writing
from services.portal.books.layout import IDENTITY, SHEET
from tests.support.checklists import fetch
from tests.support.submissions import TODAY, a_check, a_round, by_code, known_before, open_round, state

APRIL = "2026-04"
PAPER = {"reason": "乡里停电，送来纸质报表", "paper_on": "2026-06-03"}


@pytest.fixture
def stats(house):
    service = house.services["stats"]
    service.today = lambda: TODAY
    return service


@pytest.fixture
def towns(house):
    return house.world.units["徽城镇"], house.world.units["深渡镇"]


@pytest.fixture
def made(house, stats, towns):
    made = a_round(stats.database, *towns)
    known_before(stats.database, made, towns[0], {APRIL: {"JOBS": "10", "LOANS": "1.5", "POSTS": "4"}})
    return made


def typed_in(database, made, unit_id):
    """What stands in the form, by code, without what is empty."""
    return {code: value for code, value in by_code(database, made, unit_id).items() if value}


def address(made, unit_id):
    return f"/submissions/{made.submissions[unit_id]}/workbook"


def taken(person, form):
    """The bytes of the workbook that a button gives."""
    person.send(form)
    assert person.status == 200
    return person.response.get_data()


def book_of(house, made, unit_id, *, who="staff"):
    person = house.sign_in(who).open(address(made, unit_id))
    return person, taken(person, person.form("/xlsx"))


def filled(content, *, column=6, sheet=SHEET, **typed):
    """The workbook with what somebody typed, by the code of the indicator."""
    book = load_workbook(io.BytesIO(content))
    codes = {row: str(book[sheet].cell(row, 2).value) for row in range(1, book[sheet].max_row + 1)}
    rows = {code.rstrip("0123456789"): row for row, code in codes.items()}
    for code, value in typed.items():
        book[sheet].cell(rows[code], column).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sent_back(person, made, unit_id, content):
    person.open(address(made, unit_id))
    return person.send(person.form("/workbook"), file=(io.BytesIO(content), "填报表.xlsx"))


def test_what_is_filled_in_is_shown_then_kept_and_not_submitted(house, made, stats, towns):
    staff, content = book_of(house, made, towns[0])

    sent_back(staff, made, towns[0], filled(content, JOBS=12, LOANS=30.5, POSTS=7))
    assert staff.status == 200
    assert "30.5" in staff.text
    assert typed_in(stats.database, made, towns[0]) == {}

    staff.send(staff.form("/save"))
    assert "已从填报表导入并保存，还没有提交" in staff.text
    assert typed_in(stats.database, made, towns[0]) == {"JOBS": "12", "LOANS": "30.5", "POSTS": "7"}
    assert state(stats.database, made, towns[0]) == "draft"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"JOBS": "3.2万"}, "32000"),
        ({"JOBS": "=1+1"}, "公式"),
        ({"JOBS": -1}, "负数"),
        ({"LOANS": 1.23456789}, "小数"),
        ({"JOBS": "NaN"}, "不是数字"),
        ({"JOBS": 1e30}, "太大"),
        ({"JOBS": True}, "是否值"),
    ],
)
def test_one_wrong_cell_is_told_by_its_place_and_nothing_is_kept(house, made, stats, towns, typed, says):
    staff, content = book_of(house, made, towns[0])

    sent_back(staff, made, towns[0], filled(content, **{"POSTS": 7, **typed}))

    assert staff.status == 422
    assert says in staff.text
    assert "单元格" in staff.text
    assert not [form for form in staff.forms if form.action.endswith("/save")]
    assert typed_in(stats.database, made, towns[0]) == {}


def test_what_a_colleague_typed_meanwhile_is_kept_beside_it(house, made, stats, towns):
    staff, content = book_of(house, made, towns[0])
    colleague = house.sign_in("head").open(f"/submissions/{made.submissions[towns[0]]}")
    form = next(form for form in colleague.forms if "definition" in dict(form.fields))
    colleague.send(form, do="save", **{f"v{made.indicators['POSTS']}": "9"})

    sent_back(staff, made, towns[0], filled(content, JOBS=12))
    staff.send(staff.form("/save"))

    assert typed_in(stats.database, made, towns[0]) == {"JOBS": "12", "POSTS": "9"}


def test_the_same_cell_from_two_people_is_shown_and_not_stored(house, made, stats, towns):
    staff, content = book_of(house, made, towns[0])
    colleague = house.sign_in("head").open(f"/submissions/{made.submissions[towns[0]]}")
    form = next(form for form in colleague.forms if "definition" in dict(form.fields))
    colleague.send(form, do="save", **{f"v{made.indicators['JOBS']}": "9"})

    sent_back(staff, made, towns[0], filled(content, JOBS=12))

    assert staff.status == 409
    assert "同事" in staff.text
    assert typed_in(stats.database, made, towns[0]) == {"JOBS": "9"}


def test_another_units_workbook_is_refused(house, made, stats, towns):
    """The lead bureau may look at any form and download it; no unit can send in another's."""
    lead, content = book_of(house, made, towns[1], who="lead")
    staff = house.sign_in("staff")

    sent_back(staff, made, towns[0], filled(content, JOBS=12))

    assert staff.status == 422
    assert "别的报表、单位或期次" in staff.text
    assert typed_in(stats.database, made, towns[1]) == {}
    assert not [form for form in lead.open(address(made, towns[1])).forms if form.action.endswith("/workbook")]


def test_a_page_of_the_preview_that_names_another_unit_changes_nothing(house, made, stats, towns):
    staff, content = book_of(house, made, towns[0])
    sent_back(staff, made, towns[0], filled(content, JOBS=12))
    form = staff.form("/save")
    other = dict(form.fields)["forms"].replace(
        f'"submission_id": {made.submissions[towns[0]]}', f'"submission_id": {made.submissions[towns[1]]}'
    )

    staff.send(form, forms=other)

    assert typed_in(stats.database, made, towns[1]) == {}


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"a,b\n1,2\n"])
def test_what_is_no_workbook_is_refused(house, made, towns, content):
    staff = house.sign_in("staff")

    sent_back(staff, made, towns[0], content)

    assert staff.status == 422
    assert "请" in staff.text


def test_a_workbook_with_another_identity_is_refused(house, made, towns):
    staff, content = book_of(house, made, towns[0])
    book = load_workbook(io.BytesIO(content))
    book[IDENTITY].cell(1, 1).value = "{}"
    out = io.BytesIO()
    book.save(out)

    sent_back(staff, made, towns[0], out.getvalue())

    assert staff.status == 422


def test_a_definition_that_changed_is_told(house, made, stats, towns):
    staff, content = book_of(house, made, towns[0])
    with stats.database.transaction() as cur:
        cur.execute("UPDATE indicator SET version = version + 1 WHERE code LIKE 'JOBS%'")

    sent_back(staff, made, towns[0], filled(content, JOBS=12))

    assert staff.status == 422
    assert "整个文件" in staff.text


def test_a_locked_form_can_be_downloaded_and_not_sent_in(house, made, stats, towns):
    staff = house.sign_in("staff").open(address(made, towns[0]))
    stats.today = lambda: TODAY.replace(year=2027)

    staff.open(address(made, towns[0]))

    assert "只能下载" in staff.text
    assert not [form for form in staff.forms if form.action.endswith("/workbook")]


def test_papers_of_many_units_are_entered_together_by_name(house, made, stats, towns):
    lead = house.sign_in("lead").open(f"/rounds/{made.round_id}/workbook")
    assert "其中 2 个还没有填任何数" in lead.text
    content = taken(lead, lead.form("/xlsx"))
    both = filled(
        filled(content, column=5, JOBS=1, LOANS=2, POSTS=3), column=6, JOBS=4, LOANS=5, POSTS="无数：没有开展"
    )

    lead.open(f"/rounds/{made.round_id}/workbook")
    lead.send(lead.form("/workbook"), file=(io.BytesIO(both), "汇总.xlsx"))
    lead.send(lead.form("/save"), **PAPER)

    assert "已代录 2 个单位" in lead.text
    assert [state(stats.database, made, town) for town in towns] == ["at_lead", "at_lead"]
    named = fetch(stats.database, "SELECT proxy_reason, proxy_paper_on::text, proxy_by FROM submission ORDER BY id")
    assert {tuple(row)[:2] for row in named} == {(PAPER["reason"], PAPER["paper_on"])}


def test_papers_of_which_one_is_incomplete_are_not_entered_at_all(house, made, stats, towns):
    a_check(stats.database, made, "JOBS ≤ POSTS", strictness="hard")
    lead = house.sign_in("lead").open(f"/rounds/{made.round_id}/workbook")
    content = taken(lead, lead.form("/xlsx"))
    both = filled(filled(content, column=5, JOBS=1, LOANS=2, POSTS=3), column=6, JOBS=4, LOANS=5, POSTS=3)

    lead.open(f"/rounds/{made.round_id}/workbook")
    lead.send(lead.form("/workbook"), file=(io.BytesIO(both), "汇总.xlsx"))
    assert "校验没有通过" in lead.text
    lead.send(lead.form("/save"), **PAPER)

    assert lead.status == 422
    assert [state(stats.database, made, town) for town in towns] == ["open", "open"]


def test_what_a_soft_check_doubts_is_explained_unit_by_unit_before_the_papers_are_entered(house, made, stats, towns):
    soft = a_check(stats.database, made, "JOBS ≤ POSTS", sentence="岗位少了")
    lead = house.sign_in("lead").open(f"/rounds/{made.round_id}/workbook")
    content = taken(lead, lead.form("/xlsx"))
    both = filled(filled(content, column=5, JOBS=1, LOANS=2, POSTS=3), column=6, JOBS=4, LOANS=5, POSTS=3)
    lead.open(f"/rounds/{made.round_id}/workbook")
    lead.send(lead.form("/workbook"), file=(io.BytesIO(both), "汇总.xlsx"))

    lead.send(lead.form("/save"), **PAPER)
    assert (lead.status, "岗位少了" in lead.text) == (422, True)
    lead.send(lead.form("/save"), **PAPER, **{f"x{made.submissions[towns[1]]}-{soft}": "园区新设"})

    assert "已代录 2 个单位" in lead.text
    assert fetch(stats.database, "SELECT text FROM explanation") == [("园区新设",)]


@pytest.mark.parametrize("paper", [{"reason": ""}, {"paper_on": ""}, {"paper_on": "六月三日"}])
def test_a_mistake_beside_the_papers_costs_nothing_typed(house, made, stats, towns, paper):
    lead = house.sign_in("lead").open(f"/rounds/{made.round_id}/workbook")
    content = filled(taken(lead, lead.form("/xlsx")), column=5, JOBS=1, LOANS=2, POSTS=3)
    lead.open(f"/rounds/{made.round_id}/workbook")
    lead.send(lead.form("/workbook"), file=(io.BytesIO(content), "汇总.xlsx"))

    lead.send(lead.form("/save"), **(PAPER | paper))
    assert lead.status == 422
    assert (PAPER | paper)["reason"] in lead.text
    lead.send(lead.form("/save"), **PAPER)

    assert "已代录 1 个单位" in lead.text


def test_a_unit_that_typed_something_has_no_column_and_cannot_be_entered(house, made, stats, towns):
    lead = house.sign_in("lead").open(f"/rounds/{made.round_id}/workbook")
    content = taken(lead, lead.form("/xlsx"))
    staff = house.sign_in("staff").open(f"/submissions/{made.submissions[towns[0]]}")
    form = next(form for form in staff.forms if "definition" in dict(form.fields))
    staff.send(form, do="save", **{f"v{made.indicators['JOBS']}": "9"})

    lead.open(f"/rounds/{made.round_id}/workbook")
    assert "其中 1 个还没有填任何数" in lead.text
    lead.send(lead.form("/workbook"), file=(io.BytesIO(filled(content, column=5, JOBS=1)), "汇总.xlsx"))

    assert lead.status == 422
    assert "徽城镇已经有填报的内容，不能再代录" in lead.text
    assert typed_in(stats.database, made, towns[0]) == {"JOBS": "9"}


def test_a_workbook_of_another_round_is_refused(house, made, stats, towns):
    lead = house.sign_in("lead").open(f"/rounds/{made.round_id}/workbook")
    content = taken(lead, lead.form("/xlsx"))
    other = open_round(stats.database, made, towns, period=APRIL)

    lead.open(f"/rounds/{other.round_id}/workbook")
    lead.send(lead.form("/workbook"), file=(io.BytesIO(filled(content, column=5, JOBS=1)), "汇总.xlsx"))

    assert lead.status == 422
    assert "别的报表、单位或期次" in lead.text


def test_only_the_lead_bureau_collects_papers(house, made):
    assert house.sign_in("staff").open(f"/rounds/{made.round_id}/workbook").status == 403


def test_the_sheet_has_the_hard_checks(house, made, stats, towns):
    a_check(stats.database, made, "JOBS ≤ POSTS", strictness="hard")

    _staff, content = book_of(house, made, towns[0])

    validations = load_workbook(io.BytesIO(content))[SHEET].data_validations.dataValidation
    assert any("<=" in str(one.formula1) for one in validations)
    assert writing.SHEET in load_workbook(io.BytesIO(content)).sheetnames
