"""What a process says of itself, from what its checks found."""

import logging
import threading

import pytest

from shared.process.health import Pulse
from shared.process.monitoring import answer
from shared.process.readiness import (
    ANSWER_SECONDS,
    BROKEN,
    JUDGE_SECONDS,
    LOOK_SECONDS,
    NOT_AT_WORK,
    SILENT,
    SILENT_SECONDS,
    Readiness,
    WorkCheck,
)
from shared.text import Text

WRONG = Text("坏了。", "It is broken.")


class Check:
    def __init__(self, name="database", wrong=None):
        self.name, self.wrong = name, wrong

    def look(self):
        return self.wrong

    def close(self):
        pass


class Hanging(Check):
    """Enters `look` and stays there until it is let go."""

    def __init__(self):
        super().__init__()
        self.entered, self.go_on = threading.Event(), threading.Event()

    def look(self):
        self.entered.set()
        self.go_on.wait(10)


def test_a_process_is_not_ready_before_the_first_look():
    readiness = Readiness([Check()])

    assert not readiness.is_ready
    assert not readiness.takes_requests


def test_a_process_is_ready_when_every_check_passes():
    readiness = Readiness([Check("database"), Check("broker")])

    readiness.look()

    assert readiness.is_ready
    assert readiness.takes_requests


def test_a_failing_check_is_named_with_its_sentence_in_both_languages():
    readiness = Readiness([Check("database"), Check("broker", WRONG)])

    readiness.look()

    broker = readiness.as_dict()["checks"][1]
    assert (broker["name"], broker["ok"]) == ("broker", False)
    assert broker["sentence"] == {"zh": "坏了。", "en": "It is broken."}


def test_a_server_that_goes_away_later_does_not_turn_requests_away():
    """The page that keeps what was typed comes from this process; without it the visitor would see nothing of use."""
    check = Check()
    readiness = Readiness([check])
    readiness.look()

    check.wrong = WRONG
    readiness.look()

    assert not readiness.is_ready
    assert readiness.takes_requests


def test_a_stopping_process_is_neither_ready_nor_takes_requests():
    readiness = Readiness([Check()])
    readiness.look()

    readiness.drain()

    assert not readiness.is_ready
    assert not readiness.takes_requests
    assert readiness.as_dict()["checks"][-1]["name"] == "draining"


def test_a_check_that_hangs_counts_as_failed(monkeypatch):
    monkeypatch.setattr("shared.process.readiness.SILENT_SECONDS", 0.0)
    check = Hanging()
    readiness = Readiness([check])
    looking = threading.Thread(target=readiness.look)
    looking.start()
    check.entered.wait(10)

    assert readiness.faults() == {"database": SILENT}

    check.go_on.set()
    looking.join()
    assert readiness.is_ready


def test_a_fault_shows_within_the_five_seconds_that_are_promised():
    """From one look to the next, the time to answer, and the time until somebody tells it."""
    assert LOOK_SECONDS + ANSWER_SECONDS + JUDGE_SECONDS < 5
    assert LOOK_SECONDS + SILENT_SECONDS + JUDGE_SECONDS < 5


def test_a_check_that_fails_itself_is_a_fault_and_does_not_stop_the_others(caplog):
    class Defect(Check):
        def look(self):
            raise RuntimeError("a defect")

    readiness = Readiness([Defect("database"), Check("broker")])

    readiness.look()

    assert readiness.faults() == {"database": BROKEN}
    assert "a defect" in caplog.text


def test_work_counts_from_its_first_beat_and_no_longer_when_it_pauses():
    pulse = Pulse()
    readiness = Readiness([WorkCheck(pulse, ["hub", "consuming"])])
    pulse.beat("hub")
    readiness.look()
    assert readiness.faults() == {"work": NOT_AT_WORK}

    pulse.beat("consuming")
    readiness.look()
    assert readiness.is_ready

    pulse.pause("consuming")
    readiness.look()
    assert not readiness.is_ready


def test_servers_are_waited_for_but_not_the_work_that_begins_only_then():
    pulse = Pulse()
    readiness = Readiness([Check(), WorkCheck(pulse, ["hub"])])
    readiness.look()

    readiness.wait_for_servers(lambda: False)

    assert not readiness.is_ready


def test_a_change_is_logged_once(caplog):
    check = Check(wrong=WRONG)
    readiness = Readiness([check])
    with caplog.at_level(logging.INFO, "shared.process.readiness"):
        readiness.look()
        readiness.look()
        check.wrong = None
        readiness.look()
        readiness.look()

    assert [record.message for record in caplog.records] == ["check fails", "check passes"]
    assert caplog.records[0].en == "It is broken."


def test_a_part_that_stands_still_shows_in_healthz():
    pulse = Pulse()
    pulse.beat("hub")

    assert answer("/healthz", Readiness([], pulse=pulse, limits={"hub": 60.0})).status == 200
    stuck = answer("/healthz", Readiness([], pulse=pulse, limits={"hub": -1.0}))
    assert (stuck.status, stuck.body) == (503, b"hub stands still\n")


@pytest.mark.parametrize("path", ["/", "/metrics/", "/readyz?", "/debug"])
def test_nothing_else_is_served(path):
    assert answer(path, Readiness([])).status == 404


def test_metrics_say_which_checks_pass():
    readiness = Readiness([Check()])
    readiness.look()

    text = answer("/metrics", readiness).body.decode()

    assert 'qingdan_ready{check="database"} 1.0' in text
