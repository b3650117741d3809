"""The sweep on a real PostgreSQL: who is told what, once, and never after the duty is done."""

import datetime as dt
import threading
from itertools import pairwise, permutations

import pytest

from services.notifications import service
from services.notifications.reminding import queries, scheduling
from services.notifications.reminding.store import REMINDERS
from shared.clock import day_of
from shared.delivery import outbox
from shared.events import (
    AmendedDuty,
    DutiesAmended,
    DutiesRemarked,
    DutiesUrged,
    DutyAccepted,
    DutyAcknowledged,
    DutyBlocked,
    DutyBlockerAccepted,
    DutyBlockerAnswered,
    DutyExtended,
    DutyExtensionRefused,
    DutyReopened,
    DutyReturned,
    DutySubmitted,
    DutyUnblocked,
    DutyWaived,
    DutyWaiverRefused,
    PersonChanged,
    RelayTicked,
    RemarkAnswered,
    UnitChanged,
)
from shared.light import State
from tests.support.checklists import fetch, run
from tests.support.notifications import learn, noon_of, sweep
from tests.support.stats import (
    CHECKLIST,
    COUNTY,
    HUICHENG,
    ITEM,
    NOON,
    PEOPLE,
    SHENDU,
    SHIMEN,
    TODAY,
    a_checklist,
    a_duty,
    call,
    changed,
    issued,
    received,
)

NEXT_MONTH = dt.date(2026, 7, 10)
FIRST = dt.date(2026, 5, 7)
STAFF, HEAD, OF_SHIMEN = (PEOPLE[name][0] for name in ("staff", "head", "shimen"))


def lines(notifications):
    """Every line of every message as (person, day, duty, stage)."""
    with notifications.database.transaction() as cur:
        cur.execute(
            """
            SELECT person_id, day, duty_id, stage FROM message JOIN message_line ON message_id = message.id
            ORDER BY day, person_id, duty_id
            """
        )
        return cur.fetchall()


def sent(notifications):
    with notifications.database.transaction() as cur:
        cur.execute("SELECT payload FROM outbox WHERE type = 'reminder.sent.v1' ORDER BY seq")
        return [payload for (payload,) in cur.fetchall()]


def waiting(notifications):
    with notifications.database.transaction() as cur:
        cur.execute("SELECT id, remind_on FROM duty WHERE remind_on IS NOT NULL ORDER BY id")
        return cur.fetchall()


def test_staff_and_head_of_the_unit_are_told_at_once_of_what_was_issued(notifications):
    learn(notifications, [received(issued(HUICHENG, a_duty(1, NEXT_MONTH), a_duty(2, NEXT_MONTH, period="b")))])

    sweep(notifications)

    assert lines(notifications) == [
        (STAFF, TODAY, 1, "issued"),
        (STAFF, TODAY, 2, "issued"),
        (HEAD, TODAY, 1, "issued"),
        (HEAD, TODAY, 2, "issued"),
    ]


@pytest.mark.parametrize("due_on", [dt.date(2026, 3, 3), dt.date(2026, 9, 30), dt.date(2026, 2, 14)])
def test_nothing_is_said_twice_when_old_reminders_are_forgotten_as_soon_as_they_may_be(notifications, due_on):
    """The holidays of spring and of October lie in between, when the pauses between reminders are longest."""
    learn(notifications, [received(issued(SHIMEN, a_duty(1, due_on)), at=noon_of(due_on - dt.timedelta(days=30)))])
    learn(notifications, [received(issued(SHIMEN, a_duty(2, due_on)), at=noon_of(due_on - dt.timedelta(days=30)))])
    learn(notifications, [received(changed(DutyAcknowledged, 2, SHIMEN, 2, State.ACKNOWLEDGED, due_on=due_on))])

    for days in range(-30, 120):
        now = noon_of(due_on + dt.timedelta(days=days))
        sweep(notifications, now)
        sweep(notifications, now + dt.timedelta(hours=1))
        with notifications.database.transaction() as cur:
            cur.execute(
                f"DELETE FROM reminder WHERE reminded_at < %s AND ({REMINDERS.where})",
                (now - dt.timedelta(days=REMINDERS.least),),
            )
            # Whatever brings a duty back into the sweep: it must know what it has said.
            cur.execute("UPDATE duty SET remind_on = %s", (day_of(now),))

    told = [(duty_id, stage, day) for person, day, duty_id, stage in lines(notifications) if person == OF_SHIMEN]
    once = [(duty_id, stage) for duty_id, stage, _ in told if stage == "issued"]
    assert sorted(once) == [(1, "issued")]
    overdue = [day for duty_id, stage, day in told if (duty_id, stage) == (1, "overdue")]
    assert len(overdue) >= 12
    assert all(later - earlier >= dt.timedelta(days=5) for earlier, later in pairwise(overdue[1:]))


def test_a_second_sweep_says_nothing_twice(notifications):
    learn(notifications, [received(issued(SHIMEN, a_duty(1, NEXT_MONTH)))])
    sweep(notifications)
    first = lines(notifications), sent(notifications)

    sweep(notifications)

    assert (lines(notifications), sent(notifications)) == first


