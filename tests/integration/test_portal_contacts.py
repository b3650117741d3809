"""The page of the own contacts: entered, proven by the code that really came, tested, removed, by each channel."""

import re

import pytest

from shared.accounts import Channels
from tests.support.house import House
from tests.support.mailbox import Mailbox, mailbox
from tests.support.robots import DINGTALK_PATH, Provider


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

    assert "系统还没有接入邮件、短信或群机器人" in person.text
    assert 'name="address"' not in person.response.text


def test_an_address_is_entered_proven_tested_and_removed(mailing):
    house, box = mailing
    person = house.sign_in("staff").open("/inbox").open("/contact")
    person.send(person.form("/contact"), address="staff@huicheng.example", language="zh")
    assert "验证码已发出" in person.text
    house.services["notifications"].deliver()

    person.open("/contact")
    assert "250 OK queued" in person.text
    wrong = "000000" if code_in(box) != "000000" else "000001"
    person.send(person.form("/contact/prove"), code=wrong)
    assert person.response.status_code == 422
    assert "验证码不对" in person.text
    person.send(person.form("/contact/prove"), code=code_in(box))
    assert "已验证，以后的提醒" in person.text

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
    assert "已删除，提醒不再发到那里" in person.text
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


@pytest.fixture
def speaking(house: House, there: Provider):
    """The house with robots and short messages, and no mail."""
    house.services["notifications"].channels = there.channels
    return house, there


def test_a_robot_is_chosen_and_a_number_typed_in_each_under_its_own_heading(speaking):
    house, there = speaking
    person = house.sign_in("staff").open("/contact")
    assert re.findall("<h2>(.*?)</h2>", person.response.text) == ["短信", "企业微信群", "钉钉群", "飞书群"]
    ids = re.findall(r'\bid="([^"]+)"', person.response.text)
    assert len(ids) == len(set(ids))

    person.send(form_of(person, "/contact", "dingtalk"), address="乡镇群", language="zh")
    assert "验证码已发出" in person.text
    person.open("/contact")
    person.send(form_of(person, "/contact", "sms"), address="1390000000", language="zh")
    assert person.response.status_code == 422
    assert "这不是手机号码" in person.text
    assert 'value="1390000000"' in person.response.text

    house.services["notifications"].speak()
    code = re.search(r"验证码：(\d{6})", there.said(DINGTALK_PATH)[0])
    person.open("/contact")
    person.send(form_of(person, "/contact/prove", "dingtalk"), code="x")
    assert person.response.status_code == 422
    person.send(form_of(person, "/contact/prove", "dingtalk"), code=code[1])
    person.send(form_of(person, "/contact/test", "dingtalk"))
    there.answer = 200, {}, '{"errcode": 430102, "errmsg": "文本中含有不合适的内容"}'.encode()
    house.services["notifications"].speak()
    assert "430102 文本中含有不合适的内容" in person.open("/contact").text
    person.send(form_of(person, "/contact/remove", "dingtalk"))
    assert "提醒发往" not in person.text


def form_of(person, action, channel):
    """The form of a channel among those that go to one address."""
    return next(one for one in person.forms if one.action.endswith(action) and ("channel", channel) in one.fields)


def test_no_page_shows_a_secret_of_an_account(speaking):
    house, there = speaking
    secrets = [secret for account in there.channels.accounts for secret in account.secrets if secret != "qingdan"]
    staff, admin = house.sign_in("staff"), house.sign_in("admin")
    staff.open("/contact")
    staff.send(form_of(staff, "/contact", "wecom"), address="就业工作群", language="zh")
    house.services["notifications"].speak()

    shown = [staff.open("/contact").response.text, admin.open("/deliveries").response.text]

    assert "企业微信群：就业工作群" in admin.text
    assert len(secrets) > 5
    assert not any(secret in page for secret in secrets for page in shown)


def test_a_robot_that_is_gone_is_said_to_be(speaking):
    house, there = speaking
    staff = house.sign_in("staff").open("/contact")
    staff.send(form_of(staff, "/contact", "wecom"), address="就业工作群", language="zh")
    house.services["notifications"].channels = Channels((there.feishu,))

    staff.open("/contact")

    assert "这种渠道现在没有接入，发往就业工作群的提醒已停止" in staff.text
    assert form_of(staff, "/contact/remove", "wecom")
