"""A data folder with the example in it, made once for a run: making it costs six times as much as starting on it."""

import fcntl
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.processes import make_folder, remove_folder

# Names the run's folder to its workers and to the benches that they run. Without it every start makes its own example.
VARIABLE = "TESTS_PREPARED_FOLDER"


def announce() -> None:
    """Have the processes that this one starts share a folder, which is gone with this one."""
    os.environ[VARIABLE] = str(make_folder("prepared", in_memory=True))


def dismiss() -> None:
    remove_folder(Path(os.environ.pop(VARIABLE)))


def folder(name: str) -> str:
    """A folder of the run that all its workers share, under that name."""
    made = Path(os.environ[VARIABLE]) / name
    made.mkdir(exist_ok=True)
    return str(made)


def fill(home: Path, make: Callable[[Path], None]) -> None:
    """Put the run's data folder into an empty `home`. Whoever asks first has it made by `make`, the others wait."""
    if VARIABLE not in os.environ or any(home.iterdir()):
        return
    folder = Path(os.environ[VARIABLE])
    with _alone(folder):
        if not (folder / "home").exists():
            # Under another name until it is whole: one who fails half-way leaves nothing that looks like it.
            half = folder / "half"
            remove_folder(half)
            half.mkdir()
            make(half)
            half.rename(folder / "home")
    # Owners and modes too: the database refuses a folder that is not its account's alone.
    subprocess.run(["cp", "--archive", f"{folder / 'home'}/.", home], check=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
