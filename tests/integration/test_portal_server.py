"""The server of the pages as a socket: it answers, and it stops without dropping what is under way."""

import dataclasses
import http.client
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import quote

import pytest
from flask import Flask, request

from services.portal import admitting
from services.portal.app import create_app
from services.portal.downloads import send_lines
from services.portal.server import Listening, serve
from shared.process.health import Pulse
from shared.process.readiness import Readiness
from shared.process.settings import SettingError, read
from tests.support.eventually import eventually

DRAIN_SECONDS = 5.0


class Slow:
    """An application whose page waits until the test lets it go on."""

    def __init__(self):
        self.entered, self.go_on = threading.Event(), threading.Event()
        self.app = Flask(__name__)
        self.app.add_url_rule("/slow", view_func=self._slow)
        self.app.add_url_rule("/quick", view_func=lambda: "quick")

    def _slow(self):
        self.entered.set()
        self.go_on.wait(10)
        return "finished " * 10_000


def fetch(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as response:
        return response.read().decode()


def start(app, port, stopping, *, listening=None, readiness=None, drain_seconds=0.0, pulse=None):
    server = threading.Thread(
        target=serve,
        args=(app, listening or Listening("127.0.0.1", port)),
        kwargs={
            "stopping": stopping,
            "readiness": readiness or Readiness([]),
            "drain_seconds": drain_seconds,
            "pulse": pulse,
        },
    )
    server.start()
    eventually(lambda: fetch(port, "/quick") == "quick")
    return server


def test_an_answer_under_way_is_finished_before_the_server_stops(port):
    slow, stopping = Slow(), threading.Event()
    server = start(slow.app, port, stopping)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(fetch, port, "/slow")
        assert slow.entered.wait(10)

        stopping.set()
        eventually(lambda: refuses(port))
        slow.go_on.set()

        assert answer.result(10) == "finished " * 10_000
    server.join(10)
    assert not server.is_alive()


def test_a_page_is_served_while_a_hundred_and_fifty_browsers_keep_their_connections(port):
    """A clerk who reads holds a connection; with a limit of a hundred the next one would wait for its end."""
    slow, stopping = Slow(), threading.Event()
    server = start(slow.app, port, stopping)
    held = [http.client.HTTPConnection("127.0.0.1", port, timeout=10) for _ in range(150)]
    for connection in held:
        connection.request("GET", "/quick")
        assert connection.getresponse().read() == b"quick"

    assert fetch(port, "/quick") == "quick"

    for connection in held:
        connection.close()
    stopping.set()
    server.join(10)


def test_lines_with_a_chinese_name_go_out_to_the_browser(port):
    """The client of an application takes any header; this server takes Latin-1 alone."""
    stopping, app = threading.Event(), Slow().app
    app.add_url_rule("/lines", "lines", lambda: send_lines("审计日志 2026-11-28", iter(["{}\n"])))
    server = start(app, port, stopping)

    with urllib.request.urlopen(f"http://127.0.0.1:{port}/lines", timeout=10) as response:
        header, content = response.headers["Content-Disposition"], response.read()

    assert content == b"{}\n"
    assert header == f"attachment; filename*=UTF-8''{quote('审计日志 2026-11-28.jsonl')}"
    stopping.set()
    server.join(10)


def test_an_idle_server_stops_at_once_and_leaves_the_port(port):
    stopping = threading.Event()
    server = start(Slow().app, port, stopping)

    stopping.set()
    server.join(3)

    assert not server.is_alive()
    start(Slow().app, port, again := threading.Event())
    again.set()


def refuses(port):
    try:
        fetch(port, "/quick")
    except OSError:
        return True
    return False


def connect(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.connect()
    return connection


def ask(connection):
    connection.request("GET", "/quick")
    response = connection.getresponse()
    return response.status, response.read(), response.getheader("Connection")


def test_a_draining_server_answers_and_asks_to_close_the_connection(port):
    """Whoever keeps a connection open learns in time that this process goes; a cut one would lose a request."""
    stopping, readiness = threading.Event(), Readiness([])
    server = start(Slow().app, port, stopping, readiness=readiness, drain_seconds=DRAIN_SECONDS)
    kept, fresh = connect(port), connect(port)
    assert ask(kept) == (200, b"quick", None)

    stopping.set()
    eventually(lambda: readiness.is_draining)

    assert ask(kept) == (200, b"quick", "close")
    assert ask(fresh) == (200, b"quick", "close")
    assert ask(connect(port)) == (200, b"quick", "close")
    server.join(DRAIN_SECONDS + 10)
    assert not server.is_alive()


def test_a_socket_that_another_process_serves_too_is_left_to_it_while_draining():
    with socket.create_server(("127.0.0.1", 0)) as shared_socket:
        port = shared_socket.getsockname()[1]
        stopping, readiness = threading.Event(), Readiness([])
        inherited = Listening("127.0.0.1", port, shared_socket.dup())
        options = {"readiness": readiness, "drain_seconds": DRAIN_SECONDS, "listening": inherited}
        server = start(Slow().app, port, stopping, **options)
        kept = connect(port)
        assert ask(kept) == (200, b"quick", None)

        stopping.set()
        eventually(lambda: readiness.is_draining)
        second_stopping = threading.Event()
        second = start(Slow().app, port, second_stopping, listening=Listening("127.0.0.1", port, shared_socket.dup()))

        assert ask(kept) == (200, b"quick", "close")
        assert ask(connect(port)) == (200, b"quick", None)
        second_stopping.set()
        second.join(10)
        server.join(DRAIN_SECONDS + 10)
        assert not server.is_alive()


def test_an_upload_that_is_still_arriving_is_taken_before_the_server_stops(port):
    stopping, slow = threading.Event(), Slow()
    slow.app.add_url_rule("/upload", "upload", lambda: str(len(request.get_data())), methods=["POST"])
    server = start(slow.app, port, stopping)
    body = b"x" * 200_000
    connection = connect(port)
    connection.putrequest("POST", "/upload")
    connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body[:100_000])

    stopping.set()
    eventually(lambda: refuses(port))
    connection.send(body[100_000:])

    assert connection.getresponse().read() == b"200000"
    server.join(10)


class HeldPulse(Pulse):
    """Holds the server's thread between two turns, as a busy machine does."""

    def __init__(self):
        super().__init__()
        self.is_held, self.go_on, self.reached = False, threading.Event(), threading.Event()

    def beat(self, work):
        super().beat(work)
        if self.is_held:
            self.reached.set()
            self.go_on.wait(10)


def test_connections_that_nobody_accepted_yet_are_answered_before_the_server_stops(port):
    stopping, pulse = threading.Event(), HeldPulse()
    server = start(Slow().app, port, stopping, pulse=pulse)
    pulse.is_held = True
    assert pulse.reached.wait(10)
    waiting = [connect(port) for _ in range(5)]
    for connection in waiting:
        connection.request("GET", "/quick")

    stopping.set()
    pulse.go_on.set()

    assert [connection.getresponse().read() for connection in waiting] == [b"quick"] * 5
    server.join(10)


@pytest.mark.parametrize(
    ("listening", "sentence"),
    [
        (Listening("203.0.113.1", 8080), "QINGDAN_HOST and QINGDAN_PORT; the defaults are 127.0.0.1 and 8080"),
        (None, "QINGDAN_HOST and QINGDAN_PORT"),
    ],
    ids=["an address of another machine", "a port that is taken"],
)
def test_an_address_that_cannot_be_used_is_told_with_its_settings(listening, sentence):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        chosen = listening or Listening("127.0.0.1", taken.getsockname()[1])

        with pytest.raises(SettingError, match=sentence):
            serve(Slow().app, chosen, stopping=threading.Event(), readiness=Readiness([]))


def test_a_listening_socket_that_is_none_is_told_with_its_setting():
    settings = read({"QINGDAN_LISTENING_SOCKET": "60000"})

    with pytest.raises(SettingError, match="QINGDAN_LISTENING_SOCKET is 60000, which is no open socket"):
        Listening.of(settings)


def test_who_asks_is_told_by_the_proxy_that_is_trusted_and_by_nobody_else(port):
    def who(trusted):
        app, stopping = Flask(__name__), threading.Event()
        app.add_url_rule("/quick", view_func=lambda: "quick")
        app.add_url_rule("/who", "who", lambda: f"{request.remote_addr} {request.scheme}")
        server = start(app, port, stopping, listening=Listening("127.0.0.1", port, trusted_proxy=trusted))
        given = {"X-Forwarded-For": "192.0.2.9", "X-Forwarded-Proto": "https"}
        asked = urllib.request.Request(f"http://127.0.0.1:{port}/who", headers=given)
        with urllib.request.urlopen(asked, timeout=10) as response:
            answer = response.read().decode()
        stopping.set()
        server.join(10)
        return answer

    assert [who(trusted) for trusted in ("", "192.0.2.7", "127.0.0.1", "*")] == [
        "127.0.0.1 http",
        "127.0.0.1 http",
        "192.0.2.9 http",
        "192.0.2.9 http",
    ]


def limits(monkeypatch, **of):
    monkeypatch.setattr(admitting, "PORTAL", dataclasses.replace(admitting.PORTAL, **of))
    monkeypatch.setattr(admitting, "LOOK_AROUND_SECONDS", 0.05)


def sent(port, data):
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.sendall(data)
    return connection


def answer(connection):
    """All that comes until the server closes."""
    with connection:
        return b"".join(iter(lambda: connection.recv(65536), b"")).decode()


@contextmanager
def served(port):
    """The real application, without services behind it."""
    stopping = threading.Event()
    app = create_app(None, None, secret=b"x" * 32, secure_cookies=True)
    listening, readiness = Listening("127.0.0.1", port), Readiness([])
    how = {"stopping": stopping, "readiness": readiness}
    server = threading.Thread(target=serve, args=(app, listening), kwargs=how)
    server.start()
    try:
        eventually(lambda: fetch(port, "/healthz"))
        yield
    finally:
        stopping.set()
        server.join(10)


@pytest.fixture
def pages(port):
    """The port of the real application."""
    with served(port):
        yield port


def test_a_request_that_is_not_sent_to_its_end_is_answered_and_closed(monkeypatch, pages):
    limits(monkeypatch, head=0.3, body=0.5)

    half_head = sent(pages, b"POST / HTTP/1.1\r\nHost: x\r\n")
    half_body = sent(pages, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc")
    nothing = sent(pages, b"")

    for connection in (half_head, half_body):
        said = answer(connection)
        assert said.startswith(("HTTP/1.1 408", "HTTP/1.0 408"))
        assert "请求没有在规定的时间内传完" in said
    assert answer(nothing) == ""


def test_a_request_that_keeps_coming_has_its_time(monkeypatch, port):
    limits(monkeypatch, head=0.3, body=0.3)
    monkeypatch.setattr(admitting, "LEAST_BYTES_A_SECOND", 1000)
    app, stopping = Slow().app, threading.Event()
    app.add_url_rule("/length", "length", lambda: str(len(request.get_data())), methods=["POST"])
    server = start(app, port, stopping)
    pieces = 12

    head = f"POST /length HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {pieces * 1000}\r\n\r\n"
    connection = sent(port, head.encode())
    begun = time.monotonic()
    for piece in range(pieces):
        connection.sendall(b"x" * 1000)
        eventually(lambda piece=piece: time.monotonic() > begun + 0.1 * (piece + 1))

    assert answer(connection).endswith("12000")
    stopping.set()
    server.join(10)


def test_half_sent_requests_of_a_stranger_keep_nobody_out(monkeypatch, port):
    limits(monkeypatch, connections=40)
    with served(port):
        strangers = [sent(port, b"GET / HTTP/1.1\r\nHost: x\r\n") for _ in range(150)]
        for _ in range(5):
            assert fetch(port, "/healthz")
        for stranger in strangers:
            stranger.close()


def test_browsers_that_keep_connections_make_way_for_who_comes(monkeypatch, port):
    limits(monkeypatch, connections=40)
    with served(port):
        held = [connect(port) for _ in range(100)]
        assert fetch(port, "/healthz")
        for connection in held:
            connection.close()


# As long as waitress reads; what is not read when a server closes makes the client lose the answer.
LONGEST_HEAD = 262_144
TWO_LENGTHS = "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (f"POST / HTTP/1.1\r\nHost: x\r\n{TWO_LENGTHS}", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\ncontent-length: 6\r\n", 400),
        ("POST / HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n", 501),
        ("GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n", 400),
        (f"{'GET / HTTP/1.1'}\r\nCookie: {'x' * (LONGEST_HEAD - 28)}\r\n", 431),
        (f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {2 * 10**9}\r\n", 413),
    ],
)
def test_what_the_server_refuses_is_a_page_with_the_headers_of_all_and_the_connection_ends(pages, head, status):
    """Where two servers may disagree on where a request ends, the next one on the connection is somebody else's."""
    smuggled = "" if status == 431 else "0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"

    said = answer(sent(pages, f"{head}\r\n{smuggled}".encode()))

    first, _, body = said.partition("\r\n\r\n")
    assert first.splitlines()[0].split()[1] == str(status)
    for header in ("Content-Security-Policy", "X-Content-Type-Options: nosniff", "Strict-Transport-Security"):
        assert header.lower() in first.lower()
    assert "connection: close" in first.lower()
    assert '<html lang="zh' in body
    assert "HTTP/1." not in body


