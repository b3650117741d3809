"""Silences and slips on a real PostgreSQL: kept from being said, listed, escalated one after the other, settled."""

import datetime as dt

import pytest

from shared.errors import Forbidden, Invalid, NotFound
from shared.events import (
    ChecklistChanged,
    DutyAcknowledged,
    DutyBlockerAccepted,
    DutyExtended,
    DutyReopened,
    DutyReturned,
    DutySubmitted,
    RelayTicked,
)
from shared.figure_events import ExpectedSubmission, ReportRoundOpened, SubmissionChanged
from shared.light import State
from tests.support.checklists import fetch, run
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

STAFF, HEAD, LEAD, LEADER = (PEOPLE[name][0] for name in ("staff", "head", "lead", "leader"))
ONE_DAY = dt.timedelta(days=1)
# The stages of the usual rule after this day: +1 on the 11th, +3 on the 15th, +8 on the 23rd, +13 on the 30th.
DUE = TODAY
PLUS_1, PLUS_3, PLUS_8, PLUS_13 = (dt.date(2026, 6, day) for day in (11, 15, 23, 30))


@pytest.fixture
def service(notifications):
    notifications.now = lambda: NOON
    return notifications


def the_checklist(state, version):
    return ChecklistChanged(CHECKLIST, "2025", 2025, ["领域", "举措", "任务", "事项", "责任"], state, 1, version)


def begun(service, duty_id=1, unit=HUICHENG, due_on=DUE):
    learn(service, [received(issued(unit, a_duty(duty_id, due_on, period=str(duty_id))))])
    seen = changed(DutyAcknowledged, duty_id, unit, 2, State.ACKNOWLEDGED, due_on=due_on, period=str(duty_id))
    learn(service, [received(seen)])


def every_day(service, first, last):
    for offset in range((last - first).days + 1):
        sweep(service, noon_of(first + offset * ONE_DAY))


def told(service, *people):
    """What these people were told, as (day, stage), each once."""
    with service.database.transaction() as cur:
        cur.execute(
            """
            SELECT DISTINCT day, stage FROM message JOIN message_line ON message_id = message.id
            WHERE person_id = ANY (%s) ORDER BY day
            """,
            (list(people),),
        )
        return cur.fetchall()


def slips(service):
    return [
        (one.level, one.name_zh, one.issued_on, one.settled_why)
        for one in fetch(service.database, "SELECT level, name_zh, issued_on, settled_why FROM slip ORDER BY id")
    ]


def a_late_report(service, unit, *swept_on):
    days = (TODAY - 5 * ONE_DAY, DUE, PLUS_13)
    opened = ReportRoundOpened(1, 1, "表1", "月报", "2026-05", *days, 1, [ExpectedSubmission(5, unit)])
    learn(service, [received(opened, at=noon_of(days[0]), source="stats")])
    for day in swept_on:
        learn(service, [received(RelayTicked("stats", noon_of(day)), at=noon_of(day), source="stats")])
        sweep(service, noon_of(day))


def silence(service, first, last, **more):
    params = {"scope": "all", "from_day": first.isoformat(), "until_day": last.isoformat(), "reason": "防汛"} | more
    return call(service, "make_silence", params, as_="lead")["silence_id"]


def test_nothing_is_said_of_due_dates_while_it_is_silenced_and_all_of_it_is_listed(service):
    begun(service)
    silenced = silence(service, PLUS_1, PLUS_3)

    every_day(service, TODAY, PLUS_8)

    assert told(service, STAFF) == [(TODAY, "due_soon"), (PLUS_8, "overdue")]
    found = call(service, "list_silenced", {"silence_id": silenced}, as_="admin")
    assert [(one["day"], one["stage"], one["title"]) for one in found["lines"]] == [
        (PLUS_3.isoformat(), "overdue", "建成一个创业园"),
        (PLUS_1.isoformat(), "overdue", "建成一个创业园"),
    ]
    (listed,) = call(service, "list_silences", {"page": 1}, as_="lead")["silences"]
    assert (listed["silenced"], listed["reason"], listed["is_over"]) == (2, "防汛", True)


