"""What a workbook would change in a draft, told before it is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.tasks.drafting.records import Header, Row
from services.tasks.drafting.tree import Tree
from services.tasks.sheets.lines import Line
from services.tasks.sheets.merging import Merge
from shared.fingerprint import fingerprint_of

MOST_SHOWN = 300
# Of an item, those that a sheet sets beside its title and its units.
FIELDS = ("due_on", "recurrence", "due_day", "review_rule", "acceptance_rule", "body")
UNITS = "units"

Entry = tuple[str, int | None, int | None]
Ids = Mapping[str, tuple[int | None, int | None]]


@dataclass(frozen=True, slots=True)
class ItemChange:
    """A known item whose `fields` would be others; those of them that would be empty then are in `emptied`."""

    row: Row
    fields: tuple[str, ...]
    emptied: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SheetChanges:
    """`gone` are the rows that the sheet does not have, in reading order; `added` counts those that the draft lacks."""

    gone: tuple[Row, ...]
    changed: tuple[ItemChange, ...]
    added: int
    rows_after: int
    fingerprint: str


def wanted_units(line: Line, ids: Ids) -> list[Entry]:
    return [("lead", *ids[name]) for name in line.lead] + [("support", *ids[name]) for name in line.support]


def has_units(tree: Tree, row_id: int | None, wanted: Sequence[Entry]) -> bool:
    """Tell whether a row that was there before has exactly these units, its own or those from above."""
    if row_id is None or row_id not in tree.units:
        return not wanted
    return set(wanted) == {(unit.role, unit.unit_id, unit.group_id) for unit in tree.units[row_id].entries}


def changes_of(header: Header, tree: Tree, merged: Merge, ids: Ids) -> SheetChanges:
    kept = set(merged.kept.values())
    # Units by their ids: a name may have come to mean another one since somebody looked.
    items = [(node, line, wanted_units(line, ids)) for node, line in merged.items]
    known = [(tree.rows[merged.kept[node]], line, wanted) for node, line, wanted in items if node in merged.kept]
    changed = [change for row, line, wanted in known if (change := _change_of(tree, row, line, wanted))]
    seen = [header.id, header.version, *merged.nodes, *items]
    return SheetChanges(
        gone=tuple(row for row in tree.rows.values() if row.id not in kept),
        changed=tuple(changed),
        added=len(merged.nodes) - len(kept),
        rows_after=len(merged.nodes),
        fingerprint=fingerprint_of(seen),
    )


def _change_of(tree: Tree, row: Row, line: Line, wanted: Sequence[Entry]) -> ItemChange | None:
    fields = [name for name in FIELDS if getattr(row, name) != getattr(line, name)]
    emptied = [name for name in fields if not getattr(line, name)]
    if not has_units(tree, row.id, wanted):
        fields.append(UNITS)
        emptied += [] if wanted else [UNITS]
    return ItemChange(row, tuple(fields), tuple(emptied)) if fields else None


def preview_of(tree: Tree, changes: SheetChanges) -> dict[str, Any]:
    """The changes as `RowsPreview` shows them; items that would lose something come first."""
    ordered = sorted(changes.changed, key=lambda change: not change.emptied)
    return {
        "rows_now": len(tree.rows),
        "rows_after": changes.rows_after,
        "added": changes.added,
        "deleted": len(changes.gone),
        "changed": len(changes.changed),
        "losing": sum(bool(change.emptied) for change in changes.changed),
        "deleted_rows": [_named(tree, row) for row in changes.gone[:MOST_SHOWN]],
        "changed_rows": [
            _named(tree, change.row) | {"changed": list(change.fields), "emptied": list(change.emptied)}
            for change in ordered[:MOST_SHOWN]
        ],
        "fingerprint": changes.fingerprint,
    }


def _named(tree: Tree, row: Row) -> dict[str, Any]:
    return {"number": tree.numbers[row.id], "title": row.title}
