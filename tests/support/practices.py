"""Good practice to work with: a duty that is done, offered by its unit."""

from __future__ import annotations

from typing import Any

from tests.support.duties import a_duty, submit
from tests.support.tasks import Caller

TITLE = "招聘会开到家门口"
TEXT = "每月15日在三个村各办一场。\n先摸底，再请企业。"


def done(call: Caller, unit: str = "徽城镇", *, as_: str = "staff", note: str = TEXT, **item: Any) -> dict[str, Any]:
    """A duty that its unit has marked done, as it read it before."""
    duty = a_duty(call, unit, **item)
    submit(call, duty, as_=as_, note=note)
    return duty


def offer(
    call: Caller, duty: dict[str, Any], *, as_: str = "staff", title: str = TITLE, text: str = TEXT, **more: Any
) -> int:
    """The id of what is offered of the duty."""
    given = {"duty_id": duty["duty_id"], "title": title, "text": text, **more}
    made: int = call("offer_practice", given, as_=as_)["practice_id"]
    return made


def read_practice(call: Caller, practice_id: int, *, as_: str = "lead") -> dict[str, Any]:
    return call("get_practice", {"practice_id": practice_id}, as_=as_)


def publish(call: Caller, practice_id: int, *, as_: str = "lead", **given: Any) -> dict[str, Any]:
    """Publish it as it is now, unless told otherwise."""
    return _worded(call, "publish_practice", practice_id, as_, given)


def correct(call: Caller, practice_id: int, *, as_: str = "lead", **given: Any) -> dict[str, Any]:
    """Let what is published have the words that are given, and else those that it has."""
    return _worded(call, "correct_practice", practice_id, as_, given)


def _worded(call: Caller, operation: str, practice_id: int, as_: str, given: dict[str, Any]) -> dict[str, Any]:
    row = read_practice(call, practice_id, as_="lead")
    told = {name: row[name] for name in ("practice_id", "version", "title", "text")}
    return call(operation, told | given, as_=as_)


def end(
    call: Caller, operation: str, practice_id: int, *, as_: str = "lead", version: int | None = None, **given: Any
) -> dict[str, Any]:
    """Put aside, withdraw or take back what it is now."""
    version = version or read_practice(call, practice_id)["version"]
    return call(operation, {"practice_id": practice_id, "version": version, **given}, as_=as_)
