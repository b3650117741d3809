"""Messages that leave the house, on a real PostgreSQL and a real mail server: once, or said to be unknown."""

import datetime as dt
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from services.notifications.delivery import mail, measuring, sending
from services.notifications.delivery import queries as delivery_queries
from services.notifications.delivery import store as deliveries
from services.notifications.delivery.letter import Letter
from services.notifications.delivery.states import Outcome, Result
from services.notifications.delivery.store import LEASE
from services.notifications.service import NotificationsService
from services.running.store import RESTORED
from shared.clock import day_of
from shared.database import BUSY
from shared.errors import Conflict, Forbidden, Invalid, NotFound, TryAgain
from shared.events import DutySubmitted, OfferDecided, PersonChanged, RelayTicked
from shared.figure_events import ExpectedSubmission, ReportRoundOpened
from shared.light import State
from shared.workdays import SHANGHAI
from tests.support.mailbox import mailbox
from tests.support.notifications import learn, sweep
from tests.support.stats import HUICHENG, NOON, PEOPLE, SHIMEN, TODAY, a_duty, call, changed, issued, received

STAFF, HEAD = PEOPLE["staff"][0], PEOPLE["head"][0]
# The next working day, in the middle of its window.
TOMORROW = NOON + dt.timedelta(days=1)
SETTLED = NOON + dt.timedelta(minutes=11)
NEXT_MONTH = dt.date(2026, 7, 10)
ROOT = Path(__file__).parents[2]
ADDRESS = "INSERT INTO contact (person_id, channel, address, language, verified_at) VALUES (%s, 'mail', %s, 'zh', %s)"


@pytest.fixture
def mailing(notifications, box):
    """The service with a mail server, where the staff of Huicheng has a proven address since yesterday."""
    notifications.mail_server = box.server
    notifications.pages_url = "https://q.example"
    write(
        notifications,
        ADDRESS,
        (STAFF, "staff@huicheng.example", NOON - dt.timedelta(days=1)),
    )
    return notifications


def write(service, statement, values=()):
    with service.database.transaction() as cur:
        cur.execute(statement, values)


def ledger(service):
    with service.database.transaction() as cur:
        cur.execute("SELECT person_id, day, state, tries, why FROM delivery ORDER BY id")
        return cur.fetchall()


def answers(service):
    with service.database.transaction() as cur:
        cur.execute("SELECT answer FROM delivery ORDER BY id")
        return [answer for (answer,) in cur.fetchall()]


def owe(service, *duty_ids, at=NOON, due_on=NEXT_MONTH):
    """Let the staff's unit owe duties, and the sweep write them into the message of the day."""
    duties = [a_duty(one, due_on, period=f"2026-{one}") for one in duty_ids]
    learn(service, [received(issued(HUICHENG, *duties), at=at)])
    sweep(service, at)


def deliver(service, at):
    service.now = lambda: at
    service.deliver()


def a_claim(service, at=SETTLED):
    """Plan at noon and claim at `at`, as a sender does that then dies."""
    deliver(service, NOON)
    service.now = lambda: at
    return claimed(service)


def claimed(service):
    """What a sender claims and commits before it sends."""
    with service.database.transaction() as cur:
        ready = sending.claim(cur, service.now(), sending.House(service.pages_url, service.mail_server.domain))
    assert ready is not None
    return ready


def test_who_has_a_proven_contact_gets_one_mail_of_the_day(mailing, box):
    owe(mailing, 1, 2)
    deliver(mailing, NOON)
    assert ledger(mailing) == [(STAFF, TODAY, "planned", 0, None)]

    deliver(mailing, SETTLED)
    deliver(mailing, SETTLED + dt.timedelta(hours=1))

    assert ledger(mailing) == [(STAFF, TODAY, "sent", 1, None)]
    assert answers(mailing) == ["250 OK queued"]
    [(to, one)] = box.received
    assert to == one["To"] == "staff@huicheng.example"
    assert one["Subject"] == "清单提醒：共 2 项"
    assert box.texts[0].splitlines()[:3] == ["徽城镇", "", "1. 【新下发】建成一个创业园（2026-1），2026-07-10 到期"]


