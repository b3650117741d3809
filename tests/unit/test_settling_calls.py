"""A call is settled with the broker once it was answered; a connection that is lost meanwhile ends no process."""

from types import SimpleNamespace

import amqp
import pytest

from shared.shell.safe_rpc import DrainingQueueConsumer

LOST = [amqp.exceptions.RecoverableConnectionError("lost"), amqp.exceptions.ConnectionForced("gone"), BrokenPipeError()]


class Message:
    """A call whose connection breaks while it is settled."""

    content_type = "application/json"
    channel = SimpleNamespace(connection=object())

    def __init__(self, fault):
        self.fault = fault

    def ack(self):
        raise self.fault

    requeue = reject = ack


@pytest.fixture
def consumer():
    found = DrainingQueueConsumer()
    found.container = SimpleNamespace(service_name="counting")
    return found


@pytest.mark.parametrize("fault", LOST, ids=repr)
@pytest.mark.parametrize("settle", ["ack_message", "requeue_message", "reject_message"])
def test_a_connection_lost_while_a_call_is_settled(consumer, settle, fault):
    message = Message(fault)
    consumer._unsettled.add(id(message))

    getattr(consumer, settle)(message)

    assert consumer._unsettled == set()


@pytest.mark.parametrize("fault", LOST, ids=repr)
def test_a_connection_lost_while_nonsense_is_refused(consumer, fault):
    consumer.on_decode_error(Message(fault), ValueError("no JSON"))
