"""The dry run against the sweep: a month of days on a real database, with random duties that get done meanwhile."""

import datetime as dt
import random

import pytest

from services.notifications.planning import foretelling
from services.notifications.policies.rules import Scope
from shared.accounts import Channels, Endpoint, Robot
from shared.errors import Forbidden, Invalid
from shared.events import DutyAcknowledged, DutySubmitted, RelayTicked
from shared.figure_events import ExpectedSubmission, ReportRoundOpened
from shared.light import State
from shared.process.mail import MailServer
from tests.support.checklists import run
from tests.support.notifications import learn, noon_of, sweep
from tests.support.stats import (
    CHECKLIST,
    HUICHENG,
    NOON,
    PEOPLE,
    SHENDU,
    SHIMEN,
    TODAY,
    a_duty,
    call,
    changed,
    issued,
    received,
)

UNITS = (HUICHENG, SHIMEN, SHENDU)
DUTIES, REPORTS = 24, 6
LAST = TODAY + dt.timedelta(days=foretelling.DAYS - 1)


def a_stage(offset, *audience, slip=""):
    words = {"zh": "{单位}请办理", "en": "{unit}: please do it", "slip_zh": slip, "slip_en": slip}
    return {"offset": offset, "audience": list(audience) or ["post", "head"], "by_mail": True, **words}


def save(service, *stages, **more):
    asked = {"scope": "all", "version": 0, "effective_from": TODAY.isoformat(), "reason": "试行", "again": a_stage(4)}
    call(service, "save_policy", asked | {"stages": list(stages)} | more, as_="lead")


def a_county(service, chance):
    """Random duties and reports, some taken up, some looked at before; {duty id: the day on which it gets done}."""
    service.now = lambda: NOON
    done = {}
    for duty_id in range(1, DUTIES + 1):
        unit, due_on = chance.choice(UNITS), TODAY + dt.timedelta(days=chance.randint(-40, 60))
        learn(service, [received(issued(unit, a_duty(duty_id, due_on, period=str(duty_id))))])
        if chance.random() < 0.6:
            seen = changed(DutyAcknowledged, duty_id, unit, 2, State.ACKNOWLEDGED, due_on=due_on, period=str(duty_id))
            learn(service, [received(seen)])
        if chance.random() < 0.5:
            on = TODAY + dt.timedelta(days=chance.randint(1, 29))
            over = changed(
                DutySubmitted, duty_id, unit, 3, State.SUBMITTED, due_on=due_on, done_on=on, period=str(duty_id)
            )
            done[duty_id] = (on, over)
    for report in range(1, REPORTS + 1):
        due_on = TODAY + dt.timedelta(days=chance.randint(1, 30))
        days = (TODAY, due_on, due_on + dt.timedelta(days=chance.randint(0, 12)))
        unit = ExpectedSubmission(report, chance.choice(UNITS))
        opened = ReportRoundOpened(report, report % 2 + 1, "表1", "月报", "2026-06", *days, 1, [unit])
        learn(service, [received(opened, source="stats")])
    if chance.random() < 0.5:
        a_day(service, TODAY - dt.timedelta(days=1))
    return done


def a_day(service, day):
    learn(service, [received(RelayTicked("stats", noon_of(day)), at=noon_of(day), source="stats")])
    sweep(service, noon_of(day))


def foretold(service, draft=None):
    with service.database.transaction() as cur:
        found = foretelling.forecast(cur, NOON, draft)
    return [
        (one.day, one.person_id, one.thing.kind, one.thing.id, one.stage.value) for one in found if not one.is_silenced
    ]


def slips_foretold(service):
    with service.database.transaction() as cur:
        found = foretelling.forecast(cur, NOON)
    return {(one.day, one.thing.kind, one.thing.id, one.slip.zh) for one in found if one.slip}


def silenced_foretold(service):
    with service.database.transaction() as cur:
        found = foretelling.forecast(cur, NOON)
    return {(one.day, one.thing.kind, one.thing.id, one.stage.value) for one in found if one.is_silenced}


def rows_of(service, query):
    with service.database.transaction() as cur:
        cur.execute(query)
        return set(cur.fetchall())


UNTOLD = """
    SELECT 'checklist', id FROM duty WHERE unit_id NOT IN (SELECT unit_id FROM person)
    UNION ALL
    SELECT 'report', id FROM submission WHERE unit_id NOT IN (SELECT unit_id FROM person)
"""


