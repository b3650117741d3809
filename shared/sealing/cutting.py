"""Rows of a log that go by policy: the cut is on record and sealed, and the seals of what went stay."""

from __future__ import annotations

from dataclasses import dataclass

from shared.database import Cursor
from shared.retention import AgedRows, Turn
from shared.sealing import store


@dataclass(frozen=True, slots=True, kw_only=True)
class CutRows(AgedRows):
    """Rows by their age; the database lets them go only with the cut beside them."""

    def forget(self, cur: Cursor, days: int) -> Turn:
        store.note_cut(cur, self.table, self.at, days)
        # The class was made anew for its slots, which the short form of super does not know.
        return AgedRows.forget(self, cur, days)
