"""Outbox to broker: in commit order, nothing skipped, nothing stuck, by one relay at a time."""

import threading

import pika
import psycopg2

from shared.delivery import outbox
from shared.delivery.outbox_session import OutboxSession
from shared.delivery.relay import Relay
from shared.process.loop import Loop
from tests.support.counting_service import submitted
from tests.support.event_path import EVENTS
from tests.support.eventually import eventually
from tests.support.relays import relaying
from tests.support.victims import PATTERNS


def waiting(path, queue=EVENTS):
    with pika.BlockingConnection(pika.URLParameters(path.broker_url)) as connection:
        return connection.channel().queue_declare(queue, passive=True).method.message_count


def take_all(path, queue=EVENTS):
    bodies = []
    with pika.BlockingConnection(pika.URLParameters(path.broker_url)) as connection:
        channel = connection.channel()
        while (got := channel.basic_get(queue, auto_ack=True))[0] is not None:
            bodies.append(got)
    return bodies


def duty_events(path):
    return [got for got in take_all(path) if got[0].routing_key.startswith("duty.")]


def moved_to_the_end(path):
    with path.produced.transaction() as cur:
        return outbox.backlog(cur, "relay")[0] == 0


def test_committed_events_arrive_in_order_as_persistent_cloudevents(path):
    path.emit(25)

    with relaying(path):
        eventually(lambda: waiting(path) >= 25)
        eventually(lambda: moved_to_the_end(path))

    got = duty_events(path)
    assert [b'"duty_id":%d,' % number in body for number, (_, _, body) in enumerate(got, 1)] == [True] * 25
    method, properties, _ = got[0]
    assert method.routing_key == "duty.submitted.v1"
    assert (properties.content_type, properties.delivery_mode) == ("application/cloudevents+json", 2)


def test_an_event_that_commits_late_is_not_skipped(path):
    """Its sequence number is lower than that of events which were already passed on."""
    late = psycopg2.connect(path.produced.dsn)
    with late.cursor() as cur:
        outbox.add(cur, [submitted(1)])
        with relaying(path):
            path.emit(3, first=2)
            late.commit()
            eventually(lambda: waiting(path) >= 4)
    late.close()

    assert sorted(int(body.split(b'"duty_id":')[1].split(b",")[0]) for _, _, body in duty_events(path)) == [1, 2, 3, 4]


def test_a_rolled_back_event_never_travels(path):
    with path.produced.transaction() as cur:
        outbox.add(cur, [submitted(1)])
        cur.connection.rollback()
    path.emit(1, first=2)

    with relaying(path):
        eventually(lambda: moved_to_the_end(path))

    assert [b'"duty_id":2,' in body for _, _, body in duty_events(path)] == [True]


def test_an_event_that_nobody_wants_is_passed_over(path):
    path.emit(3)

    with relaying(path, patterns={"counting": ("unit.#",)}):
        eventually(lambda: moved_to_the_end(path))

    assert duty_events(path) == []


def test_a_missing_binding_is_mended_and_the_events_arrive(path):
    """Somebody deleted the queue: the broker returns what it cannot route, and the relay declares it again."""
    path.emit(1)
    with relaying(path):
        eventually(lambda: waiting(path) >= 1)
        with pika.BlockingConnection(pika.URLParameters(path.broker_url)) as connection:
            connection.channel().queue_delete(EVENTS)
        path.emit(2, first=2)

        eventually(lambda: waiting(path) >= 2)

    assert len(duty_events(path)) == 2


def test_a_second_relay_stands_by_and_takes_over(path):
    path.emit(5)
    with relaying(path):
        eventually(lambda: moved_to_the_end(path))
        second = Relay("producing", path.produced.dsn, path.broker_url, PATTERNS)
        assert second.step() > 0, "the second one must stand by"
    path.emit(5, first=6)

    loop = Loop("second", second.step, threading.Event())
    loop.start()
    eventually(lambda: waiting(path) >= 10)
    loop.stop()
    second.close()

    assert len(duty_events(path)) == 10


def test_a_relay_that_stands_by_keeps_nothing_of_what_it_hears(path):
    """It hears of every commit for as long as it lives."""
    # Without an event the outbox is at its end before the first relay leads.
    path.emit(1)
    with relaying(path):
        eventually(lambda: moved_to_the_end(path))
        session = OutboxSession(path.produced.dsn)
        assert not session.lead()
        path.emit(20, together=1)
        eventually(lambda: moved_to_the_end(path))

        assert not session.lead()
        assert session.was_notified() is False
        session.close()


def test_a_tick_travels_so_that_consumers_know_they_are_fresh(path):
    with relaying(path):
        eventually(lambda: any(got[0].routing_key == "relay.ticked.v1" for got in take_all(path)))
