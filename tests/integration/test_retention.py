"""What is old goes a little at a time; what may not go stays, and what went wrong is counted and holds nothing up."""

import datetime as dt
from dataclasses import replace
from uuid import uuid4

import psycopg2
import pytest
from click.testing import CliRunner

from services.cli import main
from services.notifications.retention import RETENTION as NOTIFICATIONS
from services.portal.retention import RETENTION as PORTAL
from services.running.registry import retention_of
from services.tasks.retention import RETENTION as TASKS
from shared import retention
from shared.delivery import forgetting, outbox
from shared.delivery.forgetting import plumbing
from shared.delivery.housekeeping import Housekeeping
from shared.delivery.inprocess import InProcess
from shared.delivery.outbox import Position
from shared.delivery.tidying import Tidying, tidying_loop
from shared.errors import Invalid, NotFound
from shared.events import RelayTicked
from shared.process import metrics
from shared.process.settings import DATABASES, Settings
from shared.retention import AgedRows, Retention, Turn
from shared.rows import value, values
from shared.text import Text
from tests.support.checklists import fetch, run
from tests.support.counting_service import CountingService, ProducingService, submitted
from tests.support.eventually import eventually
from tests.support.relays import relaying

BEATS = "SELECT payload->>'database' FROM outbox WHERE type = 'relay.ticked.v1' ORDER BY seq"


def policy(name, rules=None):
    return (rules or plumbing(["relay"])).policy(name)


def turn(database, rule, days=None):
    with database.transaction() as cur:
        return rule.forget(cur, rule.days if days is None else days)


def tidy(database, rules, *, turns=1):
    """Let each of the policies have so many turns at once."""
    tidying = Tidying("tasks", rules)
    for _ in range(turns * len(rules.policies)):
        tidying._next_turn = 0.0
        with database.transaction() as cur:
            tidying.step(cur)
    return tidying


def left(database, table, order="1"):
    return fetch(database, f"SELECT * FROM {table} ORDER BY {order}")


# One row that is old and one that is new, for each policy that goes by a column: (statement, table, column of the age).
AGED = {
    "inbox": ("INSERT INTO inbox (queue, event_id) VALUES ('q', gen_random_uuid())", "inbox", "handled_at"),
    "command": ("INSERT INTO command (id, operation) VALUES (gen_random_uuid(), 'x')", "command", "received_at"),
    "refusal": (
        "INSERT INTO refusal (operation, reason, correlation_id) VALUES ('x', '', '')",
        "refusal",
        "refused_at",
    ),
    "parked_message": (
        """
        INSERT INTO parked_message (queue, body, reason, state, decided_at) VALUES ('q', '', '', 'discarded', now())
        """,
        "parked_message",
        "decided_at",
    ),
}


@pytest.mark.parametrize("name", AGED)
def test_what_is_older_than_the_policy_goes_and_what_is_younger_stays(produced, name):
    statement, table, column = AGED[name]
    rule = policy(name)
    run(produced, statement)
    run(produced, f"UPDATE {table} SET {column} = now() - make_interval(days => %s, hours => 1)", (rule.days,))
    run(produced, statement)
    run(produced, statement)
    run(
        produced,
        f"UPDATE {table} SET {column} = now() - make_interval(days => %s, hours => -1)"
        f" WHERE ctid = (SELECT max(ctid) FROM {table})",
        (rule.days,),
    )

    assert turn(produced, rule) == Turn(1, is_done=True)
    assert len(left(produced, table)) == 2


def test_a_parked_message_without_a_decision_stays_however_old_it_is(produced):
    run(
        produced,
        """
        INSERT INTO parked_message (queue, body, reason, state, parked_at)
        SELECT 'q', '', '', state, now() - interval '9 years' FROM unnest(ARRAY['parked', 'replay_asked']) AS state
        """,
    )

    assert turn(produced, policy("parked_message")) == Turn(0, is_done=True)
    assert len(left(produced, "parked_message")) == 2


