"""Calls to the services in the name of the signed-in person, with the request's correlation id."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol, cast
from uuid import UUID, uuid5

from flask import Flask, current_app, g, request

from shared.calling.caller import AWAY, TOGETHER, Call, Caller, growing_pauses
from shared.calling.calls import HANDED_OVER, NOT_SIGNED_IN
from shared.errors import (
    MALFORMED,
    UNKNOWN,
    BrokerAway,
    DatabaseAway,
    Forbidden,
    Invalid,
    NoAnswer,
    QingdanError,
    TryAgain,
)
from shared.limits import CALLER

EXTENSION = "qingdan.caller"
# Until when which service is known to be of the release that answers each question alone.
EXTENSION_UNKNOWN = "qingdan.alone"
UNKNOWN_FOR = 10.0
# In `g`: what waits to be asked along, what was answered so, and what is to be proven with the first answer.
ALONG, BROUGHT, PROOF = "along", "brought", "proof"
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
    ("tasks", "preview_issue"): ("busy_total",),
    ("tasks", "review_queue"): ("extensions",),
}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of which service, its parameters as they travel."""

    service: str
    operation: str
    params: dict[str, Any]


# The question that proves who is signed in.
PROVING = Question("tasks", "who_am_i", {})
# Beside the names of services, among what the release before does not know.
HOLDERS = "holders"
# What a command gets that is told whom it is from and was not carried out for that alone: from the process that knows
# better, and from one of the release before, which does not know whom it is told.
UNPROVEN = (HANDED_OVER, NOT_SIGNED_IN)


class Proof(Protocol):
    """That something holds on which the page was begun."""

    def demand(self) -> None:
        """Say that it is `proven`, or end the request."""
        ...


def install(app: Flask, caller: Caller) -> None:
    """Let all pages call through `caller`."""
    app.extensions[EXTENSION] = caller
    app.extensions[EXTENSION_UNKNOWN] = {}


def ask(service: str, operation: str, /, *, within: float = CALLER.ask, **params: Any) -> dict[str, Any]:
    """Read something; parameters that are None are left out. Raises the errors of `shared.errors`.

    What only the release before answers within the time is BrokerAway: half a page is none. What waits to be asked
    `along` is asked with it.
    """
    asked = Question(service, operation, given(params))
    proof: Proof | None = None if asked == PROVING else g.get(PROOF)
    if proof is not None and service != PROVING.service:
        proof.demand()
        proof = None
    try:
        answer = _brought(asked) or _asked(asked, within)
    except TryAgain:
        raise
    except QingdanError:
        if proof is not None:
            proof.demand()
        raise
    if proof is not None:
        proof.demand()
    return answer


def along(service: str, operation: str, /, **params: Any) -> None:
    """Have this asked with the next question to the same service; `ask` finds it answered then.

    It is for what the page asks in any case, one question after the other.
    """
    waiting = g.setdefault(ALONG, [])
    waiting.append(Question(service, operation, given(params)))


def prove_first(proof: Proof) -> None:
    """Have `proof` demanded with the first answer, before anything is made of it; it asks `PROVING`."""
    setattr(g, PROOF, proof)
    g.setdefault(ALONG, []).append(PROVING)


def unproven() -> Proof | None:
    """What is still to be demanded; None when it was, or there is nothing."""
    found: Proof | None = g.get(PROOF)
    return found


def proven() -> None:
    """It holds, and is demanded no more."""
    g.pop(PROOF, None)


def _asked(asked: Question, within: float) -> dict[str, Any]:
    service, operation = asked.service, asked.operation
    deadline = time.monotonic() + within
    for pause in growing_pauses():
        answer = _asked_with_others(asked, deadline)
        if answer is None:
            answer = _call(service, operation, asked.params, None, max(deadline - time.monotonic(), 0.0))
        if _is_whole(answer, SINCE_THEN.get((service, operation), ())):
            return answer
        if time.monotonic() + pause > deadline:
            break
        time.sleep(pause)
    raise BrokerAway(AWAY, {"cause": f"{service}.{operation} is answered by the release before"})


