"""The page of the own address for mail: entered, proven by the code that really came, tested, removed."""

import re

import pytest

from tests.support.house import House
from tests.support.mailbox import Mailbox, mailbox


@pytest.fixture
def mailing(house: House, tmp_path):
    """The house with a mail server."""
    with mailbox(tmp_path) as box:
        house.services["notifications"].mail_server = box.server
        yield house, box


def code_in(box: Mailbox) -> str:
    found = re.search(r"验证码：(\d{6})", box.texts[-1])
    assert found
    return found[1]


def test_without_a_mail_server_the_page_says_so_and_has_no_form(house: House):
    person = house.sign_in("staff").open("/contact")

    assert "系统还没有接入邮件服务器" in person.text
    assert 'name="address"' not in person.response.text


def test_an_address_is_entered_proven_tested_and_removed(mailing):
    house, box = mailing
    person = house.sign_in("staff").open("/inbox").open("/contact")
    person.send(person.form("/contact"), address="staff@huicheng.example", language="zh")
    assert "验证码已发往这个邮箱" in person.text
    house.services["notifications"].deliver()

    person.open("/contact")
    assert "250 OK queued" in person.text
    wrong = "000000" if code_in(box) != "000000" else "000001"
    person.send(person.form("/contact/prove"), code=wrong)
    assert person.response.status_code == 422
    assert "验证码不对" in person.text
    person.send(person.form("/contact/prove"), code=code_in(box))
    assert "邮箱已验证" in person.text

    person.send(person.form("/contact/choose"), rhythm="weekly")
    assert "已保存" in person.text
    assert re.search(r'<option[^>]*selected[^>]*value="weekly"|value="weekly"[^>]*selected', person.response.text)
    person.send(person.form("/contact/choose"), rhythm="never")
    assert person.response.status_code == 422

    person.send(person.form("/contact/test"))
    box.data = "452 4.2.2 mailbox full"
    house.services["notifications"].deliver()
    person.open("/contact")
    assert "452 4.2.2 mailbox full" in person.text
    assert "等待发送" in person.text

    person.send(person.form("/contact/remove"))
    assert "邮箱已删除" in person.text
    assert "staff@huicheng.example" not in person.text


def test_a_wrong_address_keeps_what_was_typed_and_says_what_to_do(mailing):
    house, box = mailing
    person = house.sign_in("staff").open("/contact")

    person.send(person.form("/contact"), address="staff@huicheng", language="en")

    assert person.response.status_code == 422
    assert "这不是完整的邮箱地址" in person.text
    assert 'value="staff@huicheng"' in person.response.text
    assert box.received == []


def test_nobody_else_sees_the_address(mailing):
    house, _box = mailing
    person = house.sign_in("staff").open("/contact")
    person.send(person.form("/contact"), address="staff@huicheng.example", language="zh")

    assert "staff@huicheng.example" not in house.sign_in("head").open("/contact").text


def test_the_administrator_finds_what_did_not_arrive_and_sends_it_again(mailing):
    house, box = mailing
    person = house.sign_in("staff").open("/contact")
    box.recipient = "550 5.1.1 no such user"
    person.send(person.form("/contact"), address="staff@huicheng.example", language="zh")
    house.services["notifications"].deliver()

    admin = house.sign_in("admin").open("/deliveries?state=failed")
    assert "550 5.1.1 no such user" in admin.text
    assert "被拒收 1" in admin.text
    admin.send(admin.form("/deliveries/replay"), reason="")
    assert admin.response.status_code == 422
    assert "重发原因" in admin.text

    box.recipient = "250 OK"
    admin.send(admin.form("/deliveries/replay"), reason="邮箱已开通")
    assert "已安排重发" in admin.text
    house.services["notifications"].deliver()
    assert "邮箱已开通" in admin.open("/deliveries?state=sent").text
    assert len(box.received) == 1


def test_only_the_administrator_opens_the_ledger(house: House):
    assert house.sign_in("staff").open("/deliveries").response.status_code == 403
