"""Use cases of units: the organisation tree, its names and what is announced of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from services.tasks.audit import store as audit
from services.tasks.directory import queries, store
from services.tasks.directory.naming import complain_of_names, distinct, who
from services.tasks.directory.queries import Group, GroupHead, Unit
from services.tasks.directory.unit_conflicts import PARENT_OFF
from services.tasks.vocabulary import LONGEST_NAME
from shared.calling.calls import Context
from shared.database import Cursor
from shared.delivery import outbox
from shared.differences import changes
from shared.directory import units_below
from shared.errors import Conflict, Invalid, NotFound
from shared.events import UnitChanged
from shared.text import Text
from shared.typed_text import comparable

NO_UNIT = Text("这个单位不存在，请刷新页面。", "This unit does not exist. Please reload the page.")
NO_PARENT = Text("所选的上级单位不存在，请重新选择。", "The unit above does not exist. Please choose again.")
NO_GROUP = Text("这个单位组不存在，请刷新页面。", "This group does not exist. Please reload the page.")
CIRCLE = Text(
    "上级单位不能是它自己或它的下级，请另选。",
    "A unit cannot lie below itself or one of its own. Please choose another.",
)
CHANGED = Text(
    "这条内容刚被别人改过，请对照最新内容再改。",
    "Somebody else has just changed this. Please compare with what it is now and change it again.",
)


LOGGED = ("code", "name", "kind", "parent_id", "aliases", "is_active")


def unit_as_dict(unit: Unit) -> dict[str, Any]:
    """A UnitAnswer."""
    return {
        "unit_id": unit.id,
        "code": unit.code,
        "name": unit.name,
        "kind": unit.kind,
        "parent_id": unit.parent_id,
        "aliases": unit.aliases,
        "is_active": unit.is_active,
        "version": unit.version,
    }


def group_as_dict(group: Group) -> dict[str, Any]:
    """A GroupAnswer."""
    return {
        "group_id": group.id,
        "name": group.name,
        "aliases": group.aliases,
        "is_filled": bool(group.member_ids),
        "member_ids": group.member_ids,
        "version": group.version,
    }


def group_head_as_dict(group: GroupHead, member_ids: Sequence[int]) -> dict[str, Any]:
    """A group, with its members where `member_ids`, the first of them, are all."""
    return {
        "group_id": group.id,
        "name": group.name,
        "aliases": group.aliases,
        "is_filled": group.members > 0,
        "members": group.members,
        **({"member_ids": list(member_ids)} if len(member_ids) == group.members else {}),
        "version": group.version,
    }


def list_units(cur: Cursor) -> dict[str, Any]:
    """The whole directory: units and groups."""
    return {
        "units": [unit_as_dict(unit) for unit in queries.units(cur)],
        "groups": [group_as_dict(group) for group in queries.groups(cur)],
    }


def unit_with_id(cur: Cursor, unit_id: int) -> Unit:
    """The unit. NotFound when there is none."""
    unit = queries.unit(cur, unit_id)
    if unit is None:
        raise NotFound(NO_UNIT)
    return unit


def save_unit(cur: Cursor, context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Make a unit, or change the one with `unit_id`; its place in the tree and its names are checked first."""
    store.lock_units(cur)
    unit_id: int | None = params["unit_id"]
    before = None if unit_id is None else unit_with_id(cur, unit_id)
    if before:
        _check_version(before, params["version"])
    kept = {"parent_id": before.parent_id if before else None}
    params = kept | params | {"aliases": distinct(params["aliases"], but=params["name"])}
    _check_names(cur, params)
    _check_place(cur, params, before)
    if before and before.is_active and not params["is_active"]:
        _check_unused(cur, before.id)
    if unit_id is None:
        unit_id = store.insert_unit(cur, params)
    else:
        store.update_unit(cur, params)
    saved = unit_with_id(cur, unit_id)
    made_different = changes(_logged(cur, before), _logged(cur, saved), LOGGED)
    audit.record(cur, context, "unit.saved", subject=saved.name, detail=unit_as_dict(saved), changes=made_different)
    announce_units(cur, context, [saved])
    return unit_as_dict(saved)