def test_a_projection_that_lost_its_days_still_says_nothing_twice(notifications):
    """As after a rebuild: every duty is looked at again, and the reminder's key knows better."""
    learn(notifications, [received(issued(SHIMEN, a_duty(1)))])
    sweep(notifications)
    with notifications.database.transaction() as cur:
        cur.execute("UPDATE duty SET remind_on = %s", (TODAY,))

    sweep(notifications)

    assert lines(notifications) == [(OF_SHIMEN, TODAY, 1, "due_soon")]
    assert len(sent(notifications)) == 1


def test_a_duty_is_reminded_of_before_and_after_it_is_due(notifications):
    due_on = dt.date(2026, 6, 30)
    learn(notifications, [received(issued(SHIMEN, a_duty(1, due_on)))])

    for offset in range(35):
        sweep(notifications, noon_of(TODAY + dt.timedelta(days=offset)))

    told = [(day.isoformat(), stage) for person, day, _, stage in lines(notifications) if person == OF_SHIMEN]
    assert told == [
        ("2026-06-10", "issued"),
        ("2026-06-18", "due_soon"),
        ("2026-06-25", "due_soon"),
        ("2026-06-30", "due_soon"),
        ("2026-07-01", "overdue"),
        ("2026-07-03", "overdue"),
        ("2026-07-10", "overdue"),
    ]


@pytest.mark.parametrize(
    ("kind", "state", "done_on"),
    [
        (DutySubmitted, State.SUBMITTED, TODAY),
        (DutyAccepted, State.ACCEPTED, TODAY),
        (DutyWaived, State.WAIVED, None),
        (DutyWaived, State.WITHDRAWN, None),
    ],
)
def test_nothing_is_said_of_a_duty_that_is_no_longer_open(notifications, kind, state, done_on):
    """The change may even come before the issuing."""
    over = received(changed(kind, 1, SHIMEN, 2, state, done_on=done_on))

    learn(notifications, [over, received(issued(SHIMEN, a_duty(1), a_duty(2, period="b")))])
    sweep(notifications)
    learn(notifications, [received(changed(kind, 2, SHIMEN, 2, state, done_on=done_on, period="b"))])
    sweep(notifications, noon_of(TODAY + dt.timedelta(days=2)))

    assert lines(notifications) == [(OF_SHIMEN, TODAY, 2, "due_soon")]
    assert waiting(notifications) == []


def test_a_duty_that_is_done_while_the_sweep_runs_is_not_reminded_of(notifications):
    """The consumer holds the duty's row: the sweep skips it, and the next one finds it done."""
    learn(notifications, [received(issued(SHIMEN, a_duty(1), a_duty(2, period="b")))])

    with notifications.database.transaction() as cur:
        notifications.learn(cur, [received(changed(DutySubmitted, 1, SHIMEN, 2, State.ACCEPTED, done_on=TODAY))])
        sweep(notifications)
    sweep(notifications)

    assert lines(notifications) == [(OF_SHIMEN, TODAY, 2, "due_soon")]


def test_what_comes_later_on_the_day_is_added_and_makes_the_message_unread(notifications):
    learn(notifications, [received(issued(SHIMEN, a_duty(1, NEXT_MONTH)))])
    sweep(notifications)
    with notifications.database.transaction() as cur:
        cur.execute("UPDATE message SET is_read = true")

    learn(notifications, [received(issued(SHIMEN, a_duty(2, NEXT_MONTH, period="b")))])
    sweep(notifications, NOON + dt.timedelta(hours=1))

    assert lines(notifications) == [(OF_SHIMEN, TODAY, 1, "issued"), (OF_SHIMEN, TODAY, 2, "issued")]
    with notifications.database.transaction() as cur:
        cur.execute("SELECT is_read FROM message")
        assert cur.fetchall() == [(False,)]


def test_a_reopened_or_returned_duty_is_reminded_of_again(notifications):
    learn(notifications, [received(changed(DutySubmitted, 1, SHIMEN, 2, State.SUBMITTED, done_on=TODAY))])
    learn(notifications, [received(changed(DutySubmitted, 2, SHIMEN, 2, State.SUBMITTED, done_on=TODAY, period="b"))])
    sweep(notifications)

    learn(notifications, [received(changed(DutyReopened, 1, SHIMEN, 3, State.ACKNOWLEDGED))])
    learn(notifications, [received(changed(DutyReturned, 2, SHIMEN, 3, State.RETURNED, period="b"))])
    sweep(notifications)

    assert [(duty, stage) for _, _, duty, stage in lines(notifications)] == [(1, "due_soon"), (2, "returned")]


def test_an_acknowledged_duty_keeps_its_next_day(notifications):
    learn(notifications, [received(issued(SHIMEN, a_duty(1, NEXT_MONTH)))])
    sweep(notifications)
    before = waiting(notifications)

    learn(notifications, [received(changed(DutyAcknowledged, 1, SHIMEN, 2, State.ACKNOWLEDGED, due_on=NEXT_MONTH))])

    assert waiting(notifications) == before == [(1, dt.date(2026, 7, 1))]


