"""The link as it leaves the house: in each letter to a post that fills in for a unit, another one each time."""

import datetime as dt
import re
import threading

import pytest

from services.notifications.delivery import sending
from services.notifications.links import giving
from services.notifications.links.link import hash_of
from services.notifications.links.picture import png_of
from shared.events import PersonChanged
from tests.integration.test_delivery import (
    HEAD,
    NOON,
    SETTLED,
    STAFF,
    TOMORROW,
    deliver,
    ledger,
    mailing,
    owe,
    write,
)
from tests.support.checklists import fetch
from tests.support.eventually import eventually
from tests.support.notifications import learn
from tests.support.stats import HUICHENG, call, received

__all__ = ["mailing"]

NEW_ADDRESS = {"address": "other@huicheng.example", "language": "zh"}

LINK = re.compile(r"https://q\.example/l/([\w-]{43})$", re.MULTILINE)


def token_in(text):
    (token,) = LINK.findall(text)
    return token


def links(service):
    return fetch(service.database, "SELECT token_hash, person_id, holder, unit_id, expires_at FROM link ORDER BY id")


def look_at(service, token):
    return call(service, "look_at_link", {"link_hash": hash_of(token)}, as_=None)


def test_each_letter_has_a_link_of_its_own_and_its_picture(mailing, box):
    owe(mailing, 1)
    deliver(mailing, NOON)
    deliver(mailing, SETTLED)
    owe(mailing, 2, at=TOMORROW)
    deliver(mailing, TOMORROW)
    deliver(mailing, TOMORROW + dt.timedelta(minutes=11))

    tokens = [token_in(text) for text in box.texts]
    assert len(set(tokens)) == 2
    assert [row.token_hash for row in links(mailing)] == [hash_of(token) for token in tokens]
    assert links(mailing)[0].expires_at == SETTLED + dt.timedelta(days=14)
    for (_, mail), token in zip(box.received, tokens, strict=True):
        (picture,) = [part for part in mail.iter_attachments() if part.get_content_type() == "image/png"]
        assert picture.get_content() == png_of(f"https://q.example/l/{token}")
        assert picture["Content-Disposition"].startswith("inline")
    # The day before's still opens: whoever reads both may use either.
    assert [look_at(mailing, token)["standing"] for token in tokens] == ["good", "good"]
    found = look_at(mailing, tokens[0])["link"]
    assert (found["person_id"], found["holder"], found["unit_id"]) == (STAFF, 0, HUICHENG)


@pytest.mark.parametrize(("operation", "params"), [("remove_contact", {}), ("enter_contact", NEW_ADDRESS)])
def test_links_that_went_to_an_address_that_is_given_up_are_void(mailing, box, operation, params):
    owe(mailing, 1)
    deliver(mailing, NOON)
    deliver(mailing, SETTLED)
    token = token_in(box.texts[0])
    assert look_at(mailing, token)["standing"] == "good"

    call(mailing, operation, {"channel": "mail", **params}, as_="staff")

    assert look_at(mailing, token)["standing"] == "revoked"


def test_who_works_for_the_lead_bureau_too_gets_no_link(mailing, box):
    write(mailing, "UPDATE person SET roles = '{unit_staff,lead_bureau}' WHERE id = %s", (STAFF,))
    owe(mailing, 1)
    deliver(mailing, NOON)
    deliver(mailing, SETTLED)

    assert links(mailing) == []
    assert "/l/" not in box.texts[0]


def test_a_letter_that_was_not_taken_leaves_no_link_and_the_next_try_has_another(mailing, box):
    owe(mailing, 1)
    deliver(mailing, NOON)
    box.recipient = "452 mailbox full"
    deliver(mailing, SETTLED)
    assert ledger(mailing)[0][2:4] == ("planned", 1)
    assert links(mailing) == []

    box.recipient = "250 OK"
    deliver(mailing, SETTLED + dt.timedelta(minutes=2))

    (row,) = links(mailing)
    assert row.token_hash == hash_of(token_in(box.texts[0]))


def test_a_letter_of_which_nobody_knows_keeps_its_link(mailing, box):
    owe(mailing, 1)
    deliver(mailing, NOON)
    box.data = "break"
    deliver(mailing, SETTLED)

    assert ledger(mailing)[0][2] == "unknown"
    assert look_at(mailing, token_in(box.texts[0]))["standing"] == "good"


def test_without_an_address_of_the_pages_there_is_no_link(mailing, box):
    mailing.pages_url = ""
    owe(mailing, 1)
    deliver(mailing, NOON)
    deliver(mailing, SETTLED)

    assert links(mailing) == []
    assert "/l/" not in box.texts[0]


def test_a_post_that_fills_in_for_no_unit_gets_the_plain_address(mailing, box):
    write(mailing, "UPDATE person SET roles = '{lead_bureau}' WHERE id = %s", (STAFF,))
    owe(mailing, 1)
    write(mailing, "UPDATE message SET person_id = %s", (STAFF,))
    deliver(mailing, NOON)
    deliver(mailing, SETTLED)

    assert links(mailing) == []
    assert all("请登录办理：https://q.example" in text for text in box.texts)


