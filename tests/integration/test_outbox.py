"""The outbox table: rows commit with the change, are read in commit order and stay as the log."""

import threading

import psycopg2
from prometheus_client import REGISTRY

from shared import commit_order
from shared.delivery import housekeeping, outbox
from shared.delivery.outbox import START, Position
from tests.support.checklists import run
from tests.support.counting_service import submitted
from tests.support.eventually import eventually
from tests.support.plans import counted_work


def read(database, position=START, limit=100):
    with database.transaction() as cur:
        return outbox.read_after(cur, position, limit=limit)


def add(database, *duty_ids):
    with database.transaction() as cur:
        outbox.add(cur, [submitted(number) for number in duty_ids], correlation_id="click-1")


def duties(rows):
    import json

    return [json.loads(row.payload)["duty_id"] for row in rows]


def test_rows_come_back_in_order_with_what_was_written(produced):
    add(produced, 1, 2)
    add(produced, 3)

    rows = read(produced)

    assert duties(rows) == [1, 2, 3]
    assert {(row.type, row.correlation_id) for row in rows} == {("duty.submitted.v1", "click-1")}


def test_what_a_look_goes_through_does_not_grow_with_what_waits(produced):
    add(produced, *range(3000))
    run(produced, "ANALYZE outbox")
    first = read(produced, limit=2)
    begin, until = Position(first[0].xid, first[0].seq), Position(first[1].xid, outbox.LAST)

    with counted_work() as work, produced.transaction() as cur:
        outbox.look_after(cur, begin, limit=50)
        outbox.read_between(cur, begin, until, types=[first[0].type], limit=50)
        outbox.names_between(cur, begin, limit=50)
        outbox.newest_of(cur, first[0].type, until)
        outbox.end(cur)

    assert work.rows
    assert work.above(200) == {}


def test_a_row_without_its_change_is_never_seen(produced):
    with produced.transaction() as cur:
        outbox.add(cur, [submitted(1)])
        cur.connection.rollback()

    assert read(produced) == []


def test_reading_goes_on_after_the_position(produced):
    add(produced, 1, 2, 3)
    first = read(produced, limit=2)

    rest = read(produced, Position(first[-1].xid, first[-1].seq))

    assert duties(first) + duties(rest) == [1, 2, 3]


def test_nothing_is_read_past_a_transaction_that_is_still_running(produced):
    """Else its rows, which have a lower transaction id, would be skipped when it commits."""
    running = psycopg2.connect(produced.dsn)
    with running.cursor() as cur:
        outbox.add(cur, [submitted(1)])
        add(produced, 2)
        assert read(produced) == []
        running.commit()
    running.close()

    assert duties(read(produced)) == [1, 2]


def test_a_transaction_of_another_database_holds_nothing_up(produced, counting):
    """Its id is lower, but it can write into its own database alone."""
    elsewhere = psycopg2.connect(counting.dsn)
    with elsewhere.cursor() as cur:
        cur.execute("SELECT pg_current_xact_id()")
        add(produced, 1)

        assert duties(read(produced)) == [1]
        with produced.transaction() as reading:
            end = outbox.end(reading)
            last = read(produced)[-1]
            assert end == Position(last.xid, last.seq)
    elsewhere.close()


def test_one_of_this_database_is_waited_for_beside_one_of_another(produced, counting):
    """It may write into the outbox yet, below what is there: here it does, after others have been read."""
    elsewhere, running = psycopg2.connect(counting.dsn), psycopg2.connect(produced.dsn)
    with elsewhere.cursor() as other, running.cursor() as cur:
        other.execute("SELECT pg_current_xact_id()")
        add(produced, 1)
        cur.execute("SELECT pg_current_xact_id()")
        add(produced, 2)
        first = read(produced)
        after = Position(first[-1].xid, first[-1].seq)
        assert (duties(first), read(produced, after)) == ([1], [])

        outbox.add(cur, [submitted(3)])
        running.commit()

        assert duties(read(produced, after)) == [3, 2]
    elsewhere.close()
    running.close()


