"""What each listener does with checklists that were dropped."""

from __future__ import annotations

from typing import ClassVar

from shared.calling.service import BaseService, every
from shared.dropping import dropping


class DroppingOperations(BaseService):
    """The duties of dropped checklists go by themselves; `duty_tables` are those with rows by the id of a duty."""

    duty_tables: ClassVar[tuple[str, ...]]

    @every(60)
    def let_dropped_duties_go(self) -> None:
        """Let some go, each turn in a transaction of its own, by whichever process comes first."""
        dropping.let_go(self.database.transaction, self.duty_tables)
