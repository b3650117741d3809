"""Who did it is a fact of then: after a transfer, a rename or a new post, what was done keeps the names of its day."""

import pytest
from marshmallow import ValidationError

import shared.migrations
from shared.delivery.consuming import handle_batch
from shared.errors import Conflict, Forbidden, SignInRefused
from shared.events import SCHEMAS, PersonChanged
from shared.migrations import migrate
from tests.support import stats as boards
from tests.support.checklists import fetch, run
from tests.support.duties import a_duty, do, issued, read, submit
from tests.support.releases import unpack_newest_release
from tests.support.reminders import reminder
from tests.support.tasks import MIGRATIONS, TO_BE_FILLED, a_draft

THEN = {"post": "填报员", "unit": "徽城镇"}


def transfer(call, key, *, unit="深渡镇", post="民政办主任", name="张三"):
    """Give somebody another post in another unit, with another name."""
    people = call("list_people", {}, as_="admin")["people"]
    person = next(one for one in people if one["sign_in_name"] == key)
    kept = {field: person[field] for field in ("person_id", "sign_in_name", "roles", "is_active", "version")}
    changed = {"display_name": name, "post": post, "unit_id": call.world.units[unit]}
    call("save_person", kept | changed, as_="admin")


def history(call, duty, action):
    return [entry["who"] for entry in read(call, duty)["history"] if entry["action"] == action]


def logged(call, action):
    entry = next(one for one in call("list_audit", {}, as_="auditor")["entries"] if one["action"] == action)
    return entry["person"], entry["post"], entry["unit"]


def refused(call):
    found = call("list_audit", {"kind": "refusals"}, as_="auditor")["entries"]
    return [(one["person"], one["post"], one["unit"]) for one in found]


def test_a_duty_keeps_who_did_it(call):
    duty = a_duty(call)
    submit(call, duty)

    transfer(call, "staff")

    assert history(call, duty, "completed") == [THEN]


def test_a_duty_keeps_the_name_that_the_unit_had(call, tasks_db):
    duty = a_duty(call)
    submit(call, duty)

    run(tasks_db, "UPDATE unit SET name = '徽城街道' WHERE name = '徽城镇'")

    assert history(call, duty, "completed") == [THEN]


def test_a_duty_keeps_who_issued_it(call):
    duty = a_duty(call)

    transfer(call, "lead")

    assert history(call, duty, "issued") == [{"post": "就业股股长", "unit": "县人社局"}]


def test_a_duty_keeps_who_was_reminded(call, tasks):
    duty = a_duty(call)
    handle_batch(tasks, [reminder(call.world, {str(duty["duty_id"]): "overdue"})])

    transfer(call, "staff")

    assert history(call, duty, "reminded") == [THEN]


def test_a_conflict_names_who_changed_the_duty_by_the_post_of_then(call):
    duty = a_duty(call)
    do(call, "report_blocker", duty, reason="缺经费")
    transfer(call, "staff")

    with pytest.raises(Conflict) as alone:
        do(call, "report_blocker", duty, reason="缺经费", as_="head")

    assert alone.value.text.zh.startswith("徽城镇填报员于 ")
    assert alone.value.text.zh.endswith("改过这项责任，您的操作没有保存，请核对现在的内容再试。")


def test_what_somebody_else_did_already_names_the_post_of_then(call):
    first, second = issued(call, "徽城镇", items=2)
    submit(call, first, second)
    transfer(call, "staff")

    results = submit(call, first, second, as_="head")["results"]

    assert [one["outcome"] for one in results] == ["already", "already"]
    assert all(one["text"]["zh"].startswith("徽城镇填报员于 ") for one in results)


def test_the_audit_log_keeps_who_did_it(call):
    a_draft(call)
    call("sign_in", {"name": "lead", "password": call.world.password})

    transfer(call, "lead")

    assert logged(call, "checklist.created") == ("县人社局就业股股长", "就业股股长", "县人社局")
    assert logged(call, "person.signed_in") == ("县人社局就业股股长", "就业股股长", "县人社局")


