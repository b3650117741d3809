"""Use case: the names of a draft that the directory lacks, each once, with guesses and how they would stand there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services.tasks.directory import queries as directory_queries
from services.tasks.directory.queries import GroupToJoin, Unit
from services.tasks.drafting import queries
from services.tasks.drafting.answers import load_tree
from services.tasks.drafting.from_notice import counties_of
from services.tasks.drafting.records import Header, Question
from services.tasks.drafting.rows import checklist_with_id
from services.tasks.drafting.tree import Tree
from services.tasks.new_names.guessing import Candidate, Guesser
from services.tasks.new_names.proposing import Codes, is_addable, kind_of, name_of
from services.tasks.new_names.schemas import MOST_LISTED
from services.tasks.new_names.sightings import Sighting, on_names, sightings_of
from services.tasks.vocabulary import FEW_UNITS
from shared.database import Cursor

MOST_AMBIGUOUS = 10


@dataclass(frozen=True, slots=True)
class ToShow:
    """All that the names are shown from, read in one go; `units` are those of the county of whoever asks."""

    header: Header
    tree: Tree
    questions: Sequence[Question]
    units: Sequence[Unit]
    every_unit: Sequence[Unit]
    county: Unit | None
    groups: Sequence[GroupToJoin]


def to_show(cur: Cursor, checklist_id: int, *, unit_id: int) -> ToShow:
    """Read what `shown` needs, for somebody of the unit `unit_id`."""
    header = checklist_with_id(cur, checklist_id)
    every_unit = directory_queries.units(cur)
    county = county_above(every_unit, unit_id)
    return ToShow(
        header,
        load_tree(cur, checklist_id),
        on_names(queries.questions(cur, checklist_id)),
        _units_within(every_unit, county),
        every_unit,
        county,
        [group for group in directory_queries.groups_to_join(cur, most=FEW_UNITS) if group.kind],
    )


def shown(read: ToShow) -> dict[str, Any]:
    """A NewNames; pure, and some work where the directory is a country's."""
    active = [unit for unit in read.units if unit.is_active]
    guesser = guesser_of(active, read.county)
    codes = Codes((unit.code, unit.kind) for unit in read.every_unit)
    found = sightings_of(read.questions, guesser.key_of)
    return {
        "checklist_id": read.header.id,
        "title": read.header.title,
        "total": len(found),
        "groups": [{"group_id": group.group_id, "name": group.name, "kind": group.kind} for group in read.groups],
        "names": [_name_as_dict(one, read, guesser, codes) for one in found[:MOST_LISTED]],
    }


def guesser_of(units: Sequence[Unit], county: Unit | None) -> Guesser:
    """Guesses among these units; `county` gives the name that may stand before each of theirs."""
    candidates = [Candidate(unit.id, unit.name, unit.kind, tuple(unit.aliases)) for unit in units]
    return Guesser(candidates, county=county.name if county else "")


def county_above(units: Sequence[Unit], unit_id: int) -> Unit | None:
    """The county that a unit is or lies in; else the only county, or the only unit without one above."""
    by_id = {unit.id: unit for unit in units}
    seen: set[int] = set()
    at = by_id.get(unit_id)
    while at is not None and at.id not in seen:
        if at.kind == "county":
            return at
        seen.add(at.id)
        at = by_id.get(at.parent_id or 0)
    counties = [unit for unit in units if unit.kind == "county" and unit.is_active]
    tops = counties or [unit for unit in units if unit.parent_id is None and unit.is_active]
    return tops[0] if len(tops) == 1 else None


def _units_within(units: Sequence[Unit], county: Unit | None) -> list[Unit]:
    """The units that lie in the county or in none: 财政局 of another county is not meant."""
    if county is None:
        return list(units)
    counties = counties_of(units)
    others = {unit.id for unit in units if unit.kind == "county" and unit.id != county.id}
    return [unit for unit in units if unit.id not in others and counties.get(unit.id, county.name) == county.name]


def _name_as_dict(one: Sighting, read: ToShow, guesser: Guesser, codes: Codes) -> dict[str, Any]:
    name = name_of(one.name)
    kind = kind_of(one.name)
    return {
        "name": one.name,
        "forms": one.forms,
        "is_ambiguous": one.is_ambiguous,
        "is_addable": is_addable(one.name),
        "places": [_place(question, read.tree) for question in one.questions],
        "guesses": _ambiguous(one) or _guessed(guesser, one.name),
        "proposed": {
            "name": name,
            "kind": kind,
            "code": codes.next(kind, below=read.county.code if read.county else ""),
            "above": read.county.name if read.county else "",
        },
    }


def _place(question: Question, tree: Tree) -> dict[str, Any]:
    row = tree.rows.get(question.row_id or 0)
    return {
        "row_id": row.id if row else None,
        "number": tree.numbers[row.id] if row else "",
        "title": row.title if row else "",
        # The release before kept no role.
        "role": question.role or "responsible",
    }


def _guessed(guesser: Guesser, name: str) -> list[dict[str, Any]]:
    return [
        {"unit_id": guess.unit.id, "name": guess.unit.name, "is_certain": guess.is_certain}
        for guess in guesser.guesses(name)
    ]


def _ambiguous(one: Sighting) -> list[dict[str, Any]]:
    """Those that answer to an ambiguous name, as the notice was read; none of them is certain."""
    pairs = [pair for q in one.questions for pair in zip(q.suggested_ids, q.suggested_names, strict=True)]
    if not one.is_ambiguous:
        return []
    return [{"unit_id": key, "name": name, "is_certain": False} for key, name in dict(pairs).items()][:MOST_AMBIGUOUS]
