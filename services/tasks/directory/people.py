"""Use cases of people by post: accounts and their roles."""

from __future__ import annotations

from typing import Any

from services.tasks.audit import store as audit
from services.tasks.directory import passwords, queries, store
from services.tasks.directory.accounts import (
    ADMIN_AND_AUDITOR,
    LAST_ADMINISTRATOR,
    ODD_NAME,
    is_sign_in_name,
)
from services.tasks.directory.queries import Person
from services.tasks.directory.units import CHANGED
from shared import clock
from shared.actor import Role
from shared.calling.calls import Context
from shared.calling.service import Offload
from shared.database import Cursor
from shared.delivery import outbox
from shared.differences import changes
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from shared.events import PersonChanged
from shared.text import Text

NO_PERSON = Text("这个账号不存在，请刷新页面。", "This account does not exist. Please reload the page.")
NAME_TAKEN = Text("这个登录名已有人使用，请换一个。", "This sign-in name is taken. Please choose another.")
UNIT_MISSING = Text("所选单位不存在或已停用，请重新选择。", "The unit does not exist or is switched off. Choose again.")
NO_PASSWORD = Text(
    "代理的岗位没有自己的密码。请先回到本人岗位，再更改密码。",
    "A post that you stand in for has no password. Please go back to your own post first.",
)


LOGGED = ("sign_in_name", "display_name", "post", "unit_id", "roles", "is_active")


def person_as_dict(person: Person) -> dict[str, Any]:
    """A PersonAnswer."""
    return {
        "person_id": person.id,
        "sign_in_name": person.sign_in_name,
        "display_name": person.display_name,
        "post": person.post,
        "roles": person.roles,
        "unit": {"unit_id": person.unit_id, "name": person.unit_name, "kind": person.unit_kind},
        "must_change_password": person.must_change_password,
        "is_active": person.is_active,
        "version": person.version,
        "holder": person.holder,
    }


def person_changed(person: Person) -> PersonChanged:
    """What the other services learn of an account."""
    return PersonChanged(
        person.id,
        person.unit_id,
        person.post,
        person.roles,
        person.is_active,
        person.version,
        person.same_as,
        person.holder or None,
    )


def listed_person(person: Person) -> dict[str, Any]:
    """A person as the administrator sees them, with failed attempts and the lock."""
    locked_until = person.locked_until if person.locked_until and person.locked_until > clock.now() else None
    return person_as_dict(person) | {
        "failures": person.failures,
        "locked_until": locked_until.isoformat() if locked_until else None,
    }


def person_with_id(cur: Cursor, person_id: int) -> Person:
    """The account. NotFound when there is none."""
    person = queries.person(cur, person_id)
    if person is None:
        raise NotFound(NO_PERSON)
    return person


def save_person(cur: Cursor, context: Context, offload: Offload, params: dict[str, Any]) -> dict[str, Any]:
    """Make an account with a random password, which the answer tells once, or change the one with `person_id`."""
    store.lock_people(cur)
    person_id: int | None = params["person_id"]
    before = None
    params = params | {
        "sign_in_name": params["sign_in_name"].lower(),
        "roles": [role.value for role in Role if role.value in params["roles"]],
    }
    if person_id is not None:
        before = person_with_id(cur, person_id)
        if before.version != params["version"]:
            raise Conflict(CHANGED, {"current": listed_person(before)})
    _check(cur, params)
    if before is not None:
        return person_as_dict(change_account(cur, context, before, params)) | {"password": None}
    password = passwords.make_random()
    opened = open_account(cur, context, params, password_hash=offload(passwords.hash_password, password))
    return person_as_dict(opened) | {"password": password}


def _logged(person: Person | None) -> dict[str, Any] | None:
    """The account as the audit log compares it: its unit by its name of now."""
    return None if person is None else person_as_dict(person) | {"unit_id": person.unit_name}


