"""The processes of the distributed mode: which there are, and what each of them needs to be ready."""

from __future__ import annotations

from services.running.registry import CLASSES, migration_folders
from shared.process.addresses import MONITOR_PORT
from shared.process.needs import Needs
from shared.process.settings import Settings

# Relays first: they declare the queues, so that no event finds none.
COMMANDS = (
    *(("relay", name) for name in CLASSES),
    *(("service", name) for name in CLASSES),
    ("issuer",),
    ("portal",),
)


def needs_of(
    settings: Settings, database: str, *, has_broker: bool = True, queues: tuple[str, ...] = (), exchange: str = ""
) -> Needs:
    """Needs of a process that works on the database of service `database`; SettingError when one is not set."""
    port = MONITOR_PORT if settings.monitor_port is None else settings.monitor_port
    return Needs(
        database_url=settings.database_url(database),
        setting=f"QINGDAN_{database.upper()}_DATABASE_URL",
        folders=migration_folders(database),
        broker_url=settings.required_broker_url() if has_broker else "",
        queues=queues,
        exchange=exchange,
        monitor=(settings.monitor_host, port),
    )
