"""The tick that counts the ledger."""

from __future__ import annotations

from services.tasks.ledger import counting
from services.tasks.ledger.queries import Counted
from shared import clock
from shared.calling.service import BaseService, every
from shared.database import Cursor


class LedgerOperations(BaseService):
    """Whoever keeps a picture of the duties is told once a night what they are."""

    @every(300)
    def count_ledger(self) -> None:
        """Count once a night by whichever process comes first, and tell it in transactions of their own."""
        with self.database.transaction() as cur:
            found = _counted(cur)
        if found is not None:
            counting.tell(self.database.transaction, clock.today(), found)


def _counted(cur: Cursor) -> Counted | None:
    return counting.count(cur) if counting.is_due(cur, clock.now()) else None