@pytest.mark.parametrize(("rhythm", "days_of_mail"), [("daily", 2), ("weekly", 1), ("urgent", 0)])
def test_how_often_mail_comes_is_the_posts_own_choice(mailing, box, rhythm, days_of_mail):
    call(mailing, "choose_mail", {"language": "en", "rhythm": rhythm}, as_="staff")
    monday = dt.datetime(2026, 6, 15, 4, tzinfo=dt.UTC)

    for days in range(7):
        at = monday + dt.timedelta(days=days)
        if days in (0, 2):
            owe(mailing, days + 1, at=at)
        deliver(mailing, at)
        deliver(mailing, at + dt.timedelta(minutes=11))

    assert len(box.received) == days_of_mail
    assert all("[newly issued]" in text for text in box.texts)
    # The rest stands in the mail of the next week, with whoever wants one.
    deliver(mailing, monday + dt.timedelta(days=7))
    deliver(mailing, monday + dt.timedelta(days=7, minutes=11))
    assert len(box.received) == {"daily": 2, "weekly": 2, "urgent": 0}[rhythm]


def test_what_is_more_than_a_week_may_have_stands_in_the_mail_of_the_next(mailing, box):
    """However urgent: whoever is flooded reads nothing."""
    call(mailing, "set_weekly_cap", {"most": 2, "version": 0, "reason": "少打扰"}, as_="lead")
    monday = dt.datetime(2026, 6, 15, 4, tzinfo=dt.UTC)

    for days in range(4):
        at = monday + dt.timedelta(days=days)
        owe(mailing, days + 1, at=at, due_on=day_of(at) - dt.timedelta(days=1))
        deliver(mailing, at)
        deliver(mailing, at + dt.timedelta(minutes=11))
    assert [day for _, day, *_ in ledger(mailing)] == [dt.date(2026, 6, 15), dt.date(2026, 6, 16)]
    deliver(mailing, monday + dt.timedelta(days=7))
    deliver(mailing, monday + dt.timedelta(days=7, minutes=11))

    assert len(box.received) == 3
    assert "2026-3" in box.texts[2]
    assert "2026-4" in box.texts[2]


def test_a_message_whose_try_is_given_up_at_night_stands_in_that_of_the_next_day(mailing, box):
    """While it was on its way somebody looked for whom there is something on the next day."""
    evening = NOON.replace(hour=9, minute=55)
    owe(mailing, 1)
    deliver(mailing, NOON)
    mailing.now = lambda: evening
    ready = claimed(mailing)
    mailing.deliver()
    away = Outcome(Result.AGAIN, "away")
    mailing.now = lambda: evening + dt.timedelta(minutes=6)
    mailing.settle_delivery(ready, away)
    assert ledger(mailing) == [(STAFF, TODAY, "given_up", 1, "too_late")]

    deliver(mailing, evening + dt.timedelta(hours=1))
    deliver(mailing, TOMORROW)

    assert [(day, state) for _, day, state, *_ in ledger(mailing)] == [
        (TODAY, "given_up"),
        (day_of(TOMORROW), "sent"),
    ]
    assert len(box.received) == 1


def test_a_day_whose_message_was_cancelled_is_free_for_what_is_urged_later(mailing, box):
    owe(mailing, 1)
    deliver(mailing, NOON)
    write(mailing, "UPDATE message SET is_read = true")
    deliver(mailing, SETTLED)
    assert ledger(mailing) == [(STAFF, TODAY, "cancelled", 0, "nothing_left")]

    later = NOON + dt.timedelta(hours=1)
    owe(mailing, 2, at=later)
    deliver(mailing, later)
    deliver(mailing, later + dt.timedelta(minutes=11))

    assert ledger(mailing) == [(STAFF, TODAY, "sent", 1, None)]
    assert len(box.received) == 1


def test_whoever_chooses_to_hear_more_hears_it_on_that_day(mailing, box):
    write(mailing, "UPDATE contact SET rhythm = 'urgent'")
    owe(mailing, 1)
    deliver(mailing, NOON)
    assert ledger(mailing) == []

    mailing.now = lambda: NOON
    call(mailing, "choose_mail", {"language": "zh", "rhythm": "daily"}, as_="staff")
    deliver(mailing, NOON)
    deliver(mailing, SETTLED)

    assert len(box.received) == 1


def test_who_has_nothing_to_hear_is_not_asked_about_at_every_turn(mailing):
    write(mailing, "UPDATE contact SET rhythm = 'urgent'")
    owe(mailing, 1)
    reach = mailing.set_up.reach

    def waiting(at):
        with mailing.database.transaction() as cur:
            look = dt.datetime.combine(TODAY, dt.time(at.hour), dt.UTC)
            return delivery_queries.people_waiting(cur, look, reach, after=(0, ""), limit=10)

    assert len(waiting(NOON)) == 1
    deliver(mailing, NOON)
    assert waiting(NOON) == []
    assert len(waiting(NOON + dt.timedelta(hours=1))) == 1