def test_a_unit_without_anybody_is_told_when_there_is_somebody(notifications):
    tomorrow = TODAY + dt.timedelta(days=1)
    learn(notifications, [received(issued(SHENDU, a_duty(1, NEXT_MONTH)))])
    sweep(notifications)
    assert lines(notifications) == []

    learn(notifications, [received(PersonChanged(50, SHENDU, "填报员", ["unit_staff"], is_active=True, version=1))])
    sweep(notifications, noon_of(tomorrow))

    assert lines(notifications) == [(50, tomorrow, 1, "issued")]


def test_people_who_left_are_not_told(notifications):
    learn(notifications, [received(PersonChanged(HEAD, HUICHENG, "岗位", ["unit_head"], is_active=False, version=2))])
    learn(notifications, [received(issued(HUICHENG, a_duty(1)))])

    sweep(notifications)

    assert [person for person, *_ in lines(notifications)] == [STAFF]


def test_nothing_is_said_of_a_closed_checklist(notifications):
    learn(notifications, [received(issued(SHIMEN, a_duty(1))), received(a_checklist(2, "closed"))])

    sweep(notifications)

    assert lines(notifications) == []
    assert waiting(notifications) == []


def test_the_sweep_waits_while_events_do_not_come_through(notifications, caplog):
    """What looks open may have been done since; it resumes with the next heartbeat."""
    learn(notifications, [received(issued(SHIMEN, a_duty(1)))])
    learn(notifications, [received(RelayTicked("tasks", NOON))])
    run(notifications.database, "UPDATE heartbeat SET ticked_at = ticked_at - interval '61 seconds'", ())
    learn(notifications, [received(RelayTicked("stats", NOON))])
    notifications.now = lambda: NOON

    notifications.sweep()
    stale = lines(notifications)
    sweep(notifications)

    assert stale == []
    assert "reminders wait for events" in caplog.text
    assert lines(notifications) == [(OF_SHIMEN, TODAY, 1, "due_soon")]


def test_a_sweep_before_any_heartbeat_says_nothing(notifications):
    learn(notifications, [received(issued(SHIMEN, a_duty(1)))])
    notifications.now = lambda: NOON

    notifications.sweep()

    assert lines(notifications) == []


def test_the_messages_are_announced_in_the_same_transaction(notifications):
    learn(notifications, [received(issued(SHIMEN, a_duty(1), a_duty(2, NEXT_MONTH, period="b")))])
    sweep(notifications)

    (event,) = sent(notifications)

    assert event["person_id"] == OF_SHIMEN
    assert event["stages"] == {"1": "due_soon", "2": "issued"}
    assert event["sent_at"].startswith("2026-06-10T04:00")


