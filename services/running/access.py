"""How a command reaches a running or stopped installation: by its settings, else by the data folder."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager

from services.running.home import HomeError, claim_home, open_home, owner_urls, private_postgres
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
        urls: Mapping[str, str] = {name: _looked_at(settings, name)}
        with _opened(urls, [name]) as (database,):
            yield database
        return
    _check_installation(settings)
    with private_postgres(open_home(settings.home)) as urls, _opened(urls, [name]) as (database,):
        yield database


@contextmanager
def databases_of(settings: Settings, names: Sequence[str], *, owned: Collection[str] = ()) -> Iterator[list[Database]]:
    """Several databases, for work during which nothing else may run in the data folder: it is claimed.

    Those of `owned` as the role that owns them, where an address for it is set. SettingError when only some of the URLs
    are set; HomeError when something runs in the folder, or nothing is there.
    """
    if any(settings.database_urls.get(name) for name in names):
        urls = {name: _looked_at(settings, name) for name in names}
        owners = {name: settings.owner_url(name) for name in owned}
        with _opened(urls | owners, names) as databases:
            yield databases
        return
    _check_installation(settings)
    home = claim_home(settings.home)
    with private_postgres(home) as found:
        owners = {name: url for name, url in owner_urls(home, found).items() if name in owned}
        with _opened(found | owners, names) as databases:
            yield databases


def _check_installation(settings: Settings) -> None:
    if not (settings.home / "postgres").exists():
        # Making a new installation here would answer every question with "nothing".
        raise HomeError(
            f"目录 {settings.home} 里没有数据。请用 QINGDAN_HOME 指到数据目录。\n"
            f"There is no installation in the folder {settings.home}. {FOLDER_HINT}"
        )


def _looked_at(settings: Settings, name: str) -> str:
    """The URL of a database that answers and has the schema; DatabaseAway with the operator's sentence otherwise."""
    needs = needs_of(settings, name, has_broker=False)
    check = SchemaCheck(needs.database_url, needs.folders, setting=needs.setting)
    wrong = check.look()
    check.close()
    if wrong is not None:
        raise DatabaseAway(wrong)
    return needs.database_url


@contextmanager
def _opened(urls: Mapping[str, str], names: Sequence[str]) -> Iterator[list[Database]]:
    with ExitStack() as stack:
        databases = [Database(urls[name], size=2) for name in names]
        for database in databases:
            stack.callback(database.close)
        yield databases