@pytest.mark.parametrize(
    ("chosen", "is_silenced"),
    [
        ({"unit_id": HUICHENG}, True),
        ({"unit_id": SHIMEN}, False),
        ({"scope": "checklist", "subject_id": CHECKLIST}, True),
        ({"stage": "overdue"}, True),
        ({"stage": "due_soon"}, False),
    ],
)
def test_only_what_was_chosen_is_silenced(service, chosen, is_silenced):
    learn(service, [received(the_checklist("issued", 30))])
    begun(service)
    silence(service, PLUS_1, PLUS_1, **chosen)

    every_day(service, PLUS_1, PLUS_1)

    assert (told(service, STAFF) == []) is is_silenced


def test_what_is_issued_is_told_all_the_same(service):
    silence(service, TODAY, PLUS_3)
    learn(service, [received(issued(HUICHENG, a_duty(1, dt.date(2026, 9, 30))))])

    sweep(service)

    assert told(service, STAFF) == [(TODAY, "issued")]


def test_a_silence_that_is_ended_lets_reminders_come_from_that_day_on(service):
    begun(service)
    silenced = silence(service, PLUS_1, PLUS_13)
    every_day(service, PLUS_1, PLUS_1)

    service.now = lambda: noon_of(PLUS_3)
    call(service, "end_silence", {"silence_id": silenced, "reason": "水退了"}, as_="lead")
    every_day(service, PLUS_3, PLUS_3)

    assert told(service, STAFF) == [(PLUS_3, "overdue")]
    (listed,) = call(service, "list_silences", {"page": 1}, as_="lead")["silences"]
    assert (listed["until_day"], listed["end_reason"], listed["is_over"]) == ("2026-06-14", "水退了", True)
    with pytest.raises(Invalid, match="over already"):
        call(service, "end_silence", {"silence_id": silenced, "reason": "再说一次"}, as_="lead")
    with pytest.raises(NotFound):
        call(service, "end_silence", {"silence_id": 999, "reason": "没有"}, as_="lead")


def test_a_silence_that_cannot_be_is_refused_field_by_field(service):
    with pytest.raises(Invalid) as error:
        silence(service, TODAY, TODAY - ONE_DAY, scope="checklist", subject_id=999, unit_id=999)

    assert set(error.value.details["fields"]) == {"until_day", "subject", "unit_id"}
    for name in ("staff", "head", "admin"):
        with pytest.raises(Forbidden):
            call(service, "make_silence", {}, as_=name)


def test_what_is_late_goes_up_slip_by_slip_to_more_people(service):
    begun(service)

    every_day(service, TODAY, PLUS_13)

    assert slips(service) == [
        (1, "蓝色提醒单", PLUS_3, None),
        (2, "黄色预警单", PLUS_8, None),
        (3, "红色督办单", PLUS_13, None),
    ]
    assert told(service, LEAD) == [(PLUS_8, "overdue"), (PLUS_13, "overdue")]
    assert told(service, LEADER) == [(PLUS_13, "overdue")]
    words = fetch(service.database, "SELECT words_zh FROM message_line WHERE words_zh LIKE '【红色督办单】%%' LIMIT 1")
    assert "已逾期 13 个工作日" in words[0].words_zh


def test_after_downtime_the_first_slip_comes_first(service):
    begun(service)

    every_day(service, PLUS_13, PLUS_13 + 21 * ONE_DAY)

    found = slips(service)
    assert [level for level, *_ in found] == [1, 2, 3]
    days = [day for _, _, day, _ in found]
    assert days[0] == PLUS_13
    assert days == sorted(set(days))


