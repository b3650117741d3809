"""The way of an event on our relay and consumer, on nameko, Celery, dramatiq and FastStream; `make bench-peers`.

All on one RabbitMQ and one PostgreSQL, turn by turn, each time with a virtual host and databases of its own. Printed
are a JSON line for each turn, the claims, and a table of the medians. Ends with 1 when a claim is not met.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from bench.peers import figures, systems
from bench.peers.figures import Figures
from bench.support import ground
from bench.support.duties import accepted
from shared.database import Database
from shared.delivery import outbox
from tests.support.eventually import eventually
from tests.support.postgres import PostgresServer
from tests.support.rabbitmq import RabbitServer

WARM_UP = 200
PER_SECOND = 100
# A peer that stands still for that long has lost what is missing.
LONGEST_STANDSTILL = 60.0

COUNTED = "SELECT coalesce(sum(duties), 0)::bigint FROM {}_count"
# Both by the clock of the one server: nothing is asked in between that would take time of its own.
WRITTEN_AT = """
    SELECT (payload ->> 'duty_id')::bigint, extract(epoch FROM pg_xact_commit_timestamp(xmin))::float
    FROM outbox WHERE payload ? 'duty_id'
"""
COUNTED_AT = "SELECT id, extract(epoch FROM pg_xact_commit_timestamp(xmin))::float FROM duty"


@dataclass(frozen=True, slots=True)
class Size:
    """How many events are sent at once and one by one, and for how many seconds around the kill."""

    events: int
    singles: int
    seconds: float


@dataclass
class Turn:
    """One system on fresh databases; duties go over units and items as they come from many people, in no order."""

    source: Database
    target: Database
    ids: Iterator[int] = field(default_factory=lambda: iter(_shuffled(1_000_000)))
    sent: list[int] = field(default_factory=list)

    def write(self, number: int) -> list[int]:
        """Commit so many events together; returns their duties."""
        found = list(islice(self.ids, number))
        with self.source.transaction() as cur:
            outbox.add(cur, [accepted(duty_id) for duty_id in found], correlation_id="bench")
        self.sent += found
        return found

    def wait(self) -> None:
        """Wait until everything is counted; AssertionError when for a long time nothing more is."""
        counted = -1
        while counted < len(self.sent):
            before = counted
            eventually(
                lambda before=before: self.counted() > before,
                within=LONGEST_STANDSTILL,
                message=f"{len(self.sent)} events were sent, {before} are counted, and nothing moves",
            )
            counted = self.counted()

    def counted(self) -> int:
        return self.ask(self.target, COUNTED.format("item"))[0][0]

    def times(self, duties: Sequence[int]) -> list[tuple[float, float]]:
        """When each of these was committed and when it was counted, in seconds."""
        written, counted = dict(self.ask(self.source, WRITTEN_AT)), dict(self.ask(self.target, COUNTED_AT))
        return [(written[duty_id], counted[duty_id]) for duty_id in duties]

    def ask(self, database: Database, statement: str) -> list[Any]:
        with database.transaction() as cur:
            cur.execute(statement)
            return cur.fetchall()


def main(arguments: Sequence[str]) -> int:
    options = _options(arguments)
    size = Size(options.events, options.singles, options.seconds)
    known = [one.name for one in systems.ALL]
    if unknown := [name for name in options.systems if name not in known]:
        raise SystemExit(f"There is no system {', '.join(unknown)}. There are: {', '.join(known)}.")
    chosen = [one for one in systems.ALL if not options.systems or one.name in options.systems]
    if not all(one.python.exists() for one in chosen):
        raise SystemExit("The other systems have an environment of their own, which is not there yet: make bench-peers")
    rounds = []
    with _servers() as (postgres, rabbit):
        for number in range(options.rounds):
            for system in chosen:
                rounds.append(_measured(system, postgres, rabbit, size))
                print(json.dumps({"round": number + 1, **figures.as_line(rounds[-1])}), flush=True)
    found = figures.summed_up(rounds)
    claims = figures.claims(found, own=systems.OURS.name) if chosen == list(systems.ALL) else []
    for claim in claims:
        print(json.dumps(claim))
    print(figures.table(found))
    return 0 if all(claim["met"] for claim in claims) else 1


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.peers", description=__doc__)
    parser.add_argument("--events", type=int, default=10_000, help="sent together, for the rate and the CPU")
    parser.add_argument("--singles", type=int, default=1_000, help=f"sent one by one, {PER_SECOND} a second")
    parser.add_argument("--seconds", type=float, default=4, help="for how long there is work around the kill")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("systems", nargs="*", help="all, if none is named")
    return parser.parse_args(arguments)


@contextmanager
def _servers() -> Iterator[tuple[PostgresServer, RabbitServer]]:
    with ground.postgres() as postgres, ground.rabbit() as rabbit:
        with postgres.cursor() as cur:
            cur.execute("ALTER SYSTEM SET track_commit_timestamp = on")
        postgres.restart()
        yield postgres, rabbit


def _measured(system: systems.System, postgres: PostgresServer, rabbit: RabbitServer, size: Size) -> Figures:
    with _place(postgres, rabbit) as place, systems.running(system, place, rabbit) as at_work:
        turn = Turn(Database(place.source_dsn), Database(place.target_dsn))
        try:
            turn.write(WARM_UP)
            turn.wait()
            rate, used = _rate(turn, size.events, lambda: _used(at_work, rabbit, postgres))
            latencies = _latencies(turn, size.singles)
            lost, doubled = _around_a_kill(turn, at_work, int(rate * size.seconds))
        finally:
            turn.source.close()
            turn.target.close()
    return Figures(
        system.name,
        rate,
        *used,
        figures.percentile(latencies, 0.5) * 1000,
        figures.percentile(latencies, 0.99) * 1000,
        lost,
        doubled,
    )


@contextmanager
def _place(postgres: PostgresServer, rabbit: RabbitServer) -> Iterator[systems.Place]:
    broker_url = rabbit.create_vhost()
    source, target = (ground.migrated(postgres, f"peers_{name}", name) for name in ("tasks", "stats"))
    try:
        yield systems.Place(broker_url, source, target)
    finally:
        rabbit.delete_vhost(broker_url)
        for name in ("tasks", "stats"):
            postgres.drop_database(f"peers_{name}")


def _used(at_work: systems.Running, rabbit: RabbitServer, postgres: PostgresServer) -> tuple[float, ...]:
    return at_work.cpu_seconds(), systems.cpu_seconds(rabbit.pid), systems.cpu_seconds(postgres.pid)


def _rate(turn: Turn, number: int, used) -> tuple[float, list[float]]:
    """Events a second from the commit to the last one counted, and the seconds of CPU per 1,000."""
    before = used()
    duties = turn.write(number)
    turn.wait()
    after = used()
    times = turn.times(duties)
    seconds = max(counted for _, counted in times) - min(written for written, _ in times)
    return number / seconds, [(now - then) * 1000 / number for then, now in zip(before, after, strict=True)]


def _latencies(turn: Turn, number: int) -> list[float]:
    """Seconds from the commit of an event to that of its count, for one event every hundredth of a second."""
    began = time.monotonic()
    duties = []
    for turn_number in range(number):
        time.sleep(max(0.0, began + turn_number / PER_SECOND - time.monotonic()))
        duties += turn.write(1)
    turn.wait()
    return [counted - written for written, counted in turn.times(duties)]


def _around_a_kill(turn: Turn, at_work: systems.Running, number: int) -> tuple[int, int]:
    """What was lost and doubled in all, with a consumer killed when a part of the last events is counted."""
    begun = turn.counted()
    turn.write(number)
    eventually(lambda: turn.counted() > begun + number // 4, within=LONGEST_STANDSTILL)
    at_work.kill_a_consumer()
    assert turn.counted() < len(turn.sent), "the kill came too late to say anything: give it more seconds"
    try:
        turn.wait()
    except AssertionError as error:
        print(error, file=sys.stderr)
    # What comes again is dealt with, too.
    eventually(lambda: _is_quiet(at_work), within=LONGEST_STANDSTILL)
    kept = [duty_id for duty_id, _ in turn.ask(turn.target, COUNTED_AT)]
    counted = [turn.ask(turn.target, COUNTED.format(kind))[0][0] for kind in ("item", "unit")]
    return figures.lost_and_doubled(turn.sent, kept, counted)


def _is_quiet(at_work: systems.Running) -> bool:
    queues = at_work.rabbit.queues(at_work.place.broker_url)
    return all(not queue.ready and not queue.unacknowledged for queue in queues)


def _shuffled(number: int) -> list[int]:
    found = list(range(1, number + 1))
    random.Random(1).shuffle(found)
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
