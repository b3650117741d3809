"""Calls over the broker: the same answers as in-process, errors by class, a deadline that always holds."""

import json
import threading
import time
from functools import partial
from uuid import uuid4

import pika
import pytest

from shared.calling.caller import Call
from shared.calling.rpc import RpcCaller
from shared.errors import BrokerAway, Conflict, Forbidden, InternalError, Invalid, NoAnswer, TryAgain
from shared.shell.entrypoints import MAX_WORKERS
from tests.support.eventually import eventually
from tests.support.proxy import Proxy


@pytest.fixture
def caller(path):
    found = RpcCaller(path.broker_url)
    yield found
    found.close()


@pytest.fixture
def serving(path, caller):
    process = path.start_service()
    eventually(lambda: caller.call("counting", "echo", Call({"text": "up"}), timeout=1), within=30)
    return process


def test_a_call_brings_its_answer(serving, caller):
    answer = caller.call("counting", "echo", Call({"text": "徽城镇"}, correlation_id="abc"))

    assert answer == {"text": "徽城镇", "correlation_id": "abc"}


def test_errors_come_back_as_what_they_were(serving, caller):
    with pytest.raises(Conflict) as conflict:
        caller.call("counting", "quarrel", Call({}))
    assert conflict.value.details == {"current": {"version": 2}}
    with pytest.raises(Invalid):
        caller.call("counting", "echo", Call({}))
    with pytest.raises(Forbidden):
        caller.call("counting", "submit", Call({}, command_id=uuid4()))
    with pytest.raises(InternalError) as defect:
        caller.call("counting", "break_down", Call({}, correlation_id="c-1"))
    assert defect.value.details == {"correlation_id": "c-1"}


def test_what_no_process_knows_is_to_be_tried_again(serving, caller):
    """Perhaps one of this release is about to start."""
    with pytest.raises(BrokerAway):
        caller.call("counting", "no_such_operation", Call({}), timeout=0.5)


def test_a_command_sent_twice_takes_effect_once(serving, caller, path):
    command_id = uuid4()

    answers = [caller.call("counting", "submit", Call({}, person_id=1, command_id=command_id)) for _ in range(3)]

    assert answers[0] == answers[1] == answers[2]
    assert path.value(path.counting, "SELECT count(*) FROM outbox WHERE type = 'duty.submitted.v1'") == 1


def test_a_service_that_never_ran_is_reported_at_once(path, caller):
    started = time.monotonic()

    with pytest.raises(BrokerAway):
        caller.call("nobody", "echo", Call({"text": "x"}))

    assert time.monotonic() - started < 1


def test_an_answer_that_takes_too_long_ends_at_the_deadline(serving, caller):
    """It is told as that: a broker that took the call is not away, and the call may still be carried out."""
    started = time.monotonic()

    with pytest.raises(NoAnswer) as question:
        caller.call("counting", "pause", Call({"seconds": 3}), timeout=0.5)
    assert question.value.text.zh == "这一页用时比平常长，请稍后再看一次。"

    assert time.monotonic() - started < 1
    assert caller.call("counting", "echo", Call({"text": "next"}))["text"] == "next"


@pytest.mark.parametrize("trouble", ["stall", "refuse"])
def test_the_deadline_holds_when_the_broker_is_frozen_or_gone(serving, path, trouble):
    with Proxy(path.rabbit.port) as proxy:
        caller = RpcCaller(path.rabbit.uri(path.broker_url.rsplit("/", 1)[1], port=proxy.port))
        assert caller.call("counting", "echo", Call({"text": "before"}))
        getattr(proxy, trouble)()
        for _ in range(2):  # on the open connection, then on a new one
            started = time.monotonic()
            with pytest.raises(TryAgain):
                caller.call("counting", "echo", Call({"text": "during"}), timeout=1.5)
            assert time.monotonic() - started < 2.5
        proxy.resume()

        assert eventually(lambda: caller.call("counting", "echo", Call({"text": "after"})))["text"] == "after"
        caller.close()


def test_once_the_broker_is_known_to_be_away_nobody_waits_until_it_is_back(serving, path):
    with Proxy(path.rabbit.port) as proxy:
        caller = RpcCaller(path.rabbit.uri(path.broker_url.rsplit("/", 1)[1], port=proxy.port))
        caller.call("counting", "echo", Call({"text": "before"}))
        proxy.refuse()
        with pytest.raises(BrokerAway):
            caller.call("counting", "echo", Call({"text": "the first finds out"}))
        started = time.monotonic()
        for _ in range(20):
            with pytest.raises(BrokerAway):
                caller.call("counting", "echo", Call({"text": "during"}))
        took = time.monotonic() - started
        proxy.resume()

        eventually(lambda: caller.call("counting", "echo", Call({"text": "after"}), timeout=1), within=3)
        caller.close()
    assert took < 1


def test_a_cut_connection_is_made_again_within_the_call(serving, path):
    with Proxy(path.rabbit.port) as proxy:
        caller = RpcCaller(path.rabbit.uri(path.broker_url.rsplit("/", 1)[1], port=proxy.port))
        caller.call("counting", "echo", Call({"text": "before"}))
        proxy.cut()

        assert caller.call("counting", "echo", Call({"text": "after"}))["text"] == "after"
        caller.close()


