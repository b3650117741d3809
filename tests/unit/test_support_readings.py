"""What a page reads of its address is noticed whichever way it reads; what it does not read needs not be asked for."""

import pytest
from flask import Flask, request

from tests.support.readings import Readings, readings_of

WAYS = {
    "get": lambda args: args.get("page"),
    "presence": lambda args: "page" in args,
    "list": lambda args: args.getlist("page"),
    "values": lambda _args: request.values.get("page"),
    "dict": dict,
    "copy": lambda args: dict(args, more=1),
    "keywords": lambda args: dict(**args),
    "items": lambda args: list(args.items()),
    "flat": lambda args: args.to_dict(),
    "loop": list,
    "truth": bool,
}


def opened(read, address: str, monkeypatch: pytest.MonkeyPatch) -> Readings:
    app = Flask("test")
    app.add_url_rule("/list", view_func=lambda: str(read(request.args)))
    readings = readings_of(app, monkeypatch)
    assert readings.may_differ(address)
    assert app.test_client().get(address).status_code == 200
    readings.note(address)
    return readings


@pytest.mark.parametrize("way", WAYS)
def test_what_a_page_reads_is_asked_for(way, monkeypatch):
    readings = opened(WAYS[way], "/list", monkeypatch)

    assert readings.may_differ("/list?page=2")
    assert readings.may_differ("/other?page=2")


def test_what_no_page_reads_is_not_asked_for(monkeypatch):
    readings = opened(WAYS["get"], "/list", monkeypatch)

    assert not readings.may_differ("/list?unit=3&row=4")
    assert readings.may_differ("/list?unit=3&page=")


def test_a_page_that_read_what_was_asked_for_may_read_something_else_without(monkeypatch):
    readings = opened(WAYS["get"], "/list?page=2", monkeypatch)

    assert readings.may_differ("/list?unit=3")
