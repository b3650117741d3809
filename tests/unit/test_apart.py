"""What reads a file does so in another process, which is ended when it takes too much; what it says is typed."""

import datetime as dt
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY

from services.tasks.sheets.lines import Line
from services.tasks.sheets.tables import read_table
from shared.apart import plain, running
from shared.apart.running import OTHERS_FIRST, TOO_MUCH, Bounds
from shared.errors import Invalid, TryAgain
from tests.support import hostile

MEGABYTE = 1024 * 1024


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Whole:
    day: dt.date | None
    number: Decimal
    colour: Colour
    words: tuple[str, ...]
    pair: tuple[int, str]
    named: Mapping[str, str] | None = None
    parts: tuple["Whole", ...] = ()
    anything: dict[str, Any] = field(default_factory=dict)


def told(outcome: str) -> float:
    return REGISTRY.get_sample_value("qingdan_files_read_apart_total", {"outcome": outcome}) or 0


def test_what_is_read_comes_back_as_it_was():
    part = Whole(None, Decimal("1.50"), Colour.RED, (), (1, "一"), {"甲": "乙"})
    whole = Whole(dt.date(2026, 6, 30), Decimal(-1), Colour.RED, ("甲", ""), (2, ""), None, (part,))
    lines = [Line(("甲",), due_on=dt.date(2026, 6, 30)), Line(("乙", "丙"), due_day=3)]

    assert plain.load(Whole, plain.dump(whole)) == whole
    assert plain.load(list[Line], plain.dump(lines)) == lines


@pytest.mark.parametrize(("kind", "value"), [(int, "1"), (str, 1), (list[int], 3), (Whole, [1]), (Colour, "blue")])
def test_what_is_of_another_type_is_not_taken(kind, value):
    with pytest.raises(plain.UnlikeItsTypeError):
        plain.load(kind, value)


def test_a_file_is_read_in_another_process_that_knows_no_secrets(monkeypatch):
    monkeypatch.setenv("QINGDAN_TASKS_DATABASE_URL", "postgresql://secret")

    assert "QINGDAN_TASKS_DATABASE_URL" not in running.run(hostile.environment)
    assert running.run(partial(read_table, hostile.a_workbook(["登录名"], ["甲"]))).rows == ((2, ("甲",)),)


def test_a_refusal_comes_with_its_sentence_and_details():
    before = told("refused")

    with pytest.raises(Invalid, match="merged cells"):
        running.run(partial(read_table, hostile.merged("A1:XFD1048576")))

    assert told("refused") == before + 1


@pytest.mark.parametrize(
    ("work", "bounds", "outcome"),
    [
        (hostile.loops, Bounds(processor=1, seconds=30), "time"),
        (hostile.sleeps, Bounds(seconds=0.5), "time"),
        (hostile.eats, Bounds(memory=200 * MEGABYTE), "memory"),
        (hostile.dies, Bounds(), "memory"),
    ],
    ids=["loops", "sleeps", "eats", "dies"],
)
def test_what_takes_too_much_is_ended_with_a_sentence(work: Callable[[], int], bounds, outcome, caplog):
    before = told(outcome)

    with pytest.raises(Invalid) as refused:
        running.run(work, bounds)

    assert refused.value.text == TOO_MUCH
    assert told(outcome) == before + 1
    assert "file took too much to read" in caplog.messages


def test_what_a_reader_started_does_not_outlive_it(tmp_path: Path):
    pid_file = tmp_path / "pid"

    with pytest.raises(Invalid):
        running.run(partial(hostile.starts_another, str(pid_file)), Bounds(seconds=3))

    assert is_gone(int(pid_file.read_text("ascii")))


def test_a_defect_is_no_fault_of_the_file():
    with pytest.raises(RuntimeError, match="a defect"):
        running.run(hostile.fails)


def test_who_gets_no_turn_is_asked_to_try_again(monkeypatch):
    monkeypatch.setattr(running, "SERVICE", running.SERVICE.__class__(file_turn=0.01))
    with running.turn(), pytest.raises(TryAgain) as refused:
        running.run(hostile.environment)

    assert refused.value.text == OTHERS_FIRST
    assert running.run(hostile.environment)


PATCHED = """
import warnings; warnings.simplefilter("ignore")
import eventlet; eventlet.monkey_patch()
from shared.apart import running
from shared.errors import Invalid
from tests.support import hostile
served = []
def serve():
    while True:
        served.append(1)
        eventlet.sleep(0.01)
eventlet.spawn(serve)
try:
    running.run(hostile.sleeps, running.Bounds(seconds=1))
except Invalid as refused:
    print(refused.text == running.TOO_MUCH, len(served) > 5, len(running.run(hostile.environment)) > 0)
"""


def test_a_patched_service_goes_on_meanwhile_and_ends_it_alike():
    told = subprocess.run([sys.executable, "-c", PATCHED], cwd=running.ROOT, capture_output=True, text=True, check=True)

    assert told.stdout.split() == ["True", "True", "True"]


def is_gone(pid: int) -> bool:
    for _ in range(100):
        try:
            state = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    os.kill(pid, 9)
    return False
