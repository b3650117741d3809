"""A provider of our own: a real HTTPS server on this machine that checks what robots and the gateway post to it.

Signatures are computed by the recipe that each provider publishes, not by the code under test. It is told what to
answer, how slowly, and how to break off.
"""

import base64
import hashlib
import hmac
import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from shared.accounts import Channels, Endpoint, Gateway, Robot, Understood
from shared.process.channels_file import TEMPLATES
from tests.support.mailbox import certificate_in

DINGTALK_SECRET = "SECf00d"
FEISHU_SECRET = "feishu-s3cret"
KEYWORD = "清单"


@dataclass(frozen=True)
class Posted:
    """One request."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Provider:
    """What came in, and how the server behaves now.

    `answer` is (status, headers, body), or None for what each provider says by itself. `breaks` is "reset" or "close"
    once the request was read; `seconds` pass before the answer, `drip` between its bytes.
    """

    port: int
    ca_file: str
    posted: list[Posted] = field(default_factory=list)
    answer: tuple[int, dict[str, str], bytes] | None = None
    breaks: str = ""
    seconds: float = 0.0
    drip: float = 0.0
    # Beside its own: what one path alone answers after so many seconds.
    slow_paths: dict[str, float] = field(default_factory=dict)

    def endpoint(self, path: str) -> Endpoint:
        return Endpoint(f"https://localhost:{self.port}{path}", may_be_private=True, ca_file=self.ca_file)

    @property
    def wecom(self) -> Robot:
        return Robot("wecom", "就业工作群", self.endpoint("/cgi-bin/webhook/send?key=we-k3y"))

    @property
    def dingtalk(self) -> Robot:
        return Robot(
            "dingtalk", "乡镇群", self.endpoint("/robot/send?access_token=ding-t0ken"), DINGTALK_SECRET, KEYWORD
        )

    @property
    def feishu(self) -> Robot:
        return Robot("feishu", "部门群", self.endpoint("/open-apis/bot/v2/hook/fei-t0ken"), FEISHU_SECRET)

    @property
    def gateway(self) -> Gateway:
        return Gateway(
            name="县短信平台",
            endpoint=self.endpoint("/sms"),
            signature="歙县就业办",
            fields={"account": "{account}", "password": "{password}", "mobile": "{phone}", "content": "{text}"},
            secret_places={"account": "qingdan", "password": "sms-pa55word"},
            understood=Understood("code", "msg", ("0",), ("429",)),
            templates=TEMPLATES,
        )

    @property
    def channels(self) -> Channels:
        return Channels((self.wecom, self.dingtalk, self.feishu), self.gateway)

    def said(self, path: str) -> list[str]:
        """The texts that came to one path."""
        return [text_of(one) for one in self.posted if one.path == path]


WECOM_PATH, DINGTALK_PATH = "/cgi-bin/webhook/send", "/robot/send"
FEISHU_PATH, SMS_PATH = "/open-apis/bot/v2/hook/fei-t0ken", "/sms"


def text_of(posted: Posted) -> str:
    """What a request says."""
    body = posted.json
    if posted.path == FEISHU_PATH:
        return str(body["content"]["text"])
    return str(body["content"] if posted.path == SMS_PATH else body["text"]["content"])


def judged(posted: Posted) -> dict[str, Any]:
    """What the provider of a path says of a request, by its own rules."""
    if posted.path == WECOM_PATH:
        return _of_wecom(posted)
    if posted.path == DINGTALK_PATH:
        return _of_dingtalk(posted)
    if posted.path == FEISHU_PATH:
        return _of_feishu(posted)
    is_known = posted.json.get("password") == "sms-pa55word"
    return {"code": 0, "msg": "OK"} if is_known else {"code": 101, "msg": "密码错误"}


def _of_wecom(posted: Posted) -> dict[str, Any]:
    if posted.query.get("key") != "we-k3y":
        return {"errcode": 93000, "errmsg": "invalid webhook url"}
    if len(posted.json["text"]["content"].encode()) > 2048:
        return {"errcode": 40058, "errmsg": "text.content exceed max length 2048"}
    return {"errcode": 0, "errmsg": "ok"}


def _of_dingtalk(posted: Posted) -> dict[str, Any]:
    if posted.query.get("access_token") != "ding-t0ken":
        return {"errcode": 300005, "errmsg": "token is not exist"}
    stamp = posted.query.get("timestamp", "0")
    digest = hmac.new(DINGTALK_SECRET.encode(), f"{stamp}\n{DINGTALK_SECRET}".encode(), hashlib.sha256).digest()
    if posted.query.get("sign") != base64.b64encode(digest).decode() or len(stamp) != 13:
        return {"errcode": 310000, "errmsg": "sign not match"}
    if KEYWORD not in posted.json["text"]["content"]:
        return {"errcode": 310000, "errmsg": "keywords not in content"}
    return {"errcode": 0, "errmsg": "ok"}


def _of_feishu(posted: Posted) -> dict[str, Any]:
    stamp = posted.json.get("timestamp", "")
    digest = hmac.new(f"{stamp}\n{FEISHU_SECRET}".encode(), digestmod=hashlib.sha256).digest()
    if posted.json.get("sign") != base64.b64encode(digest).decode() or len(stamp) != 10:
        return {"code": 19021, "msg": "sign match fail or timestamp is not within one hour from current time"}
    if len(posted.body) > 20_480:
        return {"code": 9499, "msg": "Bad Request"}
    return {"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success"}


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            posted = Posted(parts.path, query, dict(self.headers), body, time.monotonic())
            provider.posted.append(posted)
            time.sleep(provider.seconds + provider.slow_paths.get(parts.path, 0))
            if provider.breaks:
                return self._break_off()
            status, headers, said = provider.answer or (200, {}, json.dumps(judged(posted)).encode())
            return self._answer(status, headers, said)

        do_GET = do_POST  # noqa: N815 - likewise

        def _answer(self, status: int, headers: dict[str, str], said: bytes) -> None:
            lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(said)}", *(f"{a}: {b}" for a, b in headers.items())]
            whole = "\r\n".join([*lines, "", ""]).encode() + said
            if not provider.drip:
                self.wfile.write(whole)
                return
            for one in whole:
                self.wfile.write(bytes([one]))
                time.sleep(provider.drip)

        def _break_off(self) -> None:
            if provider.breaks == "reset":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            # Without TLS's goodbye.
            socket.socket.detach(self.connection)
            self.close_connection = True

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_args: object) -> None:
        """A client that went away is what is tested."""


@contextmanager
def provider(folder: Path) -> Iterator[Provider]:
    """A provider on a free port of this machine, while the block runs."""
    certificate = certificate_in(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, folder / "key.pem")
    found = Provider(0, str(certificate))
    server = _Server(("127.0.0.1", 0), _handler(found))
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    found.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def there(certificates: Path) -> Iterator[Provider]:
    with provider(certificates) as found:
        yield found
