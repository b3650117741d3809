"""Tables of duties are cut by year: an old database is cut beside the running work, and ids say the year."""

import datetime as dt
import shutil
import threading
from contextlib import closing

import psycopg2
import pytest

from services.running.registry import HERE
from services.stats.completion.completion import Bucket
from services.stats.completion.store import DutyRecord, save_duties
from shared import migrations
from shared.database import Database
from shared.delivery.housekeeping import Housekeeping
from shared.migrations import SHARED, migrate
from shared.workdays import SHANGHAI
from tests.support.checklists import add_row, draft, fetch, issue, lead, run
from tests.support.duties import today
from tests.support.eventually import eventually

__all__ = ["today"]

CUT = {"stats": ("duty", "duty_past"), "notifications": ("duty",)}
NEW = ("s0010", "s0011", "st0027", "st0028", "nt0033", "nt0034")
THIS_YEAR = dt.datetime.now(SHANGHAI).year
FIRST_ID = THIS_YEAR * 100_000_000
DAY = dt.date(2026, 3, 31)
A_DUTY = {
    "stats": """
        INSERT INTO duty (id, checklist_id, item_id, unit_id, due_on, version, is_blocked, state, bucket, period)
        VALUES (%s, 1, 1, 1, '2026-03-31', 1, false, 'issued', 'open', '2026')
    """,
    "notifications": """
        INSERT INTO duty (id, checklist_id, item_id, unit_id, due_on, version, state, is_open, period)
        VALUES (%s, 1, 1, 1, '2026-03-31', 1, 'issued', true, '2026')
    """,
}
PARTITIONS = """
    SELECT part.relname::text AS name, count(indexrelid)::integer AS indexes
    FROM pg_inherits JOIN pg_class AS part ON part.oid = inhrelid LEFT JOIN pg_index ON indrelid = part.oid
    WHERE inhparent = %s::regclass GROUP BY part.relname ORDER BY part.relname
"""
LIES_IN = "SELECT tableoid::regclass::text AS part FROM duty WHERE id = %s"


@pytest.fixture(params=CUT)
def before(request, postgres_server, tmp_path, monkeypatch):
    """The name of a service, and its database as the release before left it: with two duties, one of them changed."""
    folders = {}
    for name, folder in (("shared", SHARED), (request.param, HERE / request.param / "migrations")):
        folders[name] = tmp_path / name
        shutil.copytree(folder, folders[name], ignore=lambda _, names: [one for one in names if one.startswith(NEW)])
    dsn = postgres_server.create_database("cut_by_year")
    with monkeypatch.context() as earlier:
        earlier.setattr(migrations, "SHARED", folders["shared"])
        migrate(dsn, folders[request.param], stage="pre")
    with closing(Database(dsn)) as database:
        for duty_id in (1, 2):
            run(database, A_DUTY[request.param], (duty_id,))
        run(database, "UPDATE duty SET version = 2, state = 'submitted' WHERE id = 2")
        yield request.param, database
    postgres_server.drop_database("cut_by_year")


def cut(before, stage=None):
    name, database = before
    return migrate(database.dsn, HERE / name / "migrations", stage=stage)


def test_a_table_with_rows_is_cut_and_keeps_them_with_its_keys_indexes_and_triggers(before):
    name, database = before
    had = fetch(database, "SELECT * FROM duty ORDER BY id")
    indexes = fetch(database, "SELECT count(*) AS n FROM pg_index WHERE indrelid = 'duty'::regclass")[0].n

    cut(before, "pre")
    cut(before, "post")

    assert fetch(database, "SELECT * FROM duty ORDER BY id") == had
    for table in CUT[name]:
        parts = fetch(database, PARTITIONS, (table,))
        ends = (f"{THIS_YEAR}", f"{THIS_YEAR + 1}", "first", "other")
        assert [part.name for part in parts] == [f"{table}_{end}" for end in ends]
        assert len({part.indexes for part in parts}) == 1
    # What a migration of the release before had still to drop is gone too.
    duty_unit = 1 if name == "stats" else 0
    assert fetch(database, PARTITIONS, ("duty",))[0].indexes == indexes - duty_unit
    if name == "stats":
        run(database, "UPDATE duty SET version = 3 WHERE id = 2")
        versions = fetch(database, "SELECT version, tableoid::regclass::text AS part FROM duty_past ORDER BY version")
        assert versions == [(1, "duty_past_first"), (2, "duty_past_first")]


