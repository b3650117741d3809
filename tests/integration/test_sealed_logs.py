"""The log of a database on a real server: nobody changes it, every row gets a seal, and a crime is found and named."""

import datetime as dt
from dataclasses import replace
from itertools import count

import psycopg2
import pytest
from click.testing import CliRunner

from services.cli import main
from services.stats.service import StatsService
from services.tasks.audit.kinds import LOGS, NOT_LOGGED, OF_NO_KIND
from services.tasks.service import TasksService
from shared.calling.caller import Call
from shared.calling.service import operation_of, operations_of
from shared.database import Database
from shared.delivery.forgetting import REFUSAL
from shared.delivery.housekeeping import Housekeeping
from shared.delivery.inprocess import InProcess
from shared.delivery.relay import Relay
from shared.errors import BrokerAway, Forbidden
from shared.migrations import migrate
from shared.process import metrics
from shared.sealing import queries
from shared.sealing.sealing import Sealing
from shared.sealing.sources import OF_ALL
from shared.sealing.verifying import Expected, findings
from tests.support.checklists import fetch, rewrite, run
from tests.support.counting_service import ProducingService
from tests.support.duties import issued, submit
from tests.support.eventually import eventually
from tests.support.relays import relaying
from tests.support.submissions import a_round, accept
from tests.support.submissions import submit as submit_report
from tests.support.tasks import MIGRATIONS
from tests.support.victims import PATTERNS

_names = count(1)

WORK = """
    INSERT INTO audit_log (action, subject, detail) SELECT 'unit.saved', n::text, jsonb_build_object('rows', n)
    FROM generate_series(1, 6) AS n
"""


def seal(database, algorithm="sha256", sources=LOGS, limit=2000):
    with database.transaction() as cur:
        return Sealing(sources, algorithm).step(cur, limit=limit)


def wrong(database, sources=LOGS, *expected):
    """What is found, as (number of the seal, table, id of the row, the sentence)."""
    with database.transaction() as cur:
        return [(one.seq, one.table, one.row_id, one.what.zh) for one in findings(cur, sources, expected)]


def seals(database):
    return fetch(
        database, "SELECT seq, source, row_id, algorithm, encode(hash, 'hex') AS hash FROM log_seal ORDER BY seq"
    )


@pytest.fixture
def log(tasks_db):
    """Six entries of the audit log with their seals, and nothing else; the ids in the order of the seals."""
    seal(tasks_db)
    before = len(seals(tasks_db))
    run(tasks_db, WORK)
    assert seal(tasks_db) == 6
    return [(row.seq, row.row_id) for row in seals(tasks_db)[before:]]


def test_what_is_done_and_refused_and_taken_away_is_sealed_in_the_order_of_its_commits(call, tasks_db):
    call("sign_in", {"name": "lead", "password": call.world.password}, as_=None)
    submit(call, *issued(call, "徽城镇"))
    with pytest.raises(Forbidden):
        call("list_people", {}, as_="shendu")
    call("record_export", {"title": "责任", "rows": 1}, as_="lead")

    seal(tasks_db)

    sealed = seals(tasks_db)
    assert {row.source for row in sealed} == {"audit_log", "duty_history", "refusal"}
    assert [row.seq for row in sealed] == list(range(1, len(sealed) + 1))
    kept = fetch(
        tasks_db,
        """
        SELECT 'audit_log' AS source, id FROM audit_log UNION ALL SELECT 'refusal', id FROM refusal
        UNION ALL SELECT 'duty_history', id FROM duty_history WHERE action <> ALL (%s)
        """,
        ([*NOT_LOGGED, *OF_NO_KIND],),
    )
    assert sorted((row.source, row.row_id) for row in sealed) == sorted((row.source, row.id) for row in kept)
    done = [row.action for row in fetch(tasks_db, "SELECT action FROM audit_log ORDER BY id")]
    assert {"person.signed_in", "list.exported"} <= set(done)
    assert wrong(tasks_db) == []


@pytest.mark.parametrize("table", ["audit_log", "duty_history", "refusal", "log_seal", "log_cut"])
@pytest.mark.parametrize(
    "statement", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0}", "TRUNCATE {0} CASCADE"]
)
def test_the_role_of_the_application_cannot_change_or_delete_a_row(owned, table, statement):
    """It owns the tables; a plain grant would hold it back from nothing."""
    column = "seq" if table == "log_seal" else "source" if table == "log_cut" else "person_id"

    with pytest.raises(psycopg2.errors.RestrictViolation, match=r"审计记录.* / rows of"):
        run(owned, statement.format(table, column))

    assert len(fetch(owned, f"SELECT 1 FROM {table}")) == 1