def test_a_turn_that_fails_leaves_everything_to_the_next(notifications, monkeypatch):
    learn(notifications, [received(issued(SHIMEN, a_duty(1)))])
    with monkeypatch.context() as broken:
        broken.setattr(outbox, "add", lambda *_args, **_kwargs: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            sweep(notifications)
    assert lines(notifications) == []

    sweep(notifications)

    assert len(lines(notifications)) == len(sent(notifications)) == 1


def test_two_sweeps_at_once_tell_everybody_once(notifications):
    units = [HUICHENG, SHIMEN]
    learn(
        notifications,
        [received(issued(unit, *(a_duty(1000 * unit + n, period=str(n)) for n in range(300)))) for unit in units],
    )
    learn(notifications, [received(RelayTicked("tasks", NOON))])
    faults = []

    def work():
        try:
            for _ in range(40):
                with notifications.database.transaction() as cur:
                    scheduling.remind(cur, NOON, limit=40)
        except Exception as error:  # noqa: BLE001 - the test reports it
            faults.append(error)

    sweeps = [threading.Thread(target=work) for _ in range(2)]
    for one in sweeps:
        one.start()
    for one in sweeps:
        one.join()

    assert faults == []
    assert len(lines(notifications)) == 3 * 300
    told = [(event["person_id"], duty) for event in sent(notifications) for duty in event["stages"]]
    assert len(told) == len(set(told)) == 3 * 300


def test_a_sweep_and_a_consumer_at_once_do_not_deadlock(notifications):
    duties = [a_duty(n, period=str(n)) for n in range(1, 401)]
    learn(notifications, [received(issued(SHIMEN, *duties)), received(RelayTicked("tasks", NOON))])
    faults = []

    def consume():
        try:
            for start in range(0, 400, 50):
                learn(
                    notifications,
                    [
                        received(
                            changed(
                                DutySubmitted,
                                duty.duty_id,
                                SHIMEN,
                                2,
                                State.ACCEPTED,
                                done_on=TODAY,
                                period=duty.period,
                            )
                        )
                        for duty in duties[start : start + 50]
                    ],
                )
        except Exception as error:  # noqa: BLE001 - the test reports it
            faults.append(error)

    def work():
        try:
            for _ in range(20):
                with notifications.database.transaction() as cur:
                    scheduling.remind(cur, NOON, limit=30)
        except Exception as error:  # noqa: BLE001 - the test reports it
            faults.append(error)

    threads = [threading.Thread(target=consume), threading.Thread(target=work)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    assert waiting(notifications) == []


def test_many_duties_are_told_over_several_turns_of_one_sweep(notifications, monkeypatch):
    monkeypatch.setattr(service, "PER_TURN", 7)
    learn(notifications, [received(issued(SHIMEN, *(a_duty(n, period=str(n)) for n in range(1, 31))))])

    sweep(notifications)

    assert len(lines(notifications)) == 30
    assert [len(event["stages"]) for event in sent(notifications)] == [7, 7, 7, 7, 2]
    assert {event["message_id"] for event in sent(notifications)} == {sent(notifications)[0]["message_id"]}


def test_the_day_of_a_message_is_the_day_in_china(notifications):
    late = dt.datetime(2026, 6, 10, 17, tzinfo=dt.UTC)
    learn(notifications, [received(issued(SHIMEN, a_duty(1, NEXT_MONTH)))])

    sweep(notifications, late)

    assert [day for _, day, *_ in lines(notifications)] == [day_of(late)] == [dt.date(2026, 6, 11)]


def said(notifications, day=None):
    return [line[3] for line in lines(notifications) if line[0] == STAFF and day in (None, line[1])]


def owed(notifications, state=State.ACKNOWLEDGED):
    """A duty that is due later, of which everything was said; what is told from here on is told of its answers."""
    learn(notifications, [received(issued(HUICHENG, a_duty(1, NEXT_MONTH)))])
    sweep(notifications)
    event_class = DutyAcknowledged if state is State.ACKNOWLEDGED else DutySubmitted
    learn(notifications, [received(changed(event_class, 1, HUICHENG, 2, state, due_on=NEXT_MONTH))])


def extended(*arguments):
    """The event of an extension of what was due on 7 May."""
    return DutyExtended(*arguments, first_due_on=FIRST)


ANSWERS = [
    (DutyReturned, State.RETURNED, State.SUBMITTED, "returned"),
    (DutyWaiverRefused, State.ACKNOWLEDGED, State.ACKNOWLEDGED, "refused"),
    (extended, State.ACKNOWLEDGED, State.ACKNOWLEDGED, "extended"),
    (DutyExtensionRefused, State.ACKNOWLEDGED, State.ACKNOWLEDGED, "not_extended"),
    (DutyBlockerAccepted, State.ACKNOWLEDGED, State.ACKNOWLEDGED, "taken_on"),
    (DutyBlockerAnswered, State.ACKNOWLEDGED, State.ACKNOWLEDGED, "answered"),
]


@pytest.mark.parametrize(("event_class", "state", "before", "stage"), ANSWERS)
def test_what_the_lead_bureau_answers_is_said_in_the_message_of_the_day_and_once(
    notifications, event_class, state, before, stage
):
    owed(notifications, before)
    later = NOON + dt.timedelta(days=1)

    learn(notifications, [received(changed(event_class, 1, HUICHENG, 3, state, due_on=NEXT_MONTH), at=later)])
    sweep(notifications, later)
    sweep(notifications, later + dt.timedelta(hours=1))
    sweep(notifications, later + dt.timedelta(days=1))

    assert said(notifications) == ["issued", stage]
    assert said(notifications, day_of(later)) == [stage]


def test_an_overdue_duty_that_got_more_time_is_overdue_no_more_and_its_line_names_the_first_date(notifications):
    learn(notifications, [received(issued(HUICHENG, a_duty(1, FIRST)))])
    sweep(notifications)
    assert said(notifications) == ["overdue"]
    later = NOON + dt.timedelta(days=1)

    learn(
        notifications,
        [received(changed(extended, 1, HUICHENG, 2, State.ACKNOWLEDGED, due_on=NEXT_MONTH), at=later)],
    )
    for days in range(10):
        sweep(notifications, later + dt.timedelta(days=days))

    assert said(notifications, day_of(later)) == ["extended"]
    line = newest_line(notifications)
    assert (line["stage"], line["due_on"], line["first_due_on"]) == ("extended", "2026-07-10", "2026-05-07")


def newest_line(notifications):
    newest = call(notifications, "inbox", as_="staff")["messages"][0]
    (line,) = call(notifications, "get_message", {"message_id": newest["message_id"]}, as_="staff")["lines"]
    return line


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
@pytest.mark.parametrize("is_together", [True, False], ids=["one batch", "one by one"])
def test_the_first_date_is_known_in_whatever_order_and_batches_it_is_told(notifications, order, is_together):
    told = [
        received(issued(HUICHENG, a_duty(1, FIRST))),
        received(changed(extended, 1, HUICHENG, 2, State.ACKNOWLEDGED, due_on=NEXT_MONTH)),
        received(changed(DutyBlocked, 1, HUICHENG, 3, State.ACKNOWLEDGED, due_on=NEXT_MONTH)),
    ]
    arriving = [told[place] for place in order]

    for batch in [arriving] if is_together else [[event] for event in arriving]:
        learn(notifications, batch)
    sweep(notifications, dt.datetime.combine(NEXT_MONTH, dt.time(4), tzinfo=dt.UTC))

    assert newest_line(notifications)["first_due_on"] == FIRST.isoformat()


@pytest.mark.parametrize(("event_class", "state", "before", "stage"), ANSWERS)
def test_an_answer_is_said_although_something_newer_came_in_the_same_batch(
    notifications, event_class, state, before, stage
):
    owed(notifications, before)

    learn(
        notifications,
        [
            received(changed(event_class, 1, HUICHENG, 3, state, due_on=NEXT_MONTH)),
            received(changed(DutyBlocked, 1, HUICHENG, 4, state, due_on=NEXT_MONTH)),
        ],
    )
    sweep(notifications)

    assert said(notifications) == [stage]


@pytest.mark.parametrize(("event_class", "state", "before", "stage"), ANSWERS)
def test_a_second_answer_of_another_day_is_said_again(notifications, event_class, state, before, stage):
    owed(notifications, before)
    for number in (3, 5):
        at = NOON + dt.timedelta(days=number)
        learn(notifications, [received(changed(event_class, 1, HUICHENG, number, state, due_on=NEXT_MONTH), at=at)])
        sweep(notifications, at)

    assert said(notifications) == ["issued", stage, stage]


@pytest.mark.parametrize(("event_class", "state", "before", "stage"), ANSWERS)
def test_a_second_answer_of_the_same_day_makes_the_message_unread_again_and_is_sent_once(
    notifications, event_class, state, before, stage
):
    owed(notifications, before)
    learn(notifications, [received(changed(event_class, 1, HUICHENG, 3, state, due_on=NEXT_MONTH))])
    sweep(notifications)
    run(notifications.database, "UPDATE message SET is_read = true")
    told = len(sent(notifications))

    again = received(changed(event_class, 1, HUICHENG, 5, state, due_on=NEXT_MONTH))
    for _ in range(2):
        learn(notifications, [again])
        sweep(notifications)

    assert {row.is_read for row in fetch(notifications.database, "SELECT is_read FROM message")} == {False}
    assert len(sent(notifications)) == told + len({person for person, *_ in lines(notifications)})
    assert {message["stages"]["1"] for message in sent(notifications)[told:]} == {stage}


def test_of_what_was_done_again_before_the_sweep_no_answer_is_said(notifications):
    owed(notifications, State.SUBMITTED)

    learn(notifications, [received(changed(DutyReturned, 1, HUICHENG, 3, State.RETURNED, due_on=NEXT_MONTH))])
    learn(notifications, [received(changed(DutySubmitted, 1, HUICHENG, 4, State.SUBMITTED, due_on=NEXT_MONTH))])
    sweep(notifications)

    assert said(notifications) == ["issued"]


def amended(*duties, revision=2):
    return DutiesAmended(CHECKLIST, revision, HUICHENG, list(duties))


def an_amended(duty_id, due_on, state=State.ISSUED, version=2):
    return AmendedDuty(duty_id, ITEM, "2026", due_on, state, None, is_blocked=False, version=version)


def test_what_an_amendment_changed_or_withdrew_is_said_once_and_to_nobody_else(notifications):
    learn(notifications, [received(issued(HUICHENG, *(a_duty(number, NEXT_MONTH) for number in (1, 2, 3))))])
    sweep(notifications)
    later = NOON + dt.timedelta(days=1)
    moved = NEXT_MONTH + dt.timedelta(days=30)

    learn(
        notifications,
        [received(amended(an_amended(1, moved), an_amended(2, NEXT_MONTH, State.WITHDRAWN)), at=later)],
    )
    for days in range(3):
        sweep(notifications, later + dt.timedelta(days=days))

    newest = call(notifications, "inbox", as_="staff")["messages"][0]
    lines = call(notifications, "get_message", {"message_id": newest["message_id"]}, as_="staff")["lines"]
    assert [(line["duty_id"], line["stage"], line["due_on"], line["is_open"]) for line in lines] == [
        (1, "amended", moved.isoformat(), True),
        (2, "withdrawn", NEXT_MONTH.isoformat(), False),
    ]
    assert (newest["day"], newest["lines"]["amended"], newest["lines"]["withdrawn"]) == (
        day_of(later).isoformat(),
        1,
        1,
    )
    assert len(call(notifications, "inbox", as_="staff")["messages"]) == 2
    waiting = fetch(notifications.database, "SELECT id FROM duty WHERE remind_on IS NOT NULL ORDER BY id")
    assert [row.id for row in waiting] == [1, 3]


def test_a_withdrawn_duty_is_never_reminded_of_and_one_that_comes_back_is(notifications):
    learn(notifications, [received(issued(HUICHENG, a_duty(1, dt.date(2026, 5, 20))))])
    sweep(notifications)
    tomorrow = NOON + dt.timedelta(days=1)
    learn(notifications, [received(amended(an_amended(1, dt.date(2026, 5, 20), State.WITHDRAWN)), at=tomorrow)])
    for days in range(1, 20):
        sweep(notifications, NOON + dt.timedelta(days=days))
    assert said(notifications) == ["overdue", "withdrawn"]

    back = NOON + dt.timedelta(days=20)
    learn(notifications, [received(amended(an_amended(1, NEXT_MONTH, version=3), revision=3), at=back)])
    sweep(notifications, back)

    assert said(notifications)[-1] == "amended"


def test_what_is_done_needs_no_word_of_an_amendment(notifications):
    learn(notifications, [received(issued(HUICHENG, a_duty(1, NEXT_MONTH)))])
    sweep(notifications)

    learn(notifications, [received(amended(an_amended(1, NEXT_MONTH, State.ACCEPTED)))])
    sweep(notifications, NOON + dt.timedelta(days=1))

    assert said(notifications) == ["issued"]


def urged(*duty_ids, text=None):
    return DutiesUrged(HUICHENG, list(duty_ids), text)


def words_said(service, duty_id, day=TODAY):
    with service.database.transaction() as cur:
        cur.execute(
            """
            SELECT DISTINCT stage, urged, remarked FROM message JOIN message_line ON message_id = message.id
            WHERE duty_id = %s AND day = %s
            """,
            (duty_id, day),
        )
        return [tuple(row) for row in cur.fetchall()]


def test_what_is_urged_is_said_in_the_message_of_the_day_and_once(notifications):
    owed(notifications)
    later = NOON + dt.timedelta(days=1)

    for _ in range(2):
        learn(notifications, [received(urged(1, 99), at=later)])
        sweep(notifications, later)
    sweep(notifications, later + dt.timedelta(hours=1))

    assert said(notifications) == ["issued", "urged"]


def test_what_was_done_meanwhile_is_urged_no_more_even_when_it_is_open_again(notifications):
    learn(notifications, [received(issued(HUICHENG, a_duty(1, NEXT_MONTH)))])
    sweep(notifications)
    later = NOON + dt.timedelta(days=1)

    learn(notifications, [received(urged(1), at=later)])
    learn(notifications, [received(changed(DutySubmitted, 1, HUICHENG, 2, State.SUBMITTED, due_on=NEXT_MONTH))])
    learn(notifications, [received(urged(1), at=later)])
    learn(notifications, [received(changed(DutyReturned, 1, HUICHENG, 3, State.RETURNED, due_on=NEXT_MONTH), at=later)])
    sweep(notifications, later)

    assert words_said(notifications, 1, day_of(later)) == [("returned", None, None)]


@pytest.mark.parametrize("swept", [(), (0,), (1,), (2,), (0, 1, 2)])
@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (1, 2, 0), (2, 1, 0)])
def test_neither_an_answer_nor_what_was_urged_or_remarked_takes_the_others_place(notifications, order, swept):
    """However they come, and whichever of them were told before: one line has all three."""
    learn(notifications, [received(issued(HUICHENG, a_duty(1, NEXT_MONTH)))])
    sweep(notifications)
    later = NOON + dt.timedelta(days=1)
    said = (
        changed(DutyReturned, 1, HUICHENG, 3, State.RETURNED, due_on=NEXT_MONTH),
        urged(1, text="月底前办结"),
        DutiesRemarked(HUICHENG, [1], "请说明进度"),
    )

    for number, which in enumerate(order):
        learn(notifications, [received(said[which], at=later)])
        if number in swept:
            sweep(notifications, later)
    sweep(notifications, later)

    assert words_said(notifications, 1, day_of(later)) == [("returned", "月底前办结", "请说明进度")]


