"""Operations of the directory: units, people, signing in."""

from __future__ import annotations

from functools import partial

from services.tasks.directory import passwords, people, queries, schemas, signing_in, unit_import, units
from services.tasks.directory.unit_files import UnitFile, read_units
from services.tasks.directory.unit_import import UnitFileRead
from shared import clock, light_rules, workdays
from shared.actor import EVERYBODY, Actor, Role, Signature
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.params import NoParams
from shared.calling.service import BaseService, Offload, command, query, run_here
from shared.calling.shapes import Nothing
from shared.database import Cursor, Database
from shared.limits import SERVICE

ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})


class DirectoryOperations(BaseService):
    """Units, people and signing in."""

    def __init__(self, database: Database, offload: Offload = run_here) -> None:
        super().__init__(database, offload)
        # Attempts to sign in are counted beside the call's own transaction. With connections of the same pool, as many
        # attempts at once as it has connections would each hold one and wait for another.
        self._attempts = Database(database.dsn, size=2)
        self.hashing: Offload = signing_in.Turns(offload)

    def load_actor(self, cur: Cursor, person_id: int) -> Actor | None:
        """Return the active person."""
        row = queries.actor(cur, person_id, clock.today())
        if row is None:
            return None
        return Actor(
            person_id=row.id,
            unit_id=row.unit_id,
            roles=frozenset(Role(role) for role in row.roles),
            must_change_password=row.must_change_password,
            name=row.name,
            post=row.post,
            unit=row.unit,
            other_accounts=frozenset(row.other_accounts),
            holder=row.holder,
        )

    def signature(self, cur: Cursor, person_id: int) -> Signature:
        return queries.signature(cur, person_id)

    def _compare(self, _context: Context, params: Loaded) -> signing_in.Compared:
        return signing_in.compare(self.database, self._attempts, self.hashing, params)

    @query(schemas.SignIn, schemas.SignedIn, None, prepare=_compare)
    def sign_in(self, cur: Cursor, context: Context, _params: Loaded) -> Answer:
        """Return the person whose name and password these are.

        SignInRefused has the same sentence for a wrong name, a wrong password and a closed account. Every refusal is
        recorded, but that of a browser whose `stamp` is of another password: details.is_stranger says so, and nothing
        was compared. TryAgain when too many passwords wait to be compared.
        """
        person = signing_in.sign_in(cur, context, self._attempts, context.prepared)
        return people.person_as_dict(person) | {"stamp": passwords.stamp_of(person.password_hash)}

    @query(schemas.HeldUp, Nothing, None)
    def note_held_up(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Put on record that somebody tries too often and is not looked at; the portal says so now and then.

        A name that nobody has is not kept: it may be a password.
        """
        signing_in.note_held_up(cur, context, self._attempts, **params)
        return {}

    @query(NoParams, schemas.WhoAmI, EVERYBODY, before_new_password=True, by_link=True)
    def who_am_i(self, cur: Cursor, context: Context, _params: Loaded) -> Answer:
        """Return the person who asks."""
        person = people.person_with_id(cur, context.signed_in.person_id)
        return {
            **people.person_as_dict(person),
            "posts_to_enter": queries.posts_to_enter(cur, person.id, clock.today()),
            "calendar": workdays.in_force().fingerprint,
            "due_soon_workdays": light_rules.in_force().on(clock.today()),
        }

    @command(schemas.ChangePassword, schemas.PasswordChanged, EVERYBODY, before_new_password=True)
    def change_password(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Set a new password for the person who asks.

        Invalid when the old one is wrong, or five of them were in a quarter of an hour, or the new one is weak.
        """
        return {"stamp": signing_in.change_password(cur, context, self._attempts, self.hashing, params)}

    @command(NoParams, Nothing, EVERYBODY, before_new_password=True)
    def sign_out(self, cur: Cursor, context: Context, _params: Loaded) -> Answer:
        """Put on record that the person signs out; the session is the portal's to end."""
        signing_in.sign_out(cur, context)
        return {}

    @query(NoParams, schemas.DirectoryAnswer, EVERYBODY)
    def list_units(self, cur: Cursor, _context: Context, _params: Loaded) -> Answer:
        """List all units and groups.

        Kept for the pages of the release before: where there are many, nobody wants all of them. See `find_units`.
        """
        return units.list_units(cur)

    @command(schemas.SaveUnit, schemas.UnitAnswer, ADMINISTRATOR)
    def save_unit(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Make a unit, or change the one with `unit_id`.

        A unit above that is left out stays as it is; null is none. Invalid when its code, its name or one of its other
        names is taken, when it would lie below itself, or when it is to be switched off while something still needs it.
        """
        return units.save_unit(cur, context, params)

    def _read_units(self, context: Context, params: Loaded) -> UnitFileRead:
        with self.database.transaction() as cur:
            content, known = unit_import.to_read(cur, context, file_id=params["file_id"])
        file: UnitFile = self.apart(partial(read_units, content, known))
        found: UnitFileRead = self.offload(unit_import.compared, file, known)
        return found

    @query(schemas.FileOnly, schemas.UnitsPreview, ADMINISTRATOR, within=SERVICE.file, prepare=_read_units)
    def preview_units(self, _cur: Cursor, context: Context, _params: Loaded) -> Answer:
        """Show what importing an uploaded CSV file of units would change.

        A column that the file lacks leaves that field as it is; an empty cell of a column that it has empties it.
        Invalid with details.rows = [{line, column, text}] when something in the file is wrong.
        """
        return unit_import.preview_units(context.prepared)

    @command(schemas.ImportUnits, schemas.UnitsImported, ADMINISTRATOR, within=SERVICE.file, prepare=_read_units)
    def import_units(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Take over an uploaded CSV file of units, all of it or nothing.

        `seen` is the fingerprint of the preview; Conflict, with details.current = UnitsPreview, when the directory has
        changed so that the file would do something else now. Invalid as in the preview; nothing is stored then.
        """
        return unit_import.import_units(cur, context, context.prepared, params)

    @query(schemas.ListPeople, schemas.People, ADMINISTRATOR)
    def list_people(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """List the accounts, those of one unit if `unit_id` is given.

        Kept for the pages of the release before. See `find_people`.
        """
        return {"people": [people.listed_person(person) for person in queries.people(cur, params["unit_id"])]}

    @command(schemas.SavePerson, schemas.SavedPerson, ADMINISTRATOR, secrets=("password",))
    def save_person(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Make an account with a random password, or change the one with `person_id`.

        Conflict shows the account as ListedPerson. Invalid when the sign-in name is odd or taken, the unit is another
        one and switched off, one account would be administrator and auditor, or no active administrator would be left.
        """
        return people.save_person(cur, context, self.hashing, params)

    @command(schemas.PersonOnly, schemas.NewPassword, ADMINISTRATOR, secrets=("password",))
    def reset_password(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Give a new random password, to be changed at the next sign-in; a lock is lifted too."""
        person_id = params["person_id"]
        return {
            "person_id": person_id,
            "password": people.reset_password(cur, context, self.hashing, person_id),
        }

    @command(schemas.PersonOnly, schemas.ListedPerson, ADMINISTRATOR)
    def unlock_person(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Forget the failed attempts of an account, those to change its password too; it is on record."""
        return people.unlock_person(cur, context, params["person_id"])
