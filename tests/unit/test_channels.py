"""Robots and short messages as arithmetic: limits, cutting, signatures, addresses, and the file of accounts."""

import base64
import datetime as dt
import hashlib
import hmac
import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.channels import fitting, gateway, robots, room, wording
from services.notifications.channels.hosts import all_may_be_spoken_to, may_be_spoken_to
from services.notifications.delivery.letter import Line
from services.notifications.delivery.said import Said
from services.notifications.delivery.states import ROBOTS as ROBOT_CHANNELS
from services.notifications.delivery.states import Channel, Purpose
from shared.accounts import ROBOTS, SMS, Channels, Endpoint, Gateway, Robot
from shared.process.channels_file import TEMPLATES, read_channels
from shared.process.settings import SettingError, read
from shared.process.toml_table import Wrong

ROOT = Path(__file__).parents[2]
NOW = dt.datetime(2026, 6, 10, 4, 5, 6, 789000, tzinfo=dt.UTC)
ENDPOINT = Endpoint("https://oapi.dingtalk.com/robot/send?access_token=t")
WECOM = Robot("wecom", "群", ENDPOINT)
DINGTALK = Robot("dingtalk", "群", ENDPOINT, "SECabc", "清单")
FEISHU = Robot("feishu", "群", ENDPOINT, "s3cret")
GATEWAY = Gateway("短信", ENDPOINT, "县就业办", {"m": "{phone}", "c": "{text}"}, templates=TEMPLATES)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
SECONDS = dt.timedelta(seconds=1)


def lines(count, title="建成一个创业园"):
    return [Line("issued", f"{title}{number}", "", dt.date(2026, 7, 10)) for number in range(count)]


def said(count, *, unit="徽城镇", purpose=Purpose.DIGEST, language="zh", title="建成一个创业园", code="123456"):
    return Said(purpose, unit, code, lines(count, title), language, "https://q.example")


# Signatures, by the recipe that each provider publishes.


@given(st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=60), st.integers(0, 2**31))
def test_dingtalk_signs_milliseconds_with_its_secret_as_the_key(secret, stamp):
    now = dt.datetime.fromtimestamp(stamp, dt.UTC)
    request = robots.request_of(replace(DINGTALK, secret=secret), "清单", now)

    query = {name: values[0] for name, values in parse_qs(urlsplit(request.target).query).items()}
    signed = hmac.digest(secret.encode("utf-8"), f"{stamp * 1000}\n{secret}".encode(), "sha256")
    assert query == {"access_token": "t", "timestamp": str(stamp * 1000), "sign": base64.b64encode(signed).decode()}


@given(st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=60), st.integers(0, 2**31))
def test_feishu_signs_nothing_with_seconds_and_secret_as_the_key(secret, stamp):
    now = dt.datetime.fromtimestamp(stamp, dt.UTC)
    body = json.loads(robots.request_of(replace(FEISHU, secret=secret), "清单", now).body)

    signed = hmac.new(f"{stamp}\n{secret}".encode(), digestmod=hashlib.sha256).digest()
    assert body == {
        "msg_type": "text",
        "content": {"text": "清单"},
        "timestamp": str(stamp),
        "sign": base64.b64encode(signed).decode(),
    }


def test_a_robot_without_a_secret_signs_nothing():
    assert robots.request_of(replace(DINGTALK, secret=""), "x", NOW).target == "/robot/send?access_token=t"
    assert "sign" not in json.loads(robots.request_of(replace(FEISHU, secret=""), "x", NOW).body)
    assert json.loads(robots.request_of(WECOM, "清单", NOW).body) == {"msgtype": "text", "text": {"content": "清单"}}


# What a channel takes.


@given(st.sampled_from([WECOM, DINGTALK, FEISHU]), st.integers(0, 150), TEXTS, st.sampled_from(["zh", "en"]))
def test_a_digest_fits_and_is_cut_by_whole_lines_in_their_order(robot, count, title, language):
    text = wording.by_robot(robot, said(count, title=title.strip() or "题", language=language)).text

    body = robots.request_of(robot, text, NOW).body
    assert len(text.encode()) <= robots.MOST_BYTES[robot.kind]
    assert len(body) <= 20_000
    assert robot.keyword in text
    numbers = [int(line.partition(".")[0]) for line in text.split("\n") if line.partition(". ")[0].isdecimal()]
    assert numbers[:count] == list(range(1, len(numbers) + 1))[:count]
    if len(numbers) < count:
        left_out = f"另有 {count - len(numbers)} 项" if language == "zh" else f"{count - len(numbers)} more"
        assert left_out in text


