"""Seals the rows of a database's log, the oldest first, a batch at a time and one process at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from shared import clock
from shared.database import Cursor
from shared.sealing import queries, store
from shared.sealing.chain import SHA256, Content, Seal, sealed
from shared.sealing.queries import Waiting
from shared.sealing.sources import OF_ALL, Source

BATCH = 2000


@dataclass(frozen=True, slots=True)
class Sealing:
    """What to seal and with which hash. Rows of a table that only a later release knows wait for that release."""

    sources: Sequence[Source] = OF_ALL
    algorithm: str = SHA256

    def step(self, cur: Cursor, *, limit: int = BATCH) -> int:
        """Seal up to `limit` rows in the caller's transaction, which must be one of its own; returns how many.

        While somebody else seals, it does nothing. A process that is killed leaves its rows waiting.
        """
        if not store.be_alone(cur):
            return 0
        found = queries.waiting(cur, [source.table for source in self.sources], limit=limit)
        if not found:
            return 0
        store.add(cur, self._linked(cur, found))
        store.stop_waiting(cur, [row.id for row in found])
        return len(found)

    def _linked(self, cur: Cursor, found: Sequence[Waiting]) -> list[Seal]:
        rows = self._rows(cur, found)
        now = clock.now()
        head = queries.head(cur)
        seals = []
        for row in found:
            # One that is gone is sealed as gone, and found missing; passing it over would hide it.
            content = rows.get((row.source, row.row_id)) or Content(row.row_id, row.at, {})
            head = sealed(head, row.source, content, algorithm=self.algorithm, now=now)
            seals.append(head)
        return seals

    def _rows(self, cur: Cursor, found: Sequence[Waiting]) -> dict[tuple[str, int], Content]:
        ids = defaultdict(list)
        for row in found:
            ids[row.source].append(row.row_id)
        sources = {source.table: source for source in self.sources}
        return {
            (table, row_id): content
            for table, row_ids in ids.items()
            for row_id, content in queries.contents(cur, sources[table], row_ids).items()
        }
