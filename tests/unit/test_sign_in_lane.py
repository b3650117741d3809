"""Requests with a password wait in a lane of their own, and not without end."""

import threading

import pytest

from services.portal.signing_in import lane as lanes
from services.portal.signing_in.lane import Lane, is_with_password
from tests.support.eventually import eventually


class Request:
    def __init__(self, path, command):
        self.path, self.command, self.is_crowded = path, command, False


class Channel:
    """A connection whose request takes until the test lets it go on."""

    def __init__(self, path="/sign-in", command="POST", go_on=None):
        self.requests = [Request(path, command)]
        self.entered, self.done = threading.Event(), threading.Event()
        self._go_on = go_on
        self.cancelled = False

    def service(self):
        self.entered.set()
        if self._go_on is not None:
            self._go_on.wait(10)
        self.done.set()

    def cancel(self):
        self.cancelled = True


class Listener:
    """The queue of all pages."""

    def __init__(self):
        self.taken = []

    def add_task(self, channel):
        self.taken.append(channel)


@pytest.fixture
def listener():
    listener, lane = Listener(), Lane()
    lane.guard(listener)
    yield listener
    lane.close()


def test_only_forms_with_a_password_are_meant():
    assert is_with_password(Request("/sign-in", "POST"))
    assert is_with_password(Request("/password", "POST"))
    assert not is_with_password(Request("/sign-in", "GET"))
    assert not is_with_password(Request("/duties/done", "POST"))
    # What could not be read has neither.
    assert not is_with_password(object())


def test_pages_do_not_wait_for_passwords(listener):
    go_on = threading.Event()
    slow = [Channel(go_on=go_on) for _ in range(lanes.THREADS + 3)]
    for one in slow:
        listener.add_task(one)
    page = Channel("/duties", "GET")

    listener.add_task(page)

    assert listener.taken == [page]
    eventually(lambda: sum(one.entered.is_set() for one in slow) == lanes.THREADS)
    go_on.set()
    assert all(one.done.wait(10) for one in slow)


def test_where_too_many_wait_the_next_one_is_told_at_once(listener):
    go_on = threading.Event()
    first = [Channel(go_on=go_on) for _ in range(lanes.THREADS)]
    for one in first:
        listener.add_task(one)
    assert all(one.entered.wait(10) for one in first)
    waiting = [Channel() for _ in range(lanes.MOST_WAITING)]
    for one in waiting:
        listener.add_task(one)
    late = Channel()

    listener.add_task(late)

    assert listener.taken == [late]
    assert late.requests[0].is_crowded
    go_on.set()
    assert all(one.done.wait(10) for one in waiting)
    assert not any(one.requests[0].is_crowded for one in waiting)


def test_who_waited_too_long_is_told_in_turn(listener, monkeypatch):
    monkeypatch.setattr(lanes, "LONGEST_SECONDS", -1.0)
    channel = Channel()

    listener.add_task(channel)

    assert channel.done.wait(10)
    assert channel.requests[0].is_crowded