def _asked_with_others(asked: Question, deadline: float) -> dict[str, Any] | None:
    """The answer, where others of the same service waited and all were asked at once; None where it must be alone."""
    waiting = [one for one in g.get(ALONG, []) if one != asked]
    others = [one for one in waiting if one.service == asked.service]
    setattr(g, ALONG, [one for one in waiting if one.service != asked.service])
    if not others or not _knows(asked.service):
        return None
    questions = [{"operation": one.operation, "params": one.params} for one in (asked, *others)]
    try:
        remaining = max(deadline - time.monotonic(), 0.0)
        found = _call(asked.service, TOGETHER, {"questions": questions}, None, remaining)["answers"]
    except BrokerAway as error:
        if not error.details.get(UNKNOWN):
            raise
        _note_unknown(asked.service)
        return None
    except (NoAnswer, DatabaseAway, Forbidden):
        raise
    except QingdanError:
        # One of the others may be what took too long: what the page is about is asked alone.
        return None
    brought = g.setdefault(BROUGHT, [])
    for one, answer in zip(others, found[1:], strict=False):
        if answer is not None and _is_whole(answer, SINCE_THEN.get((one.service, one.operation), ())):
            brought.append((one, answer))
    first: dict[str, Any] | None = found[0]
    return first


def _brought(asked: Question) -> dict[str, Any] | None:
    """What came along with an earlier answer; once, for whoever asks again wants to know it anew."""
    brought: list[tuple[Question, dict[str, Any]]] = g.get(BROUGHT, [])
    for number, (one, answer) in enumerate(brought):
        if one == asked:
            del brought[number]
            return answer
    return None


def _knows(what: str) -> bool:
    """Whether a service answers questions together, or tasks knows HOLDERS: it did not answer otherwise just now."""
    until: float = current_app.extensions[EXTENSION_UNKNOWN].get(what, 0.0)
    return time.monotonic() > until


def _note_unknown(what: str) -> None:
    current_app.extensions[EXTENSION_UNKNOWN][what] = time.monotonic() + UNKNOWN_FOR


def ask_page(
    service: str, operation: str, /, *, page: int, after: int | None, within: float = CALLER.ask, **params: Any
) -> dict[str, Any]:
    """Read a page of a list that lies behind the line `after`, where an address names one; else by its number alone.

    A line that the service cannot take, such as the release before none at all, is left out.
    """
    if after is not None:
        with suppress(Invalid):
            return ask(service, operation, within=within, page=page, after=after, **params)
    return ask(service, operation, within=within, page=page, **params)


def tell(
    service: str, operation: str, /, *, command: UUID | None = None, within: float = CALLER.tell, **params: Any
) -> dict[str, Any]:
    """Change something under the form's command id, or under `command` when one form leads to several calls.

    Where it is still to be proven who asks, the service that proves it is told whom it is believed to be, and does
    nothing for anybody else; another one is told when it is proven.
    """
    proof: Proof | None = g.get(PROOF)
    asked, command_id = given(params), command or form_command_id()
    if proof is None:
        return _call(service, operation, asked, command_id, within)
    if service != PROVING.service or not _knows(HOLDERS):
        proof.demand()
        return _call(service, operation, asked, command_id, within)
    try:
        answer = _call(service, operation, asked, command_id, within, holder=g.holder)
    except TryAgain:
        raise
    except QingdanError as error:
        if error.text in UNPROVEN:
            proof.demand()
            # It is nobody else, so the service does not know whom it was told.
            _note_unknown(HOLDERS)
            return _call(service, operation, asked, command_id, within)
        _prove_for_refusal(proof)
        raise
    proven()
    return answer


def _prove_for_refusal(proof: Proof) -> None:
    """The page that says why something was refused must not be of somebody who has left; in doubt it is of nobody.

    The refusal stands then, and is said: there is nothing that waits to be carried out.
    """
    g.is_refused = True
    try:
        proof.demand()
    except TryAgain:
        g.person = None


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


def _call(
    service: str,
    operation: str,
    params: dict[str, Any],
    command: UUID | None,
    within: float,
    *,
    holder: int | None = None,
) -> dict[str, Any]:
    caller = cast(Caller, current_app.extensions[EXTENSION])
    asked = Call(
        params,
        person_id=g.get("person_id"),
        command_id=command,
        correlation_id=g.correlation_id,
        by_link=g.get("link") is not None,
        holder=holder,
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
