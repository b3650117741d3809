"""Operations of the directory: units, groups, people, signing in, files on their way, the audit log."""

from __future__ import annotations

from typing import Any

from services.tasks import directory, files, people, schemas, unit_import
from services.tasks.queries import audit as audit_queries
from services.tasks.queries import directory as queries
from shared.actor import EVERYBODY, Actor, Role
from shared.calling.calls import Context
from shared.calling.service import BaseService, NoParams, Offload, command, every, query, run_here
from shared.database import Cursor, Database

ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
AUDITOR = frozenset({Role.AUDITOR})
LEAD_OR_ADMINISTRATOR = frozenset({Role.LEAD_BUREAU, Role.ADMINISTRATOR})

Answer = dict[str, Any]
# ruff: noqa: ARG002 - every operation has the same signature, whether it needs all of it or not


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
    def sign_in(self, cur: Cursor, context: Context, params: dict[str, Any]) -> Answer:
        return people.person_as_dict(people.sign_in(cur, context, self._attempts, self.offload, params))

    @query(NoParams, EVERYBODY)
    def who_am_i(self, cur: Cursor, context: Context, params: dict[str, Any]) -> Answer:
        return people.person_as_dict(people.person_with_id(cur, context.signed_in.person_id))

    @command(schemas.ChangePassword, EVERYBODY)
    def change_password(self, cur: Cursor, context: Context, params: dict[str, Any]) -> Answer:
        people.change_password(cur, context, self._attempts, self.offload, params)
        return {}

    @query(NoParams, EVERYBODY)
    def list_units(self, cur: Cursor, context: Context, params: dict[str, Any]) -> Answer:
        return directory.list_units(cur)

    @command(schemas.SaveUnit, ADMINISTRATOR)
    def save_unit(self, cur: Cursor, context: Context, params: dict[str, Any]) -> Answer:
        return directory.save_unit(cur, context, params)

    @command(schemas.FileOnly, ADMINISTRATOR)
    def import_units(self, cur: Cursor, context: Context, params: dict[str, Any]) -> Answer:
        return dict(unit_import.import_units(cur, context, self.offload, file_id=params["file_id"]))

    @command(schemas.SaveGroup, LEAD_OR_ADMINISTRATOR)
    def save_group(self, cur: Cursor, context: Context, params: dict[str, Any]) -> Answer:
        return directory.save_group(cur, context, params)

    @query(schemas.ListPeople, ADMINISTRATOR)
    def list_people(self, cur: Cursor, context: Context, params: dict[str, Any]) -> Answer:
        return {"people": [people.listed_person(person) for person in queries.people(cur, params["unit_id"])]}

    @command(schemas.SavePerson, ADMINISTRATOR)
    def save_person(self, cur: Cursor, context: Context, params: dict[str, Any]) -> Answer:
        return people.save_person(cur, context, self.offload, params)

    @command(schemas.PersonOnly, ADMINISTRATOR)
    def reset_password(self, cur: Cursor, context: Context, params: dict[str, Any]) -> Answer:
        person_id = params["person_id"]
        return {
            "person_id": person_id,
            "password": people.reset_password(cur, context, self.offload, person_id),
        }

    @command(schemas.PersonOnly, ADMINISTRATOR)
    def unlock_person(self, cur: Cursor, context: Context, params: dict[str, Any]) -> Answer:
        return people.unlock_person(cur, context, params["person_id"])

    @query(schemas.Page, AUDITOR)
    def list_audit(self, cur: Cursor, context: Context, params: dict[str, Any]) -> Answer:
        page = params["page"]
        return {
            "entries": [_logged(row) for row in audit_queries.entries(cur, page)],
            "refusals": [_logged(row) for row in audit_queries.refusals(cur, page)],
            "page": page,
            "pages": audit_queries.pages(cur),
        }

    @command(schemas.PutFile, LEAD_OR_ADMINISTRATOR)
    def put_file(self, cur: Cursor, context: Context, params: dict[str, Any]) -> Answer:
        files.put_chunk(cur, context, params)
        return {}

    @query(schemas.GetFile, LEAD_OR_ADMINISTRATOR | {Role.LEADERSHIP})
    def get_file(self, cur: Cursor, context: Context, params: dict[str, Any]) -> Answer:
        return files.get_chunk(cur, context, params["file_id"], number=params["number"])

    @every(3600)
    def forget_old_files(self) -> None:
        with self.database.transaction() as cur:
            files.forget_old(cur)


def _logged(row: Any) -> Answer:
    entry: Answer = row._asdict()
    return entry | {"at": row.at.isoformat()}
