"""Operations of unit groups, which drafts refer to."""

from __future__ import annotations

from services.tasks.directory import queries as directory_queries
from services.tasks.directory import schemas as directory_schemas
from services.tasks.drafting import groups, schemas
from services.tasks.vocabulary import FEW_UNITS
from shared.actor import Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.params import NoParams
from shared.calling.service import BaseService, command, query
from shared.calling.shapes import Nothing
from shared.database import Cursor

ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
LEAD_OR_ADMINISTRATOR = frozenset({Role.LEAD_BUREAU, Role.ADMINISTRATOR})


class GroupOperations(BaseService):
    """Unit groups, which drafts refer to."""

    @command(schemas.SaveGroup, directory_schemas.SavedGroup, LEAD_OR_ADMINISTRATOR)
    def save_group(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Make a group of units, or change the one with `group_id`; its members answer the open questions on it.

        `member_ids` replaces all members; without it, those of `removed_ids` go and those of `added_ids` come. Conflict
        also, without a current version, while a checklist that names the group is being issued. Invalid when the name
        or an other name is taken or a new member is missing or switched off.
        """
        return groups.save_group(cur, context, params)

    @query(NoParams, directory_schemas.GroupsToJoin, ADMINISTRATOR)
    def groups_to_join(self, cur: Cursor, _context: Context, _params: Loaded) -> Answer:
        """List the groups that a new unit may belong to, with the kind of which a group has all units."""
        return {"groups": [row._asdict() for row in directory_queries.groups_to_join(cur, most=FEW_UNITS)]}

    @command(schemas.JoinGroups, Nothing, ADMINISTRATOR)
    def join_groups(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Add a unit to groups, all or none; members answer the open questions on their group.

        Not on a group that means all units of a kind (各乡镇): a person says once whether these are all.

        Conflict while a checklist that names one of them is being issued. NotFound when a group is gone.
        """
        groups.join(cur, context, params["unit_id"], group_ids=params["group_ids"])
        return {}
