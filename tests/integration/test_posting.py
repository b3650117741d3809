"""One message handed to a provider: a real HTTPS server that checks signatures and misbehaves in every way it can."""

import datetime as dt
import json
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from services.notifications.channels import posting, wire
from services.notifications.channels.exchange import NotSent, Request
from services.notifications.delivery.letter import Letter
from services.notifications.delivery.sending import Ready
from services.notifications.delivery.states import Channel, Outcome, Purpose, Result
from services.notifications.delivery.store import Claim
from shared.accounts import Endpoint
from tests.support.robots import DINGTALK_PATH, FEISHU_PATH, SMS_PATH, WECOM_PATH, provider

NOW = dt.datetime(2026, 6, 10, 4, 5, 6, 789000, tzinfo=dt.UTC)
ROOT = Path(__file__).parents[2]
REQUEST = Request("/sms", {"Content-Type": "application/json"}, b'{"content": "x"}')


def ready(text="清单提醒：共 2 项", address="13900000000"):
    claim = Claim(7, 1, NOW.date(), Channel.WECOM, Purpose.DIGEST, 1, NOW)
    return Ready(claim, address, Letter("", text), "<qingdan.7@house.example>")


def send(account, text="清单提醒：共 2 项", seconds=5.0):
    return posting.send(account, ready(text), NOW, seconds=seconds)


@pytest.mark.parametrize(
    ("name", "path", "answer"),
    [
        ("wecom", WECOM_PATH, "0 ok"),
        ("dingtalk", DINGTALK_PATH, "0 ok"),
        ("feishu", FEISHU_PATH, "0 success"),
        ("gateway", SMS_PATH, "0 OK"),
    ],
)
def test_each_provider_takes_what_it_is_sent(there, name, path, answer):
    assert send(getattr(there, name)) == Outcome(Result.SENT, answer)
    assert there.said(path) == ["清单提醒：共 2 项"]
    assert there.posted[0].headers["Host"] == f"localhost:{there.port}"


@pytest.mark.parametrize(
    ("account", "answer"),
    [
        (lambda there: replace(there.dingtalk, secret="SECwrong"), "310000 sign not match"),
        (lambda there: replace(there.dingtalk, secret=""), "310000 sign not match"),
        (lambda there: replace(there.feishu, secret="wrong"), "19021 sign match fail"),
        (lambda there: replace(there.wecom, endpoint=there.endpoint(f"{WECOM_PATH}?key=x")), "93000 invalid webhook"),
    ],
)
def test_a_robot_that_is_set_up_wrongly_is_tried_again_and_says_what_the_provider_said(there, account, answer):
    outcome = send(account(there))

    assert (outcome.result, outcome.is_of_account) == (Result.AGAIN, True)
    assert outcome.answer.startswith(answer)


def test_a_keyword_that_is_missing_is_found_out(there):
    assert send(there.dingtalk, "提醒").answer == "310000 keywords not in content"


def test_what_the_gateway_does_not_take_is_refused_in_its_words(there):
    account = replace(there.gateway, secret_places={"account": "qingdan", "password": "wrong"})

    assert send(account) == Outcome(Result.REFUSED, "101 密码错误")


def said(body, status=200, **headers):
    return status, headers, json.dumps(body).encode() if not isinstance(body, bytes) else body


