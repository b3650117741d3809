"""Looking things up in the directory: what a text finds, in which order, and page by page with the true number."""

import pytest

from shared.errors import Invalid, NotFound
from tests.support.checklists import fetch, run
from tests.support.tasks import ALL_TOWNSHIPS, PEOPLE, TO_BE_FILLED, UNITS


def units(call, as_="lead", **params):
    return [unit["name"] for unit in call("find_units", params, as_=as_)["units"]]


def people(call, **params):
    return [person["sign_in_name"] for person in call("find_people", params, as_="admin")["people"]]


def close(tasks_db, name):
    run(tasks_db, "UPDATE person SET is_active = false FROM unit WHERE unit.id = unit_id AND unit.name = %s", (name,))
    run(tasks_db, "UPDATE unit SET is_active = false WHERE name = %s", (name,))


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"text": "镇"}, ["徽城镇", "深渡镇"]),
        ({"text": "人民政府"}, ["石门乡"]),
        ({"text": "l01"}, ["县人社局"]),
        ({"text": "341021100"}, ["徽城镇", "古关村"]),
        ({"text": " 深 渡 "}, []),
        ({"text": "%"}, []),
        ({"text": "_"}, []),
        ({"text": "'; DROP TABLE unit --"}, []),
        ({"kind": "village"}, ["古关村"]),
        ({"is_active": False}, ["深渡镇"]),
        ({"text": "镇", "is_active": True}, ["徽城镇"]),
    ],
)
def test_units_are_found_by_name_other_name_or_code(call, tasks_db, params, expected):
    run(tasks_db, "UPDATE unit SET aliases = '{石门乡人民政府}' WHERE name = '石门乡'")
    close(tasks_db, "深渡镇")

    assert units(call, **params) == expected


def test_who_types_a_whole_name_finds_that_unit_first(call, tasks_db):
    run(tasks_db, "INSERT INTO unit (code, name, kind) VALUES ('000', '老徽城', 'village'), ('zzz', '徽城', 'village')")

    assert units(call, text="徽城") == ["徽城", "徽城镇", "老徽城"]


def test_units_below_another_are_found_with_it(call, world):
    assert units(call, "staff", below_id=world.units["徽城镇"]) == ["徽城镇", "古关村"]
    assert units(call, "staff", below_id=world.units["歙县"], text="村") == ["古关村"]
    assert units(call, "staff", below_id=999_999) == []


def test_pages_have_no_gaps_and_the_last_one_answers_for_those_behind_it(call, tasks_db):
    villages = "SELECT 'v' || n, n || '号村', 'village' FROM generate_series(100, 219) AS n"
    run(tasks_db, f"INSERT INTO unit (code, name, kind) {villages}")

    found = [call("find_units", {"text": "号村", "page": page}, as_="admin") for page in (1, 2, 3, 9)]

    assert [(page["page"], page["pages"], page["total"]) for page in found] == [(n, 3, 120) for n in (1, 2, 3, 3)]
    assert [unit["name"] for page in found[:3] for unit in page["units"]] == [f"{n}号村" for n in range(100, 220)]


def test_one_unit_is_shown_as_the_list_shows_it(call, world):
    unit = call("get_unit", {"unit_id": world.units["徽城镇"]}, as_="staff")

    assert call("find_units", {"text": "徽城镇"}, as_="staff")["units"][0] == unit
    with pytest.raises(NotFound):
        call("get_unit", {"unit_id": 999_999}, as_="staff")


def test_units_are_named_by_their_ids_in_directory_order(call, world, tasks_db):
    close(tasks_db, "深渡镇")
    ids = [999_999, world.units["石门乡"], world.units["深渡镇"], world.units["石门乡"]]

    assert [unit["name"] for unit in call("name_units", {"unit_ids": ids}, as_="lead")["units"]] == ["深渡镇", "石门乡"]


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, sorted(PEOPLE, key=lambda key: (UNITS[PEOPLE[key][0]][0], key))),
        ({"text": "股长"}, ["lead"]),
        ({"text": "SHEN"}, ["shendu"]),
        ({"text": "徽城"}, ["head", "staff"]),
        ({"role": "unit_head"}, ["head"]),
        ({"is_active": False}, ["shimen"]),
        ({"is_active": True, "text": "石门"}, []),
    ],
)
def test_people_are_found_by_names_post_unit_role_and_state(call, tasks_db, params, expected):
    close(tasks_db, "石门乡")

    assert people(call, **params) == expected


