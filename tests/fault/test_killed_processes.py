"""Each process of the event path killed with -9 between each two steps: nothing is lost, nothing counts twice."""

import random
import threading
from contextlib import suppress
from dataclasses import replace
from functools import partial
from uuid import uuid4

import psutil
import pytest

from shared.calling.caller import Call
from shared.calling.rpc import RpcCaller
from shared.delivery import outbox_session, publishing
from shared.delivery import relay as relay_module
from shared.delivery.batching import MOST_EVENTS
from shared.delivery.outbox_session import RELAY_LOCK
from shared.delivery.publishing import BrokerLink
from shared.errors import BrokerAway, TryAgain
from shared.limits import RELAY
from shared.process.health import EXIT_DIED
from tests.support.event_path import DEAD
from tests.support.eventually import eventually
from tests.support.relays import relaying
from tests.support.victims import SILENCE

EVENTS = 60
# As many messages as `shared.shell.batch_session` lets the broker hand out; it is not imported, for eventlet's sake.
PREFETCH = 2 * MOST_EVENTS
# What a process needs to start, beside what it takes over within.
START_SECONDS = 10
LEADERS = f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = {RELAY_LOCK} AND granted"


@pytest.mark.parametrize("point", ["read", "published", "moved"])
def test_relay_killed_at(path, point):
    """It dies with a batch read, published but not yet passed, passed: the next one goes on from the stored
    position."""
    path.start_service()
    path.emit(EVENTS)
    relay = path.start_relay(point, "1")
    eventually(lambda: not relay.is_running, within=20)
    path.emit(EVENTS, first=EVENTS + 1)

    path.start_relay()

    path.wait_until_counted(2 * EVENTS)


@pytest.mark.parametrize("point", ["fetched", "committed", "sent", "acknowledged"])
def test_service_killed_at(path, point):
    """After the commit and before the acknowledgement is where a careless consumer counts twice."""
    path.start_relay()
    service = path.start_service(point, "1")
    path.emit(EVENTS)
    eventually(lambda: not service.is_running, within=20)
    path.emit(EVENTS, first=EVENTS + 1)

    path.start_service()

    path.wait_until_counted(2 * EVENTS)
    path.wait_until_empty()


def test_relay_killed_after_parking_leaves_one_parked_message(path):
    from tests.integration.test_consuming import publish, ready

    publish(path, b"no json")
    path.start_service()
    relay = path.start_relay("parked", "1", service="counting")
    eventually(lambda: not relay.is_running, within=20)

    path.start_relay(service="counting")

    eventually(lambda: ready(path, DEAD) == 0, within=20)
    path.wait_until_empty()
    assert len(path.parked()) == 1


def test_a_defect_in_the_consumer_ends_the_process_at_once(path):
    """A service that answers calls and takes no events any more would look alive for a long time."""
    service = path.start_service("defect fetched", "1")
    path.start_relay()
    path.emit(10)

    assert service.wait(within=30) == EXIT_DIED

    assert "a defect" in service.log_tail()
    path.start_service()
    path.wait_until_counted(10)


@pytest.mark.slow
def test_random_kills_under_load(path):
    """Relay and service die in turn, at no chosen moment, while events keep coming."""
    dice = random.Random(341021)
    total = 0
    relay, service = path.start_relay(), path.start_service()
    for _ in range(6):
        for _ in range(dice.randint(5, 15)):
            path.emit(20, first=total + 1)
            total += 20
        seen = path.counted()
        eventually(lambda seen=seen: path.counted() > seen, within=30)
        if dice.random() < 0.5:
            relay.kill()
            relay = path.start_relay()
        else:
            service.kill()
            service = path.start_service()

    path.wait_until_counted(total, within=60)
    path.wait_until_empty()


def test_a_frozen_service_goes_on_where_it_stood(path):
    """What it had fetched stays with it; a second one takes the rest meanwhile."""
    path.start_relay()
    service = path.start_service()
    path.emit(EVENTS)
    path.wait_until_counted(EVENTS)
    service.freeze()
    path.emit(EVENTS, first=EVENTS + 1)
    path.start_service()
    path.emit(EVENTS, first=2 * EVENTS + 1)

    service.thaw()

    path.wait_until_counted(3 * EVENTS)
    path.wait_until_empty()


@pytest.mark.parametrize("point", ["read", "published", "moved"])
def test_a_frozen_relay_is_replaced_and_moves_nothing_when_it_goes_on(path, point):
    """The database ends its session, and with it the lock: the standby takes over, and what comes twice is known."""
    path.start_service()
    path.emit(EVENTS)
    frozen = path.start_relay(f"frozen {point}", "1")
    eventually(lambda: psutil.Process(frozen.pid).status() == psutil.STATUS_STOPPED, within=20)
    path.emit(EVENTS, first=EVENTS + 1)
    path.start_relay()
    eventually(lambda: path.counted() == 2 * EVENTS, within=15 + START_SECONDS)
    before = path.position()

    frozen.thaw()

    eventually(lambda: "loop waits" in frozen.log_tail(), within=15)
    path.emit(EVENTS, first=2 * EVENTS + 1)
    path.wait_until_counted(3 * EVENTS)
    path.wait_until_empty()
    assert path.position() > before
    assert path.value(path.produced, LEADERS) == 1


