"""Calls to the services in the name of the signed-in person, with the request's correlation id."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID, uuid5

from flask import Flask, current_app, g, request

from shared.calling.caller import AWAY, Call, Caller, growing_pauses
from shared.calling.calls import NOT_SIGNED_IN
from shared.errors import MALFORMED, BrokerAway, Forbidden, Invalid
from shared.limits import CALLER

EXTENSION = "qingdan.caller"
# As a parameter: null, which empties a field. None leaves the parameter out, and then a field of old stays as it is.
EMPTIED: Any = object()
# While processes are replaced, one of the release before answers too, and leaves out what its pages do not show. By
# which field an answer is known to be of this release; of a list the first entry counts.
SINCE_THEN: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("notifications", "inbox"): ("changed_at",),
    ("stats", "find_duties"): ("duties", "brief"),
    ("stats", "item_board"): ("pending",),
    ("stats", "overview"): ("so_far",),
    ("stats", "row_board"): ("counts", "overdue_blocked"),
    ("stats", "units_board"): ("units", "counts", "overdue_blocked"),
    ("tasks", "get_checklist"): ("sample_percent",),
    ("tasks", "get_duty"): ("brief",),
    ("tasks", "get_row"): ("row", "evidence_rule"),
    ("tasks", "issue_progress"): ("is_amendment",),
    ("tasks", "list_audit"): ("is_more",),
    ("tasks", "list_checklists"): ("checklists", "amends_id"),
    ("tasks", "preview_issue"): ("left_out",),
    ("tasks", "review_queue"): ("extensions",),
}


def install(app: Flask, caller: Caller) -> None:
    """Let all pages call through `caller`."""
    app.extensions[EXTENSION] = caller


def ask(service: str, operation: str, /, *, within: float = CALLER.ask, **params: Any) -> dict[str, Any]:
    """Read something; parameters that are None are left out. Raises the errors of `shared.errors`.

    What only the release before answers within the time is BrokerAway: half a page is none.
    """
    deadline = time.monotonic() + within
    for pause in growing_pauses():
        answer = _call(service, operation, params, None, max(deadline - time.monotonic(), 0.0))
        if _is_whole(answer, SINCE_THEN.get((service, operation), ())):
            return answer
        if time.monotonic() + pause > deadline:
            break
        time.sleep(pause)
    raise BrokerAway(AWAY, {"cause": f"{service}.{operation} is answered by the release before"})


def tell(
    service: str, operation: str, /, *, command: UUID | None = None, within: float = CALLER.tell, **params: Any
) -> dict[str, Any]:
    """Change something under the form's command id, or under `command` when one form leads to several calls."""
    return _call(service, operation, params, command or form_command_id(), within)


def given(params: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as they travel: what is None is left out, what is EMPTIED is null."""
    return {name: None if value is EMPTIED else value for name, value in params.items() if value is not None}


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
    asked = Call(
        given(params),
        person_id=g.get("person_id"),
        command_id=command,
        correlation_id=g.correlation_id,
        by_link=g.get("link") is not None,
    )
    try:
        return caller.call(service, operation, asked, timeout=within)
    except Forbidden as error:
        if asked.by_link and error.text == NOT_SIGNED_IN:
            # A process of the release before, which knows no links and has done nothing: one of this one answers soon.
            raise BrokerAway(AWAY, {"cause": f"{service}.{operation} is answered by the release before"}) from error
        raise


def _is_whole(answer: Any, path: tuple[str, ...]) -> bool:
    """Whether the field is there; so it is where there is nothing that could have it."""
    found = answer
    for name in path:
        if isinstance(found, list):
            if not found:
                return True
            found = found[0]
        if name not in found:
            return False
        found = found[name]
    return True
