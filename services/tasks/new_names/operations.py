"""Operations on the names of a draft that the directory lacks."""

from __future__ import annotations

from functools import partial
from typing import Any

from services.tasks.new_names import schemas, settling, showing
from shared.actor import Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.service import BaseService, command, query
from shared.database import Cursor
from shared.limits import SERVICE

LEAD = frozenset({Role.LEAD_BUREAU})


class NewNameOperations(BaseService):
    """The names of a draft that the directory lacks."""

    def _show_names(self, context: Context, params: Loaded) -> dict[str, Any]:
        with self.database.transaction() as cur:
            read = showing.to_show(cur, params["checklist_id"], unit_id=context.signed_in.unit_id)
        found: dict[str, Any] = self.offload(partial(showing.shown, read))
        return found

    @query(schemas.OfDraft, schemas.NewNames, LEAD, within=SERVICE.file, prepare=_show_names)
    def new_names(self, _cur: Cursor, context: Context, _params: Loaded) -> Answer:
        """List the names that a draft asks about, each once with its places, guesses and a proposal to add it."""
        answer: dict[str, Any] = context.prepared
        return answer

    @command(schemas.SettleNames, schemas.NamesSettled, LEAD)
    def settle_names(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Say what several names of a draft are; it answers every open question of the draft on them.

        A known unit gets the name as an other name. A new unit is added to the directory and logged like the
        administrator's, and joins the groups that have all units of its kind. A new group is asked for its members.
        Names that are not asked about any more are passed over. Invalid, storing nothing, with details.names =
        [{name, field, text}] for what cannot be saved; Conflict while a checklist that names such a group is issued.
        """
        return settling.settle_names(cur, context, params)