def test_the_weekly_cap_is_the_lead_bureaus_and_keeps_its_history(mailing):
    assert call(mailing, "weekly_cap", as_="admin") == {"version": 0, "most": 5, "history": []}
    call(mailing, "set_weekly_cap", {"most": 3, "version": 0, "reason": "少打扰"}, as_="lead")

    with pytest.raises(Conflict) as error:
        call(mailing, "set_weekly_cap", {"most": 4, "version": 0, "reason": "再改"}, as_="lead")
    assert error.value.details["current"]["most"] == 3
    with pytest.raises(Invalid):
        call(mailing, "set_weekly_cap", {"most": 8, "version": 1, "reason": "太多"}, as_="lead")
    with pytest.raises(Forbidden):
        call(mailing, "set_weekly_cap", {"most": 4, "version": 1, "reason": "越权"}, as_="staff")
    (kept,) = call(mailing, "weekly_cap", as_="lead")["history"]
    assert (kept["version"], kept["most"], kept["reason"]) == (1, 3, "少打扰")


def test_what_is_overdue_comes_on_its_day_whatever_was_chosen(mailing, box):
    write(mailing, "UPDATE contact SET rhythm = 'urgent'")
    wednesday = dt.datetime(2026, 6, 17, 4, tzinfo=dt.UTC)
    owe(mailing, 1, at=wednesday)
    owe(mailing, 2, at=wednesday, due_on=dt.date(2026, 6, 16))

    deliver(mailing, wednesday)
    deliver(mailing, wednesday + dt.timedelta(minutes=11))

    assert box.texts[0].count("【") == box.texts[0].count("【已逾期】") == 1


def test_what_became_of_good_practice_is_told_by_mail_once_too(mailing, box):
    learn(mailing, [received(OfferDecided(12, HUICHENG, "published", "招聘会开到家门口", "", 2))])
    sweep(mailing)

    deliver(mailing, NOON)
    deliver(mailing, SETTLED)
    learn(mailing, [received(OfferDecided(12, HUICHENG, "taken_back", "招聘会开到家门口", "有误", 3))])
    sweep(mailing, TOMORROW)
    deliver(mailing, TOMORROW)
    deliver(mailing, TOMORROW + dt.timedelta(minutes=11))

    said = ["1. 【典型经验已发布】招聘会开到家门口", "1. 【典型经验已收回】招聘会开到家门口"]
    assert [text.splitlines()[2] for text in box.texts] == said


def test_without_a_mail_server_nothing_is_planned(mailing):
    mailing.mail_server = None
    owe(mailing, 1)

    deliver(mailing, SETTLED)

    assert ledger(mailing) == []


def test_an_address_that_nobody_proved_gets_nothing(mailing):
    write(mailing, "UPDATE contact SET verified_at = NULL")
    owe(mailing, 1)

    deliver(mailing, SETTLED)

    assert ledger(mailing) == []


def test_what_is_written_on_a_day_off_or_in_the_evening_waits_for_the_next_morning(mailing, box):
    friday_evening = dt.datetime(2026, 6, 12, 11, 0, tzinfo=dt.UTC)
    owe(mailing, 1, at=friday_evening)
    for hours in range(0, 61, 4):
        deliver(mailing, friday_evening + dt.timedelta(hours=hours))
    assert box.received == []

    deliver(mailing, dt.datetime(2026, 6, 15, 0, 30, tzinfo=dt.UTC))

    assert ledger(mailing) == [(STAFF, dt.date(2026, 6, 15), "sent", 1, None)]


def test_what_is_done_before_the_mail_goes_is_not_told(mailing, box):
    owe(mailing, 1)
    deliver(mailing, NOON)
    learn(mailing, [received(changed(DutySubmitted, 1, HUICHENG, 2, State.SUBMITTED, due_on=NEXT_MONTH))])

    deliver(mailing, SETTLED)

    assert ledger(mailing) == [(STAFF, TODAY, "cancelled", 0, "nothing_left")]
    assert box.received == []


def test_what_the_policy_keeps_in_the_inbox_is_not_mailed_and_its_words_are(mailing, box):
    owe(mailing, 1, 2, due_on=TODAY)
    write(mailing, "UPDATE message_line SET by_mail = false, channels = '{sms}' WHERE duty_id = 2")
    deliver(mailing, NOON)

    deliver(mailing, SETTLED)

    assert [line for line in box.texts[0].splitlines() if "【" in line] == [
        "1. 【到期提醒】建成一个创业园（2026-1），2026-06-10 到期。完成时限 2026-06-10，请按时办结"
    ]