@pytest.mark.parametrize(
    ("name", "answer", "result", "seconds"),
    [
        ("wecom", said({"errcode": 45009, "errmsg": "api freq out of limit"}), Result.AGAIN, 60),
        ("dingtalk", said({"errcode": 130101, "errmsg": "send too fast"}), Result.AGAIN, 600),
        ("feishu", said({"code": 11232, "msg": "frequency limited"}), Result.AGAIN, 60),
        ("gateway", said({"code": "429"}), Result.AGAIN, 60),
        ("wecom", said(b"", 429, **{"Retry-After": "17"}), Result.AGAIN, 17),
        ("wecom", said(b"", 503, **{"Retry-After": "999999"}), Result.AGAIN, 3600),
        ("wecom", said(b"", 503, **{"Retry-After": "Wed, 10 Jun 2026 04:00:00 GMT"}), Result.AGAIN, 60),
        ("wecom", said(b"", 404), Result.AGAIN, 300),
        ("wecom", said(b"", 413), Result.REFUSED, None),
        ("wecom", said({"errcode": 40058, "errmsg": "too long"}), Result.REFUSED, None),
        ("wecom", said(b"", 500), Result.UNKNOWN, None),
        ("wecom", said(b"<h1>Bad gateway</h1>", 502), Result.UNKNOWN, None),
        ("wecom", said(b"welcome to the hotel"), Result.UNKNOWN, None),
        ("wecom", said(b"[" * 60_000), Result.UNKNOWN, None),
        ("wecom", said({"errcode": True}), Result.UNKNOWN, None),
        ("gateway", said({"msg": "no code"}), Result.UNKNOWN, None),
    ],
)
def test_what_an_answer_means(there, name, answer, result, seconds):
    there.answer = answer

    outcome = send(getattr(there, name))

    assert outcome.result is result
    assert (outcome.wait.total_seconds() if outcome.wait else None) == seconds


@pytest.mark.parametrize("breaks", ["reset", "close"])
def test_a_connection_that_breaks_after_the_body_is_unknown(there, breaks):
    there.breaks = breaks

    outcome = send(there.wecom)

    assert (outcome.result, len(there.posted)) == (Result.UNKNOWN, 1)


def test_an_answer_that_does_not_come_in_time_is_unknown(there):
    there.seconds = 1.5

    assert send(there.wecom, seconds=0.5).result is Result.UNKNOWN


def test_an_answer_that_comes_byte_by_byte_holds_nobody_longer_than_the_whole(there):
    there.drip = 0.1
    started = time.monotonic()

    assert send(there.wecom, seconds=0.8).result is Result.UNKNOWN
    assert time.monotonic() - started < 2


def test_of_an_answer_without_end_no_more_is_read_than_an_answer_has(there):
    there.answer = 200, {}, b"x" * 3_000_000

    outcome = send(there.wecom)

    assert outcome.result is Result.UNKNOWN
    assert len(outcome.answer) == 300


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(there, certificates, status):
    with provider(certificates) as elsewhere:
        there.answer = status, {"Location": f"https://localhost:{elsewhere.port}/secret"}, b""

        outcome = send(there.wecom)

        assert (outcome.result, outcome.is_of_account) == (Result.AGAIN, True)
        assert f"HTTP {status}" in outcome.answer
        assert elsewhere.posted == []
    assert len(there.posted) == 1


def test_a_proxy_of_the_environment_is_not_used(there, monkeypatch):
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    assert send(there.wecom).result is Result.SENT


def test_nobody_is_spoken_to_whose_certificate_is_not_vouched_for(there):
    outcome = send(replace(there.wecom, endpoint=replace(there.wecom.endpoint, ca_file="")))

    assert outcome.result is Result.AGAIN
    assert "CERTIFICATE_VERIFY_FAILED" in outcome.answer
    assert there.posted == []


def test_nor_under_another_name(there):
    url = there.wecom.endpoint.url.replace("localhost", "127.0.0.1")

    outcome = send(replace(there.wecom, endpoint=replace(there.wecom.endpoint, url=url)))

    assert (outcome.result, there.posted) == (Result.AGAIN, [])


def test_a_server_that_is_not_there_is_tried_again_after_a_pause(certificates):
    with provider(certificates) as gone:
        account = gone.wecom

    outcome = send(account)

    assert (outcome.result, outcome.is_of_account) == (Result.AGAIN, True)


def test_a_server_that_does_not_greet_is_tried_again():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = Endpoint(f"https://localhost:{silent.getsockname()[1]}/x", may_be_private=True)
        started = time.monotonic()
        with pytest.raises(NotSent):
            wire.post(endpoint, REQUEST, seconds=0.5)
    assert time.monotonic() - started < 2


# What a name may lead to.


