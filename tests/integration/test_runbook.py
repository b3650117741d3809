"""Statements that the runbook tells people to type, carried out as they stand there."""

import re

from shared.delivery import outbox
from tests.support.watched import RUNBOOK

START_OVER = re.search(r"^    (UPDATE outbox_position.*?;)$", RUNBOOK.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def test_the_relay_reads_again_what_was_written_since_the_chosen_moment(path):
    path.emit(30)
    with path.produced.transaction() as cur:
        cur.execute("UPDATE outbox SET created_at = now() - interval '3 days' WHERE seq <= 10")
        rows = outbox.read_after(cur, outbox.START, limit=100)
        outbox.save_position(cur, "relay", outbox.Position(rows[-1].xid, rows[-1].seq))
    with path.produced.transaction() as cur:
        assert outbox.read_after(cur, outbox.load_position(cur, "relay"), limit=100) == []

    with path.produced.transaction() as cur:
        cur.execute(START_OVER[1])
        again = outbox.read_after(cur, outbox.load_position(cur, "relay"), limit=100)

    assert [row.seq for row in again] == [row.seq for row in rows if row.seq > 10]
