"""Server processes of a test run: started in a private folder, stopped as a whole tree, never left behind.

A test run may be killed with -9, so a watchdog process outlives it: it holds the other end of a pipe, and when the
pipe closes it kills what was started here and removes the folders. See `watchdog.py`.
"""

import atexit
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from tests.support import watchdog
from tests.support.eventually import eventually

UNPRIVILEGED_USER = "nobody"

# Modules that only the tests' tools brought here. An installation has none of them, and loads them in no process.
HIDDEN = Path(__file__).parent / "hidden"
MEMORY = Path("/dev/shm")
MEMORY_BYTES = 2 * 1024**3

_watchdog: subprocess.Popen[str] | None = None


def make_folder(purpose: str, *, in_memory: bool = False) -> Path:
    """Make a temporary folder that is removed when this process is gone, in whatever way.

    `in_memory` asks for one that never reaches a disk, where the machine has room for it: making and dropping a few
    hundred databases costs some ten milliseconds each there, and up to several hundred on a disk's file system.
    """
    where = MEMORY if in_memory and _has_room(MEMORY) else None
    folder = Path(tempfile.mkdtemp(prefix=f"qingdan-{purpose}-", dir=where))
    _tell_watchdog(f"folder {folder}")
    return folder


def _has_room(folder: Path) -> bool:
    return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > MEMORY_BYTES


def remove_folder(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def unprivileged_account() -> pwd.struct_passwd | None:
    """Return the account for servers that refuse to run as root, or None when we are not root."""
    return pwd.getpwnam(UNPRIVILEGED_USER) if os.geteuid() == 0 else None


def guard(pid: int) -> None:
    """Have this process and its children killed when the test run is gone. Killing twice does no harm."""
    with suppress(psutil.NoSuchProcess):
        _tell_watchdog(f"process {pid} {psutil.Process(pid).create_time()!r}")


class ServerProcess:
    """One server with everything it forks."""

    def __init__(
        self,
        arguments: Sequence[str | Path],
        *,
        folder: Path,
        log: Path,
        environment: Mapping[str, str] | None = None,
        account: pwd.struct_passwd | None = None,
    ) -> None:
        self.log = log
        with log.open("ab") as output:
            self._popen = subprocess.Popen(
                [str(argument) for argument in arguments],
                cwd=folder,
                env=_as_installed(os.environ if environment is None else environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # Ctrl-C in the terminal belongs to pytest, which then stops its servers in order.
                start_new_session=True,
                **_switch_to(account),
            )
        self.pid = self._popen.pid
        guard(self.pid)

    @property
    def is_running(self) -> bool:
        return self._popen.poll() is None

    def wait(self, *, within: float) -> int:
        return self._popen.wait(within)

    def terminate(self, signal_number: int, *, within: float = 30.0) -> None:
        """Ask the server to end by a signal, and kill it when it does not."""
        if not self.is_running:
            return
        self._popen.send_signal(signal_number)
        try:
            self._popen.wait(within)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """Kill the whole tree with -9, as a power cut would."""
        watchdog.kill_tree(self.pid)
        self._popen.wait(10)

    def freeze(self) -> None:
        """Stop the whole tree with SIGSTOP: connections stay open, nobody answers."""
        # First who makes the others: what it makes meanwhile would go on.
        psutil.Process(self.pid).suspend()
        self._signal_tree(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal_tree(signal.SIGCONT)

    def log_tail(self, lines: int = 30) -> str:
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])

    def _signal_tree(self, signal_number: int) -> None:
        for process in watchdog.tree_of(self.pid):
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal_number)


def wait_until_ready(process: ServerProcess, check: Callable[[], object], *, name: str, within: float) -> None:
    """Wait for `check`, but give up at once, with the log, when the process has ended."""
    try:
        eventually(lambda: not process.is_running or check(), within=within, message=f"{name} did not start")
    except AssertionError as error:
        raise RuntimeError(f"{error}\n{process.log_tail()}") from error
    if not process.is_running:
        raise RuntimeError(f"{name} ended while starting:\n{process.log_tail()}")


def _as_installed(environment: Mapping[str, str]) -> dict[str, str]:
    found = filter(None, (str(HIDDEN), environment.get("PYTHONPATH")))
    return {**environment, "PYTHONPATH": os.pathsep.join(found)}


def _switch_to(account: pwd.struct_passwd | None) -> dict[str, object]:
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _tell_watchdog(line: str) -> None:
    process = _running_watchdog()
    assert process.stdin is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def _running_watchdog() -> subprocess.Popen[str]:
    global _watchdog  # noqa: PLW0603 - one for the whole process, started with the first server
    if _watchdog is None:
        _watchdog = subprocess.Popen(
            [sys.executable, watchdog.__file__],
            stdin=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        atexit.register(_dismiss_watchdog, _watchdog)
    return _watchdog


def _dismiss_watchdog(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.close()
    process.wait(30)