def names(*addresses):
    asked = []

    def resolve(host, port):
        asked.append((host, port))
        return addresses if not callable(addresses[0]) else addresses[0](len(asked))

    return resolve, asked


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["10.1.2.3"],
        ["192.168.1.1"],
        ["169.254.169.254"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["fd00::1"],
        ["0.0.0.0"],
        ["100.64.0.1"],
        # One that is fine does not excuse the other.
        ["203.119.1.1", "127.0.0.1"],
        ["127.0.0.1", "203.119.1.1"],
        [],
    ],
)
def test_a_name_that_leads_into_a_private_network_is_not_spoken_to(there, addresses):
    endpoint = replace(there.wecom.endpoint, may_be_private=False)

    with pytest.raises(NotSent, match="must not be spoken to"):
        wire.post(endpoint, REQUEST, resolve=lambda _host, _port: addresses)
    assert there.posted == []


@pytest.mark.parametrize("address", ["169.254.169.254", "fe80::1", "224.0.0.1", "0.0.0.0"])
def test_what_hands_out_secrets_of_machines_is_never_spoken_to(there, address):
    with pytest.raises(NotSent, match="must not be spoken to"):
        wire.post(there.wecom.endpoint, REQUEST, resolve=lambda _host, _port: [address])


def test_what_was_looked_at_is_what_is_connected_to(there, monkeypatch):
    """A name that leads elsewhere at the second look: there is none, and the system is not asked by name."""
    resolve, asked = names(lambda times: ["127.0.0.1"] if times == 1 else ["127.0.0.2"])
    connected = []
    connect = socket.create_connection

    def noting(address, *args, **kwargs):
        connected.append(address)
        return connect(address, *args, **kwargs)

    monkeypatch.setattr(socket, "create_connection", noting)

    assert wire.post(there.wecom.endpoint, REQUEST, resolve=resolve).status == 200

    assert asked == [("localhost", there.port)]
    assert connected == [("127.0.0.1", there.port)]


def test_of_two_addresses_the_second_is_tried_when_the_first_does_not_answer(there):
    """Nothing listens at the first one."""
    assert wire.post(there.wecom.endpoint, REQUEST, resolve=lambda _h, _p: ["127.0.0.9", "127.0.0.1"]).status == 200


@pytest.mark.parametrize("name", ["wecom", "dingtalk", "feishu", "gateway"])
def test_an_answer_that_repeats_a_secret_is_kept_without_it(there, name):
    account = getattr(there, name)
    there.answer = said({"errcode": 40001, "code": 40001, "errmsg": f"bad {account.secrets}", "msg": ""}, 200)
    said_in_clear = send(account).answer
    there.answer = 400, {}, " ".join(account.secrets).encode()

    for answer in (said_in_clear, send(account).answer):
        assert not any(secret in answer for secret in account.secrets)


UNDER_EVENTLET = """
import datetime as dt, sys
from shared.shell.launcher import patch
patch()
from services.notifications.channels import exchange, wire
from shared.accounts import Endpoint
endpoint = Endpoint(f"https://localhost:{sys.argv[1]}/cgi-bin/webhook/send", may_be_private=True, ca_file=sys.argv[2])
request = exchange.Request("/cgi-bin/webhook/send?key=we-k3y", {}, b'{"text": {"content": "x"}}')
print(wire.post(endpoint, request, seconds=10).body.decode())
try:
    wire.post(endpoint, exchange.Request("/slow", {}, b"{}"), seconds=0.7)
except exchange.Unanswered as error:
    print(error)
"""


def test_it_goes_out_of_a_process_of_the_distributed_mode_too(there):
    """Its sockets and its TLS are eventlet's, and so is its clock."""
    there.slow_paths["/slow"] = 3
    command = [sys.executable, "-c", UNDER_EVENTLET, str(there.port), there.ca_file]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[0]) == {"errcode": 0, "errmsg": "ok"}
    assert "Timeout" in done.stdout.splitlines()[1] or "timed out" in done.stdout.splitlines()[1]


def test_two_at_once_do_not_disturb_each_other(there):
    there.slow_paths[WECOM_PATH] = 0.5
    outcomes = {}

    def speak(name):
        outcomes[name] = send(getattr(there, name)).result

    threads = [threading.Thread(target=speak, args=(name,)) for name in ("wecom", "feishu", "dingtalk")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(outcomes.values()) == {Result.SENT}
