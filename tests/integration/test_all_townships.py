"""A group that means all townships is one, whatever a notice calls it; what it lacks of the directory is said."""

import pytest

from tests.support.checklists import run

NOTICE = """青屏县2027年防汛工作方案
一、重点任务
1.清淤。疏通河道。（责任单位：各乡镇）
2.值守。安排值班。（责任单位：各镇（街道））
3.演练。组织演练。（责任单位：各乡镇人民政府、新安镇）
"""
ADDED = {"choice": "add", "kind": "township", "above": "歙县"}


@pytest.fixture
def new_county(tasks_db):
    """The directory has the county and its bureaus alone, and no group."""
    run(tasks_db, "DELETE FROM unit_group_member")
    run(tasks_db, "DELETE FROM unit_group")
    run(tasks_db, "UPDATE unit SET is_active = false, name = name || '（旧）' WHERE kind IN ('township', 'village')")


def import_notice(call, text=NOTICE):
    file_id = call.upload("notice.txt", text.encode(), as_="lead")
    return call("import_notice", {"file_id": file_id, "year": 2027}, as_="lead")["checklist_id"]


def groups_named(call, checklist_id):
    rows = call("get_checklist", {"checklist_id": checklist_id}, as_="lead")["rows"]
    measures = [row for row in rows if row["level"] == 2]
    return [[unit["name"] for unit in row["units"] if unit["group_id"]] for row in measures]


def group_questions(call, checklist_id):
    questions = call("get_checklist", {"checklist_id": checklist_id}, as_="lead")["questions"]
    return [one for one in questions if one["kind"] == "group" and one["answer"] is None]


def settle(call, checklist_id, *names):
    return call("settle_names", {"checklist_id": checklist_id, "names": list(names)}, as_="lead")


def test_three_ways_of_writing_all_townships_are_one_group(call, new_county):
    checklist_id = import_notice(call)

    assert groups_named(call, checklist_id) == [["各乡镇"]] * 3
    assert len({one["group_id"] for one in group_questions(call, checklist_id)}) == 1
    assert {one["everyone_of"] for one in group_questions(call, checklist_id)} == {"township"}


def test_the_next_notice_means_the_same_group_in_other_words(call, new_county):
    import_notice(call)

    again = import_notice(call, NOTICE.replace("各乡镇）", "全县各乡（镇）人民政府）"))

    assert groups_named(call, again) == [["各乡镇"]] * 3


def test_a_group_that_somebody_has_filled_is_meant_before_an_empty_one(call):
    call("save_group", {"name": "各镇街", "aliases": [], "member_ids": []}, as_="lead")

    assert groups_named(call, import_notice(call)) == [["各乡镇人民政府"]] * 3


def test_townships_that_are_added_later_join_it_and_a_person_says_whether_these_are_all(call, new_county):
    checklist_id = import_notice(call)
    group_id = group_questions(call, checklist_id)[0]["group_id"]

    settle(call, checklist_id, {"names": ["新安镇"], "name": "新安镇", **ADDED})

    assert call("get_group", {"group_id": group_id}, as_="lead")["group"]["members"] == 1
    assert group_questions(call, checklist_id)
    again = import_notice(call, NOTICE.replace("新安镇", "北岸镇"))
    settle(call, again, {"names": ["北岸镇"], "name": "北岸镇", **ADDED})
    assert call("get_group", {"group_id": group_id}, as_="lead")["group"]["members"] == 2


def test_a_preview_names_the_townships_that_the_group_lacks(call, world):
    checklist_id = import_notice(call)
    unit = {"code": "341021300", "name": "后添镇", "kind": "township", "aliases": [], "is_active": True}
    call("save_unit", unit | {"parent_id": world.units["歙县"]}, as_="admin")

    preview = call("preview_issue", {"checklist_id": checklist_id}, as_="lead")

    assert preview["partial_groups"] == [
        {
            "group_id": world.groups["各乡镇人民政府"],
            "name": "各乡镇人民政府",
            "lacking": ["后添镇"],
            "lacking_total": 1,
        }
    ]


def test_a_preview_is_silent_where_the_group_has_them_all(call):
    checklist_id = import_notice(call)

    assert call("preview_issue", {"checklist_id": checklist_id}, as_="lead")["partial_groups"] == []


def test_the_question_proposes_all_townships_of_the_directory(call, visit, world, tasks_db):
    run(tasks_db, "DELETE FROM unit_group_member")
    run(tasks_db, "DELETE FROM unit_group")
    checklist_id = import_notice(call)

    page = visit("lead").open(f"/checklists/{checklist_id}/questions")

    form = next(form for form in page.forms if ("units", f"unit:{world.units['徽城镇']}") in form.fields)
    page.send(form, answer="group")
    group_id = call("find_groups", {"text": "各乡镇"}, as_="lead")["groups"][0]["group_id"]
    assert call("get_group", {"group_id": group_id}, as_="lead")["group"]["members"] == 3
    assert group_questions(call, checklist_id) == []


def test_the_page_before_issuing_says_which_townships_the_group_lacks(call, visit, world):
    checklist_id = import_notice(call)
    unit = {"code": "341021300", "name": "后添镇", "kind": "township", "aliases": [], "is_active": True}
    call("save_unit", unit | {"parent_id": world.units["歙县"]}, as_="admin")

    page = visit("lead").open(f"/checklists/{checklist_id}/issue")

    assert "没有包括：后添镇" in page.response.get_data().decode()
