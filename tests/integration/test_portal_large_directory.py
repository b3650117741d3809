"""Pages of a directory that no page can list: searched, a page at a time, and nothing typed is lost on the way."""

import datetime as dt
import re

import pytest
from flask import Flask

from services.portal import directory
from shared.delivery.inprocess import InProcess
from tests.support.checklists import add_row, draft, fetch, group, run
from tests.support.country import TOWNSHIPS, unit_called
from tests.support.duties import issued, today
from tests.support.pages import Person
from tests.support.portal import pages_before
from tests.support.tasks import TO_BE_FILLED, Caller, a_draft

__all__ = ["today"]

SIZE_LIMIT = 60 * 1024


@pytest.fixture
def portal(country: Caller, portal_db) -> Flask:
    return pages_before(InProcess({"tasks": country.service}), portal_db)


@pytest.fixture
def visit(portal, world):
    return lambda name: Person(portal).sign_in(name, world.password)


def size(person: Person) -> int:
    return len(person.response.data)


def ticked(form, name: str = "units") -> set[str]:
    return {value for field, value in form.fields if field == name}


def search(person: Person, form, text: str, **typed) -> Person:
    """Press the button that searches units, with everything else as it stands or is typed over."""
    return person.send(form, search="1", find=text, **typed)


def value_of(reading, name: str) -> str:
    return f"unit:{unit_called(reading, name).id}"


def test_the_list_of_units_is_searched_and_paged_in_its_address(visit):
    person = visit("admin").open("/units?q=号镇&page=2")

    assert size(person) < SIZE_LIMIT
    assert f"{TOWNSHIPS} 个" in person.text
    assert "第 2 页，共 828 页" in person.text
    assert re.search(r'href="/units\?page=3&amp;q=[^"]+"', person.response.text)
    assert '<input type="search" id="q" name="q" maxlength="60" value="号镇"' in person.response.text
    assert "77号镇人民政府" in person.open("/units?q=77号镇&kind=township&state=active").text
    assert "没有找到符合的单位" in person.open("/units?q=没有的单位").text
    assert "没有找到符合的单位" in person.open("/units?state=closed").text


def test_the_list_of_people_is_searched_and_paged_in_its_address(visit, reading, world):
    run(
        reading,
        """
        INSERT INTO person (sign_in_name, display_name, post, unit_id, roles, password_hash)
        SELECT 'p' || id, name || '填报员', '填报员', id, '{unit_staff}', '' FROM unit WHERE kind = 'township'
        """,
    )

    person = visit("admin").open("/people?q=号镇&role=unit_staff")

    assert size(person) < SIZE_LIMIT
    assert f"{TOWNSHIPS} 人" in person.text
    assert re.search(r'href="/people\?page=2&amp;role=unit_staff&amp;q=[^"]+"', person.response.text)
    township = unit_called(reading, "77号镇人民政府")
    person.open(f"/people?unit={township.id}")
    assert "77号镇人民政府：人员 1 人" in person.text


def test_a_person_gets_a_unit_that_was_searched_for_and_keeps_what_was_typed(visit, reading):
    person = visit("admin").open("/people/new")
    assert size(person) < SIZE_LIMIT
    typed = {"sign_in_name": "new", "display_name": "新人", "post": "填报员", "roles": "unit_staff", "is_active": "y"}
    command_id = person.form("/people/new").value("command_id")

    search(person, person.form("/people/new"), "77号镇", **typed)

    assert person.status == 200
    assert "找到 413 个，列出前 50 个" in person.text
    form = person.form("/people/new")
    assert form.value("unit_id") == ""
    assert "（请选择）" in person.text
    assert {name: form.value(name) for name in typed} == typed
    assert form.value("command_id") == command_id
    unit_id = str(unit_called(reading, "77号镇人民政府").id)
    assert f'<option value="{unit_id}">77号镇人民政府</option>' in person.response.text
    person.send(form, unit_id=unit_id)
    assert "只显示这一次" in person.text
    assert fetch(reading, "SELECT unit_id FROM person WHERE sign_in_name = 'new'")[0].unit_id == int(unit_id)


