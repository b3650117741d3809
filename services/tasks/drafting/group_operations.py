"""Operations of unit groups, which drafts refer to."""

from __future__ import annotations

from services.tasks.drafting import groups, schemas
from shared.actor import Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.service import BaseService, command
from shared.database import Cursor

LEAD_OR_ADMINISTRATOR = frozenset({Role.LEAD_BUREAU, Role.ADMINISTRATOR})


class GroupOperations(BaseService):
    @command(schemas.SaveGroup, LEAD_OR_ADMINISTRATOR)
    def save_group(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        return groups.save_group(cur, context, params)
