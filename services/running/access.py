"""How a command reaches a running or stopped installation: by its settings, else by the data folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from services.running.home import HomeError, open_home, private_postgres
from services.running.postgres_wheel import FOLDER_HINT
from services.running.processes import needs_of
from shared.database import Database
from shared.errors import DatabaseAway
from shared.process.server_checks import SchemaCheck
from shared.process.settings import Settings


@contextmanager
def database_of(settings: Settings, name: str) -> Iterator[Database]:
    """The database of service `name`; the folder's PostgreSQL is started when nothing runs.

    HomeError when the folder holds no installation.
    """
    if settings.database_urls.get(name):
        yield from _open(_looked_at(settings, name))
        return
    if not (settings.home / "postgres").exists():
        # Making a new installation here would answer every question with "nothing".
        raise HomeError(f"There is no installation in the folder {settings.home}. {FOLDER_HINT}")
    with private_postgres(open_home(settings.home)) as urls:
        yield from _open(urls[name])


def _looked_at(settings: Settings, name: str) -> str:
    """The URL of a database that answers and has the schema; DatabaseAway with the operator's sentence otherwise."""
    needs = needs_of(settings, name, has_broker=False)
    check = SchemaCheck(needs.database_url, needs.folders, setting=needs.setting)
    wrong = check.look()
    check.close()
    if wrong is not None:
        raise DatabaseAway(wrong)
    return needs.database_url


def _open(url: str) -> Iterator[Database]:
    database = Database(url, size=2)
    try:
        yield database
    finally:
        database.close()
