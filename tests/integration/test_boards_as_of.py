"""Boards as of a day that is over equal a count from all that was told until its end, whichever way that came."""

import datetime as dt
import random
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.stats.completion import kept
from services.stats.completion.completion import Bucket, Group, count, cutoffs_on
from services.stats.completion.counting import _duties
from services.stats.completion.pace import due_so_far
from shared.clock import start_of
from shared.errors import Invalid
from shared.events import DutyAccepted, DutySubmitted, RelayTicked
from shared.light import State
from tests.integration.test_stats_counting import CHANGES, UNITS_OF_DUTIES
from tests.support.rebuilding import rebuilt_from
from tests.support.stats import (
    AREA,
    CHECKLIST,
    ITEM,
    MEASURE,
    OTHER_ITEM,
    SHIMEN,
    TODAY,
    a_checklist,
    a_duty,
    an_example,
    call,
    changed,
    issued,
    received,
    take,
)

FIRST = TODAY - dt.timedelta(days=9)
WHOLE_DAYS = [FIRST + dt.timedelta(days=number) for number in range(10)]
TABLES = "duty, duty_past, item_count, unit_count, item_day, unit_day, completion_day, as_of"
DAY_TABLES = {
    "item_day": "SELECT item_id, day, due_on, bucket, duties FROM item_day WHERE duties <> 0 ORDER BY 1, 2, 3, 4",
    "unit_day": "SELECT unit_id, day, due_on, bucket, duties FROM unit_day WHERE duties <> 0 ORDER BY 1, 2, 3, 4",
    "duty_past": "SELECT * FROM duty_past ORDER BY duty_id, version",
}


def at(day, hour=12):
    return start_of(day) + dt.timedelta(hours=hour)


def a_history(choose, days):
    """Two duties for each unit, issued on a day, and some changes of each on later ones; `days(n)` gives n in order."""
    history = []
    for place, unit_id in enumerate(UNITS_OF_DUTIES):
        for number, item_id in enumerate((ITEM, OTHER_ITEM)):
            duty = a_duty(10 * (place + 1) + number, FIRST + dt.timedelta(days=4 + number), item_id=item_id)
            first, *later = days(1 + choose(range(4)))
            history.append(received(issued(unit_id, duty), at=at(first)))
            for version, day in enumerate(later, 2):
                kind, state, done_on, is_blocked = choose(CHANGES)
                told = {
                    "due_on": duty.due_on if version < 4 else TODAY,
                    "done_on": done_on and day,
                    "is_blocked": bool(is_blocked),
                    "paused_on": day if is_blocked == "paused" else None,
                    "item_id": item_id,
                }
                about = changed(kind, duty.duty_id, unit_id, version, state, **told)
                history.append(received(about, at=at(day)))
    return history


def told_until(history, day):
    """Where each duty counted at the end of a day, from what was told of it."""
    newest = {}
    for event in sorted(history, key=lambda event: event.time):
        if event.time < start_of(day + dt.timedelta(days=1)):
            for duty in _duties([event]):
                if duty.duty_id not in newest or newest[duty.duty_id].version < duty.version:
                    newest[duty.duty_id] = duty
    return list(newest.values())


def groups_of(duties):
    return [Group(*key, number) for key, number in Counter((duty.due_on, duty.bucket) for duty in duties).items()]


def counts_of(duties, day):
    return count(groups_of(duties), cutoffs_on(day)).as_dict()


def paced(duties, day):
    found = due_so_far(groups_of(duties), day)
    return {"due": found.due, "done": found.done}


def empty(database):
    with database.transaction() as cur:
        cur.execute(f"TRUNCATE {TABLES}")


def rows(database, query):
    with database.transaction() as cur:
        cur.execute(query)
        return cur.fetchall()


