"""The role that the processes work as, made by the product itself: it adds to the log and does nothing else with it."""

import datetime as dt

import psycopg2
import pytest
from click.testing import CliRunner

from services.cli import main
from services.running.home import Home, prepare_databases
from services.running.registry import retention_of, service_class
from shared.database import Database
from shared.delivery.forgetting import REFUSAL
from shared.process.settings import DATABASES, SERVICES
from shared.sealing.sealing import Sealing
from tests.support.checklists import fetch, rewrite, run

CRIMES = (
    "UPDATE {0} SET {1} = {1}",
    "DELETE FROM {0}",
    "TRUNCATE {0}",
    "TRUNCATE {0} CASCADE",
    "SELECT FROM {0} FOR UPDATE",
    "DROP TRIGGER log_stays ON {0}",
    "ALTER TABLE {0} DISABLE TRIGGER log_stays",
    "ALTER TABLE {0} DISABLE TRIGGER ALL",
    "ALTER TABLE {0} RENAME TO gone",
    "ALTER TABLE {0} DROP COLUMN {1}",
    "CREATE TRIGGER mine BEFORE INSERT ON {0} FOR EACH ROW EXECUTE FUNCTION announce_outbox()",
    "CREATE RULE mine AS ON INSERT TO {0} DO INSTEAD NOTHING",
    "DROP TABLE {0} CASCADE",
)
WAYS_AROUND = (
    "SET ROLE qingdan_{service}",
    "SET SESSION AUTHORIZATION qingdan_{service}",
    "REASSIGN OWNED BY qingdan_{service} TO qingdan_{service}_work",
    "SET session_replication_role TO 'replica'",
    "CREATE OR REPLACE FUNCTION refuse_log_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "DROP FUNCTION refuse_log_change() CASCADE",
    "ALTER FUNCTION let_log_rows_wait() SET search_path TO pg_temp",
    "CREATE TEMPORARY TABLE log_waiting (source text, row_id bigint)",
    "CREATE SCHEMA mine",
    "CREATE TABLE mine (id integer)",
    "DROP SCHEMA public CASCADE",
    "DELETE FROM _yoyo_migration",
    "ALTER ROLE qingdan_{service}_work SUPERUSER",
)
OLD_REFUSAL = """
    INSERT INTO refusal (operation, reason, correlation_id, refused_at) VALUES ('x', '', '', now() - %s::interval)
"""


@pytest.fixture(scope="module")
def urls(postgres_server, tmp_path_factory):
    """The address of each service's database, as `run` and `cluster` give it to the processes."""
    yield prepare_databases(Home(tmp_path_factory.mktemp("home")), postgres_server.uri())
    for name in DATABASES:
        postgres_server.drop_database(f"qingdan_{name}")
        with postgres_server.cursor() as cur:
            cur.execute(f"DROP ROLE qingdan_{name}_work, qingdan_{name}")


@pytest.fixture
def working(urls):
    opened = {name: Database(url, size=1) for name, url in urls.items()}
    yield opened
    for database in opened.values():
        database.close()


def refused(database, statement):
    with pytest.raises((psycopg2.errors.InsufficientPrivilege, psycopg2.errors.InvalidSchemaName)) as said:
        run(database, statement)
    return said.value


@pytest.mark.parametrize("service", SERVICES)
def test_no_statement_of_a_process_changes_a_row_of_the_log_or_takes_its_guards_off(working, service):
    database = working[service]
    columns = {"log_seal": "at", **{source.table: source.at for source in service_class(service).logs}}
    guarded = fetch(
        database,
        "SELECT relname AS name FROM pg_class JOIN pg_trigger ON tgrelid = pg_class.oid WHERE tgname = 'log_stays'",
    )
    assert {row.name for row in guarded} == columns.keys()
    for log, column in columns.items():
        for crime in CRIMES:
            refused(database, crime.format(log, column))
    for way in WAYS_AROUND:
        refused(database, way.format(service=service))


def test_a_table_on_which_a_log_depends_cannot_be_emptied_with_it(working):
    for service in SERVICES:
        depended = fetch(
            working[service],
            """
            SELECT DISTINCT confrelid::regclass::text AS name FROM pg_constraint
            WHERE contype = 'f' AND conrelid IN (SELECT tgrelid FROM pg_trigger WHERE tgname = 'log_stays')
            """,
        )
        for table in depended:
            refused(working[service], f"TRUNCATE {table.name} CASCADE")