@pytest.mark.parametrize("is_mailed", [True, False])
def test_nor_is_a_report_whose_stage_is_kept_in_the_inbox(mailing, box, is_mailed):
    days = (TODAY - dt.timedelta(days=5), TODAY, NEXT_MONTH)
    opened = ReportRoundOpened(1, 9, "表1", "就业月报", "2026-05", *days, 1, [ExpectedSubmission(11, HUICHENG)])
    owe(mailing, 1)
    heartbeat = received(RelayTicked("stats", NOON), at=NOON, source="stats")
    learn(mailing, [received(opened, source="stats"), heartbeat])
    sweep(mailing)
    write(mailing, "UPDATE message_submission SET by_mail = %s, channels = NULL", (is_mailed,))

    deliver(mailing, NOON)
    deliver(mailing, SETTLED)

    assert ("就业月报" in box.texts[0]) == is_mailed


def test_what_was_read_in_the_inbox_is_not_told_outside(mailing):
    owe(mailing, 1)
    deliver(mailing, NOON)
    write(mailing, "UPDATE message SET is_read = true")

    deliver(mailing, SETTLED)

    assert ledger(mailing) == [(STAFF, TODAY, "cancelled", 0, "nothing_left")]


@pytest.mark.parametrize(
    ("statement", "why"),
    [("DELETE FROM contact", "no_contact"), (f"UPDATE person SET is_active = false WHERE id = {STAFF}", "closed")],
)
def test_a_contact_that_is_gone_cancels_what_was_planned(mailing, box, statement, why):
    owe(mailing, 1)
    deliver(mailing, NOON)
    write(mailing, statement)

    deliver(mailing, SETTLED)

    assert ledger(mailing) == [(STAFF, TODAY, "cancelled", 0, why)]
    assert box.received == []


def test_what_comes_after_the_mail_of_the_day_stands_in_the_next_one_alone(mailing, box):
    owe(mailing, 1)
    deliver(mailing, NOON)
    deliver(mailing, SETTLED)
    owe(mailing, 2, at=SETTLED + dt.timedelta(hours=1))
    deliver(mailing, SETTLED + dt.timedelta(hours=2))
    assert len(box.received) == 1

    deliver(mailing, TOMORROW)
    deliver(mailing, TOMORROW + dt.timedelta(minutes=11))

    assert [one[1:3] for one in ledger(mailing)] == [(TODAY, "sent"), (day_of(TOMORROW), "sent")]
    assert "2026-2" in box.texts[1]
    assert "2026-1）" not in box.texts[1]


def test_a_recipient_that_does_not_exist_fails_and_is_not_tried_again(mailing, box):
    box.recipient = "550 5.1.1 no such user"
    owe(mailing, 1)
    deliver(mailing, NOON)

    for minutes in (0, 5, 60):
        deliver(mailing, SETTLED + dt.timedelta(minutes=minutes))

    assert ledger(mailing) == [(STAFF, TODAY, "failed", 1, None)]
    assert answers(mailing) == ["550 5.1.1 no such user"]


@pytest.mark.parametrize(
    ("at", "answer"), [("recipient", "451 greylisted"), ("recipient", "break"), ("data", "452 full")]
)
def test_what_the_server_cannot_take_now_is_tried_again_under_the_same_key(mailing, box, at, answer):
    setattr(box, at, answer)
    owe(mailing, 1)
    first = a_claim(mailing)
    mailing.settle_delivery(first, mailing.send_mail(mail.Sitting(mailing.mail_server), first))
    assert ledger(mailing) == [(STAFF, TODAY, "planned", 1, None)]

    box.recipient, box.data = "250 OK", "250 OK"
    deliver(mailing, SETTLED + dt.timedelta(seconds=20))
    assert box.received == []
    deliver(mailing, SETTLED + dt.timedelta(seconds=61))

    assert ledger(mailing) == [(STAFF, TODAY, "sent", 2, None)]
    assert box.keys == [first.key]


def test_the_ledger_has_what_the_last_try_said_and_no_line_of_the_one_before(mailing, box):
    box.data = "452 full"
    owe(mailing, 1, 2)
    first = a_claim(mailing)
    mailing.settle_delivery(first, mailing.send_mail(mail.Sitting(mailing.mail_server), first))
    box.data = "250 OK"
    write(mailing, "UPDATE duty SET is_open = false WHERE id = 1")

    deliver(mailing, SETTLED + dt.timedelta(seconds=61))

    assert ledger(mailing) == [(STAFF, TODAY, "sent", 2, None)]
    with mailing.database.transaction() as cur:
        cur.execute("SELECT subject_id FROM delivery_line")
        assert cur.fetchall() == [(2,)]


