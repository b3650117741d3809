"""The server of the pages as a socket: it answers, and it stops without dropping what is under way."""

import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from services.portal.server import Listening, serve
from shared.readiness import Readiness
from tests.support.eventually import eventually
from tests.support.ports import release_port, reserve_port


@pytest.fixture
def port():
    port = reserve_port()
    yield port
    release_port(port)


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


def start(app, port, stopping):
    server = threading.Thread(
        target=serve,
        args=(app, Listening("127.0.0.1", port)),
        kwargs={"stopping": stopping, "readiness": Readiness([])},
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
