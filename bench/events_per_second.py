"""Events per second from the outbox to the counters of the stats service, on the real processes.

The clock runs from the commit of the events to the moment when the counters hold them all: relay, confirms, quorum
queue, batch consumer, inbox, projection, counters. The baseline does the same per event with nameko's own dispatcher
and handler.
"""

from __future__ import annotations

import time
from statistics import median

from bench.support.duties import accepted
from bench.support.nodes import Nodes, line, running
from bench.support.size import size
from shared.delivery import outbox
from tests.support.eventually import eventually

WARM_UP = size(2_000, tiny=20)
EVENTS = size(20_000, tiny=100)
BASELINE_EVENTS = size(2_000, tiny=20)
ROUNDS = size(3, tiny=1)
GOAL = 5_000
GOAL_RATIO = 5

COUNTED = "SELECT coalesce(sum(duties), 0) FROM item_count"


def main() -> str:
    with running("tasks", "stats") as nodes:
        baseline = _nameko_rate(nodes)
        value = _rate(nodes)
    return line(
        "events per second from outbox to stats counters, and that many times nameko's own dispatcher and handler",
        value,
        "events/s",
        baseline=baseline,
        goal=GOAL,
        met=value >= GOAL and value >= GOAL_RATIO * baseline,
    )


def _rate(nodes: Nodes) -> float:
    relay = ("bench.support.relay_to_stats", nodes.databases["tasks"].dsn, nodes.broker_url)
    processes = [nodes.start("service", "stats"), nodes.start_module(*relay)]
    first = 10_000_000
    _timed(nodes, first, WARM_UP, lambda: _write(nodes, first, WARM_UP))
    first += WARM_UP
    rates = []
    for _ in range(ROUNDS):
        rates.append(EVENTS / _timed(nodes, first, EVENTS, lambda first=first: _write(nodes, first, EVENTS)))
        first += EVENTS
    for process in processes:
        process.terminate(15)
    return median(rates)


def _nameko_rate(nodes: Nodes) -> float:
    handler = nodes.start_module("bench.support.nameko_way", "serve", nodes.databases["stats"].dsn, nodes.broker_url)
    eventually(lambda: any(queue.consumers for queue in nodes.rabbit.queues(nodes.broker_url)), within=30)
    first = 1

    def dispatch(number: int) -> float:
        arguments = ("dispatch", nodes.broker_url, str(first), str(number))
        nodes.start_module("bench.support.nameko_way", *arguments)
        # The dispatching process needs a while to start: the clock runs from its first event.
        before = nodes.value("stats", COUNTED)
        eventually(lambda: nodes.value("stats", COUNTED) > before, within=60)
        return time.perf_counter()

    rates = []
    for _ in range(ROUNDS):
        rates.append(BASELINE_EVENTS / _timed(nodes, first, BASELINE_EVENTS, lambda: dispatch(BASELINE_EVENTS)))
        first += BASELINE_EVENTS
    handler.terminate(15)
    return median(rates)


def _timed(nodes: Nodes, first: int, number: int, start) -> float:
    """Seconds from what `start` returns until `number` more events are counted."""
    goal = nodes.value("stats", COUNTED) + number
    started = start()
    eventually(lambda: nodes.value("stats", COUNTED) >= goal, within=120, message=f"{number} events from {first}")
    seconds = time.perf_counter() - started
    assert nodes.value("stats", COUNTED) == goal, "an event was counted twice"
    return seconds


def _write(nodes: Nodes, first: int, number: int) -> float:
    """Commit the events and return the moment of the commit."""
    events = [accepted(duty_id) for duty_id in range(first, first + number)]
    with nodes.databases["tasks"].transaction() as cur:
        outbox.add(cur, events, correlation_id="bench")
    return time.perf_counter()


if __name__ == "__main__":
    print(main())
