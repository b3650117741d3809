"""Reports in the inbox: what is due and overdue, in the day's merged message, by the same rules as duties."""

import datetime as dt

import pytest

from shared.events import DutiesIssued, IssuedDuty, RelayTicked
from shared.figure_events import ExpectedSubmission, ReportRoundOpened, SubmissionChanged
from shared.rows import has_row
from tests.support.notifications import learn, noon_of, sweep
from tests.support.stats import CHECKLIST, HUICHENG, ITEM, SHIMEN, TODAY, call, received

DUE, LOCK = dt.date(2026, 6, 12), dt.date(2026, 6, 26)


def a_round(*, version: int = 1, due_on: dt.date = DUE, lock_on: dt.date = LOCK) -> ReportRoundOpened:
    return ReportRoundOpened(
        round_id=1,
        report_id=1,
        table_number="就业月1表",
        report_name="就业月报",
        period="2026-05",
        opens_on=dt.date(2026, 6, 1),
        due_on=due_on,
        lock_on=lock_on,
        version=version,
        expected=[ExpectedSubmission(11, HUICHENG), ExpectedSubmission(12, SHIMEN)],
    )


def changed(
    state: str, version: int, *, submission_id: int = 11, is_expected: bool = True, is_correction: bool = False
) -> SubmissionChanged:
    return SubmissionChanged(
        submission_id=submission_id,
        round_id=1,
        report_id=1,
        report_name="就业月报",
        unit_id=HUICHENG,
        period="2026-05",
        due_on=DUE,
        lock_on=LOCK,
        state=state,
        is_expected=is_expected,
        is_correction=is_correction,
        waits_for=None,
        first_submitted_at=None,
        accepted_at=None,
        version=version,
    )


def sweep_reports(service, day: dt.date = TODAY) -> None:
    now = noon_of(day)
    learn(service, [received(RelayTicked("stats", now), at=now, source="stats")])
    sweep(service, now)


def told(service, as_: str) -> list[tuple[str, str]]:
    """(day, stage) of each line about a report, oldest first."""
    messages = call(service, "inbox", as_=as_)["messages"]
    shown = [call(service, "get_message", {"message_id": found["message_id"]}, as_=as_) for found in messages]
    return sorted((one["day"], line["stage"]) for one in shown for line in one["reports"])


def days(service, first: dt.date, last: dt.date) -> None:
    for offset in range((last - first).days + 1):
        sweep_reports(service, first + dt.timedelta(days=offset))


def test_a_report_is_told_of_when_it_opens_before_it_is_due_and_when_it_is_late(notifications):
    learn(notifications, [received(a_round(), at=noon_of(dt.date(2026, 6, 1)), source="stats")])

    days(notifications, dt.date(2026, 6, 1), dt.date(2026, 6, 23))

    assert told(notifications, "staff") == [
        ("2026-06-01", "issued"),
        ("2026-06-03", "due_soon"),
        ("2026-06-09", "due_soon"),
        ("2026-06-12", "due_soon"),
        ("2026-06-15", "overdue"),
        ("2026-06-17", "overdue"),
    ]


def test_reports_and_duties_stand_in_one_message(notifications):
    duty = IssuedDuty(1, ITEM, "2026", DUE)
    learn(
        notifications,
        [received(a_round(), source="stats"), received(DutiesIssued(CHECKLIST, 1, HUICHENG, [duty]))],
    )

    sweep_reports(notifications)

    (message,) = call(notifications, "inbox", as_="staff")["messages"]
    shown = call(notifications, "get_message", {"message_id": message["message_id"]}, as_="staff")
    assert message["reports"] == {"due_soon": 1}
    assert [line["duty_id"] for line in shown["lines"]] == [1]
    assert [(line["submission_id"], line["report"], line["due_on"]) for line in shown["reports"]] == [
        (11, "就业月报", DUE.isoformat())
    ]