@given(st.lists(TEXTS, max_size=30), st.integers(10, 300))
def test_no_line_that_would_still_fit_is_left_out(found, most):
    def whole(kept, left_out):
        return "\n".join([*kept, f"+{left_out}"])

    text = fitting.fitted(found, most, whole, len)
    kept = next(n for n in range(len(found), -1, -1) if whole(found[:n], len(found) - n) == text)

    assert len(text) <= most or kept == 0
    assert all(len(whole(found[:n], len(found) - n)) > most for n in range(kept + 1, len(found) + 1))


@pytest.mark.parametrize(
    ("length", "segments"), [(0, 1), (1, 1), (70, 1), (71, 2), (134, 2), (135, 3), (201, 3), (202, 4)]
)
def test_parts_of_a_short_message(length, segments):
    assert fitting.segments("清" * length) == segments


def test_a_sign_beyond_the_first_plane_counts_twice():
    assert (fitting.segments("𠮷" * 35), fitting.segments("𠮷" * 36)) == (1, 2)


@given(st.integers(1, 10), st.integers(0, 80), TEXTS)
def test_a_short_message_with_lines_stays_within_the_parts_that_are_paid_for(most, count, title):
    templates = {**TEMPLATES, ("digest", "zh"): "{unit}：{lines}"}
    account = replace(GATEWAY, most_segments=most, templates=templates)

    worded = wording.by_gateway(account, said(count, title=title.strip() or "题"))

    assert worded.segments == fitting.segments(worded.text) <= most
    assert worded.text.startswith("【县就业办】徽城镇：")


def test_what_fills_a_place_is_not_looked_at_again():
    text = gateway.text_of(GATEWAY, "{unit}{total}", {"unit": "{total}", "total": "3"}, [], "zh")

    assert text == "【县就业办】{total}3"


def test_the_body_of_the_gateway_is_what_the_settings_say():
    account = replace(
        GATEWAY,
        fields={"to": ["{phone}"], "param": {"count": "{total}"}, "id": "{key}", "pw": "{pw}", "tpl": "{template}"},
        headers={"Authorization": "Bearer {pw}"},
        secret_places={"pw": "hush"},
        ids={"digest": "SMS_1"},
    )
    worded = wording.by_gateway(account, said(2))
    request = gateway.request_of(account, phone="13900000000", text=worded.text, key="<k>", places=worded.places)

    assert json.loads(request.body) == {
        "to": ["13900000000"], "param": {"count": "2"}, "id": "<k>", "pw": "hush", "tpl": "SMS_1"}  # fmt: skip
    assert request.headers["Authorization"] == "Bearer hush"
    form = gateway.request_of(
        replace(account, fields={"c": "{text}"}, is_form=True), phone="1", text="清 单&", key="k", places={}
    )
    assert parse_qsl(form.body.decode()) == [("c", "清 单&")]
    assert form.headers["Content-Type"].startswith("application/x-www-form-urlencoded")


def test_each_purpose_has_a_sentence_in_each_language():
    for purpose in Purpose:
        for language in ("zh", "en"):
            robot = wording.by_robot(DINGTALK, said(1, purpose=purpose, language=language)).text
            sms = wording.by_gateway(GATEWAY, said(1, purpose=purpose, language=language)).text
            assert "徽城镇" in robot
            assert sms.startswith("【县就业办】")
            assert ("123456" in robot) == ("123456" in sms) == (purpose is Purpose.CODE)


# Limits of providers.


@given(st.sampled_from([WECOM, DINGTALK, FEISHU]), st.lists(st.floats(0, 300), max_size=250), st.randoms())
def test_no_minute_of_the_provider_has_more_than_it_allows(account, moments, chance):
    """Two senders whose clocks differ, and a way that takes up to ten seconds."""
    uses: list[dt.datetime] = []
    arrived: list[dt.datetime] = []
    for moment in sorted(moments):
        now = NOW + dt.timedelta(seconds=moment)
        if room.has_room(account, uses, now):
            uses = room.with_use(account, uses, now)
            arrived.append(now + dt.timedelta(seconds=chance.uniform(0, 10)))
    most = 100 if account is FEISHU else 20

    for start in arrived:
        assert sum(start <= one < start + room.MINUTE for one in arrived) <= most


@given(st.lists(st.floats(0, 20), max_size=200))
def test_to_feishu_at_most_five_go_in_a_second(moments):
    uses: list[dt.datetime] = []
    sent: list[dt.datetime] = []
    for moment in sorted(moments):
        now = NOW + dt.timedelta(seconds=moment)
        if room.has_room(FEISHU, uses, now):
            uses = room.with_use(FEISHU, uses, now)
            sent.append(now)

    assert all(sum(start <= one < start + SECONDS for one in sent) <= 5 for start in sent)


