"""The rule of lights as data: saved and taken back by the lead bureau; all follow it, and days that are over stay."""

import datetime as dt
from contextlib import contextmanager
from uuid import uuid4

import pytest

from services.stats.completion import kept
from shared import calendars, light_rules, light_tables
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from shared.events import SCHEMAS, DatedLight, DutyAcknowledged, LightsChanged, RelayTicked
from shared.light import State
from shared.light_rules import LightRule, LightRules
from tests.support import stats as of_stats
from tests.support.checklists import events, fetch, run
from tests.support.duties import a_duty, read, today
from tests.support.notifications import learn, noon_of, sweep
from tests.support.stats import CHECKLIST, HUICHENG, an_example, changed, issued, received, take

__all__ = ["today"]

D = dt.date.fromisoformat
EVENT = "lights.changed.v1"


@pytest.fixture(autouse=True)
def in_may(today):
    """8 May 2026, a Friday before a Saturday of work."""


def a_rule(from_day="2026-05-08", workdays=5, version=0, reason="县里要求早提醒"):
    return {"from_day": from_day, "workdays": workdays, "version": version, "reason": reason}


def save(call, **params):
    return call("save_light_rule", a_rule(**params), as_="lead")


def take_back(call, from_day, version):
    params = {"from_day": from_day, "version": version, "reason": "先不改"}
    return call("take_back_light_rule", params, as_="lead")


def told(tasks_db):
    return [SCHEMAS[EVENT].load(row.payload) for row in events(tasks_db, EVENT)]


def lights(version, *versions):
    return LightsChanged([DatedLight(D(day), number) for day, number in versions], version)


@contextmanager
def refused(kind, said):
    with pytest.raises(kind) as error:
        yield
    assert said in error.value.text.zh


# Tasks, which owns it.


def test_without_a_word_it_is_three(call):
    assert call("light_rules", as_="staff") == {
        "version": 0,
        "workdays": 3,
        "since": None,
        "planned": [],
        "history": [],
    }
    assert call("who_am_i", as_="staff")["due_soon_workdays"] == 3


def test_a_rule_from_today_holds_at_once_and_for_everybody(call, tasks_db):
    duty = a_duty(call, due_on=D("2026-05-14"))
    assert read(call, duty)["light"] == "on_track"

    answer = save(call)

    assert (answer["workdays"], answer["since"], answer["version"]) == (5, "2026-05-08", 1)
    (version,) = answer["history"]
    assert (version["standing"], version["reason"], version["by"]["unit"]) == ("in_force", "县里要求早提醒", "县人社局")
    assert read(call, duty)["light"] == "due_soon"
    assert read(call, duty)["version"] == duty["version"]
    assert call("who_am_i", as_="staff")["due_soon_workdays"] == 5
    assert told(tasks_db) == [lights(1, ("2026-05-08", 5))]


def test_a_planned_rule_holds_from_its_day_on(call, today):
    duty = a_duty(call, due_on=D("2026-05-19"))

    answer = save(call, from_day="2026-05-12")

    assert (answer["workdays"], [one["from_day"] for one in answer["planned"]]) == (3, ["2026-05-12"])
    today(D("2026-05-11"))
    assert read(call, duty)["light"] == "on_track"
    today(D("2026-05-12"))
    assert read(call, duty)["light"] == "due_soon"
    assert call("light_rules", as_="leader")["workdays"] == 5


def test_urging_follows_it_and_says_the_number(call):
    duty = a_duty(call, due_on=D("2026-05-14"))
    with refused(Invalid, "到期前 3 个工作日起"):
        call("urge", {"duty_id": duty["duty_id"]}, as_="lead")

    save(call)

    unit_id = call.world.units["徽城镇"]
    assert call("urge", {"unit_id": unit_id, "checklist_id": duty["checklist_id"]}, as_="lead")["urged"] == 1


def test_of_one_day_the_newest_holds_and_every_version_stays(call, tasks_db):
    save(call, from_day="2026-06-01", workdays=5)
    save(call, from_day="2026-06-01", workdays=6, version=1, reason="改为六天")

    answer = take_back(call, "2026-06-01", 2)

    assert answer["planned"] == []
    assert [(one["workdays"], one["standing"]) for one in answer["history"]] == [
        *((None, "takes_back"), (6, "taken_back"), (5, "taken_back"))
    ]
    assert [(fact.version, fact.versions) for fact in told(tasks_db)] == [
        (1, [DatedLight(D("2026-06-01"), 5)]),
        (2, [DatedLight(D("2026-06-01"), 6)]),
        (3, []),
    ]
    assert fetch(tasks_db, "SELECT version, rules FROM light_table") == [(3, [])]


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"from_day": "2026-05-07"}, "不能早于今天"),
        ({"from_day": "2027-06-01"}, "一年以后"),
        ({"workdays": 3}, "没有要改的"),
        ({"workdays": 0}, "1到15"),
        ({"workdays": 16}, "1到15"),
        ({"reason": ""}, "修改原因"),
        ({"from_day": "2026-02-31"}, "不存在"),
    ],
)
def test_what_cannot_be_saved_is_said_and_nothing_is_kept(call, tasks_db, params, said):
    with refused(Invalid, said):
        save(call, **params)

    assert told(tasks_db) == []
    assert call("light_rules", as_="lead")["version"] == 0


