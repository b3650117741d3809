"""The link as it leaves the house: in each letter to a post that fills in for a unit, another one each time."""

import datetime as dt
import re

import pytest

from services.notifications.links.link import hash_of
from services.notifications.links.picture import png_of
from shared.events import PersonChanged
from tests.integration.test_delivery import (
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
