"""What each listener does with the counts of the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shared.agreeing import holding, store
from shared.agreeing.holding import Named
from shared.agreeing.store import CountedCell
from shared.calling.service import BaseService, every
from shared.database import Cursor


class AgreeingOperations(BaseService):
    """Held against the ledger once a night; a service says which duties it knows and what their items are called."""

    def duties_known(self, cur: Cursor) -> Sequence[CountedCell]:
        """Its duties, counted as `SUMS` of `shared.agreeing.store` does."""
        raise NotImplementedError

    def items_named(self, cur: Cursor, item_ids: Sequence[int]) -> Mapping[int, Named]:
        """Those of the items that it knows."""
        raise NotImplementedError

    @every(300)
    def hold_against_ledger(self) -> None:
        """Compare once a count has come and all that was told before it, by whichever process is first."""
        with self.database.transaction() as cur:
            read = holding.read(cur, self.duties_known)
        if read is not None:
            # In no transaction, and apart from what goes on in this process meanwhile.
            found = self.offload(holding.held, read)
            with self.database.transaction() as cur:
                holding.save(cur, self.name, read.waiting, found, self.items_named)
        with self.database.transaction() as cur:
            store.forget_waiting(cur)
            holding.measure(cur, self.name)
