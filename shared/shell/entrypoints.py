"""A service class as a nameko service, behind entrypoints without nameko's known defects.

Nothing else in the system uses nameko's entrypoints, dispatchers or publishers; a service knows nothing of this.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import eventlet
from eventlet import tpool
from nameko.extensions import register_entrypoint

from shared.calling.proof import Checker, OwnTime, Proof
from shared.calling.service import BaseService, consumer_of, operation_of, operations_of, ticks_of
from shared.database import TAKES_LONGER, Database
from shared.errors import SLOW, TooSlow, TryAgain
from shared.limits import BROKER
from shared.process import metrics
from shared.process.health import Pulse
from shared.process.loop import Signals
from shared.process.settings import Settings
from shared.shell.batch_entrypoint import BatchConsumer
from shared.shell.safe_rpc import SafeRpc
from shared.shell.ticker import Ticker

# Each call holds a connection of the pool, which is a little larger for ticks and batches.
MAX_WORKERS = 10


def nameko_service(
    service_class: type[BaseService],
    database_dsn: str,
    *,
    pulse: Pulse | None = None,
    signals: Signals | None = None,
    settings: Settings | None = None,
    proof: Proof | None = None,
) -> type:
    """The nameko service of `service_class`: one RPC per operation, its batch consumer, its ticks.

    Without `proof` every call is believed.
    """
    database = Database(database_dsn, size=MAX_WORKERS + 4)
    service = service_class(database, offload=tpool.execute)
    if settings is not None:
        service.configure(settings)
    pulse, signals = pulse or Pulse(), signals or Signals()
    metrics.begin_at_zero(metrics.REFUSED_CALLS, [service.name])
    metrics.begin_at_zero(metrics.LOST_REPLIES, [service.name])
    unsigned = {"accepts_unsigned": proof is not None and proof.accepts_unsigned}
    checker = None if proof is None else Checker(service.name, proof, OwnTime(database.clock))
    members: dict[str, Any] = {"name": service.name}
    for operation in operations_of(service_class):
        members[operation] = _rpc(service, operation, checker)
    for name, method in ticks_of(service_class).items():
        members[name] = _entry(Ticker(service, method, name))
    if consumer_of(service_class) is not None:
        members["take_events"] = _entry(BatchConsumer(service, pulse, signals, **unsigned))
    return type(f"{service_class.__name__}Nameko", (), members)


def configuration(broker_url: str) -> dict[str, Any]:
    """Settings for nameko; JSON is all that is accepted."""
    return {
        "AMQP_URI": broker_url,
        "serializer": "json",
        "ACCEPT": ["json"],
        "HEARTBEAT": BROKER.heartbeat,
        "max_workers": MAX_WORKERS,
    }


def _rpc(service: BaseService, operation: str, checker: Checker | None) -> Callable[..., Any]:
    within = operation_of(operations_of(type(service))[operation]).within

    def call(_self: object, envelope: Any = None) -> dict[str, Any]:
        try:
            with eventlet.Timeout(within, TooSlow(TAKES_LONGER, SLOW)):
                if checker is not None:
                    checker.check(operation, envelope)
                return service.perform(operation, envelope)
        except TryAgain as error:
            return {"error": error.as_dict()}

    call.__name__ = operation
    register_entrypoint(call, SafeRpc())
    return call


def _entry(entrypoint: Any) -> Callable[..., None]:
    """A method for nameko to hang `entrypoint` on; the entrypoint does the work itself."""

    def method(_self: object) -> None:
        return None

    register_entrypoint(method, entrypoint)
    return method
