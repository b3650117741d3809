"""Rows of a log that go by policy: the cut is on record and sealed, and the seals of what went stay."""

from __future__ import annotations

from dataclasses import dataclass

from shared.database import Cursor
from shared.retention import AgedRows, Turn
from shared.sealing import store


@dataclass(frozen=True, slots=True, kw_only=True)
class CutRows(AgedRows):
    """Rows of a log by their age. The processes may not delete them: the database does it, with the cut beside them."""

    def forget(self, cur: Cursor, days: int) -> Turn:
        deleted = store.cut(cur, self.table, self.at, days, self.at_once)
        return Turn(deleted, is_done=deleted < self.at_once)