def restored_at(service, moment):
    """The database as it was before anything of the day was sent, put back at `moment`."""
    write(service, "DELETE FROM delivery_line")
    write(service, "DELETE FROM delivery")
    write(service, RESTORED.read_text())
    write(service, "UPDATE restored SET at = %s", (moment,))


@pytest.mark.parametrize(
    ("local", "goes"), [(dt.time(7), True), (dt.time(8, 29), True), (dt.time(8, 30), False), (dt.time(23), False)]
)
def test_what_may_have_gone_before_a_restore_does_not_go_again(mailing, box, local, goes):
    owe(mailing, 1)
    restored_at(mailing, dt.datetime.combine(TODAY, local, SHANGHAI))

    for minutes in (0, 11):
        deliver(mailing, NOON + dt.timedelta(days=1, minutes=minutes))
    assert len(box.received) == goes

    owe(mailing, 2, at=NOON + dt.timedelta(days=2))
    for minutes in (0, 11):
        deliver(mailing, NOON + dt.timedelta(days=2, minutes=minutes))

    assert "共 1 项" in str(box.received[-1][1]["Subject"])


def test_a_mail_that_went_is_settled_though_the_next_cannot_be_looked_for(mailing, box, monkeypatch):
    owe(mailing, 1)
    deliver(mailing, NOON)
    looks = []

    def look(*args, **more):
        looks.append(args)
        if len(looks) > 1:
            raise TryAgain(BUSY)
        return look_ahead(*args, **more)

    look_ahead = sending.look_ahead
    monkeypatch.setattr(sending, "look_ahead", look)

    with pytest.raises(TryAgain):
        deliver(mailing, SETTLED)

    assert ledger(mailing) == [(STAFF, TODAY, "sent", 1, None)]
    assert len(box.received) == 1


def test_a_row_that_another_replica_took_or_a_contact_that_changed_is_left(mailing, box):
    owe(mailing, 1)
    deliver(mailing, NOON)
    house = sending.House("", "house.example")
    with mailing.database.transaction() as cur:
        (one,) = sending.look_ahead(cur, SETTLED, limit=5)
    with mailing.database.transaction() as cur:
        cur.execute("UPDATE contact SET version = version + 1")
    with mailing.database.transaction() as cur:
        assert sending.begin(cur, one, SETTLED, house) is None
        (again,) = sending.look_ahead(cur, SETTLED, limit=5)
        assert sending.begin(cur, again, SETTLED, house) is not None
    with mailing.database.transaction() as cur:
        assert sending.begin(cur, again, SETTLED, house) is None


def test_a_server_that_stays_away_is_given_up_in_the_evening_and_the_next_message_has_it_all(mailing, box):
    box.recipient = "451 later"
    owe(mailing, 1)
    deliver(mailing, NOON)
    moment = SETTLED
    while ledger(mailing)[0][2] == "planned" and moment < NOON + dt.timedelta(hours=12):
        deliver(mailing, moment)
        moment += dt.timedelta(minutes=10)
    assert ledger(mailing)[0][2] == "given_up"
    assert ledger(mailing)[0][4] in ("too_late", "too_many_tries")

    box.recipient = "250 OK"
    deliver(mailing, TOMORROW)
    deliver(mailing, TOMORROW + dt.timedelta(minutes=11))

    assert ledger(mailing)[1][1:3] == (day_of(TOMORROW), "sent")
    assert "2026-1" in box.texts[0]
    assert "可能重复" not in box.texts[0]


@pytest.mark.parametrize("data", ["break", "break before keeping"])
def test_a_connection_lost_after_the_mail_was_sent_is_unknown_and_the_next_message_says_so(mailing, box, data):
    box.data = data
    owe(mailing, 1)
    deliver(mailing, NOON)
    for minutes in (0, 5, 120):
        deliver(mailing, SETTLED + dt.timedelta(minutes=minutes))
    assert ledger(mailing) == [(STAFF, TODAY, "unknown", 1, None)]
    before = len(box.received)

    box.data = "250 OK"
    deliver(mailing, TOMORROW)
    deliver(mailing, TOMORROW + dt.timedelta(minutes=11))

    assert [one[2] for one in ledger(mailing)] == ["unknown", "sent"]
    assert len(box.received) == before + 1
    assert "［上次发出后没有回音，可能重复］" in box.texts[-1]


