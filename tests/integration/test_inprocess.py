"""The embedded way: the same calls and the same batches in one process, and a crash loses nothing."""

import threading
import time
from uuid import uuid4

import pytest

from shared.calling.caller import Call
from shared.database import Database
from shared.delivery import deadletters, inprocess, outbox
from shared.delivery.inprocess import InProcess
from shared.delivery.outbox_session import OutboxSession
from shared.errors import Conflict, InternalError, Invalid
from shared.process.loop import Signals
from tests.support.counting_service import CountingService, ProducingService, submitted
from tests.support.eventually import eventually


class Crash(BaseException):
    """Like a kill: no handler of the code under test catches it."""


class CrashingAt(Signals):
    def __init__(self, point):
        self._point = point
        self.crashed = 0

    def reached(self, point):
        if point == self._point and not self.crashed:
            self.crashed += 1
            raise Crash


@pytest.fixture
def services(path):
    return {"producing": ProducingService(path.produced), "counting": CountingService(path.counting)}


@pytest.fixture
def running(services):
    started = []

    def start(signals=None):
        system = InProcess(services, signals=signals)
        system.start()
        started.append(system)
        return system

    yield start
    for system in started:
        system.stop()


def test_a_call_answers_as_over_the_broker(services):
    system = InProcess(services)

    assert system.call("counting", "echo", Call({"text": "徽城镇"}, correlation_id="a")) == {
        "text": "徽城镇",
        "correlation_id": "a",
    }
    with pytest.raises(Conflict):
        system.call("counting", "quarrel", Call({}))
    with pytest.raises(Invalid):
        system.call("counting", "echo", Call({}))
    with pytest.raises(InternalError):
        system.call("counting", "no_such_operation", Call({}))
    with pytest.raises(InternalError):
        system.call("nobody", "echo", Call({}))


def test_what_the_broker_would_not_carry_is_not_carried_here_either(services):
    with pytest.raises(TypeError):
        InProcess(services).call("counting", "echo", Call({"text": object()}))


def test_events_reach_the_service_that_listens(path, running):
    running()
    path.emit(120)

    path.wait_until_counted(120)


def test_a_command_announces_itself(path, running):
    system = running()

    system.call("counting", "submit", Call({}, person_id=1, command_id=uuid4()))

    eventually(lambda: path.counted() == 1)


@pytest.mark.parametrize("point", ["committed", "moved"])
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_crash_loses_nothing_and_counts_nothing_twice(path, running, point):
    path.emit(50)
    signals = CrashingAt(point)
    system = running(signals)
    eventually(lambda: signals.crashed)
    system.stop()
    path.emit(50, first=51)

    running()

    path.wait_until_counted(100)


def test_ticks_run_and_a_stop_ends_them(path, running):
    system = running()
    eventually(lambda: path.value(path.counting, "SELECT count(*) FROM ticked") >= 3)

    system.stop()

    before = path.value(path.counting, "SELECT count(*) FROM ticked")
    path.emit(1)
    assert path.value(path.counting, "SELECT count(*) FROM ticked") == before
    assert path.counted() == 0


def test_a_stop_waits_for_no_pause(services, monkeypatch):
    """However long nobody has had anything to do: whoever closes it does not wait."""
    monkeypatch.setattr(inprocess, "LONGEST_IDLE", 3600.0)
    monkeypatch.setattr(inprocess, "PIECE_SECONDS", 4.0)
    wait, began = OutboxSession.wait, []
    monkeypatch.setattr(OutboxSession, "wait", lambda *asked: began.append(time.monotonic()) or wait(*asked))
    system = InProcess(services)
    system.start()
    eventually(lambda: began and time.monotonic() - began[-1] > 2, within=60, message="somebody has always something")

    system.stop()

    assert [thread.name for thread in threading.enumerate() if " to counting" in thread.name] == []


def test_the_relays_tick_is_heard_here_too(path, running):
    running()

    eventually(lambda: path.value(path.counting, "SELECT count(*) FROM heard") == 2)


def test_a_failing_event_is_parked_holds_up_nobody_and_is_tried_again(path, running):
    running()
    path.emit(1, period="mend")
    path.emit(10, first=2)
    path.wait_until_counted(10)
    [row] = eventually(path.parked)
    assert "not mended yet" in row.reason

    with path.counting.transaction() as cur:
        cur.execute("INSERT INTO mended DEFAULT VALUES")
        # The ladder may have moved to a longer delay already.
        cur.execute("UPDATE parked_message SET parked_at = parked_at - interval '10 minutes'")

    path.wait_until_counted(11)
    assert path.parked() == []


def test_after_the_last_attempt_a_message_waits_for_a_person(path, running):
    running()
    path.emit(1, period="fail")
    eventually(path.parked)

    def give_up():
        with path.counting.transaction() as cur:
            cur.execute("UPDATE parked_message SET parked_at = parked_at - interval '10 minutes'")
        return [row for row in path.parked() if row.attempts == 5]

    [row] = eventually(give_up)
    assert "gave up after 5 attempts" in row.reason
    with path.counting.transaction() as cur:
        assert deadletters.due_for_retry(cur, (1, 10, 60, 300)) == []


def test_an_event_that_takes_too_long_is_put_off_and_never_given_up(path, running):
    """Its first attempt is due a second after it was parked: each one that takes too long starts that wait anew."""
    running()
    path.emit(1, period="endless")
    eventually(lambda: len(path.parked()) == 1)
    (first,) = path.parked()

    eventually(lambda: path.parked()[0].parked_at > first.parked_at, within=30)

    assert path.parked()[0].attempts == first.attempts == 1


def test_a_person_replays_a_parked_message(path, running):
    running()
    path.emit(1, period="fail")
    eventually(path.parked)
    with path.counting.transaction() as cur:
        cur.execute("UPDATE parked_message SET body = replace(encode(body, 'escape'), '\"fail\"', '\"2026\"')::bytea")
        deadletters.ask_replay(cur)

    path.wait_until_counted(1)
    eventually(lambda: path.value(path.counting, "SELECT state FROM parked_message") == "replayed")


def emitted_by(database, number):
    with database.transaction() as cur:
        outbox.add(cur, [submitted(number)])
    return True


def test_the_database_goes_away_and_comes_back(path, running):
    running()
    path.emit(10)
    path.wait_until_counted(10)

    path.postgres.kill()
    path.postgres.start()

    fresh = Database(path.produced.dsn)
    eventually(lambda: emitted_by(fresh, 11))
    fresh.close()
    eventually(lambda: path.counted() == 11, within=30)
    assert path.distinct() == 11
