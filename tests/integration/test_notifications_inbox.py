"""The operations of the notifications service, called as the portal calls them."""

import datetime as dt

import pytest

from shared.errors import Forbidden, Invalid, NotFound
from shared.events import DutySubmitted
from shared.light import State
from tests.support.notifications import learn, noon_of, sweep
from tests.support.stats import HUICHENG, NOON, OTHER_ITEM, PEOPLE, TODAY, a_duty, call, changed, issued, received

NEXT_MONTH = dt.date(2026, 7, 10)


@pytest.fixture
def told(notifications):
    """Staff and head of one township have a message: one duty due today, one issued for next month."""
    duties = [a_duty(1), a_duty(2, NEXT_MONTH, item_id=OTHER_ITEM, period="2026-07")]
    learn(notifications, [received(issued(HUICHENG, *duties))])
    sweep(notifications)
    return notifications


def test_the_inbox_counts_lines_by_stage(told):
    inbox = call(told, "inbox", as_="staff")

    (message,) = inbox["messages"]
    assert message["day"] == "2026-06-10"
    assert message["is_read"] is False
    answers = ("answered", "refused", "extended", "not_extended", "returned")
    told_of = dict.fromkeys(("amended", "withdrawn", "urged", "remarked", "asked", "taken_on", *answers), 0)
    assert message["lines"] == {"issued": 1, "due_soon": 1, "overdue": 0, **told_of}
    assert (inbox["unread"], inbox["page"], inbox["pages"]) == (1, 1, 1)


def test_reading_shows_the_lines_and_takes_the_message_off_the_unread_ones(told):
    message_id = call(told, "inbox", as_="staff")["messages"][0]["message_id"]

    message = call(told, "read_message", {"message_id": message_id}, as_="staff")

    plain = dict.fromkeys(("delegated_by", "urged", "remarked", "unit", "needed")) | {
        "is_answered": False,
        "is_ended": False,
    }
    assert message["lines"] == [
        {
            "duty_id": 1,
            "stage": "due_soon",
            "item": "建成一个创业园",
            "period": "2026",
            "due_on": "2026-06-10",
            "first_due_on": None,
            "is_open": True,
            "words": {
                "zh": "完成时限 2026-06-10，请按时办结",
                "en": "It is due on 2026-06-10. Please finish it in time",
            },
            **plain,
        },
        {
            "duty_id": 2,
            "stage": "issued",
            "item": "每月走访企业",
            "period": "2026-07",
            "due_on": "2026-07-10",
            "first_due_on": None,
            "is_open": True,
            "words": None,
            **plain,
        },
    ]
    assert message["lines_more"] == 0
    assert call(told, "unread_count", as_="staff") == {"unread": 0}
    assert call(told, "unread_count", as_="head") == {"unread": 1}


def test_looking_at_a_message_leaves_it_unread(told):
    (listed,) = call(told, "inbox", as_="staff")["messages"]

    shown = call(told, "get_message", {"message_id": listed["message_id"]}, as_="staff")

    assert (shown["is_read"], len(shown["lines"])) == (False, 2)
    assert call(told, "unread_count", as_="staff") == {"unread": 1}


def test_a_message_is_marked_read_as_it_was_seen(told):
    """What a sweep adds after the page was made has been seen by nobody."""
    message_id = call(told, "inbox", as_="staff")["messages"][0]["message_id"]
    seen = call(told, "get_message", {"message_id": message_id}, as_="staff")
    learn(told, [received(issued(HUICHENG, a_duty(3, NEXT_MONTH)))])
    sweep(told, NOON + dt.timedelta(minutes=20))
    params = {"message_id": message_id, "until": seen["changed_at"]}

    assert call(told, "mark_read", params, as_="staff") == {"unread": 1}

    now = call(told, "get_message", {"message_id": message_id}, as_="staff")
    assert call(told, "mark_read", params | {"until": now["changed_at"]}, as_="staff") == {"unread": 0}
    assert call(told, "get_message", {"message_id": message_id}, as_="staff")["is_read"]


def test_all_messages_are_marked_read_as_far_as_the_list_showed_them(told):
    for offset in (1, 8):
        sweep(told, noon_of(TODAY + dt.timedelta(days=offset)))
    listed = call(told, "inbox", as_="staff")
    sweep(told, noon_of(TODAY + dt.timedelta(days=16)))

    left = call(told, "mark_read", {"until": listed["changed_at"]}, as_="staff")

    assert listed["unread"] > 1
    assert left == {"unread": 1}
    assert [message["is_read"] for message in call(told, "inbox", as_="staff")["messages"]][:2] == [False, True]
    assert call(told, "inbox", as_="head")["unread"] == listed["unread"] + 1


def test_a_line_says_when_its_duty_is_no_longer_open(told):
    message_id = call(told, "inbox", as_="staff")["messages"][0]["message_id"]
    learn(told, [received(changed(DutySubmitted, 1, HUICHENG, 2, State.ACCEPTED, done_on=TODAY))])

    lines = call(told, "read_message", {"message_id": message_id}, as_="staff")["lines"]

    assert [(line["duty_id"], line["is_open"]) for line in lines] == [(2, True), (1, False)]


def test_days_come_newest_first_and_in_pages(told):
    for offset in range(1, 250, 7):
        sweep(told, noon_of(TODAY + dt.timedelta(days=offset)))

    first = call(told, "inbox", as_="staff")
    last = call(told, "inbox", {"page": 99}, as_="staff")

    days = [message["day"] for message in first["messages"] + last["messages"]]
    assert first["pages"] == last["page"] == 2
    assert days == sorted(days, reverse=True)
    assert len(set(days)) == len(days) == first["unread"] > 30


@pytest.mark.parametrize(
    ("operation", "more"),
    [("get_message", {}), ("mark_read", {"until": NOON.isoformat()}), ("read_message", {})],
)
def test_somebody_elses_message_is_refused_and_stays_unread(told, operation, more):
    message_id = call(told, "inbox", as_="head")["messages"][0]["message_id"]

    with pytest.raises(Forbidden):
        call(told, operation, {"message_id": message_id, **more}, as_="staff")

    assert call(told, "unread_count", as_="head") == {"unread": 1}
    with told.database.transaction() as cur:
        cur.execute("SELECT operation, person_id FROM refusal")
        assert cur.fetchall() == [(operation, PEOPLE["staff"][0])]


def test_every_role_has_an_inbox_of_its_own(notifications):
    for name in PEOPLE:
        empty = {"messages": [], "unread": 0, "changed_at": None, "page": 1, "pages": 1}
        assert call(notifications, "inbox", as_=name) == empty
        assert call(notifications, "unread_count", as_=name) == {"unread": 0}
        with pytest.raises(NotFound):
            call(notifications, "read_message", {"message_id": 1}, as_=name)


@pytest.mark.parametrize("operation", ["inbox", "get_message", "mark_read", "unread_count", "read_message"])
def test_nobody_reads_without_signing_in(notifications, operation):
    with pytest.raises(Forbidden, match="sign in"):
        call(notifications, operation, as_=None)


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("inbox", {"page": 0}),
        ("inbox", {"page": "1"}),
        ("inbox", {"person_id": 2}),
        ("read_message", {}),
        ("read_message", {"message_id": 2**63}),
        ("mark_read", {}),
        ("mark_read", {"until": "2026-06-10T12:00:00"}),
        ("mark_read", {"until": "soon"}),
    ],
)
def test_malformed_parameters_are_said(notifications, operation, params):
    with pytest.raises(Invalid):
        call(notifications, operation, params, as_="staff")