def keep_all(stats):
    """Let the tick keep every day that is over; each turn keeps a few."""
    take(stats, [received(RelayTicked("tasks", at(TODAY)), at=at(TODAY))])
    while True:
        with stats.database.transaction() as cur:
            if not kept.keep_days(cur, TODAY):
                return


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_number_as_of_a_random_day_equals_a_recount_of_what_was_told_until_then(stats, data):
    history = a_history(
        lambda several: data.draw(st.sampled_from(list(several))),
        lambda number: sorted(data.draw(st.lists(st.sampled_from(WHOLE_DAYS), min_size=number, max_size=number))),
    )
    delivered = data.draw(st.permutations(history + data.draw(st.lists(st.sampled_from(history), max_size=4))))
    size = data.draw(st.integers(1, len(delivered)))
    empty(stats.database)
    for start in range(0, len(delivered), size):
        take(stats, delivered[start : start + size])

    first = min(event.time for event in history).date()
    day = data.draw(st.sampled_from([day for day in WHOLE_DAYS if day >= first]))
    duties = told_until(history, day)
    as_of = {"as_of": day.isoformat()}
    board = call(stats, "overview", {"checklist_id": CHECKLIST, **as_of}, as_="leader")
    assert board["totals"] == counts_of(duties, day)
    assert board["so_far"] == board["areas"][0]["so_far"] == paced(duties, day)
    assert board["areas"][0]["measures"][0]["counts"] == board["totals"]
    late = {duty.unit_id for duty in duties if duty.bucket in (Bucket.OPEN, Bucket.OPEN_BLOCKED) and duty.due_on < day}
    assert {unit["unit_id"] for unit in board["overdue_units"]} == late
    units = call(stats, "units_board", {"checklist_id": CHECKLIST, **as_of}, as_="leader")
    for unit in units["units"]:
        assert unit["counts"] == counts_of([duty for duty in duties if duty.unit_id == unit["unit_id"]], day)
    for item_id in (ITEM, OTHER_ITEM):
        item = call(stats, "item_board", {"row_id": item_id, **as_of}, as_="leader")
        assert item["counts"] == counts_of([duty for duty in duties if duty.item_id == item_id], day)
        assert sum(len(unit["duties"]) for unit in item["units"]) == item["counts"]["total"]
    for light, number in board["totals"].items():
        if light not in ("total", "overdue_blocked"):
            asked = {"checklist_id": CHECKLIST, "light": light, **as_of}
            found = call(stats, "find_duties", asked, as_="leader")
            assert found["total"] == len(found["duties"]) == number
            assert {duty["light"] for duty in found["duties"]} <= {light}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_days_that_are_kept_equal_the_boards_as_of_them_also_after_late_news_and_a_rebuild(stats, data):
    history = a_history(
        lambda several: data.draw(st.sampled_from(list(several))),
        lambda number: sorted(data.draw(st.lists(st.sampled_from(WHOLE_DAYS), min_size=number, max_size=number))),
    )
    delivered = data.draw(st.permutations(history))
    half = data.draw(st.integers(1, len(delivered)))
    empty(stats.database)
    take(stats, delivered[:half])
    keep_all(stats)
    if delivered[half:]:
        take(stats, delivered[half:])
    keep_all(stats)

    first = min(event.time for event in history).date()
    for day in [day for day in WHOLE_DAYS if first <= day < TODAY]:
        with stats.database.transaction() as cur:
            found = kept.of_day(cur, CHECKLIST, day)
        duties = told_until(history, day)
        assert set(found) == {kept.WHOLE, AREA, MEASURE}
        for row in found.values():
            assert row.counts.as_dict() == counts_of(duties, day)
            assert {"due": row.pace.due, "done": row.pace.done} == paced(duties, day)
    expected = {name: rows(stats.database, query) for name, query in DAY_TABLES.items()}
    rebuilt_from(stats.database, [*an_example(), *history])
    assert {name: rows(stats.database, query) for name, query in DAY_TABLES.items()} == expected


@pytest.fixture
def ten_days(stats):
    """A duty that was issued on the first day, submitted on the fourth, and accepted on the eighth."""
    duty = a_duty(1, FIRST + dt.timedelta(days=2))
    submitted = changed(DutySubmitted, 1, SHIMEN, 2, State.SUBMITTED, due_on=duty.due_on, done_on=WHOLE_DAYS[3])
    accepted = changed(DutyAccepted, 1, SHIMEN, 3, State.ACCEPTED, due_on=duty.due_on, done_on=WHOLE_DAYS[3])
    take(stats, [received(issued(SHIMEN, duty), at=at(FIRST))])
    take(stats, [received(submitted, at=at(WHOLE_DAYS[3]))])
    take(stats, [received(accepted, at=at(WHOLE_DAYS[7]))])
    return stats


def lights(stats, day):
    board = call(stats, "overview", {"checklist_id": CHECKLIST, "as_of": day.isoformat()}, as_="leader")
    return {light for light, number in board["totals"].items() if number and light != "total"}


def test_a_duty_shows_the_light_that_it_had_on_each_day(ten_days):
    assert [lights(ten_days, day) for day in WHOLE_DAYS] == [
        *3 * [{"due_soon"}],
        *4 * [{"awaiting_review"}],
        *3 * [{"done_late"}],
    ]


def test_the_duty_itself_says_what_it_was_then(ten_days):
    asked = {"checklist_id": CHECKLIST, "as_of": WHOLE_DAYS[5].isoformat()}
    (duty,) = call(ten_days, "find_duties", asked, as_="leader")["duties"]

    assert duty["light"] == "awaiting_review"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (TODAY + dt.timedelta(days=1), "不能看将来的日子"),
        (FIRST - dt.timedelta(days=1), f"从{FIRST.isoformat()}起才有"),
    ],
)
@pytest.mark.parametrize(
    ("operation", "about"),
    [
        ("overview", {"checklist_id": CHECKLIST}),
        ("units_board", {"checklist_id": CHECKLIST}),
        ("find_duties", {"checklist_id": CHECKLIST}),
        ("row_board", {"row_id": AREA}),
        ("item_board", {"row_id": ITEM}),
    ],
)
def test_a_day_of_which_nothing_can_be_known_is_refused_with_what_to_do(ten_days, operation, about, day, words):
    with pytest.raises(Invalid) as refused:
        call(ten_days, operation, {**about, "as_of": day.isoformat()}, as_="leader")

    assert words in refused.value.details["fields"]["as_of"]["zh"]


