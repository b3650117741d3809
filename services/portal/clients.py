"""Calls to the services in the name of the signed-in person, with the request's correlation id."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID, uuid5

from flask import Flask, current_app, g, request

from shared.calling.caller import Call, Caller
from shared.errors import MALFORMED, Invalid
from shared.limits import CALLER

EXTENSION = "qingdan.caller"
# As a parameter: null, which empties a field. None leaves the parameter out, and then a field of old stays as it is.
EMPTIED: Any = object()


def install(app: Flask, caller: Caller) -> None:
    """Let all pages call through `caller`."""
    app.extensions[EXTENSION] = caller


def ask(service: str, operation: str, /, *, within: float = CALLER.ask, **params: Any) -> dict[str, Any]:
    """Read something; parameters that are None are left out. Raises the errors of `shared.errors`."""
    return _call(service, operation, params, None, within)


def tell(
    service: str, operation: str, /, *, command: UUID | None = None, within: float = CALLER.tell, **params: Any
) -> dict[str, Any]:
    """Change something under the form's command id, or under `command` when one form leads to several calls."""
    return _call(service, operation, params, command or form_command_id(), within)


def form_command_id() -> UUID:
    """The id that the form got when its page was made: a double tap or a resend carries the same one."""
    try:
        return UUID(request.form.get("command_id", ""))
    except ValueError as error:
        raise Invalid(MALFORMED) from error


def part_of(command: UUID, part: str) -> UUID:
    """The id of one of several calls that a form leads to, the same again when the form is sent again."""
    return uuid5(command, part)


def _call(service: str, operation: str, params: dict[str, Any], command: UUID | None, within: float) -> dict[str, Any]:
    caller = cast(Caller, current_app.extensions[EXTENSION])
    given = {name: None if value is EMPTIED else value for name, value in params.items() if value is not None}
    asked = Call(given, person_id=g.get("person_id"), command_id=command, correlation_id=g.correlation_id)
    return caller.call(service, operation, asked, timeout=within)