def test_what_is_full_has_room_again_and_not_before():
    uses = [NOW] * 20
    longest = room.MINUTE + room.ARRIVES_WITHIN

    assert not room.has_room(WECOM, uses, NOW + longest - dt.timedelta(microseconds=1))
    assert room.has_room(WECOM, uses, NOW + longest)
    assert room.with_use(WECOM, uses, NOW + longest) == [NOW + longest]
    # A sender whose clock is ahead has used it too.
    assert not room.has_room(WECOM, uses, NOW - dt.timedelta(minutes=5))


@given(st.integers(0, 24 * 3600))
def test_the_crowded_minute_is_that_of_the_clock(second):
    moment = dt.datetime(2026, 6, 10, tzinfo=dt.UTC) + dt.timedelta(seconds=second)
    within = second % 1800

    assert room.is_crowded(moment) == (within < 60 or within >= 1790)
    assert room.has_room(FEISHU, [], moment) != room.is_crowded(moment)
    assert room.has_room(DINGTALK, [], moment)


def test_pauses_of_an_account_double_up_to_ten_minutes():
    assert [room.pause_after(one).total_seconds() for one in (1, 2, 3, 5, 6, 99)] == [30, 60, 120, 480, 600, 600]


# Addresses.


@given(st.ip_addresses())
def test_nothing_but_the_internet_is_spoken_to(address):
    is_allowed = may_be_spoken_to(str(address), may_be_private=False)

    assert not (is_allowed and (address.is_private or address.is_loopback or address.is_link_local))
    assert not (may_be_spoken_to(str(address), may_be_private=True) and address.is_link_local)


@pytest.mark.parametrize(
    ("address", "public", "private"),
    [
        ("203.119.1.1", True, True),
        ("2400:3200::1", True, True),
        ("10.0.0.1", False, True),
        ("127.0.0.1", False, True),
        ("::1", False, True),
        ("fd00::1", False, True),
        ("169.254.169.254", False, False),
        ("::ffff:169.254.169.254", False, False),
        ("::ffff:10.0.0.1", False, True),
        ("64:ff9b::a9fe:a9fe", False, False),
        ("64:ff9b::7f00:1", False, True),
        ("2002:7f00:1::1", False, True),
        ("fe80::1%eth0", False, False),
        ("224.0.0.1", False, False),
        ("0.0.0.0", False, False),
        ("100.64.0.1", False, True),
    ],
)
def test_which_addresses_are_spoken_to(address, public, private):
    assert may_be_spoken_to(address, may_be_private=False) is public
    assert may_be_spoken_to(address, may_be_private=True) is private


def test_of_several_addresses_all_must_pass():
    assert all_may_be_spoken_to(["203.119.1.1", "2400:3200::1"], may_be_private=False)
    assert not all_may_be_spoken_to(["203.119.1.1", "10.0.0.1"], may_be_private=False)
    assert not all_may_be_spoken_to([], may_be_private=True)


# The file of accounts.

WHOLE = """
[hosts]
allowed = ["sms.she.example"]
private = ["sms.she.example"]

[[robot]]
kind = "wecom"
name = "就业工作群"
webhook_file = "wecom.url"

[[robot]]
kind = "dingtalk"
name = "乡镇群"
webhook_env = "DING_URL"
secret = "SECx"
keyword = "清单"

[sms]
name = "县短信平台"
url = "https://sms.she.example/send"
signature = "县就业办"
body = "form"
fields = { account = "{account}", pw = "{password}", mobile = "{phone}", content = "{text}" }
secrets = { account = "qingdan", password_env = "SMS_PW" }
answer = { code = "result.code", message = "msg", sent = ["0"], later = ["429"] }
template_ids = { digest = "SMS_1" }
per_minute = 120

[sms.templates.digest]
zh = "{unit}有{total}项：{lines}"
"""
ENV = {"DING_URL": "https://oapi.dingtalk.com/robot/send?access_token=t", "SMS_PW": "hush"}


@pytest.fixture
def file(tmp_path):
    (tmp_path / "wecom.url").write_text("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k3y\n")
    path = tmp_path / "channels.toml"
    path.write_text(WHOLE)
    return path