def test_a_role_without_rights_tells_the_databases_apart(produced, counting):
    """The processes work as one: of the sessions of others it sees where they are, though not what they do."""
    elsewhere, running = psycopg2.connect(counting.dsn), psycopg2.connect(produced.dsn)
    with elsewhere.cursor() as other, running.cursor() as own, produced.transaction() as cur:
        other.execute("SELECT pg_current_xact_id()")
        own.execute("SELECT pg_current_xact_id()::text::bigint")
        (lowest,) = own.fetchone()
        # Only what lies below a transaction that is over can hide anything.
        add(produced, 1)
        cur.execute("CREATE ROLE nobody_much")
        cur.execute("SET LOCAL ROLE nobody_much")

        assert commit_order.horizon(cur) == lowest
        assert [one.pid for one in commit_order.holders(cur)] == [running.info.backend_pid]
        cur.connection.rollback()
    elsewhere.close()
    running.close()


def test_nothing_is_skipped_while_many_write_at_once(produced, counting):
    """Ids are given before the commits, which come in another order; none comes below what was read."""
    elsewhere = psycopg2.connect(counting.dsn)
    elsewhere.cursor().execute("SELECT pg_current_xact_id()")
    writers = [threading.Thread(target=_write, args=(produced, first)) for first in range(1, 401, 100)]
    for one in writers:
        one.start()
    found, position = [], START

    def all_read():
        nonlocal position
        rows = read(produced, position, limit=7)
        if rows:
            found.extend(duties(rows))
            position = Position(rows[-1].xid, rows[-1].seq)
        return len(found) >= 400

    eventually(all_read, within=60)
    for one in writers:
        one.join()
    elsewhere.close()
    assert sorted(found) == list(range(1, 401))


def _write(database, first):
    for number in range(first, first + 100):
        with database.transaction() as cur:
            # The id is there before the row, for longer with some than with others.
            cur.execute("SELECT pg_current_xact_id(), pg_sleep(%s)", ((number % 4) / 500,))
            outbox.add(cur, [submitted(number)])


def test_the_session_that_events_wait_for_is_named(produced, monkeypatch, caplog):
    monkeypatch.setattr(housekeeping, "HELD_SECONDS", -1.0)
    running = psycopg2.connect(produced.dsn, application_name="somebody's console")
    pid = running.info.backend_pid
    with running.cursor() as cur:
        cur.execute("SELECT pg_current_xact_id()")
        add(produced, 1)
        care = housekeeping.Housekeeping("held up", ["relay"])
        with produced.transaction() as asking:
            care.measure(asking)
        held = series("qingdan_outbox_held_seconds", "held up")
    running.close()
    care.stop_measuring()

    ((labels, _),) = held
    assert labels["application"] == "somebody's console"
    assert labels["pid"] == str(pid)
    assert "events wait for the transaction of a session" in caplog.text
    assert series("qingdan_outbox_held_seconds", "held up") == []


def series(name, database):
    """Of one database: other tests of this process have measured others."""
    samples = [sample for metric in REGISTRY.collect() if metric.name == name for sample in metric.samples]
    return [(sample.labels, sample.value) for sample in samples if sample.labels["database"] == database]


def test_each_reader_has_its_own_position(produced):
    with produced.transaction() as cur:
        assert outbox.load_position(cur, "relay") == START
        outbox.save_position(cur, "relay", Position(7, 8))
        outbox.save_position(cur, "relay", Position(7, 9))

    with produced.transaction() as cur:
        assert outbox.load_position(cur, "relay") == Position(7, 9)
        assert outbox.load_position(cur, "to:stats") == START


def test_the_backlog_counts_what_a_reader_has_not_passed(produced):
    add(produced, 1, 2, 3)
    [first, *_] = read(produced)
    with produced.transaction() as cur:
        outbox.save_position(cur, "relay", Position(first.xid, first.seq))

    with produced.transaction() as cur:
        rows, age = outbox.backlog(cur, "relay")

    assert rows == 2
    assert age >= 0


def test_rows_lie_in_the_partition_of_their_month(produced):
    add(produced, 1)

    with produced.transaction() as cur:
        cur.execute("SELECT tableoid::regclass::text AS part, to_char(now(), '\"outbox_\"YYYYMM') AS month FROM outbox")
        part, month = cur.fetchone()

    assert part == month
