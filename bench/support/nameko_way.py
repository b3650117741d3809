"""The baseline: nameko's own dispatcher and event handler, with the same work per event.

`python -m bench.support.nameko_way serve DSN BROKER_URL` or `… dispatch BROKER_URL FIRST NUMBER`. The handler gets the
same CloudEvents, claims the id in the inbox and counts in one transaction, as the stats service does for a batch.
"""

# ruff: noqa: E402 - eventlet patches before anything else is imported
import eventlet

eventlet.monkey_patch()

import datetime as dt
import sys
from uuid import uuid4

from nameko.containers import ServiceContainer
from nameko.events import event_handler
from nameko.standalone.events import event_dispatcher

from bench.support.duties import accepted
from services.stats.service import StatsService
from shared.database import Database
from shared.delivery.consuming import handle_batch, read
from shared.delivery.envelope import encode
from shared.events import payload_of

EVENT = "duty.accepted.v1"


def serve(dsn: str, broker_url: str) -> None:
    service = StatsService(Database(dsn, size=12))

    class Handler:
        name = "stats_baseline"

        @event_handler("tasks", EVENT)
        def count(self, body: str) -> None:
            handle_batch(service, [read(body.encode())])

    container = ServiceContainer(Handler, {"AMQP_URI": broker_url, "max_workers": 10})
    container.start()
    container.wait()


def dispatch(broker_url: str, first: int, number: int) -> None:
    dispatcher = event_dispatcher({"AMQP_URI": broker_url})
    for duty_id in range(first, first + number):
        event = accepted(duty_id)
        body = encode(
            uuid4(),
            event.TYPE,
            payload_of(event),
            source="tasks",
            time=dt.datetime.now(tz=dt.UTC),
            correlation_id="bench",
        )
        dispatcher("tasks", EVENT, body.decode())


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(*sys.argv[2:])
    else:
        dispatch(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