def test_a_second_remark_of_the_same_day_is_told_too(notifications):
    learn(notifications, [received(issued(HUICHENG, a_duty(1, NEXT_MONTH)))])
    for text in ("请说明进度", "请今天答复"):
        learn(notifications, [received(DutiesRemarked(HUICHENG, [1], text))])
        sweep(notifications)

    assert words_said(notifications, 1) == [("remarked", None, "请今天答复")]


@pytest.mark.parametrize("is_remarked_first", [False, True])
@pytest.mark.parametrize("state", [State.SUBMITTED, State.ACCEPTED])
def test_a_remark_on_what_is_done_is_told_once_and_nothing_else_of_it(notifications, state, is_remarked_first):
    owed(notifications)
    later = NOON + dt.timedelta(days=1)
    done = changed(DutySubmitted, 1, HUICHENG, 3, state, due_on=NEXT_MONTH, done_on=TODAY)
    heard = [received(done, at=later), received(DutiesRemarked(HUICHENG, [1], "请说明成效"), at=later)]
    learn(notifications, [received(urged(1), at=later)])
    for event in heard[::-1] if is_remarked_first else heard:
        learn(notifications, [event])

    for hour in range(2):
        sweep(notifications, later + dt.timedelta(hours=hour))
    sweep(notifications, later + dt.timedelta(days=90))

    assert words_said(notifications, 1, day_of(later)) == [("remarked", None, "请说明成效")]
    assert said(notifications) == ["issued", "remarked"]
    assert waiting_to_be_told(notifications) == 0


