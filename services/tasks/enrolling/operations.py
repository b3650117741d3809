"""Operations of opening many accounts at once."""

from __future__ import annotations

from functools import partial

from services.tasks.enrolling import enrolling, schemas
from services.tasks.enrolling.enrolling import Enrolment, First, PeopleFileRead
from services.tasks.enrolling.lines import PeopleFile, read_people
from shared.actor import Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.service import BaseService, command, query
from shared.database import Cursor
from shared.limits import SERVICE

ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})


class EnrollingOperations(BaseService):
    """Many accounts from a file, and their first passwords."""

    def _read_people(self, context: Context, params: Loaded) -> PeopleFileRead:
        with self.database.transaction() as cur:
            content, known = enrolling.to_read(cur, context, file_id=params["file_id"])
        file: PeopleFile = self.apart(partial(read_people, content, known))
        found: PeopleFileRead = self.offload(enrolling.compared, file, known)
        return found

    def _read_and_hash(self, context: Context, params: Loaded) -> Enrolment:
        read = self._read_people(context, params)
        return Enrolment(read, self.offload(enrolling.firsts, len(read.changes.new)))

    def _hash_each(self, _context: Context, params: Loaded) -> list[First]:
        ready: list[First] = self.offload(enrolling.firsts, len(params["sign_in_names"]))
        return ready

    @query(schemas.FileOfPeople, schemas.PeoplePreview, ADMINISTRATOR, within=SERVICE.file, prepare=_read_people)
    def preview_people(self, _cur: Cursor, context: Context, _params: Loaded) -> Answer:
        """Show what importing an uploaded file of people (.xlsx or .csv) would change.

        Invalid with details.rows = [{line, column, text}] when something in the file is wrong.
        """
        return enrolling.preview_people(context.prepared)

    @command(
        schemas.ImportPeople,
        schemas.PeopleImported,
        ADMINISTRATOR,
        within=SERVICE.file,
        prepare=_read_and_hash,
        secrets=("passwords",),
    )
    def import_people(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Take over an uploaded file of people, all of it or nothing, and tell the first passwords of the new ones.

        `seen` is the fingerprint of the preview; Conflict, with details.current = PeoplePreview, when the accounts have
        changed so that the file would do something else now. Invalid as in the preview; nothing is stored then.
        """
        return enrolling.import_people(cur, context, context.prepared, params)

    @command(
        schemas.RenewPasswords,
        schemas.FirstPasswords,
        ADMINISTRATOR,
        within=SERVICE.file,
        prepare=_hash_each,
        secrets=("passwords",),
    )
    def renew_passwords(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Give new first passwords to those of the accounts whose people have not chosen an own one yet.

        For a sheet that got lost: whoever signed in already keeps the password of their own.
        """
        return enrolling.renew(cur, context, context.prepared, params["sign_in_names"])
