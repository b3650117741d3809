"""Fills an empty directory: the first administrator of an installation, or the whole example.

An administrator cannot be made by an administrator when there is none yet; this is the way in, and it is closed as soon
as the directory holds anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.tasks.audit import store as audit
from services.tasks.directory import passwords, queries, store
from services.tasks.directory.accounts import ODD_NAME, is_sign_in_name
from services.tasks.directory.group_news import announce_groups
from services.tasks.directory.people import person_changed, person_with_id
from services.tasks.directory.units import announce_units
from services.tasks.notices.directory import Directory
from services.tasks.vocabulary import LONGEST_NAME, NAME
from shared.actor import Role
from shared.calling import complaints
from shared.calling.calls import Context
from shared.database import Cursor
from shared.delivery import outbox
from shared.errors import Conflict, Invalid
from shared.text import Text
from shared.typed_text import tidy, tidy_code

NOT_EMPTY = Text(
    "目录里已有单位或人员，请由现有的系统管理员添加。",
    "The directory holds units or people already. Please ask an administrator of this installation to add you.",
)
ROOT_CODE = "root"


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A post with its first password; `password_hash` is of a password that need not be changed."""

    sign_in_name: str
    display_name: str
    post: str
    unit_code: str
    roles: tuple[Role, ...]
    password_hash: str


def fill_directory(cur: Cursor, directory: Directory, people: Sequence[NewPerson]) -> dict[str, int]:
    """Store units, groups and people into an empty directory; return the people's ids by sign-in name.

    All units stand below the one of kind county. A directory that is filled already stays as it is.
    """
    store.lock_units(cur)
    if not queries.units(cur):
        context = Context(None, "bootstrap")
        _fill_units(cur, context, directory)
        for person in people:
            _add_person(cur, context, person, must_change=False)
    return {person.sign_in_name: person.id for person in queries.people(cur, None)}


def add_first_administrator(cur: Cursor, sign_in_name: str, unit_name: str) -> str:
    """Make the county's unit and its administrator; return the password, to be changed at the first sign-in.

    Invalid when nobody could sign in under the name, or the unit has none.
    """
    display_name, unit_name = tidy_code(sign_in_name), tidy(unit_name)
    if not is_sign_in_name(display_name):
        raise Invalid(ODD_NAME)
    unit_complaint = complaints.of_text(unit_name, NAME, LONGEST_NAME) if unit_name else complaints.missing(NAME)
    if unit_complaint:
        raise Invalid(unit_complaint)
    store.lock_units(cur)
    if queries.units(cur) or queries.people(cur, None):
        raise Conflict(NOT_EMPTY)
    context = Context(None, "bootstrap")
    store.insert_units(cur, [(ROOT_CODE, unit_name, "county", [])])
    announce_units(cur, context, queries.units(cur))
    password = passwords.make_random()
    person = NewPerson(
        display_name.lower(),
        display_name,
        "系统管理员",
        ROOT_CODE,
        (Role.ADMINISTRATOR,),
        passwords.hash_password(password),
    )
    _add_person(cur, context, person, must_change=True)
    return password


def _fill_units(cur: Cursor, context: Context, directory: Directory) -> None:
    rows = [(unit.code, unit.name, unit.kind, list(unit.aliases)) for unit in directory.units]
    ids = store.insert_units(cur, rows)
    county_id = next(ids[unit.code] for unit in directory.units if unit.kind == "county")
    store.place_units(cur, [(unit_id, county_id) for unit_id in ids.values() if unit_id != county_id])
    announce_units(cur, context, queries.units(cur))
    for group in directory.groups:
        group_id = store.insert_group(cur, group.name, group.aliases)
        store.set_members(cur, group_id, [ids[code] for code in group.member_codes])
        announce_groups(cur, [group_id], correlation_id=context.correlation_id)


def _add_person(cur: Cursor, context: Context, person: NewPerson, *, must_change: bool) -> None:
    (unit,) = queries.units_with_codes(cur, [person.unit_code])
    row = {
        "sign_in_name": person.sign_in_name,
        "display_name": person.display_name,
        "post": person.post,
        "unit_id": unit.id,
        "roles": [role.value for role in person.roles],
        "password_hash": person.password_hash,
        "is_active": True,
    }
    person_id = store.insert_person(cur, row)
    store.set_password(cur, person_id, person.password_hash, must_change=must_change)
    saved = person_with_id(cur, person_id)
    outbox.add(cur, [person_changed(saved)], correlation_id=context.correlation_id)
    audit.record(cur, context, "person.saved", subject=person.sign_in_name)
