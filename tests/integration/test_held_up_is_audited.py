"""Whoever is not looked at because he came too often is in the audit log, once in a while and not once a request."""

import datetime as dt

import pytest

from services.portal import rate_limits
from services.portal.signing_in import attempts
from shared.calling.caller import AWAY
from shared.errors import BrokerAway
from tests.integration.test_links import asking
from tests.integration.test_portal_contacts import code_in, mailing
from tests.integration.test_portal_sign_in import STRANGER, _long_waits, at, guess
from tests.support.checklists import fetch, run
from tests.support.links import a_link, opened

__all__ = ["_long_waits", "asking", "mailing"]

HELD_UP = "SELECT person_name, reason FROM refusal WHERE operation = 'note_held_up' ORDER BY id"


@pytest.fixture
def log(tasks_db):
    return lambda: [(row.person_name, row.reason) for row in fetch(tasks_db, HELD_UP)]


def test_an_account_that_is_tried_too_often_is_noted_once(portal, world, log):
    guess(at(portal, STRANGER), "staff", 30)

    ((name, reason),) = log()
    assert name
    assert reason.startswith("登录试得太频繁，没有核对密码。来源标记 ")


def test_from_however_many_addresses_it_is_tried(portal, world, log):
    for number in range(60):
        guess(at(portal, f"198.51.100.{number}"), "staff")

    assert len(log()) == 1


def test_it_is_noted_again_after_a_quarter_of_an_hour(portal, portal_db, world, log):
    guess(at(portal, STRANGER), "staff", 8)
    run(portal_db, "UPDATE sign_in_counter SET noted_at = noted_at - interval '16 minutes'")
    guess(at(portal, STRANGER), "staff", 8)

    assert len(log()) == 2


def test_a_name_that_nobody_has_is_not_kept(portal, log):
    guess(at(portal, STRANGER), "my own password", 8)

    ((name, reason),) = log()
    assert not name
    assert "my own password" not in reason


def test_an_address_that_tries_many_names_is_noted_once(portal, log):
    for number in range(40):
        guess(at(portal, STRANGER), f"name{number}")

    ((name, reason),) = log()
    assert not name
    assert reason.startswith("来自同一地址的登录试得太频繁，没有核对密码。来源标记 ")
    assert STRANGER not in reason


def test_the_log_can_tell_addresses_apart(portal, world, portal_db, log):
    guess(at(portal, STRANGER), "staff", 8)
    guess(at(portal, "203.0.113.9"), "lead", 8)
    run(portal_db, "UPDATE sign_in_counter SET noted_at = NULL")
    guess(at(portal, STRANGER), "staff", 1)

    marks = [reason.rpartition(" ")[2] for _, reason in log()]
    assert marks[0] == marks[2] != marks[1]


def test_where_the_log_is_away_the_answer_is_the_same_and_the_next_is_noted(portal, world, log, monkeypatch):
    stranger = at(portal, STRANGER)
    guess(stranger, "staff", 5)
    with monkeypatch.context() as patch:
        patch.setattr("services.portal.signing_in.entering.ask", _away)
        away = guess(stranger, "staff")

    assert guess(stranger, "staff") == away
    assert len(log()) == 1


def _away(*_args: object, **_params: object) -> None:
    raise BrokerAway(AWAY)


def test_whoever_tries_links_is_noted_once(house):
    rate_limits.install(house.app, knows_clients=True)
    for number in range(60):
        house.app.test_client().get(f"/l/{'C' * 41}{number:02}", environ_base={"REMOTE_ADDR": STRANGER})

    ((reason,),) = fetch(house.databases["tasks"], "SELECT reason FROM refusal WHERE operation = 'note_held_up'")
    assert reason.startswith("打开消息里的链接太频繁，没有受理。来源标记 ")


def told(house):
    return [tuple(row) for row in fetch(house.databases["tasks"], HELD_UP)]


