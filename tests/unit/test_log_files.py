"""The file that keeps everything beside the screen."""

import json
import logging

import pytest

from shared.process import logs


@pytest.fixture
def written(tmp_path, monkeypatch):
    """What is in the files of a process that logs into one."""
    monkeypatch.setattr(logs, "FILE_BYTES", 2000)
    root = logging.getLogger()
    before, level = [(one, one.level) for one in root.handlers], root.level
    logs.configure_file(tmp_path / "log" / "qingdan.log")
    yield lambda: [json.loads(line) for file in (tmp_path / "log").iterdir() for line in file.read_text().splitlines()]
    root.handlers[-1].close()
    root.handlers[:], root.level = [one for one, _ in before], level
    for handler, of_handler in before:
        handler.setLevel(of_handler)


class Costly:
    """A value that counts how often it is made a text."""

    made = 0

    def __str__(self):
        self.made += 1
        return "value"


def test_a_line_is_made_once(written):
    value = Costly()

    logging.getLogger("test").info("said", extra={"about": value})

    assert ([line["about"] for line in written()], value.made) == (["value"], 1)


def test_lines_are_whole_and_each_its_own_over_several_files(written):
    for number in range(40):
        logging.getLogger("test").info("said", extra={"number": number})

    assert sorted(line["number"] for line in written()) == list(range(40))
