"""What is written in the databases of a product, read by statements of the checker's own: none of the product's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from services.running.registry import topology
from shared.delivery.broker import events_queue, is_heard
from shared.events import RelayTicked
from shared.process.settings import SERVICES

Rows = list[tuple[Any, ...]]


class Books:
    """`cursors` opens a transaction on the database of each service, and of the portal, by name."""

    def __init__(self, cursors: Mapping[str, Callable[[], AbstractContextManager[Any]]]) -> None:
        self._cursors = cursors

    def read(self, service: str, statement: str, *values: Any) -> Rows:
        with self._cursors[service]() as cur:
            cur.execute(statement, values or None)
            return [tuple(row) for row in cur.fetchall()]

    def events(self, source: str) -> dict[str, str]:
        """The types of the events that a service told, by id; without heartbeats, which tell nothing of their own."""
        rows = self.read(source, "SELECT id::text, type FROM outbox WHERE type <> %s", RelayTicked.TYPE)
        return dict(rows)

    def heard(self, service: str) -> set[str]:
        """The ids of the events that a service has taken into effect."""
        statement = "SELECT event_id::text FROM inbox WHERE queue = %s"
        return {row[0] for row in self.read(service, statement, events_queue(service))}

    def unheard(self) -> dict[str, list[str]]:
        """By service the ids of the events that it listens to, and has not heard."""
        told = {name: self.events(name) for name in SERVICES}
        missing = {}
        for service, topics in topology().items():
            wanted = {one for events in told.values() for one, of in events.items() if is_heard(topics, of)}
            missing[service] = sorted(wanted - self.heard(service))
        return missing