def test_what_is_in_force_or_not_there_is_not_taken_back(call):
    save(call)

    with refused(Invalid, "已经生效的规则不能撤回"):
        take_back(call, "2026-05-08", 1)
    with refused(NotFound, "没有定在这一天生效的规则"):
        take_back(call, "2026-06-01", 1)


def test_a_double_tap_saves_once_and_a_stale_page_shows_what_is_there(call, tasks_db):
    command = uuid4()
    first = call("save_light_rule", a_rule(), as_="lead", command_id=command)
    assert call("save_light_rule", a_rule(), as_="lead", command_id=command) == first

    with pytest.raises(Conflict) as error:
        save(call, workdays=4)

    assert error.value.details["current"] == first
    assert len(told(tasks_db)) == 1


def test_before_it_is_saved_it_says_instead_of_what_and_until_when(call):
    save(call, from_day="2026-06-01", workdays=6)

    found = call("preview_light_rule", {"from_day": "2026-05-20", "workdays": 5}, as_="lead")
    again = call("preview_light_rule", {"from_day": "2026-06-01", "workdays": 2}, as_="lead")

    assert found == {"version": 1, "was": 3, "replaces": False, "until": "2026-06-01"}
    assert again == {"version": 1, "was": 6, "replaces": True, "until": None}
    with refused(Invalid, "不能早于今天"):
        call("preview_light_rule", {"from_day": "2026-05-07", "workdays": 5}, as_="lead")


def test_it_stands_in_the_log_and_only_the_lead_bureau_may(call):
    for person in ("admin", "leader", "staff"):
        with pytest.raises(Forbidden):
            call("save_light_rule", a_rule(), as_=person)
    save(call)

    newest = call("list_audit", {"kind": "lights"}, as_="auditor")["entries"][0]

    assert (newest["action"], newest["subject"], newest["detail"]["reason"]) == (
        *("lights.saved", "2026-05-08", "县里要求早提醒"),
    )
    assert newest["changes"] == [{"field": "due_soon_workdays", "before": ["3"], "after": ["5"]}]


def test_it_is_said_again_for_whoever_missed_it(call, tasks, tasks_db):
    tasks.say_lights_again()
    save(call)
    tasks.say_lights_again()
    assert len(told(tasks_db)) == 1
    run(tasks_db, "UPDATE light_table SET told_at = now() - interval '2 hours'")

    tasks.say_lights_again()
    tasks.say_lights_again()

    assert told(tasks_db) == [lights(1, ("2026-05-08", 5))] * 2


def test_a_transaction_begins_with_one_statement_that_reads_both(tasks_db, monkeypatch):
    with tasks_db.transaction() as cur:
        light_tables.save(cur, LightRules.of([LightRule(D("2026-05-08"), 5)]), 1)
        calendars.load(cur)
    asked = []
    with tasks_db.transaction() as cur:
        many = calendars.many
        monkeypatch.setattr(calendars, "many", lambda cur, row: asked.append(row) or many(cur, row))
        with calendars.begin(cur):
            assert light_rules.in_force().on(D("2026-05-08")) == 5
    assert len(asked) == 1


# Stats, which has a copy.


@pytest.fixture
def counted(stats):
    """Two duties of a checklist, one due on 10 June, the other on 1 July 2026, as of 10 June."""
    take(stats, [*an_example(), received(issued(HUICHENG, of_stats.a_duty(50, D("2026-07-01"))), at=noon_of(JUNE_1))])
    return stats


JUNE_1 = D("2026-06-01")


def due_soon_as_of(stats, day):
    params = {"checklist_id": CHECKLIST, "as_of": day} if day else {"checklist_id": CHECKLIST}
    return of_stats.call(stats, "overview", params, as_="leader")["areas"][0]["counts"]["due_soon"]


def keep_all(stats, day):
    take(stats, [received(RelayTicked("tasks", noon_of(day)), at=noon_of(day))])
    while True:
        with stats.database.transaction() as cur:
            if not kept.keep_days(cur, day):
                return


def kept_rows(stats):
    return fetch(stats.database, "SELECT day, row_id, due_soon, on_track FROM completion_day ORDER BY day, row_id")


def test_an_event_twice_late_or_out_of_order_leaves_the_newest_rule(stats):
    for event in (lights(2, ("2026-06-01", 5)), lights(2, ("2026-06-01", 5)), lights(1, ("2026-06-01", 4))):
        take(stats, [received(event)])
        assert copy_of(stats) == [(2, [["2026-06-01", 5]])]

    take(stats, [received(lights(1, ("2026-06-01", 4))), received(lights(3, ("2026-06-01", 6))), received(lights(2))])

    assert copy_of(stats) == [(3, [["2026-06-01", 6]])]


