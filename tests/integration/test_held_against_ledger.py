"""Once a night, by itself: boards and reminders are held against the ledger, over the events' own way."""

import datetime as dt
import json
import logging
from contextlib import ExitStack

import pytest
from prometheus_client import REGISTRY

from services.notifications.service import NotificationsService
from services.portal.views import agreement
from services.stats.service import StatsService
from shared import clock
from shared.agreeing import holding, store
from shared.delivery import housekeeping, inprocess
from shared.delivery.inprocess import InProcess
from shared.hearing.spans import Position, Span
from shared.hearing.store import add_gap
from tests.support.checklists import fetch, run
from tests.support.delegation import split
from tests.support.duties import do, issued, submit, today
from tests.support.eventually import eventually

__all__ = ["today"]

SERVICES = ("stats", "notifications")
VERSIONS = "SELECT id, version FROM duty ORDER BY id"
NIGHT = dt.datetime(2026, 11, 20, 20, 30, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def hurried(monkeypatch):
    monkeypatch.setattr(housekeeping, "TICK_SECONDS", 0.05)
    monkeypatch.setattr(inprocess, "CARE_SECONDS", 0.05)


@pytest.fixture
def night(monkeypatch, tasks_db):
    """Moves the clock of the ledger's service to the night before a day; until then nothing is counted."""
    run(tasks_db, "DELETE FROM ledger_count")

    def move(day=0):
        now = NIGHT + dt.timedelta(days=day)
        monkeypatch.setattr(clock, "now", lambda: now)
        monkeypatch.setattr(clock, "today", (now + dt.timedelta(hours=8)).date)
        run(tasks_db, "INSERT INTO ledger_count (day, cells, parts) VALUES ('2000-01-01', 0, 0) ON CONFLICT DO NOTHING")

    return move


@pytest.fixture
def listeners(stats_db, notifications_db):
    return {"stats": StatsService(stats_db), "notifications": NotificationsService(notifications_db)}


@pytest.fixture
def system(tasks, listeners):
    found = InProcess({"tasks": tasks, **listeners})
    yield found
    found.stop()


@pytest.fixture
def worked(call, night, system, tasks_db, listeners, today):
    duties = issued(call, "徽城镇", "深渡镇", items=3)
    submit(call, duties[0])
    deliver(system, tasks_db, listeners)
    return duties


def deliver(system, tasks_db, listeners):
    """Until everybody has heard all that was told by now, and the heartbeats that say so; nobody compares meanwhile."""
    (end,) = fetch(tasks_db, "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS xid")
    heard = f"SELECT count(*) AS heard FROM heard_position WHERE source = 'tasks' AND xid > '{end.xid}'::xid8"
    with ExitStack() as stack:
        for one in listeners.values():
            # It would by itself at some moment of the five minutes after a start, and before a test is ready for it.
            assert store.try_to_hold(stack.enter_context(one.database.transaction()))
        system.start()
        eventually(lambda: all(fetch(one.database, heard)[0].heard for one in listeners.values()), within=30)
        system.stop()


def a_night(night, system, tasks, tasks_db, listeners, day=0):
    """Count, deliver, compare; return what was found."""
    night(day)
    tasks.count_ledger()
    deliver(system, tasks_db, listeners)
    return compared(listeners)


def compared(listeners):
    for one in listeners.values():
        one.hold_against_ledger()
        with one.database.transaction() as cur:
            holding.measure(cur, one.name)
    return {name: newest(one.database) for name, one in listeners.items()}


def newest(database):
    with database.transaction() as cur:
        return store.newest_check(cur)


def gauge(service):
    return REGISTRY.get_sample_value("qingdan_ledger_differing_cells", {"service": service})


def test_the_night_finds_that_all_agree(worked, night, system, tasks, tasks_db, listeners):
    found = a_night(night, system, tasks, tasks_db, listeners)

    assert {name: (one.items, one.cells, one.unsettled) for name, one in found.items()} == dict.fromkeys(
        SERVICES, (3, 0, {})
    )
    assert [gauge(name) for name in SERVICES] == [0, 0]


def test_a_duty_whose_days_do_not_count_agrees_as_well(worked, night, system, tasks, tasks_db, listeners):
    """Boards keep another date of a duty whose difficulty somebody has taken on than the one that was told."""
    run(
        listeners["stats"].database,
        "UPDATE duty SET told_due_on = due_on, due_on = '9999-12-31' WHERE id = %s",
        (worked[1]["duty_id"],),
    )

    assert a_night(night, system, tasks, tasks_db, listeners)["stats"].cells == 0


def test_what_makes_a_version_that_nobody_is_told_is_no_difference(
    call, worked, night, system, tasks, tasks_db, listeners
):
    """Who asks for days or for a waiver, or splits a duty, changes nothing that boards or reminders know."""
    do(call, "ask_waiver", worked[1], reason="没有这项业务")
    split(call, worked[2])
    later = (worked[3]["due_on"][:4] + "-12-30") if worked[3]["due_on"][5:] < "12-30" else "2027-12-30"
    do(call, "ask_extension", worked[3], as_="shendu", reason="场地没有落实", wanted_on=later)

    found = a_night(night, system, tasks, tasks_db, listeners)

    assert {name: (one.cells, one.unsettled) for name, one in found.items()} == dict.fromkeys(SERVICES, (0, {}))


def test_a_lost_event_is_found_named_and_shown(worked, night, system, tasks, tasks_db, listeners, caplog):
    lost = worked[2]["duty_id"]
    for one in listeners.values():
        run(one.database, "DELETE FROM duty WHERE id = %s", (lost,))
    (row,) = fetch(
        tasks_db,
        "SELECT duty.item_id, title, duty.due_on FROM duty JOIN checklist_row ON checklist_row.id = item_id"
        " WHERE duty.id = %s",
        (lost,),
    )

    with caplog.at_level(logging.ERROR):
        found = a_night(night, system, tasks, tasks_db, listeners)

    for name in SERVICES:
        (cell,) = found[name].wrong
        told = (cell["item_id"], cell["item"], cell["due_on"], cell["state"], cell["told"], cell["own"])
        assert told == (row.item_id, row.title, row.due_on.isoformat(), "issued", 2, 1)
        assert (found[name].cells, gauge(name)) == (1, 1)
    lines = {one.service: one.named for one in caplog.records if one.message == "duties differ from the ledger"}
    assert lines.keys() == set(SERVICES)
    assert all(row.title in cell for cells in lines.values() for cell in cells)


def test_a_duty_of_an_older_version_is_found(call, worked, night, system, tasks, tasks_db, listeners):
    submit(call, worked[1])
    deliver(system, tasks_db, listeners)
    run(
        listeners["stats"].database,
        "UPDATE duty SET state = 'issued', version = 1 WHERE id = %s",
        (worked[1]["duty_id"],),
    )

    found = a_night(night, system, tasks, tasks_db, listeners)

    assert (found["stats"].cells, found["notifications"].cells) == (2, 0)


def test_news_since_the_count_is_no_difference_and_the_next_night_settles_it(
    call, worked, night, system, tasks, tasks_db, listeners
):
    night()
    tasks.count_ledger()
    submit(call, worked[1])
    deliver(system, tasks_db, listeners)

    first = compared(listeners)
    run_hours_ago(listeners)
    second = a_night(night, system, tasks, tasks_db, listeners, day=1)

    assert [(one.cells, len(one.unsettled)) for one in first.values()] == [(0, 1), (0, 1)]
    assert [(one.cells, one.unsettled) for one in second.values()] == [(0, {}), (0, {})]


def test_what_a_restored_ledger_does_not_know_is_found_the_night_after(
    worked, night, system, tasks, tasks_db, listeners
):
    stats = listeners["stats"].database
    run(stats, "UPDATE duty SET version = version + 5 WHERE id = %s", (worked[1]["duty_id"],))

    first = a_night(night, system, tasks, tasks_db, listeners)
    run_hours_ago(listeners)
    second = a_night(night, system, tasks, tasks_db, listeners, day=1)

    assert (first["stats"].cells, len(first["stats"].unsettled)) == (0, 1)
    assert second["stats"].cells > 0


def test_two_counts_that_come_together_settle_nothing_by_what_did_not_change(
    worked, night, system, tasks, tasks_db, listeners
):
    """A listener that was away for a night compares both at once: what it knew then may be newer than the second."""
    run(listeners["stats"].database, "UPDATE duty SET version = version + 5 WHERE id = %s", (worked[1]["duty_id"],))
    a_night(night, system, tasks, tasks_db, listeners)

    assert a_night(night, system, tasks, tasks_db, listeners, day=1)["stats"].cells == 0


def run_hours_ago(listeners):
    """Let the last comparison be of the night before."""
    for one in listeners.values():
        run(one.database, "UPDATE ledger_check SET checked_at = checked_at - interval '20 hours'")


def test_what_was_wrong_stays_so_while_its_item_changes(call, worked, night, system, tasks, tasks_db, listeners):
    run(listeners["stats"].database, "DELETE FROM duty WHERE id = %s", (worked[2]["duty_id"],))
    a_night(night, system, tasks, tasks_db, listeners)
    night(1)
    tasks.count_ledger()
    # As much more as is lacking, and unlike it.
    run(
        listeners["stats"].database,
        "UPDATE duty SET version = version + 9 WHERE item_id = %s",
        (worked[2]["item_id"],),
    )
    deliver(system, tasks_db, listeners)

    assert compared(listeners)["stats"].cells == 1


def test_it_waits_until_all_before_the_count_was_heard(worked, night, system, tasks, tasks_db, listeners):
    night()
    tasks.count_ledger()
    deliver(system, tasks_db, listeners)
    stats = listeners["stats"].database
    with stats.transaction() as cur:
        add_gap(cur, "tasks", Span(Position(1, 1), Position(2, 2)), None)

    assert compared(listeners)["stats"] is None
    run(stats, "DELETE FROM gap")
    assert compared(listeners)["stats"].cells == 0


def test_once_a_night_by_one_process(night, tasks, tasks_db):
    night()
    for _ in range(3):
        tasks.count_ledger()

    assert [row.number for row in told(tasks_db)] == [1]
    night(1)
    tasks.count_ledger()
    assert [row.number for row in told(tasks_db)] == [2]


def test_not_before_its_hour(night, tasks, tasks_db, monkeypatch):
    night()
    found = []
    for minute in (19 * 60 + 59, 20 * 60):
        now = dt.datetime(2026, 11, 20, minute // 60, minute % 60, tzinfo=dt.UTC)
        monkeypatch.setattr(clock, "now", lambda now=now: now)
        tasks.count_ledger()
        found += [row.number for row in told(tasks_db)]

    assert found == [0, 1]


def test_nobody_is_told_before_the_last_migration(night, tasks, tasks_db):
    """Until then a process of the release before may listen, and would put the event aside."""
    night()
    run(tasks_db, "DELETE FROM ledger_count")

    tasks.count_ledger()

    assert [row.number for row in told(tasks_db)] == [0]


def told(tasks_db):
    return fetch(tasks_db, "SELECT count(*) AS number FROM outbox WHERE type = 'ledger.counted.v1'")


def test_a_count_that_came_twice_or_late_changes_nothing(worked, night, system, tasks, tasks_db, listeners):
    first = a_night(night, system, tasks, tasks_db, listeners)
    run(
        tasks_db,
        "UPDATE outbox SET id = gen_random_uuid(), xid = pg_current_xact_id() WHERE type = 'ledger.counted.v1'",
    )

    deliver(system, tasks_db, listeners)

    assert compared(listeners) == first
    assert fetch(listeners["stats"].database, "SELECT part FROM ledger_part") == []


def test_who_answers_for_the_system_reads_it(worked, night, system, tasks, tasks_db, listeners):
    a_night(night, system, tasks, tasks_db, listeners)

    with listeners["stats"].database.transaction() as cur:
        shown = holding.shown(store.newest_check(cur))

    assert (shown["day"], shown["cells"], shown["wrong"]) == ("2026-11-21", 0, [])


A_CHECK = """
    INSERT INTO ledger_check (counted_at, day, items, cells, wrong, unsettled)
    VALUES (now(), '2026-11-29', %s, 0, '[]', %s)
"""


@pytest.mark.parametrize(
    ("items", "changing", "says", "leaves_out"),
    [
        (
            20,
            20,
            ("这一夜没有核对成：所有事项当时都在变动", "共 20 个事项", "下一次是 11月30日 周一凌晨四点以后"),
            "一致",
        ),
        (20, 3, ("✓ 核对了的都一致", "其中 3 个当时正有变动"), "没有核对成"),
        (20, 0, ("✓ 全部一致", "共 20 个事项"), "没有核对成"),
        (0, 0, ("台账里没有责任，没有可以核对的",), "一致"),
    ],
)
def test_the_page_says_that_all_agree_only_where_something_was_compared(
    house, monkeypatch, items, changing, says, leaves_out
):
    monkeypatch.setattr(agreement.clock, "now", lambda: dt.datetime(2026, 11, 29, 2, tzinfo=dt.UTC))
    for name in SERVICES:
        run(house.databases[name], A_CHECK, (items, json.dumps({str(one): [1, 1, "0"] for one in range(changing)})))

    shown = house.sign_in("lead").open("/ledger-check").text

    assert [one for one in says if shown.count(one) != len(SERVICES)] == []
    assert leaves_out not in shown


@pytest.mark.parametrize(
    ("now", "day"), [((2026, 11, 29, 19, 59), (2026, 11, 30)), ((2026, 11, 29, 20, 0), (2026, 12, 1))]
)
def test_the_next_comparison_is_of_the_small_hours_that_come(now, day):
    assert agreement.next_night(dt.datetime(*now, tzinfo=dt.UTC)) == dt.date(*day)
