"""The checker of the seeded run finds nothing where all is well, and each thing that is planted."""

import datetime as dt
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

import pytest

from shared import clock
from tests.support.busy import NOON
from tests.support.chaos.books import Books
from tests.support.chaos.checking import Before, check
from tests.support.chaos.findings import Harm
from tests.support.chaos.races import outrun
from tests.support.chaos.records import Record, Told, What
from tests.support.checklists import fetch
from tests.support.duties import issued, submit
from tests.support.submissions import a_round, accept
from tests.support.submissions import submit as submit_report
from tests.support.tasks import Caller

TYPED = {"JOBS": "12", "LOANS": "30.50", "POSTS": "7"}


@contextmanager
def undone(database):
    """A transaction of which nothing stays, in which triggers and keys that stand in the way may be put aside."""
    with database.transaction() as cur:
        cur.execute("SET LOCAL session_replication_role TO 'replica'")
        cur.execute("SAVEPOINT planted")
        yield cur
        cur.execute("ROLLBACK TO SAVEPOINT planted")


@contextmanager
def undone_at_the_end(cur):
    """Of the statements within nothing stays."""
    cur.execute("SAVEPOINT planted")
    yield
    cur.execute("ROLLBACK TO SAVEPOINT planted")


@contextmanager
def same(cur) -> Iterator:
    yield cur


def newest_command(database, operation):
    rows = fetch(database, "SELECT id::text FROM command WHERE operation = %s ORDER BY received_at DESC", (operation,))
    return rows[0].id


@pytest.fixture(scope="module")
def house(house_of_its_own):
    with pytest.MonkeyPatch.context() as patch, house_of_its_own("checked") as found:
        patch.setattr(clock, "now", lambda: NOON)
        yield found


@pytest.fixture(scope="module")
def worked(house):
    """A list issued, a duty done, one noted, a report accepted, people reminded; and what they were told of it."""
    record, call = Record(), Caller(house.services["tasks"], house.world)
    done, noted, *_ = issued(call, "徽城镇", "深渡镇", items=2, due_on=dt.date(2026, 5, 12))

    def told(what, subjects, database, operation, **more):
        click = record.begin(what, subjects, "somebody", **more)
        click.told, click.command_id = Told.DONE, newest_command(house.databases[database], operation)
        return click

    told(What.ISSUE, [done["checklist_id"]], "tasks", "issue_checklist")
    submit(call, done)
    told(What.DONE, [done["duty_id"]], "tasks", "submit_duties")
    call("note_progress", {"duty_id": noted["duty_id"], "text": "进展"}, as_="staff")
    told(What.NOTE, [noted["duty_id"]], "tasks", "note_progress", text="进展")
    house.deliver()
    house.remind(NOON)
    stats, town = house.services["stats"], house.world.units["徽城镇"]
    stats.today = lambda: dt.date(2026, 6, 10)
    made = a_round(stats.database, town)
    submit_report(stats, made, town, as_=house.world.people["staff"], **TYPED)
    typed = {made.indicators[code]: value for code, value in TYPED.items()}
    told(What.SUBMIT, [made.submissions[town]], "stats", "submit_submission", typed=typed)
    accept(stats, made, town, as_=house.world.people["lead"])
    told(What.ACCEPT, [made.submissions[town]], "stats", "accept_submissions")
    house.deliver()
    kept = record.clicks[2]
    kept.told = Told.KEPT
    with house.databases["portal"].transaction() as cur:
        cur.execute(
            """
            INSERT INTO kept_command (command_id, person_id, line, doing, subjects, service, operation, asked,
                correlation_id, state) VALUES (%s, 1, 1, 'note', '[]', 'tasks', 'note_progress', '', 'c', 'confirmed')
            """,
            (kept.command_id,),
        )
    return record, Before(0, (done["checklist_id"],))


@contextmanager
def looked_at(house, worked, *plantings):
    """What the checker finds with statements carried out before, of which nothing stays."""
    record, before = worked
    with ExitStack() as stack:
        cursors = {name: stack.enter_context(undone(one)) for name, one in house.databases.items()}
        for database, statement in plantings:
            cursors[database].execute(statement)
        books = Books({name: partial(same, cur) for name, cur in cursors.items()})
        yield check(record, books, before)


def test_nothing_is_found_where_all_is_well(house, worked):
    with looked_at(house, worked) as found:
        assert found == []