def test_a_turn_takes_a_few_of_the_oldest_and_says_that_there_are_more(produced):
    run(
        produced,
        """
        INSERT INTO inbox (queue, event_id, handled_at)
        SELECT 'q', gen_random_uuid(), now() - make_interval(days => n) FROM generate_series(101, 105) AS n
        """,
    )
    rule = replace(policy("inbox"), at_once=2)

    turns = [turn(produced, rule) for _ in range(3)]

    assert turns == [Turn(2, is_done=False), Turn(2, is_done=False), Turn(1, is_done=True)]


def test_the_oldest_go_first(produced):
    run(
        produced,
        """
        INSERT INTO command (id, operation, received_at)
        SELECT gen_random_uuid(), n::text, now() - make_interval(days => n) FROM unnest(ARRAY[101, 300, 200]) AS n
        """,
    )

    turn(produced, replace(policy("command"), at_once=1))

    assert sorted(row.operation for row in left(produced, "command")) == ["101", "200"]


def test_an_old_file_goes_with_its_chunks(call, tasks_db):
    old = call.upload("old.bin", b"x" * 100_000, as_="lead")
    run(tasks_db, "UPDATE file SET created_at = now() - interval '3 days'")
    new = call.upload("new.bin", b"x", as_="lead")

    assert turn(tasks_db, policy("file", TASKS)) == Turn(1, is_done=True)

    with pytest.raises(NotFound):
        call.download(old, as_="lead")
    assert call.download(new, as_="lead") == ("new.bin", b"x")
    assert {row.file_id for row in left(tasks_db, "file_chunk")} == {new}


def test_sessions_go_a_day_after_they_began(portal_db):
    run(
        portal_db,
        """
        INSERT INTO session (id_hash, person_id, created_at, last_seen_at) VALUES
            ('old', 1, now() - interval '25 hours', now()), ('idle', 1, now(), now() - interval '1 hour')
        """,
    )

    assert turn(portal_db, policy("session", PORTAL)) == Turn(1, is_done=True)
    assert [bytes(row.id_hash) for row in left(portal_db, "session")] == [b"idle"]


def test_messages_go_with_their_lines_and_unread_ones_stay_longer(notifications_db):
    run(
        notifications_db,
        """
        INSERT INTO message (person_id, day, is_read, changed_at) VALUES
            (1, '2020-01-01', true, now() - interval '401 days'), (1, '2020-01-02', true, now()),
            (1, '2020-01-03', false, now() - interval '401 days'), (1, '2020-01-04', false, now() - interval '4 years');
        INSERT INTO message_line (message_id, duty_id, stage) SELECT message.id, n, 'issued'
            FROM message, generate_series(1, 3) AS n;
        """,
    )

    assert turn(notifications_db, policy("message", NOTIFICATIONS)) == Turn(1, is_done=True)
    assert turn(notifications_db, policy("unread_message", NOTIFICATIONS)) == Turn(1, is_done=True)

    assert [row.day.day for row in left(notifications_db, "message", "day")] == [2, 3]
    assert len(left(notifications_db, "message_line")) == 6


def test_a_reminder_that_could_come_again_stays(notifications_db):
    """Of its being issued a duty is reminded until somebody acknowledges it, unless nobody will ever look again."""
    run(
        notifications_db,
        """
        INSERT INTO duty (id, checklist_id, item_id, unit_id, due_on, remind_on, version, state, is_open, period) VALUES
            (1, 1, 1, 1, '2020-01-01', '2030-01-01', 1, 'issued', true, ''),
            (2, 1, 1, 1, '2020-01-01', '2030-01-01', 2, 'acknowledged', true, ''),
            (3, 1, 1, 1, '2020-01-01', NULL, 1, 'issued', true, '');
        INSERT INTO reminder (duty_id, stage, slot, reminded_at)
            SELECT duty.id, stage, '2020-01-01', now() - interval '3 years'
            FROM duty, unnest(ARRAY['issued', 'due_soon', 'overdue']) AS stage;
        INSERT INTO reminder (duty_id, stage, slot, reminded_at) VALUES (2, 'overdue', current_date, now());
        """,
    )

    assert turn(notifications_db, policy("reminder", NOTIFICATIONS)) == Turn(8, is_done=True)

    kept = [(row.duty_id, row.stage) for row in left(notifications_db, "reminder")]
    assert sorted(kept) == [(1, "issued"), (2, "overdue")]


