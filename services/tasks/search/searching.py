"""Use cases: what holds the words, in each group that the person may read, with why it was found."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from services.tasks.document_numbers import canonical
from services.tasks.duties import answers
from services.tasks.duties import queries as duty_queries
from services.tasks.duties.queries import ShownDuty
from services.tasks.search import queries
from services.tasks.search.reasons import Reason, Where, is_at, reasons_for
from services.tasks.search.records import Ids, Note, OfDuty, Person, Place, Unit
from services.tasks.search.schemas import Group
from shared.actor import READERS_OF_ALL, UNIT_ROLES, Actor, Role
from shared.database import Cursor
from shared.errors import Invalid
from shared.sought import MOST_WORDS, TOO_MANY_WORDS, words_of

# Who asks for more at once makes a file, and gets all that there are.
LARGEST_PAGE = 100
READERS_OF_ACCOUNTS = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})


class _Asked(NamedTuple):
    """What is looked for by whom; `unit_id` is the unit from which on down the person reads, None for all."""

    words: list[str]
    unit_id: int | None
    page: int
    size: int
    today: dt.date


@dataclass(frozen=True, slots=True)
class _Part:
    """What was found of one group, and the page that it is; `is_more` where there are more than were counted."""

    total: int
    page: int
    hits: list[dict[str, Any]]
    is_more: bool = False


def find(
    cur: Cursor, actor: Actor, *, text: str, group: Group | None, page: int, size: int, today: dt.date
) -> dict[str, Any]:
    """What holds all the words of the text; a page after the last one is the last. Invalid for too many words."""
    words = words_of(canonical(text))
    if len(words) > MOST_WORDS:
        raise Invalid.of_fields({"text": TOO_MANY_WORDS})
    found = {
        one: _FINDERS[one](cur, _Asked(words, _down_from(one, actor), page, size, today))
        for one in Group
        if group in (None, one) and actor.has_any(READERS[one])
    }
    part = found.get(group) if group else None
    return {
        "words": words,
        **{one.value: _as_dict(one, found[one]) if one in found else None for one in Group},
        "page": part.page if part else 1,
        "pages": _pages(part.total, size) if part else 1,
    }


def _as_dict(group: Group, part: _Part) -> dict[str, Any]:
    shown: dict[str, Any] = {"total": part.total, "hits": part.hits}
    return shown | {"is_more": part.is_more} if group is Group.DUTIES else shown


def _down_from(group: Group, actor: Actor) -> int | None:
    """From which unit on down a person reads of a group; None for all units."""
    all_of_it = READERS_OF_ALL | {Role.ADMINISTRATOR} if group is Group.UNITS else READERS_OF_ALL
    return None if actor.has_any(all_of_it) else actor.unit_id


def _duties(cur: Cursor, asked: _Asked) -> _Part:
    is_for_a_page = asked.unit_id is None and asked.size <= LARGEST_PAGE
    are_common = is_for_a_page and queries.are_common(cur, asked.words)

    def of_page(page: int) -> Ids:
        offset = (page - 1) * asked.size
        found = queries.first_duties(cur, asked.words, limit=asked.size, offset=offset) if are_common else None
        return found or queries.duties(cur, asked.words, asked.unit_id, limit=asked.size, offset=offset)

    found, page = of_page(asked.page), asked.page
    if not found.ids and found.total:
        page = _pages(found.total, asked.size)
        found = of_page(page)
    rows = {row.id: row for row in duty_queries.duties(cur, found.ids)}
    beside = queries.of_duties(cur, found.ids)
    numbers = queries.numbers(cur, [row.item_id for row in rows.values()])
    notes: dict[int, list[Note]] = defaultdict(list)
    for note in queries.notes(cur, found.ids):
        notes[note.duty_id].append(note)
    hits = [
        {
            "duty": answers.duty_as_dict(rows[duty_id], asked.today),
            "number": numbers.get(rows[duty_id].item_id),
            "checklist": beside[duty_id].checklist,
            "is_ended": beside[duty_id].is_ended,
            "why": _why_duty(
                asked.words, rows[duty_id], beside[duty_id], notes[duty_id], numbers.get(rows[duty_id].item_id)
            ),
        }
        for duty_id in found.ids
    ]
    return _Part(found.total, min(page, _pages(found.total, asked.size)), hits, is_more=found.is_more)


def _why_duty(
    words: Sequence[str], row: ShownDuty, beside: OfDuty, notes: Sequence[Note], number: str | None
) -> list[dict[str, str | None]]:
    """What is shown of a duty is its item, its measure and its unit."""
    candidates = [
        Reason(Where.NUMBER, number or ""),
        Reason(Where.DUTY, str(row.id)),
        Reason(Where.TASK, row.task),
        Reason(Where.AREA, row.area),
        Reason(Where.CODE, beside.code),
        Reason(Where.DOCUMENT, beside.document_number),
        *(Reason(Where.ALIAS, alias) for alias in beside.aliases),
        *(Reason(Where.NOTE, note.text, note.action) for note in notes),
    ]
    return _why(words, [row.item, row.measure, row.unit_name], candidates)


def _places(cur: Cursor, asked: _Asked) -> _Part:
    total = queries.count_places(cur, asked.words)
    page = min(asked.page, _pages(total, asked.size))
    found = queries.places(cur, asked.words, limit=asked.size, offset=(page - 1) * asked.size)
    return _Part(total, page, [_place(one, asked.words) for one in found])


# What a place is found by and does not show.
_BESIDE = {"said", "document_number"}


def _place(one: Place, words: Sequence[str]) -> dict[str, Any]:
    shown = [one.title, str(one.year)] if one.row_id is None else [one.title]
    number = one.number or ""
    # The number of a row stands before its title, and needs no reason beside it.
    left = [word for word in words if not is_at(number, word)]
    return {
        **{name: found for name, found in one._asdict().items() if name not in _BESIDE},
        "why": _why(left, shown, [Reason(Where.DOCUMENT, one.document_number), Reason(Where.ENDED, one.said)]),
    }


def _units(cur: Cursor, asked: _Asked) -> _Part:
    total = queries.count_units(cur, asked.words, asked.unit_id)
    page = min(asked.page, _pages(total, asked.size))
    found = queries.units(cur, asked.words, asked.unit_id, limit=asked.size, offset=(page - 1) * asked.size)
    return _Part(total, page, [_unit(one, asked.words) for one in found])


def _unit(one: Unit, words: Sequence[str]) -> dict[str, Any]:
    return {
        "unit_id": one.id,
        "code": one.code,
        "name": one.name,
        "kind": one.kind,
        "is_active": one.is_active,
        "checklist_id": one.checklist_id,
        "why": _why(words, [one.name, one.code], [Reason(Where.ALIAS, alias) for alias in one.aliases]),
    }


def _people(cur: Cursor, asked: _Asked) -> _Part:
    total = queries.count_people(cur, asked.words)
    page = min(asked.page, _pages(total, asked.size))
    found = queries.people(cur, asked.words, limit=asked.size, offset=(page - 1) * asked.size)
    return _Part(total, page, [_person(one, asked.words) for one in found])


def _person(one: Person, words: Sequence[str]) -> dict[str, Any]:
    return {
        "person_id": one.id,
        "display_name": one.display_name,
        "post": one.post,
        "unit": one.unit,
        "is_active": one.is_active,
        "why": _why(words, [one.display_name, one.post, one.unit], [Reason(Where.SIGN_IN_NAME, one.sign_in_name)]),
    }


def _why(words: Sequence[str], shown: Sequence[str], candidates: Sequence[Reason]) -> list[dict[str, str | None]]:
    return [reason.as_dict(words) for reason in reasons_for(words, shown, candidates)]


def _pages(total: int, size: int) -> int:
    return max(1, -(-total // size))


# Who finds anything of a group; of what, `_down_from` says.
READERS = {
    Group.DUTIES: READERS_OF_ALL | UNIT_ROLES,
    Group.CHECKLISTS: READERS_OF_ALL,
    Group.UNITS: frozenset(Role),
    Group.PEOPLE: READERS_OF_ACCOUNTS,
}
_FINDERS: Mapping[Group, Callable[[Cursor, _Asked], _Part]] = {
    Group.DUTIES: _duties,
    Group.CHECKLISTS: _places,
    Group.UNITS: _units,
    Group.PEOPLE: _people,
}
