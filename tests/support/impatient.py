"""A command of `qingdan` whose roll waits for a new process as many seconds as stand in a file, once it is there."""

import sys
from collections.abc import Callable
from pathlib import Path

from services.running import supervisor
from services.running.supervisor import Child, Supervisor

SECONDS = Path(sys.argv.pop(1))


class Impatient(Supervisor):
    def replace(self, old: Child, new: Child, *, is_ready: Callable[[], bool], within: float) -> bool:
        patience = float(SECONDS.read_text()) if SECONDS.exists() else within
        return super().replace(old, new, is_ready=is_ready, within=patience)


if __name__ == "__main__":
    # Before the cluster takes it by its name.
    supervisor.Supervisor = Impatient  # type: ignore[misc]

    from services.cli import main

    main()