def test_where_the_log_is_away_the_next_link_is_noted(house, monkeypatch):
    rate_limits.install(house.app, knows_clients=True)
    browser = house.app.test_client()
    with monkeypatch.context() as patch:
        patch.setattr("services.portal.held_up.ask", _away)
        for number in range(60):
            browser.get(f"/l/{'C' * 41}{number:02}", environ_base={"REMOTE_ADDR": STRANGER})

    assert browser.get(f"/l/{'D' * 43}", environ_base={"REMOTE_ADDR": STRANGER}).status_code == 429
    assert len(told(house)) == 1


def change(person, old):
    person.open("/password")
    person.send(person.form("/password"), old=old, new="ten green bottles 9", again="ten green bottles 9")


def test_whoever_tries_old_passwords_is_noted_once(house, world):
    person = house.sign_in("staff")
    for number in range(9):
        change(person, f"not {number}")

    assert "才能再试" in person.text
    ((name, reason),) = told(house)
    assert name == "徽城镇填报员"
    assert reason == "原密码连续5次不正确，一刻钟内不再核对。"


def test_old_passwords_that_are_mistyped_now_and_then_are_not(house, world):
    person = house.sign_in("staff")
    for old in ["not it"] * 4 + [world.password]:
        change(person, old)

    assert told(house) == []


def test_after_the_wait_old_passwords_are_noted_again(house, world):
    person = house.sign_in("staff")
    for _ in range(2):
        for _ in range(6):
            change(person, "not it")
        run(house.databases["tasks"], "UPDATE person SET locked_until = locked_until - interval '16 minutes'")

    assert len(told(house)) == 2


def test_a_link_that_wrong_digits_make_void_is_noted_with_its_post(asking):
    person = opened(asking, a_link(asking))
    for _ in range(5):
        person.send(person.form("/link/digits"), digits="0000")
    person.open("/link")

    ((name, reason),) = told(asking)
    assert name == "徽城镇填报员"
    assert reason.startswith("手机号后四位连续5次不符，链接已作废。")
    assert "0000" not in reason


def test_whoever_guesses_at_a_code_is_noted_when_it_is_void(mailing):
    house, box = mailing
    person = house.sign_in("staff").open("/contact")
    person.send(person.form("/contact"), address="staff@huicheng.example", language="zh")
    house.services["notifications"].deliver()
    wrong = "000000" if code_in(box) != "000000" else "000001"
    for _ in range(4):
        person.open("/contact")
        person.send(person.form("/contact/prove"), code=wrong)
    assert told(house) == []

    person.open("/contact")
    form = person.form("/contact/prove")
    person.send(form, code=wrong)
    person.send(form, code=wrong)

    assert "验证码连续5次不对，已作废" in person.text
    ((name, reason),) = told(house)
    assert name == "徽城镇填报员"
    assert reason.startswith("联系方式的验证码连续5次不对，已作废。")


def test_whoever_has_codes_sent_again_and_again_is_noted_once(mailing):
    house, _box = mailing
    person = house.sign_in("staff")
    for number in range(8):
        person.open("/contact")
        person.send(person.form("/contact"), address=f"staff{number}@huicheng.example", language="zh")

    assert "一小时内已经发过五次" in person.text
    ((name, reason),) = told(house)
    assert name == "徽城镇填报员"
    assert reason.startswith("一小时内发出的验证码和测试消息太多，没有再发。")


def test_whoever_has_tests_sent_again_and_again_is_noted_once(mailing):
    house, box = mailing
    person = house.sign_in("staff").open("/contact")
    person.send(person.form("/contact"), address="staff@huicheng.example", language="zh")
    house.services["notifications"].deliver()
    person.open("/contact")
    person.send(person.form("/contact/prove"), code=code_in(box))
    for _ in range(7):
        person.open("/contact")
        person.send(person.form("/contact/test"))

    ((name, _reason),) = told(house)
    assert name == "徽城镇填报员"


def test_the_auditor_reads_it_in_words(house):
    rate_limits.install(house.app, knows_clients=True)
    for _ in range(8):
        guess(at(house.app, STRANGER), "staff")

    page = house.sign_in("auditor").open("/audit")

    assert "试得太频繁，没有受理" in page.text
    assert dt.timedelta(minutes=15) == attempts.NOTED_WITHIN
