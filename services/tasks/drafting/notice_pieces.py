"""What is kept of a notice beside its draft: pieces of the source with their places, and figures it proposes. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from services.tasks.drafting.notice_rows import target_row
from services.tasks.notices.draft import Draft, Measure, Target
from services.tasks.vocabulary import LONGEST_TITLE

ROW, TARGET, COORDINATION = "row", "target", "coordination"
# Parts of the head that a piece may have become; the last is a sentence on all rows, such as who leads.
HEAD = ("title", "number", "issuer", "issued_on", COORDINATION)
PARTS = (ROW, TARGET, *HEAD)
_UPPER = re.compile(r"(areas\[\d+\](?:\.measures\[\d+\])?)")


@dataclass(frozen=True, slots=True)
class NewPiece:
    """A piece of the source to be stored, in the order of the source."""

    line: int
    start: int
    text: str
    row_id: int | None
    target_id: int | None
    part: str
    reason: str | None


def pieces_to_keep(draft: Draft, row_ids: Mapping[str, int], target_ids: Mapping[str, int]) -> list[NewPiece]:
    """All pieces of the notice; the mappings give the ids of what paths of the draft became."""
    kept = []
    for piece in draft.pieces:
        span, text = piece.span, draft.lines[piece.span.line][piece.span.start : piece.span.end]
        found = _UPPER.match(piece.where)
        row_id = row_ids.get(found[1]) if found else None
        target_id = target_ids.get(piece.where)
        part = _part(piece.where, row_id, target_id)
        reason = piece.reason.value if piece.reason else None if part else "general"
        kept.append(NewPiece(span.line, span.start, text, row_id, target_id, part, reason))
    return kept


def _part(where: str, row_id: int | None, target_id: int | None) -> str:
    if row_id is not None:
        return ROW
    if target_id is not None:
        return TARGET
    if where == "areas":
        return COORDINATION
    return where if where in HEAD else ""


def figures_to_offer(
    draft: Draft, row_ids: Mapping[str, int], to_year: int, unit_names: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The figures in the words of the measures that have one, as rows; each whole before its parts.

    Those of one name in measures of several units, such as the rows of a table by townships, are called by the unit as
    well; `unit_names` are by code.
    """
    owners = Counter(
        (name, owner)
        for measure in _measures(draft)
        if (owner := _only_unit(measure, unit_names))
        for name in {target.name for target, _is_part in _figures(measure)}
    )
    sharing = Counter(name for name, _owner in owners)
    offered: list[dict[str, Any]] = []
    for n, area in enumerate(draft.areas):
        for m, measure in enumerate(area.measures):
            row_id, owner = row_ids[f"areas[{n}].measures[{m}]"], _only_unit(measure, unit_names)
            for target, is_part in _figures(measure):
                row = {"row_id": row_id, **target_row(target, to_year, is_part=is_part)}
                is_told_apart = sharing[target.name] > 1 and owners[target.name, owner] == 1
                if is_told_apart and len(owner + target.name) <= LONGEST_TITLE and owner not in target.name:
                    row["name"] = f"{owner}{target.name}"
                offered.append(row)
    return offered


def _measures(draft: Draft) -> Iterator[Measure]:
    return (measure for area in draft.areas for measure in area.measures)


def _only_unit(measure: Measure, unit_names: Mapping[str, str]) -> str:
    """The one unit that a measure names, in the directory or not; "" where it names none, several or a set."""
    names = [*(unit_names[code] for code in measure.units), *(unknown.text for unknown in measure.unknown)]
    return names[0] if len(names) == 1 and not measure.groups else ""


def _figures(measure: Measure) -> Iterator[tuple[Target, bool]]:
    """The targets of a measure with a figure, and whether each is a part of the one before."""
    waiting: list[tuple[Target, bool]] = [(target, False) for target in reversed(measure.targets)]
    while waiting:
        target, is_part = waiting.pop()
        waiting += [(part, True) for part in reversed(target.subsets)]
        if target.value is not None:
            yield target, is_part
