"""Waivers and difficulties are requests; the release before keeps them with the duty, and both work on one schema."""

import shutil

import pytest

from services.tasks.duties import queries
from services.tasks.service import TasksService
from shared.database import Database
from shared.migrations import migrate
from tests.support.checklists import fetch, run
from tests.support.duties import a_duty, do, issued, read, submit, today
from tests.support.tasks import MIGRATIONS, Caller, World, fill

__all__ = ["today"]

pytestmark = pytest.mark.usefixtures("today")

FIRST = "t0016"


@pytest.fixture
def before(postgres_server, tmp_path):
    """A small county on the schema of the release before."""
    older = tmp_path / "migrations"
    older.mkdir()
    for path in MIGRATIONS.glob("*.sql"):
        if path.name < FIRST:
            shutil.copy(path, older)
    dsn = postgres_server.create_database("requests_before")
    migrate(dsn, older)
    world = World()
    database = Database(dsn)
    with database.transaction() as cur:
        fill(cur, world)
    yield database, world
    database.close()
    postgres_server.drop_database("requests_before")


@pytest.fixture
def upgraded(before):
    """The same with the migrations that run before the processes are replaced."""
    database, world = before
    migrate(database.dsn, MIGRATIONS, stage="pre")
    return Caller(TasksService(database), world)


def requests(database):
    rows = fetch(database, "SELECT kind, state, reason, answer, ended_at IS NULL AS stands FROM request ORDER BY id")
    return [tuple(row) for row in rows]


def columns(database, duty):
    (row,) = fetch(
        database,
        "SELECT waiver_reason, waiver_refusal, blocked_reason, blocker_answer FROM duty WHERE id = %s",
        (duty["duty_id"],),
    )
    return tuple(row)


def write_as_before(database, duty, **fields):
    """What a process of the release before does: it always writes all that it knows of."""
    known = {"state": "issued", "waiver_reason": None, "blocked_reason": None} | fields
    run(
        database,
        f"UPDATE duty SET {', '.join(f'{name} = %s' for name in known)}, version = version + 1 WHERE id = %s",
        (*known.values(), duty["duty_id"]),
    )


def test_what_stood_when_the_upgrade_began_is_a_request_with_who_asked(before):
    database, world = before
    run(
        database,
        """
        INSERT INTO checklist (title, year, state) VALUES ('清单', 2026, 'issued');
        INSERT INTO checklist_row (checklist_id, level, position, title) SELECT id, 1, 1, '领域' FROM checklist;
        INSERT INTO duty (checklist_id, item_id, unit_id, period, revision, role, written_due_on, due_on, waiver_reason,
                waiver_refusal, blocked_reason, blocker_answer)
            SELECT checklist_id, id, %(unit)s, period, 1, 'lead', '2026-06-30', '2026-06-30', waiver, refusal, blocked,
                answer
            FROM checklist_row, (VALUES ('a', '不涉及', NULL, NULL, NULL), ('b', NULL, '有一处', NULL, NULL),
                ('c', NULL, NULL, '缺人', NULL), ('d', NULL, NULL, '缺钱', '拨付'), ('e', NULL, NULL, NULL, NULL))
                AS one (period, waiver, refusal, blocked, answer);
        INSERT INTO duty_history (duty_id, version, action, text, person_id, person_name, post, unit_name)
            SELECT id, 2, told.action, told.text, %(person)s, '张三', '填报员', '徽城镇'
            FROM duty JOIN (VALUES ('a', 'waiver_asked', '不涉及'), ('b', 'waiver_asked', '没有园区'),
                ('b', 'waiver_refused', '有一处'), ('d', 'blocked', '缺钱')) AS told (period, action, text)
            USING (period);
        """,
        {"unit": world.units["徽城镇"], "person": world.people["staff"]},
    )

    migrate(database.dsn, MIGRATIONS, stage="pre")

    assert sorted(requests(database)) == [
        ("blocker", "answered", "缺钱", "拨付", True),
        ("blocker", "open", "缺人", "", True),
        ("waiver", "open", "不涉及", "", True),
        ("waiver", "refused", "没有园区", "有一处", True),
    ]
    rows = fetch(database, "SELECT asked_by, asked_by_unit FROM request WHERE reason = '不涉及'")
    assert [tuple(row) for row in rows] == [(world.people["staff"], "徽城镇")]
    with database.transaction() as cur:
        assert queries.count_to_decide(cur, reviewer_id=None) == 2


