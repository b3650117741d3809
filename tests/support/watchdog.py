"""Cleans up after a test run, also after one that was killed: runs as its own process, see `processes.py`.

Reads one line per folder and process. When the pipe closes, the writer is gone: kill the processes, remove the
folders, end.
"""

import shutil
import sys
from contextlib import suppress

import psutil


def tree_of(pid: int) -> list[psutil.Process]:
    """Return the process and everything below it, parents first; empty when it is gone."""
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def kill_tree(pid: int) -> None:
    """Kill the process and everything below it, including what it forks while we look."""
    processes = tree_of(pid)
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.suspend()
    processes = tree_of(pid) or processes
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    alive = processes[1:]
    while alive:
        _, remaining = psutil.wait_procs(alive, timeout=0.05)
        alive = [process for process in remaining if not _is_dead(process)]


def _is_dead(process: psutil.Process) -> bool:
    """Tell whether it ended; in a container without an init nobody collects an orphan, so it stays a zombie."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def clean_up(lines: list[str]) -> None:
    folders = []
    for line in lines:
        kind, _, rest = line.rstrip("\n").partition(" ")
        if kind == "folder":
            folders.append(rest)
        else:
            pid, created = rest.split()
            _kill_if_the_same(int(pid), float(created))
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def _kill_if_the_same(pid: int, created: float) -> None:
    # The kernel reuses numbers; the start time tells our server from a stranger.
    with suppress(psutil.NoSuchProcess):
        if abs(psutil.Process(pid).create_time() - created) < 1:
            kill_tree(pid)


if __name__ == "__main__":
    clean_up(sys.stdin.readlines())
