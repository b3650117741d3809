"""Which services there are and where their parts lie; the composition root for both ways to run."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from shared.delivery.forgetting import plumbing
from shared.migrations import SHARED, migrate
from shared.process.provision import grant
from shared.process.settings import SERVICES
from shared.retention import Retention
from shared.sealing.sources import OF_ALL, Source

if TYPE_CHECKING:
    from shared.calling.service import BaseService

HERE = Path(__file__).parent.parent

CLASSES = {name: f"services.{name}.service:{name.capitalize()}Service" for name in SERVICES}
# Where a service says what of its own is sealed; of one that is not here it is what all have.
LOGS = {"tasks": "services.tasks.audit.kinds", "stats": "services.stats.audit.kinds"}


def service_class(name: str) -> type[BaseService]:
    """The class of service `name`, imported now: importing it early would break eventlet's patch."""
    module, _, attribute = CLASSES[name].partition(":")
    found: type[BaseService] = getattr(import_module(module), attribute)
    return found


def retention_of(name: str) -> Retention:
    """What goes from the database of `name` and what stays; the portal's has no events."""
    return plumbing() + own_retention_of(name) if name in CLASSES else own_retention_of(name)


def own_retention_of(name: str) -> Retention:
    """The same of the tables that are its alone."""
    found: Retention = import_module(f"services.{name}.retention").RETENTION
    return found


def logs_of(name: str) -> tuple[Source, ...]:
    """What is sealed in the database of service `name`."""
    found: tuple[Source, ...] = import_module(LOGS[name]).LOGS if name in LOGS else OF_ALL
    return found


def topology() -> dict[str, tuple[str, ...]]:
    """For each service the topics it listens to."""
    return {name: import_module(f"services.{name}.topics").TOPICS for name in CLASSES}


def migration_folders(name: str) -> tuple[Path, ...]:
    """Where the migrations of the database of service `name` are, the shared ones first."""
    return (SHARED, HERE / name / "migrations")


def migrate_database(name: str, dsn: str, *, stage: str | None = None, worker: str = "") -> list[str]:
    """Bring the database of service `name` to the present schema; returns the ids that were applied.

    `dsn` is of who owns it; `worker` is the role that the processes work as, where that is another.
    """
    applied = migrate(dsn, HERE / name / "migrations", stage=stage)
    if worker:
        grant(dsn, worker)
    return applied