def really(service):
    with service.database.transaction() as cur:
        cur.execute(
            """
            SELECT day, person_id, 'checklist', duty_id, stage FROM message JOIN message_line ON message_id = message.id
            UNION ALL
            SELECT day, person_id, 'report', submission_id, stage
            FROM message JOIN message_submission ON message_id = message.id
            """
        )
        return [line for line in cur.fetchall() if line[0] >= TODAY]


@pytest.mark.parametrize("seed", range(4))
def test_a_month_of_real_reminders_is_the_dry_run_but_for_what_was_done_before(notifications, seed):
    chance = random.Random(seed)
    done = a_county(notifications, chance)
    save(
        notifications,
        a_stage(-6, "post"),
        a_stage(0, slip="一"),
        a_stage(2, "head", "lead", slip="二"),
        a_stage(9, slip="三"),
    )
    save(
        notifications,
        a_stage(-9, "leaders"),
        a_stage(1),
        scope="checklist",
        subject_id=CHECKLIST,
        effective_from=(TODAY + dt.timedelta(days=chance.randint(0, 20))).isoformat(),
        again=None,
    )
    save(notifications, a_stage(-2), scope="report", subject_id=2)
    first = TODAY + dt.timedelta(days=chance.randint(0, 15))
    days = {"from_day": first.isoformat(), "until_day": (first + dt.timedelta(days=6)).isoformat()}
    call(notifications, "make_silence", {"scope": "all", "unit_id": HUICHENG, "reason": "防汛"} | days, as_="lead")
    expected = foretold(notifications)
    slips, silenced = slips_foretold(notifications), silenced_foretold(notifications)

    for offset in range(foretelling.DAYS):
        day = TODAY + dt.timedelta(days=offset)
        for on, over in done.values():
            if on == day:
                learn(notifications, [received(over, at=noon_of(day))])
        a_day(notifications, day)

    assert len(expected) > 20
    assert slips
    assert silenced
    undone = "subject_id NOT IN (SELECT id FROM duty WHERE NOT is_open)"
    untold = rows_of(notifications, UNTOLD)
    for foretold_rows, table in (
        (slips, f"SELECT issued_on, kind, subject_id, name_zh FROM slip WHERE kind = 'report' OR {undone}"),
        (silenced, f"SELECT day, kind, subject_id, stage FROM silenced WHERE kind = 'report' OR {undone}"),
    ):
        is_kept = {row for row in foretold_rows if row[1] == Scope.REPORT or row[2] not in done}
        real = {row for row in rows_of(notifications, table) if row[0] >= TODAY}
        # The dry run says who is told: what comes to a unit without anybody and to nobody else has no line in it.
        assert is_kept == {row for row in real if row in is_kept or row[1:3] not in untold}
    assert sorted(map(tuple, really(notifications))) == sorted(
        line for line in expected if line[2] == Scope.REPORT or line[3] not in done or line[0] < done[line[3]][0]
    )


def test_a_draft_is_tried_out_as_if_it_were_saved(notifications):
    a_county(notifications, random.Random(7))
    before = foretold(notifications)
    asked = {"scope": "all", "subject_id": 0, "stages": [a_stage(-1)], "again": None, "effective_from": "2026-06-15"}

    tried = call(notifications, "foretell_reminders", {"draft": asked, "with_lines": True}, as_="lead")
    assert foretold(notifications) == before
    save(notifications, a_stage(-1), again=None, effective_from="2026-06-15")

    saved = call(notifications, "foretell_reminders", {"with_lines": True}, as_="admin")
    assert tried == saved
    assert len(saved["lines"]) == len(foretold(notifications)) != len(before)
    assert sum(one["total"] for one in saved["messages"]) == len(saved["lines"])


def test_a_draft_that_could_not_be_saved_is_refused_with_its_sentence(notifications):
    notifications.now = lambda: NOON
    wrong = {"scope": "all", "subject_id": 0, "stages": [], "again": None, "effective_from": "2026-06-15"}

    with pytest.raises(Invalid) as error:
        call(notifications, "foretell_reminders", {"draft": wrong}, as_="lead")

    assert list(error.value.details["fields"]) == ["stages"]
    with pytest.raises(Forbidden):
        call(notifications, "foretell_reminders", {}, as_="staff")