# The event log.


def emit(database, *events, days_ago=0):
    """Events of one transaction, written some days ago; returns the position of the last."""
    with database.transaction() as cur:
        outbox.add(cur, list(events))
        cur.execute(
            "UPDATE outbox SET created_at = now() - make_interval(days => %s) WHERE xid = pg_current_xact_id()",
            (days_ago,),
        )
        cur.execute("SELECT xid::text::bigint AS xid FROM outbox WHERE xid = pg_current_xact_id() LIMIT 1")
        xid = value(cur, int)
        cur.execute("SELECT max(seq) AS seq FROM outbox")
        return Position(xid, value(cur, int))


def beat(name):
    return RelayTicked(database=name, ticked_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))


def passed(database, position, reader="relay"):
    with database.transaction() as cur:
        outbox.save_position(cur, reader, position)


def beats(database):
    with database.transaction() as cur:
        cur.execute(BEATS)
        return values(cur, str)


def test_old_heartbeats_go_from_the_event_log_and_nothing_else_does(produced):
    emit(produced, beat("old"), submitted(1), days_ago=9)
    emit(produced, beat("older than a day"), days_ago=2)
    passed(produced, emit(produced, beat("new")))

    assert turn(produced, policy("heartbeat")) == Turn(1, is_done=True)

    assert beats(produced) == ["older than a day", "new"]
    assert len(left(produced, "outbox")) == 3


def test_a_heartbeat_that_a_reader_has_not_passed_stays(produced):
    first = emit(produced, beat("passed"), days_ago=9)
    last = emit(produced, beat("not passed"), days_ago=9)
    passed(produced, last)
    passed(produced, first, reader="to:stats")

    assert turn(produced, policy("heartbeat")) == Turn(1, is_done=False, is_held=True)
    assert beats(produced) == ["not passed"]

    passed(produced, last, reader="to:stats")
    assert turn(produced, policy("heartbeat")) == Turn(1, is_done=True)


def test_a_reader_that_has_not_begun_holds_the_log(produced):
    emit(produced, beat("old"), days_ago=9)
    passed(produced, Position(10**15, 0), reader="to:stats")

    assert turn(produced, policy("heartbeat")) == Turn(0, is_done=False, is_held=True)


def test_the_log_is_gone_through_once(produced):
    last = Position()
    for number in range(5):
        last = emit(produced, submitted(number), beat(str(number)), days_ago=9)
    passed(produced, last)
    rule = replace(policy("heartbeat"), at_once=4)

    turns = [turn(produced, rule) for _ in range(3)]

    assert turns == [Turn(2, is_done=False), Turn(2, is_done=False), Turn(1, is_done=True)]
    assert beats(produced) == []
    with produced.transaction() as cur:
        assert forgetting._swept(cur) == last