def test_nobody_is_asked_to_answer_a_remark_on_what_does_not_apply(notifications):
    owed(notifications)
    waived = changed(DutyWaived, 1, HUICHENG, 3, State.WAIVED, due_on=NEXT_MONTH)
    learn(notifications, [received(DutiesRemarked(HUICHENG, [1], "请说明成效"))])
    learn(notifications, [received(waived)])
    sweep(notifications)

    assert "remarked" not in said(notifications)


LEADER = PEOPLE["leader"][0]


def a_reply(duty_id=1, remark_id=5, text="已完成八成", at=NOON):
    return received(RemarkAnswered(remark_id, duty_id, HUICHENG, LEADER, text), at=at)


def replies_told(notifications):
    found = call(notifications, "inbox", as_="leader")["messages"]
    told = [call(notifications, "get_message", {"message_id": one["message_id"]}, as_="leader") for one in found]
    assert [one["answered_remarks"] for one in found] == [len(one["answered_remarks"]) for one in told]
    return [(one["day"], line["duty_id"], line["text"]) for one in told for line in one["answered_remarks"]]


def test_a_leader_is_told_once_what_was_answered_though_it_comes_twice_and_late(notifications):
    learn(notifications, [a_reply(), a_reply()])
    sweep(notifications)
    assert replies_told(notifications) == []
    later = NOON + dt.timedelta(days=1)

    for hour in range(2):
        learn(notifications, [received(issued(HUICHENG, a_duty(1, NEXT_MONTH))), a_reply()])
        sweep(notifications, later + dt.timedelta(hours=hour))
    sweep(notifications, later + dt.timedelta(days=1))

    assert replies_told(notifications) == [(day_of(later).isoformat(), 1, "已完成八成")]


