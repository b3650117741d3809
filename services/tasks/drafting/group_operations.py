"""Operations of unit groups, which drafts refer to."""

from __future__ import annotations

from services.tasks.directory import schemas as directory_schemas
from services.tasks.drafting import groups, schemas
from shared.actor import Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.service import BaseService, command
from shared.database import Cursor

LEAD_OR_ADMINISTRATOR = frozenset({Role.LEAD_BUREAU, Role.ADMINISTRATOR})


class GroupOperations(BaseService):
    @command(schemas.SaveGroup, directory_schemas.SavedGroup, LEAD_OR_ADMINISTRATOR)
    def save_group(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Make a group of units, or change the one with `group_id`; its members answer the open questions on it.

        `member_ids` replaces all members; without it, those of `removed_ids` go and those of `added_ids` come. Conflict
        also, without a current version, while a checklist that names the group is being issued. Invalid when the name
        is taken or a member is missing or switched off.
        """
        return groups.save_group(cur, context, params)