DONE_DUTY = "(SELECT min(id) FROM duty WHERE state = 'accepted')"
PLANTED = {
    "a command is not in the book": (
        "commands",
        Harm.LOST,
        ("tasks", "DELETE FROM command WHERE operation = 'submit_duties'"),
    ),
    "a command has no answer": ("commands", Harm.LOST, ("stats", "UPDATE command SET answer = NULL")),
    "what was kept was refused": ("kept", Harm.LOST, ("portal", "UPDATE kept_command SET state = 'refused'")),
    "what was kept is gone": ("kept", Harm.LOST, ("portal", "DELETE FROM kept_command")),
    "a duty is not completed": ("duties", Harm.LOST, ("tasks", "DELETE FROM duty_history WHERE action = 'completed'")),
    "a duty is completed twice": (
        "duties",
        Harm.DOUBLED,
        (
            "tasks",
            """
            INSERT INTO duty_history (duty_id, version, action, text)
            SELECT duty_id, version, action, text FROM duty_history WHERE action = 'completed'
            """,
        ),
    ),
    "a duty is completed by nobody": (
        "duties",
        Harm.DOUBLED,
        (
            "tasks",
            """
            INSERT INTO duty_history (duty_id, version, action, text)
            SELECT max(id), 2, 'completed', '' FROM duty
            """,
        ),
    ),
    "a duty has another state than its history": (
        "duties",
        Harm.WRONG,
        ("tasks", f"UPDATE duty SET state = 'issued' WHERE id = {DONE_DUTY}"),
    ),
    "a note is lost": ("notes", Harm.LOST, ("tasks", "DELETE FROM duty_history WHERE action = 'progress'")),
    "a note stands twice": (
        "notes",
        Harm.DOUBLED,
        (
            "tasks",
            """
            INSERT INTO duty_history (duty_id, version, action, text)
            SELECT duty_id, version, action, text FROM duty_history WHERE action = 'progress'
            """,
        ),
    ),
    "a report was not submitted": (
        "reports",
        Harm.LOST,
        ("stats", "DELETE FROM submission_history WHERE action = 'submitted'"),
    ),
    "a report was accepted twice": (
        "reports",
        Harm.DOUBLED,
        (
            "stats",
            """
            INSERT INTO submission_history (submission_id, action, state)
            SELECT submission_id, action, state FROM submission_history WHERE action = 'accepted'
            """,
        ),
    ),
    "what was typed is gone": (
        "typed",
        Harm.LOST,
        ("stats", "UPDATE submission_cell SET typed = '13' WHERE typed = '12'"),
    ),
    "a list was not issued": ("issued", Harm.LOST, ("tasks", "DELETE FROM issue_run")),
    "a list is not finished": ("issued", Harm.LOST, ("tasks", "UPDATE issue_run SET state = 'running'")),
    "a list lacks a duty": (
        "issued",
        Harm.LOST,
        ("notifications", "DELETE FROM duty WHERE id = (SELECT max(id) FROM duty)"),
    ),
    "an event was not heard": (
        "events",
        Harm.LOST,
        ("stats", "DELETE FROM inbox WHERE event_id = (SELECT min(event_id::text)::uuid FROM inbox)"),
    ),
    "an event is parked": (
        "events",
        Harm.LOST,
        (
            "notifications",
            """
            INSERT INTO parked_message (queue, event_id, event_type, body, reason, attempts, state)
            VALUES ('notifications.events', '1', 'duty.submitted.v1', '', '', 5, 'parked')
            """,
        ),
    ),
    "a listener's picture is old": (
        "pictures",
        Harm.LOST,
        ("notifications", f"UPDATE duty SET state = 'issued' WHERE id = {DONE_DUTY}"),
    ),
    "a counter counts one too many": ("counters", Harm.DOUBLED, ("stats", "UPDATE unit_count SET duties = duties + 1")),
    "a counter counts one too few": ("counters", Harm.LOST, ("stats", "UPDATE item_count SET duties = duties - 1")),
    "a board shows as done what is not": (
        "boards",
        Harm.WRONG,
        ("stats", "UPDATE unit_count SET bucket = 'awaiting' WHERE bucket = 'done'"),
    ),
    "a sum is not that of its parts": ("figures", Harm.WRONG, ("stats", "UPDATE figure SET total = total + 1")),
    "a figure is not the newest fact": ("figures", Harm.WRONG, ("stats", "UPDATE figure SET own = own + 1")),
    "a cell is no fact": ("facts", Harm.LOST, ("stats", "DELETE FROM fact WHERE value = 12")),
    "facts were made twice": (
        "facts",
        Harm.DOUBLED,
        (
            "stats",
            """
            INSERT INTO fact (indicator_id, unit_id, period, value, known_since, origin, submission_id)
            SELECT indicator_id, unit_id, period, value, known_since + interval '1 second', origin, submission_id
            FROM fact WHERE submission_id IS NOT NULL
            """,
        ),
    ),
    "a person has two messages of a day": (
        "reminders",
        Harm.DOUBLED,
        ("notifications", "ALTER TABLE message DROP CONSTRAINT message_person_id_day_key"),
        (
            "notifications",
            "INSERT INTO message (person_id, day, changed_at) SELECT person_id, day, now() FROM message LIMIT 1",
        ),
    ),
    "a person has two digests of a day and channel": (
        "reminders",
        Harm.DOUBLED,
        ("notifications", "DROP INDEX delivery_of_day"),
        (
            "notifications",
            """
            INSERT INTO delivery (person_id, day, channel, purpose, state, not_before, planned_at, changed_at)
            SELECT 1, '2026-05-08', 'email', 'digest', 'sent', now(), now(), now() FROM generate_series(1, 2)
            """,
        ),
    ),
    "a line was sent twice": (
        "reminders",
        Harm.DOUBLED,
        (
            "notifications",
            """
            WITH sent AS (
                INSERT INTO delivery (person_id, day, channel, purpose, state, not_before, planned_at, changed_at)
                SELECT 1, day, 'email', 'digest', 'sent', now(), now(), now()
                FROM unnest('{2026-05-08,2026-05-09}'::date[]) AS day
                RETURNING id)
            INSERT INTO delivery_line (delivery_id, message_id, kind, subject_id, stage)
            SELECT id, 1, 'duty', 1, 'overdue' FROM sent
            """,
        ),
    ),
    "a reminder was told twice": (
        "reminders",
        Harm.DOUBLED,
        (
            "notifications",
            """
            INSERT INTO outbox (id, type, payload)
            SELECT gen_random_uuid(), type, payload FROM outbox WHERE type = 'reminder.sent.v1'
            """,
        ),
    ),
    "a reminder is not in the timeline": (
        "reminders",
        Harm.LOST,
        ("tasks", "DELETE FROM duty_history WHERE action = 'reminded'"),
    ),
    "a reminder is twice in the timeline": (
        "reminders",
        Harm.DOUBLED,
        (
            "tasks",
            """
            INSERT INTO duty_history (duty_id, version, action, person_id, text)
            SELECT duty_id, version, action, person_id, text FROM duty_history WHERE action = 'reminded'
            """,
        ),
    ),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_what_is_planted_is_found(house, worked, planted):
    by, harm, *statements = PLANTED[planted]
    with looked_at(house, worked, *statements) as found:
        assert (by, harm) in {(one.check, one.harm) for one in found}, found


def test_what_was_refused_must_have_left_nothing(house, worked):
    click = worked[0].clicks[2]
    click.told = Told.REFUSED
    try:
        with looked_at(house, worked) as found:
            assert [(one.check, one.harm) for one in found] == [("notes", Harm.DOUBLED)]
    finally:
        click.told = Told.KEPT


def test_a_page_that_says_defect_is_a_finding(house):
    record = Record()
    record.saw(503, "暂时连不上", "GET /duties")
    record.saw(500, "系统出错", "GET /duties")

    with looked_at(house, (record, Before(10**9, ()))) as found:
        assert [(one.check, one.harm) for one in found] == [("pages", Harm.DEFECT)]


LOOKED_AT, SETTLED_AT = 1_800_000_000.0, 1_800_000_060.0


def at_the_same(record, what, looked_at, told_at, told=Told.DONE):
    click = record.begin(what, [7], "somebody", looked_at=LOOKED_AT + looked_at)
    click.told, click.told_at = told, LOOKED_AT + told_at
    return click


@pytest.mark.parametrize(
    ("what", "rival", "expected"),
    [
        (What.TAKE_BACK, (What.ACCEPT, 30, 31), True),
        # What took effect before the page was looked at is committed while it is read.
        (What.TAKE_BACK, (What.ACCEPT, -5, 1), True),
        (What.TAKE_BACK, (What.ACCEPT, -5, -1), False),
        (What.TAKE_BACK, (What.ACCEPT, 61, 62), False),
        (What.TAKE_BACK, (What.TAKE_BACK, 30, 31), False),
        (What.CORRECT, (What.ACCEPT, 30, 31), False),
    ],
)
def test_who_came_second_has_lost_nothing(house, what, rival, expected):
    record = Record()
    click = at_the_same(record, what, 0, 1, Told.KEPT)
    at_the_same(record, *rival)
    with house.databases["portal"].transaction() as kept, undone_at_the_end(kept):
        kept.execute(
            """
            INSERT INTO kept_command (command_id, person_id, line, doing, service, operation, asked, correlation_id,
                state, settled_at)
            VALUES (%s, 1, 1, '', 'stats', '', '', 'c', 'refused', to_timestamp(%s))
            """,
            (click.command_id, SETTLED_AT),
        )
        with house.databases["stats"].transaction() as cur:
            books = Books({"stats": partial(same, cur), "portal": partial(same, kept)})

            assert list(outrun(record, books)) == ([click] if expected else [])


def test_of_several_that_are_accepted_one_may_have_been_taken_back(house):
    alone, beside = Record(), Record()
    clicks = [at_the_same(record, What.ACCEPT, 0, 60) for record in (alone, beside)]
    at_the_same(beside, What.TAKE_BACK, 10, 11)
    with house.databases["stats"].transaction() as cur, undone_at_the_end(cur):
        for click in clicks:
            cur.execute(
                """
                INSERT INTO command (id, operation, answer) VALUES (%s, '', '{"results": [{"outcome": "conflict"}]}')
                """,
                (click.command_id,),
            )
        with house.databases["portal"].transaction() as kept:
            books = Books({"stats": partial(same, cur), "portal": partial(same, kept)})

            assert list(outrun(alone, books)) == []
            assert list(outrun(beside, books)) == [clicks[1]]
