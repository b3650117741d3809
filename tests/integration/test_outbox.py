"""The outbox table: rows commit with the change, are read in commit order and stay as the log."""

import psycopg2

from shared.delivery import outbox
from shared.delivery.outbox import START, Position
from tests.support.counting_service import submitted


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