def test_who_transfers_themselves_did_so_from_the_old_post(call):
    transfer(call, "admin", unit="县发改委", post="信息中心主任")

    assert logged(call, "person.saved") == ("歙县系统管理员", "系统管理员", "歙县")


def test_the_log_of_refusals_keeps_who_was_refused(call):
    with pytest.raises(Forbidden):
        call("list_people", {}, as_="staff")
    with pytest.raises(SignInRefused):
        call("sign_in", {"name": "staff", "password": "nothing of the kind"})

    transfer(call, "staff")

    assert refused(call) == [("徽城镇填报员", "填报员", "徽城镇")] * 2


def test_a_refusal_names_somebody_whose_account_is_closed(call, tasks_db):
    run(tasks_db, "UPDATE person SET is_active = false WHERE sign_in_name = 'staff'")

    with pytest.raises(Forbidden):
        call("my_duties", {}, as_="staff")
    run(tasks_db, "UPDATE person SET post = '主任' WHERE sign_in_name = 'staff'")

    assert refused(call) == [("徽城镇填报员", "填报员", "徽城镇")]


def test_a_refusal_of_nobody_names_nobody(call):
    with pytest.raises(Forbidden):
        call("my_duties", {}, as_=None)
    with pytest.raises(Forbidden):
        call("my_duties", {}, as_=999_999)

    assert refused(call) == [(None, None, None)] * 2


def test_a_service_that_knows_no_names_says_which_post_of_which_unit_was_refused(stats, stats_db):
    with pytest.raises(Forbidden):
        boards.call(stats, "overview", {"checklist_id": boards.CHECKLIST}, as_="staff")

    found = fetch(stats_db, "SELECT person_id, person_name, post, unit_name FROM refusal")
    assert [tuple(row) for row in found] == [(boards.PEOPLE["staff"][0], None, "岗位", "徽城镇")]


def test_a_post_that_an_earlier_release_did_not_keep_comes_with_the_same_news_again(stats, stats_db):
    run(stats_db, "UPDATE person SET post = NULL")
    told = [boards.received(PersonChanged(5, boards.HUICHENG, "填报员", ["unit_staff"], is_active=True, version=1))]

    boards.take(stats, told)

    found = fetch(stats_db, "SELECT id, post FROM person WHERE post IS NOT NULL")
    assert [tuple(row) for row in found] == [(5, "填报员")]


def test_a_post_that_an_earlier_release_left_as_it_was_comes_with_the_same_news_again(stats, stats_db):
    """That release counts the version up and does not touch the post, which is then that of the version before."""
    run(stats_db, "UPDATE person SET post = '科员', version = 2 WHERE id = 5")
    news = PersonChanged(5, boards.HUICHENG, "分管领导", ["unit_staff"], is_active=True, version=2)

    boards.take(stats, [boards.received(news)])
    older = PersonChanged(5, boards.HUICHENG, "填报员", ["unit_staff"], is_active=True, version=1)
    boards.take(stats, [boards.received(older)])

    assert [row.post for row in fetch(stats_db, "SELECT post FROM person WHERE id = 5")] == ["分管领导"]


def test_news_of_somebody_without_the_post_is_refused_and_erases_none():
    news = PersonChanged(5, boards.HUICHENG, "填报员", ["unit_staff"], is_active=True, version=2)
    schema = SCHEMAS[PersonChanged.TYPE]

    without = {name: found for name, found in schema.dump(news).items() if name != "post"}

    with pytest.raises(ValidationError, match="post"):
        schema.load(without)


