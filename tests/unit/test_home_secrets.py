"""The secrets of a data folder are made once, however many processes come to a fresh one at the same moment."""

import json
import multiprocessing
import stat
from multiprocessing.synchronize import Barrier
from pathlib import Path

from services.running.home import SECRETS, Home

PROCESSES = 4
FOLDERS = 40


def read_all(folder: Path, together: Barrier, said: "multiprocessing.Queue[list[str]]") -> None:
    """What one process gets in each of the folders, all processes beginning each of them at once."""
    found = []
    for number in range(FOLDERS):
        home = Home(folder / str(number))
        together.wait(timeout=60)
        found.append(json.dumps(home.secrets(), sort_keys=True))
    said.put(found)


def in_processes(folder: Path) -> list[list[str]]:
    context = multiprocessing.get_context("spawn")
    together, said = context.Barrier(PROCESSES), context.Queue()
    processes = [context.Process(target=read_all, args=(folder, together, said), daemon=True) for _ in range(PROCESSES)]
    for process in processes:
        process.start()
    found = [said.get(timeout=60) for _ in processes]
    for process in processes:
        process.join(timeout=60)
    return found


def test_all_processes_get_the_same_secrets_of_a_fresh_folder(tmp_path):
    for number in range(FOLDERS):
        (tmp_path / str(number)).mkdir()

    found = in_processes(tmp_path)

    assert all(one == found[0] for one in found)
    assert [json.loads(text) for text in found[0]] == [Home(tmp_path / str(n)).secrets() for n in range(FOLDERS)]


def test_all_processes_get_the_same_of_what_a_later_release_needs_more(tmp_path):
    for number in range(FOLDERS):
        (tmp_path / str(number)).mkdir()
        Home(tmp_path / str(number)).secrets_file.write_text(json.dumps({"tasks": "as it was"}))

    found = in_processes(tmp_path)

    assert all(one == found[0] for one in found)
    assert all(json.loads(text)["tasks"] == "as it was" and set(json.loads(text)) >= set(SECRETS) for text in found[0])


def test_nobody_else_reads_them_and_nothing_is_left_beside(tmp_path):
    home = Home(tmp_path)

    home.secrets()

    assert stat.S_IMODE(home.secrets_file.stat().st_mode) == 0o600
    assert sorted(one.name for one in tmp_path.iterdir()) == ["secrets.json", "secrets.lock"]
