"""What goes from the tables of the plumbing: handled ids, kept answers, refusals, decided messages, the event log.

The log itself stays for ever unless somebody decides otherwise: from it alone a projection can be made anew, so a month
that goes is written down (`outbox_dropped`) and ends that. Only its heartbeats go by themselves. Nothing goes that a
reader has not passed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import NamedTuple

from shared import clock
from shared.database import Cursor
from shared.delivery.outbox import in_order
from shared.events import RelayTicked
from shared.hearing.spans import START, Position
from shared.retention import FOR_EVER, AgedRows, Policy, Retention, Turn, stored_rows
from shared.rows import many, one, value, value_or_none
from shared.sealing.cutting import CutRows
from shared.sealing.sources import REFUSALS
from shared.text import Text

INBOX = AgedRows(
    name="inbox",
    table="inbox",
    at="handled_at",
    days=60,
    least=14,
    what=Text("已处理事件的编号", "ids of events that were handled"),
    why=Text("期内重发的事件要认得出来。", "events that are sent again within that time must be known."),
)
COMMAND = AgedRows(
    name="command",
    table="command",
    at="received_at",
    days=60,
    least=2,
    what=Text("已执行操作的编号和答复", "ids of commands with their answers"),
    why=Text("网页会再次发送没有等到答复的操作。", "pages send a command again whose answer did not come."),
)
REFUSAL = CutRows(
    name="refusal",
    table=REFUSALS.table,
    at=REFUSALS.at,
    days=1095,
    least=REFUSALS.least or 0,
    what=Text("被拒绝的操作", "calls that were refused"),
    why=Text("网络日志须留存不少于六个月。", "logs of the network are to be kept for six months."),
)
PARKED = AgedRows(
    name="parked_message",
    table="parked_message",
    at="decided_at",
    where="state IN ('replayed', 'discarded')",
    days=365,
    least=30,
    what=Text("已重放或放弃的死信", "dead letters that were replayed or discarded"),
    why=Text("要能查到当时的处理。", "what was decided must be found for a while."),
)

LOG = Text(
    "审计记录的封印永久保存，不能设置期限。", "The seals of the log stay for ever; no number of days can be set."
)


class _Seen(NamedTuple):
    xid: int
    seq: int
    type: str
    created_at: dt.datetime

    @property
    def position(self) -> Position:
        return Position(self.xid, self.seq)


class _Reader(NamedTuple):
    reader: str
    xid: int
    seq: int


class _Month(NamedTuple):
    partition: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeats(Policy):
    """The relays' heartbeats in the event log, one every ten seconds: nearly all of it in a county.

    The log is gone through once, in its own order, and no reader is overtaken.
    """

    readers: Sequence[str] = ()

    def forget(self, cur: Cursor, days: int) -> Turn:
        passed = passed_by_all(cur, self.readers)
        seen = self._after(cur, _swept(cur))
        before = clock.now() - dt.timedelta(days=days)
        old = list(takewhile(lambda row: row.created_at < before and row.position <= passed, seen))
        beats = [row for row in old if row.type == RelayTicked.TYPE]
        if beats:
            _delete(cur, beats)
        if old:
            _sweep_to(cur, old[-1].position)
        left = seen[len(old) : len(old) + 1]
        is_held = bool(left) and left[0].created_at < before
        return Turn(len(beats), is_done=not is_held and len(old) < self.at_once, is_held=is_held)

    def oldest_seconds(self, cur: Cursor) -> float:
        swept = _swept(cur)
        cur.execute(
            """
            SELECT extract(epoch FROM now() - created_at)::float AS seconds FROM outbox
            WHERE (xid, seq) > (%s::text::xid8, %s) AND type = %s ORDER BY outbox.xid, outbox.seq LIMIT 1
            """,
            (str(swept.xid), swept.seq, RelayTicked.TYPE),
        )
        return value_or_none(cur, float) or 0.0

    def _after(self, cur: Cursor, position: Position) -> list[_Seen]:
        return in_order(
            cur,
            _Seen,
            """
            SELECT xid::text::bigint AS xid, seq, type, created_at FROM outbox
            WHERE (xid, seq) > (%s::text::xid8, %s) ORDER BY outbox.xid, outbox.seq LIMIT %s
            """,
            (str(position.xid), position.seq, self.at_once),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Months(Policy):
    """The event log itself, whole months at a time, and those only which every reader has left behind."""

    readers: Sequence[str] = ()

    def forget(self, cur: Cursor, days: int) -> Turn:
        month = self._oldest_month(cur, days)
        if month is None:
            return Turn(0, is_done=True)
        if _has_rows_after(cur, month.partition, passed_by_all(cur, self.readers)):
            return Turn(0, is_done=False, is_held=True)
        rows = int(stored_rows(cur, month.partition))
        cur.execute("INSERT INTO outbox_dropped (partition, rows) VALUES (%s, %s)", (month.partition, rows))
        cur.execute("SELECT drop_outbox_month(%s)", (month.partition,))
        return Turn(rows, is_done=month.number == 1)

    def oldest_seconds(self, cur: Cursor) -> float:
        cur.execute(
            "SELECT extract(epoch FROM now() - created_at)::float AS seconds FROM outbox ORDER BY xid, seq LIMIT 1"
        )
        return value_or_none(cur, float) or 0.0

    def _oldest_month(self, cur: Cursor, days: int) -> _Month | None:
        """The first month that ended more than `days` ago, and the number of such months."""
        cur.execute(
            r"""
            SELECT relname::text AS partition, count(*) OVER ()::integer AS number FROM (
                SELECT relname, substring(pg_get_expr(relpartbound, pg_class.oid) FROM 'TO \(''([^'']+)''\)') AS ends
                FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
                WHERE inhparent = 'outbox'::regclass AND relname ~ '^outbox_[0-9]{6}$'
            ) AS month
            WHERE ends::timestamptz <= now() - make_interval(days => %s) ORDER BY ends::timestamptz LIMIT 1
            """,
            (days,),
        )
        return one(cur, _Month)


def plumbing(readers: Sequence[str] = ()) -> Retention:
    """What goes from every service's database; `readers` are those of its event log, beside the ones that it knows."""
    heartbeats = Heartbeats(
        name="heartbeat",
        table="outbox",
        days=7,
        least=1,
        what=Text("事件日志里的心跳", "heartbeats in the event log"),
        why=Text("接收方落后时要能赶上。", "a consumer that is behind must be able to catch up."),
        at_once=5000,
        readers=tuple(readers),
    )
    months = Months(
        name="outbox",
        table="outbox",
        days=FOR_EVER,
        least=90,
        what=Text("事件日志，按整月", "the event log, by whole months"),
        why=Text("备份恢复之后要能重发事件。", "after a restored backup events must be sent again."),
        price=Text(
            "第一个月份删除之后，就不能再用 rebuild stats 重建统计。",
            "Once the first month has gone, rebuild stats can no longer rebuild the counters.",
        ),
        at_once=1,
        readers=tuple(readers),
    )
    return Retention(
        policies=(INBOX, COMMAND, REFUSAL, PARKED, heartbeats, months),
        kept={"log_seal": LOG, "log_cut": LOG},
        bounded=frozenset(
            {"log_waiting", "outbox_position", "outbox_swept", "outbox_dropped", "retention_policy", "retention_run"}
            # What is missing, asked for or failing is a handful, and goes as soon as it has come.
            | {"heard_position", "gap", "failing_event", "resend_request"}
            # A night's count until it is compared, and what came of the last month of them.
            | {"ledger_part", "ledger_check"}
        ),
    )


