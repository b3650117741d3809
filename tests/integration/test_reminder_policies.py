"""Reminder policies on a real PostgreSQL: saved by version, followed by the sweep, planned anew bit by bit."""

import datetime as dt

import pytest

from services.notifications.planning import replanning
from services.notifications.policies.content import content_of
from services.notifications.policies.rules import DEFAULT
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from shared.events import DutyAcknowledged, DutySubmitted
from shared.figure_events import ExpectedSubmission, ReportRoundOpened
from shared.light import State
from tests.support.checklists import fetch, run
from tests.support.notifications import learn, noon_of, sweep
from tests.support.stats import (
    CHECKLIST,
    HUICHENG,
    NOON,
    PEOPLE,
    SHIMEN,
    TODAY,
    a_duty,
    call,
    changed,
    issued,
    received,
)

DUE = dt.date(2026, 6, 30)
STAFF, HEAD, LEAD, LEADER = (PEOPLE[name][0] for name in ("staff", "head", "lead", "leader"))


@pytest.fixture
def service(notifications):
    notifications.now = lambda: NOON
    return notifications


def a_stage(offset, *audience, words=("请办理", "Please do it"), by_mail=True):
    who = list(audience) or ["post", "head"]
    return {"offset": offset, "audience": who, "by_mail": by_mail, "zh": words[0], "en": words[1]}


def save(service, *stages, again=None, version=0, as_="lead", **more):
    params = {"scope": "all", "subject_id": 0, "version": version, "stages": list(stages), "again": again}
    return call(
        service, "save_policy", params | {"effective_from": TODAY.isoformat(), "reason": "试行"} | more, as_=as_
    )


def acknowledged(service, duty_id=1, unit=HUICHENG, due_on=DUE):
    """A duty of which nothing is new any more, and that the sweep has looked at."""
    learn(service, [received(issued(unit, a_duty(duty_id, due_on)))])
    learn(service, [received(changed(DutyAcknowledged, duty_id, unit, 2, State.ACKNOWLEDGED, due_on=due_on))])
    sweep(service)


def told(service):
    with service.database.transaction() as cur:
        cur.execute(
            """
            SELECT person_id, day, stage, words_zh, by_mail FROM message JOIN message_line ON message_id = message.id
            ORDER BY day, person_id, duty_id
            """
        )
        return cur.fetchall()


def remind_on(service):
    return fetch(service.database, "SELECT id, remind_on FROM duty ORDER BY id")


def every_day(service, first, last):
    for offset in range((last - first).days + 1):
        sweep(service, noon_of(first + dt.timedelta(days=offset)))


def test_nobody_has_saved_anything_and_the_usual_rule_holds(service):
    found = call(service, "get_policy", {"scope": "all"}, as_="admin")

    assert found["in_force"] == found["newest"] == content_of(DEFAULT)
    assert (found["version"], found["history"], found["is_own"]) == (0, [], False)
    assert call(service, "list_policies", as_="lead")["policies"][0]["scope"] == "all"


def test_a_saved_policy_is_followed_and_says_its_words_to_its_audience(service):
    words = ("{单位}：{事项}还有 {天数} 天", "{unit}: {days} days for {item}")
    save(service, a_stage(-1, "post", "lead", words=words, by_mail=False), again=None)
    acknowledged(service)

    every_day(service, TODAY, DUE + dt.timedelta(days=20))

    day = dt.date(2026, 6, 29)
    assert [(person, on, stage) for person, on, stage, *_ in told(service)] == [
        (LEAD, day, "due_soon"),
        (STAFF, day, "due_soon"),
    ]
    ((zh, by_mail),) = {(zh, by_mail) for *_, zh, by_mail in told(service)}
    assert zh.endswith("：建成一个创业园还有 1 天")
    assert not zh.startswith("：")
    assert not by_mail


def test_a_new_version_moves_what_waits_and_says_nothing_of_stages_that_passed(service):
    acknowledged(service)
    assert remind_on(service) == [(1, dt.date(2026, 6, 18))]

    save(service, a_stage(-20), a_stage(-2), again=a_stage(4))
    sweep(service)

    assert remind_on(service) == [(1, dt.date(2026, 6, 26))]
    assert told(service) == []


def test_a_version_of_a_later_day_holds_from_then_on(service):
    acknowledged(service)
    save(service, a_stage(-2), effective_from="2026-06-16")
    sweep(service)
    assert remind_on(service) == [(1, dt.date(2026, 6, 18))]

    sweep(service, noon_of(dt.date(2026, 6, 16)))

    assert remind_on(service) == [(1, dt.date(2026, 6, 26))]