def test_a_policy_that_had_ended_and_goes_on_again_is_planned_and_foretold(notifications):
    notifications.now = lambda: NOON
    save(notifications, a_stage(0), again=None)
    learn(notifications, [received(issued(HUICHENG, a_duty(1, TODAY)))])
    a_day(notifications, TODAY)
    save(notifications, a_stage(0), a_stage(3), again=None, version=1)

    expected = [line for line in foretold(notifications) if line[0] > TODAY]
    for offset in range(1, foretelling.DAYS):
        a_day(notifications, TODAY + dt.timedelta(days=offset))

    assert {line[0] for line in expected} == {dt.date(2026, 6, 15)}
    assert sorted(map(tuple, (line for line in really(notifications) if line[0] > TODAY))) == expected


def reached_by(service, person, channel, address, rhythm="daily", *, is_proven=True):
    run(
        service.database,
        """
        INSERT INTO contact (person_id, channel, address, language, rhythm, verified_at)
        VALUES (%s, %s, %s, 'zh', %s, %s)
        """,
        (PEOPLE[person][0], channel, address, rhythm, NOON if is_proven else None),
    )


def test_each_line_says_by_which_channels_it_would_go(notifications):
    """Those of the stage that are set up, where the post has proven that it is reached, and wants to hear of it."""
    notifications.now = lambda: NOON
    notifications.mail_server = MailServer("mail.example", 465, True, "u", "p", "clerk@q.example")
    notifications.channels = Channels((Robot("wecom", "群", Endpoint("https://qyapi.weixin.qq.com/x?key=k")),))
    reached_by(notifications, "staff", "mail", "staff@q.example")
    reached_by(notifications, "staff", "wecom", "群")
    reached_by(notifications, "staff", "dingtalk", "没有了的")
    reached_by(notifications, "staff", "sms", "13900000000")
    reached_by(notifications, "head", "mail", "head@q.example", "urgent")
    reached_by(notifications, "shimen", "mail", "shimen@q.example", is_proven=False)
    only_mail = a_stage(2) | {"channels": ["mail"]}
    soon, at_home = a_stage(-1) | {"channels": ["mail", "wecom", "sms"]}, a_stage(3) | {"channels": []}
    save(notifications, soon, only_mail, at_home, again=None)
    for duty_id, unit in ((1, HUICHENG), (2, SHIMEN)):
        learn(notifications, [received(issued(unit, a_duty(duty_id, dt.date(2026, 6, 15))))])
        seen = changed(DutyAcknowledged, duty_id, unit, 2, State.ACKNOWLEDGED, due_on=dt.date(2026, 6, 15))
        learn(notifications, [received(seen)])

    found = call(notifications, "foretell_reminders", {"with_lines": True}, as_="lead")

    said = [(one["unit"], one["stage"], one["offset"], one["channels"]) for one in found["lines"]]
    huicheng = [line for line in said if line[0] == "徽城镇"]
    assert sorted(huicheng, key=str) == sorted(
        [
            ("徽城镇", "due_soon", -1, ["mail", "wecom"]),
            ("徽城镇", "due_soon", -1, []),
            ("徽城镇", "overdue", 2, ["mail"]),
            ("徽城镇", "overdue", 2, ["mail"]),
            ("徽城镇", "overdue", 3, []),
            ("徽城镇", "overdue", 3, []),
        ],
        key=str,
    )
    assert {tuple(line[3]) for line in said if line[0] == "石门乡"} == {()}
    first = next(one for one in found["messages"] if one["unit"] == "徽城镇")
    assert first["parts"] in (
        [{"stage": "due_soon", "offset": -1, "channels": ["mail", "wecom"], "lines": 1}],
        [{"stage": "due_soon", "offset": -1, "channels": [], "lines": 1}],
    )


def test_what_a_silence_keeps_goes_by_no_channel(notifications):
    notifications.now = lambda: NOON
    notifications.mail_server = MailServer("mail.example", 465, True, "u", "p", "clerk@q.example")
    reached_by(notifications, "staff", "mail", "staff@q.example")
    learn(notifications, [received(issued(HUICHENG, a_duty(1, dt.date(2026, 6, 15))))])
    days = {"from_day": TODAY.isoformat(), "until_day": LAST.isoformat(), "reason": "防汛"}
    call(notifications, "make_silence", {"scope": "all"} | days, as_="lead")

    found = call(notifications, "foretell_reminders", {"with_lines": True}, as_="lead")["lines"]

    assert {tuple(one["channels"]) for one in found if one["is_silenced"]} == {()}
    assert ["mail"] in [one["channels"] for one in found if not one["is_silenced"]]