def test_a_person_without_a_unit_is_told_so(visit):
    person = visit("admin").open("/people/new")

    person.send(person.form("/people/new"), sign_in_name="new", display_name="新人", post="填报员", roles="unit_staff")

    assert person.status == 422
    assert 'href="#unit_id"' in person.response.text


def test_a_unit_stays_where_it_is_unless_another_place_is_searched_for(visit, reading):
    township = unit_called(reading, "77号镇人民政府")
    county = unit_called(reading, "3号县人民政府")
    path = f"/units/{township.id}"
    person = visit("admin").open(path)
    assert person.form(path).value("parent_id") == str(township.parent_id)

    person.send(person.form(path), name="77号民族镇人民政府")
    assert unit_called(reading, "77号民族镇人民政府").parent_id == township.parent_id
    person.open(path)
    search(person, person.form(path), "3号县")
    person.send(person.form(path), parent_id=str(county.id))

    assert unit_called(reading, "77号民族镇人民政府").parent_id == county.id


def test_a_row_collects_units_over_several_searches(visit, country, reading, today):
    item = a_draft(country)["rows"][3]
    path = f"/rows/{item['row_id']}"
    first, second, third = (value_of(reading, f"{n}号镇人民政府") for n in (77, 12_345, 40_000))
    person = visit("lead").open(path)
    assert size(person) < SIZE_LIMIT

    search(person, person.form(path), "77号镇", title="还没有保存的标题")
    search(person, person.form(path), "12345号", units=[first])
    assert ticked(person.form(path)) == {first}
    search(person, person.form(path), "40000号", units=[first, second], leads=[second])
    form = person.form(path)
    assert (form.value("title").strip(), ticked(form), ticked(form, "leads")) == (
        "还没有保存的标题",
        {first, second},
        {second},
    )
    person.send(form, units=[first, second, third])

    row = country("get_row", {"row_id": item["row_id"]}, as_="lead")["row"]
    named = [(unit["role"], unit["name"]) for unit in row["units"]]
    assert row["title"] == "还没有保存的标题"
    assert named == [("lead", "12345号镇人民政府"), ("support", "77号镇人民政府"), ("support", "40000号镇人民政府")]
    person.open(path)
    assert ticked(person.form(path)) == {first, second, third}


@pytest.fixture
def asked(country, reading, world) -> int:
    """A draft with a question on a group and one on a list that ends openly; its id."""
    draft = a_draft(country)
    run(
        reading,
        """
        INSERT INTO question (checklist_id, row_id, group_id, kind, quote, text_zh, text_en) VALUES
            (%(id)s, NULL, %(group)s, 'group', '', '谁？', 'Who?'),
            (%(id)s, %(row)s, NULL, 'open_ended', '等', '还有谁？', 'Who else?')
        """,
        {"id": draft["checklist_id"], "row": draft["rows"][1]["row_id"], "group": world.groups[TO_BE_FILLED]},  # type: ignore[arg-type]
    )
    return draft["checklist_id"]


def test_a_question_is_answered_with_units_that_were_searched_for(visit, country, reading, world, asked, today):
    person = visit("lead").open(f"/checklists/{asked}/questions")
    assert size(person) < SIZE_LIMIT
    on_group = next(form for form in person.forms if ("answer", "group") in form.buttons)
    first, second = (value_of(reading, f"{n}号镇人民政府") for n in (77, 12_345))

    search(person, on_group, "77号镇")
    found = next(form for form in person.forms if ("answer", "group") in form.buttons)
    other = next(form for form in person.forms if ("answer", "units") in form.buttons)
    assert ("units", first) in found.boxes
    assert not [value for name, value in other.boxes if name == "units" and value.startswith("unit:")]
    search(person, found, "12345号", units=[first])
    found = next(form for form in person.forms if ("answer", "group") in form.buttons)
    person.send(found, answer="group", units=[first, second])

    group = country("get_group", {"group_id": world.groups[TO_BE_FILLED]}, as_="lead")
    assert [unit["name"] for unit in group["members"]] == ["77号镇人民政府", "12345号镇人民政府"]


