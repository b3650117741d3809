"""Whether the picture is fresh enough to remind is told by one clock at a time, however wrong each of them is."""

import datetime as dt

import pytest

from services.notifications.reminding import queries, scheduling
from shared.delivery import outbox
from shared.delivery.housekeeping import Housekeeping
from shared.events import RelayTicked
from tests.support.checklists import fetch, run
from tests.support.notifications import learn
from tests.support.stats import NOON, SHIMEN, a_duty, issued, received

TABLES = {"tasks": "heartbeat", "stats": "stats_heartbeat"}
A_MINUTE, AN_HOUR = dt.timedelta(seconds=61), dt.timedelta(hours=1)
SKEWS = [-AN_HOUR, -A_MINUTE, dt.timedelta(), A_MINUTE, AN_HOUR]


@pytest.fixture(params=TABLES)
def database(request):
    return request.param


def hear(service, ticked_at, database="tasks"):
    learn(service, [received(RelayTicked(database, ticked_at), at=ticked_at, source=database)])


def let_pass(service, time, database="tasks"):
    """Make it so long ago that a heartbeat was heard, and said so long before."""
    table = TABLES[database]
    run(
        service.database,
        f"UPDATE {table} SET ticked_at = ticked_at - %s, counted_since = counted_since - %s",
        (time, time),
    )


def is_fresh(service, database="tasks"):
    with service.database.transaction() as cur:
        return scheduling.is_fresh(queries.picture_age(cur, table=TABLES[database]))


def reminded(service):
    return [row.duty_id for row in fetch(service.database, "SELECT duty_id FROM message_line ORDER BY duty_id")]


@pytest.mark.parametrize("skew", SKEWS, ids=str)
def test_a_service_whose_clock_is_wrong_reminds(notifications, skew):
    learn(notifications, [received(issued(SHIMEN, a_duty(1)))])
    hear(notifications, NOON)
    notifications.now = lambda: NOON + skew

    notifications.sweep()

    assert reminded(notifications) == [1]


@pytest.mark.parametrize("skew", SKEWS, ids=str)
def test_a_sender_whose_clock_is_wrong_is_heard(notifications, skew):
    learn(notifications, [received(issued(SHIMEN, a_duty(1)))])
    hear(notifications, NOON + skew)
    notifications.now = lambda: NOON

    notifications.sweep()

    assert reminded(notifications) == [1]


@pytest.mark.parametrize("skew", SKEWS, ids=str)
def test_what_waited_an_hour_in_the_queue_is_old_when_it_is_heard(notifications, database, skew):
    """Until the queue is worked off, though each heartbeat has only just come."""
    first = NOON + skew
    hear(notifications, first, database)
    let_pass(notifications, AN_HOUR, database)
    fresh = []

    for late in (3590, 1800, 70, 50, 0):
        hear(notifications, first - dt.timedelta(seconds=late), database)
        fresh.append(is_fresh(notifications, database))

    assert fresh == [False, False, False, True, True]


def test_it_is_old_a_minute_after_the_last_heartbeat(notifications, database):
    hear(notifications, NOON, database)
    fresh = is_fresh(notifications, database)
    let_pass(notifications, A_MINUTE, database)

    assert (fresh, is_fresh(notifications, database)) == (True, False)


def test_an_old_heartbeat_that_comes_late_makes_nothing_fresh(notifications, database):
    hear(notifications, NOON, database)
    let_pass(notifications, A_MINUTE, database)

    hear(notifications, NOON - dt.timedelta(seconds=100), database)

    assert not is_fresh(notifications, database)


def test_a_clock_that_was_set_back_is_known_anew_within_two_hours(notifications, database):
    hear(notifications, NOON, database)
    fresh = []
    for _ in range(3):
        let_pass(notifications, AN_HOUR + A_MINUTE, database)
        hear(notifications, NOON - AN_HOUR, database)
        fresh.append(is_fresh(notifications, database))

    assert fresh == [False, True, True]


def test_a_heartbeat_that_the_release_before_took_counts(notifications, database):
    hear(notifications, NOON, database)
    let_pass(notifications, A_MINUTE, database)

    run(notifications.database, f"UPDATE {TABLES[database]} SET ticked_at = %s", (NOON,))

    assert is_fresh(notifications, database)


def test_the_heartbeat_says_the_time_of_its_database(produced, monkeypatch):
    """Not that of the process, which is another one after a take-over."""
    monkeypatch.setattr("shared.clock.now", lambda: NOON)

    with produced.transaction() as cur:
        Housekeeping("producing", []).step(cur)
        cur.execute("SELECT now()")
        (now,) = cur.fetchone()

    with produced.transaction() as cur:
        (row,) = outbox.read_after(cur, outbox.START, limit=10)
    assert dt.datetime.fromisoformat(_ticked_at(row)) == now


def _ticked_at(row):
    import json

    return json.loads(row.payload)["ticked_at"]
