"""nameko as it comes: `… consume` is a service with an event handler, `… publish` dispatches what the outbox holds.

nameko fetches as many messages as there are workers, and nothing sets that apart.
"""

# ruff: noqa: E402 - eventlet patches before anything else is imported
from __future__ import annotations

import sys

IS_CONSUMER = sys.argv[1:2] == ["consume"]
if IS_CONSUMER:
    import eventlet

    eventlet.monkey_patch()

from functools import partial

from nameko.containers import ServiceContainer
from nameko.events import event_handler
from nameko.standalone.events import event_dispatcher

from bench.peers import work

SOURCE = "tasks"
EVENT = "duty.accepted.v1"
CONFIGURATION = {"AMQP_URI": work.BROKER_URL, "max_workers": work.WORKERS}
counting = work.Counting(work.TARGET_DSN)


class Stats:
    name = "stats"

    @event_handler(SOURCE, EVENT)
    def count(self, event: work.Event) -> None:
        counting.take(event)


def consume() -> None:
    container = ServiceContainer(Stats, CONFIGURATION)
    container.start()
    container.wait()


if __name__ == "__main__":
    if IS_CONSUMER:
        consume()
    else:
        work.publish_all(partial(event_dispatcher(CONFIGURATION), SOURCE, EVENT))
