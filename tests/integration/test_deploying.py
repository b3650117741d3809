"""The one-shot commands of a deployment, as the processes that an operator or a job starts."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest

ROOT = Path(__file__).parents[2]
NAMES = ("tasks", "notifications", "stats", "portal")
PASSWORD = "p@ss/word#1"
ENCODED = "p%40ss%2Fword%231"


@pytest.fixture
def environment(postgres_server):
    """Four URLs of databases that do not exist yet, and the address of the superuser."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("QINGDAN_", "PG"))}
    address = f"127.0.0.1:{postgres_server.port}"
    yield kept | {
        "QINGDAN_ADMIN_DATABASE_URL": postgres_server.uri(),
        **{
            f"QINGDAN_{name.upper()}_DATABASE_URL": f"postgresql://made_{name}:{ENCODED}@{address}/made_{name}"
            for name in NAMES
        },
    }
    for name in NAMES:
        postgres_server.drop_database(f"made_{name}")
        with postgres_server.cursor() as cur:
            cur.execute(f"DROP ROLE IF EXISTS made_{name}, made_{name}_work")


def begin(environment, *arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "services.cli", *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(environment, *arguments):
    process = begin(environment, *arguments)
    output, errors = process.communicate(timeout=60)
    return process.returncode, output, errors


def sign_in(postgres_server, name, database):
    psycopg2.connect(postgres_server.uri(f"made_{database}", f"made_{name}", PASSWORD)).close()


def test_provision_and_migrate_make_what_a_new_installation_needs_and_repeat_without_harm(environment, postgres_server):
    for _ in range(2):
        status, output, errors = run(environment, "provision")
        assert (status, errors) == (0, "")
        assert output.splitlines() == [f"made_{name}: ok" for name in NAMES]
    status, output, _ = run(environment, "migrate")
    assert status == 0
    assert "tasks: s0001.pre.plumbing" in output.splitlines()

    status, output, _ = run(environment, "migrate")

    assert (status, output.splitlines()) == (0, [f"{name}: nothing to do" for name in NAMES])
    for name in NAMES:
        sign_in(postgres_server, name, name)


def test_processes_get_a_role_of_their_own_where_its_address_differs_from_the_owners(environment, postgres_server):
    """Made without provision, where only the administrator of a managed server makes roles; then with it."""
    apart = environment | {
        f"QINGDAN_{name.upper()}{whose}_DATABASE_URL": environment[f"QINGDAN_{name.upper()}_DATABASE_URL"].replace(
            f"//made_{name}:", f"//made_{name}{role}:"
        )
        for name in NAMES
        for whose, role in (("", "_work"), ("_OWNER", ""))
    }
    run(environment, "provision")
    status, _, errors = run(apart, "migrate", "stats")
    assert (status, "The server has no role made_stats_work. Run provision first" in errors) == (1, True)

    assert run(apart, "provision")[::2] == (0, "")
    assert run(apart, "migrate", "stats")[::2] == (0, "")

    status, _, errors = run(apart, "audit", "verify", "--service", "stats")
    assert (status, errors) == (0, "")
    with psycopg2.connect(apart["QINGDAN_STATS_DATABASE_URL"]) as connection, connection.cursor() as cur:
        cur.execute("INSERT INTO refusal (operation, reason, correlation_id) VALUES ('x', '', '')")
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cur.execute("DELETE FROM refusal")
    connection.close()


def test_no_role_can_open_the_database_of_another(environment, postgres_server):
    run(environment, "provision")

    with pytest.raises(psycopg2.OperationalError, match="permission denied for database"):
        sign_in(postgres_server, "stats", "tasks")


def test_migrations_started_at_once_apply_everything_once(environment, postgres_server):
    run(environment, "provision")

    processes = [begin(environment, "migrate", "tasks") for _ in range(4)]
    outputs = [process.communicate(timeout=60) for process in processes]

    assert [process.returncode for process in processes] == [0] * 4, outputs
    applied = [line for output, _ in outputs for line in output.splitlines() if "nothing to do" not in line]
    assert len(applied) == len(set(applied))
    with postgres_server.cursor("made_tasks") as cur:
        cur.execute("SELECT count(*), count(DISTINCT migration_id) FROM _yoyo_migration")
        assert cur.fetchone() == (len(applied), len(applied))


def test_a_migration_that_was_killed_leaves_no_lock_behind(environment, postgres_server):
    run(environment, "provision")
    run(environment, "migrate", "tasks")
    with postgres_server.cursor("made_tasks") as cur:
        cur.execute("INSERT INTO yoyo_lock (locked, ctime, pid) VALUES (1, now(), 4711)")

    status, output, errors = run(environment, "migrate", "tasks")

    assert (status, errors) == (0, "")
    assert output == "tasks: nothing to do\n"


@pytest.mark.parametrize(
    ("setting", "command", "sentence"),
    [
        ("QINGDAN_ADMIN_DATABASE_URL", ["provision"], "QINGDAN_ADMIN_DATABASE_URL is not set"),
        ("QINGDAN_STATS_DATABASE_URL", ["provision"], "QINGDAN_STATS_DATABASE_URL is not set"),
        ("QINGDAN_TASKS_DATABASE_URL", ["migrate", "tasks"], "QINGDAN_TASKS_DATABASE_URL is not set"),
        ("QINGDAN_TASKS_DATABASE_URL", ["service", "tasks"], "QINGDAN_TASKS_DATABASE_URL is not set"),
        ("QINGDAN_BROKER_URL", ["service", "tasks"], "QINGDAN_BROKER_URL is not set"),
        ("QINGDAN_BROKER_URL", ["relay", "stats"], "QINGDAN_BROKER_URL is not set"),
        ("QINGDAN_TASKS_DATABASE_URL", ["issuer"], "QINGDAN_TASKS_DATABASE_URL is not set"),
        ("QINGDAN_BROKER_URL", ["portal"], "QINGDAN_BROKER_URL is not set"),
        ("QINGDAN_BROKER_URL", ["example"], "QINGDAN_BROKER_URL is not set"),
    ],
)
def test_a_missing_setting_stops_the_process_at_once_with_its_name(environment, setting, command, sentence):
    status, _, errors = run(environment | {setting: ""}, *command)

    assert status == 1
    assert sentence in errors
    assert "没有默认值" in errors
    assert "Traceback" not in errors


@pytest.mark.parametrize("command", [["service", "tasks"], ["relay", "stats"], ["issuer"], ["portal"], ["migrate"]])
@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("QINGDAN_MONITOR_PORT", "http", "QINGDAN_MONITOR_PORT is 'http'; it must be a number from 0 to 65535"),
        ("QINGDAN_TASKS_DATABASE_URL", "mysql://h/n", "QINGDAN_TASKS_DATABASE_URL is malformed"),
        ("QINGDAN_MONITOR_HOST", "nowhere.invalid", "QINGDAN_MONITOR_HOST is 'nowhere.invalid'"),
    ],
)
def test_a_malformed_setting_stops_every_process_at_once(environment, command, setting, value, sentence):
    status, _, errors = run(environment | {setting: value}, *command)

    assert status == 1
    assert sentence in errors
    assert "Traceback" not in errors


def test_a_url_without_a_password_makes_no_role(environment):
    url = environment["QINGDAN_TASKS_DATABASE_URL"].replace(f":{ENCODED}", "")

    status, _, errors = run(environment | {"QINGDAN_TASKS_DATABASE_URL": url}, "provision")

    assert status == 1
    assert "names no user or no password" in errors


@pytest.mark.parametrize("command", [["provision"], ["migrate", "tasks"]])
def test_a_server_that_is_away_is_a_sentence_and_no_trace(environment, command):
    urls = [name for name in environment if name.endswith("_DATABASE_URL")]
    away = environment | dict.fromkeys(urls, "postgresql://user:secret@127.0.0.1:1/name")

    status, _, errors = run(away, *command)

    assert status == 1
    assert "The database cannot be reached" in errors
    assert "secret" not in errors
    assert "Traceback" not in errors
