"""Broker to effect: whole batches, each event once, a bad one alone, nothing burnt while the database is away."""

import datetime as dt
import pickle
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from types import SimpleNamespace
from uuid import uuid4

import eventlet
import pika
import psycopg2
import pytest
from prometheus_client import REGISTRY

from shared.database import BUSY
from shared.delivery import broker, outbox
from shared.delivery.batching import SECONDS
from shared.delivery.consuming import MAX_ATTEMPTS, Result, handle_batch, read
from shared.delivery.envelope import BATCH_CONTENT_TYPE, CONTENT_TYPE, MAX_BODY_BYTES, encode, join
from shared.delivery.inprocess import InProcess
from shared.delivery.publishing import declare
from shared.errors import TooSlow, TryAgain
from shared.events import RelayTicked, payload_of
from shared.limits import SERVICE
from shared.process.health import Pulse
from shared.process.loop import Signals
from shared.shell import batch_session
from shared.shell.batch_session import Brought, Session
from tests.support.counting_service import CountingService, ProducingService, submitted
from tests.support.event_path import DEAD, EVENTS
from tests.support.eventually import eventually
from tests.support.proxy import Proxy
from tests.support.victims import PATTERNS

JSON = "application/cloudevents+json"
RETRIES = [broker.retry_queue("counting", delay) for delay in broker.RETRY_DELAYS]


def body_of(duty_id, *, period="2026", event_id=None):
    event = submitted(duty_id, period=period)
    return encode(
        event_id or uuid4(),
        event.TYPE,
        payload_of(event),
        source="producing",
        time=dt.datetime(2026, 6, 1, tzinfo=dt.UTC),
        correlation_id="test",
    )


def results(service, *bodies, attempts=0):
    return [outcome.result for outcome in handle_batch(service, [read(body, attempts) for body in bodies])]


def publish(path, *messages):
    """Put messages straight into the queue; each is a body or a body with properties."""
    declare(path.broker_url, "test", PATTERNS)
    with pika.BlockingConnection(pika.URLParameters(path.broker_url)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        for message in messages:
            body, properties = message if isinstance(message, tuple) else (message, {"content_type": JSON})
            channel.basic_publish("", EVENTS, body, pika.BasicProperties(delivery_mode=2, **properties))


def ready(path, queue):
    return path.rabbit.queue(queue, path.broker_url).ready


@pytest.fixture
def service(counting):
    return CountingService(counting)


def test_a_batch_takes_effect_once_however_often_it_comes(service, path):
    batch = [body_of(number) for number in range(1, 6)]

    assert results(service, *batch) == [Result.DONE] * 5
    assert results(service, *batch, body_of(6)) == [Result.DUPLICATE] * 5 + [Result.DONE]
    assert path.counted() == 6


def test_the_second_copy_within_a_batch_is_a_duplicate(service, path):
    event = body_of(1, event_id=uuid4())

    assert results(service, event, event) == [Result.DONE, Result.DUPLICATE]
    assert path.counted() == 1


def test_a_failing_event_holds_up_nobody(service, path):
    bad = body_of(50, period="fail")
    batch = [body_of(number) for number in range(1, 40)]

    outcomes = handle_batch(service, [read(body) for body in [*batch[:20], bad, *batch[20:]]])

    assert [outcome.result for outcome in outcomes].count(Result.DONE) == 39
    assert (outcomes[20].result, outcomes[20].delay) == (Result.RETRY, 1)
    assert "this event was sent to fail" in outcomes[20].reason
    assert path.counted() == 39


def test_the_ladder_of_retries_ends_in_the_parking_lot(service):
    delays = [handle_batch(service, [read(body_of(1, period="fail"), tries)])[0].delay for tries in range(4)]

    last = handle_batch(service, [read(body_of(1, period="fail"), 4)])[0]

    assert delays == [1, 10, 60, 300]
    assert last.result is Result.DEAD
    assert "gave up after 5 attempts" in last.reason


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"no json", "no JSON"),
        (b"\xff\xfe", "no JSON"),
        (b"[1,2]", "no CloudEvents"),
        (b"null", "no CloudEvents"),
        (b"{}", "no CloudEvents"),
        (b"[" * 50_000, "no JSON"),
        (body_of(1).replace(b"duty.submitted.v1", b"duty.invented.v1"), "not in the catalogue"),
        (body_of(1).replace(b"duty.submitted.v1", b"duty.submitted.v0"), "not in the catalogue"),
        (body_of(1).replace(b'"unit_id":1', b'"unit_id":"one"'), "is invalid"),
        (body_of(1).replace(b'"specversion":"1.0"', b'"specversion":"0.3"'), "no CloudEvents 1.0"),
        (body_of(1, event_id="no uuid"), "malformed"),
        (body_of(1).replace(b"2026-06-01T00:00:00+00:00", b"2026-06-01T00:00:00"), "no zone"),
        (body_of(1).replace(b"2026-06-01T00:00:00+00:00", b"0001-01-01T00:00:00+08:00"), "impossible year"),
        (b'{"x":"' + b"a" * 70_000 + b'"}', "more than"),
    ],
)
def test_a_message_that_cannot_be_read_is_dead_at_once_with_its_reason(service, path, body, reason):
    good, bad = body_of(7), body

    outcomes = handle_batch(service, [read(good), read(bad)])

    assert [outcome.result for outcome in outcomes] == [Result.DONE, Result.DEAD]
    assert reason in outcomes[1].reason
    assert path.counted() == 1