def remember_names(cur: Cursor, context: Context, unit: Unit, names: Iterable[str]) -> None:
    """Let a unit answer to these names from now on; names too long for that are left out.

    Invalid when somebody else answers to one of them. Whoever calls it holds the locks of `store.lock_units`.
    """
    known = {comparable(name) for name in (unit.name, *unit.aliases)}
    new = [name for name in dict.fromkeys(names) if comparable(name) not in known and len(name) <= LONGEST_NAME]
    if new:
        kept = {name: getattr(unit, name) for name in ("code", "name", "kind", "parent_id", "is_active", "version")}
        save_unit(cur, context, kept | {"unit_id": unit.id, "aliases": [*unit.aliases, *new]})


def _logged(cur: Cursor, unit: Unit | None) -> dict[str, Any] | None:
    """The unit as the audit log compares it: the one above by its name of now."""
    if unit is None:
        return None
    above = None if unit.parent_id is None else queries.unit(cur, unit.parent_id)
    return unit_as_dict(unit) | {"parent_id": above.name if above else None}


def announce_units(cur: Cursor, context: Context, units: Sequence[Unit]) -> None:
    """Tell the other services of units that were made or changed."""
    events = [
        UnitChanged(unit.id, unit.code, unit.name, unit.kind, unit.parent_id, unit.is_active, unit.version)
        for unit in units
    ]
    outbox.add(cur, events, correlation_id=context.correlation_id)


def _check_version(unit: Unit, version: int | None) -> None:
    if unit.version != version:
        raise Conflict(CHANGED, {"current": unit_as_dict(unit)})


def _check_names(cur: Cursor, params: dict[str, Any]) -> None:
    name, aliases, unit_id = params["name"], params["aliases"], params["unit_id"]
    others = queries.namesakes(cur, [name, *aliases], but_unit=unit_id, but_group=None)
    wrong = complain_of_names(name, aliases, others)
    other = queries.unit_with_code(cur, params["code"], but=unit_id)
    if other:
        whose = who(other)
        wrong["code"] = Text(
            f"代码已被{whose.zh}使用，请换一个。", f"The code belongs to {whose.en}. Please choose another."
        )
    if wrong:
        raise Invalid.of_fields(wrong)


def _check_place(cur: Cursor, params: dict[str, Any], before: Unit | None) -> None:
    """Refuse a place in the tree that a unit may not take; one that it has already it keeps."""
    parent_id = params["parent_id"]
    if parent_id is None:
        return
    parent = queries.unit(cur, parent_id)
    if parent is None:
        raise Invalid.of_fields({"parent_id": NO_PARENT})
    if params["unit_id"] is not None and units_below(cur, [parent_id], params["unit_id"]):
        raise Invalid.of_fields({"parent_id": CIRCLE})
    is_as_before = before is not None and before.is_active and before.parent_id == parent_id
    if params["is_active"] and not parent.is_active and not is_as_before:
        raise Invalid.of_fields({"parent_id": PARENT_OFF})


def _check_unused(cur: Cursor, unit_id: int) -> None:
    uses = queries.uses_of_unit(cur, unit_id)
    zh: list[str] = []
    en: list[str] = []
    for count, what_zh, what_en in (
        (uses.open_duties, "项未完成的责任", "open duties"),
        (uses.people, "个启用的账号", "active accounts"),
        (uses.units_below, "个启用的下级单位", "active units below it"),
    ):
        if count:
            zh.append(f"{count}{what_zh}")
            en.append(f"{count} {what_en}")
    for names, what_zh, what_en in (
        (uses.groups, "单位组", "the group"),
        (uses.drafts, "清单草稿", "the draft"),
    ):
        zh += [f"{what_zh}“{name}”" for name in names]
        en += [f"{what_en} {name}" for name in names]
    if zh:
        raise Invalid.of_fields(
            {
                "is_active": Text(
                    f"还不能停用：它仍有或仍在{'、'.join(zh)}。请先处理。",
                    f"It cannot be switched off yet, because of {', '.join(en)}. Please settle these first.",
                )
            }
        )
