"""What a process depends on, as data. It imports nothing that eventlet would have to patch first."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

# A queue that nobody declares: what is sent there shows only that the broker takes it.
NOWHERE = "qingdan.nowhere"


@dataclass(frozen=True, slots=True)
class Needs:
    """`setting` names where `database_url` comes from, `folders` hold the migrations that its database must have.

    `queues` are measured on the way, `exchange` is one that the process may write to. `monitor` is the host and port of
    the monitoring server; without it, the checks run all the same.
    """

    database_url: str
    setting: str = "QINGDAN_…_DATABASE_URL"
    folders: tuple[Path, ...] = ()
    broker_url: str = ""
    queues: tuple[str, ...] = ()
    exchange: str = ""
    monitor: tuple[str, int] | None = None