def test_a_file_of_accounts_is_read_with_its_secrets_from_elsewhere(file):
    found = read({**ENV, "QINGDAN_CHANNELS": str(file)}).channels

    wecom, dingtalk = found.robots
    assert (wecom.endpoint.host, wecom.endpoint.target) == ("qyapi.weixin.qq.com", "/cgi-bin/webhook/send?key=k3y")
    assert not wecom.endpoint.may_be_private
    assert (dingtalk.name, dingtalk.secret, dingtalk.keyword) == ("乡镇群", "SECx", "清单")
    assert found.gateway is not None
    assert found.gateway.endpoint.may_be_private
    assert found.gateway.secret_places == {"account": "qingdan", "password": "hush"}
    templates = found.gateway.templates
    assert templates["digest", "zh"] == templates["digest", "en"] == "{unit}有{total}项：{lines}"
    assert found.gateway.templates["code", "en"] == TEMPLATES["code", "en"]
    assert found.named("sms", "whatever") is found.gateway
    assert found.named("wecom", "乡镇群") is None
    for secret in ("k3y", "SECx", "hush"):
        assert secret not in repr(found)


def test_without_a_file_there_are_no_channels():
    assert read({}).channels == Channels()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('kind = "wecom"', 'kind = "qq"', "kind 应是"),
        ('name = "就业工作群"', 'name = "乡镇群"', "两个账号同名"),
        ('name = "就业工作群"', f'name = "{"长" * 41}"', "最多 40 个字"),
        ('webhook_file = "wecom.url"', 'webhook_file = "gone.url"', "文件读不了"),
        ('webhook_file = "wecom.url"', "", "要写 webhook、webhook_file、webhook_env 之一"),
        ('webhook_file = "wecom.url"', 'webhook = "http://qyapi.weixin.qq.com/x"', "应以 https:// 开头"),
        ('webhook_file = "wecom.url"', 'webhook = "https://evil.example/x"', "evil.example 不在"),
        ('webhook_file = "wecom.url"', 'webhook = "https://qyapi.weixin.qq.com@evil.example/x"', "不带账号"),
        ('webhook_file = "wecom.url"', 'webhook = "https://qyapi.weixin.qq.com:x/x"', "应以 https:// 开头"),
        ('webhook_env = "DING_URL"', 'webhook_env = "NOWHERE"', "环境变量没有设置"),
        ('keyword = "清单"', 'keywrod = "清单"', "keywrod 无法识别"),
        ('private = ["sms.she.example"]', 'private = ["db"]', "db 不在 allowed 里"),
        ("per_minute = 120", "per_minute = 0", "1 到 100000 的整数"),
        ("per_minute = 120", "per_minute = true", "1 到 100000 的整数"),
        ('mobile = "{phone}"', 'mobile = "{phon}"', "{phon} 无法识别"),
        ('mobile = "{phone}"', "mobile = 3", "应是文字"),
        ('sent = ["0"], ', "", "同时写 code 和 sent"),
        ("{unit}有{total}项", "{unit}有{sum}项", "{sum} 无法识别"),
        ('signature = "县就业办"', "", "signature 应是一段文字"),
        ("[sms]", "[sms", "不是 TOML"),
        ('secret = "SECx"', 'secret = "SECx"\nca = "gone.pem"', "证书文件不存在"),
    ],
)
def test_what_is_wrong_in_the_file_is_said_at_the_start_without_a_secret(file, old, new, words):
    file.write_text(WHOLE.replace(old, new, 1))

    with pytest.raises(SettingError) as raised:
        read({**ENV, "QINGDAN_CHANNELS": str(file)})

    said_of_it = str(raised.value)
    assert words in said_of_it
    assert "QINGDAN_CHANNELS" in said_of_it
    assert not any(secret in said_of_it for secret in ("k3y", "SECx", "hush", "access_token=t"))


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(Wrong, match="cannot be read"):
        read_channels(tmp_path / "none.toml", {})


def test_the_kinds_of_the_file_are_the_channels_of_the_ledger():
    assert {Channel(kind) for kind in ROBOTS} == set(ROBOT_CHANNELS)
    assert Channel(SMS) is Channel.SMS


def test_the_example_that_is_handed_out_can_be_read(tmp_path):
    example = (ROOT / "deploy" / "channels" / "example.toml").read_text("utf-8")
    assert example.partition("\n\n")[2] in (ROOT / "docs" / "operations.md").read_text("utf-8")
    (tmp_path / "wecom.url").write_text("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k3y")
    (tmp_path / "sms.password").write_text("hush")
    (tmp_path / "example.toml").write_text(example)

    found = read_channels(tmp_path / "example.toml", {})

    assert [one.name for one in found.accounts] == ["就业工作群", "县短信平台"]
