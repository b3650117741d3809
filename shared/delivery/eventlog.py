"""The event log of one database, from its beginning: what a listener has heard, to be heard again all at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from shared.database import Cursor, Database
from shared.delivery import broker, forgetting, outbox
from shared.delivery.envelope import UnreadableEventError, decode
from shared.delivery.outbox import Stored
from shared.delivery.sending import body_of
from shared.errors import Invalid
from shared.events import SCHEMAS, Received, RelayTicked
from shared.hearing.spans import START, Position
from shared.limits import DATABASE
from shared.text import Text

AT_ONCE = 1000


class EventLog:
    """The log of `database`, which belongs to the service `source`.

    `position` is up to where it has been read; `unreadable` are the ids of events that were passed over.
    """

    def __init__(self, database: Database, source: str) -> None:
        self._database = database
        self._source = source
        self.unreadable: list[str] = []
        self.position = START

    def check_is_whole(self) -> None:
        """Raise Invalid when a part of it has gone: nothing can be made anew from the rest."""
        with self._database.transaction() as cur:
            months = forgetting.months_dropped(cur)
        if months:
            raise Invalid(
                Text(
                    f"事件日志不完整：最早的 {months} 个月已按保留策略删除，不能从头重建。什么也没有改动。",
                    f"The event log does not reach back to its beginning: its first {months} months have gone by the "
                    "policy outbox, so nothing can be rebuilt from it. Nothing was changed.",
                )
            )

    def check_reaches(self, moment: dt.datetime) -> None:
        """Raise Invalid when what was told at `moment` has gone already."""
        with self._database.transaction() as cur:
            until = forgetting.dropped_until(cur)
        if until is not None and until > moment:
            raise Invalid(
                Text(
                    "事件日志没有这么早的事件，已按保留策略删除。请换一个晚一些的时间。什么也没有改动。",
                    "The event log does not reach back that far: the policy outbox has let it go. Please choose a "
                    "later time. Nothing was changed.",
                )
            )

    def events(self, patterns: Sequence[str], *, since: dt.datetime | None = None) -> Iterator[Received]:
        """What a listener to `patterns` has heard after `position`, and of the heartbeats the last.

        Told before `since` is left out. The end of the log is where it ends when the first event is asked for, and
        `position` is there afterwards. Transactions are short: the one that takes the events into effect may be long,
        and a second long one would hold back the relays of another server, too.
        """
        types = [name for name in SCHEMAS if any(broker.matches(pattern, name) for pattern in patterns)]
        facts = [name for name in types if name != RelayTicked.TYPE]
        until = self._end()
        while rows := self._rows_after(self.position, until, facts, since):
            yield from self._readable(rows)
            self.position = Position(rows[-1].xid, rows[-1].seq)
        self.position = max(self.position, until)
        if RelayTicked.TYPE in types:
            with self._database.transaction() as cur:
                newest = outbox.newest_of(cur, RelayTicked.TYPE, until)
            yield from self._readable(newest)

    def _end(self) -> Position:
        with self._database.transaction() as cur:
            return outbox.end(cur)

    def _rows_after(
        self, position: Position, until: Position, types: Sequence[str], since: dt.datetime | None
    ) -> list[Stored]:
        with self._database.transaction() as cur:
            _allow_long(cur)
            return outbox.read_between(cur, position, until, types=types, since=since, limit=AT_ONCE)

    def _readable(self, rows: Sequence[Stored]) -> Iterator[Received]:
        for row in rows:
            try:
                yield decode(body_of(row, self._source))
            except UnreadableEventError:
                self.unreadable.append(row.id)


def _allow_long(cur: Cursor) -> None:
    """Between two events of the kinds that are asked for there may be years of others."""
    cur.execute(f"SET LOCAL statement_timeout = '{DATABASE.long_statement:.0f}s'")
