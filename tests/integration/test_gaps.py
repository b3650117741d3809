"""What counts as missing, and what does not: failing and parked events, what another process has in its hands."""

import datetime as dt
from itertools import pairwise
from uuid import UUID

import pytest
from click.testing import CliRunner
from prometheus_client import REGISTRY

from services.cli import main
from shared.delivery import deadletters, housekeeping, inprocess, outbox, resending, telling
from shared.delivery.consuming import MAX_ATTEMPTS, Result, handle_batch, read
from shared.delivery.deadletters import DeadLetter
from shared.delivery.inprocess import InProcess, reader_of
from shared.delivery.sending import body_of
from shared.events import RelayTicked
from shared.hearing import asking, store
from shared.hearing.asking import Question, Wants
from shared.hearing.packing import unpack
from shared.hearing.spans import START, Span
from shared.process.settings import Settings
from tests.support.counting_service import CountingService, ProducingService, submitted
from tests.support.event_path import EVENTS
from tests.support.eventually import eventually

PATTERNS = {"counting": ("duty.#", "relay.#")}


@pytest.fixture
def service(path):
    return CountingService(path.counting)


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(asking, "PATIENCE_SECONDS", 0.0)


def beat(path):
    with path.produced.transaction() as cur:
        return telling.tick(cur, "producing")


def rows_of(path):
    with path.produced.transaction() as cur:
        return outbox.read_after(cur, START, limit=10_000)


def hear(service, rows, *, attempts=0, is_again=False):
    bodies = [read(body_of(row, "producing"), attempts, is_again=is_again) for row in rows]
    return [outcome.result for outcome in handle_batch(service, bodies)]


def due(path):
    with path.counting.transaction() as cur:
        return asking.due(cur, "counting", EVENTS)


def told(path, *, lost=0, period="2026", number=5):
    """A heartbeat that begins, events, and one that names them; returns what arrives without the `lost` ones."""
    beat(path)
    path.emit(number, period=period)
    beat(path)
    first, *events, last = rows_of(path)
    return first, events[lost:], last, events[:lost]


def test_what_was_lost_is_asked_for_by_its_ids_and_no_more_once_it_has_come(path, service):
    first, came, last, lost = told(path, lost=2)

    hear(service, [first, *came, last])

    (question,) = due(path)
    assert (question.source, question.wants) == ("producing", Wants.EVENTS)
    assert set(question.event_ids) == {row.id for row in lost}
    assert due(path) == []
    hear(service, lost, is_again=True)
    with path.counting.transaction() as cur:
        asking.due(cur, "counting", EVENTS)
        assert not store.has_gap(cur)


def test_heartbeats_that_are_lost_with_the_events_leave_a_stretch_whose_names_are_asked_for(path, service):
    first, _, _, _ = told(path)
    path.emit(1, first=6)
    beat(path)
    hear(service, [first, rows_of(path)[-1]])

    by_wants = {question.wants: question for question in due(path)}

    assert set(by_wants) == {Wants.NAMES, Wants.EVENTS}
    with path.produced.transaction() as cur:
        resending.ask(cur, by_wants[Wants.NAMES])
        piece = resending.next_piece(cur, "producing", PATTERNS, ["counting"])
        resending.note_sent(cur, piece)
        assert resending.next_piece(cur, "producing", PATTERNS, ["counting"]) is None
    handle_batch(service, [read(body) for _, body in piece.messages])
    (question,) = due(path)
    assert (question.wants, len(question.event_ids)) == (Wants.EVENTS, 5)


def test_an_event_that_fails_is_on_its_way_back_and_not_missing(path, service):
    first, events, last, _ = told(path, period="fail", number=1)

    assert hear(service, [first, *events, last]) == [Result.DONE, Result.RETRY, Result.DONE]

    assert due(path) == []
    with path.counting.transaction() as cur:
        cur.execute("UPDATE failing_event SET until = now()")
    assert [question.event_ids for question in due(path)] == [(events[0].id,)]


def test_a_parked_event_was_heard(path, service):
    first, events, last, _ = told(path, period="fail", number=1)
    hear(service, [first])
    assert hear(service, events, attempts=MAX_ATTEMPTS - 1) == [Result.DEAD]
    with path.counting.transaction() as cur:
        body = body_of(events[0], "producing")
        deadletters.park(cur, DeadLetter(EVENTS, body, "fails", MAX_ATTEMPTS, events[0].id))

    hear(service, [last])

    with path.counting.transaction() as cur:
        assert not store.has_gap(cur)


def test_what_another_process_has_in_its_hands_is_not_asked_for(path, service, monkeypatch):
    monkeypatch.setattr(asking, "PATIENCE_SECONDS", 5.0)
    first, events, last, held = told(path, lost=3)
    hear(service, [first, *events, last])

    assert due(path) == []
    hear(service, held)
    due(path)

    with path.counting.transaction() as cur:
        assert not store.has_gap(cur)


def test_nothing_from_before_the_first_heartbeat_is_missing(path, service):
    path.emit(3)
    beat(path)

    hear(service, rows_of(path)[-1:])

    assert due(path) == []