def test_people_of_one_unit_are_its_own(call, world):
    assert people(call, unit_id=world.units["徽城镇"]) == ["head", "staff"]


def test_one_account_is_shown_as_the_list_shows_it_and_without_its_secrets(call, world):
    person = call("get_person", {"person_id": world.people["staff"]}, as_="admin")

    assert [person] == call("find_people", {"text": "staff"}, as_="admin")["people"]
    assert "hash" not in str(person)
    with pytest.raises(NotFound):
        call("get_person", {"person_id": 999_999}, as_="admin")


def test_groups_are_found_with_the_number_of_their_members(call, world):
    listed = call("find_groups", {}, as_="lead")
    found = call("find_groups", {"text": "行业"}, as_="lead")

    assert {group["name"]: group["members"] for group in listed["groups"]} == {ALL_TOWNSHIPS: 3, TO_BE_FILLED: 0}
    assert ([group["name"] for group in found["groups"]], found["total"]) == ([TO_BE_FILLED], 1)


def test_a_group_shows_its_members_and_finds_some_of_them(call, world):
    key = {"group_id": world.groups[ALL_TOWNSHIPS]}

    shown, found = call("get_group", key, as_="lead"), call("get_group", key | {"text": "石门"}, as_="admin")

    assert [unit["name"] for unit in shown["members"]] == ["徽城镇", "深渡镇", "石门乡"]
    assert (shown["total"], shown["group"]["members"]) == (3, 3)
    assert ([unit["name"] for unit in found["members"]], found["total"], found["group"]["members"]) == (
        ["石门乡"],
        1,
        3,
    )
    with pytest.raises(NotFound):
        call("get_group", {"group_id": 999_999}, as_="lead")


def test_a_small_directory_is_offered_whole_with_what_was_chosen_before(call, tasks_db, world):
    close(tasks_db, "深渡镇")

    plain = call("unit_choices", {"text": "镇"}, as_="lead")
    with_closed = call("unit_choices", {"unit_ids": [world.units["深渡镇"], 999_999]}, as_="admin")

    assert (plain["is_complete"], plain["total"], plain["found"]) == (True, len(UNITS) - 1, None)
    assert len(plain["units"]) == len(UNITS) - 1
    assert {unit["name"] for unit in with_closed["units"] if not unit["is_active"]} == {"深渡镇"}
    assert len(with_closed["units"]) == len(UNITS)
    assert [group["members"] for group in plain["groups"]] == [3, 0]


def test_members_are_added_and_taken_out_one_by_one(call, world):
    group = call("get_group", {"group_id": world.groups[ALL_TOWNSHIPS]}, as_="lead")["group"]
    kept = {name: group[name] for name in ("group_id", "name", "aliases", "version")}
    added, removed = world.units["古关村"], world.units["石门乡"]

    saved = call("save_group", {**kept, "added_ids": [added, added], "removed_ids": [removed, 999_999]}, as_="lead")

    assert saved["member_ids"] == sorted([world.units["徽城镇"], world.units["深渡镇"], added])
    assert (saved["members"], saved["version"]) == (3, group["version"] + 1)
    with pytest.raises(Invalid, match="no longer exist"):
        call("save_group", {**kept, "version": 2, "added_ids": [999_999]}, as_="lead")


def test_a_group_saved_without_members_keeps_those_it_has(call, world):
    kept = {"group_id": world.groups[ALL_TOWNSHIPS], "name": "乡镇政府", "aliases": [], "version": 1}

    assert call("save_group", kept, as_="lead")["members"] == 3
    assert fetch(call.service.database, "SELECT count(*) FROM unit_group_member")[0].count == 3