def a_month(database, month):
    """A partition of a past month with a row in it; returns the row's position."""
    year, number = divmod(int(month), 100)
    first, last = dt.date(year, number, 1), dt.date(year + number // 12, number % 12 + 1, 1)
    run(database, f"CREATE TABLE outbox_{month} PARTITION OF outbox FOR VALUES FROM ('{first}') TO ('{last}')")
    with database.transaction() as cur:
        cur.execute(
            """
            INSERT INTO outbox (id, type, payload, created_at) VALUES (%s, 'duty.submitted.v1', '{}', %s)
            RETURNING xid::text::bigint
            """,
            (str(uuid4()), first + dt.timedelta(days=1)),
        )
        xid = value(cur, int)
        cur.execute("SELECT max(seq) AS seq FROM outbox")
        return Position(xid, value(cur, int))


def months(database):
    return [
        row.relname
        for row in fetch(
            database, "SELECT relname FROM pg_class WHERE relname ~ '^outbox_20(20|21)' AND relkind = 'r' ORDER BY 1"
        )
    ]


def test_the_event_log_stays_for_ever_unless_somebody_decides_otherwise(produced):
    passed(produced, a_month(produced, "202001"))

    tidy(produced, plumbing(["relay"]))

    assert months(produced) == ["outbox_202001"]
    assert left(produced, "retention_run")


def test_whole_months_go_from_the_log_the_oldest_first_and_are_written_down(produced):
    a_month(produced, "202002")
    passed(produced, a_month(produced, "202001"))
    with produced.transaction() as cur:
        retention.choose(cur, policy("outbox"), 365)

    assert turn(produced, policy("outbox"), 365).is_done is False
    assert months(produced) == ["outbox_202002"]
    assert turn(produced, policy("outbox"), 365).is_done is True

    assert months(produced) == []
    assert [row.partition for row in left(produced, "outbox_dropped")] == ["outbox_202001", "outbox_202002"]
    with produced.transaction() as cur:
        assert forgetting.months_dropped(cur) == 2
        cur.execute("SELECT make_outbox_partitions(2)")
    emit(produced, submitted(1))


def test_a_month_that_a_reader_has_not_passed_stays(produced):
    first = a_month(produced, "202001")
    passed(produced, a_month(produced, "202002"))
    passed(produced, first, reader="to:stats")

    turns = [turn(produced, policy("outbox"), 365) for _ in range(2)]

    assert turns[1] == Turn(0, is_done=False, is_held=True)
    assert months(produced) == ["outbox_202002"]


def test_a_month_that_is_not_old_enough_stays(produced):
    """Its last day counts, not its first."""
    position = a_month(produced, "202101")
    passed(produced, position)
    age = (dt.datetime.now(dt.UTC).date() - dt.date(2021, 2, 1)).days

    assert turn(produced, policy("outbox"), age + 1) == Turn(0, is_done=True)
    assert turn(produced, policy("outbox"), age - 1).is_done is True
    assert months(produced) == []


# What operators choose.


def test_what_an_operator_chose_holds_instead_of_the_default(produced):
    run(produced, AGED["inbox"][0])
    run(produced, "UPDATE inbox SET handled_at = now() - interval '100 days'")
    with produced.transaction() as cur:
        retention.choose(cur, policy("inbox"), 200)
    tidy(produced, plumbing())
    assert len(left(produced, "inbox")) == 1

    with produced.transaction() as cur:
        retention.choose(cur, policy("inbox"), 90)
    tidy(produced, plumbing())

    assert left(produced, "inbox") == []


def test_never_is_a_choice(produced):
    run(produced, AGED["inbox"][0])
    run(produced, "UPDATE inbox SET handled_at = now() - interval '9 years'")
    with produced.transaction() as cur:
        retention.choose(cur, policy("inbox"), None)

    tidy(produced, plumbing())

    assert len(left(produced, "inbox")) == 1
    assert next(row for row in left(produced, "retention_run") if row.policy == "inbox").done_at is not None


def test_less_than_a_policy_allows_is_refused_with_the_reason(produced):
    with produced.transaction() as cur, pytest.raises(Invalid) as refused:
        retention.choose(cur, policy("refusal"), 179)

    assert refused.value.text.zh == "“refusal”至少保留 180 天：网络日志须留存不少于六个月。"
    assert "must stay for 180 days at least" in refused.value.text.en


@pytest.mark.parametrize("table", ["audit_log", "duty_history", "checklist", "duty", "issue_run"])
def test_of_what_is_kept_for_ever_nothing_can_be_set(table):
    with pytest.raises(Invalid) as refused:
        retention_of("tasks").policy(table)

    assert "永久保存，不能设置期限。" in refused.value.text.zh
    assert "for ever; no number of days can be set." in refused.value.text.en


def test_a_policy_that_would_delete_what_is_kept_for_ever_cannot_even_be_written_down():
    rows = AgedRows(name="old", table="audit_log", at="at", days=9, least=1, what=Text("", ""), why=Text("", ""))

    with pytest.raises(ValueError, match="audit_log, which is kept for ever"):
        Retention(policies=(rows,)) + TASKS


def invoke(database, *arguments):
    settings = {"tasks": database.dsn}
    return CliRunner().invoke(main.commands["retention"], arguments, obj=_settings(settings))


def _settings(urls):
    return Settings(home=None, port=0, host="", broker_url="", database_urls=urls)


def test_the_command_lists_every_policy_and_what_never_goes(tasks_db):
    with tasks_db.transaction() as cur:
        retention.choose(cur, policy("inbox"), None)

    lines = invoke(tasks_db, "list").stdout.splitlines()

    shown = {line.split("\t")[1]: line.split("\t")[2:] for line in lines}
    rules = retention_of("tasks")
    assert set(shown) == {rule.name for rule in rules.policies} | set(rules.kept)
    assert shown["file"] == ["2 天 / days", "-", "0", "上传和导出的文件 / files that were uploaded or exported"]
    assert shown["inbox"][0] == shown["audit_log"][0] == shown["outbox"][0] == "永久 / for ever"


def test_the_command_sets_a_policy(tasks_db):
    done = invoke(tasks_db, "set", "--service", "tasks", "command", "30")
    assert (done.exit_code, done.stdout) == (0, "tasks\tcommand\t30 天 / days\n")

    invoke(tasks_db, "set", "--service", "tasks", "file", "never")

    assert {row.name: row.days for row in left(tasks_db, "retention_policy")} == {"command": 30, "file": None}


def test_the_command_says_what_a_limit_of_the_event_log_costs(tasks_db):
    done = invoke(tasks_db, "set", "--service", "tasks", "outbox", "365")

    assert "rebuild stats" in done.stderr


@pytest.mark.parametrize(
    ("name", "days", "said"),
    [
        ("audit_log", "30", "审计日志永久保存，不能设置期限。"),
        ("command", "1", "至少保留 2 天"),
        ("nothing", "30", "没有名为“nothing”的保留策略"),
        ("command", "0", "永不删除"),
        ("command", "soon", "永不删除"),
    ],
)
def test_the_command_refuses_with_a_sentence(tasks_db, name, days, said):
    done = invoke(tasks_db, "set", "--service", "tasks", name, days)

    assert done.exit_code != 0
    assert said in done.stderr
    assert left(tasks_db, "retention_policy") == []


# Who carries it out.


def sample(gauge, *labels):
    return gauge.labels(*labels)._value.get()


def test_a_turn_that_fails_is_undone_and_counted_and_the_others_have_theirs(produced):
    for name in ("inbox", "command"):
        run(produced, AGED[name][0])
        run(produced, f"UPDATE {AGED[name][1]} SET {AGED[name][2]} = now() - interval '9 years'")
    failures = sample(metrics.RETENTION_FAILURES, "tasks", "inbox")
    other = psycopg2.connect(produced.dsn)
    with other.cursor() as cur:
        cur.execute("LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE")
        tidy(produced, Retention(policies=(forgetting.INBOX, forgetting.COMMAND)))
    other.close()

    assert sample(metrics.RETENTION_FAILURES, "tasks", "inbox") == failures + 1
    assert (len(left(produced, "inbox")), len(left(produced, "command"))) == (1, 0)


def test_a_defect_in_a_policy_does_not_end_the_work_of_its_process(produced):
    broken = replace(forgetting.INBOX, at="no_such_column")

    tidy(produced, Retention(policies=(broken,)))

    assert left(produced, "retention_run") == []


def test_a_connection_that_is_lost_is_told(produced):
    tidying = Tidying("tasks", plumbing())
    connection = psycopg2.connect(produced.dsn)
    with connection.cursor() as cur, produced.transaction() as other:
        other.execute("SELECT pg_terminate_backend(%s)", (connection.info.backend_pid,))
        with pytest.raises(psycopg2.Error):
            tidying.step(cur)


def test_rows_their_age_and_the_last_run_are_measured(produced):
    run(produced, AGED["inbox"][0])
    run(produced, "UPDATE inbox SET handled_at = now() - interval '10 days'")
    run(produced, "ANALYZE inbox")
    emit(produced, submitted(1), days_ago=3)

    tidying = tidy(produced, plumbing(["relay"]))
    with produced.transaction() as cur:
        tidying.measure(cur)

    assert sample(metrics.STORED_ROWS, "tasks", "inbox") == 1
    assert sample(metrics.STORED_OLDEST, "tasks", "inbox") == pytest.approx(10 * 86_400, abs=60)
    assert sample(metrics.STORED_OLDEST, "tasks", "outbox") == pytest.approx(3 * 86_400, abs=60)
    done_at = next(row.done_at for row in left(produced, "retention_run") if row.policy == "inbox")
    assert sample(metrics.RETENTION_SUCCESS, "tasks", "inbox") == pytest.approx(done_at.timestamp())


def test_a_run_of_the_process_before_is_remembered(produced):
    """Else a process that is started again and again would look as if it had just done everything."""
    tidy(produced, plumbing())
    run(produced, "UPDATE retention_run SET done_at = now() - interval '3 days'")

    with produced.transaction() as cur:
        Tidying("tasks", plumbing()).measure(cur)

    assert sample(metrics.RETENTION_SUCCESS, "tasks", "inbox") < dt.datetime.now(dt.UTC).timestamp() - 2 * 86_400


def test_a_policy_is_not_carried_out_again_within_the_hour(produced):
    tidying = tidy(produced, Retention(policies=(forgetting.INBOX,)))
    run(produced, AGED["inbox"][0])
    run(produced, "UPDATE inbox SET handled_at = now() - interval '9 years'")

    tidying._next_turn = 0.0
    with produced.transaction() as cur:
        tidying.step(cur)

    assert len(left(produced, "inbox")) == 1


def old_inbox_row(database):
    run(database, AGED["inbox"][0])
    run(database, "UPDATE inbox SET handled_at = now() - interval '9 years'")


def test_a_relay_lets_what_is_old_go_from_its_database(path):
    old_inbox_row(path.produced)
    file = AgedRows(name="file", table="old_thing", at="at", days=1, least=1, what=Text("", ""), why=Text("", ""))
    run(path.produced, "CREATE TABLE old_thing AS SELECT now() - interval '2 days' AS at")

    with relaying(path, retention=Retention(policies=(file,))):
        eventually(lambda: not left(path.produced, "inbox") and not left(path.produced, "old_thing"), within=30)


def test_the_embedded_mode_lets_what_is_old_go_from_every_database(path):
    old_inbox_row(path.produced)
    old_inbox_row(path.counting)
    system = InProcess({"producing": ProducingService(path.produced), "counting": CountingService(path.counting)})

    system.start()
    try:
        eventually(lambda: not left(path.produced, "inbox"), within=30)
        eventually(lambda: not _has_old_row(path.counting), within=30)
    finally:
        system.stop()


def _has_old_row(database):
    return fetch(database, "SELECT 1 FROM inbox WHERE handled_at < now() - interval '1 year'")


def test_a_database_without_readers_has_a_loop_of_its_own(portal_db):
    run(
        portal_db,
        "INSERT INTO session (id_hash, person_id, created_at) VALUES ('old', 1, now() - interval '25 hours')",
    )
    loop = tidying_loop("portal", portal_db, PORTAL)

    loop.start()
    eventually(lambda: not left(portal_db, "session"))
    loop.stop()


def test_who_stands_by_shows_no_figures(produced):
    """Under a name of its own: other tests of this process leave the gauges of the services that they start."""
    housekeeping = Housekeeping("standby", ["relay"])
    with produced.transaction() as cur:
        housekeeping.tidy(cur)
    assert ("standby", "inbox") in metrics.STORED_OLDEST._metrics

    housekeeping.stop_measuring()

    for gauge in (metrics.STORED_OLDEST, metrics.STORED_ROWS, metrics.RETENTION_SUCCESS):
        assert [labels for labels in gauge._metrics if labels[0] == "standby"] == []


def test_every_database_has_its_rules():
    assert all(retention_of(name).policies for name in DATABASES)
