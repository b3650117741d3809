"""Events per second from the outbox to the counters of the stats service, on the real processes.

The clock runs from the commit of the events to the moment when the counters hold them all: relay, confirms, quorum
queue, batch consumer, inbox, projection, counters. The baseline is nameko as it comes, set up as in `bench/peers`,
which compares with others, too: an outbox before it, two processes of eight workers, a transaction for each event.
"""

from __future__ import annotations

import random
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median

from bench.peers import systems
from bench.support.duties import accepted
from bench.support.nodes import Nodes, line, running
from bench.support.size import size
from shared.delivery import outbox
from tests.support.eventually import eventually

WARM_UP = size(2_000, tiny=20)
EVENTS = size(20_000, tiny=100)
BASELINE_WARM_UP = size(200, tiny=5)
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
        "events per second from outbox to stats counters; the baseline is nameko, two processes of eight workers",
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
    """Before the relay reads what is sent here, too, which by then changes nothing for the stats service."""
    place = systems.Place(nodes.broker_url, nodes.databases["tasks"].dsn, nodes.databases["stats"].dsn)
    first = 1
    rates = []
    with systems.running(replace(systems.NAMEKO, python=Path(sys.executable)), place, nodes.rabbit):
        for number in (BASELINE_WARM_UP, *[BASELINE_EVENTS] * ROUNDS):
            seconds = _timed(nodes, first, number, partial(_write, nodes, first, number))
            rates.append(number / seconds)
            first += number
    return median(rates[1:])


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
    duties = list(range(first, first + number))
    # As many people send them: else each would be of the item of the one before, and wait for its counter.
    random.Random(first).shuffle(duties)
    events = [accepted(duty_id) for duty_id in duties]
    with nodes.databases["tasks"].transaction() as cur:
        outbox.add(cur, events, correlation_id="bench")
    return time.perf_counter()


if __name__ == "__main__":
    print(main())