def test_codes_and_tests_have_no_link(mailing, box):
    mailing.now = lambda: NOON
    call(mailing, "send_test", as_="staff")
    deliver(mailing, NOON)

    assert links(mailing) == []
    assert len(box.received) == 1


def test_a_hand_over_that_is_heard_twice_ends_the_links_of_before(mailing, box):
    owe(mailing, 1)
    deliver(mailing, NOON)
    deliver(mailing, SETTLED)
    handed_over = PersonChanged(STAFF, HUICHENG, "岗位", ["unit_staff"], is_active=True, version=2, holder=1)

    for _ in range(2):
        learn(mailing, [received(handed_over)])

    assert look_at(mailing, token_in(box.texts[0])) == {"standing": "handed_over", "link": None}


# ---- made void at the very moment --------------------------------------------------------------------------------


def wait_until_locked(service, thread):
    """Until somebody waits for a lock, or the thread is through without."""
    waits = "SELECT FROM pg_locks WHERE NOT granted"
    eventually(lambda: not thread.is_alive() or fetch(service.database, waits))


def meanwhile(service, operation, params=None):
    """The operation of the staff in another connection."""
    thread = threading.Thread(target=call, args=(service, operation, params or {}), kwargs={"as_": "staff"})
    thread.start()
    return thread


ALL_OF_THE_POST = [("void_own_links", {}), ("remove_contact", {"channel": "mail"})]


@pytest.mark.parametrize(("operation", "params"), ALL_OF_THE_POST)
def test_making_void_reaches_a_link_that_is_given_in_the_act(mailing, operation, params):
    """It waits for the other transaction, whose clock may be ahead."""
    mailing.now = lambda: SETTLED
    with mailing.database.transaction() as cur:
        token = giving.give(cur, STAFF, 1, SETTLED + dt.timedelta(seconds=5))
        thread = meanwhile(mailing, operation, params)
        wait_until_locked(mailing, thread)
    thread.join()

    assert look_at(mailing, token)["standing"] == "revoked"


@pytest.mark.parametrize(("operation", "params"), ALL_OF_THE_POST)
def test_what_is_given_right_after_making_void_by_who_had_begun_before_has_no_link(mailing, operation, params):
    """The sender may have read the address that was given up."""
    mailing.now = lambda: SETTLED
    with mailing.database.transaction() as cur:
        meanwhile(mailing, operation, params).join()
        assert giving.give(cur, STAFF, 1, SETTLED - dt.timedelta(seconds=1)) is None
        assert giving.give(cur, STAFF, 1, SETTLED + dt.timedelta(seconds=1)) is None
        assert giving.give(cur, STAFF, 1, SETTLED + dt.timedelta(minutes=2)) is not None
        assert giving.give(cur, HEAD, 1, SETTLED) is not None


def test_a_letter_that_is_being_claimed_when_its_address_is_removed_carries_a_void_link(mailing, box):
    """Both hold what the other wants, in one order."""
    owe(mailing, 1)
    deliver(mailing, NOON)
    mailing.now = lambda: SETTLED
    with mailing.database.transaction() as cur:
        ready = sending.claim(cur, SETTLED, sending.House("https://q.example", "house.example"))
        thread = threading.Thread(
            target=call, args=(mailing, "remove_contact", {"channel": "mail"}), kwargs={"as_": "staff"}
        )
        thread.start()
        wait_until_locked(mailing, thread)
    thread.join()

    assert look_at(mailing, ready.token)["standing"] == "revoked"


def test_a_hand_over_makes_void_what_is_given_while_it_is_learnt(mailing):
    """Whoever read the old holder's address gives no link to the new one's pages."""
    with mailing.database.transaction() as cur:
        handed_over = PersonChanged(STAFF, HUICHENG, "经办人", ["unit_staff"], is_active=True, version=9, holder=1)
        mailing.now = lambda: SETTLED
        learn(mailing, [received(handed_over, at=SETTLED)])
        assert giving.give(cur, STAFF, 1, SETTLED - dt.timedelta(seconds=1)) is None


def test_an_old_link_stays_void_and_one_that_is_given_later_opens(mailing):
    mailing.now = lambda: SETTLED
    with mailing.database.transaction() as cur:
        old = giving.give(cur, STAFF, 1, NOON)
    assert call(mailing, "void_own_links", as_="staff") == {"links": 1}
    later = SETTLED + dt.timedelta(minutes=2)
    with mailing.database.transaction() as cur:
        new = giving.give(cur, STAFF, 2, later)
    mailing.now = lambda: later

    assert [look_at(mailing, one)["standing"] for one in (old, new)] == ["revoked", "good"]
    assert call(mailing, "list_links", {"page": 1}, as_="admin")["total"] == 1