def test_what_is_old_goes_through_the_two_doors_that_check_what_they_are_asked(working, postgres_server):
    database = working["tasks"]
    owner = Database(postgres_server.uri("qingdan_tasks"), size=1)
    run(
        database,
        OLD_REFUSAL,
        ("9 years",),
    )
    with database.transaction() as cur:
        Sealing(service_class("tasks").logs).step(cur)
    with database.transaction() as cur:
        assert REFUSAL.forget(cur, REFUSAL.days).deleted == 1
    rewrite(owner, "CREATE TABLE outbox_202001 PARTITION OF outbox FOR VALUES FROM ('2020-01-01') TO ('2020-02-01')")
    with database.transaction() as cur:
        assert retention_of("tasks").policy("outbox").forget(cur, 365).is_done
    assert fetch(database, "SELECT to_regclass('outbox_202001') AS found")[0].found is None
    this_month = f"outbox_{dt.datetime.now(dt.UTC):%Y%m}"

    for statement in (
        "SELECT cut_log('audit_log', 'at', 365, 10)",
        "SELECT cut_log('log_seal', 'at', 365, 10)",
        "SELECT drop_outbox_month('audit_log')",
        "SELECT drop_outbox_month('outbox_other')",
        f"SELECT drop_outbox_month('{this_month}')",
    ):
        with pytest.raises(psycopg2.errors.RestrictViolation):
            run(database, statement)
    run(
        database,
        OLD_REFUSAL,
        ("9 days",),
    )
    with database.transaction() as cur:
        Sealing(service_class("tasks").logs).step(cur)
    with pytest.raises(psycopg2.errors.RestrictViolation):
        run(database, "SELECT cut_log('refusal', 'refused_at', 3, 10)")
    owner.close()


def test_a_year_of_duties_goes_by_the_owner_who_looks_again_and_years_are_made_by_him(working, postgres_server):
    database = working["stats"]
    owner = Database(postgres_server.uri("qingdan_stats"), size=1)
    for table in ("duty", "duty_past"):
        run(owner, f"ALTER TABLE {table} DETACH PARTITION {table}_first")
        run(owner, f"CREATE TABLE {table}_2020 PARTITION OF {table} FOR VALUES FROM (202000000000) TO (202100000000)")
        run(owner, f"ALTER TABLE {table}_2020 OWNER TO qingdan_stats")
    run(
        owner,
        """
        INSERT INTO duty (id, checklist_id, item_id, unit_id, due_on, version, is_blocked, state, bucket, period)
        VALUES (202000000001, 1, 1, 1, '2020-06-30', 1, false, 'issued', 'open', '2020')
        """,
    )
    run(database, "INSERT INTO checklist VALUES (1, '2020', 2020, '{a,b,c,d,e}', 'closed', 1, 1)")
    left = "SELECT to_regclass('duty_2020') IS NOT NULL AS duties, to_regclass('duty_past_2020') IS NOT NULL AS past"

    refused(database, "DROP TABLE duty_2020")
    with pytest.raises(psycopg2.errors.RestrictViolation):
        run(database, "SELECT drop_year_of_duties(2020)")
    assert fetch(database, left) == [(True, True)]
    run(database, "UPDATE checklist SET dropped_on = '2022-01-10'")
    service_class("stats")(database).let_dropped_duties_go()

    assert fetch(database, left) == [(False, False)]
    run(database, "SELECT make_year_partitions(), gather_statistics_of_years()")
    owner.close()


def test_the_verification_says_where_the_processes_work_as_the_owner(working, urls, postgres_server):
    def said(url):
        environment = {"QINGDAN_TASKS_DATABASE_URL": url}
        return CliRunner().invoke(main, ["audit", "verify", "--service", "tasks"], env=environment, prog_name="qingdan")

    assert (said(urls["tasks"]).exit_code, said(urls["tasks"]).stderr) == (0, "")
    as_owner = said(postgres_server.uri("qingdan_tasks"))
    assert as_owner.exit_code == 0
    assert "连接数据库的账号就是表的拥有者" in as_owner.stderr


def test_a_folder_of_an_earlier_release_gets_its_working_roles(postgres_server, urls, tmp_path):
    """It had the owners' passwords alone, and those stay."""
    home = Home(tmp_path)
    home.secrets_file.write_text('{"tasks": "old-password", "portal_key": "k"}')

    made = home.secrets()

    assert (made["tasks"], made["portal_key"]) == ("old-password", "k")
    assert made["tasks_work"]
    assert home.secrets() == made