def test_an_answer_that_does_not_come_in_time_is_unknown(mailing, box):
    box.seconds = 1.5
    owe(mailing, 1)
    ready = a_claim(mailing)

    outcome = mail.Sitting(mailing.mail_server).send(ready.address, ready.letter, key=ready.key, seconds=0.7)

    assert outcome.result is Result.UNKNOWN
    assert len(box.received) == 1


def test_a_sender_that_dies_before_it_sends_leaves_an_unknown_one_that_nobody_sends_again(mailing, box):
    owe(mailing, 1)
    a_claim(mailing)
    deliver(mailing, SETTLED + dt.timedelta(minutes=1))
    assert ledger(mailing) == [(STAFF, TODAY, "sending", 1, None)]

    deliver(mailing, SETTLED + LEASE + dt.timedelta(seconds=1))
    deliver(mailing, SETTLED + dt.timedelta(hours=2))

    assert ledger(mailing) == [(STAFF, TODAY, "unknown", 1, None)]
    assert box.received == []


def test_a_sender_that_dies_in_its_claim_leaves_it_to_the_next(mailing, box):
    owe(mailing, 1)
    deliver(mailing, NOON)
    with pytest.raises(ZeroDivisionError), mailing.database.transaction() as cur:
        assert sending.claim(cur, SETTLED, sending.House("", "house.example"))
        raise ZeroDivisionError

    deliver(mailing, SETTLED)

    assert ledger(mailing) == [(STAFF, TODAY, "sent", 1, None)]
    assert len(box.received) == 1


def test_an_answer_that_comes_after_the_lease_still_counts(mailing):
    owe(mailing, 1)
    ready = a_claim(mailing)
    deliver(mailing, SETTLED + LEASE * 2)

    mailing.settle_delivery(ready, Outcome(Result.SENT, "250 late"))

    assert ledger(mailing) == [(STAFF, TODAY, "sent", 1, None)]


def test_an_answer_to_a_claim_that_somebody_has_taken_over_counts_no_more(mailing):
    owe(mailing, 1)
    ready = a_claim(mailing)
    deliver(mailing, SETTLED + LEASE * 2)
    write(mailing, "UPDATE delivery SET state = 'planned', tries = 0, not_before = %s", (SETTLED,))
    again = claimed(mailing)
    assert again.claim.tries == ready.claim.tries

    mailing.settle_delivery(ready, Outcome(Result.REFUSED, "550 of the first"))

    assert ledger(mailing) == [(STAFF, TODAY, "sending", 1, None)]


def test_two_replicas_at_once_send_each_mail_once(mailing, box):
    for number in range(20):
        write(
            mailing,
            "INSERT INTO person (id, unit_id, roles, is_active, version, post) VALUES (%s, %s, %s, true, 1, '岗位')",
            (100 + number, HUICHENG, ["unit_staff"]),
        )
        write(
            mailing,
            ADDRESS,
            (100 + number, f"p{number}@huicheng.example", NOON - dt.timedelta(days=1)),
        )
    owe(mailing, 1)
    other = NotificationsService(mailing.database)
    other.mail_server = box.server
    both = [mailing, other]
    for at in (NOON, SETTLED):
        threads = [threading.Thread(target=deliver, args=(service, at)) for service in both]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert {state for _, _, state, _, _ in ledger(mailing)} == {"sent"}
    assert len(ledger(mailing)) == len(box.received) == 21
    assert len(set(box.keys)) == 21


def test_a_clock_that_jumps_back_sends_nothing_twice(mailing, box):
    owe(mailing, 1)
    for at in (NOON, SETTLED, NOON - dt.timedelta(hours=3), NOON, SETTLED):
        deliver(mailing, at)

    assert len(box.received) == 1
    assert ledger(mailing) == [(STAFF, TODAY, "sent", 1, None)]


LETTER = Letter("主题", "第一行\n.\n..两点\n")


def test_a_server_whose_certificate_nobody_vouches_for_gets_no_mail(box):
    outcome = mail.Sitting(replace(box.server, ca_file="")).send("a@b.example", LETTER, key="<k@house.example>")

    assert outcome.result is Result.AGAIN
    assert "CERTIFICATE_VERIFY_FAILED" in outcome.answer
    assert box.received == []


def test_a_server_under_another_name_gets_no_mail(box):
    outcome = mail.Sitting(replace(box.server, host="127.0.0.1")).send("a@b.example", LETTER, key="<k@house.example>")

    assert outcome.result is Result.AGAIN
    assert box.received == []