def test_enter_in_a_field_searches_and_never_answers_or_saves(visit, country, asked, world, today):
    """A browser presses the first button of the form."""
    lead, admin = visit("lead"), visit("admin")
    row = country("get_checklist", {"checklist_id": asked}, as_="lead")["rows"][1]
    pages = [
        (lead, f"/checklists/{asked}/questions"),
        (lead, f"/rows/{row['row_id']}"),
        (lead, f"/groups/{world.groups[TO_BE_FILLED]}"),
        (lead, "/groups/new"),
        (admin, "/people/new"),
        (admin, f"/people/{world.people['staff']}"),
        (admin, f"/units/{world.units['徽城镇']}"),
    ]

    for person, path in pages:
        searching = [form for form in person.open(path).forms if "find" in dict(form.fields)]
        assert searching, path
        assert {form.buttons[0] for form in searching} == {("search", "1")}, path


def test_a_group_of_a_whole_country_is_changed_without_being_listed(visit, country, reading):
    group_id = fetch(reading, "INSERT INTO unit_group (name) VALUES ('全国各乡镇') RETURNING id")[0].id
    run(reading, "INSERT INTO unit_group_member SELECT %s, id FROM unit WHERE kind = 'township'", (group_id,))
    path, members = f"/groups/{group_id}", TOWNSHIPS + 3
    removed, village = unit_called(reading, "40000号镇人民政府").id, unit_called(reading, "古关村").id
    person = visit("lead").open(path)
    assert size(person) < 2 * SIZE_LIMIT
    assert f"{members} 个单位" in person.text

    search(person, person.form(path), "40000号", name="全国乡镇")
    assert str(removed) in ticked(person.form(path), "member_ids")
    kept = [value for value in ticked(person.form(path), "member_ids") if value != str(removed)]
    search(person, person.form(path), "古关村", member_ids=kept)
    assert ("member_ids", str(removed)) in person.form(path).boxes
    person.send(person.form(path), member_ids=[*kept, str(village)])

    shown = country("get_group", {"group_id": group_id}, as_="lead")["group"]
    assert (shown["name"], shown["members"]) == ("全国乡镇", members)
    inside = "SELECT unit_id AS id FROM unit_group_member WHERE group_id = %s AND unit_id = ANY (%s)"
    assert [row.id for row in fetch(reading, inside, (group_id, [removed, village]))] == [village]


def test_members_for_which_a_page_has_no_room_stay_in_the_group(visit, country, reading, monkeypatch):
    monkeypatch.setattr(directory, "MOST_CHOSEN", 320)
    group_id = fetch(reading, "INSERT INTO unit_group (name) VALUES ('全国各乡镇') RETURNING id")[0].id
    run(reading, "INSERT INTO unit_group_member SELECT %s, id FROM unit WHERE kind = 'township'", (group_id,))
    path, removed = f"/groups/{group_id}", str(unit_called(reading, "7000号镇人民政府").id)
    village = str(unit_called(reading, "古关村").id)
    person = visit("lead").open(path)

    for text in ("7000号镇", "8号镇", "6号镇", "古关村"):
        kept = [value for value in ticked(person.form(path), "member_ids") if value != removed]
        search(person, person.form(path), text, member_ids=kept)
    kept = ticked(person.form(path), "member_ids") - {removed}
    person.send(person.form(path), member_ids=[*kept, village])

    assert "已保存" in person.text
    inside = "SELECT unit_id AS id FROM unit_group_member WHERE group_id = %s AND unit_id = ANY (%s)"
    assert [row.id for row in fetch(reading, inside, (group_id, [int(removed), int(village)]))] == [int(village)]
    assert country("get_group", {"group_id": group_id}, as_="lead")["group"]["members"] == TOWNSHIPS + 3