def passed_by_all(cur: Cursor, readers: Sequence[str]) -> Position:
    """How far the slowest reader is: of those that were ever here, and of `readers`, who may not have begun."""
    cur.execute("SELECT reader, xid::text::bigint AS xid, seq FROM outbox_position")
    positions = {row.reader: Position(row.xid, row.seq) for row in many(cur, _Reader)}
    return min([*positions.values(), *(START for reader in readers if reader not in positions)], default=START)


def months_dropped(cur: Cursor) -> int:
    """How many months have gone from the event log."""
    cur.execute("SELECT count(*) AS months FROM outbox_dropped")
    return value(cur, int)


def dropped_until(cur: Cursor) -> dt.datetime | None:
    """The moment before which months have gone from the event log; None when none has."""
    cur.execute(
        """
        SELECT (to_date(right(max(partition), 6), 'YYYYMM') + interval '1 month') AT TIME ZONE 'UTC' AS until
        FROM outbox_dropped HAVING count(*) > 0
        """
    )
    return value_or_none(cur, dt.datetime)


def _swept(cur: Cursor) -> Position:
    cur.execute("SELECT xid::text::bigint AS xid, seq FROM outbox_swept")
    return one(cur, Position) or START


def _sweep_to(cur: Cursor, position: Position) -> None:
    cur.execute(
        """
        INSERT INTO outbox_swept (xid, seq) VALUES (%s::text::xid8, %s)
        ON CONFLICT (is_only) DO UPDATE SET xid = excluded.xid, seq = excluded.seq
        """,
        (str(position.xid), position.seq),
    )


def _delete(cur: Cursor, rows: Sequence[_Seen]) -> None:
    times = [row.created_at for row in rows]
    cur.execute(
        """
        DELETE FROM outbox USING unnest(%(xids)s::text[], %(seqs)s::bigint[]) AS beat (xid, seq)
        WHERE outbox.xid = beat.xid::xid8 AND outbox.seq = beat.seq AND created_at BETWEEN %(first)s AND %(last)s
        """,
        {
            "xids": [str(row.xid) for row in rows],
            "seqs": [row.seq for row in rows],
            "first": min(times),
            "last": max(times),
        },
    )


def _has_rows_after(cur: Cursor, partition: str, position: Position) -> bool:
    cur.execute(
        """
        SELECT EXISTS (
            SELECT FROM outbox WHERE tableoid = %s::regclass AND (xid, seq) > (%s::text::xid8, %s)
        ) AS found
        """,
        (partition, str(position.xid), position.seq),
    )
    return value(cur, bool)
