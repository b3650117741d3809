"""Outbox to broker: in commit order, nothing skipped, nothing stuck, by one relay at a time."""

import threading
from contextlib import contextmanager
from types import SimpleNamespace

import pika
import psycopg2
import pytest

from shared.delivery import housekeeping, outbox, tidying
from shared.delivery.envelope import BATCH_CONTENT_TYPE, CONTENT_TYPE, apart, decode
from shared.delivery.housekeeping import Housekeeping
from shared.delivery.outbox_session import OutboxSession
from shared.delivery.relay import Relay
from shared.process import metrics
from shared.process.loop import Loop
from tests.support.counting_service import submitted
from tests.support.event_path import EVENTS
from tests.support.eventually import eventually
from tests.support.relays import relaying
from tests.support.victims import PATTERNS


def take_all(path, queue=EVENTS):
    bodies = []
    with pika.BlockingConnection(pika.URLParameters(path.broker_url)) as connection:
        channel = connection.channel()
        while (got := channel.basic_get(queue, auto_ack=True))[0] is not None:
            bodies.append(got)
    return bodies


def duty_messages(path):
    return [got for got in take_all(path) if got[0].routing_key.startswith("duty.")]


def duty_events(path):
    """The bodies of the events, of whichever message."""
    return [body for _, properties, whole in duty_messages(path) for body in bodies_in(properties, whole)]


def bodies_in(properties, whole):
    is_batch = properties.content_type == BATCH_CONTENT_TYPE
    return [body for body, _ in apart(whole)] if is_batch else [whole]


def confirmed():
    return metrics.RELAY_PUBLISHES.labels("producing", "confirmed")._value.get()


@pytest.fixture
def before_post(path):
    """The release before may still be at work: the post migrations have not run."""
    with path.produced.transaction() as cur:
        cur.execute("DROP FUNCTION events_may_travel_together")


def moved_to_the_end(path):
    with path.produced.transaction() as cur:
        return outbox.backlog(cur, "relay")[0] == 0


def test_committed_events_arrive_in_order_as_persistent_cloudevents(path):
    path.emit(25)

    before = confirmed()
    with relaying(path):
        eventually(lambda: moved_to_the_end(path))

    got = duty_messages(path)
    bodies = [body for _, properties, whole in got for body in bodies_in(properties, whole)]
    assert [decode(body).data.duty_id for body in bodies] == list(range(1, 26))
    method, properties, _ = got[0]
    assert method.routing_key == "duty.submitted.v1"
    assert (properties.content_type, properties.delivery_mode) == (BATCH_CONTENT_TYPE, 2)
    assert len(got) < 25
    assert confirmed() - before >= 25


@pytest.mark.usefixtures("before_post")
def test_while_the_release_before_may_hear_of_them_each_event_travels_alone(path):
    path.emit(5)

    with relaying(path):
        eventually(lambda: moved_to_the_end(path))

    assert [properties.content_type for _, properties, _ in duty_messages(path)] == [CONTENT_TYPE] * 5


@pytest.mark.usefixtures("before_post")
def test_a_relay_at_work_notices_that_the_release_before_is_gone(path):
    with relaying(path) as relay:
        eventually(lambda: not relay.may_pack)
        with path.produced.transaction() as cur:
            cur.execute("CREATE FUNCTION events_may_travel_together() RETURNS boolean LANGUAGE sql RETURN true")
        eventually(lambda: relay.may_pack)


def test_one_event_travels_as_ever(path):
    path.emit(1)

    with relaying(path):
        eventually(lambda: moved_to_the_end(path))

    [(_, properties, body)] = duty_messages(path)
    assert properties.content_type == CONTENT_TYPE
    assert str(decode(body).id) == properties.message_id


def test_an_event_that_commits_late_is_not_skipped(path):
    """Its sequence number is lower than that of events which were already passed on."""
    late = psycopg2.connect(path.produced.dsn)
    with late.cursor() as cur:
        outbox.add(cur, [submitted(1)])
        with relaying(path):
            path.emit(3, first=2)
            late.commit()
            eventually(lambda: moved_to_the_end(path))
    late.close()

    assert sorted(decode(body).data.duty_id for body in duty_events(path)) == [1, 2, 3, 4]


def test_a_rolled_back_event_never_travels(path):
    with path.produced.transaction() as cur:
        outbox.add(cur, [submitted(1)])
        cur.connection.rollback()
    path.emit(1, first=2)

    with relaying(path):
        eventually(lambda: moved_to_the_end(path))

    assert [decode(body).data.duty_id for body in duty_events(path)] == [2]


def test_an_event_that_nobody_wants_is_passed_over(path):
    path.emit(3)

    with relaying(path, patterns={"counting": ("unit.#",)}):
        eventually(lambda: moved_to_the_end(path))

    assert duty_events(path) == []


def test_a_missing_binding_is_mended_and_the_events_arrive(path):
    """Somebody deleted the queue: the broker returns what it cannot route, and the relay declares it again."""
    path.emit(1)
    with relaying(path):
        eventually(lambda: moved_to_the_end(path))
        with pika.BlockingConnection(pika.URLParameters(path.broker_url)) as connection:
            connection.channel().queue_delete(EVENTS)
        path.emit(2, first=2)

        eventually(lambda: moved_to_the_end(path))

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
    eventually(lambda: moved_to_the_end(path))
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


def test_what_somebody_waits_for_goes_before_what_nobody_does(path, monkeypatch):
    def too_long(*_):
        raise psycopg2.OperationalError("the relay was killed in the middle of its housekeeping")

    monkeypatch.setattr(Housekeeping, "take_turns", too_long)
    path.emit(1)

    with relaying(path):
        eventually(lambda: moved_to_the_end(path))

    assert len(duty_events(path)) >= 1


def test_no_transaction_is_opened_for_what_is_not_due(path, monkeypatch):
    """A relay or an office PC that has nothing to do does nothing."""
    now, opened = [1000.0], []

    @contextmanager
    def transaction():
        with path.produced.transaction() as cur:
            opened.append(now[0])
            yield cur

    for module in (housekeeping, tidying):
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now[0]))
    care = Housekeeping("producing", ["relay"])
    for now[0] in (1000.0, 1000.5, 1000.9, 1001.0, 1001.4):
        care.take_turns(transaction)

    # Ticks, gauges and care; seals; statistics; what is old.
    assert opened.count(1000.0) == 4
    assert {at for at in opened if at > 1000.0} == {1001.0}
