"""A small service of its own for the tests of the plumbing: it counts submitted duties and answers some calls.

What an event's `period` says decides how handling it goes, so that a test can send trouble: "fail" always raises,
"mend" raises until the table `mended` has a row, "slow" takes a second; what begins with "busy" is worked on between
two statements, in a database that bears no more than a second of that.
"""

import datetime as dt
import time
from collections.abc import Sequence
from typing import Any

from shared.actor import Actor, Role
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.calls import Context
from shared.calling.params import NoParams, Params
from shared.calling.service import BaseService, command, consume, every, query
from shared.calling.shapes import Nothing, Shape
from shared.database import Cursor
from shared.delivery import outbox
from shared.errors import Conflict
from shared.events import DutyState, DutySubmitted, Received, RelayTicked
from shared.light import State
from shared.rows import has_row, value
from shared.text import Text

SCHEMA = """
CREATE TABLE tally (unit_id bigint PRIMARY KEY, total bigint NOT NULL);
CREATE TABLE took (event_id uuid NOT NULL, duty_id bigint NOT NULL);
CREATE TABLE mended (at timestamptz NOT NULL DEFAULT now());
CREATE TABLE ticked (at timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE TABLE heard (relay text PRIMARY KEY);
"""

BUSY_SECONDS = 0.012
EVERYBODY = frozenset(Role)


class Note(Params):
    text = f.verbatim(Text("文字", "text"))


class Pause(Params):
    seconds = f.figure(Text("秒数", "seconds"))


class Echo(Shape):
    text = s.text()
    correlation_id = s.text()


class Ticks(Shape):
    ticks = s.whole()


class CountingService(BaseService):
    name = "counting"

    def load_actor(self, cur: Cursor, person_id: int) -> Actor | None:
        return Actor(person_id, 1, frozenset({Role.UNIT_STAFF}))

    @query(Note, Echo, None)
    def echo(self, cur: Cursor, context: Context, params: dict[str, Any]) -> dict[str, Any]:
        return {"text": params["text"], "correlation_id": context.correlation_id}

    @query(Pause, Nothing, None)
    def pause(self, cur: Cursor, context: Context, params: dict[str, Any]) -> dict[str, Any]:
        cur.execute("SELECT pg_sleep(%s)", (params["seconds"],))
        return {}

    @command(NoParams, Ticks, EVERYBODY)
    def submit(self, cur: Cursor, context: Context, params: dict[str, Any]) -> dict[str, Any]:
        cur.execute("INSERT INTO ticked DEFAULT VALUES")
        outbox.add(cur, [submitted(1)])
        cur.execute("SELECT count(*) FROM ticked")
        return {"ticks": value(cur, int)}

    @query(NoParams, Nothing, None)
    def quarrel(self, cur: Cursor, context: Context, params: dict[str, Any]) -> dict[str, Any]:
        raise Conflict(Text("冲突", "It clashes."), {"current": {"version": 2}})

    @query(NoParams, Nothing, None)
    def break_down(self, cur: Cursor, context: Context, params: dict[str, Any]) -> dict[str, Any]:
        raise ZeroDivisionError

    @consume("duty.#", "relay.#")
    def take(self, cur: Cursor, events: Sequence[Received]) -> None:
        _work(cur, [event.data for event in events if isinstance(event.data, DutyState)])
        for event in events:
            if isinstance(event.data, RelayTicked):
                cur.execute("INSERT INTO heard VALUES (%s) ON CONFLICT DO NOTHING", (event.data.database,))
            elif isinstance(event.data, DutyState):
                _obey(cur, event.data.period)
                cur.execute("INSERT INTO took VALUES (%s, %s)", (str(event.id), event.data.duty_id))
                cur.execute(
                    """
                    INSERT INTO tally VALUES (%s, 1) ON CONFLICT (unit_id) DO UPDATE SET total = tally.total + 1
                    """,
                    (event.data.unit_id,),
                )

    @every(0.3)
    def tick(self) -> None:
        with self.database.transaction() as cur:
            cur.execute("INSERT INTO ticked DEFAULT VALUES")


class ProducingService(CountingService):
    """The other end in the in-process mode: it produces and listens to nothing."""

    name = "producing"
    take = None  # type: ignore[assignment]
    tick = None  # type: ignore[assignment]


def submitted(duty_id: int, *, period: str = "2026", unit_id: int = 1) -> DutySubmitted:
    return DutySubmitted(
        duty_id=duty_id,
        checklist_id=1,
        item_id=1,
        unit_id=unit_id,
        period=period,
        due_on=dt.date(2026, 6, 30),
        state=State.ACCEPTED,
        done_on=dt.date(2026, 6, 1),
        is_blocked=False,
        version=2,
    )


def _work(cur: Cursor, duties: Sequence[DutyState]) -> None:
    busy = sum(duty.period.startswith("busy") for duty in duties)
    if busy:
        cur.execute("SET LOCAL idle_in_transaction_session_timeout = '1s'")
        time.sleep(busy * BUSY_SECONDS)


def _obey(cur: Cursor, period: str) -> None:
    if period == "fail":
        raise ValueError("this event was sent to fail")
    if period == "mend":
        cur.execute("SELECT 1 FROM mended")
        if not has_row(cur):
            raise ValueError("not mended yet")
    if period == "slow":
        cur.execute("SELECT pg_sleep(1)")
    if period == "endless":
        cur.execute("SET LOCAL statement_timeout = '50ms'")
        cur.execute("SELECT pg_sleep(30)")
