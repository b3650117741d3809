"""The private PostgreSQL asks for a password, also where the release before made the folder and trusted everybody."""

import json
from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest

from services.running.home import Home
from services.running.postgres_passwords import ACCESS, PasswordError, ask_for_passwords
from services.running.postgres_wheel import start_postgres, stop_postgres
from shared.process.provision import Account, Login, provision
from tests.support.eventually import eventually
from tests.support.processes import make_folder, remove_folder

TRUST = "local all all trust\n"


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[Home, Any]]:
    home = Home(make_folder("private-postgres", in_memory=True))
    found = start_postgres(home.path / "postgres")
    yield home, found
    stop_postgres(found, for_all=True)
    remove_folder(home.path)


def _is_let_in(url: str) -> bool:
    try:
        psycopg2.connect(url).close()
    except psycopg2.OperationalError:
        return False
    return True


def _access(home: Home) -> str:
    return (home.path / "postgres" / "pg_hba.conf").read_text()


def test_a_folder_that_trusted_everybody_asks_for_passwords(server: tuple[Home, Any]):
    home, found = server
    trusting = found.get_uri()
    assert _is_let_in(trusting), "the wheel, and so the release before, makes it so"
    before = (home.path / "postgres" / "pg_hba.conf").stat()

    known = ask_for_passwords(home.path / "postgres", trusting, home.secrets()["postgres"])

    eventually(lambda: not _is_let_in(trusting), within=5)
    assert _is_let_in(known)
    assert not _is_let_in(known.replace(home.secrets()["postgres"], "wrong"))
    assert _access(home) == ACCESS
    after = (home.path / "postgres" / "pg_hba.conf").stat()
    assert (after.st_uid, after.st_gid, after.st_mode & 0o077) == (before.st_uid, before.st_gid, 0)


def test_each_role_needs_its_own_password(server: tuple[Home, Any]):
    home, found = server
    known = ask_for_passwords(home.path / "postgres", found.get_uri(), home.secrets()["postgres"])
    provision(known, [Account(Login("one", "p1"), "one", Login("one_work", "p2"))], are_random=True)

    def let_in(user: str, password: str) -> bool:
        return _is_let_in(found.get_uri("one").replace("postgres:@", f"{user}:{password}@"))

    assert [let_in("one", "p1"), let_in("one", "p2"), let_in("one", "")] == [True, False, False]
    with psycopg2.connect(known) as connection, connection.cursor() as cur:
        cur.execute("SELECT rolname, left(rolpassword, 15) FROM pg_authid WHERE rolpassword IS NOT NULL")
        stored = dict(cur.fetchall())
    connection.close()
    assert stored == dict.fromkeys(("postgres", "one", "one_work"), "SCRAM-SHA-256$1")


def test_a_second_start_changes_nothing_and_rules_taken_back_are_put_right(server: tuple[Home, Any]):
    """Whoever goes back to the release before lets it in again; this one asks for passwords once more."""
    home, found = server
    access = home.path / "postgres" / "pg_hba.conf"
    password = home.secrets()["postgres"]
    known = ask_for_passwords(home.path / "postgres", found.get_uri(), password)
    written = access.stat().st_mtime_ns
    ask_for_passwords(home.path / "postgres", found.get_uri(), password)
    assert access.stat().st_mtime_ns == written

    access.write_text(TRUST + ACCESS)
    ask_for_passwords(home.path / "postgres", found.get_uri(), password)
    assert _access(home) == ACCESS
    assert _is_let_in(known)


def test_another_folders_secrets_are_told_as_that(server: tuple[Home, Any]):
    home, found = server
    ask_for_passwords(home.path / "postgres", found.get_uri(), home.secrets()["postgres"])

    with pytest.raises(PasswordError, match="which is not this folder's"):
        ask_for_passwords(home.path / "postgres", found.get_uri(), "of another folder")
    assert json.loads(home.secrets_file.read_text())["postgres"] == home.secrets()["postgres"]
