"""Operations of the directory: units, people, signing in."""

from __future__ import annotations

from services.tasks.directory import people, queries, schemas, unit_import, units
from shared.actor import EVERYBODY, Actor, Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.params import NoParams
from shared.calling.service import BaseService, Offload, command, query, run_here
from shared.database import Cursor, Database

ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})


class DirectoryOperations(BaseService):
    def __init__(self, database: Database, offload: Offload = run_here) -> None:
        super().__init__(database, offload)
        # Attempts to sign in are counted beside the call's own transaction. With connections of the same pool, as many
        # attempts at once as it has connections would each hold one and wait for another.
        self._attempts = Database(database.dsn, size=2)

    def load_actor(self, cur: Cursor, person_id: int) -> Actor | None:
        """Return the active person with all units they answer for."""
        row = queries.actor(cur, person_id)
        if row is None:
            return None
        return Actor(row.id, row.unit_id, frozenset(Role(role) for role in row.roles), frozenset(row.unit_ids))

    @query(schemas.SignIn, None)
    def sign_in(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        return people.person_as_dict(people.sign_in(cur, context, self._attempts, self.offload, params))

    @query(NoParams, EVERYBODY)
    def who_am_i(self, cur: Cursor, context: Context, _params: Loaded) -> Answer:
        return people.person_as_dict(people.person_with_id(cur, context.signed_in.person_id))

    @command(schemas.ChangePassword, EVERYBODY)
    def change_password(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        people.change_password(cur, context, self._attempts, self.offload, params)
        return {}

    @query(NoParams, EVERYBODY)
    def list_units(self, cur: Cursor, _context: Context, _params: Loaded) -> Answer:
        return units.list_units(cur)

    @command(schemas.SaveUnit, ADMINISTRATOR)
    def save_unit(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        return units.save_unit(cur, context, params)

    @command(schemas.FileOnly, ADMINISTRATOR)
    def import_units(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        return dict(unit_import.import_units(cur, context, self.offload, file_id=params["file_id"]))

    @query(schemas.ListPeople, ADMINISTRATOR)
    def list_people(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        return {"people": [people.listed_person(person) for person in queries.people(cur, params["unit_id"])]}

    @command(schemas.SavePerson, ADMINISTRATOR)
    def save_person(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        return people.save_person(cur, context, self.offload, params)

    @command(schemas.PersonOnly, ADMINISTRATOR)
    def reset_password(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        person_id = params["person_id"]
        return {
            "person_id": person_id,
            "password": people.reset_password(cur, context, self.offload, person_id),
        }

    @command(schemas.PersonOnly, ADMINISTRATOR)
    def unlock_person(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        return people.unlock_person(cur, context, params["person_id"])