def test_tls_from_the_first_byte_works_too_and_dots_arrive_as_they_are(certificates):
    with mailbox(certificates, is_tls_at_once=True) as box:
        outcome = mail.Sitting(box.server).send("a@b.example", LETTER, key="<k@house.example>")

    assert outcome == Outcome(Result.SENT, "250 OK queued")
    assert box.texts == [LETTER.text]


def test_a_server_that_is_not_there_is_tried_again(certificates):
    with mailbox(certificates) as box:
        pass

    assert mail.Sitting(box.server).send("a@b.example", LETTER, key="<k@house.example>").result is Result.AGAIN


def test_what_was_sent_goes_from_the_ledger_with_its_lines_after_its_time(mailing):
    owe(mailing, 1)
    deliver(mailing, NOON)
    deliver(mailing, SETTLED)
    write(mailing, "UPDATE delivery SET changed_at = now() - interval '401 days'")

    with mailing.database.transaction() as cur:
        assert deliveries.DELIVERIES.forget(cur, 400).deleted == 1
        cur.execute("SELECT count(*) FROM delivery_line")
        assert cur.fetchone() == (0,)


def test_a_post_without_hand_over_keeps_its_contact_and_one_that_is_handed_over_loses_it(mailing):
    owe(mailing, 1)
    deliver(mailing, NOON)
    post = PersonChanged(STAFF, HUICHENG, "新名称", ["unit_staff"], is_active=True, version=2)
    learn(mailing, [received(post)])
    assert contacts_of(mailing) == [STAFF]

    learn(mailing, [received(replace(post, version=3, holder=1))])
    deliver(mailing, SETTLED)

    assert contacts_of(mailing) == []
    assert ledger(mailing) == [(STAFF, TODAY, "cancelled", 0, "handed_over")]


def test_a_hand_over_that_is_heard_again_takes_no_contact_of_the_next_holder(mailing):
    handed_over = PersonChanged(STAFF, HUICHENG, "岗位", ["unit_staff"], is_active=True, version=2, holder=1)
    learn(mailing, [received(handed_over)])
    write(mailing, ADDRESS, (STAFF, "next@huicheng.example", NOON))

    learn(mailing, [received(handed_over)])
    learn(mailing, [received(replace(handed_over, version=1, holder=None))])

    assert contacts_of(mailing) == [STAFF]


def test_a_closed_account_loses_its_contact(mailing):
    learn(mailing, [received(PersonChanged(STAFF, HUICHENG, "岗位", ["unit_staff"], is_active=False, version=2))])

    assert contacts_of(mailing) == []


def contacts_of(service):
    with service.database.transaction() as cur:
        cur.execute("SELECT person_id FROM contact")
        return [person_id for (person_id,) in cur.fetchall()]


def listed(service, **params):
    return call(service, "list_deliveries", {"page": 1} | params, as_="admin")


def replay(service, one, reason="邮箱已修好", **changed):
    params = {"delivery_id": one["delivery_id"], "state": one["state"], "reason": reason} | changed
    return call(service, "replay_delivery", params, as_="admin")


@pytest.fixture
def refused(mailing, box):
    """A message of the day that the mail server refused, with the box open again."""
    box.recipient = "550 no such user"
    owe(mailing, 1)
    deliver(mailing, NOON)
    deliver(mailing, SETTLED)
    box.recipient = "250 OK"
    return mailing


def test_the_administrator_reads_the_ledger_by_state(refused):
    found = listed(refused)

    assert found["counts"]["failed"] == 1
    [one] = found["deliveries"]
    assert (one["unit"], one["post"], one["address"]) == ("徽城镇", "岗位", "staff@huicheng.example")
    assert (one["state"], one["answer"], one["tries"]) == ("failed", "550 no such user", 1)
    assert listed(refused, state="sent")["deliveries"] == []
    assert len(listed(refused, state="failed", page=99)["deliveries"]) == 1


@pytest.mark.parametrize("name", [name for name in PEOPLE if name != "admin"])
def test_nobody_else_reads_the_ledger_or_sends_again(refused, name):
    with pytest.raises(Forbidden):
        call(refused, "list_deliveries", {"page": 1}, as_=name)
    with pytest.raises(Forbidden):
        call(refused, "replay_delivery", {"delivery_id": 1, "state": "failed", "reason": "x"}, as_=name)