def test_a_checklist_that_nothing_is_known_of_yet_has_no_past(stats):
    with pytest.raises(Invalid):
        call(stats, "overview", {"checklist_id": CHECKLIST, "as_of": FIRST.isoformat()}, as_="leader")


def test_the_trend_and_last_month_are_read_from_the_kept_days(ten_days):
    keep_all(ten_days)

    board = call(ten_days, "overview", {"checklist_id": CHECKLIST}, as_="leader")

    assert board["month_ago"] is None
    sunday = dt.date(2026, 6, 7)
    assert board["trend"] == [
        {"until": sunday.isoformat(), "due": 1, "done": 0},
        {"until": TODAY.isoformat(), "due": 1, "done": 1},
    ]
    later = dt.date(2026, 7, 3)
    ten_days.today = lambda: later
    take(ten_days, [received(RelayTicked("tasks", at(later)), at=at(later))])
    for _ in range(12):
        ten_days.keep_days()
    board = call(ten_days, "overview", {"checklist_id": CHECKLIST}, as_="leader")
    assert board["month_ago"] == {"until": "2026-06-30", "due": 1, "done": 1}
    assert board["areas"][0]["measures"][0]["month_ago"] == {"due": 1, "done": 1}


def test_a_day_is_kept_only_when_news_of_the_next_one_have_come(ten_days):
    with ten_days.database.transaction() as cur:
        cur.execute("UPDATE as_of SET newest_event_at = %s", (at(WHOLE_DAYS[7]),))
        kept.keep_days(cur, TODAY)
        kept.keep_days(cur, TODAY)

    days = {row[0] for row in rows(ten_days.database, "SELECT day FROM completion_day")}
    assert max(days) == WHOLE_DAYS[6]


def test_what_the_release_before_wrote_keeps_its_past_too(ten_days):
    """It knows no days; the trigger keeps the version that it replaces."""
    with ten_days.database.transaction() as cur:
        cur.execute("UPDATE duty SET version = 4, bucket = 'open', state = 'acknowledged' WHERE id = 1")

    assert rows(ten_days.database, "SELECT version, bucket FROM duty_past ORDER BY 1") == [
        (1, "open"),
        (2, "awaiting"),
        (3, "done_late"),
    ]


def test_random_days_of_a_long_history_with_many_batches(stats):
    chance = random.Random(11)
    history = a_history(chance.choice, lambda number: sorted(chance.choices(WHOLE_DAYS, k=number)))
    chance.shuffle(history)
    for event in history:
        take(stats, [event])

    for day in WHOLE_DAYS[:-1]:
        if day >= min(event.time for event in history).date():
            board = call(stats, "overview", {"checklist_id": CHECKLIST, "as_of": day.isoformat()}, as_="leader")
            assert board["totals"] == counts_of(told_until(history, day), day)


def test_a_closed_checklist_keeps_its_days_and_has_them_kept_again(ten_days):
    take(ten_days, [received(a_checklist(9, "closed"))])
    keep_all(ten_days)
    last = rows(ten_days.database, "SELECT max(day) FROM completion_day")[0][0]
    with ten_days.database.transaction() as cur:
        cur.execute("DELETE FROM completion_day")

    keep_all(ten_days)

    assert rows(ten_days.database, "SELECT min(day), max(day) FROM completion_day") == [(FIRST, last)]
    assert last == WHOLE_DAYS[7]


def test_a_unit_whose_duties_were_withdrawn_since_is_there_on_the_days_before(ten_days):
    withdrawn = changed(DutyAccepted, 1, SHIMEN, 4, State.WITHDRAWN, due_on=FIRST)
    take(ten_days, [received(withdrawn, at=at(WHOLE_DAYS[8]))])

    for operation in ("units_board", "matrix"):
        asked = {"checklist_id": CHECKLIST, "as_of": WHOLE_DAYS[7].isoformat()}
        assert call(ten_days, operation, asked, as_="leader")["total"] == 1
        assert call(ten_days, operation, {"checklist_id": CHECKLIST}, as_="leader")["total"] == 0


def test_narrowed_to_a_measure_its_area_is_compared_as_it_is_counted(ten_days):
    keep_all(ten_days)
    later = dt.date(2026, 7, 3)
    ten_days.today = lambda: later
    take(ten_days, [received(RelayTicked("tasks", at(later)), at=at(later))])
    with ten_days.database.transaction() as cur:
        while kept.keep_days(cur, later):
            pass
        cur.execute("UPDATE completion_day SET due = 9 WHERE row_id = %s", (AREA,))

    board = call(ten_days, "overview", {"checklist_id": CHECKLIST, "row_id": MEASURE}, as_="leader")

    assert board["areas"][0]["month_ago"] == board["areas"][0]["measures"][0]["month_ago"] == {"due": 1, "done": 1}