def test_threads_call_at_the_same_time(serving, caller):
    answers = []

    def call(number):
        answers.extend(
            (number, caller.call("counting", "echo", Call({"text": f"{number}-{turn}"}))["text"]) for turn in range(10)
        )

    threads = [threading.Thread(target=call, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sorted(answers) == sorted((number, f"{number}-{turn}") for number in range(8) for turn in range(10))


GOOD = json.dumps({"args": [{"person_id": None, "params": {"text": "x"}}], "kwargs": {}}).encode()
ENVELOPE = {
    "reply_to": "nowhere",
    "correlation_id": "1",
    "content_type": "application/json",
    "content_encoding": "utf-8",
}


@pytest.mark.parametrize(
    ("body", "properties"),
    [
        pytest.param(
            GOOD, {name: value for name, value in ENVELOPE.items() if name != "reply_to"}, id="no reply address"
        ),
        pytest.param(GOOD, {"reply_to": "nowhere"}, id="no content type"),
        pytest.param(b"[1,2]", ENVELOPE, id="a list"),
        pytest.param(b"null", ENVELOPE, id="null"),
        pytest.param(b"{}", ENVELOPE, id="no arguments"),
        pytest.param(b'{"args": 5, "kwargs": null}', ENVELOPE, id="arguments of a wrong type"),
        pytest.param(b'{"args": [1, 2, 3], "kwargs": {}}', ENVELOPE, id="too many arguments"),
        pytest.param(b"not json", ENVELOPE, id="no JSON"),
        pytest.param(b"\x80\x04K\x01.", ENVELOPE | {"content_type": "application/x-python-serialize"}, id="pickle"),
        pytest.param(GOOD, ENVELOPE | {"headers": {"nameko.call_id_stack": 5}}, id="foreign headers"),
        pytest.param(GOOD, ENVELOPE, id="an address where nobody listens"),
    ],
)
def test_a_message_that_is_no_call_harms_nothing(serving, caller, path, body, properties):
    with pika.BlockingConnection(pika.URLParameters(path.broker_url)) as connection:
        connection.channel().basic_publish("nameko-rpc", "counting.echo", body, pika.BasicProperties(**properties))

    eventually(lambda: path.rabbit.queue("rpc-counting", path.broker_url).unacknowledged == 0)
    assert caller.call("counting", "echo", Call({"text": "alive"}))["text"] == "alive"
    assert serving.is_running


def test_a_stop_finishes_the_calls_under_way(serving, caller, path):
    answers = []
    thread = threading.Thread(target=lambda: answers.append(caller.call("counting", "pause", Call({"seconds": 1}))))
    thread.start()
    eventually(
        lambda: path.value(path.counting, "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep%'") > 1
    )

    serving.terminate(15)

    thread.join(5)
    assert answers == [{}]
    assert path.rabbit.queue("rpc-counting", path.broker_url).ready == 0


@pytest.fixture
def stranger(path, serving):
    """A process of another release takes calls in turn with the service, and knows none of the operations."""
    connection = pika.BlockingConnection(pika.URLParameters(path.broker_url))
    channel = connection.channel()
    taken = []

    def refuse(_channel, method, properties, _body):
        taken.append(properties.correlation_id)
        error = {"exc_type": "MethodNotFound", "exc_path": "", "exc_args": [], "value": ""}
        channel.basic_publish(
            "nameko-rpc",
            properties.reply_to,
            json.dumps({"result": None, "error": error}),
            pika.BasicProperties(correlation_id=properties.correlation_id, content_type="application/json"),
        )
        channel.basic_ack(method.delivery_tag)

    channel.basic_qos(prefetch_count=1)
    channel.basic_consume("rpc-counting", refuse)
    thread = threading.Thread(target=channel.start_consuming)
    thread.start()
    yield taken
    connection.add_callback_threadsafe(channel.stop_consuming)
    thread.join()
    connection.close()


def test_a_call_that_a_process_of_another_release_does_not_know_goes_to_one_that_does(stranger, caller, path):
    command_ids = [uuid4() for _ in range(10)]

    for command_id in command_ids:
        assert caller.call("counting", "echo", Call({"text": "甲"}))["text"] == "甲"
        caller.call("counting", "submit", Call({}, person_id=1, command_id=command_id))

    assert stranger
    assert path.value(path.counting, "SELECT count(*) FROM outbox WHERE type = 'duty.submitted.v1'") == 10


def test_a_process_that_is_busy_is_reached_past_an_idle_one_of_another_release(stranger, caller, path):
    """The idle one takes whatever comes, many times in a row."""
    under_way = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'"
    call = partial(caller.call, "counting", "pause", Call({"seconds": 2}))
    calls = [threading.Thread(target=call) for _ in range(MAX_WORKERS)]
    for one in calls:
        one.start()
    eventually(lambda: path.value(path.counting, under_way) == MAX_WORKERS)
    met = len(stranger)

    assert caller.call("counting", "echo", Call({"text": "甲"}))["text"] == "甲"

    assert len(stranger) - met > 8
    for one in calls:
        one.join()