def test_an_answered_question_keeps_who_answered_it(call, tasks_db):
    draft = a_draft(call)
    group_id = call.world.groups[TO_BE_FILLED]
    run(
        tasks_db,
        """
        INSERT INTO question (checklist_id, row_id, group_id, kind, text_zh, text_en)
        VALUES (%(draft)s, %(row)s, NULL, 'open_ended', '', ''), (%(draft)s, NULL, %(group)s, 'unfilled_group', '', '')
        """,
        {"draft": draft["checklist_id"], "row": draft["rows"][0]["row_id"], "group": group_id},
    )
    (first,) = fetch(tasks_db, "SELECT id FROM question WHERE kind = 'open_ended'")
    answer = {"checklist_id": draft["checklist_id"], "question_ids": [first.id], "answer": {"kind": "keep"}}
    call("answer_questions", answer, as_="lead")
    group = {"group_id": group_id, "version": 1, "name": TO_BE_FILLED, "aliases": []}
    call("save_group", group | {"member_ids": [call.world.units["县发改委"]]}, as_="admin")

    transfer(call, "lead")
    transfer(call, "admin", unit="县发改委")

    found = fetch(tasks_db, "SELECT answered_by_post, answered_by_unit FROM question ORDER BY id")
    assert [tuple(row) for row in found] == [("就业股股长", "县人社局"), ("系统管理员", "歙县")]


# Rows of the release before: it knows nothing of the new columns.
OLD_ROWS = """
    INSERT INTO duty_history (duty_id, version, action, person_id, text)
        SELECT id, 2, 'completed', %(staff)s, '' FROM duty;
    INSERT INTO audit_log (person_id, action, subject) VALUES (%(staff)s, 'row.saved', ''), (NULL, 'unit.saved', '');
    INSERT INTO refusal (operation, person_id, reason, correlation_id) VALUES ('list_people', %(staff)s, '', '');
    UPDATE issue_run SET asked_by_post = NULL, asked_by_unit = NULL;
"""


def test_a_row_of_the_release_before_is_read_with_the_person_of_now(call, tasks_db):
    duty = a_duty(call)
    run(tasks_db, OLD_ROWS, {"staff": call.world.people["staff"]})

    assert history(call, duty, "completed") == [THEN]
    assert history(call, duty, "issued") == [{"post": "就业股股长", "unit": "县人社局"}]
    assert logged(call, "row.saved") == ("徽城镇填报员", "填报员", "徽城镇")
    assert logged(call, "unit.saved") == (None, None, None)
    assert refused(call) == [("徽城镇填报员", "填报员", "徽城镇")]
    with pytest.raises(Conflict, match=r"^徽城镇 填报员 at .* changed this duty"):
        do(call, "report_blocker", duty | {"version": 9}, reason="缺经费")


def test_a_change_that_no_person_made_is_said_to_be_the_systems(call, tasks_db):
    duty = a_duty(call)
    run(tasks_db, "INSERT INTO duty_history (duty_id, version, action) SELECT id, 2, 'withdrawn' FROM duty")

    with pytest.raises(Conflict) as stale:
        do(call, "report_blocker", duty | {"version": 9}, reason="缺经费")

    assert stale.value.text.zh.startswith("系统改过这项责任")