def test_a_heartbeat_of_long_ago_asks_for_nothing_that_the_inbox_has_forgotten(path, service):
    first, events, last, _ = told(path)
    hear(service, [first, *events, last])
    with path.counting.transaction() as cur:
        cur.execute("DELETE FROM inbox")

    hear(service, [first, last])

    assert due(path) == []


def test_a_full_heartbeat_is_followed_by_the_next_at_once(path, monkeypatch):
    monkeypatch.setattr("shared.hearing.packing.MOST_IDS", 4)
    beat(path)
    path.emit(5)

    assert [beat(path), beat(path)] == [True, False]

    stretches = [read(body_of(row, "producing")).event.data for row in rows_of(path) if row.type == RelayTicked.TYPE]
    assert all(a.until == b.after for a, b in pairwise(stretches))
    assert [len(unpack(tick.told, bool)) for tick in stretches[1:]] == [3, 2]


def test_a_source_that_was_restored_into_another_server_begins_anew(path, service):
    """Its old rows name numbers that the new server has not reached yet; what is lost from then on is noticed."""
    first, events, last, _ = told(path)
    hear(service, [first, *events, last])
    with path.produced.transaction() as cur:
        cur.execute("UPDATE outbox SET xid = '1', payload = jsonb_set(payload, '{until}', '[999999999, 1]')")
    with path.counting.transaction() as cur:
        cur.execute("UPDATE heard_position SET xid = '999999999'")
    beat(path)
    path.emit(1, first=6)
    beat(path)
    begun, lost, later = rows_of(path)[-3:]

    hear(service, [begun, later])

    assert [question.event_ids for question in due(path)] == [(lost.id,)]


def test_a_consumer_that_was_set_back_asks_for_what_came_since(path, service):
    first, *_ = told(path)
    hear(service, [first])
    path.emit(2, first=6)
    beat(path)

    hear(service, rows_of(path)[-1:])

    assert sorted(question.wants for question in due(path)) == [Wants.EVENTS, Wants.NAMES]


def test_who_does_not_listen_to_heartbeats_notices_all_the_same(path):
    class Narrow(CountingService):
        def take(self, cur, events):
            assert not [event for event in events if isinstance(event.data, RelayTicked)]
            CountingService.take(self, cur, events)

        take.consumes = type(CountingService.take.consumes)(("duty.#",))

    first, came, last, lost = told(path, lost=1)

    assert hear(Narrow(path.counting), [first, *came, last]) == [Result.DONE] * 6
    assert [question.event_ids for question in due(path)] == [(lost[0].id,)]


def test_without_a_broker_what_was_passed_over_comes_again(path, monkeypatch):
    """Somebody's hand in the positions of the readers: the only way to lose an event there."""
    monkeypatch.setattr(housekeeping, "TICK_SECONDS", 0.5)
    monkeypatch.setattr(inprocess, "ASK_SECONDS", 0.2)
    system = InProcess({"counting": CountingService(path.counting), "producing": ProducingService(path.produced)})
    system.start()
    eventually(lambda: path.value(path.counting, "SELECT count(*) FROM heard_position WHERE source = 'producing'"))
    system.stop()
    path.emit(20)
    with path.produced.transaction() as cur:
        outbox.save_position(cur, reader_of("counting"), outbox.end(cur))
    made_good = _made_good()

    system.start()
    try:
        path.wait_until_counted(20)
    finally:
        system.stop()
    assert _made_good() - made_good == 20


def test_everything_since_a_moment_is_sent_in_pieces(path, monkeypatch):
    monkeypatch.setattr(resending, "AT_ONCE", 4)
    path.emit(9)
    beat(path)
    with path.produced.transaction() as cur:
        span = Span(outbox.before(cur, dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)), outbox.end(cur))
        resending.ask(cur, Question("producing", "counting", Wants.EVERYTHING, span))
        assert not resending.ask(cur, Question("producing", "counting", Wants.EVERYTHING, span))

    sent = []
    with path.produced.transaction() as cur:
        while piece := resending.next_piece(cur, "producing", PATTERNS, ["counting"]):
            sent.append([event_id for event_id, _ in piece.messages])
            resending.note_sent(cur, piece)

    assert [len(ids) for ids in sent] == [4, 4, 1]
    assert len({UUID(event_id) for ids in sent for event_id in ids}) == 9


def test_the_command_notes_what_is_to_be_sent_again_and_refuses_what_nobody_remembers(stats, tmp_path):
    settings = Settings(tmp_path, 0, "", "", {"stats": stats.database.dsn})
    with stats.database.transaction() as cur:
        outbox.add(cur, [submitted(1)])
    today = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=2)

    done = CliRunner().invoke(main.commands["resend"], ["--service", "stats", "--since", f"{today}"], obj=settings)
    refused = CliRunner().invoke(main.commands["resend"], ["--service", "stats", "--since", "2020-01-01"], obj=settings)

    assert (done.exit_code, "已登记" in done.output) == (0, True)
    assert (refused.exit_code, "只记得 60 天" in refused.output) == (1, True)
    with stats.database.transaction() as cur:
        cur.execute("SELECT consumer, wants FROM resend_request")
        assert cur.fetchall() == [("stats", "everything")]


def _made_good():
    return REGISTRY.get_sample_value("qingdan_events_made_good_total", {"service": "counting"}) or 0
