"""Use cases: a file of people, shown before it is taken over; and first passwords for many, each told once.

Passwords are made and hashed before the transaction, because hashing is slow on purpose. They are part of the answer
and stored nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from services.tasks.audit import store as audit
from services.tasks.directory import passwords, people, queries, store
from services.tasks.directory.queries import Person, Unit
from services.tasks.enrolling.changes import Changes, changes_of, preview_of
from services.tasks.enrolling.lines import Account, Known, PeopleFile
from services.tasks.files import files
from shared.calling.calls import Context
from shared.database import BUSY, Cursor
from shared.errors import Conflict, TryAgain
from shared.text import Text
from shared.typed_text import comparable

CHANGED_SINCE = Text(
    "您看过之后，人员又有变化，还没有导入。请看一遍现在会有哪些更改，再确认。",
    "The accounts have changed since you looked, and nothing was imported. Please look at the changes again.",
)


class PeopleFileRead(NamedTuple):
    """A file beside the directory that it was compared with."""

    file: PeopleFile
    changes: Changes
    known: Known


class First(NamedTuple):
    """A first password and its hash."""

    password: str
    password_hash: str


class Enrolment(NamedTuple):
    """A file that was read, with a first password for each new account, in their order."""

    read: PeopleFileRead
    firsts: list[First]


def to_read(cur: Cursor, context: Context, *, file_id: UUID) -> tuple[bytes, Known]:
    """The caller's file, and the accounts that it is to be compared with, once the transaction is over."""
    _, content = files.read(cur, context, file_id)
    return content, _known(queries.people(cur, None), queries.units(cur))


def compared(file: PeopleFile, known: Known) -> PeopleFileRead:
    """A file that was read, beside the accounts; pure."""
    return PeopleFileRead(file, changes_of(file, known), known)


def firsts(count: int) -> list[First]:
    """So many random passwords with their hashes; some 17 ms each."""
    made = [passwords.make_random() for _ in range(count)]
    return [First(password, passwords.hash_password(password)) for password in made]


def import_people(cur: Cursor, context: Context, enrolment: Enrolment, params: dict[str, Any]) -> dict[str, Any]:
    """Open the file's new accounts and change those whose sign-in name is known; others stay as they are.

    `seen` is the fingerprint of the preview that somebody looked at; Conflict shows the new one when it would not be
    that any more. TryAgain when the directory changed while the file was read.
    """
    file_name = files.name_of(cur, context, params["file_id"])
    store.lock_people(cur)
    file, changes, known = enrolment.read
    before = queries.people(cur, None)
    if known != _known(before, queries.units(cur)):
        raise TryAgain(BUSY)
    if params["seen"] not in (None, changes.fingerprint):
        raise Conflict(CHANGED_SINCE, {"current": preview_of(file, changes, known)})
    ids = {person.sign_in_name: person for person in before}
    for change in changes.changed:
        people.change_account(cur, context, ids[change.after.sign_in_name], _params(change.after))
    told = [
        people.open_account(cur, context, _params(account), password_hash=first.password_hash)
        for account, first in zip(changes.new, enrolment.firsts, strict=True)
    ]
    counts = {"created": len(changes.new), "changed": len(changes.changed)}
    audit.record(cur, context, "people.imported", subject=file_name, detail=counts)
    return counts | {
        "sign_in_names": [person.sign_in_name for person in told],
        "passwords": _told(told, enrolment.firsts),
    }


def preview_people(read: PeopleFileRead) -> dict[str, Any]:
    """Tell what importing the file would change, storing nothing."""
    return preview_of(*read)


def renew(cur: Cursor, context: Context, ready: Sequence[First], sign_in_names: Sequence[str]) -> dict[str, Any]:
    """Give new first passwords to those of the accounts whose people have not chosen an own one yet.

    `ready` has one for each name; those of accounts that are left alone are thrown away.
    """
    store.lock_people(cur)
    found = [one for one in queries.people_named(cur, sign_in_names) if one.must_change_password and one.is_active]
    for person, first in zip(found, ready, strict=False):
        store.set_password(cur, person.id, first.password_hash, must_change=True)
        audit.record(cur, context, "person.password_reset", subject=person.sign_in_name)
    return {
        "sign_in_names": [person.sign_in_name for person in found],
        "passwords": _told(found, ready),
    }


def _told(found: Sequence[Person], ready: Sequence[First]) -> list[dict[str, Any]]:
    return [
        {
            "unit": person.unit_name,
            "post": person.post,
            "display_name": person.display_name,
            "sign_in_name": person.sign_in_name,
            "password": first.password,
        }
        for person, first in zip(found, ready, strict=False)
    ]


def _known(accounts: Sequence[Person], units: Sequence[Unit]) -> Known:
    written = {
        comparable(way): unit.id for unit in units if unit.is_active for way in (*unit.aliases, unit.code, unit.name)
    }
    return Known(
        {
            one.sign_in_name: Account(
                one.sign_in_name, one.display_name, one.post, one.unit_id, tuple(one.roles), one.is_active
            )
            for one in accounts
        },
        written,
        {unit.id: unit.name for unit in units},
    )


def _params(account: Account) -> dict[str, Any]:
    return {
        "sign_in_name": account.sign_in_name,
        "display_name": account.display_name,
        "post": account.post,
        "unit_id": account.unit_id,
        "roles": list(account.roles),
        "is_active": account.is_active,
    }