def test_each_duty_lies_with_its_year_and_what_has_none_in_the_last_partition(before):
    name, database = before
    cut(before)
    places = {FIRST_ID - 1: "first", FIRST_ID: str(THIS_YEAR), FIRST_ID + 100_000_000: str(THIS_YEAR + 1)}
    places[FIRST_ID + 200_000_000] = "other"

    for duty_id, place in places.items():
        run(database, A_DUTY[name], (duty_id,))

        assert fetch(database, LIES_IN, (duty_id,)) == [(f"duty_{place}",)]


def test_cutting_goes_on_where_it_was_broken_off_and_is_done_once(before):
    _name, database = before
    run(database, f"ALTER TABLE duty ADD CONSTRAINT duty_first_ids CHECK (id < {FIRST_ID}) NOT VALID")

    cut(before)
    again = psycopg2.connect(database.dsn)
    again.autocommit = True
    with again.cursor() as cur:
        cur.execute("CALL cut_by_year('duty', 'id', 'fillfactor = 85')")
    again.close()

    assert len(fetch(database, PARTITIONS, ("duty",))) == 4
    left = "SELECT conname FROM pg_constraint WHERE conname = 'duty_first_ids'"
    assert fetch(database, left) == []


def test_whoever_reads_for_long_is_waited_for_and_nobody_waits_for_long_behind(before):
    _name, database = before
    with database.transaction() as reading:
        reading.execute("SELECT count(*) FROM duty")
        migrating = threading.Thread(target=cut, args=(before, "pre"))
        migrating.start()
        waits = "SELECT 1 FROM pg_locks WHERE relation = 'duty'::regclass AND NOT granted"
        eventually(lambda: fetch(database, waits))

        # Longer than the lock is waited for at a time, and far shorter than the reader reads.
        assert fetch(database, "SELECT count(*)::integer AS n FROM duty") == [(2,)]
    migrating.join(60)

    assert len(fetch(database, PARTITIONS, ("duty",))) == 4


def test_the_next_year_is_made_ahead_and_rows_that_came_before_stay_where_they_are(stats_db):
    """As the relay does it, once an hour."""
    late = FIRST_ID + 100_000_000
    run(stats_db, f"DROP TABLE duty_{THIS_YEAR + 1}, duty_past_{THIS_YEAR + 1}")
    run(stats_db, A_DUTY["stats"], (late,))

    with stats_db.transaction() as cur:
        Housekeeping("stats", []).step(cur)

    made = [part.name for part in fetch(stats_db, PARTITIONS, ("duty_past",))]
    assert f"duty_past_{THIS_YEAR + 1}" in made
    assert fetch(stats_db, LIES_IN, (late,)) == [("duty_other",)]
    saved = DutyRecord(late, 1, 1, 1, DAY, None, 2, False, "issued", Bucket.OPEN, "2026", DAY, None, None, DAY)
    with stats_db.transaction() as cur:
        (known,) = save_duties(cur, [saved])
    assert (known.version, known.was_bucket) == (2, "open")


def test_statistics_of_a_whole_table_are_gathered_once_it_has_grown(stats_db):
    known = "SELECT greatest(reltuples, 0)::integer AS rows FROM pg_class WHERE oid = 'duty'::regclass"
    with stats_db.transaction() as cur:
        cur.execute(
            """
            INSERT INTO duty (id, checklist_id, item_id, unit_id, due_on, version, is_blocked, state, bucket, period)
            SELECT n, 1, 1, n, '2026-03-31', 1, false, 'issued', 'open', '2026' FROM generate_series(1, 500) AS n
            """
        )

    def gathered():
        with stats_db.transaction() as cur:
            Housekeeping("stats", []).gather_statistics(cur)
        return fetch(stats_db, known)[0].rows == 500

    eventually(gathered)


@pytest.fixture
def checklist(call, tasks_db, world):
    """Makes and issues a checklist of a year with one duty, and returns the id of that."""

    def of(year):
        drafted = draft(tasks_db, title=f"{year}年清单", year=year)
        add_row(tasks_db, drafted, "事项", units=[lead(world.units["徽城镇"])], due_on=dt.date(year, 6, 30))
        issue(call, drafted)
        (duty,) = fetch(tasks_db, "SELECT id FROM duty WHERE checklist_id = %s", (drafted.id,))
        return duty.id

    return of


def test_the_first_checklist_of_a_year_begins_its_ids_and_ids_only_rise(checklist, today):
    assert checklist(THIS_YEAR) == FIRST_ID + 1
    assert checklist(THIS_YEAR) == FIRST_ID + 2
    # What is added to the year before.
    assert checklist(THIS_YEAR - 1) == FIRST_ID + 3
    # So far ahead no years would be left.
    assert checklist(THIS_YEAR + 2) == FIRST_ID + 4
    assert checklist(THIS_YEAR + 1) == FIRST_ID + 100_000_001
    assert checklist(THIS_YEAR) == FIRST_ID + 100_000_002