@pytest.fixture
def owned(postgres_server):
    """A database as a deployment makes it, of a role that is nothing but its owner; a row in each of the tables."""
    name = f"owned_log_{next(_names)}"
    with postgres_server.cursor() as cur:
        cur.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'owned'")
    postgres_server.create_database(name, owner=name)
    dsn = postgres_server.uri(name, name, "owned")
    migrate(dsn, MIGRATIONS)
    database = Database(dsn, size=1)
    rewritten = Database(postgres_server.uri(name), size=1)
    rewrite(
        rewritten,
        """
        INSERT INTO audit_log (action, subject) VALUES ('unit.saved', '');
        INSERT INTO duty_history (duty_id, version, action) VALUES (1, 1, 'submitted');
        INSERT INTO refusal (operation, reason, correlation_id) VALUES ('x', '', '');
        INSERT INTO log_cut (source, before) VALUES ('refusal', now() - interval '1 year');
        INSERT INTO log_seal VALUES (1, 'audit_log', 1, now(), '', '', 'sha256', now(), '');
        """,
    )
    rewritten.close()
    yield database
    database.close()
    postgres_server.drop_database(name)
    with postgres_server.cursor() as cur:
        cur.execute(f"DROP ROLE {name}")


def test_rows_that_were_there_before_get_their_seals_too(postgres_server):
    """Those of the release before, whose processes have ended when the last migration runs."""
    name = f"older_log_{next(_names)}"
    dsn = postgres_server.create_database(name)
    migrate(dsn, MIGRATIONS, stage="pre")
    database = Database(dsn, size=1)
    run(database, WORK)
    assert seal(database) == 0

    migrate(dsn, MIGRATIONS)

    assert seal(database) == 6
    assert wrong(database) == []
    run(database, WORK)
    assert seal(database) == 6
    database.close()
    postgres_server.drop_database(name)


def test_a_row_of_a_transaction_that_is_still_running_waits_and_holds_nobody_up_for_ever(tasks_db):
    """Its id is the lower one, and its place in the chain the later."""
    seal(tasks_db)
    with tasks_db.transaction() as slow:
        slow.execute("INSERT INTO audit_log (action, subject) VALUES ('unit.saved', 'slow') RETURNING id")
        (first,) = slow.fetchone()
        run(tasks_db, "INSERT INTO audit_log (action, subject) VALUES ('unit.saved', 'quick')")
        assert seal(tasks_db) == 0
    assert seal(tasks_db) == 2
    assert [row.row_id for row in seals(tasks_db)[-2:]] == [first, first + 1]


def test_only_one_seals_at_a_time(tasks_db):
    run(tasks_db, WORK)
    with tasks_db.transaction() as cur:
        assert Sealing(LOGS).step(cur, limit=2) == 2
        assert seal(tasks_db) == 0


def test_a_chain_goes_on_when_its_hash_is_changed_in_the_middle(tasks_db, log):
    run(tasks_db, WORK)

    assert seal(tasks_db, "sm3") == 6

    assert {row.algorithm for row in seals(tasks_db)[-6:]} == {"sm3"}
    assert wrong(tasks_db) == []


ALTERED, MISSING, MOVED, GAP = (
    "记录被改动",
    "记录被删除",
    "前一条不是当初的那条：有封印被删除或调换",
    "这一条之前缺少封印",
)


def test_an_altered_row_is_named(tasks_db, log):
    seq, row_id = log[2]
    rewrite(tasks_db, "UPDATE audit_log SET detail = '{\"rows\": 4}' WHERE id = %s", (row_id,))

    assert wrong(tasks_db) == [(seq, "audit_log", row_id, ALTERED)]


def test_a_missing_row_is_named(tasks_db, log):
    seq, row_id = log[3]
    rewrite(tasks_db, "DELETE FROM audit_log WHERE id = %s", (row_id,))

    assert wrong(tasks_db) == [(seq, "audit_log", row_id, MISSING)]


def test_rows_that_changed_places_are_named(tasks_db, log):
    (first, one), (second, other) = log[1], log[4]
    rewrite(
        tasks_db,
        """
        UPDATE audit_log AS did SET subject = was.subject, detail = was.detail FROM audit_log AS was
        WHERE did.id IN (%(a)s, %(b)s) AND was.id = %(a)s + %(b)s - did.id
        """,
        {"a": one, "b": other},
    )

    assert wrong(tasks_db) == [(first, "audit_log", one, ALTERED), (second, "audit_log", other, ALTERED)]