def tick(database, ticked_at):
    event = RelayTicked(database=database, ticked_at=ticked_at)
    body = encode(uuid4(), event.TYPE, payload_of(event), source=database, time=ticked_at, correlation_id="")
    return read(body)


def newest(database):
    labels = {"service": "counting", "database": database}
    return REGISTRY.get_sample_value("qingdan_consumer_newest_tick_seconds", labels)


def test_the_newest_tick_of_each_database_is_kept_and_no_other_name_gets_a_label(service):
    june, may = dt.datetime(2026, 6, 1, tzinfo=dt.UTC), dt.datetime(2026, 5, 1, tzinfo=dt.UTC)

    handle_batch(service, [tick("tasks", june), tick("invented", june)])
    handle_batch(service, [tick("tasks", may)])

    assert newest("tasks") == june.timestamp()
    assert newest("invented") is None


def test_events_travel_from_the_outbox_to_the_effect(path):
    path.start_relay()
    path.start_service()

    path.emit(100)

    path.wait_until_counted(100)
    path.wait_until_empty()


def test_bad_messages_go_to_the_dead_queue_alone_with_their_reasons(path):
    publish(
        path,
        body_of(1),
        b"no json",
        (pickle.dumps({"a": 1}), {"content_type": "application/x-python-serialize"}),
        (body_of(2), {}),
        body_of(3),
    )

    path.start_service()

    path.wait_until_counted(2)
    eventually(lambda: ready(path, DEAD) == 3)
    with pika.BlockingConnection(pika.URLParameters(path.broker_url)) as connection:
        channel = connection.channel()
        reasons = [channel.basic_get(DEAD)[1].headers[broker.REASON_HEADER] for _ in range(3)]
    assert ["no JSON" in reasons[0], "x-python-serialize" in reasons[1], "None" in reasons[2]] == [True] * 3


def test_a_failing_event_comes_again_after_a_second_and_then_succeeds(path):
    path.start_service()
    publish(path, body_of(1, period="mend"), body_of(2))
    path.wait_until_counted(1)

    with path.counting.transaction() as cur:
        cur.execute("INSERT INTO mended DEFAULT VALUES")

    path.wait_until_counted(2)
    assert ready(path, DEAD) == 0


def test_a_database_that_is_away_burns_no_attempts_and_parks_nothing(path):
    with Proxy(path.postgres.port) as proxy:
        dsn = path.counting.dsn.replace(f":{path.postgres.port}/", f":{proxy.port}/")
        path.start_service(dsn=dsn)
        path.wait_until_consuming()
        proxy.refuse()
        publish(path, *(body_of(number) for number in range(1, 21)))
        eventually(lambda: path.rabbit.queue(EVENTS, path.broker_url).unacknowledged == 20)
        proxy.resume()

        path.wait_until_counted(20)
    path.wait_until_empty()
    assert [ready(path, queue.name) for queue in broker.queues_of("counting", ()) if queue.name != EVENTS] == [0] * 5


def test_a_stop_finishes_what_was_fetched_and_returns_nothing(path):
    """The slow event is under way when the signal comes; everything fetched with it is acknowledged."""
    publish(path, body_of(1, period="slow"), *(body_of(number) for number in range(2, 301)))
    process = path.start_service()
    path.wait_until_consuming()

    process.terminate(15)

    path.rabbit.wait_until_queues_are_on_disk(path.broker_url)
    remaining, redelivered = drain(path)
    assert redelivered == 0
    assert path.counted() + remaining == 300
    assert path.counted() == path.distinct()


def drain(path):
    remaining = redelivered = 0
    with pika.BlockingConnection(pika.URLParameters(path.broker_url)) as connection:
        channel = connection.channel()
        while (got := channel.basic_get(EVENTS, auto_ack=True))[0] is not None:
            remaining += 1
            redelivered += got[0].redelivered
    return remaining, redelivered


def test_the_ticks_of_a_service_run_and_it_hears_the_relay(path):
    path.start_relay()
    path.start_service()

    eventually(lambda: path.value(path.counting, "SELECT count(*) FROM ticked") >= 3, within=20)
    eventually(lambda: path.value(path.counting, "SELECT relay FROM heard") == "producing", within=20)