def test_each_answer_of_a_day_is_told_to_the_leader_beside_the_others(notifications):
    learn(notifications, [received(issued(HUICHENG, a_duty(1, NEXT_MONTH), a_duty(2, NEXT_MONTH, period="b")))])
    for remark_id, duty_id in ((6, 1), (5, 1), (5, 2)):
        learn(notifications, [a_reply(duty_id, remark_id, f"答{remark_id}-{duty_id}")])
        sweep(notifications)

    assert [text for _, _, text in replies_told(notifications)] == ["答5-1", "答5-2", "答6-1"]


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.ACCEPTED, State.WAIVED])
def test_what_was_answered_for_a_duty_that_is_withdrawn_is_told_to_nobody(notifications, state):
    owed(notifications)
    learn(notifications, [a_reply(), received(changed(DutyAccepted, 1, HUICHENG, 9, state))])

    sweep(notifications)

    assert len(replies_told(notifications)) == (0 if state is State.WITHDRAWN else 1)
    assert waiting_to_be_told(notifications) == 0


def test_what_was_answered_to_somebody_who_is_gone_is_told_to_nobody(notifications):
    owed(notifications)
    gone = PersonChanged(LEADER, COUNTY, "", ["leadership"], is_active=False, version=9)
    learn(notifications, [received(gone), a_reply()])

    sweep(notifications)

    assert fetch(notifications.database, "SELECT * FROM remark_answer") == []


def test_an_answer_that_was_not_said_yet_is_said_though_its_item_is_amended(notifications):
    learn(notifications, [received(issued(HUICHENG, a_duty(1, NEXT_MONTH)))])
    sweep(notifications)
    later = NOON + dt.timedelta(days=1)
    learn(notifications, [received(changed(DutyReturned, 1, HUICHENG, 3, State.RETURNED, due_on=NEXT_MONTH), at=later)])

    learn(notifications, [received(amended(an_amended(1, NEXT_MONTH, State.RETURNED, version=4)), at=later)])
    sweep(notifications, later)

    assert said(notifications, day_of(later)) == ["returned"]


def test_as_long_as_its_difficulty_is_taken_on_a_duty_is_not_reminded_of(notifications):
    learn(notifications, [received(issued(HUICHENG, a_duty(1, TODAY)))])
    learn(notifications, [received(changed(DutyAcknowledged, 1, HUICHENG, 2, State.ACKNOWLEDGED))])
    paused = changed(DutyBlockerAccepted, 1, HUICHENG, 3, State.ACKNOWLEDGED, is_blocked=True, paused_on=TODAY)
    learn(notifications, [received(paused)])
    for days in range(15):
        sweep(notifications, NOON + dt.timedelta(days=days))
    assert said(notifications) == ["taken_on"]

    later = NOON + dt.timedelta(days=15)
    moved = {"due_on": day_of(later) + dt.timedelta(days=1), "first_due_on": TODAY}
    learn(
        notifications,
        [received(changed(DutyBlockerAnswered, 1, HUICHENG, 4, State.ACKNOWLEDGED, **moved), at=later)],
    )
    for days in range(15, 25):
        sweep(notifications, NOON + dt.timedelta(days=days))

    assert said(notifications)[:2] == ["taken_on", "answered"]
    assert "overdue" in said(notifications)
    assert newest_line(notifications)["first_due_on"] == TODAY.isoformat()


def asked_to_help(version=2, unit_id=SHIMEN, at=NOON):
    blocked = changed(DutyBlocked, 1, HUICHENG, version, State.ACKNOWLEDGED, is_blocked=True, asked_unit_id=unit_id)
    return received(blocked, at=at)


