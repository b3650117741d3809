"""Whoever listens hears of every group and of each change of its name or members, in the transaction of the change."""

from pathlib import Path

import pytest

from services.tasks.directory.group_news import parts_of
from services.tasks.directory.queries import Group
from shared.errors import NotFound
from shared.events import SCHEMAS
from tests.support.checklists import fetch, run
from tests.support.tasks import ALL_TOWNSHIPS, TO_BE_FILLED, a_draft

AGAIN = Path(__file__).parents[2] / "services/tasks/migrations/t0015.post.groups-and-posts-announced.sql"


def news(tasks_db, kind="group.changed.v1"):
    found = fetch(tasks_db, "SELECT payload FROM outbox WHERE type = %s ORDER BY seq", (kind,))
    return [SCHEMAS[kind].load(row.payload) for row in found]


def version_of(tasks_db, group_id):
    (group,) = fetch(tasks_db, "SELECT version FROM unit_group WHERE id = %s", (group_id,))
    return group.version


def test_a_new_group_and_a_changed_one_are_announced_whole(call, tasks_db):
    units = call.world.units
    group = {"group_id": None, "version": None, "name": "重点镇", "aliases": [], "added_ids": None, "removed_ids": None}
    made = call("save_group", {**group, "member_ids": [units["徽城镇"], units["深渡镇"]]}, as_="lead")
    changed = {"group_id": made["group_id"], "version": made["version"], "member_ids": None}

    call("save_group", {**group, **changed, "name": "重点乡镇", "removed_ids": [units["徽城镇"]]}, as_="lead")

    first, second = news(tasks_db)
    assert (first.name, first.unit_ids) == ("重点镇", sorted([units["徽城镇"], units["深渡镇"]]))
    assert (second.name, second.unit_ids) == ("重点乡镇", [units["深渡镇"]])
    assert second.version > first.version
    assert version_of(tasks_db, made["group_id"]) == second.version


def test_a_unit_that_joins_is_announced_with_each_of_its_groups_or_with_none(call, tasks_db):
    unit_id, groups = call.world.units["县发改委"], call.world.groups
    with pytest.raises(NotFound):
        call("join_groups", {"unit_id": unit_id, "group_ids": [groups[TO_BE_FILLED], 999]}, as_="admin")
    assert news(tasks_db) == []

    call("join_groups", {"unit_id": unit_id, "group_ids": list(groups.values())}, as_="admin")

    assert {one.name: unit_id in one.unit_ids for one in news(tasks_db)} == {ALL_TOWNSHIPS: True, TO_BE_FILLED: True}


def test_filling_a_group_by_an_answer_is_announced(call, tasks_db):
    draft = a_draft(call)
    group_id = call.world.groups[TO_BE_FILLED]
    run(
        tasks_db,
        "INSERT INTO question (checklist_id, group_id, kind, text_zh, text_en) VALUES (%s, %s, 'group', '', '')",
        (draft["checklist_id"], group_id),
    )
    (question,) = fetch(tasks_db, "SELECT id FROM question")
    answer = {"kind": "group", "member_ids": [call.world.units["县财政局"]]}

    call(
        "answer_questions",
        {"checklist_id": draft["checklist_id"], "question_ids": [question.id], "answer": answer},
        as_="lead",
    )

    (told,) = news(tasks_db)
    assert (told.group_id, told.unit_ids) == (group_id, [call.world.units["县财政局"]])
    assert told.version == version_of(tasks_db, group_id)


@pytest.mark.parametrize(("members", "parts"), [(0, 1), (1, 1), (1000, 1), (1001, 2), (2500, 3)])
def test_a_group_travels_in_parts_of_a_thousand(members, parts):
    ids = list(range(1, members + 1))

    told = list(parts_of(Group(id=1, name="村", aliases=[], version=4, member_ids=ids)))

    assert [one.part for one in told] == list(range(1, parts + 1))
    assert {one.parts for one in told} == {parts}
    assert [unit_id for one in told for unit_id in one.unit_ids] == ids


def test_what_was_there_before_the_upgrade_is_announced_by_it(call, tasks_db):
    """As the module of the service would tell it, so that nobody sees a difference; posts go with people."""
    run(
        tasks_db,
        """
        INSERT INTO unit (code, name, kind) SELECT 'x' || n, 'x' || n, 'village' FROM generate_series(1, 1200) AS n;
        INSERT INTO unit_group_member (group_id, unit_id)
        SELECT %(group)s, id FROM unit WHERE code LIKE 'x%%';
        DELETE FROM unit_group_member WHERE group_id <> %(group)s;
        """,
        {"group": call.world.groups[ALL_TOWNSHIPS]},
    )
    statements = AGAIN.read_text("utf-8").replace("%", "%%")

    run(tasks_db, statements)

    groups = fetch(
        tasks_db,
        """
        SELECT id, name, aliases, version, ARRAY(SELECT unit_id FROM unit_group_member
            WHERE group_id = unit_group.id ORDER BY unit_id) AS member_ids FROM unit_group ORDER BY id
        """,
    )
    assert news(tasks_db) == [part for group in groups for part in parts_of(Group(*group))]
    assert {person.post for person in news(tasks_db, "person.changed.v1")} >= {"填报员", "分管领导", "审计员"}
