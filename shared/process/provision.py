"""Makes one database and one role per service; no role can open another's database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor

from shared.rows import has_row


@dataclass(frozen=True, slots=True)
class Account:
    """A service's role and the database that it owns."""

    name: str
    password: str
    database: str


def provision(admin_dsn: str, accounts: Iterable[Account]) -> None:
    """Create what is missing and set each role's password; safe to run again."""
    connection = psycopg2.connect(admin_dsn)
    connection.autocommit = True
    try:
        with connection.cursor() as cur:
            for account in accounts:
                _provision_one(cur, account)
    finally:
        connection.close()


def _provision_one(cur: Cursor, account: Account) -> None:
    name, database = sql.Identifier(account.name), sql.Identifier(account.database)
    cur.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (account.name,))
    if not has_row(cur):
        cur.execute(sql.SQL("CREATE ROLE {} LOGIN").format(name))
    cur.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, sql.Literal(account.password)))
    cur.execute("SELECT 1 FROM pg_database WHERE datname = %s", (account.database,))
    if not has_row(cur):
        cur.execute(sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0").format(database, name))
    cur.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