# A process that may open few files, as the port of which a parent knows; it says how many lines it logged.
FEW_FILES = """
import resource, sys, threading
resource.setrlimit(resource.RLIMIT_NOFILE, (int(sys.argv[2]), int(sys.argv[2])))
from flask import request
from services.portal.app import create_app
from services.portal.server import Listening, serve
from shared.process import logs
from shared.process.readiness import Readiness
logs.configure("portal")
app = create_app(None, None, secret=b"x" * 32, secure_cookies=False)
open_files = []
def hoard():
    while True:
        open_files.append(open("/dev/null"))
app.before_request_funcs[None].insert(4, lambda: hoard() if request.path == "/hoard" else None)
stopping = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), stopping.set())).start()
serve(app, Listening("127.0.0.1", int(sys.argv[1])), stopping=stopping, readiness=Readiness([]))
"""


def test_with_few_file_handles_everybody_is_answered_and_the_log_stays_small(port, tmp_path):
    log = tmp_path / "log"
    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", FEW_FILES, str(port), "48"], stdin=subprocess.PIPE, stderr=written
        )
    eventually(lambda: fetch(port, "/healthz"), within=30)

    held = []
    for _ in range(60):
        connection = connect(port)
        connection.request("GET", "/healthz")
        assert connection.getresponse().status == 200
        held.append(connection)
    hoarding = connect(port)
    hoarding.request("GET", "/hoard")
    full = hoarding.getresponse()
    assert (full.status, "现在同时使用的人太多" in full.read().decode()) == (503, True)
    for _ in range(20):
        said = answer(sent(port, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"))
        assert said.startswith("HTTP/1.1 503")
        assert "请过半分钟再试" in said

    process.communicate()
    assert process.returncode == 0
    warnings = [line for line in log.read_text().splitlines() if '"level": "warning"' in line]
    assert len(warnings) <= 5
