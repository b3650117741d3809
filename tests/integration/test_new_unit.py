"""A new unit is offered its groups, and the file that brings many has a template."""

import io

import pytest

from services.portal.views.units import EXAMPLES, HEADINGS
from shared.errors import NotFound
from tests.support.checklists import run
from tests.support.house import House
from tests.support.tasks import ALL_TOWNSHIPS, TO_BE_FILLED, Caller


def members(call: Caller, name: str) -> list[str]:
    group_id = call.world.groups[name]
    return [unit["name"] for unit in call("get_group", {"group_id": group_id}, as_="admin")["members"]]


def test_a_group_that_has_all_units_of_a_kind_says_so(call, tasks_db):
    groups = {one["name"]: one for one in call("groups_to_join", as_="admin")["groups"]}
    assert (groups[ALL_TOWNSHIPS]["kind"], groups[ALL_TOWNSHIPS]["members"]) == ("township", 3)
    assert (groups[TO_BE_FILLED]["kind"], groups[TO_BE_FILLED]["members"]) == (None, 0)

    run(tasks_db, "DELETE FROM unit_group_member WHERE unit_id = %s", (call.world.units["石门乡"],))

    groups = {one["name"]: one for one in call("groups_to_join", as_="admin")["groups"]}
    assert groups[ALL_TOWNSHIPS]["kind"] is None


def test_a_unit_joins_all_of_the_groups_or_none(call):
    unit_id = call.world.units["县发改委"]
    with pytest.raises(NotFound):
        call("join_groups", {"unit_id": unit_id, "group_ids": [call.world.groups[TO_BE_FILLED], 999]}, as_="admin")
    assert members(call, TO_BE_FILLED) == []

    call("join_groups", {"unit_id": unit_id, "group_ids": list(call.world.groups.values())}, as_="admin")

    assert members(call, TO_BE_FILLED) == ["县发改委"]
    assert "县发改委" in members(call, ALL_TOWNSHIPS)
    log = call("list_audit", {"kind": "units"}, as_="auditor")["entries"]
    assert [one["subject"] for one in log] == [TO_BE_FILLED, ALL_TOWNSHIPS]


def test_the_form_of_a_new_township_has_its_groups_ticked_and_saves_them(house: House, call):
    admin = house.sign_in("admin").open("/units/new")
    form = admin.form("/units/new")
    assert [value for name, value in form.fields if name == "group_ids"] == [str(call.world.groups[ALL_TOWNSHIPS])]

    admin.send(form, code="341021102", name="北岸镇")

    assert "已保存" in admin.text
    assert "北岸镇" in members(call, ALL_TOWNSHIPS)


def test_another_kind_has_the_groups_ticked_anew_and_asks_to_look(house: House, call):
    admin = house.sign_in("admin").open("/units/new")

    admin.send(admin.form("/units/new"), code="341021-D02", name="县教育局", kind="department")

    assert admin.status == 422
    assert "单位组已按新的类型勾选" in admin.text
    form = admin.form("/units/new")
    assert [value for name, value in form.fields if name == "group_ids"] == []
    admin.send(form)
    assert "已保存" in admin.text
    assert "县教育局" not in members(call, ALL_TOWNSHIPS)


def test_a_form_sent_twice_makes_one_unit_in_its_groups(house: House, call):
    admin = house.sign_in("admin").open("/units/new")
    form = admin.form("/units/new")
    for _ in range(2):
        admin.send(form, code="341021102", name="北岸镇")

    assert members(call, ALL_TOWNSHIPS).count("北岸镇") == 1


def test_the_template_is_named_in_the_hint_and_can_be_read_back(house: House, call):
    admin = house.sign_in("admin").open("/units/import")
    assert "下载模板" in admin.text
    assert ",".join(HEADINGS) in admin.text
    admin.send(admin.form("/template"))
    assert admin.response is not None
    template = admin.response.get_data()

    admin.open("/units/import")
    admin.send(admin.form("/units/import"), file=(io.BytesIO(template), "单位导入模板.csv"))

    assert template.startswith("\ufeff代码,名称".encode())
    assert "1 个更改" in admin.text
    assert len(EXAMPLES) == 2
