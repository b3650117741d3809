"""The own contact, called as the portal calls it: entered, proven by the code that really came, tested, removed."""

import datetime as dt
import re

import pytest

from services.notifications.delivery.contacts import MOST_AN_HOUR, MOST_WRONG_CODES
from shared.errors import Invalid
from tests.support.stats import NOON, call

NIGHT = dt.datetime(2026, 6, 13, 18, tzinfo=dt.UTC)
TYPED = {"address": "staff@huicheng.example", "language": "zh"}


@pytest.fixture
def mailing(notifications, box):
    notifications.mail_server = box.server
    notifications.now = lambda: NOON
    return notifications


def code_in(box):
    found = re.search(r"验证码：(\d{6})", box.texts[-1])
    assert found
    return found[1]


def entered(service):
    call(service, "enter_contact", TYPED, as_="staff")
    service.deliver()


def own(service, as_="staff"):
    return call(service, "own_contact", as_=as_)


def test_an_address_is_used_once_the_code_that_came_was_typed_in(mailing, box):
    # At night, on a day off: who waits for a code is awake.
    mailing.now = lambda: NIGHT
    entered(mailing)
    assert (own(mailing)["is_proven"], own(mailing)["code"]["state"]) == (False, "sent")
    assert box.received[0][0] == TYPED["address"]

    answer = call(mailing, "prove_contact", {"code": code_in(box)}, as_="staff")

    assert answer["complaint"] is None
    assert own(mailing) == answer
    assert (answer["address"], answer["is_proven"]) == (TYPED["address"], True)


def test_nobody_else_sees_it(mailing):
    entered(mailing)

    assert own(mailing, as_="head")["address"] is None


def test_a_wrong_code_is_counted_and_after_the_fifth_the_right_one_is_void(mailing, box):
    entered(mailing)
    right = code_in(box)
    wrong = f"{(int(right) + 1) % 10**6:06}"
    for _ in range(MOST_WRONG_CODES - 1):
        answer = call(mailing, "prove_contact", {"code": wrong}, as_="staff")
        assert answer["complaint"]["zh"].startswith("验证码不对")
    answer = call(mailing, "prove_contact", {"code": wrong}, as_="staff")
    assert answer["complaint"]["zh"].startswith("验证码连续5次不对，已作废")

    answer = call(mailing, "prove_contact", {"code": right}, as_="staff")

    assert answer["complaint"]["zh"].startswith("没有有效的验证码")
    assert not answer["is_proven"]


def test_a_code_holds_for_half_an_hour(mailing, box):
    entered(mailing)
    mailing.now = lambda: NOON + dt.timedelta(minutes=30)

    answer = call(mailing, "prove_contact", {"code": code_in(box)}, as_="staff")

    assert answer["complaint"]["zh"].startswith("没有有效的验证码")


def test_full_width_digits_are_the_code_too(mailing, box):
    entered(mailing)
    wide = code_in(box).translate({ord(str(digit)): ord("０") + digit for digit in range(10)})

    assert call(mailing, "prove_contact", {"code": f" {wide} "}, as_="staff")["complaint"] is None


def test_a_changed_address_is_not_used_before_it_is_proven_again(mailing, box):
    entered(mailing)
    call(mailing, "prove_contact", {"code": code_in(box)}, as_="staff")

    answer = call(mailing, "enter_contact", TYPED | {"address": "other@huicheng.example"}, as_="staff")

    assert (answer["address"], answer["is_proven"]) == ("other@huicheng.example", False)
    mailing.deliver()
    assert box.received[-1][0] == "other@huicheng.example"


def test_a_removed_address_is_forgotten_with_what_was_planned_for_it(mailing, box):
    call(mailing, "enter_contact", TYPED, as_="staff")

    answer = call(mailing, "remove_contact", as_="staff")
    mailing.deliver()

    assert answer["address"] is None
    assert own(mailing)["code"]["state"] == "cancelled"
    assert box.received == []


@pytest.mark.parametrize(
    "address",
    [
        *("", "staff", "staff@", "@house.example", "a b@house.example", "a@house"),
        *("a@b.example\nBcc: c@d.example", "邮@b.cn", "a@b.example>", f"a@{'.'.join(['b' * 60] * 4)}.cn"),
    ],
)
def test_what_is_no_address_is_refused_in_words(mailing, address):
    with pytest.raises(Invalid) as raised:
        call(mailing, "enter_contact", TYPED | {"address": address}, as_="staff")

    assert ("邮箱" if address else "请填写联系方式") in raised.value.details["fields"]["address"]["zh"]


def test_a_test_says_what_the_server_answered(mailing, box):
    entered(mailing)
    call(mailing, "prove_contact", {"code": code_in(box)}, as_="staff")
    box.recipient = "550 5.2.1 mailbox closed"

    assert call(mailing, "send_test", as_="staff")["test"]["state"] == "planned"
    mailing.deliver()

    found = own(mailing)["test"]
    assert (found["state"], found["answer"]) == ("failed", "550 5.2.1 mailbox closed")


def test_a_test_needs_a_proven_address(mailing):
    entered(mailing)

    with pytest.raises(Invalid, match="enter an address and prove it first"):
        call(mailing, "send_test", as_="staff")


def test_nobodys_mailbox_is_filled(mailing, box):
    for _ in range(MOST_AN_HOUR):
        entered(mailing)

    with pytest.raises(Invalid, match="Five were sent within an hour"):
        entered(mailing)
    mailing.now = lambda: NOON + dt.timedelta(hours=1, seconds=1)
    entered(mailing)

    assert len(box.received) == MOST_AN_HOUR + 1


def test_how_often_is_chosen_without_proving_the_address_again_and_stays_when_it_changes(mailing, box):
    with pytest.raises(Invalid, match="enter an address first"):
        call(mailing, "choose_mail", {"language": "zh", "rhythm": "weekly"}, as_="staff")
    entered(mailing)
    call(mailing, "prove_contact", {"code": code_in(box)}, as_="staff")

    answer = call(mailing, "choose_mail", {"language": "en", "rhythm": "weekly"}, as_="staff")
    changed = call(mailing, "enter_contact", TYPED | {"address": "other@huicheng.example"}, as_="staff")

    assert (answer["rhythm"], answer["language"], answer["is_proven"]) == ("weekly", "en", True)
    assert (changed["rhythm"], changed["is_proven"]) == ("weekly", False)


@pytest.mark.parametrize(("operation", "params"), [("enter_contact", TYPED), ("send_test", {})])
def test_without_a_mail_server_it_says_so(notifications, operation, params):
    assert own(notifications)["is_set_up"] is False

    with pytest.raises(Invalid, match="No mail server is set up"):
        call(notifications, operation, params, as_="staff")
