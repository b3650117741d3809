"""Queues deleted or purged while they held events, a broker whose data folder is lost: the events come all the same."""

import signal
from contextlib import contextmanager

import pika
import pytest
from prometheus_client import REGISTRY

from shared.delivery import broker, housekeeping
from shared.hearing import asking
from tests.support.event_path import EVENTS
from tests.support.eventually import eventually
from tests.support.relays import relaying

NUMBER = 60


@pytest.fixture(autouse=True)
def hurried(monkeypatch):
    """As the product, at a quicker pace: how long it takes there is the sum of these (tests/unit/test_hearing.py)."""
    monkeypatch.setattr(housekeeping, "TICK_SECONDS", 1.0)
    monkeypatch.setattr(asking, "PATIENCE_SECONDS", 0.5)


@contextmanager
def both_relays(path):
    with relaying(path), relaying(path, service="counting", database=path.counting):
        yield


def begin(path):
    """The listener has heard events, and a heartbeat that names them."""
    path.emit(NUMBER)
    path.wait_until_counted(NUMBER)
    eventually(
        lambda: path.value(path.counting, "SELECT count(*) FROM heard_position WHERE source = 'producing'"), within=20
    )


def lose(path, how):
    """Let events and heartbeats reach the queue while nobody takes them, and do away with them there."""
    before = path.relayed()
    path.emit(NUMBER, first=NUMBER + 1)
    eventually(lambda: path.relayed() > before + NUMBER, within=30)
    how(path)


def purge(path):
    with pika.BlockingConnection(pika.URLParameters(path.broker_url)) as connection:
        connection.channel().queue_purge(EVENTS)


def delete(path):
    with pika.BlockingConnection(pika.URLParameters(path.broker_url)) as connection:
        connection.channel().queue_delete(EVENTS)


def empty_the_broker(path):
    path.rabbit.lose_everything()
    path.rabbit.create_vhost(path.broker_url.rsplit("/", 1)[1])


def gaps(path):
    return path.value(path.counting, "SELECT count(*) FROM gap")


@pytest.mark.parametrize("how", [purge, delete, empty_the_broker])
def test_what_a_queue_held_comes_again_and_counts_once(path, how):
    with both_relays(path):
        service = path.start_service()
        begin(path)
        service.terminate(signal.SIGTERM)
        lose(path, how)
        path.start_service()
        path.emit(NUMBER, first=2 * NUMBER + 1)

        path.wait_until_counted(3 * NUMBER, within=60)
        eventually(lambda: gaps(path) == 0, within=20)

    assert path.value(path.produced, "SELECT count(*) FROM resend_request") == 0
    assert path.parked() == []


def test_a_deep_queue_is_no_gap(path):
    """Events wait for a listener that is away for longer than a heartbeat's time: nobody asks for them."""
    with both_relays(path):
        service = path.start_service()
        begin(path)
        service.terminate(signal.SIGTERM)
        before = path.relayed()
        path.emit(10 * NUMBER, first=NUMBER + 1)
        eventually(lambda: path.relayed() >= before + 10 * NUMBER + 2, within=30)
        path.start_service()
        path.wait_until_counted(11 * NUMBER)
        path.wait_until_empty()

    with pika.BlockingConnection(pika.URLParameters(path.broker_url)) as connection:
        asked = connection.channel().queue_declare(broker.asked_queue("producing"), passive=True).method
    assert (gaps(path), asked.message_count) == (0, 0)
    assert REGISTRY.get_sample_value("qingdan_gap_oldest_seconds", {"service": "counting"}) == 0
