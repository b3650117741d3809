"""Keeps child processes running: starts them, starts them again with growing pauses, stops them in order.

Children get SIGTERM from the kernel when this process dies in any way, so that none is left behind. The kernel means
the thread that started them: whoever calls `add` has to live as long as the children, and `watch` ends them itself.
"""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger(__name__)

# <sys/prctl.h>
PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True)
class Limits:
    """All in seconds. The pause before a start doubles from `first_pause`, until a child stayed up `healthy_after`."""

    first_pause: float = 0.5
    longest_pause: float = 30.0
    healthy_after: float = 30.0
    look_every: float = 0.2


@dataclass(slots=True)
class Child:
    """One process of the system. Those of a higher `level` need those of a lower one and end before them.

    `inherits` are file descriptors that the process gets under their numbers; `stop_within` are the seconds that it may
    take to stop before it is killed.
    """

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    log_file: Path
    level: int = 1
    inherits: tuple[int, ...] = ()
    stop_within: float = 20.0
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    next_start: float | None = None
    pause: float = 0.0

    def start(self) -> None:
        """Start the process; it ends when this one does, whichever way."""
        parent = os.getpid()
        with self.log_file.open("ab") as output:
            self.process = subprocess.Popen(  # noqa: S603 - our own command line
                list(self.arguments),
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=self.inherits,
                preexec_fn=lambda: _die_with(parent),  # noqa: PLW1509 - takes no lock that another thread may hold
            )
        self.started = time.monotonic()

    @property
    def is_running(self) -> bool:
        """Whether the process was started and has not ended."""
        return self.process is not None and self.process.poll() is None

    def end(self) -> None:
        """Ask the process to stop; it may take its time."""
        if self.process is not None:
            self.process.terminate()

    def wait_or_kill(self, deadline: float) -> None:
        """Wait until it ended; at `deadline` kill it with everything it started."""
        if self.process is None:
            return
        try:
            self.process.wait(max(deadline - time.monotonic(), 0.0))
        except subprocess.TimeoutExpired:
            log.warning("process did not stop and was killed", extra={"child": self.name})
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Supervisor:
    """Owns the children. Its methods may be called from different threads."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.children: list[Child] = []
        self._limits = limits or Limits()
        self._lock = threading.RLock()
        self._stopped = False

    def add(self, child: Child) -> Child:
        """Start the child now; OSError when its command cannot be run."""
        child.pause = self._limits.first_pause
        with self._lock:
            child.start()
            self.children.append(child)
        return child

    def watch(self, stopping: threading.Event) -> None:
        """Start again what ends, until `stopping` is set; then stop everything and return."""
        while not stopping.wait(self._limits.look_every):
            with self._lock:
                if self._stopped:
                    return
                for child in self.children:
                    self._revive(child)
        self.stop()

    def replace(self, old: Child, new: Child, *, is_ready: Callable[[], bool], within: float) -> bool:
        """Start `new`, and when it is ready end `old`; False when it does not get ready in time, and `old` stays."""
        self.add(new)
        deadline = time.monotonic() + within
        while not is_ready():
            if time.monotonic() > deadline or self._stopped:
                self.remove(new)
                return False
            time.sleep(self._limits.look_every)
        self.remove(old)
        return True

    def remove(self, child: Child) -> None:
        """End one child and return when it has ended; it is not started again."""
        with self._lock:
            self.children.remove(child)
        child.end()
        child.wait_or_kill(time.monotonic() + child.stop_within)

    def stop(self) -> None:
        """End the children, the highest level first; return when all have ended. Again, it does nothing."""
        with self._lock:
            self._stopped = True
            for level in sorted({child.level for child in self.children}, reverse=True):
                self._stop_level([child for child in self.children if child.level == level])

    def _stop_level(self, children: Sequence[Child]) -> None:
        for child in children:
            child.end()
        asked_at = time.monotonic()
        for child in children:
            child.wait_or_kill(asked_at + child.stop_within)

    def _revive(self, child: Child) -> None:
        now = time.monotonic()
        if child.is_running:
            if now - child.started > self._limits.healthy_after:
                child.pause = self._limits.first_pause
        elif child.next_start is None:
            code = child.process.returncode if child.process else None
            log.warning("process ended", extra={"child": child.name, "code": code, "pause": child.pause})
            child.next_start = now + child.pause
            child.pause = min(child.pause * 2, self._limits.longest_pause)
        elif now >= child.next_start:
            child.next_start = None
            self._start_again(child)

    def _start_again(self, child: Child) -> None:
        # No memory, no file handles, a full disk: the next look finds it not running and waits the next pause.
        try:
            child.start()
        except OSError:
            log.exception("process could not be started", extra={"child": child.name})


def _die_with(parent: int) -> None:
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it died before the kernel knew
        os._exit(1)
