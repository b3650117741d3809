"""Carries out faults on a running `qingdan cluster`, from outside: by signals and by the servers' own doors.

What stands still goes on by itself after its time, while the next faults come.
"""

from __future__ import annotations

import random
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import pika
import psutil

from shared.delivery.broker import events_queue
from shared.delivery.rights import relay_account
from tests.support.chaos.plan import BROKER, Fault, Kind
from tests.support.clerks import Installation
from tests.support.eventually import eventually

# As long as the supervisor waits before it starts again what ends and ends, and a start.
BACK_WITHIN = 60.0


class Faults:
    """What may be done to one cluster; `supervisor` is the process id of who started its processes."""

    def __init__(self, installation: Installation, supervisor: int) -> None:
        self._installation = installation
        self._supervisor = psutil.Process(supervisor)
        self._thawing: list[threading.Timer] = []
        self._doing: dict[Kind, Callable[[Fault], None]] = {
            Kind.KILL: partial(self._signal, number=signal.SIGKILL),
            Kind.TERM: partial(self._signal, number=signal.SIGTERM),
            Kind.FREEZE: self._freeze,
            Kind.BROKER_KILL: lambda _fault: self._brokers()[0].kill(),
            Kind.BROKER_RESTART: lambda _fault: self._brokers()[0].terminate(),
            Kind.DATABASE_KILL: lambda _fault: self._postmaster().kill(),
            # Its fast way to stop: it ends its sessions and writes down what it has.
            Kind.DATABASE_RESTART: lambda _fault: self._postmaster().send_signal(signal.SIGINT),
            Kind.BACKENDS: self._end_backends,
            Kind.PURGE: self._lose_queue,
            Kind.DELETE: self._lose_queue,
        }

    def carry_out(self, fault: Fault) -> None:
        """Do it now. What it is to hit may be on its way back from the one before, and is waited for."""
        eventually(lambda: self._done(fault), within=BACK_WITHIN, message=f"{fault} could not be carried out")

    def thaw(self) -> None:
        """Wait until nothing stands still any more."""
        for timer in self._thawing:
            timer.join()

    def _done(self, fault: Fault) -> bool:
        self._doing[fault.kind](fault)
        return True

    def _signal(self, fault: Fault, *, number: signal.Signals) -> None:
        for process in self._processes(fault.target):
            process.send_signal(number)

    def _freeze(self, fault: Fault) -> None:
        stopped = self._brokers() if fault.target == BROKER else self._processes(fault.target)
        for process in stopped:
            process.suspend()
        timer = threading.Timer(fault.lasts, _resume, (stopped,))
        timer.start()
        self._thawing.append(timer)

    def _end_backends(self, fault: Fault) -> None:
        dice = random.Random(fault.number)
        with self._installation.superuser() as cur:
            cur.execute("SELECT pid FROM pg_stat_activity WHERE datname LIKE 'qingdan%' ORDER BY backend_start, pid")
            pids = [row[0] for row in cur.fetchall()]
            chosen = dice.sample(pids, max(1, round(len(pids) * fault.share)))
            cur.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s) AS ended (pid)", (chosen,))

    def _lose_queue(self, fault: Fault) -> None:
        """Do away with what lies in a queue, whose consumer stands still so that something does."""
        consumers = self._processes(f"service {fault.target}")
        # An account may do away with what is its own, and with nothing else.
        owner = relay_account(fault.target)
        url = self._installation.broker_url_of(owner, f"broker_relay_{fault.target}")
        with pika.BlockingConnection(pika.URLParameters(url)) as connection:
            channel = connection.channel()
            for process in consumers:
                process.suspend()
            try:
                time.sleep(fault.lasts)
                queue = events_queue(fault.target)
                if fault.kind is Kind.PURGE:
                    channel.queue_purge(queue)
                else:
                    channel.queue_delete(queue)
            finally:
                _resume(consumers)

    def _processes(self, words: str) -> list[psutil.Process]:
        """Those that run the command; LookupError when none does."""
        found = [one for one in self._supervisor.children() if f"services.cli {words}" in " ".join(_command(one))]
        return _some(found, words)

    def _brokers(self) -> list[psutil.Process]:
        return _some([one for one in self._supervisor.children() if "beam" in one.name()], BROKER)

    def _postmaster(self) -> psutil.Process:
        first, *_ = (self._installation.home / "postgres" / "postmaster.pid").read_text().splitlines()
        return psutil.Process(int(first))


def _resume(stopped: list[psutil.Process]) -> None:
    for process in stopped:
        # It may have been killed while it stood still.
        with suppress(psutil.NoSuchProcess):
            process.resume()


def _some(found: list[psutil.Process], words: str) -> list[psutil.Process]:
    alive = [one for one in found if one.status() != psutil.STATUS_ZOMBIE]
    if not alive:
        raise LookupError(f"no process is “{words}” now")
    return alive


def _command(process: psutil.Process) -> list[str]:
    with suppress(psutil.Error):
        return process.cmdline()
    return []