@pytest.mark.parametrize(
    ("kind", "state", "more", "why"),
    [
        (DutySubmitted, State.SUBMITTED, {"done_on": PLUS_3}, "closed"),
        (DutyBlockerAccepted, State.ACKNOWLEDGED, {"paused_on": PLUS_3, "is_blocked": True}, "taken_on"),
        (DutyExtended, State.ACKNOWLEDGED, {"due_on": dt.date(2026, 6, 16)}, "moved"),
    ],
)
def test_an_accepted_reason_settles_what_stands_and_the_next_one_is_the_first_again(service, kind, state, more, why):
    begun(service)
    every_day(service, TODAY, PLUS_3)
    days = {"due_on": DUE} | more

    learn(service, [received(changed(kind, 1, HUICHENG, 3, state, period="1", **days), at=noon_of(PLUS_3))])
    every_day(service, PLUS_3 + ONE_DAY, dt.date(2026, 6, 23))

    assert slips(service)[0] == (1, "蓝色提醒单", PLUS_3, why)
    # Three working days after the new due date; the others are told nothing while nothing is late.
    assert [level for level, *_ in slips(service)[1:]] == ([1] if why == "moved" else [])


@pytest.mark.parametrize(("kind", "state"), [(DutyReopened, State.ACKNOWLEDGED), (DutyReturned, State.RETURNED)])
def test_who_takes_a_submission_back_or_has_it_returned_goes_on_where_the_ladder_was(service, kind, state):
    begun(service)
    every_day(service, TODAY, PLUS_3)
    submitted = changed(DutySubmitted, 1, HUICHENG, 3, State.SUBMITTED, due_on=DUE, done_on=PLUS_3, period="1")
    back = changed(kind, 1, HUICHENG, 4, state, due_on=DUE, period="1")

    learn(service, [received(submitted, at=noon_of(PLUS_3))])
    learn(service, [received(back, at=noon_of(PLUS_3 + ONE_DAY))])
    assert slips(service) == [(1, "蓝色提醒单", PLUS_3, None)]
    every_day(service, PLUS_3 + ONE_DAY, PLUS_8)

    assert [level for level, *_ in slips(service)] == [1, 2]


def test_no_slip_comes_with_an_answer_in_whose_line_nobody_would_read_of_it(service):
    begun(service)
    every_day(service, TODAY, PLUS_1)
    submitted = changed(DutySubmitted, 1, HUICHENG, 3, State.SUBMITTED, due_on=DUE, done_on=PLUS_1, period="1")
    learn(service, [received(submitted, at=noon_of(PLUS_1))])
    returned = changed(DutyReturned, 1, HUICHENG, 4, State.RETURNED, due_on=DUE, period="1")
    learn(service, [received(returned, at=noon_of(PLUS_3))])

    every_day(service, PLUS_3, PLUS_3)
    assert (told(service, STAFF)[-1], slips(service)) == ((PLUS_3, "returned"), [])
    every_day(service, PLUS_3 + ONE_DAY, PLUS_8)

    assert [(level, day) for level, _, day, _ in slips(service)] == [(1, PLUS_8)]


def test_an_event_that_comes_late_settles_nothing(service):
    begun(service)
    every_day(service, TODAY, PLUS_3)

    old = changed(DutySubmitted, 1, HUICHENG, 1, State.SUBMITTED, due_on=DUE, done_on=TODAY, period="1")
    learn(service, [received(old, at=noon_of(PLUS_3))])

    assert slips(service) == [(1, "蓝色提醒单", PLUS_3, None)]


def test_a_silenced_slip_is_not_issued_and_comes_afterwards(service):
    begun(service)
    silence(service, PLUS_3, PLUS_3)

    every_day(service, TODAY, PLUS_8)

    assert slips(service) == [(1, "蓝色提醒单", PLUS_8, None)]


def test_reports_are_escalated_and_settled_like_duties(service):
    a_late_report(service, HUICHENG, PLUS_1, PLUS_3)

    (one,) = call(service, "list_slips", {"page": 1}, as_="leader")["slips"]
    assert (one["kind"], one["title"], one["level"]) == ("report", "月报", 1)
    came_in = SubmissionChanged(
        submission_id=5,
        round_id=1,
        report_id=1,
        unit_id=HUICHENG,
        report_name="月报",
        period="2026-05",
        due_on=DUE,
        lock_on=PLUS_13,
        state="submitted",
        is_expected=True,
        is_correction=False,
        waits_for=None,
        first_submitted_at=None,
        accepted_at=None,
        version=2,
    )
    learn(service, [received(came_in, at=noon_of(PLUS_3), source="stats")])
    assert [why for *_, why in slips(service)] == ["closed"]


