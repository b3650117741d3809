"""How a service class says what it offers, without knowing what carries its calls and events.

`shared/shell/entrypoints.py` makes nameko entrypoints of these marks, `shared/delivery/inprocess.py` plain calls.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from shared.actor import Actor, Role, Signature
from shared.apart import running
from shared.apart.running import Apart
from shared.calling import calls
from shared.calling.calls import Method, Operation, Prepare
from shared.calling.params import Params
from shared.calling.shapes import Shape
from shared.database import Begin, Cursor, Database, plainly
from shared.events import Received
from shared.limits import SERVICE
from shared.process.settings import Settings
from shared.retention import Retention
from shared.sealing.sources import OF_ALL, Source

BatchMethod = Callable[[Any, Cursor, Sequence[Received]], None]
TickMethod = Callable[[Any], None]
Offload = Callable[..., Any]
Roles = frozenset[Role] | None


def run_here(function: Callable[..., Any], *args: Any) -> Any:
    """Do the work in this thread: for services that block nobody by it."""
    return function(*args)


@dataclass(frozen=True, slots=True)
class Consumes:
    """The topics whose events a batch method takes, such as ("duty.#", "duties.#")."""

    patterns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ticks:
    """How often a tick is due."""

    seconds: float


class BaseService:
    """A service with its database; `offload` runs CPU work where it does not block other calls.

    `apart` reads what somebody uploaded, in a process of its own.

    Subclasses set `name`, say in `retention` how long rows of their own tables stay, in `logs` which of them are
    sealed and in `begin` what every transaction of their database begins with, and define `load_actor`. Methods
    marked with `query` and `command` take (self, cur, context, params) and return a JSON-able dict; `consume` ones take
    (self, cur, events) and must be idempotent beyond the inbox; `every` ones take (self) and open their own
    transactions.
    """

    name: str
    retention: ClassVar[Retention] = Retention()
    logs: ClassVar[tuple[Source, ...]] = OF_ALL
    begin: Begin = staticmethod(plainly)
    apart: Apart = staticmethod(running.run)

    def __init__(self, database: Database, offload: Offload = run_here) -> None:
        self.database = database
        database.begin_with(self.begin)
        self.offload = offload

    def configure(self, settings: Settings) -> None:
        """Take what the service needs of the settings of its process; most need nothing."""

    def load_actor(self, cur: Cursor, person_id: int) -> Actor | None:
        """The active person with this id, or None; each service looks in its own database."""
        raise NotImplementedError

    def signature(self, cur: Cursor, person_id: int) -> Signature:  # noqa: ARG002 - a service that knows people has more
        """What the service knows of whoever is behind `person_id`, signed in or not: for the log of refusals."""
        return Signature(person_id)

    def perform(self, operation: str, envelope: Any) -> dict[str, Any]:
        """Carry out one call by name; see `shared.calling.calls.perform`."""
        method = operations_of(type(self))[operation]
        return calls.perform(self, operation_of(method), method, envelope)


def query(
    params: type[Params],
    answer: type[Shape],
    roles: Roles,
    *,
    within: float = SERVICE.call,
    prepare: Prepare | None = None,
    before_new_password: bool = False,
    by_link: bool = False,
) -> Callable[[Method], Method]:
    """Mark a method as an operation that changes nothing; its docstring is what the callers' page says of it.

    It may take `within` seconds. `prepare`, `before_new_password` and `by_link` are as `shared.calling.calls.Operation`
    says.
    """
    return _operation(
        params,
        answer,
        roles,
        is_command=False,
        within=within,
        prepare=prepare,
        before_new_password=before_new_password,
        by_link=by_link,
    )


def command(
    params: type[Params],
    answer: type[Shape],
    roles: Roles,
    *,
    within: float = SERVICE.call,
    prepare: Prepare | None = None,
    secrets: tuple[str, ...] = (),
    before_new_password: bool = False,
    by_link: bool = False,
) -> Callable[[Method], Method]:
    """Mark a method as an operation that needs a command id, and whose first answer is kept for a repeated one.

    It may take `within` seconds. `prepare` is called before its transaction, `secrets` are told once,
    `before_new_password` is open before the own password, and `by_link` without it, as `shared.calling.calls.Operation`
    says.
    """
    return _operation(
        params,
        answer,
        roles,
        is_command=True,
        within=within,
        prepare=prepare,
        secrets=secrets,
        before_new_password=before_new_password,
        by_link=by_link,
    )


def consume(*patterns: str) -> Callable[[BatchMethod], BatchMethod]:
    """Mark the one method that takes the events of these topics, such as "duty.#"."""

    def mark(method: BatchMethod) -> BatchMethod:
        method.consumes = Consumes(patterns)  # type: ignore[attr-defined]
        return method

    return mark


def every(seconds: float) -> Callable[[TickMethod], TickMethod]:
    """Mark a method that is called every so many seconds, on each replica."""

    def mark(method: TickMethod) -> TickMethod:
        method.ticks = Ticks(seconds)  # type: ignore[attr-defined]
        return method

    return mark


def operations_of(cls: type) -> Mapping[str, Method]:
    """The operations of a service class by name."""
    return _marked(cls, "operation")


def operation_of(method: Method) -> Operation:
    """What a marked method takes and answers."""
    found: Operation = method.operation  # type: ignore[attr-defined]
    return found


def consumer_of(cls: type) -> BatchMethod | None:
    """The one batch method of a service, if it listens to events at all."""
    return next(iter(_marked(cls, "consumes").values()), None)


def ticks_of(cls: type) -> Mapping[str, TickMethod]:
    """The ticks of a service class by name."""
    return _marked(cls, "ticks")


def _operation(
    params: type[Params], answer: type[Shape], roles: Roles, *, is_command: bool, **more: Any
) -> Callable[[Method], Method]:
    def mark(method: Method) -> Method:
        operation = Operation(method.__name__, params, answer, roles, is_command, **more)
        method.operation = operation  # type: ignore[attr-defined]
        return method

    return mark


# Every call asks, and looking through a class of a hundred methods takes a tenth of a short call.
@cache
def _marked(cls: type, attribute: str) -> Mapping[str, Any]:
    found = {}
    for name in dir(cls):
        method = getattr(cls, name)
        if hasattr(method, attribute):
            found[name] = method
    return found
