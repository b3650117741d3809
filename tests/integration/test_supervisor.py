"""Children are started again, stopped in order, and never left behind."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import psutil
import pytest

from services.running.supervisor import Child, Limits, Supervisor
from tests.support.eventually import eventually

STOP_WITHIN = 0.3
QUICK = Limits(first_pause=0.05, longest_pause=0.2, healthy_after=60.0, look_every=0.01)

SAY_WHEN = "import time; open('{file}', 'a').write(f'{{time.monotonic()}}\\n')\n"

# Blocks the signal before it says that it is there, so that no test can be too early.
PATIENT = (
    "import signal; signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])\n"
    "open('{ready}', 'a').write('ready\\n')\n"
    "signal.sigwait([signal.SIGTERM])\n"
)
STUBBORN = PATIENT + "signal.sigwait([signal.SIGUSR1])\n"
STUBBORN_WITH_A_CHILD = "import subprocess; subprocess.Popen(['sleep', '600'])\n" + STUBBORN


class Bench:
    """A supervisor with children that are small Python programs in a folder."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self.folder = folder
        self.supervisor = Supervisor(limits)
        self.stopping = threading.Event()
        self._watching = threading.Thread(target=self.supervisor.watch, args=(self.stopping,))

    def add(self, name: str, program: str, *, level: int = 1) -> Child:
        log = self.folder / name / "log"
        log.parent.mkdir()
        code = program.format(ready=self.folder / f"{name}.ready", file=self.folder / f"{name}.times")
        arguments = [sys.executable, "-S", "-E", "-c", code]
        return self.supervisor.add(Child(name, arguments, os.environ, log, level, stop_within=STOP_WITHIN))

    def add_and_wait(self, name: str, program: str, *, level: int = 1) -> Child:
        child = self.add(name, program, level=level)
        self.wait_for_starts(name, 1)
        return child

    def wait_for_starts(self, name: str, count: int) -> None:
        eventually(lambda: len((self.folder / f"{name}.ready").read_text().splitlines()) >= count)

    def times(self, name: str) -> list[float]:
        file = self.folder / f"{name}.times"
        return [float(line) for line in file.read_text().splitlines()] if file.exists() else []

    def watch(self) -> None:
        self._watching.start()

    def close(self) -> None:
        self.stopping.set()
        if self._watching.is_alive():
            self._watching.join()
        self.supervisor.stop()


@pytest.fixture
def bench_with(tmp_path: Path) -> Iterator[Callable[[Limits], Bench]]:
    made: list[Bench] = []

    def make(limits: Limits) -> Bench:
        made.append(Bench(tmp_path, limits))
        return made[-1]

    yield make
    for bench in made:
        bench.close()


@pytest.fixture
def bench(bench_with: Callable[[Limits], Bench]) -> Bench:
    return bench_with(QUICK)


def test_a_child_that_ends_is_started_again_after_pauses_that_grow_to_a_limit(bench):
    child = bench.add("broken", SAY_WHEN)

    bench.watch()
    times = eventually(lambda: starts if len(starts := bench.times("broken")) >= 5 else None)

    pauses = [after - before for before, after in pairwise(times[:5])]
    assert all(pause >= least for pause, least in zip(pauses, [0.05, 0.1, 0.2, 0.2], strict=True))
    assert child.pause == QUICK.longest_pause


def test_a_child_that_stays_up_is_trusted_again(bench_with):
    bench = bench_with(Limits(first_pause=0.05, healthy_after=0.1, look_every=0.01))
    child = bench.add_and_wait("server", PATIENT)
    child.pause = 30.0  # as after many ends

    bench.watch()

    eventually(lambda: child.pause == 0.05)


def test_a_child_that_cannot_be_started_is_tried_until_it_can(bench):
    """A full disk, for example: watching goes on, for the others too."""
    child = bench.add_and_wait("server", PATIENT)
    shutil.rmtree(child.log_file.parent)
    child.process.kill()

    bench.watch()
    eventually(lambda: child.pause == QUICK.longest_pause)
    child.log_file.parent.mkdir()

    bench.wait_for_starts("server", 2)


def test_what_others_need_is_asked_to_end_when_those_have_ended(bench):
    bench.add_and_wait("broker", PATIENT + SAY_WHEN, level=0)
    bench.add_and_wait("service", STUBBORN)

    began = time.monotonic()
    bench.supervisor.stop()

    (asked,) = bench.times("broker")
    assert asked - began >= STOP_WITHIN


def test_what_was_started_again_keeps_its_place_in_the_order(bench):
    """The kernel ends it with the thread that started it, which is the watching one."""
    broker = bench.add_and_wait("broker", PATIENT + SAY_WHEN, level=0)
    bench.add_and_wait("service", STUBBORN)
    bench.watch()
    broker.process.kill()
    bench.wait_for_starts("broker", 2)

    began = time.monotonic()
    bench.close()

    (asked,) = bench.times("broker")
    assert asked - began >= STOP_WITHIN


def test_a_child_that_does_not_end_in_time_is_killed_with_what_it_started(bench):
    child = bench.add_and_wait("service", STUBBORN_WITH_A_CHILD)
    (grandchild,) = psutil.Process(child.process.pid).children()

    bench.supervisor.stop()

    assert child.process.returncode == -signal.SIGKILL
    eventually(lambda: not _is_alive(grandchild.pid))


def test_a_stopped_supervisor_starts_nothing_again(bench):
    child = bench.add_and_wait("service", PATIENT)
    bench.supervisor.stop()

    bench.supervisor.watch(bench.stopping)

    assert not child.is_running


def test_a_command_that_does_not_exist_is_reported_at_once(bench, tmp_path):
    with pytest.raises(FileNotFoundError):
        bench.supervisor.add(Child("absent", [str(tmp_path / "absent")], os.environ, tmp_path / "log"))


def test_children_end_with_a_killed_supervisor():
    program = (
        "import os, sys; from pathlib import Path; from services.running.supervisor import Child, Supervisor\n"
        "child = Supervisor().add(Child('service', ['sleep', '600'], os.environ, Path(os.devnull)))\n"
        "print(child.process.pid, flush=True); sys.stdin.read()"
    )
    run = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with run:
        pid = int(run.stdout.readline())
        run.kill()

    eventually(lambda: not _is_alive(pid))


def _is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