def test_seals_that_changed_places_are_named(tasks_db, log):
    (first, one), (second, other) = log[1], log[3]
    rewrite(tasks_db, "UPDATE log_seal SET seq = -seq WHERE seq IN (%s, %s)", (first, second))
    rewrite(tasks_db, "UPDATE log_seal SET seq = %s + seq WHERE seq < 0", (first + second,))

    found = wrong(tasks_db)

    assert (first, "audit_log", other, MOVED) in found
    assert (second, "audit_log", one, MOVED) in found


def test_a_missing_seal_is_named_with_the_row_that_has_none(tasks_db, log):
    (seq, row_id), (next_seq, next_row) = log[2], log[3]
    rewrite(tasks_db, "DELETE FROM log_seal WHERE seq = %s", (seq,))

    assert wrong(tasks_db) == [
        (next_seq, "audit_log", next_row, GAP),
        (None, "audit_log", row_id, "记录没有封印：绕过系统写入"),
    ]


def test_a_row_that_was_written_past_the_triggers_is_named(tasks_db, log):
    rewrite(tasks_db, "INSERT INTO audit_log (action, subject) VALUES ('unit.saved', 'forged')")

    assert [place[:2] for place in wrong(tasks_db)] == [(None, "audit_log")]


def test_a_missing_end_is_found_by_the_head_that_was_kept_elsewhere_alone(tasks_db, log):
    seq, row_id = log[-1]
    with tasks_db.transaction() as cur:
        head = queries.head(cur)
    rewrite(tasks_db, "DELETE FROM log_seal WHERE seq = %s", (seq,))
    rewrite(tasks_db, "DELETE FROM audit_log WHERE id = %s", (row_id,))

    assert wrong(tasks_db) == []
    assert wrong(tasks_db, LOGS, Expected(head.seq, head.hash)) == [
        (seq, "", None, "与另存的链头不符：末尾被删除，或整条链被重写")
    ]


def test_a_row_that_went_before_it_could_be_sealed_is_named(tasks_db, log):
    run(tasks_db, "INSERT INTO audit_log (action, subject) VALUES ('unit.saved', 'gone')")
    rewrite(tasks_db, "DELETE FROM audit_log WHERE subject = 'gone'")
    seal(tasks_db)

    assert [(seq, what) for seq, _, _, what in wrong(tasks_db)] == [(log[-1][0] + 1, MISSING)]


@pytest.mark.parametrize("table", ["log_seal", "audit_log", "duty_history", "refusal"])
def test_a_trigger_that_was_switched_off_is_named(tasks_db, log, table):
    run(tasks_db, f"ALTER TABLE {table} DISABLE TRIGGER ALL")

    assert wrong(tasks_db) == [(None, table, None, "防改动的触发器缺失或被停用")]


def a_refusal(database, days):
    run(
        database,
        """
        INSERT INTO refusal (operation, reason, correlation_id, refused_at)
        VALUES ('x', '', '', now() - make_interval(days => %s))
        """,
        (days,),
    )


def forget(database, days=REFUSAL.days):
    with database.transaction() as cur:
        return REFUSAL.forget(cur, days).deleted


def test_what_goes_by_its_policy_leaves_its_seal_and_a_cut_and_the_chain_stays_right(tasks_db, log):
    for days in (1200, 1100, 400):
        a_refusal(tasks_db, days)
    assert forget(tasks_db) == 0, "what has no seal yet must not go"
    seal(tasks_db)

    assert forget(tasks_db) == 2
    assert wrong(tasks_db) == [], "the cut waits for its seal"
    seal(tasks_db)

    assert wrong(tasks_db) == []
    assert forget(tasks_db) == 0
    rewrite(tasks_db, "DELETE FROM refusal")
    assert [what for *_, what in wrong(tasks_db)] == [MISSING], "what is younger than the cut is not excused by it"


