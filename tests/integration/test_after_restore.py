"""After a restore the relay sends again what the lost broker may have held: a day of it, and no more."""

from deploy.k8s_check import ROOT
from shared.delivery import outbox
from shared.delivery.outbox import Position
from shared.rows import the, value
from shared.sealing import queries as sealing
from tests.support.counting_service import submitted

SCRIPT = (ROOT / "deploy" / "k8s" / "after-restore.sql").read_text()
OTHER_SERVER = (ROOT / "deploy" / "docker" / "after-restore.sql").read_text()


def test_the_relay_goes_back_one_day(produced):
    rows = [_event(produced, number, hours_ago=hours) for number, hours in enumerate((72, 30, 20, 0))]
    _sent(produced, "relay", rows[-1])

    _run_script(produced)

    with produced.transaction() as cur:
        assert outbox.load_position(cur, "relay") == rows[1]
        assert len(outbox.read_after(cur, rows[1], limit=10)) == 2


def test_a_relay_that_is_further_behind_stays_there(produced):
    rows = [_event(produced, number, hours_ago=hours) for number, hours in enumerate((72, 30, 0))]
    _sent(produced, "relay", rows[0])

    _run_script(produced)

    with produced.transaction() as cur:
        assert outbox.load_position(cur, "relay") == rows[0]


def _event(database, number, *, hours_ago):
    """The position of a new event that looks as old as that."""
    with database.transaction() as cur:
        outbox.add(cur, [submitted(number)])
        cur.execute(
            """
            UPDATE outbox SET created_at = now() - make_interval(hours => %s)
            WHERE seq = (SELECT max(seq) FROM outbox) RETURNING xid::text::bigint AS xid, seq
            """,
            (hours_ago,),
        )
        return the(cur, Position)


def _sent(database, reader, position):
    with database.transaction() as cur:
        outbox.save_position(cur, reader, position)


def _run_script(database):
    with database.transaction() as cur:
        cur.execute(SCRIPT)


def test_after_a_dump_was_put_into_another_server_old_heartbeats_are_looked_for_from_the_start(produced):
    """There transaction ids begin anew, and what was told in the old ones would lie in the future."""
    _event(produced, 1, hours_ago=72)
    with produced.transaction() as cur:
        cur.execute("INSERT INTO outbox_swept (xid, seq) VALUES ('999999', 1)")

    with produced.transaction() as cur:
        cur.execute(OTHER_SERVER.replace("BEGIN;", "").replace("COMMIT;", ""))
        cur.execute("SELECT count(*) AS positions FROM outbox_swept")
        assert value(cur, int) == 0


def test_after_a_dump_was_put_into_another_server_the_rows_of_the_log_that_wait_are_sealed(produced):
    with produced.transaction() as cur:
        cur.execute("INSERT INTO log_waiting (xid, source, row_id) VALUES ('999999', 'refusal', 1)")
        assert sealing.waiting(cur, ["refusal"], limit=10) == []

    with produced.transaction() as cur:
        cur.execute(OTHER_SERVER.replace("BEGIN;", "").replace("COMMIT;", ""))

    with produced.transaction() as cur:
        assert [row.row_id for row in sealing.waiting(cur, ["refusal"], limit=10)] == [1]
