"""Operations on evidence: the portal keeps the bytes, this service says whose they are and who may read them."""

from __future__ import annotations

from services.tasks.duties.schemas import DutyDetail
from services.tasks.evidence import keeping, measuring, queries, schemas
from shared import clock
from shared.actor import READERS_OF_ALL, UNIT_ROLES
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.service import BaseService, command, every, query
from shared.database import Cursor


class EvidenceOperations(BaseService):
    """Files that units keep beside their duties."""

    @command(schemas.AddEvidence, schemas.Added, UNIT_ROLES)
    def add_evidence(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Make a file that lies in the store evidence of a duty of the own unit that is not submitted.

        A file that the duty has already is `already`, and the caller may forget the one that it stored. A duty has at
        most 10.
        """
        return keeping.add(cur, context, params, today=clock.today())

    @command(schemas.OneFile, DutyDetail, UNIT_ROLES)
    def remove_evidence(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Take a file from a duty of the own unit that is not submitted; the history tells who did."""
        return keeping.remove(cur, context, params["duty_id"], evidence_id=params["evidence_id"], today=clock.today())

    @query(schemas.OneFile, schemas.StoredFile, UNIT_ROLES | READERS_OF_ALL)
    def get_evidence(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Say where a file of a duty lies, to whoever may read the duty."""
        return keeping.where_it_lies(cur, context, params["duty_id"], evidence_id=params["evidence_id"])

    @query(schemas.Keys, schemas.Held, None)
    def held_evidence(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Say which of these files of the store belong to a duty; the portal forgets the others.

        It asks in nobody's name. The keys are random, so knowing one is all that could be learnt.
        """
        return {"keys": queries.held(cur, params["keys"])}

    @every(300)
    def measure_evidence(self) -> None:
        """Set the gauges of how much evidence there is."""
        with self.database.transaction() as cur:
            measuring.measure(cur)