def test_who_is_asked_to_help_is_told_once_in_whatever_order_it_comes(notifications):
    learn(notifications, [asked_to_help()])
    learn(notifications, [received(issued(HUICHENG, a_duty(1, NEXT_MONTH))), asked_to_help()])
    sweep(notifications)
    sweep(notifications, NOON + dt.timedelta(hours=1))

    assert [line for line in lines(notifications) if line[3] == "asked"] == [(OF_SHIMEN, TODAY, 1, "asked")]
    assert waiting_to_be_told(notifications) == 0


def test_a_leader_is_told_and_who_is_asked_after_another_is_told_too(notifications):
    learn(notifications, [received(issued(HUICHENG, a_duty(1, NEXT_MONTH))), asked_to_help()])
    sweep(notifications)
    later = NOON + dt.timedelta(days=1)
    learn(notifications, [asked_to_help(version=4, unit_id=COUNTY, at=later)])
    sweep(notifications, later)

    told = [(line[0], line[1]) for line in lines(notifications) if line[3] == "asked"]
    assert told == [(OF_SHIMEN, TODAY), (PEOPLE["leader"][0], day_of(later))]


def test_nobody_is_asked_to_help_with_what_is_done(notifications):
    learn(notifications, [received(issued(HUICHENG, a_duty(1, NEXT_MONTH))), asked_to_help()])
    done = changed(DutySubmitted, 1, HUICHENG, 3, State.ACCEPTED, due_on=NEXT_MONTH, done_on=TODAY)
    learn(notifications, [received(done)])
    sweep(notifications)

    assert "asked" not in [line[3] for line in lines(notifications)]
    assert waiting_to_be_told(notifications) == 0


@pytest.mark.parametrize(
    ("event_class", "is_blocked"),
    [(DutyUnblocked, False), (DutyBlocked, True), (DutyBlockerAccepted, True), (DutyBlockerAnswered, True)],
)
@pytest.mark.parametrize("is_late", [False, True])
def test_nobody_is_asked_to_help_with_what_is_solved_or_dealt_with(notifications, event_class, is_blocked, is_late):
    paused = {"paused_on": TODAY} if event_class is DutyBlockerAccepted else {}
    dealt_with = changed(event_class, 1, HUICHENG, 3, State.ACKNOWLEDGED, is_blocked=is_blocked, **paused)
    learn(notifications, [received(issued(HUICHENG, a_duty(1, NEXT_MONTH)))])

    for event in (received(dealt_with), asked_to_help()) if is_late else (asked_to_help(), received(dealt_with)):
        learn(notifications, [event])
    sweep(notifications)

    assert "asked" not in [line[3] for line in lines(notifications)]
    assert waiting_to_be_told(notifications) == 0


@pytest.mark.parametrize("is_told_before", [False, True])
def test_what_a_unit_was_asked_that_is_closed_falls_to_the_lead_bureau(notifications, is_told_before):
    learn(notifications, [received(issued(HUICHENG, a_duty(1, NEXT_MONTH))), asked_to_help()])
    if is_told_before:
        sweep(notifications)
    closed = UnitChanged(SHIMEN, "R8", "石门乡", "township", COUNTY, is_active=False, version=9)

    for _ in range(2):
        learn(notifications, [received(closed)])
        sweep(notifications)

    told = [line[0] for line in lines(notifications) if line[3] == "asked"]
    assert sorted(told) == sorted([*([OF_SHIMEN] if is_told_before else []), PEOPLE["lead"][0]])


def test_what_a_closed_unit_was_asked_about_a_part_falls_to_the_unit_that_has_the_whole(notifications):
    learn(notifications, [received(issued(COUNTY, a_duty(5, NEXT_MONTH)))])
    learn(notifications, [received(issued(HUICHENG, a_duty(1, NEXT_MONTH))), asked_to_help()])
    with notifications.database.transaction() as cur:
        cur.execute("UPDATE duty SET parent_id = 5 WHERE id = 1")
    learn(
        notifications, [received(UnitChanged(SHIMEN, "R8", "石门乡", "township", COUNTY, is_active=False, version=9))]
    )
    sweep(notifications)

    told = [line[0] for line in lines(notifications) if line[3] == "asked"]
    assert told == [PEOPLE["leader"][0]]


def test_that_a_checklist_ended_is_told_once_to_who_still_owed_something_under_it(notifications):
    owing, done = a_duty(1, NEXT_MONTH), a_duty(2, NEXT_MONTH)
    learn(notifications, [received(issued(HUICHENG, owing)), received(issued(SHIMEN, done))])
    done = changed(DutySubmitted, 2, SHIMEN, 2, State.ACCEPTED, due_on=NEXT_MONTH, done_on=TODAY)
    learn(notifications, [received(done)])
    learn(notifications, [received(a_checklist(2, "closed"))])

    for hour in range(2):
        sweep(notifications, NOON + dt.timedelta(hours=hour))

    with notifications.database.transaction() as cur:
        cur.execute("SELECT person_id, checklist_id FROM message_checklist JOIN message ON id = message_id ORDER BY 1")
        told = [tuple(row) for row in cur.fetchall()]
    assert told == [(person_id, CHECKLIST) for person_id in (STAFF, HEAD)]
    assert lines(notifications) == []


def waiting_to_be_told(notifications):
    with notifications.database.transaction() as cur:
        return queries.waiting_for_sweep(cur, FIRST).duties