def test_a_search_in_a_large_group_lists_what_it_found_and_ticks_the_members_of_it(visit, reading):
    group_id = fetch(reading, "INSERT INTO unit_group (name) VALUES ('全国各乡镇') RETURNING id")[0].id
    run(reading, "INSERT INTO unit_group_member SELECT %s, id FROM unit WHERE kind = 'township'", (group_id,))
    run(reading, "UPDATE unit SET aliases = '{沙洲}' WHERE name = '40000号镇人民政府'")
    path = f"/groups/{group_id}"
    person = visit("lead").open(path)

    search(person, person.form(path), "号镇人民政府")
    assert f"找到 {TOWNSHIPS} 个，列出前 50 个" in person.text
    assert len(ticked(person.form(path), "member_ids")) == len(person.form(path).boxes) <= 350
    search(person, person.form(path), "沙洲")

    assert str(unit_called(reading, "40000号镇人民政府").id) in ticked(person.form(path), "member_ids")


def test_two_change_a_large_group_and_the_second_sees_what_they_would_do(visit, reading):
    group_id = fetch(reading, "INSERT INTO unit_group (name) VALUES ('全国各乡镇') RETURNING id")[0].id
    run(reading, "INSERT INTO unit_group_member SELECT %s, id FROM unit WHERE kind = 'township'", (group_id,))
    path = f"/groups/{group_id}"
    first, second = visit("lead").open(path), visit("lead").open(path)
    first.send(first.form(path), name="全国乡镇")
    search(second, second.form(path), "古关村")
    form = second.form(path)
    before = [value for value in ticked(form, "member_ids") if value != form.value("members").split(",")[0]]

    second.send(form, member_ids=[*before, str(unit_called(reading, "古关村").id)])

    assert second.status == 409
    assert "加入：古关村；移出：" in second.text
    second.send(second.form(path))
    assert "已保存" in second.text


def test_a_preview_says_how_many_units_it_concerns_and_lists_the_first(visit, reading, today):
    group_id = fetch(reading, "INSERT INTO unit_group (name) VALUES ('全国各乡镇') RETURNING id")[0].id
    run(reading, "INSERT INTO unit_group_member SELECT %s, id FROM unit WHERE kind = 'township'", (group_id,))
    drafted = draft(reading)
    for number in range(12):
        add_row(reading, drafted, f"事项{number}", units=[group(group_id)], due_on=dt.date(2026, 6, 30))

    person = visit("lead").open(f"/checklists/{drafted.id}/issue")

    assert size(person) < SIZE_LIMIT
    assert f"{12 * (TOWNSHIPS + 3)} 项责任将下发给 {TOWNSHIPS + 3} 个单位" in person.text
    assert f"一个月超过 10 步的单位 {TOWNSHIPS + 3} 个" in person.text
    assert f"另有 {TOWNSHIPS + 3 - 10} 个" in person.text
    assert "这里只列出前 100 个" in person.text
    assert "这里只列出前 300 个" in person.text


def test_a_head_above_a_country_finds_the_unit_whose_duties_to_see(visit, country, reading, world, today):
    run(reading, "UPDATE person SET unit_id = %s WHERE sign_in_name = 'head'", (world.units["歙县"],))
    issued(country, "徽城镇")
    township = unit_called(reading, "77号镇人民政府")
    person = visit("head")
    assert size(person) < SIZE_LIMIT
    assert 'href="/duties/units"' in person.response.text

    person.open("/duties/units?q=77号镇")

    assert "413 个" in person.text
    assert f'href="/duties?unit={township.id}"' in person.response.text
    assert "77号镇人民政府：我的责任" in person.open(f"/duties?unit={township.id}").text
    assert "徽城镇" in person.open("/duties/units?q=徽城").text
    assert "没有找到符合的单位" in visit("staff").open("/duties/units?q=77号镇").text
