"""Operations of looking things up in the directory: units, people, groups, and what a form offers to choose from."""

from __future__ import annotations

from services.tasks.directory import schemas as directory_schemas
from services.tasks.directory.units import unit_as_dict, unit_with_id
from services.tasks.lookup import finding, schemas
from services.tasks.lookup.queries import SoughtPeople, SoughtUnits
from shared.actor import EVERYBODY, Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.service import BaseService, query
from shared.database import Cursor

ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
LEAD_OR_ADMINISTRATOR = frozenset({Role.LEAD_BUREAU, Role.ADMINISTRATOR})


class LookupOperations(BaseService):
    @query(schemas.FindUnits, schemas.FoundUnits, EVERYBODY)
    def find_units(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Find units by a text in their name, their other names or their code.

        `below_id` finds that unit and those below it. A page after the last one is the last.
        """
        sought = SoughtUnits(params["text"], params["kind"], params["is_active"], params["below_id"])
        return finding.find_units(cur, sought, page=params["page"])

    @query(schemas.UnitOnly, directory_schemas.UnitAnswer, EVERYBODY)
    def get_unit(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Show one unit."""
        return unit_as_dict(unit_with_id(cur, params["unit_id"]))

    @query(schemas.NameUnits, schemas.UnitNames, EVERYBODY)
    def name_units(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Name units by their ids."""
        return finding.name_units(cur, params["unit_ids"])

    @query(schemas.ChooseUnits, schemas.UnitChoices, LEAD_OR_ADMINISTRATOR)
    def unit_choices(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Offer units and groups to choose from, the chosen ones `unit_ids` and `group_ids` among them.

        While there are few, all active units and all groups; else those that fit the text, and none without a text.
        """
        return finding.choices(
            cur, text=params["text"], unit_ids=params["unit_ids"] or [], group_ids=params["group_ids"] or []
        )

    @query(schemas.FindPeople, schemas.FoundPeople, ADMINISTRATOR)
    def find_people(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Find accounts by a text in their names, their post or the name of their unit.

        A page after the last one is the last.
        """
        sought = SoughtPeople(params["text"], params["unit_id"], params["role"], params["is_active"])
        return finding.find_people(cur, sought, page=params["page"])

    @query(schemas.PersonOnly, directory_schemas.ListedPerson, ADMINISTRATOR)
    def get_person(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Show one account."""
        return finding.get_person(cur, params["person_id"])

    @query(schemas.FindGroups, schemas.FoundGroups, LEAD_OR_ADMINISTRATOR)
    def find_groups(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Find groups by a text in their name or their other names.

        A page after the last one is the last.
        """
        return finding.find_groups(cur, params["text"], page=params["page"])

    @query(schemas.GetGroup, schemas.GroupPage, LEAD_OR_ADMINISTRATOR)
    def get_group(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Show one group with a page of its members.

        With a text, of the members that it finds as in `find_units`. A page after the last one is the last.
        """
        return finding.get_group(cur, params["group_id"], text=params["text"], page=params["page"])
