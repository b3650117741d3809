"""Has somebody's file read in a process of its own, which may take so much memory and time and no more.

Whatever a file makes a reader do, the process that serves calls does not grow by it, does not wait behind it, and can
end it. Threads, and greenlets of a patched service, wait alike: nothing but `subprocess` and a semaphore is used.
"""

from __future__ import annotations

import json
import logging
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from shared.apart import plain
from shared.errors import Invalid, TryAgain, from_dict
from shared.limits import SERVICE
from shared.process import metrics
from shared.text import Text

log = logging.getLogger(__name__)

MEGABYTE = 1024 * 1024
# A process of a service is given 512 MB, of which it uses a quarter by itself.
MOST_MEMORY = 400 * MEGABYTE
# So one at a time: two that fill their memory would fill that of the service's container.
AT_ONCE = 1
ROOT = Path(__file__).parents[2]
# A reader needs no address and no password of a database.
_PASSED_ON = ("PATH", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX", "LD_LIBRARY_PATH", "LANG")
_LONGEST_TOLD = 2000

TOO_MUCH = Text(
    "读这个文件要用的时间或内存太多，已经停止，什么也没有改动。请删去多余的工作表、图片、空白行和格式，"
    "或者分成几个文件，另存后再上传。",
    "Reading this file takes too much time or memory, so it was stopped and nothing was changed. Please remove sheets, "
    "pictures, blank rows and formats that are not needed, or split it into several files and upload it again.",
)
OTHERS_FIRST = Text(
    "正在读别人上传的文件，还没有轮到这一个，什么也没有改动。请稍后再试一次。",
    "Other files are being read just now, and nothing was changed. Please try again shortly.",
)

for _became in ("read", "refused", "memory", "time", "failed"):
    metrics.FILES_READ_APART.labels(_became)

Answer = TypeVar("Answer")
# What carries out the reading of a file: (work) to what the work returns.
Apart = Callable[[Callable[[], Any]], Any]

_turns = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a reading may take: bytes of address space, seconds of a processor, seconds by the clock."""

    memory: int = MOST_MEMORY
    processor: float = SERVICE.file_processor
    seconds: float = SERVICE.file_apart


BOUNDS = Bounds()


def run(work: Callable[[], Answer], bounds: Bounds = BOUNDS) -> Answer:
    """What `work` returns, done in another process: a function of a module, or `partial` of one with its arguments.

    Its return type is annotated, and made of what `plain` knows. Raises the refusals that it raises, Invalid when it
    takes more than it may, TryAgain when no turn came, and RuntimeError when it failed by a defect of ours.
    """
    function = work.func if isinstance(work, partial) else work
    written = pickle.dumps((function, *_arguments(work)))
    with turn():
        outcome, reply = _in_child(written, bounds)
    metrics.FILES_READ_APART.labels(outcome).inc()
    if outcome in ("time", "memory"):
        log.warning("file took too much to read", extra={"outcome": outcome, "work": function.__qualname__})
        raise Invalid(TOO_MUCH)
    if outcome == "refused":
        raise from_dict(reply)
    answer: Answer = plain.load(get_type_hints(function)["return"], reply)
    return answer


def _arguments(work: Callable[[], Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    return (work.args, work.keywords) if isinstance(work, partial) else ((), {})


@contextmanager
def turn() -> Iterator[None]:
    """The turn of one file; TryAgain when none came in time."""
    if not _turns.acquire(timeout=SERVICE.file_turn):
        raise TryAgain(OTHERS_FIRST)
    try:
        yield
    finally:
        _turns.release()


def _in_child(written: bytes, bounds: Bounds) -> tuple[str, Any]:
    """(outcome, reply) of one process, which is gone afterwards, with all that it may have started."""
    arguments = [sys.executable, "-m", "shared.apart.child", str(bounds.memory), str(int(bounds.processor))]
    code, out, told = finish(arguments, written, bounds.seconds, environment())
    return ("time", None) if code is None else _outcome(code, out, told)


def environment() -> dict[str, str]:
    """What a process that opens somebody's file is told of ours."""
    return {name: os.environ[name] for name in _PASSED_ON if name in os.environ}


def finish(
    arguments: Sequence[str], written: bytes, seconds: float, told: Mapping[str, str]
) -> tuple[int | None, bytes, bytes]:
    """(code, output, complaints) of a process and all that it starts; the code is None where its time was over."""
    child = subprocess.Popen(  # noqa: S603 - our own command line
        arguments,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env=dict(told),
        start_new_session=True,
    )
    # Not the timeout of `communicate`: in a patched service what it raises is of a class that nobody can name.
    overdue = threading.Event()
    timer = threading.Timer(seconds, _end, (child, overdue))
    timer.start()
    try:
        out, complaints = child.communicate(written)
    finally:
        timer.cancel()
        _end(child)
        _close(child)
    return None if overdue.is_set() else child.returncode, out, complaints


def _end(child: subprocess.Popen[bytes], noted: threading.Event | None = None) -> None:
    """End the process with all that it started, if it has not ended; `noted` says that it had not."""
    if child.poll() is None:
        if noted is not None:
            noted.set()
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _close(child: subprocess.Popen[bytes]) -> None:
    for pipe in (child.stdin, child.stdout, child.stderr):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()


def _outcome(code: int, out: bytes, told: bytes) -> tuple[str, Any]:
    if code == -signal.SIGXCPU:
        return "time", None
    if code < 0:
        # Where memory cannot be had, a library in C may abort, and the system may end the process.
        return "memory", None
    if code > 0:
        if b"MemoryError" in told:
            return "memory", None
        metrics.FILES_READ_APART.labels("failed").inc()
        raise RuntimeError(f"reading apart failed: {told.decode('utf-8', 'replace')[-_LONGEST_TOLD:]}")
    reply = json.loads(out)
    if "too_much" in reply:
        return "memory", None
    return ("refused", reply["error"]) if "error" in reply else ("read", reply["answer"])