def open_account(cur: Cursor, context: Context, params: dict[str, Any], *, password_hash: str) -> Person:
    """Make an account whose parameters were checked; it is on record and announced."""
    return _saved(cur, context, store.insert_person(cur, params | {"password_hash": password_hash}), before=None)


def change_account(cur: Cursor, context: Context, before: Person, params: dict[str, Any]) -> Person:
    """Change an account whose parameters were checked; it is on record and announced."""
    store.update_person(cur, params | {"person_id": before.id})
    return _saved(cur, context, before.id, before=before)


def close(cur: Cursor, context: Context, person_id: int) -> None:
    """Switch an account off; it is on record and announced."""
    before = person_with_id(cur, person_id)
    if before.is_active:
        store.update_person(cur, {**person_as_dict(before), "unit_id": before.unit_id, "is_active": False})
        _saved(cur, context, person_id, before=before)


def announce(cur: Cursor, context: Context, person_id: int) -> None:
    """Tell the other services of an account that changed."""
    outbox.add(cur, [person_changed(person_with_id(cur, person_id))], correlation_id=context.correlation_id)


def _saved(cur: Cursor, context: Context, person_id: int, *, before: Person | None) -> Person:
    saved = person_with_id(cur, person_id)
    made_different = changes(_logged(before), _logged(saved), LOGGED)
    detail = person_as_dict(saved)
    # That somebody stands in for a post is on record as such.
    if saved.same_as is None:
        audit.record(cur, context, "person.saved", subject=saved.sign_in_name, detail=detail, changes=made_different)
    announce(cur, context, person_id)
    return saved


def reset_password(cur: Cursor, context: Context, offload: Offload, person_id: int) -> str:
    """Give a new random password, to be changed at the next sign-in; a lock is lifted too."""
    person = person_with_id(cur, person_id)
    if person.same_as is not None:
        raise Forbidden(NO_PASSWORD)
    password = passwords.make_random()
    store.set_password(cur, person_id, offload(passwords.hash_password, password), must_change=True)
    audit.record(cur, context, "person.password_reset", subject=person.sign_in_name)
    return password


def unlock_person(cur: Cursor, context: Context, person_id: int) -> dict[str, Any]:
    """Lift the lock that failed attempts put on an account."""
    person = person_with_id(cur, person_id)
    store.clear_failures(cur, person_id)
    audit.record(cur, context, "person.unlocked", subject=person.sign_in_name)
    return listed_person(person_with_id(cur, person_id))


def _check(cur: Cursor, params: dict[str, Any]) -> None:
    wrong: dict[str, Text] = {}
    roles = params["roles"]
    before = None if params["person_id"] is None else person_with_id(cur, params["person_id"])
    namesake = queries.other_person_called(cur, params["sign_in_name"], but=params["person_id"])
    unit = queries.unit(cur, params["unit_id"])
    if not is_sign_in_name(params["sign_in_name"]):
        wrong["sign_in_name"] = ODD_NAME
    elif namesake:
        wrong["sign_in_name"] = NAME_TAKEN
    if unit is None or not (unit.is_active or _stays(before, params)):
        wrong["unit_id"] = UNIT_MISSING
    if Role.ADMINISTRATOR in roles and Role.AUDITOR in roles:
        wrong["roles"] = ADMIN_AND_AUDITOR
    stays_administrator = params["is_active"] and Role.ADMINISTRATOR in roles
    if before and not stays_administrator:
        was_administrator = before.is_active and Role.ADMINISTRATOR in before.roles
        if was_administrator and not queries.has_other_active_administrator(cur, before.id):
            wrong["is_active" if Role.ADMINISTRATOR in roles else "roles"] = LAST_ADMINISTRATOR
    if wrong:
        raise Invalid.of_fields(wrong)


def _stays(before: Person | None, params: dict[str, Any]) -> bool:
    """Whether the account stays in its unit, and is not opened in it: then it may be one that is switched off."""
    return before is not None and before.unit_id == params["unit_id"] and (before.is_active or not params["is_active"])
