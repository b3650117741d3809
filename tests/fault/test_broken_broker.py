"""RabbitMQ stopped, killed, frozen, cut off and back again: events wait in the outbox and arrive once."""

import time
from uuid import uuid4

import pytest

from shared.calling.caller import Call
from shared.calling.rpc import RpcCaller
from shared.errors import BrokerAway
from tests.support.eventually import eventually
from tests.support.proxy import Proxy
from tests.support.rabbitmq import RabbitServer

EVENTS = 100


@pytest.fixture
def running(path):
    """Both processes at work, with a hundred events behind them."""
    path.start_relay()
    path.start_service()
    path.emit(EVENTS)
    path.wait_until_counted(EVENTS)
    path.rabbit.wait_until_queues_are_on_disk(path.broker_url)
    return path


@pytest.mark.parametrize("end", [RabbitServer.stop, RabbitServer.kill])
def test_the_broker_ends_in_the_middle_and_comes_back(running, end):
    running.emit(EVENTS, first=EVENTS + 1)
    end(running.rabbit)
    running.emit(EVENTS, first=2 * EVENTS + 1)

    running.rabbit.start()

    running.wait_until_counted(3 * EVENTS, within=60)
    assert all(process.is_running for process in running.processes)


def test_the_broker_freezes_and_thaws(running):
    running.rabbit.freeze()
    running.emit(EVENTS, first=EVENTS + 1)

    with RpcCaller(running.broker_url) as caller:
        started = time.monotonic()
        with pytest.raises(BrokerAway):
            caller.call("counting", "echo", Call({"text": "x"}))
        assert time.monotonic() - started < 6
    running.rabbit.thaw()

    running.wait_until_counted(2 * EVENTS, within=60)
    assert all(process.is_running for process in running.processes)


def test_a_lost_confirm_sends_again_and_counts_once(path):
    """The broker gets the events and acts, but the relay never hears of it."""
    path.start_service()
    path.wait_until_consuming()
    with Proxy(path.rabbit.port) as proxy:
        relay = path.start_relay(broker_url=_through(path, proxy))
        path.emit(10)
        path.wait_until_counted(10)
        # They are counted before the relay hears of it: one that still waits for that sends nothing more.
        eventually(lambda: path.relayed() == path.value(path.produced, "SELECT count(*) FROM outbox"), within=20)
        proxy.stall(replies_only=True)
        path.emit(EVENTS, first=11, together=EVENTS)
        path.wait_until_counted(EVENTS + 10)
        relay.kill()
    assert path.value(path.produced, "SELECT seq FROM outbox_position") < EVENTS

    path.start_relay()

    eventually(lambda: path.value(path.produced, "SELECT seq FROM outbox_position") > EVENTS, within=20)
    path.wait_until_empty()
    path.wait_until_counted(EVENTS + 10)


def test_the_wire_to_the_service_is_cut_again_and_again(path):
    path.start_relay()
    with Proxy(path.rabbit.port) as proxy:
        path.start_service(broker_url=_through(path, proxy))
        for turn in range(5):
            path.emit(EVENTS, first=turn * EVENTS + 1)
            seen = path.counted()
            eventually(lambda seen=seen: path.counted() > seen, within=30)
            proxy.cut()

        path.wait_until_counted(5 * EVENTS)
        path.wait_until_empty()


def test_calls_work_again_by_themselves_after_a_restart(running):
    with RpcCaller(running.broker_url) as caller:
        asked = Call({}, person_id=1, command_id=uuid4())
        first = caller.call("counting", "submit", asked)

        running.rabbit.restart()

        again = eventually(lambda: caller.call("counting", "submit", asked, timeout=2), within=40)
        assert again == first


def test_processes_that_start_before_the_broker_wait_for_it(path):
    path.rabbit.stop()
    path.emit(EVENTS)
    path.start_relay()
    path.start_service()
    eventually(lambda: all("check fails" in process.log_tail() for process in path.processes), within=20)

    path.rabbit.start()

    path.wait_until_counted(EVENTS, within=60)


def _through(path, proxy):
    return path.rabbit.uri(path.broker_url.rsplit("/", 1)[1], port=proxy.port)
