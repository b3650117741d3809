"""The systems that do the same work: how each one's consumers and its publisher are started, and ended."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bench.peers.work import PREFETCH, WORKERS
from shared.process.settings import SERVICES
from tests.support.eventually import eventually
from tests.support.processes import ServerProcess, make_folder, remove_folder
from tests.support.rabbitmq import RabbitServer

ROOT = Path(__file__).parents[2]
PEERS = ROOT / ".venv-peers" / "bin" / "python"
CONSUMERS = 2
CALL_KEY = "k" * 32


@dataclass(frozen=True, slots=True)
class Place:
    """Where a system works: the address of its virtual host, and of the databases with the outbox and the counters."""

    broker_url: str
    source_dsn: str
    target_dsn: str

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PEERS_BROKER_URL": self.broker_url,
            "PEERS_SOURCE_DSN": self.source_dsn,
            "PEERS_TARGET_DSN": self.target_dsn,
            "QINGDAN_BROKER_URL": self.broker_url,
            "QINGDAN_MONITOR_PORT": "0",
            "QINGDAN_TASKS_DATABASE_URL": self.source_dsn,
            "QINGDAN_STATS_DATABASE_URL": self.target_dsn,
            **{f"QINGDAN_{name.upper()}_CALL_KEY": CALL_KEY for name in SERVICES},
            "EVENTLET_NO_GREENDNS": "yes",
            "dramatiq_queue_prefetch": str(PREFETCH),
        }


@dataclass(frozen=True, slots=True)
class System:
    """The arguments of Python for a consumer and for the publisher; what stands in braces is filled in."""

    name: str
    consumer: tuple[str, ...]
    publisher: tuple[str, ...]
    python: Path = PEERS

    def command(self, arguments: Sequence[str], place: Place, number: int = 0) -> list[str]:
        known = {"broker": place.broker_url, "source": place.source_dsn, "number": str(number), "workers": str(WORKERS)}
        return [str(self.python), *(one.format(**known) for one in arguments)]


OURS = System(
    "Qingdan",
    ("-m", "services.cli", "service", "stats"),
    ("-m", "bench.support.relay_to_stats", "{source}", "{broker}"),
    Path(sys.executable),
)
NAMEKO = System("nameko", ("-m", "bench.peers.nameko_way", "consume"), ("-m", "bench.peers.nameko_way", "publish"))
CELERY = System(
    "Celery",
    (
        *("-m", "celery", "-A", "bench.peers.celery_way", "worker", "--hostname", "consumer{number}@%h"),
        *("--pool", "threads", "--concurrency", "{workers}", "--without-gossip", "--without-mingle"),
        *("--loglevel", "WARNING"),
    ),
    ("-m", "bench.peers.celery_way"),
)
DRAMATIQ = System(
    "dramatiq",
    ("-m", "dramatiq", "bench.peers.dramatiq_way", "--processes", "1", "--threads", "{workers}"),
    ("-m", "bench.peers.dramatiq_way"),
)
FASTSTREAM = System(
    "FastStream", ("-m", "bench.peers.faststream_way", "consume"), ("-m", "bench.peers.faststream_way", "publish")
)
ALL = (OURS, NAMEKO, CELERY, DRAMATIQ, FASTSTREAM)


@dataclass
class Running:
    """A system at work: its publisher and its consumers."""

    system: System
    place: Place
    rabbit: RabbitServer
    consumers: list[ServerProcess] = field(default_factory=list)
    _started: list[ServerProcess] = field(default_factory=list)
    _folder: Path = field(default_factory=lambda: make_folder("bench-peers"))

    def start(self) -> None:
        """Start, and return when there is a publisher for consumers that are there."""
        self.consumers = [self._start_consumer(number) for number in range(CONSUMERS)]
        # Some publish into nothing where nobody consumes yet.
        eventually(self._all_consume, within=90, message=f"the consumers of {self.system.name} did not come")
        self._start(self.system.command(self.system.publisher, self.place))

    def kill_a_consumer(self) -> None:
        """End one consumer with -9 and start another in its place, as a supervisor would."""
        self.consumers[0].kill()
        self.consumers[0] = self._start_consumer(CONSUMERS)

    def cpu_seconds(self) -> float:
        """What its processes have used so far."""
        return sum(cpu_seconds(process.pid) for process in self._started if process.is_running)

    def stop(self) -> None:
        for process in self._started:
            process.kill()
        remove_folder(self._folder)

    def logs(self) -> str:
        return "\n".join(process.log_tail() for process in self._started)

    def _all_consume(self) -> bool:
        return any(queue.consumers == CONSUMERS for queue in self.rabbit.queues(self.place.broker_url))

    def _start_consumer(self, number: int) -> ServerProcess:
        return self._start(self.system.command(self.system.consumer, self.place, number))

    def _start(self, command: list[str]) -> ServerProcess:
        log = self._folder / f"{len(self._started)}.log"
        process = ServerProcess(command, folder=ROOT, log=log, environment=os.environ | self.place.environment)
        self._started.append(process)
        return process


@contextmanager
def running(system: System, place: Place, rabbit: RabbitServer) -> Iterator[Running]:
    """Start a system, and end it; what it logged is told when something goes wrong."""
    found = Running(system, place, rabbit)
    try:
        found.start()
        yield found
    except Exception:
        print(found.logs(), file=sys.stderr)
        raise
    finally:
        found.stop()


def cpu_seconds(pid: int) -> float:
    """What a process and all that it started have used so far, also those that it has seen end."""
    root = psutil.Process(pid)
    total = 0.0
    for process in (root, *root.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            used = process.cpu_times()
            total += used.user + used.system + used.children_user + used.children_system
    return total
