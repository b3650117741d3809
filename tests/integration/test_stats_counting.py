"""Counting from events on a real PostgreSQL: any order, any repetition, two consumers at once."""

import datetime as dt
import random
import threading

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.events import (
    DutyAccepted,
    DutyAcknowledged,
    DutyBlocked,
    DutyBlockerAccepted,
    DutyReopened,
    DutyReturned,
    DutySubmitted,
    DutyUnblocked,
    DutyWaived,
    RelayTicked,
    UnitChanged,
)
from shared.light import State
from tests.support.rebuilding import rebuilt_from
from tests.support.stats import (
    CHECKLIST,
    HUICHENG,
    ITEM,
    NOON,
    OTHER_ITEM,
    SHENDU,
    SHIMEN,
    TODAY,
    a_checklist,
    a_duty,
    an_example,
    changed,
    issued,
    received,
    take,
)

YESTERDAY = TODAY - dt.timedelta(days=1)
TOMORROW = TODAY + dt.timedelta(days=1)

# What can follow the issuing of a duty: kind, state, day of submission, whether it is blocked, or paused besides.
CHANGES = [
    (DutyAcknowledged, State.ACKNOWLEDGED, None, False),
    (DutyBlocked, State.ACKNOWLEDGED, None, True),
    (DutyBlockerAccepted, State.ACKNOWLEDGED, None, "paused"),
    (DutyUnblocked, State.ACKNOWLEDGED, None, False),
    (DutySubmitted, State.SUBMITTED, TODAY, False),
    (DutySubmitted, State.ACCEPTED, YESTERDAY, False),
    (DutyAccepted, State.ACCEPTED, TOMORROW, False),
    (DutyReturned, State.RETURNED, None, False),
    (DutyReopened, State.ACKNOWLEDGED, None, False),
    (DutyWaived, State.WAIVED, None, False),
]
UNITS_OF_DUTIES = [HUICHENG, SHENDU, SHIMEN]


def counters(database):
    """Everything the boards are made of."""
    with database.transaction() as cur:
        cur.execute("SELECT item_id, due_on, bucket, duties FROM item_count WHERE duties <> 0 ORDER BY 1, 2, 3")
        items = cur.fetchall()
        cur.execute("SELECT unit_id, due_on, bucket, duties FROM unit_count WHERE duties <> 0 ORDER BY 1, 2, 3")
        return items, cur.fetchall()


def recounted(database):
    """The same from the duties themselves."""
    with database.transaction() as cur:
        cur.execute("SELECT item_id, due_on, bucket, count(*) FROM duty GROUP BY 1, 2, 3 ORDER BY 1, 2, 3")
        items = cur.fetchall()
        cur.execute("SELECT unit_id, due_on, bucket, count(*) FROM duty GROUP BY 1, 2, 3 ORDER BY 1, 2, 3")
        return items, cur.fetchall()


def empty(database):
    with database.transaction() as cur:
        cur.execute("TRUNCATE unit, person, checklist, issued_row, duty, item_count, unit_count, as_of")


def a_history(lengths, choose):
    """Per unit two duties issued in one event, then so many changes of each."""
    history = []
    for place, unit_id in enumerate(UNITS_OF_DUTIES):
        first = 10 * (place + 1)
        duties = [a_duty(first, YESTERDAY), a_duty(first + 1, TOMORROW, item_id=OTHER_ITEM, period="2026-06")]
        history.append(received(issued(unit_id, *duties)))
        for duty in duties:
            for version in range(2, 2 + lengths[place]):
                kind, state, done_on, is_blocked = choose()
                history.append(
                    received(
                        changed(
                            kind,
                            duty.duty_id,
                            unit_id,
                            version,
                            state,
                            due_on=duty.due_on if version < 4 else TODAY,
                            done_on=done_on,
                            is_blocked=bool(is_blocked),
                            paused_on=YESTERDAY if is_blocked == "paused" else None,
                            item_id=duty.item_id,
                            period=duty.period,
                        )
                    )
                )
    return history


def test_a_change_moves_the_duty_from_one_counter_to_the_other(stats):
    take(stats, [received(issued(SHIMEN, a_duty(1), a_duty(2, item_id=OTHER_ITEM)))])

    take(stats, [received(changed(DutySubmitted, 1, SHIMEN, 2, State.ACCEPTED, done_on=TODAY))])

    items, units = counters(stats.database)
    assert items == [(ITEM, TODAY, "done", 1), (OTHER_ITEM, TODAY, "open", 1)]
    assert units == [(SHIMEN, TODAY, "done", 1), (SHIMEN, TODAY, "open", 1)]


