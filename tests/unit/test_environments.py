"""What a process of a cluster finds in its environment: its own, whatever this process has."""

import pytest

from services.running.environments import MIGRATE, environment_for, settings_for
from services.running.processes import COMMANDS
from shared.process.settings import DATABASES, SETTINGS, read

OUTER = {"PATH": "/bin", "LANG": "C.UTF-8", "DING_URL": "https://robot", "QINGDAN_TEST_POSTGRES": "15"}
SECRET = [name for name in SETTINGS if "URL" in name or "KEY" in name or "PASSWORD" in name]


@pytest.mark.parametrize("command", [*COMMANDS, MIGRATE], ids=" ".join)
def test_only_settings_that_there_are_are_named(command):
    assert settings_for(command) <= set(SETTINGS)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_process_finds_one_database_and_never_an_owners(command):
    found = environment_for(command, OUTER, dict.fromkeys(SETTINGS, "x"))

    name = command[1] if len(command) > 1 else {"issuer": "tasks"}.get(command[0], command[0])
    databases = [one for one in found if one.endswith("_DATABASE_URL")]
    assert databases == [f"QINGDAN_{name.upper()}_DATABASE_URL"]
    assert OUTER.items() <= found.items()


def test_migrations_find_every_database_and_no_key():
    found = environment_for(MIGRATE, OUTER, dict.fromkeys(SETTINGS, "x")).keys() & set(SECRET)

    assert found == {f"QINGDAN_{name.upper()}{whose}_DATABASE_URL" for name in DATABASES for whose in ("", "_OWNER")}


def test_what_this_process_was_started_with_is_passed_on_to_whom_it_concerns():
    outer = {
        **OUTER,
        "QINGDAN_MAIL_SERVER": "smtps://a:b@mail",
        "QINGDAN_EVIDENCE_STORE": "s3://key:secret@host/bucket",
    }

    having = {name: {" ".join(one) for one in COMMANDS if name in environment_for(one, outer, {})} for name in outer}
    assert having["QINGDAN_MAIL_SERVER"] == {"service notifications"}
    assert having["QINGDAN_EVIDENCE_STORE"] == {"portal"}


def test_every_setting_of_a_process_concerns_somebody():
    """A setting that nobody gets would silently do nothing in a cluster."""
    of_no_process = {"QINGDAN_ADMIN_DATABASE_URL", *(one for one in SETTINGS if one.startswith("QINGDAN_BROKER_"))}
    passed_on = set().union(*(settings_for(command) for command in (*COMMANDS, MIGRATE)))

    assert set(SETTINGS) - of_no_process <= passed_on | {"QINGDAN_BROKER_URL"}
    assert "QINGDAN_BROKER_URL" in passed_on


def test_a_call_key_is_long_and_two_at_most():
    assert read({"QINGDAN_TASKS_CALL_KEY": f"{'n' * 16} {'o' * 16}"}).call_key("tasks") == ("n" * 16, "o" * 16)
    for wrong in ("short", f"{'n' * 16} short", " ".join(["n" * 16] * 3)):
        with pytest.raises(SystemExit, match="QINGDAN_TASKS_CALL_KEY must be a random text"):
            read({"QINGDAN_TASKS_CALL_KEY": wrong})
    with pytest.raises(SystemExit, match="QINGDAN_STATS_CALL_KEY is not set"):
        read({}).call_key("stats")
