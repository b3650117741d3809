"""Use cases of looking things up in the directory: pages of what was searched for, one thing by its id, choices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from services.tasks.directory import queries as directory_queries
from services.tasks.directory.people import listed_person, person_with_id
from services.tasks.directory.queries import GroupHead
from services.tasks.directory.units import NO_GROUP, unit_as_dict
from services.tasks.lookup import queries
from services.tasks.lookup.queries import ChosenUnit, NamedGroup, NamedUnit, SoughtPeople, SoughtUnits
from services.tasks.vocabulary import FEW_UNITS
from shared.database import Cursor
from shared.errors import NotFound

PAGE = 50


class HasId(Protocol):
    @property
    def id(self) -> int: ...


Choice = TypeVar("Choice", bound=HasId)


def find_units(cur: Cursor, sought: SoughtUnits, *, page: int) -> dict[str, Any]:
    """One page of the units; a page after the last one is the last."""
    paged = _paged(queries.count_units(cur, sought), page, PAGE)
    found = queries.units(cur, sought, limit=PAGE, offset=_offset(paged, PAGE))
    return {"units": [unit_as_dict(unit) for unit in found], **paged}


def name_units(cur: Cursor, unit_ids: Sequence[int]) -> dict[str, Any]:
    return {"units": _named(queries.unit_names(cur, unit_ids))}


def choices(cur: Cursor, *, text: str, unit_ids: Sequence[int], group_ids: Sequence[int]) -> dict[str, Any]:
    """What a form offers: the chosen units and groups, and all others while these are few, else what fits the text."""
    total, groups_total = queries.count_units(cur, SoughtUnits(is_active=True)), queries.count_groups(cur)
    is_complete = max(total, groups_total) <= FEW_UNITS
    units = _units_to_choose(cur, text, is_complete=is_complete)
    groups = _groups_to_choose(cur, text, are_few=groups_total <= FEW_UNITS)
    # What was just searched for stands first: below hundreds of chosen ones nobody would see it.
    units = _joined(units, queries.chosen(cur, unit_ids))
    groups = _joined(groups, queries.chosen_groups(cur, group_ids))
    if is_complete:
        units.sort(key=lambda unit: unit.code)
        groups.sort(key=lambda group: group.name)
    return {
        "units": [
            {"unit_id": unit.id, "name": unit.name, "kind": unit.kind, "is_active": unit.is_active} for unit in units
        ],
        "groups": [{"group_id": group.id, "name": group.name, "members": group.members} for group in groups],
        "is_complete": is_complete,
        "total": total,
        "found": None if is_complete or not text else queries.count_units(cur, SoughtUnits(text, is_active=True)),
    }


def find_people(cur: Cursor, sought: SoughtPeople, *, page: int) -> dict[str, Any]:
    """One page of the accounts; a page after the last one is the last."""
    paged = _paged(queries.count_people(cur, sought), page, PAGE)
    found = queries.people(cur, sought, limit=PAGE, offset=_offset(paged, PAGE))
    return {"people": [listed_person(person) for person in found], **paged}


def get_person(cur: Cursor, person_id: int) -> dict[str, Any]:
    return listed_person(person_with_id(cur, person_id))


def find_groups(cur: Cursor, text: str, *, page: int) -> dict[str, Any]:
    """One page of the groups; a page after the last one is the last."""
    paged = _paged(queries.count_groups(cur, text), page, PAGE)
    found = queries.groups(cur, text, limit=PAGE, offset=_offset(paged, PAGE))
    return {"groups": [_group_as_dict(group) for group in found], **paged}


def get_group(cur: Cursor, group_id: int, *, text: str, page: int) -> dict[str, Any]:
    """A group with one page of its members, of those that fit the text."""
    group = directory_queries.group_head(cur, group_id)
    if group is None:
        raise NotFound(NO_GROUP)
    paged = _paged(queries.count_members(cur, group_id, text), page, FEW_UNITS)
    members = queries.members(cur, group_id, text, limit=FEW_UNITS, offset=_offset(paged, FEW_UNITS))
    return {"group": _group_as_dict(group), "members": _named(members), **paged}


def _units_to_choose(cur: Cursor, text: str, *, is_complete: bool) -> list[ChosenUnit]:
    if is_complete:
        return queries.choices(cur, SoughtUnits(is_active=True), limit=FEW_UNITS)
    return queries.choices(cur, SoughtUnits(text=text, is_active=True), limit=PAGE) if text else []


def _groups_to_choose(cur: Cursor, text: str, *, are_few: bool) -> list[NamedGroup]:
    if are_few:
        return queries.group_choices(cur, "", limit=FEW_UNITS)
    return queries.group_choices(cur, text, limit=PAGE) if text else []


def _joined(offered: Sequence[Choice], chosen: Sequence[Choice]) -> list[Choice]:
    known = {choice.id for choice in offered}
    return [*offered, *(choice for choice in chosen if choice.id not in known)]


def _named(units: Sequence[NamedUnit]) -> list[dict[str, Any]]:
    return [{"unit_id": unit.id, "name": unit.name} for unit in units]


def _group_as_dict(group: GroupHead) -> dict[str, Any]:
    return {
        "group_id": group.id,
        "name": group.name,
        "aliases": group.aliases,
        "members": group.members,
        "version": group.version,
    }


def _paged(total: int, page: int, size: int) -> dict[str, int]:
    pages = max(1, -(-total // size))
    return {"total": total, "page": min(page, pages), "pages": pages}


def _offset(paged: dict[str, int], size: int) -> int:
    return (paged["page"] - 1) * size