def test_an_event_written_twice_to_the_outbox_is_two_events(path):
    """Only the id makes a duplicate, never the content."""
    path.start_relay()
    path.start_service()
    with path.produced.transaction() as cur:
        outbox.add(cur, [submitted(1), submitted(1)])

    eventually(lambda: path.counted() == 2, within=20)


@contextmanager
def somebody_holds(database, statement):
    """Another session that has run `statement` and does not commit until the end."""
    other = psycopg2.connect(database.dsn)
    try:
        with other.cursor() as cur:
            cur.execute(statement)
            yield
    finally:
        other.close()


@pytest.mark.parametrize("attempts", [0, MAX_ATTEMPTS - 1])
def test_a_lock_that_somebody_holds_is_waited_for(service, path, attempts):
    """However many attempts a message has had: the lock passes, and nothing is wrong with the message."""
    with (
        somebody_holds(service.database, "LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE"),
        pytest.raises(TryAgain),
    ):
        handle_batch(service, [read(body_of(1), attempts), read(body_of(2), attempts)])

    assert results(service, body_of(1), body_of(2), attempts=attempts) == [Result.DONE] * 2


def test_an_event_that_takes_too_long_comes_again_without_an_attempt_more(service, path):
    """Alone it may have been unlucky; the others of its batch go through at once."""
    slow = body_of(50, period="endless")

    outcomes = handle_batch(service, [read(body_of(1)), read(slow, MAX_ATTEMPTS - 1), read(body_of(2))])

    assert [outcome.result for outcome in outcomes] == [Result.DONE, Result.LATER, Result.DONE]
    assert outcomes[1].delay
    assert path.counted() == 2


class Slow(CountingService):
    """Gives up a batch with an endless event after a while, as PostgreSQL gives up a statement."""

    def take(self, cur, events):
        if any(event.data.period == "endless" for event in events):
            eventlet.sleep(0.1)
            raise TooSlow(BUSY)
        super().take(cur, events)

    take.consumes = CountingService.take.consumes


def test_a_slow_event_among_many_holds_up_nobody_for_ever(service, path, monkeypatch):
    """To single it out by halves takes longer than a batch may: the session must not begin anew each time."""
    monkeypatch.setattr(batch_session, "SERVICE", replace(SERVICE, batch=0.4))
    tries = count()
    session = Session(None, Slow(service.database), Pulse(), Signals(), lambda: next(tries) > 5)
    periods = ["endless", *["2026"] * 62, "endless"]
    batch = [Brought(None, read(body_of(n, period=period)), None) for n, period in enumerate(periods, start=1)]

    outcomes = session._handle(batch)

    assert outcomes is not None
    assert [outcome.result for outcome in outcomes] == [Result.LATER, *[Result.DONE] * 62, Result.LATER]
    assert path.counted() == 62


class Wire:
    """A connection on which messages come one by one, and then none."""

    def __init__(self, *numbers):
        self.bodies = [body_of(number) for number in numbers]
        self.waited, self.session = [], None

    def drain_events(self, timeout):
        self.waited.append(timeout)
        if not self.bodies:
            raise TimeoutError
        message = SimpleNamespace(body=self.bodies.pop(0), properties={"content_type": CONTENT_TYPE}, delivery_tag=1)
        self.session._fetched_one(message)


def test_who_comes_alone_waits_for_nobody(service, path, monkeypatch):
    """Whoever comes with many others waits for more of them: they share a transaction."""
    monkeypatch.setattr(batch_session, "OVERLAP_SECONDS", 0)
    wire = Wire(1)
    session = wire.session = Session(wire, service, Pulse(), Signals(), lambda: False)
    session._channel = SimpleNamespace(basic_ack=lambda *_tag, **_multiple: None)

    def take(*numbers):
        wire.bodies += [body_of(number) for number in numbers]
        wire.waited.clear()
        session._fetch()
        waited = [seconds for seconds in wire.waited if 0 < seconds <= batch_session.LINGER_SECONDS]
        session._take_batch()
        return len(waited)

    def come(*numbers):
        wire.bodies += [body_of(number) for number in numbers]
        for _ in numbers:
            session._drain(1)

    assert take() == 0
    come(2, 3)
    assert (take(), take(4)) == (0, 0)
    come(*range(5, 5 + batch_session.MANY))
    assert (take(), take(100), take(101)) == (0, 1, 0)
    assert path.counted() == 6 + batch_session.MANY


def test_a_consumer_waits_for_a_lock_and_parks_nothing(path):
    path.start_service()
    path.wait_until_consuming()
    with somebody_holds(path.counting, "LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE"):
        publish(path, *[body_of(number) for number in range(1, 4)])
        eventually(lambda: has_given_up_a_lock(path.processes[0]), within=30)

    path.wait_until_counted(3)
    assert [ready(path, queue) for queue in (DEAD, *RETRIES)] == [0] * (1 + len(RETRIES))