def test_a_refusal_goes_neither_without_a_cut_nor_sooner_than_any_policy_may_say(tasks_db):
    for days in (1200, 100):
        a_refusal(tasks_db, days)
    run(tasks_db, "INSERT INTO log_cut (source, before) VALUES ('refusal', now())")
    for old in (True, False):
        with pytest.raises(psycopg2.errors.RestrictViolation), tasks_db.transaction() as cur:
            cur.execute("INSERT INTO log_cut (source, before) VALUES ('refusal', now() - interval '100 days')")
            cur.execute(
                "DELETE FROM refusal WHERE refused_at < now() - make_interval(days => %s)", (1000 if old else 1,)
            )
    with pytest.raises(psycopg2.errors.RestrictViolation):
        run(tasks_db, "DELETE FROM refusal WHERE refused_at < now() - interval '1000 days'")


def test_a_cut_excuses_nothing_in_a_table_that_has_no_policy(tasks_db, log):
    run(tasks_db, "INSERT INTO log_cut (source, before) VALUES ('audit_log', now() - interval '181 days')")
    rewrite(
        tasks_db, "INSERT INTO audit_log (action, subject, at) VALUES ('unit.saved', 'old', now() - interval '1 year')"
    )
    run(tasks_db, "INSERT INTO log_waiting (source, row_id) SELECT 'audit_log', max(id) FROM audit_log")
    seal(tasks_db)
    rewrite(tasks_db, "DELETE FROM audit_log WHERE subject = 'old'")

    assert [what for *_, what in wrong(tasks_db)] == [MISSING]


@pytest.mark.parametrize("service", [TasksService, StatsService])
def test_every_row_of_a_log_waits_by_the_same_rule_as_it_is_looked_for(service, tasks_db, stats_db):
    """What the migration says of a table, the sources say again."""
    database = tasks_db if service is TasksService else stats_db
    found = fetch(
        database,
        """
        SELECT tgrelid::regclass::text AS name, encode(tgargs, 'escape') AS condition FROM pg_trigger
        WHERE tgname = 'log_waits' ORDER BY name
        """,
    )

    assert {row.name: row.condition.removesuffix("\\000") for row in found} == {
        source.table: source.where for source in service.logs
    }


def test_how_long_rows_wait_for_their_seals_is_measured(tasks_db):
    seal(tasks_db)
    run(tasks_db, WORK)
    run(tasks_db, "UPDATE log_waiting SET at = now() - interval '1 hour'")
    care = Housekeeping("tasks", [], sealing=Sealing(LOGS))
    with tasks_db.transaction() as cur:
        care.measure(cur)
    assert metrics.LOG_UNSEALED.labels("tasks")._value.get() == 6
    assert metrics.LOG_UNSEALED_AGE.labels("tasks")._value.get() > 3500

    with tasks_db.transaction() as cur:
        care.seal(cur)

    assert len(seals(tasks_db)) >= 6
    care.stop_measuring()


def test_a_seal_that_fails_is_undone_and_holds_up_nothing_else(tasks_db):
    run(tasks_db, WORK)
    broken = replace(LOGS[2], at="no_such_column")
    care = Housekeeping("tasks", [], sealing=Sealing((*OF_ALL, broken, LOGS[3])))

    with tasks_db.transaction() as cur:
        care.seal(cur)
        cur.execute("SELECT 1")

    assert seal(tasks_db) >= 6


NOT_EXPECTED = (
    "与另存的链头不符：末尾被删除，或整条链被重写 / "
    "it differs from the head kept elsewhere: the end was removed, or the whole chain was rewritten"
)


def audit(database, *arguments):
    found = CliRunner().invoke(
        main, ["audit", *arguments], env={"QINGDAN_TASKS_DATABASE_URL": database.dsn}, prog_name="qingdan"
    )
    # Who asks is the server's superuser here, which is said beside what is found.
    return found.exit_code, found.stdout or found.stderr


def test_the_command_says_number_and_head_of_a_log_that_is_right(tasks_db, log):
    head = f"tasks:{log[-1][0]}:{seals(tasks_db)[-1].hash}"

    assert audit(tasks_db, "head") == (0, f"{head}\n")
    assert audit(tasks_db, "verify", "--expect", head) == (0, f"{head}\t核对无误 / verified\n")


def test_the_command_names_what_is_wrong_and_ends_with_one(tasks_db, log):
    seq, row_id = log[2]
    _, head = audit(tasks_db, "head")
    rewrite(tasks_db, "UPDATE audit_log SET subject = 'x' WHERE id = %s", (row_id,))
    rewrite(tasks_db, "DELETE FROM log_seal WHERE seq = %s", (log[-1][0],))
    rewrite(tasks_db, "DELETE FROM audit_log WHERE id = %s", (log[-1][1],))

    status, said = audit(tasks_db, "verify", "--service", "tasks", "--expect", head.strip())

    assert status == 1
    assert said.splitlines() == [
        f"tasks\t{seq}\taudit_log {row_id}\t记录被改动 / the row was altered",
        f"tasks\t{log[-1][0]}\t-\t{NOT_EXPECTED}",
    ]


