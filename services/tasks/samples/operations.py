"""Operations of samples: by what one is drawn and what it found, and what was drawn."""

from __future__ import annotations

from services.tasks.samples import samples, schemas
from shared.actor import READERS_OF_ALL
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.service import BaseService, query
from shared.database import Cursor


class SampleOperations(BaseService):
    """The sample of each checklist."""

    @query(schemas.SampleOf, schemas.Sample, READERS_OF_ALL)
    def get_sample(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Show by what a checklist's sample is drawn, and what the reviews of it found."""
        return samples.sample(cur, params["checklist_id"])

    @query(schemas.SamplePage, schemas.SampledDuties, READERS_OF_ALL)
    def list_sample(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """List the duties that are looked at, or all that were in the draw, to repeat it."""
        return samples.listing(cur, **params)