def test_what_the_new_release_asks_and_answers_stands_where_the_old_one_reads_it(upgraded):
    database, (first, second) = upgraded.service.database, issued(upgraded, "徽城镇", items=2)

    asked = do(upgraded, "ask_waiver", first, reason="不涉及")
    blocked = do(upgraded, "report_blocker", second, reason="缺人")
    assert (columns(database, first), columns(database, second)) == (
        ("不涉及", None, None, None),
        (None, None, "缺人", None),
    )
    refused = do(upgraded, "refuse_waiver", asked, as_="lead", reason="有一处")
    do(upgraded, "answer_blocker", blocked, as_="lead", reason="拨付")
    assert (columns(database, first), columns(database, second)) == (
        (None, "有一处", None, None),
        (None, None, "缺人", "拨付"),
    )
    submit(upgraded, refused)
    assert columns(database, first) == (None, None, None, None)


def test_what_the_old_release_asks_and_ends_is_seen_by_the_new_one(upgraded):
    database, duty = upgraded.service.database, a_duty(upgraded)

    write_as_before(database, duty, waiver_reason="不涉及", blocked_reason="缺人")
    now = read(upgraded, duty)
    assert (now["waiver_asked"], now["waiver_reason"], now["blocked_reason"]) == (True, "不涉及", "缺人")
    counts = upgraded("review_queue", {"kinds": ["waivers", "blocked"]}, as_="lead")["counts"]
    assert (counts["waivers"], counts["blocked"]) == (1, 0)

    do(upgraded, "refuse_waiver", now, as_="lead", reason="有一处")
    write_as_before(database, duty, blocked_reason=None)
    now = read(upgraded, duty)
    assert (now["waiver_refusal"], now["is_blocked"]) == ("有一处", False)

    write_as_before(database, duty, state="submitted")
    assert requests(database) == [
        ("waiver", "refused", "不涉及", "有一处", False),
        ("blocker", "solved", "缺人", "", False),
    ]


def test_a_waiver_that_the_old_release_grants_or_takes_back_is_over(upgraded):
    database, (first, second) = upgraded.service.database, issued(upgraded, "徽城镇", items=2)
    for duty in (first, second):
        do(upgraded, "ask_waiver", duty, reason="不涉及")

    write_as_before(database, first, state="waived")
    write_as_before(database, second)

    assert requests(database) == [
        ("waiver", "granted", "不涉及", "", False),
        ("waiver", "ended", "不涉及", "", False),
    ]


def test_more_time_that_was_asked_for_ends_with_a_submission_that_the_old_release_takes(upgraded):
    database, duty = upgraded.service.database, a_duty(upgraded)
    do(upgraded, "ask_extension", duty, reason="等验收", wanted_on="2026-12-15")

    write_as_before(database, duty, state="submitted")

    assert requests(database) == [("extension", "ended", "等验收", "", False)]
    assert upgraded("count_waiting", {}, as_="lead")["waiting"] == 1
    assert read(upgraded, duty)["extension_asked"] is False


def test_when_no_old_process_is_left_the_duty_keeps_nothing_of_it(upgraded):
    database, duty = upgraded.service.database, a_duty(upgraded)
    asked = do(upgraded, "ask_waiver", duty, reason="不涉及")

    migrate(database.dsn, MIGRATIONS, stage="post")

    names = {row.name for row in fetch(
        database, "SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'duty'"
    )}  # fmt: skip
    assert not names & {"waiver_reason", "waiver_refusal", "blocked_reason", "blocker_answer"}
    assert do(upgraded, "grant_waiver", asked, as_="lead")["state"] == "waived"
    assert requests(database) == [("waiver", "granted", "不涉及", "", False)]
