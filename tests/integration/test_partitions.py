"""The event log's partitions are months in UTC, whatever zone the client that migrates lives in."""

import datetime as dt
from itertools import pairwise
from pathlib import Path

import psycopg2
import pytest

import shared
from shared.migrations import migrate

MIGRATIONS = Path(shared.__file__).parent / "migrations"
FIRST = "s0001.pre.plumbing.sql"


@pytest.fixture
def dsn(postgres_server):
    dsn = postgres_server.create_database("zones")
    yield dsn
    postgres_server.drop_database("zones")


def in_zone(monkeypatch, dsn, zone, *statements):
    """Run the statements as a client whose time zone is `zone`."""
    monkeypatch.setenv("PGTZ", zone)
    connection = psycopg2.connect(dsn)
    monkeypatch.delenv("PGTZ")
    with connection, connection.cursor() as cur:
        for statement in statements:
            cur.execute(statement)
    connection.close()


def bounds(dsn) -> list[tuple[dt.datetime, dt.datetime]]:
    connection = psycopg2.connect(dsn, options="-c timezone=UTC")
    with connection, connection.cursor() as cur:
        cur.execute(
            """
            SELECT substring(bound FROM 'FROM \\(''([^'']+)''\\)')::timestamptz,
                substring(bound FROM 'TO \\(''([^'']+)''\\)')::timestamptz
            FROM (SELECT pg_get_expr(relpartbound, oid) AS bound FROM pg_class WHERE relispartition) AS found
            WHERE bound <> 'DEFAULT' AND bound LIKE 'FOR VALUES%' ORDER BY 1
            """
        )
        found = [row for row in cur.fetchall() if row[0] is not None]
    connection.close()
    return found


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/New_York", "Pacific/Kiritimati"])
def test_partitions_that_were_cut_in_another_zone_are_continued_without_gap_or_overlap(dsn, monkeypatch, zone):
    """The first migration cut in the zone of its client, as it did on every machine that ran it."""
    in_zone(monkeypatch, dsn, zone, (MIGRATIONS / FIRST).read_text("utf-8"))
    mended = (MIGRATIONS / "s0002.pre.partitions-by-utc.sql").read_text("utf-8")

    in_zone(monkeypatch, dsn, "UTC", mended, "SELECT make_outbox_partitions(6)")

    found = bounds(dsn)
    assert len(found) == 7
    assert [(before[1], after[0]) for before, after in pairwise(found) if before[1] != after[0]] == []


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York"])
def test_new_partitions_begin_at_midnight_in_utc(dsn, monkeypatch, zone):
    monkeypatch.setenv("PGTZ", zone)
    migrate(dsn)
    monkeypatch.delenv("PGTZ")

    in_zone(monkeypatch, dsn, zone, "SELECT make_outbox_partitions(6)")

    ends = [last for _, last in bounds(dsn)][3:]
    assert len(ends) == 4
    assert all((end.day, end.hour) == (1, 0) for end in ends)
