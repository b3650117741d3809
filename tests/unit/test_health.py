"""The watchdog ends a process in which something stands still, and lets a lively one be."""

import subprocess
import sys

from shared.process.health import EXIT_STUCK, Pulse

STUCK = """
import threading, time
from shared.process import health
pulse = health.Pulse()
pulse.beat("hub")
health.watch(pulse, {"hub": 0.05}, sleep=lambda _seconds: time.sleep(0.1))
"""

BLOCKED_HUB = """
import time
from shared.shell import launcher
launcher.patch()
from eventlet import patcher
from shared.process import health
real = patcher.original("time")
pulse = health.Pulse()
pulse.beat("hub")
patcher.original("threading").Thread(
    target=health.watch, args=(pulse, {"hub": 0.2}), kwargs={"sleep": lambda _: real.sleep(0.1)}, daemon=True
).start()
while True:
    pass
"""

TOO_LATE = """
import kombu
from shared.shell import launcher
launcher.patch()
"""


def run(program):
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False)


def test_a_process_that_stands_still_is_ended_with_a_reason():
    ended = run(STUCK)

    assert ended.returncode == EXIT_STUCK
    assert "hub has not moved" in ended.stderr


def test_a_blocked_hub_cannot_stop_the_watchdog():
    """It runs in a real thread: a green one would wait for the hub that is stuck."""
    assert run(BLOCKED_HUB).returncode == EXIT_STUCK


def test_a_service_that_cannot_be_patched_in_time_does_not_start():
    ended = run(TOO_LATE)

    assert ended.returncode == 1
    assert "before eventlet could patch it" in ended.stderr


def test_a_part_that_never_reported_is_not_stuck():
    pulse = Pulse()

    assert pulse.stuck({"hub": 0.0}) is None
    assert pulse.age("hub") == 0.0


def test_the_first_part_beyond_its_limit_is_named():
    pulse = Pulse()
    pulse.beat("hub")
    pulse.beat("events")

    assert pulse.stuck({"hub": 60.0, "events": -1.0}) == "events"


HASHING = """
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
import sys
from services.tasks.directory.passwords import hash_password
from shared.process import memory
if sys.argv[1] == "returning":
    memory.return_large_blocks()
with ThreadPoolExecutor(8) as pool:
    list(pool.map(hash_password, ["a long password 4711"] * 32))
    print(Path("/proc/self/statm").read_text().split()[1])
"""


def pages_after_hashing(how):
    done = subprocess.run([sys.executable, "-c", HASHING, how], capture_output=True, text=True, timeout=60, check=True)
    return int(done.stdout)


def test_memory_of_passwords_goes_back_to_the_system():
    """Eight threads hash at once; without the setting each keeps its 19 MB for good."""
    assert pages_after_hashing("returning") < pages_after_hashing("keeping") / 2


SETTLING = """
import gc
from shared.process import memory
kept = [[] for _ in range(100_000)]
memory.settle()
looked = []
gc.callbacks.append(lambda phase, _: looked.append(phase))
new = [[] for _ in range(9_000)]
print(len(gc.get_objects()), len(looked))
"""


def test_what_a_process_begins_with_is_not_looked_through_again_for_garbage():
    done = subprocess.run([sys.executable, "-c", SETTLING], capture_output=True, text=True, timeout=60, check=True)
    objects, looked = map(int, done.stdout.split())

    assert 9_000 <= objects < 20_000
    assert looked == 0