def test_a_checklist_with_rules_of_its_own_follows_them_until_they_are_given_up(service):
    acknowledged(service)
    own = {"scope": "checklist", "subject_id": CHECKLIST}
    save(service, a_stage(-5), **own)
    sweep(service)
    assert remind_on(service) == [(1, dt.date(2026, 6, 23))]

    given_up = save(service, version=1, follows_general=True, **own)
    sweep(service)

    assert remind_on(service) == [(1, dt.date(2026, 6, 18))]
    assert [one["policy"] is None for one in given_up["history"]] == [True, False]
    assert not given_up["is_own"]


def test_a_report_follows_its_own_rules(service):
    unit = ExpectedSubmission(11, HUICHENG)
    days = (TODAY, DUE, DUE + dt.timedelta(days=30))
    opened = ReportRoundOpened(1, 9, "表1", "就业月报", "2026-06", *days, 1, [unit])
    learn(service, [received(opened, source="stats")])
    with service.database.transaction() as cur:
        cur.execute("UPDATE submission SET remind_on = '2026-06-25'")

    save(service, a_stage(-1), scope="report", subject_id=9)
    sweep(service)

    assert fetch(service.database, "SELECT remind_on FROM submission") == [(dt.date(2026, 6, 29),)]
    names = [(one["scope"], one["name"]) for one in call(service, "list_policies", as_="lead")["policies"]]
    assert ("report", "就业月报") in names


def test_planning_anew_goes_on_where_it_was_and_ends(service):
    learn(service, [received(issued(SHIMEN, *(a_duty(n, DUE, period=str(n)) for n in range(1, 6))))])
    sweep(service)
    save(service, a_stage(-2))

    turns = 0
    while True:
        with service.database.transaction() as cur:
            if not replanning.replan(cur, NOON, limit=2):
                break
        turns += 1

    assert turns == 4
    assert {day for _, day in remind_on(service)} == {dt.date(2026, 6, 26)}
    assert fetch(service.database, "SELECT count(*) FROM replanning") == [(0,)]


def test_another_calendar_has_everything_planned_anew(service, monkeypatch):
    acknowledged(service)
    run(service.database, "UPDATE duty SET remind_on = '2026-06-24'")
    sweep(service)
    assert remind_on(service) == [(1, dt.date(2026, 6, 24))]

    monkeypatch.setattr(replanning, "fingerprint_of_calendar", lambda _year: "another")
    sweep(service)

    assert remind_on(service) == [(1, dt.date(2026, 6, 18))]


def test_after_two_months_away_the_latest_stage_alone_is_told_and_nothing_of_what_was_done(service):
    for duty_id, unit in ((1, HUICHENG), (2, SHIMEN)):
        acknowledged(service, duty_id, unit)
    learn(service, [received(changed(DutySubmitted, 2, SHIMEN, 3, State.SUBMITTED, due_on=DUE, done_on=TODAY))])

    sweep(service, noon_of(DUE + dt.timedelta(days=62)))

    assert [(person, stage) for person, _, stage, *_ in told(service)] == [(STAFF, "overdue"), (HEAD, "overdue")]


def test_who_saved_first_wins_and_the_other_sees_it(service):
    save(service, a_stage(-2))

    with pytest.raises(Conflict) as error:
        save(service, a_stage(-4), version=0)

    assert error.value.details["current"]["version"] == 1
    assert [one["reason"] for one in save(service, a_stage(-4), version=1)["history"]] == ["试行", "试行"]


def test_what_is_wrong_is_said_by_stage_and_nothing_is_kept(service):
    with pytest.raises(Invalid) as error:
        save(service, a_stage(-2), a_stage(99), effective_from="2026-06-01")

    assert sorted(error.value.details["fields"]) == ["effective_from", "stage_2"]
    assert fetch(service.database, "SELECT count(*) FROM policy") == [(0,)]


def test_the_general_rules_cannot_follow_themselves_and_what_is_not_there_has_none(service):
    with pytest.raises(Invalid):
        save(service, follows_general=True)
    with pytest.raises(NotFound):
        save(service, a_stage(0), scope="checklist", subject_id=999)


@pytest.mark.parametrize("name", ["admin", "leader", "auditor", "staff", "head"])
def test_nobody_but_the_lead_bureau_saves(service, name):
    with pytest.raises(Forbidden):
        save(service, a_stage(0), as_=name)


@pytest.mark.parametrize("name", ["leader", "auditor", "staff", "head"])
def test_nobody_else_but_the_administrator_reads(service, name):
    for operation, params in (("list_policies", {}), ("get_policy", {"scope": "all"})):
        with pytest.raises(Forbidden):
            call(service, operation, params, as_=name)