def copy_of(stats):
    return fetch(stats.database, "SELECT version, rules FROM light_table")


def test_boards_and_drill_down_follow_on_the_day_and_a_board_of_a_day_before_stays(counted, today):
    today(D("2026-06-11"))
    counted.today = lambda: D("2026-06-11")
    before = [due_soon_as_of(counted, day) for day in ("2026-06-09", "2026-06-10")]
    now = due_soon_as_of(counted, None)

    take(counted, [received(lights(1, ("2026-06-11", 15)))])

    assert [due_soon_as_of(counted, day) for day in ("2026-06-09", "2026-06-10")] == before
    after = due_soon_as_of(counted, None)
    assert after > now
    asked = {"checklist_id": CHECKLIST, "light": "due_soon"}
    assert of_stats.call(counted, "find_duties", asked, as_="leader")["total"] == after


def test_days_that_are_kept_stay_and_of_a_rule_that_comes_late_those_since_its_day_are_kept_anew(counted):
    keep_all(counted, D("2026-06-14"))
    first = kept_rows(counted)
    counted.today = lambda: D("2026-06-14")

    take(counted, [received(lights(1, ("2026-06-14", 15)))])
    assert kept_rows(counted) == first

    take(counted, [received(lights(2, ("2026-06-12", 15)))])
    keep_all(counted, D("2026-06-14"))

    changed_days = {row[0] for row in set(kept_rows(counted)) - set(first)}
    assert [row for row in kept_rows(counted) if row[0] < D("2026-06-12")] == [
        row for row in first if row[0] < D("2026-06-12")
    ]
    assert changed_days == {D("2026-06-12"), D("2026-06-13")}


def test_the_preview_counts_by_the_boards_and_changes_nothing(counted):
    counted.today = lambda: D("2026-06-11")
    asked = {"day": "2026-06-11", "workdays": 15}

    found = of_stats.call(counted, "due_soon_by_rule", asked, as_="lead")

    assert found["before"] == due_soon_as_of(counted, None) < found["after"]
    take(counted, [received(lights(1, ("2026-06-11", 15)))])
    assert due_soon_as_of(counted, None) == found["after"]


# Notifications, which has another.


@pytest.fixture
def service(notifications):
    notifications.now = lambda: noon_of(JUNE_1)
    learn(notifications, [received(issued(HUICHENG, of_stats.a_duty(1, D("2026-06-30"))), at=noon_of(JUNE_1))])
    acknowledged = changed(DutyAcknowledged, 1, HUICHENG, 2, State.ACKNOWLEDGED, due_on=D("2026-06-30"))
    learn(notifications, [received(acknowledged, at=noon_of(JUNE_1))])
    sweep(notifications, noon_of(JUNE_1))
    return notifications


def said_on(service, first, last):
    day = D(first)
    while day <= D(last):
        sweep(service, noon_of(day))
        day += dt.timedelta(days=1)
    return [
        (row.day.isoformat(), row.words_zh)
        for row in fetch(
            service.database,
            """
            SELECT DISTINCT day, words_zh FROM message_line JOIN message ON message.id = message_id
            WHERE stage = 'due_soon' ORDER BY day
            """,
        )
    ]


def test_the_usual_reminder_comes_on_the_day_of_the_light(service):
    """30 June is a Tuesday; the dragon boat festival, 19 June, is off."""
    learn(service, [received(lights(1, ("2026-06-02", 5)))])

    assert said_on(service, "2026-06-02", "2026-06-30") == [
        ("2026-06-18", "还有 7 个工作日，请安排办理"),
        ("2026-06-23", "还有 5 个工作日，请抓紧办理"),
        ("2026-06-30", "完成时限 2026-06-30，请按时办结"),
    ]


def test_a_rule_that_holds_later_leaves_the_reminders_before_its_day(service):
    learn(service, [received(lights(1, ("2026-06-29", 1)))])
    learn(service, [received(lights(1, ("2026-06-29", 1)))])

    assert [day for day, _ in said_on(service, "2026-06-02", "2026-06-28")] == ["2026-06-18", "2026-06-25"]
    assert fetch(service.database, "SELECT from_day FROM replanning") == [(D("2026-06-29"),)]
    assert said_on(service, "2026-06-29", "2026-06-29")[-1] == ("2026-06-29", "还有 1 个工作日，请抓紧办理")


def test_a_rule_taken_back_leaves_everything_as_it_was(service):
    learn(service, [received(lights(1, ("2026-06-10", 10)))])
    learn(service, [received(lights(2))])

    assert [day for day, _ in said_on(service, "2026-06-02", "2026-06-28")] == ["2026-06-18", "2026-06-25"]


def test_the_policy_page_shows_what_the_light_makes_of_the_usual_rule(service):
    learn(service, [received(lights(1, ("2026-06-01", 6)))])

    found = of_stats.call(service, "get_policy", {"scope": "all"}, as_="lead")

    assert [stage["offset"] for stage in found["in_force"]["stages"]][:3] == [-6, -3, 0]
    assert found["built_in"] == found["in_force"]
