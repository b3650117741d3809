"""Rounds open by themselves, once, with all that is owed; and what is owed follows whom the report asks."""

import datetime as dt
import threading

import pytest

from shared.errors import Conflict, Forbidden, Invalid
from shared.events import SCHEMAS, UnitChanged
from tests.support.checklists import fetch, run
from tests.support.reports import GROUP, TOWNSHIPS, a_group, a_started_report, again, an_indicator, get, start, wished
from tests.support.stats import HUICHENG, SHENDU, SHIMEN, TODAY, UNITS, VILLAGE, call, received, take

OPENED, SUBMISSION = "report.round_opened.v1", "submission.changed.v1"


@pytest.fixture
def jobs(stats, stats_db):
    return an_indicator(stats_db)


def told(stats_db, kind=OPENED):
    found = fetch(stats_db, "SELECT payload FROM outbox WHERE type = %s ORDER BY seq", (kind,))
    return [SCHEMAS[kind].load(row.payload) for row in found]


def owed(stats_db):
    """Which units owe something, by period."""
    rows = fetch(stats_db, "SELECT period, unit_id FROM submission WHERE is_expected ORDER BY period, unit_id")
    found: dict[str, list[int]] = {}
    for row in rows:
        found.setdefault(row.period, []).append(row.unit_id)
    return found


def test_rounds_of_the_past_open_with_what_each_unit_owes(stats, stats_db, jobs):
    a_started_report(stats, [jobs])

    stats.keep_rounds()

    assert owed(stats_db) == {period: list(TOWNSHIPS) for period in ("2026-03", "2026-04", "2026-05")}
    rounds = fetch(stats_db, "SELECT period, opens_on, due_on, lock_on FROM round ORDER BY period")
    # From 1 to 5 May is a holiday; Saturday 9 May is worked.
    assert tuple(rounds[1]) == ("2026-04", dt.date(2026, 5, 1), dt.date(2026, 5, 11), dt.date(2026, 5, 18))
    events = sorted(told(stats_db), key=lambda one: one.period)
    assert [(one.period, [owing.unit_id for owing in one.expected]) for one in events] == [
        (row.period, list(TOWNSHIPS)) for row in rounds
    ]


