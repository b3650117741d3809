"""Makes one database per service with two roles: one that owns it, and one that its processes work as.

No role can open another's database, and the working role may neither change nor delete rows of the log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor

from shared.rows import has_row, many, value

# What a role may do with a log whose rows stay, with the list of migrations, and with all else.
OF_LOGS = ("SELECT", "INSERT")
OF_MIGRATIONS = ("SELECT",)
OF_ALL_ELSE = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")
# They run with the rights of the owner and check what they are asked.
OF_THE_OWNER = (
    "make_outbox_partitions(integer)",
    "drop_outbox_month(text)",
    "cut_log(text, text, integer, integer)",
    "make_year_partitions()",
    "gather_statistics_of_years()",
    "drop_year_of_duties(integer)",
)


class PasswordRefusedError(Exception):
    """The server knows the role by another password."""


@dataclass(frozen=True, slots=True)
class Login:
    """A role and its password."""

    name: str
    password: str


@dataclass(frozen=True, slots=True)
class Account:
    """A service's database, the role that owns it, and the one that its processes work as: the same, where need be."""

    owner: Login
    database: str
    worker: Login


class _Table(NamedTuple):
    name: str
    is_log: bool
    is_of_migrations: bool
    granted: list[str]

    @property
    def wanted(self) -> tuple[str, ...]:
        return OF_LOGS if self.is_log else OF_MIGRATIONS if self.is_of_migrations else OF_ALL_ELSE


def provision(admin_dsn: str, accounts: Iterable[Account], *, are_random: bool = False) -> None:
    """Create what is missing and set each role's password; safe to run again.

    `are_random` says that all passwords are: as long as a key, so that nothing is gained by making a guess slow.
    """
    connection = psycopg2.connect(admin_dsn)
    connection.autocommit = True
    try:
        with connection.cursor() as cur:
            if are_random:
                _hash_once(cur)
            for account in accounts:
                _provision_one(cur, account)
    finally:
        connection.close()


def set_password(admin_dsn: str, login: Login, *, between: Callable[[], None] | None = None) -> None:
    """Set the random password of a role that is there; `between` writes rules of access, which then hold at once.

    PasswordRefusedError when the address has a wrong one itself.
    """
    try:
        connection = psycopg2.connect(admin_dsn)
    except psycopg2.OperationalError as error:
        if "password authentication failed" in str(error):
            raise PasswordRefusedError(login.name) from error
        raise
    connection.autocommit = True
    try:
        with connection.cursor() as cur:
            _hash_once(cur)
            _set_password(cur, login)
            if between is not None:
                between()
                cur.execute("SELECT pg_reload_conf()")
    finally:
        connection.close()


def grant(owner_dsn: str, worker: str) -> None:
    """Give the role `worker` what it needs in the owner's database, and no more than that; safe to run again."""
    connection = psycopg2.connect(owner_dsn, connect_timeout=5)
    try:
        with connection, connection.cursor() as cur:
            _grant(cur, worker)
    finally:
        connection.close()


def _provision_one(cur: Cursor, account: Account) -> None:
    for login in dict.fromkeys((account.owner, account.worker)):
        _make_role(cur, login)
    name, database = sql.Identifier(account.owner.name), sql.Identifier(account.database)
    cur.execute("SELECT 1 FROM pg_database WHERE datname = %s", (account.database,))
    if not has_row(cur):
        cur.execute(sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0").format(database, name))
    cur.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))


def _make_role(cur: Cursor, login: Login) -> None:
    name = sql.Identifier(login.name)
    cur.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (login.name,))
    if not has_row(cur):
        cur.execute(sql.SQL("CREATE ROLE {} LOGIN").format(name))
    _set_password(cur, login)


def _hash_once(cur: Cursor) -> None:
    """Where the server lets one choose (from 16 on): 4,096 rounds are 20 ms for each new connection."""
    cur.execute("SELECT set_config(name, '1', false) FROM pg_settings WHERE name = 'scram_iterations'")


def _set_password(cur: Cursor, login: Login) -> None:
    cur.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(login.name), sql.Literal(login.password)))


def _grant(cur: Cursor, worker: str) -> None:
    role = sql.Identifier(worker)
    cur.execute("SELECT current_database()::text AS name")
    database = sql.Identifier(value(cur, str))
    cur.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    cur.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, role))
    cur.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(role))
    for function in OF_THE_OWNER:
        cur.execute(sql.SQL("GRANT EXECUTE ON FUNCTION {} TO {}").format(sql.SQL(function), role))
    # A table that the next migration makes can be worked with at once, also before this has run again.
    cur.execute(
        sql.SQL("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {} ON TABLES TO {}").format(_listed(OF_ALL_ELSE), role)
    )
    for table in _tables(cur, worker):
        if set(table.granted) != set(table.wanted):
            name = sql.Identifier(table.name)
            cur.execute(sql.SQL("REVOKE ALL ON {} FROM {}").format(name, role))
            cur.execute(sql.SQL("GRANT {} ON {} TO {}").format(_listed(table.wanted), name, role))


def _listed(rights: Iterable[str]) -> sql.Composable:
    return sql.SQL(", ").join(sql.SQL(right) for right in rights)


def _tables(cur: Cursor, worker: str) -> list[_Table]:
    """All tables, and what the role was given of each by name."""
    cur.execute(
        r"""
        SELECT relname::text AS name,
            EXISTS (SELECT FROM pg_trigger WHERE tgrelid = pg_class.oid AND tgname = 'log_stays') AS is_log,
            relname ~ '^_?yoyo_' AS is_of_migrations,
            ARRAY(
                SELECT privilege_type FROM aclexplode(relacl)
                WHERE grantee = (SELECT oid FROM pg_roles WHERE rolname = %s)
            ) AS granted
        FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY relname
        """,
        (worker,),
    )
    return many(cur, _Table)