def test_units_stand_in_the_order_of_the_directory(refused):
    write(refused, ADDRESS, (PEOPLE["shimen"][0], "shimen@shimen.example", NOON - dt.timedelta(days=1)))
    learn(refused, [received(issued(SHIMEN, a_duty(9, NEXT_MONTH)))])
    sweep(refused, NOON)
    deliver(refused, NOON)
    write(refused, "UPDATE delivery SET day = %s", (TODAY,))

    assert [one["unit"] for one in listed(refused)["deliveries"]] == ["徽城镇", "石门乡"]


def test_what_was_refused_is_sent_again_with_a_reason_and_the_same_key(refused, box):
    [one] = listed(refused)["deliveries"]

    replay(refused, one)
    deliver(refused, SETTLED)

    assert ledger(refused) == [(STAFF, TODAY, "sent", 1, None)]
    assert listed(refused)["deliveries"][0]["replay_reason"] == "邮箱已修好"
    assert len(box.received) == 1


def test_what_was_refused_yesterday_goes_today_or_is_in_todays_already(refused, box):
    [one] = listed(refused)["deliveries"]
    refused.now = lambda: TOMORROW
    replay(refused, one)
    assert ledger(refused)[0][:3] == (STAFF, day_of(TOMORROW), "planned")

    write(refused, "UPDATE delivery SET day = %s, state = 'failed'", (TODAY,))
    deliver(refused, TOMORROW)
    with pytest.raises(Invalid, match="has another reminder on that day"):
        replay(refused, one)


def test_what_has_changed_meanwhile_is_not_sent_again(refused):
    [one] = listed(refused)["deliveries"]
    replay(refused, one)

    with pytest.raises(Conflict) as raised:
        replay(refused, one)
    assert raised.value.details["current"]["state"] == "planned"
    with pytest.raises(Invalid, match="Only what was refused"):
        replay(refused, one, state="planned")
    with pytest.raises(NotFound):
        replay(refused, one, delivery_id=999)


@pytest.mark.parametrize("reason", ["", " ", "因" * 201])
def test_sending_again_needs_a_reason(refused, reason):
    with pytest.raises(Invalid) as raised:
        replay(refused, listed(refused)["deliveries"][0], reason=reason)

    assert "重发原因" in raised.value.details["fields"]["reason"]["zh"]


def test_monitoring_says_how_late_the_oldest_is_and_what_did_not_arrive(refused):
    refused.now = lambda: SETTLED
    refused.measure()
    assert measuring.OLDEST.labels("mail")._value.get() == 0
    assert measuring.DEAD.labels("mail", "failed")._value.get() == 1
    assert measuring.DEAD.labels("mail", "unknown")._value.get() == 0

    replay(refused, listed(refused)["deliveries"][0])
    refused.now = lambda: SETTLED + dt.timedelta(minutes=7)
    refused.measure()

    assert measuring.OLDEST.labels("mail")._value.get() == 420
    assert measuring.DEAD.labels("mail", "failed")._value.get() == 0


UNDER_EVENTLET = """
import sys
from shared.shell.launcher import patch
patch()
from services.notifications.delivery import mail
from services.notifications.delivery.letter import Letter
from shared.process.mail import MailServer
port, is_tls_at_once, ca_file = int(sys.argv[1]), sys.argv[2] == "at once", sys.argv[3]
server = MailServer("localhost", port, is_tls_at_once, "", "", "qingdan@house.example", ca_file=ca_file)
print(mail.Sitting(server).send("a@b.example", Letter("subject", "text"), key="<k@house.example>").result.value)
"""


@pytest.mark.parametrize("tls", ["at once", "by STARTTLS"])
def test_mail_goes_out_of_a_process_of_the_distributed_mode_too(certificates, tls):
    """Its sockets and its TLS are eventlet's."""
    with mailbox(certificates, is_tls_at_once=tls == "at once") as box:
        command = [sys.executable, "-c", UNDER_EVENTLET, str(box.server.port), tls, box.server.ca_file]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)

    assert (done.stdout.strip(), done.returncode) == ("sent", 0), done.stderr
    assert box.texts == ["text"]


def test_what_another_sender_holds_is_left_to_it_and_not_waited_for(mailing):
    """Who settles one and begins another would wait for who does the same the other way round."""
    owe(mailing, 1)
    deliver(mailing, NOON)
    with mailing.database.transaction() as holding, mailing.database.transaction() as cur:
        (one,) = sending.look_ahead(cur, SETTLED, limit=5)
        cur.connection.commit()
        holding.execute("SELECT FROM delivery WHERE id = %s FOR UPDATE", (one.claim.id,))

        cur.execute("SET LOCAL lock_timeout = '2s'")
        assert sending.begin(cur, one, SETTLED, sending.House("https://q.example", "house.example")) is None