@pytest.fixture
def old_dsn(postgres_server, tmp_path, monkeypatch):
    """A database of the release before, in which one person did more than a step of the migration takes."""
    dsn = postgres_server.create_database("who_did_it")
    unpack_newest_release(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(shared.migrations, "SHARED", tmp_path / "shared" / "migrations")
        migrate(dsn, tmp_path / "services" / "tasks" / "migrations")
    with postgres_server.cursor("who_did_it") as cur:
        cur.execute("INSERT INTO unit (code, name, kind) VALUES ('1', '歙县', 'county'), ('2', '徽城镇', 'township')")
        cur.execute(
            """
            INSERT INTO person (sign_in_name, display_name, post, unit_id, roles, password_hash)
            SELECT 'staff', '张三', '填报员', id, '{unit_staff}', '' FROM unit WHERE code = '2'
            """
        )
        cur.execute(DONE_BEFORE)
    yield dsn
    postgres_server.drop_database("who_did_it")


DONE_BEFORE = """
    INSERT INTO checklist (title, year) VALUES ('清单', 2026);
    INSERT INTO checklist_row (checklist_id, level, position, title) SELECT id, 1, 1, '领域' FROM checklist;
    INSERT INTO duty (checklist_id, item_id, unit_id, period, revision, role, written_due_on, due_on)
        SELECT checklist_id, checklist_row.id, unit.id, '2026', 1, 'lead', '2026-06-30', '2026-06-30'
        FROM checklist_row, unit WHERE code = '2';
    INSERT INTO duty_history (duty_id, version, action, person_id)
        SELECT duty.id, n, 'progress', person.id FROM duty, person, generate_series(1, 12000) AS n;
    INSERT INTO duty_history (duty_id, version, action) SELECT id, 1, 'withdrawn' FROM duty;
    INSERT INTO audit_log (person_id, action, subject) SELECT id, 'row.saved', '' FROM person;
    INSERT INTO refusal (operation, person_id, reason, correlation_id) SELECT 'list_people', id, '', '' FROM person;
    INSERT INTO issue_run (checklist_id, revision, asked_by) SELECT checklist.id, 1, person.id FROM checklist, person;
    INSERT INTO question (checklist_id, kind, text_zh, text_en, answer, answered_by)
        SELECT checklist.id, 'trend', '', '', '{}', person.id FROM checklist, person;
"""

UNNAMED = """
    SELECT (SELECT count(*) FROM duty_history WHERE person_id IS NOT NULL AND (post, unit_name) IS DISTINCT FROM
            ('填报员', '徽城镇'))
        + (SELECT count(*) FROM audit_log WHERE (person_name, post, unit_name) IS DISTINCT FROM
            ('张三', '填报员', '徽城镇'))
        + (SELECT count(*) FROM refusal WHERE (person_name, post, unit_name) IS DISTINCT FROM
            ('张三', '填报员', '徽城镇'))
        + (SELECT count(*) FROM issue_run WHERE (asked_by_post, asked_by_unit) IS DISTINCT FROM ('填报员', '徽城镇'))
        + (SELECT count(*) FROM question WHERE (answered_by_post, answered_by_unit) IS DISTINCT FROM
            ('填报员', '徽城镇'))
"""


def counted(postgres_server):
    with postgres_server.cursor("who_did_it") as cur:
        cur.execute(UNNAMED)
        return cur.fetchone()[0]


def test_what_was_done_before_the_upgrade_gets_the_person_of_then_and_keeps_them(postgres_server, old_dsn):
    applied = migrate(old_dsn, MIGRATIONS, stage="pre")

    assert "t0005.pre.who-did-it-before" in applied
    assert counted(postgres_server) == 0
    with postgres_server.cursor("who_did_it") as cur:
        cur.execute("SELECT count(*) FROM duty_history WHERE person_id IS NULL AND post IS NULL")
        assert cur.fetchone()[0] == 1
        cur.execute("UPDATE person SET post = '主任', display_name = '张山'")
    migrate(old_dsn, MIGRATIONS, stage="post")
    assert counted(postgres_server) == 0


def test_what_the_release_before_did_during_the_upgrade_is_completed_after_it(postgres_server, old_dsn):
    migrate(old_dsn, MIGRATIONS, stage="pre")
    with postgres_server.cursor("who_did_it") as cur:
        cur.execute(
            """
            INSERT INTO duty_history (duty_id, version, action, person_id) SELECT duty.id, 9, 'progress', person.id
                FROM duty, person;
            INSERT INTO audit_log (person_id, action, subject) SELECT id, 'row.saved', '' FROM person;
            INSERT INTO refusal (operation, person_id, reason, correlation_id) SELECT 'x', id, '', '' FROM person;
            INSERT INTO issue_run (checklist_id, revision, asked_by) SELECT checklist.id, 2, person.id
                FROM checklist, person;
            """
        )
    assert counted(postgres_server) == 4

    migrate(old_dsn, MIGRATIONS, stage="post")

    assert counted(postgres_server) == 0
