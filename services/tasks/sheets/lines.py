"""What a row of a checklist's workbook holds. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.tasks.sheets.columns import LEVELS


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the sheet: an item with the titles above it, or a row that has no item yet."""

    titles: tuple[str, ...]
    lead: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    due_on: dt.date | None = None
    recurrence: str = "once"
    due_day: int | None = None
    review_rule: str = "none"
    acceptance_rule: str = ""
    body: str = ""

    @property
    def is_item(self) -> bool:
        """Whether the line names an item, and not only rows above one."""
        return len(self.titles) == LEVELS