def test_a_unit_sees_its_own_slips_and_the_leadership_all(service):
    begun(service)
    begun(service, 2, SHIMEN)
    every_day(service, TODAY, PLUS_8)

    own = call(service, "list_slips", {"page": 1}, as_="staff")
    everywhere = call(service, "list_slips", {"page": 1}, as_="leader")

    assert {one["subject_id"] for one in own["slips"]} == {1}
    assert own["counts"] == [{"level": 2, "slips": 1}]
    assert [one["level"] for one in everywhere["slips"]] == [2, 2]
    assert call(service, "list_slips", {"page": 1, "level": 1}, as_="leader")["slips"] == []
    found = call(service, "slips_of", {"kind": "checklist", "subject_id": 1}, as_="staff")["slips"]
    assert [one["name"]["en"] for one in found] == ["Blue slip", "Yellow slip"]
    with pytest.raises(Forbidden):
        call(service, "slips_of", {"kind": "checklist", "subject_id": 2}, as_="staff")


def test_slips_of_an_ended_checklist_stand_no_more(service):
    begun(service)
    every_day(service, TODAY, PLUS_3)
    learn(service, [received(the_checklist("closed", 90), at=noon_of(PLUS_3))])

    assert call(service, "list_slips", {"page": 1}, as_="leader")["slips"] == []
    assert [why for *_, why in slips(service)] == ["closed"]


def test_what_a_unit_without_anybody_owes_goes_up_all_the_same(service):
    begun(service, unit=SHENDU)

    every_day(service, TODAY, PLUS_13)

    assert [(level, day) for level, _, day, _ in slips(service)] == [(1, PLUS_3), (2, PLUS_8), (3, PLUS_13)]
    assert told(service, LEAD) == [(PLUS_8, "overdue"), (PLUS_13, "overdue")]
    assert told(service, LEADER) == [(PLUS_13, "overdue")]


def test_who_comes_to_such_a_unit_is_told_what_nobody_else_was(service):
    learn(service, [received(issued(SHENDU, a_duty(1, PLUS_8)))])
    every_day(service, TODAY, PLUS_1)
    assert told(service, STAFF) == []

    run(service.database, "UPDATE person SET unit_id = %s WHERE id = %s", (SHENDU, STAFF))
    every_day(service, PLUS_3, PLUS_3)

    assert told(service, STAFF) == [(PLUS_3, "due_soon")]
    used = fetch(service.database, "SELECT stage FROM reminder ORDER BY stage")
    assert [one.stage for one in used] == ["due_soon", "issued"]


def test_a_report_of_a_unit_without_anybody_goes_up_too(service):
    a_late_report(service, SHENDU, PLUS_3, PLUS_8)

    assert [(level, day) for level, _, day, _ in slips(service)] == [(1, PLUS_3), (2, PLUS_8)]
    with service.database.transaction() as cur:
        cur.execute(
            "SELECT day, stage FROM message JOIN message_submission ON message_id = message.id WHERE person_id = %s",
            (LEAD,),
        )
        assert cur.fetchall() == [(PLUS_8, "overdue")]


def test_of_a_country_s_units_the_first_are_listed_and_any_of_them_is_silenced(service):
    run(
        service.database,
        """
        INSERT INTO unit (id, code, name, kind, version, is_active)
        SELECT 1000 + n, 'x' || n, n || '号镇', 'township', 1, n <> 901 FROM generate_series(1, 900 + 1) AS n
        """,
    )
    of = {"scope": "all", "from_day": TODAY.isoformat(), "until_day": TODAY.isoformat()}

    assert len(call(service, "list_silences", {"page": 1}, as_="lead")["units"]) == 300
    assert call(service, "preview_silence", of | {"unit_id": 1900}, as_="lead") == {"things": 0, "units": 0}
    for closed_or_none in (1901, 9999):
        with pytest.raises(Invalid) as refused:
            call(service, "preview_silence", of | {"unit_id": closed_or_none}, as_="lead")
        assert set(refused.value.details["fields"]) == {"unit_id"}