def test_a_submission_may_arrive_before_the_issuing(stats):
    take(stats, [received(changed(DutySubmitted, 1, SHIMEN, 2, State.ACCEPTED, done_on=TODAY))])

    take(stats, [received(issued(SHIMEN, a_duty(1)))])

    assert counters(stats.database)[0] == [(ITEM, TODAY, "done", 1)]


def test_a_moved_due_date_takes_the_count_along(stats):
    take(stats, [received(issued(SHIMEN, a_duty(1, YESTERDAY)))])

    take(stats, [received(changed(DutyReturned, 1, SHIMEN, 2, State.RETURNED, due_on=TOMORROW))])

    assert counters(stats.database)[0] == [(ITEM, TOMORROW, "open", 1)]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_order_repetition_and_batching_gives_the_same_counters(stats, data):
    lengths = data.draw(st.lists(st.integers(0, 4), min_size=3, max_size=3))
    history = a_history(lengths, lambda: data.draw(st.sampled_from(CHANGES)))
    delivered = data.draw(st.permutations(history + data.draw(st.lists(st.sampled_from(history), max_size=6))))
    size = data.draw(st.integers(1, len(delivered)))
    empty(stats.database)
    take(stats, history)
    expected = counters(stats.database)

    empty(stats.database)
    for start in range(0, len(delivered), size):
        take(stats, delivered[start : start + size])

    assert counters(stats.database) == expected == recounted(stats.database)


def test_two_consumers_at_once_neither_deadlock_nor_miscount(stats):
    """Both get the whole history, shuffled differently, in batches that fight for the same rows."""
    chance = random.Random(7)
    history = a_history([40, 40, 40], lambda: chance.choice(CHANGES))
    orders = [chance.sample(history, len(history)) for _ in range(2)]
    faults = []

    def consume(events):
        try:
            for start in range(0, len(events), 20):
                take(stats, events[start : start + 20])
        except Exception as error:  # noqa: BLE001 - the test reports it
            faults.append(error)

    consumers = [threading.Thread(target=consume, args=(order,)) for order in orders]
    for consumer in consumers:
        consumer.start()
    for consumer in consumers:
        consumer.join()

    assert faults == []
    assert counters(stats.database) == recounted(stats.database)
    assert sum(duties for *_, duties in counters(stats.database)[0]) == 6


def test_two_consumers_counting_the_same_new_duty_count_it_once(stats):
    """The second one's insert waits for the first one's commit, then meets the version guard."""
    event = received(issued(SHIMEN, a_duty(1)))
    waiting = threading.Thread(target=take, args=(stats, [event]))

    with stats.database.transaction() as cur:
        stats.count_events(cur, [event])
        waiting.start()
    waiting.join()

    assert counters(stats.database)[0] == [(ITEM, TODAY, "open", 1)]


def test_units_checklists_and_rows_keep_their_newest_version(stats):
    newer = UnitChanged(SHIMEN, "341021213", "石门镇", "township", 1, is_active=True, version=3)
    older = UnitChanged(SHIMEN, "341021213", "石门", "township", 1, is_active=True, version=2)

    take(stats, [received(newer), received(a_checklist(3, "closed", "新题"))])
    take(stats, [received(older), received(a_checklist(2)), *an_example()])

    with stats.database.transaction() as cur:
        cur.execute("SELECT name FROM unit WHERE id = %s", (SHIMEN,))
        assert cur.fetchone() == ("石门镇",)
        cur.execute("SELECT title, state FROM checklist WHERE id = %s", (CHECKLIST,))
        assert cur.fetchone() == ("新题", "closed")


def test_rebuilding_from_the_log_gives_the_same_numbers(stats):
    chance = random.Random(3)
    history = [*an_example(), *a_history([5, 3, 0], lambda: chance.choice(CHANGES))]
    take(stats, history)
    expected = counters(stats.database)
    with stats.database.transaction() as cur:
        cur.execute("UPDATE item_count SET duties = duties + 5")
        cur.execute("DELETE FROM unit")

    rebuilt = rebuilt_from(stats.database, history)

    assert (rebuilt.events, rebuilt.duties) == (len(history), 6)
    assert counters(stats.database) == expected
    with stats.database.transaction() as cur:
        cur.execute("SELECT count(*) FROM unit")
        assert cur.fetchone() == (6,)


def test_the_boards_are_as_new_as_the_newest_event_or_heartbeat_of_tasks(stats):
    later = NOON + dt.timedelta(minutes=5)
    tick = received(RelayTicked("tasks", later), at=later)
    foreign = received(RelayTicked("portal", later), at=later + dt.timedelta(minutes=5))

    take(stats, [foreign, tick, received(issued(SHIMEN, a_duty(1)))])

    with stats.database.transaction() as cur:
        cur.execute("SELECT newest_event_at FROM as_of")
        assert cur.fetchone() == (later,)
