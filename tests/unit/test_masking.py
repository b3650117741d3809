"""What the ledger keeps of a provider's answer: never what the account keeps secret, however the answer writes it."""

import base64
import json
import re
from string import ascii_letters, digits
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.notifications.channels import answers
from services.notifications.channels.exchange import Reply
from shared.accounts import Endpoint, Gateway, Robot, Understood

SECRETS = st.text(ascii_letters + digits + "+/=_-&%.:~", min_size=8, max_size=64).filter(lambda one: "/" not in one[:1])
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
TOKENS = st.text(ascii_letters + digits, min_size=16, max_size=64)


def kept(account, text):
    """What the ledger keeps when the other side says this: as the words of a refusal, and as a body nobody reads."""
    of = answers.of_gateway if isinstance(account, Gateway) else answers.of_robot
    refused = json.dumps({"code": 7, "words": text, "errmsg": text}).encode()
    return of(account, Reply(200, refused, None)).answer + of(account, Reply(500, text.encode(), None)).answer


def a_robot(secret="SECf00d", target="/robot/send?access_token=0a1b2c3d4e5f6a7b"):
    return Robot("dingtalk", "群", Endpoint(f"https://oapi.dingtalk.com{target}"), secret)


def a_gateway(**places):
    understood = Understood("code", "words")
    return Gateway("短信", Endpoint("https://sms.example/v1"), "县", {}, secret_places=places, understood=understood)


WAYS = {
    "plain": str,
    "quoted": quote,
    "quoted whole": lambda one: quote(one, safe=""),
    "as a form": quote_plus,
    "quoted twice": lambda one: quote(quote(one, safe=""), safe=""),
    "small hexadecimal": lambda one: quote(one, safe="").replace("%2F", "%2f").replace("%3D", "%3d"),
    "base64": lambda one: base64.b64encode(one.encode()).decode(),
    "base64 for addresses": lambda one: base64.urlsafe_b64encode(one.encode()).decode().rstrip("="),
    "hexadecimal": lambda one: one.encode().hex(),
}


@pytest.mark.parametrize("way", WAYS)
@given(secret=SECRETS, before=WORDS, after=WORDS)
@example(secret="SEC/+ab=cd&ef", before="sign not match: ", after="")
def test_a_secret_is_kept_in_no_way_of_writing(way, secret, before, after):
    written = WAYS[way](secret)

    for account in (a_robot(secret), a_gateway(password=secret)):
        assert written not in kept(account, f"{before} {written} {after}")


@given(secret=SECRETS, account=st.text(ascii_letters, min_size=1, max_size=12))
def test_a_secret_inside_what_is_encoded_as_a_whole_is_not_kept(secret, account):
    """As `Authorization: Basic` has it: where its signs begin depends on what stands before."""
    written = base64.b64encode(f"{account}:{secret}".encode()).decode()
    found = kept(a_gateway(password=secret), f"wrong: {written}")

    for run in re.findall(r"[A-Za-z0-9+/]{4,}", found):
        for cut in range(4):
            whole = run[cut:][: len(run[cut:]) // 4 * 4]
            assert secret[2:-2].encode() not in base64.b64decode(whole)


@given(secret=TOKENS, data=st.data())
def test_a_long_piece_of_a_secret_is_not_kept(secret, data):
    first = data.draw(st.integers(0, len(secret) - 10))
    last = data.draw(st.integers(first + 10, len(secret)))
    piece = secret[first:last]

    assert piece not in kept(a_robot(secret), f"secret {piece}*** is wrong")
    assert piece.upper() not in kept(a_robot(secret), f"secret {piece.upper()}*** is wrong")
    in_address = a_robot(target=f"/robot/send?access_token={secret}")
    assert piece not in kept(in_address, f"robot {piece}… is gone")
    in_path = a_robot(target=f"/open-apis/bot/v2/hook/7{secret}")
    assert piece not in kept(in_path, f"hook {piece}… is gone")


NAMES = st.sampled_from(["access_token", "sign", "timestamp", "appsecret", "password", "AccessKeyId"])


@given(value=TOKENS, name=NAMES)
@example(value="1780000000000", name="timestamp")
def test_what_is_signed_or_let_in_by_name_is_not_kept_whosever_it_is(value, name):
    said = [
        f"invalid request /robot/send?{name}={value}&x=1",
        f"invalid request %2Frobot%2Fsend%3F{name}%3D{value}%26x%3D1",
        json.dumps({name: value, "x": 1}),
        json.dumps(json.dumps({"x": 1, name: value})),
        f'bad {name}="{value}"',
        f"bad {name} : {value}!",
        json.dumps({"Authorization": f"Bearer {value}"}),
    ]
    for one in said:
        assert value not in kept(a_robot(), one)


def test_a_signature_is_taken_out_and_the_rest_stays():
    said = "310000 sign not match, timestamp=1780000000000&sign=a%2Bb%3D&lang=zh Authorization: Bearer abc.def; check"

    found = answers.of_robot(a_robot(), Reply(200, json.dumps({"errcode": 40058, "errmsg": said}).encode(), None))

    assert found.answer == ("40058 310000 sign not match, timestamp=…&sign=…&lang=zh Authorization: Bearer …; check")


@given(phone=st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
@pytest.mark.parametrize(
    "shape", ["{0}", "+86{0}", "86-{0}", "0086 {0}", "{1} {2} {3}", "{1}-{2}-{3}", '["{0}"]', "号码{0}是空号"]
)
def test_of_a_telephone_number_the_last_two_digits_are_kept(shape, phone):
    said = shape.format(phone, phone[:3], phone[3:7], phone[7:])
    found = kept(a_gateway(password="long-enough-1"), f"isv.MOBILE {said}")

    assert phone[:-2] not in found.replace(" ", "").replace("-", "")
    assert f"…{phone[-2:]}" in found


@pytest.mark.parametrize(
    "said",
    [
        "310000 keywords not in content",
        "45009 api freq out of limit, hint: [1780000000123456]",
        "key error",
        "invalid token: expired",
        "单位代码 341021",
    ],
)
def test_what_tells_whoever_sets_it_up_what_is_wrong_stays(said):
    assert said in kept(a_robot(), said)


def test_nothing_is_left_of_a_secret_where_the_answer_is_cut():
    secret = "SEC0123456789abcdef"

    for gap in range(270, 301):
        assert "xS" not in kept(a_robot(secret), "x" * gap + secret)