def test_a_tick_again_and_a_tick_beside_it_open_nothing_twice(stats, stats_db, jobs):
    a_started_report(stats, [jobs])
    together = threading.Barrier(4)

    def tick():
        together.wait()
        stats.keep_rounds()

    threads = [threading.Thread(target=tick) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stats.keep_rounds()

    assert [row.periods for row in fetch(stats_db, "SELECT count(*) AS periods FROM round")] == [3]
    assert owed(stats_db).keys() == {"2026-03", "2026-04", "2026-05"}
    assert len(told(stats_db)) == 3
    assert told(stats_db, SUBMISSION) == []


def test_many_periods_open_over_several_ticks(stats, stats_db, jobs):
    a_started_report(stats, [jobs], first_period="2021-01")

    counts = []
    for _ in range(3):
        stats.keep_rounds()
        counts.append(len(owed(stats_db)))

    assert counts == [41, 65, 65]


def test_a_draft_and_a_stopped_report_open_nothing(stats, stats_db, jobs):
    draft = call(stats, "save_report", wished([jobs], first_period="2026-06"), as_="lead")
    stats.keep_rounds()
    assert owed(stats_db) == {}

    started = start(stats, draft)
    call(stats, "stop_report", {"report_id": draft["report_id"], "version": started["version"]}, as_="lead")
    stats.today = lambda: dt.date(2026, 7, 1)
    stats.keep_rounds()

    assert owed(stats_db) == {}


def test_the_newest_round_is_there_as_soon_as_a_report_is_started(stats, stats_db, jobs):
    report = a_started_report(stats, [jobs], first_period="2021-01")

    assert [one["period"] for one in report["rounds"]] == ["2026-05"]
    assert owed(stats_db) == {"2026-05": list(TOWNSHIPS)}


def test_a_period_that_is_running_opens_on_its_day(stats, stats_db, jobs):
    a_started_report(stats, [jobs], first_period="2026-06")
    stats.today = lambda: dt.date(2026, 6, 30)
    stats.keep_rounds()
    assert owed(stats_db) == {}

    stats.today = lambda: dt.date(2026, 7, 1)
    stats.keep_rounds()

    assert owed(stats_db) == {"2026-06": list(TOWNSHIPS)}


def test_a_unit_that_joins_owes_from_now_on_and_one_that_leaves_no_more(stats, stats_db, jobs):
    report = a_started_report(stats, [jobs], unit_ids=[HUICHENG, SHENDU])
    stats.keep_rounds()

    call(stats, "save_report", again(report, unit_ids=[SHENDU, SHIMEN]), as_="lead")
    stats.today = lambda: dt.date(2026, 7, 1)
    stats.keep_rounds()

    found = owed(stats_db)
    assert found["2026-05"] == [HUICHENG, SHENDU]
    assert found["2026-06"] == [SHENDU, SHIMEN]


def test_corrected_days_reach_the_rounds_that_are_open(stats, stats_db, jobs):
    report = a_started_report(stats, [jobs])
    stats.keep_rounds()
    rows = {one["unit_id"]: one for one in units_of(stats, report)}

    set_days(stats, rows[SHIMEN], expected_from="2026-05-10")

    found = owed(stats_db)
    assert [found[period] for period in sorted(found)] == [[HUICHENG, SHENDU], [HUICHENG, SHENDU], list(TOWNSHIPS)]
    changed = told(stats_db, SUBMISSION)
    assert [(one.unit_id, one.period, one.is_expected, one.version) for one in changed] == [
        (SHIMEN, "2026-03", False, 2),
        (SHIMEN, "2026-04", False, 2),
    ]
    march = [one for one in told(stats_db) if one.period == "2026-03"][-1]
    assert (march.version, [owing.unit_id for owing in march.expected]) == (2, [HUICHENG, SHENDU])


def test_what_was_handed_in_stays_expected(stats, stats_db, jobs):
    report = a_started_report(stats, [jobs])
    stats.keep_rounds()
    run(
        stats_db,
        "UPDATE submission SET first_submitted_at = now(), state = 'at_lead' WHERE unit_id = %s AND period = '2026-03'",
        (SHIMEN,),
    )
    rows = {one["unit_id"]: one for one in units_of(stats, report)}

    set_days(stats, rows[SHIMEN], expected_until="2026-03-01")

    assert owed(stats_db) == {
        "2026-03": list(TOWNSHIPS), "2026-04": [HUICHENG, SHENDU], "2026-05": [HUICHENG, SHENDU]
    }  # fmt: skip


def test_a_unit_that_is_asked_again_finds_its_draft(stats, stats_db, jobs):
    report = a_started_report(stats, [jobs], first_period="2026-05")
    stats.keep_rounds()
    (before,) = fetch(stats_db, "SELECT id FROM submission WHERE unit_id = %s", (SHIMEN,))
    rows = {one["unit_id"]: one for one in units_of(stats, report)}
    set_days(stats, rows[SHIMEN], expected_until="2026-05-20")
    assert owed(stats_db) == {"2026-05": [HUICHENG, SHENDU]}

    (row,) = [one for one in units_of(stats, report) if one["unit_id"] == SHIMEN]
    set_days(stats, row, expected_until=None)

    (after,) = fetch(stats_db, "SELECT id, is_expected, version FROM submission WHERE unit_id = %s", (SHIMEN,))
    assert tuple(after) == (before.id, True, 3)


def test_days_that_moved_meanwhile_are_a_conflict_and_odd_ones_are_refused(stats, jobs):
    report = a_started_report(stats, [jobs])
    row = units_of(stats, report)[0]
    with pytest.raises(Invalid, match="before it begins"):
        set_days(stats, row, expected_until="2026-02-01")
    set_days(stats, row, expected_from="2026-04-01")

    with pytest.raises(Conflict):
        set_days(stats, row, expected_from="2026-05-01")


def units_of(stats, report):
    return call(stats, "list_report_units", {"report_id": report["report_id"]}, as_="auditor")["units"]


def set_days(stats, row, **days):
    params = {
        "report_unit_id": row["report_unit_id"],
        "was_from": row["expected_from"],
        "was_until": row["expected_until"],
        "expected_from": row["expected_from"],
        "expected_until": row["expected_until"],
    }
    call(stats, "save_report_unit", params | days, as_="lead")


def test_days_follow_the_rules_and_the_calendar_until_the_lock(stats, stats_db, jobs, monkeypatch):
    report = a_started_report(stats, [jobs], first_period="2026-04")
    stats.keep_rounds()

    call(stats, "save_report", again(report, due_days=7, lock_rule="day", lock_days=20), as_="lead")

    rounds = {row.period: row for row in fetch(stats_db, "SELECT period, due_on, lock_on, version FROM round")}
    assert rounds["2026-04"].version == 1
    assert tuple(rounds["2026-05"]) == ("2026-05", dt.date(2026, 6, 9), dt.date(2026, 6, 22), 2)
    monkeypatch.setattr("shared.workdays.is_workday", lambda day: day.day != 9 and day.weekday() < 5)
    stats.keep_rounds()

    (moved,) = fetch(stats_db, "SELECT due_on, version FROM round WHERE period = '2026-05'")
    assert tuple(moved) == (dt.date(2026, 6, 10), 3)
    assert told(stats_db)[-1].due_on == dt.date(2026, 6, 10)


def test_a_report_that_is_called_something_else_says_so_to_those_who_remind_of_it(stats, stats_db, jobs):
    report = a_started_report(stats, [jobs], first_period="2026-04")
    stats.keep_rounds()

    call(stats, "save_report", again(report, name="就业月报（新）"), as_="lead")

    newest = told(stats_db)[-1]
    assert (newest.report_name, newest.period, newest.version) == ("就业月报（新）", "2026-05", 2)
    assert len(told(stats_db)) == 3


def test_a_round_of_very_many_units_is_told_in_parts(stats, stats_db, jobs):
    many = list(range(100, 1301))
    a_started_report(stats, [jobs], first_period="2026-05", unit_ids=many)

    parts = told(stats_db)

    assert [len(one.expected) for one in parts] == [500, 500, 201]
    assert [owing.unit_id for one in parts for owing in one.expected] == many
    assert {one.version for one in parts} == {1}


# --- groups ---


def test_a_group_is_taken_whole_however_its_news_arrives(stats, stats_db, jobs):
    report = call(stats, "save_report", wished([jobs], unit_ids=[], group_ids=[GROUP]), as_="lead")
    first, second = a_group(2, TOWNSHIPS[:2], part=1, parts=2), a_group(2, TOWNSHIPS[2:], part=2, parts=2)
    old = a_group(1, [VILLAGE])

    take(stats, [second])
    assert units_of(stats, report) == []
    take(stats, [second, first])
    take(stats, [first])
    take(stats, [old])

    assert [one["unit_id"] for one in units_of(stats, report)] == list(TOWNSHIPS)
    assert {row.version for row in fetch(stats_db, "SELECT version FROM group_part")} == {2}


def test_halves_that_two_consumers_take_at_once_are_a_whole(stats, stats_db, jobs):
    report = call(stats, "save_report", wished([jobs], unit_ids=[], group_ids=[GROUP]), as_="lead")
    halves = [a_group(1, TOWNSHIPS[:1], part=1, parts=2), a_group(1, TOWNSHIPS[1:], part=2, parts=2)]

    threads = [threading.Thread(target=take, args=(stats, [half])) for half in halves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [one["unit_id"] for one in units_of(stats, report)] == list(TOWNSHIPS)


def test_joining_and_leaving_a_group_count_from_the_day_on_which_it_was_told(stats, stats_db, jobs):
    take(stats, [a_group(1, [HUICHENG, SHENDU])])
    report = a_started_report(stats, [jobs], unit_ids=[], group_ids=[GROUP])
    stats.keep_rounds()
    # Late in the evening in UTC it is the next day in Shanghai.
    may = dt.datetime(2026, 5, 30, 20, tzinfo=dt.UTC)

    take(stats, [a_group(2, [SHENDU, SHIMEN], at=may)])

    days = {one["unit_id"]: (one["expected_from"], one["expected_until"]) for one in units_of(stats, report)}
    assert days == {
        HUICHENG: ("2026-03-01", "2026-05-31"), SHENDU: ("2026-03-01", None), SHIMEN: ("2026-05-31", None)
    }  # fmt: skip
    assert owed(stats_db) == {
        "2026-03": [HUICHENG, SHENDU], "2026-04": [HUICHENG, SHENDU], "2026-05": [SHENDU, SHIMEN]
    }  # fmt: skip


def test_an_end_that_the_lead_bureau_set_stands_though_the_unit_stays_in_the_group(stats, stats_db, jobs):
    take(stats, [a_group()])
    report = a_started_report(stats, [jobs], unit_ids=[], group_ids=[GROUP])
    rows = {one["unit_id"]: one for one in units_of(stats, report)}
    set_days(stats, rows[SHIMEN], expected_until="2026-04-30")

    take(stats, [a_group(2, name="乡镇")])
    stats.keep_rounds()

    assert owed(stats_db)["2026-05"] == [HUICHENG, SHENDU]
    assert get(stats, report)["named_groups"] == [{"group_id": GROUP, "name": "乡镇", "members": 3}]


# --- nobody is asked twice ---


def test_the_same_indicator_is_asked_of_a_unit_by_one_report_only(stats, jobs):
    a_started_report(stats, [jobs])
    other = call(stats, "save_report", wished([jobs], table_number="歙就统2表", name="另一张月报"), as_="lead")

    with pytest.raises(Invalid) as refused:
        start(stats, other)

    assert "歙就统1表 就业月报" in refused.value.text.zh
    assert "徽城镇、深渡镇、石门乡" in refused.value.text.zh
    assert "城镇新增就业人数" in refused.value.text.zh


@pytest.mark.parametrize(
    "elsewhere",
    [{"unit_ids": [VILLAGE]}, {"last_period": "2026-02", "first_period": "2026-01"}, {"lines": "other"}],
)
def test_other_units_periods_or_indicators_are_no_second_time(stats, stats_db, jobs, elsewhere):
    a_started_report(stats, [jobs])
    if "lines" in elsewhere:
        elsewhere = {"lines": [{"section": "", "indicator_id": an_indicator(stats_db, "jobless", name="失业人数")}]}

    started = a_started_report(stats, [jobs], table_number="歙就统2表", **elsewhere)

    assert started["state"] == "active"


def test_a_started_report_cannot_come_to_ask_what_another_asks(stats, stats_db, jobs):
    a_started_report(stats, [jobs])
    other_id = an_indicator(stats_db, "jobless", name="失业人数")
    other = a_started_report(stats, [other_id], table_number="歙就统2表", unit_ids=[VILLAGE])
    both = [{"section": "", "indicator_id": one} for one in (jobs, other_id)]
    changed = call(stats, "save_report", again(other, lines=both), as_="lead")

    with pytest.raises(Invalid, match="nobody is asked twice"):
        call(stats, "save_report", again(changed, unit_ids=[VILLAGE, SHIMEN]), as_="lead")

    assert [unit["unit_id"] for unit in get(stats, other)["named_units"]] == [VILLAGE]


def test_a_group_member_that_is_asked_elsewhere_is_named_and_comes_in_when_the_other_report_stops(
    stats, stats_db, jobs
):
    first = a_started_report(stats, [jobs], unit_ids=[SHIMEN])
    take(stats, [a_group(1, [HUICHENG])])
    second = a_started_report(stats, [jobs], table_number="歙就统2表", unit_ids=[], group_ids=[GROUP])

    take(stats, [a_group(2, [HUICHENG, SHIMEN])])
    stats.keep_rounds()

    assert [unit["name"] for unit in get(stats, second)["left_out"]] == ["石门乡"]
    assert [one["unit_id"] for one in units_of(stats, second)] == [HUICHENG]

    call(stats, "stop_report", {"report_id": first["report_id"], "version": first["version"]}, as_="lead")
    stats.keep_rounds()

    assert get(stats, second)["left_out"] == []
    assert {one["unit_id"]: one["expected_from"] for one in units_of(stats, second)} == {
        HUICHENG: "2026-03-01", SHIMEN: TODAY.isoformat()
    }  # fmt: skip


# --- the board, and exceptions ---


def test_the_board_tells_who_is_in_who_was_late_and_who_is_missing(stats, stats_db, jobs):
    a_started_report(stats, [jobs], first_period="2026-05", due_days=3)
    stats.keep_rounds()
    (opened,) = fetch(stats_db, "SELECT id, due_on FROM round")
    assert opened.due_on == dt.date(2026, 6, 3)
    hand_in(stats_db, HUICHENG, "2026-06-03T15:59:00+00:00")
    hand_in(stats_db, SHENDU, "2026-06-03T16:00:00+00:00")

    board = call(stats, "round_board", {"round_id": opened.id}, as_="leader")

    assert [(unit["unit"], unit["timing"]) for unit in board["units"]] == [
        ("徽城镇", "on_time"), ("深渡镇", "late"), ("石门乡", "missing")
    ]  # fmt: skip
    assert (board["expected"], board["reported"], board["on_time"]) == (3, 2, 1)
    assert [unit["name"] for unit in board["missing"]] == ["石门乡"]
    late = call(stats, "round_board", {"round_id": opened.id, "timing": "late"}, as_="auditor")
    assert ([unit["unit"] for unit in late["units"]], late["expected"]) == (["深渡镇"], 3)


def hand_in(stats_db, unit_id, at):
    run(
        stats_db,
        "UPDATE submission SET first_submitted_at = %s, state = 'at_lead' WHERE unit_id = %s",
        (dt.datetime.fromisoformat(at), unit_id),
    )


def test_an_exception_is_named_has_a_reason_and_an_end(stats, stats_db, jobs):
    a_started_report(stats, [jobs], first_period="2026-04")
    stats.keep_rounds()
    april, may = fetch(stats_db, "SELECT id FROM round ORDER BY period")
    granted = {"round_id": april.id, "unit_id": SHIMEN, "reason": "补录遗漏的数据", "until_on": "2026-06-12"}

    board = call(stats, "grant_exception", granted, as_="lead")

    (exception,) = board["exceptions"]
    assert (exception["unit"], exception["reason"], exception["until_on"]) == ("石门乡", "补录遗漏的数据", "2026-06-12")
    assert (exception["person_post"], exception["person_unit"]) == ("岗位", "县人社局")
    assert [unit["until_on"] for unit in board["units"]] == [None, None, "2026-06-12"]
    for wrong in (
        {"unit_id": VILLAGE}, {"until_on": "2026-06-09"}, {"round_id": may.id, "until_on": "2026-06-12"}
    ):  # fmt: skip
        with pytest.raises(Invalid):
            call(stats, "grant_exception", granted | wrong, as_="lead")


def test_a_head_says_for_the_own_unit_alone_whether_one_confirms(stats):
    asked = {"unit_id": HUICHENG, "needs_head": True, "version": None}
    assert call(stats, "get_unit_setting", {"unit_id": HUICHENG}, as_="staff")["needs_head"] is False

    saved = call(stats, "save_unit_setting", asked, as_="head")

    assert saved == {"unit_id": HUICHENG, "needs_head": True, "version": 1}
    with pytest.raises(Conflict):
        call(stats, "save_unit_setting", asked, as_="admin")
    with pytest.raises(Forbidden):
        call(stats, "save_unit_setting", asked | {"unit_id": SHENDU}, as_="head")
    assert call(stats, "save_unit_setting", asked | {"needs_head": False, "version": 1}, as_="admin")["version"] == 2


def test_a_lock_day_before_the_due_day_is_refused_at_its_field(stats, jobs):
    with pytest.raises(Invalid) as refused:
        call(stats, "save_report", wished([jobs], due_days=10, lock_days=5), as_="lead")

    assert "锁定日不能早于应报日" in refused.value.details["fields"]["lock_days"]["zh"]


# --- units that are closed ---


def close(stats, unit_id, *, is_active=False, version=2):
    code, name, kind, parent_id = UNITS[unit_id]
    take(stats, [received(UnitChanged(unit_id, code, name, kind, parent_id, is_active=is_active, version=version))])


def test_a_closed_unit_is_missing_in_no_round_that_is_open_and_stays_in_the_past(stats, stats_db, jobs):
    report = a_started_report(stats, [jobs])
    stats.keep_rounds()
    version = fetch(stats_db, "SELECT version FROM round WHERE period = '2026-05'")[0].version

    close(stats, SHIMEN)
    stats.keep_rounds()

    assert owed(stats_db)["2026-05"] == [HUICHENG, SHENDU]
    assert owed(stats_db)["2026-03"] == list(TOWNSHIPS)
    (opened,) = fetch(stats_db, "SELECT id, version FROM round WHERE period = '2026-05'")
    board = call(stats, "round_board", {"round_id": opened.id}, as_="lead")
    assert [unit["unit_id"] for unit in board["missing"]] == [HUICHENG, SHENDU]
    assert [(one.unit_id, one.is_expected) for one in told(stats_db, SUBMISSION)] == [(SHIMEN, False)]
    stats.keep_rounds()
    call(stats, "save_report", again(get(stats, report), unit_ids=[HUICHENG, SHENDU, SHIMEN, VILLAGE]), as_="lead")
    assert owed(stats_db)["2026-05"] == [HUICHENG, SHENDU]
    assert fetch(stats_db, "SELECT version FROM round WHERE period = '2026-05'")[0].version == version + 1


def test_what_a_unit_handed_in_before_it_was_closed_stays(stats, stats_db, jobs):
    a_started_report(stats, [jobs], first_period="2026-05")
    stats.keep_rounds()
    hand_in(stats_db, SHIMEN, "2026-06-03T15:59:00+00:00")

    close(stats, SHIMEN)
    stats.keep_rounds()

    assert owed(stats_db)["2026-05"] == list(TOWNSHIPS)


def test_a_unit_that_was_closed_by_mistake_owes_again_what_is_not_locked_and_nothing_of_the_past(stats, stats_db, jobs):
    report = a_started_report(stats, [jobs])
    close(stats, SHIMEN)
    for _ in range(2):
        stats.keep_rounds()
    before = owed(stats_db)

    close(stats, SHIMEN, is_active=True, version=3)
    stats.keep_rounds()
    stats.keep_rounds()

    assert before == {period: [HUICHENG, SHENDU] for period in ("2026-03", "2026-04", "2026-05")}
    assert owed(stats_db) == before | {"2026-05": list(TOWNSHIPS)}
    assert [(one.unit_id, one.period, one.is_expected) for one in told(stats_db, SUBMISSION)] == [
        (SHIMEN, "2026-05", False),
        (SHIMEN, "2026-05", True),
    ]
    # Whatever else moves in the report, nobody comes to owe what is locked; but by the lead bureau's own word.
    call(stats, "save_report", again(get(stats, report), unit_ids=[HUICHENG, SHENDU, SHIMEN, VILLAGE]), as_="lead")
    assert SHIMEN not in owed(stats_db)["2026-03"]
    rows = {one["unit_id"]: one for one in units_of(stats, report)}
    set_days(stats, rows[SHIMEN], expected_from="2026-03-01")
    assert owed(stats_db)["2026-03"] == list(TOWNSHIPS)