@pytest.mark.parametrize("typed", ["", "tasks", "tasks:1:abc", "portal:1:" + "0" * 64, "tasks:-1:" + "0" * 64])
def test_what_is_no_head_is_said_in_both_languages(tasks_db, typed):
    status, said = audit(tasks_db, "verify", "--expect", typed)

    assert status == 2
    assert "不是链头" in said
    assert "is no head" in said


def test_a_head_of_a_service_that_is_not_verified_is_not_passed_over(tasks_db):
    status, said = audit(tasks_db, "verify", "--expect", "stats:1:" + "0" * 64)

    assert status == 2
    assert "--expect 里的 stats 不在核对之列 / --expect names stats, not verified here" in said


def test_rows_of_a_table_that_only_a_later_release_knows_wait_and_hold_nothing_up(tasks_db):
    run(tasks_db, "INSERT INTO log_waiting (source, row_id) VALUES ('of_tomorrow', 1)")
    run(tasks_db, WORK)

    assert seal(tasks_db) >= 6
    assert [row.source for row in fetch(tasks_db, "SELECT source FROM log_waiting")] == ["of_tomorrow"]


def test_a_long_log_is_gone_over_in_pieces(tasks_db, log, monkeypatch):
    """Nothing that is wrong hides where one piece ends and the next begins."""
    monkeypatch.setattr("shared.sealing.verifying.BATCH", 2)
    monkeypatch.setattr("shared.sealing.verifying.IDS", 2)
    rewrite(tasks_db, "UPDATE audit_log SET subject = 'x' WHERE id = ANY (%s)", ([row_id for _, row_id in log],))

    assert [(seq, row_id) for seq, _, row_id, _ in wrong(tasks_db)] == log


def test_the_relay_seals_the_log_of_its_database_also_while_the_broker_is_away(path):
    _seal_refusals_of(path.produced)
    a_refusal(path.produced, 0)
    relay = Relay(
        "producing", path.produced.dsn, "amqp://nobody:nothing@127.0.0.1:1/", PATTERNS, sealing=Sealing(OF_ALL, "sm3")
    )
    with pytest.raises(BrokerAway):
        relay.step()
    relay.close()
    assert [row.algorithm for row in seals(path.produced)] == ["sm3"]

    a_refusal(path.produced, 0)
    with relaying(path):
        eventually(lambda: len(seals(path.produced)) == 2)

    assert wrong(path.produced, OF_ALL) == []


def test_everything_in_one_process_seals_the_logs_of_all_its_services(produced):
    _seal_refusals_of(produced)
    services = {"producing": ProducingService(produced)}
    a_refusal(produced, 0)
    running = InProcess(services, log_hash="sm3")
    running.start()
    try:
        eventually(lambda: [row.algorithm for row in seals(produced)] == ["sm3"])
    finally:
        running.stop()


def _seal_refusals_of(database):
    """What a service's own migration does."""
    connection = psycopg2.connect(database.dsn)
    connection.autocommit = True
    with connection.cursor() as cur:
        cur.execute("CALL seal_rows_of('refusal', 'true', 'refused_at', 180)")
        cur.execute("CALL seal_rows_of('log_cut', 'true', 'cut_at', NULL)")
    connection.close()


def test_the_logs_of_all_services_verify_after_a_day_of_the_county(house):
    """A report is submitted and accepted; and everywhere somebody asks who is not signed in."""
    units, people, stats = house.world.units, house.world.people, house.services["stats"]
    stats.today = lambda: dt.date(2026, 6, 10)
    made = a_round(stats.database, units["徽城镇"])
    submit_report(stats, made, units["徽城镇"], as_=people["staff"])
    accept(stats, made, units["徽城镇"], as_=people["lead"])
    for service in house.services.values():
        operation = next(name for name, method in operations_of(type(service)).items() if operation_of(method).roles)
        assert "error" in service.perform(operation, Call({}, None, None, "test").as_dict())

    for service in house.services.values():
        while seal(service.database, sources=service.logs):
            pass
        assert "refusal" in {row.source for row in seals(service.database)}
        assert wrong(service.database, service.logs) == []
    assert [row.source for row in seals(stats.database)].count("submission_history") >= 2