def has_given_up_a_lock(process):
    return "waiting for the database" in process.log.read_text("utf-8")


STILL_SECONDS = 0.6


class Laborious(CountingService):
    """Takes a second over each event: in ten steps, or for one that is endless in a single one."""

    def take(self, cur, events):
        for event in events:
            for _ in range(1 if event.data.period == "endless" else 10):
                cur.execute("SELECT pg_sleep(%s)", (1 if event.data.period == "endless" else 0.1,))

    take.consumes = CountingService.take.consumes


@pytest.mark.parametrize(("period", "is_stuck"), [("2026", False), ("endless", True)])
def test_who_works_is_not_stuck_and_who_stands_still_is(service, period, is_stuck):
    """The watchdog of a consumer sees each statement, however long the batch."""
    pulse, seen = Pulse(), []
    pulse.beat("events")
    batch = [read(body_of(number, period=period)) for number in (1, 2)]
    laborious = Laborious(service.database)
    working = threading.Thread(
        target=handle_batch, args=(laborious, batch), kwargs={"moved": lambda: pulse.beat("events")}
    )

    working.start()
    while working.is_alive():
        working.join(0.05)
        seen.append(pulse.stuck({"events": STILL_SECONDS}))

    assert ("events" in seen) is is_stuck


EACH_SECONDS = 0.3


class Heavy(CountingService):
    """Notes how many events come together, and takes a while over each."""

    def __init__(self, database):
        super().__init__(database)
        self.batches = []

    def take(self, cur, events):
        # Its own heartbeat comes by another way, and may come first.
        if heavy := sum(not isinstance(event.data, RelayTicked) for event in events):
            self.batches.append(heavy)
        time.sleep(EACH_SECONDS * len(events))
        super().take(cur, events)

    take.consumes = CountingService.take.consumes


def test_batches_shrink_to_what_can_be_done_in_time(path):
    """Ten of these fit into the first batch, which takes twice as long as it should."""
    heavy = Heavy(path.counting)
    running = InProcess({"producing": ProducingService(path.produced), "counting": heavy})
    path.emit(20, period="字" * 6000, together=20)
    running.start()
    try:
        path.wait_until_counted(20)
    finally:
        running.stop()

    first, *others = heavy.batches
    assert first * EACH_SECONDS > SECONDS
    assert max(others) * EACH_SECONDS <= SECONDS


# Several events in one message

TOGETHER = {"content_type": BATCH_CONTENT_TYPE, "message_id": "first"}


def test_the_events_of_one_message_take_effect_each_for_itself(path):
    path.start_service()
    path.wait_until_consuming()
    good = [body_of(number) for number in range(1, 31)]
    bad, unreadable = body_of(50, period="fail"), good[0].replace(b'"1.0"', b'"7.0"')

    publish(path, (join([*good[:10], bad, *good[10:20], unreadable, *good[20:]]), TOGETHER), body_of(60))

    path.wait_until_counted(31)
    # The first second is too short to look into.
    eventually(lambda: ready(path, RETRIES[1]) == 1)
    eventually(lambda: ready(path, DEAD) == 1)
    [(_, properties, dead)] = taken(path, DEAD)
    assert (properties.content_type, dead) == (JSON, unreadable)
    [(_, properties, waiting)] = taken(path, RETRIES[1])
    assert (properties.content_type, waiting) == (JSON, bad)
    assert properties.headers[broker.ATTEMPTS_HEADER] == 2


def test_a_message_of_several_that_comes_again_takes_effect_once(path):
    path.start_service()
    path.wait_until_consuming()
    whole = join([body_of(number) for number in range(1, 11)])

    publish(path, (whole, TOGETHER), (whole, TOGETHER), body_of(11))

    path.wait_until_counted(11)
    eventually(lambda: ready(path, EVENTS) == 0)
    assert path.counted() == 11


@pytest.mark.parametrize("body", [b"no json", b"{}", b"[" + b" " * MAX_BODY_BYTES + b"]"])
def test_what_is_no_message_of_several_is_dead_as_a_whole(path, body):
    path.start_service()
    path.wait_until_consuming()

    publish(path, (body, TOGETHER), body_of(1))

    path.wait_until_counted(1)
    eventually(lambda: ready(path, DEAD) == 1)
    [(_, properties, dead)] = taken(path, DEAD)
    assert (properties.content_type, dead) == (BATCH_CONTENT_TYPE, body)


def taken(path, queue):
    with pika.BlockingConnection(pika.URLParameters(path.broker_url)) as connection:
        return list(iter(lambda: connection.channel().basic_get(queue, auto_ack=True), (None, None, None)))