def test_everybody_of_the_unit_and_nobody_else_is_told(notifications):
    learn(notifications, [received(a_round(), source="stats")])

    sweep_reports(notifications)

    assert {name: len(told(notifications, name)) for name in ("staff", "head", "shimen", "lead")} == {
        "staff": 1,
        "head": 1,
        "shimen": 1,
        "lead": 0,
    }


@pytest.mark.parametrize("state", ["at_head", "at_upper", "at_lead", "accepted"])
def test_what_is_in_is_not_reminded_of(notifications, state):
    learn(notifications, [received(a_round(), source="stats"), received(changed(state, 2), source="stats")])

    sweep_reports(notifications, dt.date(2026, 6, 16))

    assert told(notifications, "staff") == []


def test_what_is_not_expected_any_more_is_not_reminded_of(notifications):
    learn(notifications, [received(a_round(), source="stats")])
    learn(notifications, [received(changed("open", 2, is_expected=False), source="stats")])

    sweep_reports(notifications, dt.date(2026, 6, 16))

    assert told(notifications, "staff") == []


def test_the_newest_state_holds_whichever_comes_first(notifications):
    learn(notifications, [received(changed("at_lead", 3), source="stats")])
    learn(notifications, [received(a_round(), source="stats"), received(changed("draft", 2), source="stats")])

    sweep_reports(notifications, dt.date(2026, 6, 16))

    assert told(notifications, "staff") == []
    assert told(notifications, "shimen") == [("2026-06-16", "overdue")]


def test_what_is_returned_is_told_at_once_and_once_a_day(notifications):
    learn(notifications, [received(a_round(), source="stats"), received(changed("at_lead", 2), source="stats")])
    learn(notifications, [received(changed("returned", 3), source="stats")])

    sweep_reports(notifications)
    sweep_reports(notifications)

    assert told(notifications, "staff") == [(TODAY.isoformat(), "returned")]


def test_the_same_events_twice_say_nothing_twice(notifications):
    event = received(a_round(), source="stats")
    learn(notifications, [event])
    sweep_reports(notifications)
    learn(notifications, [event])

    sweep_reports(notifications, dt.date(2026, 6, 11))

    assert told(notifications, "staff") == [(TODAY.isoformat(), "due_soon")]


def test_a_due_day_that_moved_is_the_one_that_counts(notifications):
    learn(notifications, [received(a_round(version=2, due_on=dt.date(2026, 6, 30), lock_on=dt.date(2026, 7, 10)))])
    learn(notifications, [received(a_round()), received(changed("draft", 2), source="stats")])

    sweep_reports(notifications, dt.date(2026, 6, 16))

    assert told(notifications, "staff") == []


def test_after_the_lock_day_nobody_is_reminded(notifications):
    learn(notifications, [received(a_round(), source="stats")])

    days(notifications, dt.date(2026, 6, 27), dt.date(2026, 7, 10))

    assert told(notifications, "staff") == []
    with notifications.database.transaction() as cur:
        cur.execute("SELECT FROM submission WHERE remind_on IS NOT NULL")
        assert not has_row(cur)


def test_the_sweep_waits_while_nothing_is_heard_of_stats(notifications):
    learn(notifications, [received(a_round(), source="stats")])

    sweep(notifications, noon_of(TODAY))

    assert told(notifications, "staff") == []


def test_a_correction_is_never_late_and_its_return_is_told(notifications):
    learn(notifications, [received(a_round(), source="stats")])
    learn(notifications, [received(changed("draft", 5, is_correction=True), source="stats")])
    days(notifications, dt.date(2026, 6, 11), dt.date(2026, 6, 17))
    assert told(notifications, "staff") == []

    at = noon_of(dt.date(2026, 6, 18))
    learn(notifications, [received(changed("returned", 6, is_correction=True), at=at, source="stats")])
    days(notifications, dt.date(2026, 6, 18), dt.date(2026, 6, 25))

    assert told(notifications, "staff") == [("2026-06-18", "returned")]