def test_a_relay_at_work_with_a_slow_broker_keeps_its_session(path, monkeypatch):
    """It has nothing to ask of the database for longer than the database waits for a word."""
    monkeypatch.setattr(relay_module, "BrokerLink", _SlowLink)
    monkeypatch.setattr(publishing, "RELAY", replace(RELAY, word=1.0))
    shorter = outbox_session._ENDS_WHEN_SILENT.replace(f"{RELAY.silence:.0f}s", f"{SILENCE:.0f}s")
    assert shorter.count(f"'{SILENCE:.0f}s'") == 3
    monkeypatch.setattr(outbox_session, "_ENDS_WHEN_SILENT", shorter)
    path.emit(EVENTS)
    with relaying(path, patterns={"counting": ("duty.#",)}):
        eventually(lambda: path.position() > (0, 0), within=40)

    assert _SlowLink.batches == 1


class _SlowLink(BrokerLink):
    """A link whose confirms come, to all appearances, only after the session would have been ended twice over."""

    batches = 0

    def publish(self, messages, meanwhile=lambda: None):
        _SlowLink.batches += 1
        returned = super().publish(messages)
        with suppress(BrokerAway):
            self._run_with(meanwhile, lambda: False, 2 * SILENCE + 1)
        return returned


def test_sigterm_under_load_brings_nothing_again_that_took_effect(path):
    """Rolling restarts are invisible: what was fetched is finished, what was not is there for the next.

    The broker may mark a message as redelivered that nobody saw: what it was about to send when it was told to stop.
    Such a message is harmless because it had no effect; one that had would be work done twice.
    """
    path.start_relay()
    service = path.start_service()
    for turn in range(3):
        path.wait_until_consuming()
        path.emit(400, first=turn * 400 + 1)
        seen = path.counted()
        eventually(lambda seen=seen: path.counted() > seen, within=20)

        service.terminate(15)

        assert service.wait(within=1) == 0
        assert path.taken().isdisjoint(one.event_id for one in path.left())
        service = path.start_service()
        path.wait_until_counted((turn + 1) * 400)
        path.wait_until_empty()


def test_sigterm_finishes_what_was_fetched_and_gets_nothing_more(path):
    """With a batch in the database's hands and as much on its way as the broker gives: then nothing comes between."""
    path.relay_one_by_one()
    relay = path.start_relay()
    path.emit(3, period="slow")
    path.emit(2 * PREFETCH, first=4, together=100)
    eventually(lambda: path.ready() > 2 * PREFETCH, within=30)
    relay.terminate(15)
    waiting = path.ready()
    service = path.start_service()
    eventually(lambda: path.ready() == waiting - PREFETCH, within=30)

    service.terminate(15)

    assert service.wait(within=1) == 0
    left = path.left()
    assert len(left) == waiting - PREFETCH
    assert path.taken().isdisjoint(one.event_id for one in left)
    assert not any(one.is_redelivered for one in left)


def test_sigterm_to_the_relay_ends_it_in_order(path):
    relay = path.start_relay()
    path.start_service()
    path.emit(10)
    path.wait_until_counted(10)
    path.emit(190, first=11)

    relay.terminate(15)
    assert relay.wait(within=1) == 0

    path.start_relay()
    path.wait_until_counted(200)


def test_a_command_whose_service_dies_after_the_commit_takes_effect_once(path):
    """The call comes again, from the broker to the next process and from the person who sees no answer."""
    service = path.start_service()
    with RpcCaller(path.broker_url) as caller:
        eventually(lambda: caller.call("counting", "echo", Call({"text": "up"}), timeout=1), within=30)
        for turn in range(1, 4):
            submit = partial(caller.call, "counting", "submit", Call({}, person_id=1, command_id=uuid4()), timeout=2)
            clicking = threading.Thread(target=lambda submit=submit: suppressed(submit))
            clicking.start()
            eventually(lambda turn=turn: path.value(path.counting, "SELECT count(*) FROM command") == turn)
            service.kill()
            clicking.join(10)

            service = path.start_service()

            first = eventually(submit, within=30)
            assert submit() == first
            announced = "SELECT count(*) FROM outbox WHERE type = 'duty.submitted.v1'"
            assert path.value(path.counting, announced) == turn


def suppressed(submit):
    with suppress(TryAgain):
        submit()
