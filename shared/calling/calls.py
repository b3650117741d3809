"""What happens around every operation of a service, whichever way the call travelled.

Read the envelope, load the parameters, open one transaction, find the actor, check the roles, claim the command id, run
the use case, keep the answer, commit. Errors become part of the answer; nothing is raised to the transport.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol

from marshmallow import ValidationError

from shared.actor import Actor, Role, Signature
from shared.calling import commands, refusals
from shared.calling.caller import Call
from shared.calling.params import Params, complaints_of
from shared.calling.shapes import Shape
from shared.correlation import correlation_id_of
from shared.database import Cursor, Database
from shared.errors import MALFORMED, Forbidden, InternalError, Invalid, NewPasswordNeeded, QingdanError
from shared.limits import SERVICE
from shared.process import logs, metrics
from shared.text import Text

log = logging.getLogger(__name__)

NOT_SIGNED_IN = Text("请先登录。", "Please sign in first.")
# Another sentence than for a call of nobody, by which a process of the release before is known.
NO_SUCH_PERSON = Text(
    "这个岗位的账号已停用，链接不能再用。", "The account of this post is closed, and the link cannot be used any more."
)
HANDED_OVER = Text("这个岗位已移交给接任的人。", "The post was handed over to somebody else.")
NOT_YOURS = Text(
    "您的岗位没有这项权限，如有需要请联系牵头单位。",
    "Your post may not do this. If you need to, please contact the lead bureau.",
)
CHOOSE_A_PASSWORD = Text(
    "您用的是别人告知的密码，请先设置自己的密码再继续。",
    "Your password is one that somebody told you. Please choose your own before you go on.",
)
NOT_BY_LINK = Text(
    "您是凭链接打开的，这一项要登录后才能办理。",
    "You came by the link of a message. Please sign in for this.",
)
# Whoever says which holder of the post it is asks next who it is by now, and that goes on record. Without this, what an
# earlier holder tried would be said of the later one.
ABOUT_WHO_ASKS = (NOT_SIGNED_IN, HANDED_OVER, CHOOSE_A_PASSWORD)
DEFECT = Text(
    "系统出错，这次没有保存。请稍后再试；仍不行时把页面上的编号告诉管理员。",
    "Something went wrong and nothing was saved. Please try later; if it persists, tell the administrator the number.",
)


class Service(Protocol):
    """What is needed of a service to carry out its calls."""

    name: str
    database: Database

    def load_actor(self, cur: Cursor, person_id: int) -> Actor | None:
        """The active person with this id, or None."""
        ...

    def signature(self, cur: Cursor, person_id: int) -> Signature: ...


@dataclass(frozen=True, slots=True)
class Operation:
    """What one operation takes and answers. `roles` None means that nobody needs to be signed in (sign_in itself).

    `within` is how many seconds a call of it may take. `prepare` does, before the operation's transaction is opened,
    what takes long and changes nothing, such as reading a file; what it returns is the context's `prepared`.
    `before_new_password` lets in whoever has to choose an own password first, `by_link` who opened a link instead of
    signing in.
    `secrets` are the fields of a command's answer that are told once and stored nowhere: a repetition gets null.
    """

    name: str
    params: type[Params]
    answer: type[Shape]
    roles: frozenset[Role] | None
    is_command: bool
    within: float = SERVICE.call
    prepare: Prepare | None = None
    secrets: tuple[str, ...] = ()
    before_new_password: bool = False
    by_link: bool = False

    def as_kept(self, answer: Answer) -> Answer:
        """What of the first answer is stored, for whoever sends the command again."""
        return answer | {name: None for name in self.secrets if name in answer}


@dataclass(frozen=True, slots=True)
class Context:
    """What a use case may need to know of its call besides the parameters.

    `actor` is None only where nobody needs to be signed in; `call` is as it came.
    """

    actor: Actor | None
    correlation_id: str
    prepared: Any = None
    call: Call = field(default_factory=lambda: Call({}))

    @property
    def signed_in(self) -> Actor:
        """The person who asks. Raises Forbidden when nobody is signed in."""
        if self.actor is None:
            raise Forbidden(NOT_SIGNED_IN)
        return self.actor


# The parameters of a call as their schema loaded them, and what the operation answers: plain JSON under string keys.
Loaded = dict[str, Any]
Answer = dict[str, Any]
Method = Callable[[Any, Cursor, Context, Loaded], Answer]
# (service, context, parameters) to whatever the method wants to find prepared.
Prepare = Callable[[Any, Context, Loaded], Any]


def perform(service: Service, operation: Operation, method: Method, envelope: Any) -> dict[str, Any]:
    """Carry out one call and return {"answer": …} or {"error": …}."""
    started = time.monotonic()
    with logs.about(correlation_id=_correlation_of(envelope)):
        result = _answer(service, operation, method, envelope)
        _record(service, operation, result, time.monotonic() - started)
    return result


def _correlation_of(envelope: Any) -> str:
    return correlation_id_of(envelope.get("correlation_id") if isinstance(envelope, dict) else None)


def _record(service: Service, operation: Operation, result: dict[str, Any], seconds: float) -> None:
    outcome = result["error"]["code"] if "error" in result else "answer"
    metrics.CALL_SECONDS.labels(service.name, operation.name, outcome).observe(seconds)
    log.info(
        "call answered",
        extra={
            "service": service.name,
            "operation": operation.name,
            "outcome": outcome,
            "milliseconds": round(seconds * 1000, 1),
        },
    )


def _answer(service: Service, operation: Operation, method: Method, envelope: Any) -> dict[str, Any]:
    call = Call({})
    try:
        call = Call.from_dict(envelope)
        return {"answer": _perform(service, operation, method, call)}
    except Forbidden as error:
        if call.holder is None or error.text not in ABOUT_WHO_ASKS:
            _record_refusal(service, operation, call, error)
        return {"error": error.as_dict()}
    except QingdanError as error:
        return {"error": error.as_dict()}
    except Exception:
        log.exception("operation failed", extra={"operation": operation.name})
        return {"error": InternalError(DEFECT, {"correlation_id": call.correlation_id}).as_dict()}


def _perform(service: Service, operation: Operation, method: Method, call: Call) -> Answer:
    prepared = None
    if operation.prepare is not None:
        # A transaction that waits for a file to be read would hold its locks, meet the limit of idle ones, and hold
        # back every relay on the server.
        with service.database.transaction() as cur:
            actor, params = _accepted(service, cur, operation, call)
            known = commands.answered(cur, operation.name, call) if operation.is_command else None
        if known is not None:
            return known
        prepared = operation.prepare(service, Context(actor, call.correlation_id, call=call), params)
    with service.database.transaction() as cur:
        actor, params = _accepted(service, cur, operation, call)
        if operation.is_command:
            answer = commands.claim(cur, operation.name, call)
            if answer is not None:
                return answer
        answer = method(service, cur, Context(actor, call.correlation_id, prepared, call), params)
        if operation.is_command and call.command_id:
            commands.keep(cur, call.command_id, operation.as_kept(answer))
        return answer


def _accepted(service: Service, cur: Cursor, operation: Operation, call: Call) -> tuple[Actor | None, Loaded]:
    """Who asks, and the parameters; raises when they may not, when those are wrong, and for a command without an id."""
    actor = _actor(service, cur, operation, call)
    params = load(operation, call.params)
    if operation.is_command and call.command_id is None:
        raise Invalid(MALFORMED)
    return actor, params


def _actor(service: Service, cur: Cursor, operation: Operation, call: Call) -> Actor | None:
    if operation.roles is None:
        return None
    actor = service.load_actor(cur, call.person_id) if call.person_id is not None else None
    if actor is not None and call.holder not in (None, actor.holder):
        raise Forbidden(HANDED_OVER)
    return let_in(actor, operation, call)


def let_in(actor: Actor | None, operation: Operation, call: Call) -> Actor:
    """Who asks, where that person may; raises Forbidden and NewPasswordNeeded."""
    if actor is None:
        raise Forbidden(NO_SUCH_PERSON if call.by_link else NOT_SIGNED_IN)
    if call.by_link:
        return _by_link(actor.narrowed(), operation)
    if actor.must_change_password and not operation.before_new_password:
        raise NewPasswordNeeded(CHOOSE_A_PASSWORD)
    if not operation.roles or not actor.has_any(operation.roles):
        raise Forbidden(NOT_YOURS)
    return actor


def _by_link(actor: Actor, operation: Operation) -> Actor:
    """Who came by a link. What he knows is the letter and not the password, so an old password hinders nothing."""
    if not operation.by_link:
        raise Forbidden(NOT_BY_LINK)
    if not operation.roles or not actor.has_any(operation.roles):
        raise Forbidden(NOT_YOURS)
    return actor


@cache
def _schema_of(params: type[Params]) -> Params:
    """Made once: making one takes as long as a small query, and loading keeps nothing in it."""
    return params()


def load(operation: Operation, given: dict[str, Any]) -> Loaded:
    """The parameters as the operation's schema reads them. Raises Invalid."""
    try:
        params: Loaded = _schema_of(operation.params).load(given)
    except ValidationError as error:
        raise Invalid.of_fields(complaints_of(error)) from error
    return params


def _signature_of(service: Service, call: Call) -> Callable[[Cursor, int], Signature]:
    if not call.by_link:
        return service.signature
    return lambda cur, person_id: service.signature(cur, person_id).by_link()


def _record_refusal(service: Service, operation: Operation, call: Call, error: Forbidden) -> None:
    try:
        refusals.record(
            service.database,
            operation=operation.name,
            person_id=call.person_id,
            signature=_signature_of(service, call),
            reason=error.text.zh,
            correlation_id=call.correlation_id,
        )
    except QingdanError:
        log.exception("refusal could not be recorded", extra={"operation": operation.name})
