"""Use cases of workbooks: a draft's rows out to a sheet and back, and the empty template.

A row of the sheet is recognised by its titles from the first level down: what has the same titles stays the same row,
with its description, its questions and the units of the rows above; the rest is replaced.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any

from services.tasks.audit import store as audit
from services.tasks.directory import queries as directory_queries
from services.tasks.directory.queries import GroupHead, Unit
from services.tasks.drafting import checklist as rules
from services.tasks.drafting import store
from services.tasks.drafting.answers import Tree, load_tree
from services.tasks.drafting.rows import checklist_with_id, lock_draft
from services.tasks.drafting.store import NewRow
from services.tasks.due_dates import ITEM
from services.tasks.files import files
from services.tasks.sheets.merging import Merge, Node, merge
from services.tasks.sheets.reading import read_workbook
from services.tasks.sheets.writing import Line, write_workbook
from shared.calling.calls import Context
from shared.database import BUSY, Cursor
from shared.errors import TryAgain

Entry = tuple[str, int | None, int | None]


def writing_of(cur: Cursor, checklist_id: int) -> Callable[[], bytes]:
    """What is to be done to have the checklist's workbook, once the transaction is over: it takes a while."""
    header = checklist_with_id(cur, checklist_id)
    return partial(write_workbook, lines_of(load_tree(cur, checklist_id)), _shown_names(cur), header.level_names)


def writing_of_template(cur: Cursor) -> Callable[[], bytes]:
    """The same for an empty workbook to be filled in."""
    return partial(write_workbook, [], _shown_names(cur), rules.DEFAULT_LEVEL_NAMES)


def keep_export(cur: Cursor, context: Context, checklist_id: int, content: bytes) -> str:
    """Store the checklist's workbook as a file of the caller; return the file's id."""
    header = checklist_with_id(cur, checklist_id)
    audit.record(cur, context, "rows.exported", subject=header.title, detail={"checklist_id": checklist_id})
    return str(files.keep(cur, context, f"{header.title}.xlsx", content))


def keep_template(cur: Cursor, context: Context, content: bytes) -> str:
    """Store the empty workbook as a file of the caller; return the file's id."""
    return str(files.keep(cur, context, "清单模板.xlsx", content))


def reading_of(cur: Cursor, context: Context, params: dict[str, Any]) -> Callable[[], list[Line]]:
    """What is to be done to have the lines of the caller's workbook, once the transaction is over.

    Raises Invalid when a chunk is missing; what it returns raises it for what is wrong in a cell.
    """
    _, content = files.read(cur, context, params["file_id"])
    header = checklist_with_id(cur, params["checklist_id"])
    return partial(read_workbook, content, names=_names(cur), level_names=header.level_names, year=header.year)


def import_rows(cur: Cursor, context: Context, lines: list[Line], params: dict[str, Any]) -> int:
    """Replace a draft's rows by the lines of a workbook; return how many rows the draft has now.

    Open questions on rows that the sheet no longer has stay with the checklist. TryAgain when a unit or group that the
    sheet names was renamed or closed while it was read.
    """
    file_name = files.name_of(cur, context, params["file_id"])
    header = lock_draft(cur, params["checklist_id"])
    names = {name for line in lines for name in (*line.lead, *line.support)}
    ids = _ids_by_name(cur, names)
    if ids.keys() != names:
        raise TryAgain(BUSY)
    tree = load_tree(cur, header.id)
    merged = merge(lines, list(tree.rows.values()))
    gone = sorted(set(tree.rows) - set(merged.kept.values()))
    store.keep_open_questions(cur, gone)
    store.delete_rows(cur, gone)
    row_ids = _store_nodes(cur, header.id, merged)
    items = [(row_ids[node], line) for node, line in merged.items]
    _update_items(cur, tree, items)
    _set_units(cur, tree, items, ids, parents={row_ids[node]: row_ids.get(node.above) for node in merged.nodes})
    rows = len(merged.nodes)
    audit.record(cur, context, "rows.imported", subject=file_name, detail={"checklist_id": header.id, "rows": rows})
    return rows


def lines_of(tree: Tree) -> list[Line]:
    """One line per item, and one for each row that has nothing below it yet."""
    has_below = {row.parent_id for row in tree.rows.values()}
    lines: list[Line] = []
    for row in tree.rows.values():
        if row.id in has_below:
            continue
        titles = tuple(above.title for above in (*rules.ancestors_of(row, tree.rows), row))
        units = tree.units[row.id].entries
        is_item = row.level == ITEM
        lines.append(
            Line(
                titles=titles,
                lead=tuple(unit.name for unit in units if unit.role == "lead" and is_item),
                support=tuple(unit.name for unit in units if unit.role == "support" and is_item),
                due_on=row.due_on,
                recurrence=row.recurrence,
                due_day=row.due_day,
                review_rule=row.review_rule,
                acceptance_rule=row.acceptance_rule,
                body=row.body if is_item else "",
            )
        )
    return lines


def _store_nodes(cur: Cursor, checklist_id: int, merged: Merge) -> dict[Node | None, int]:
    """Store the new rows level by level and put all siblings in the sheet's order; return the id of every node."""
    row_ids = dict(merged.kept)
    for level in range(1, ITEM + 1):
        new = [node for node in merged.nodes if node.level == level and node not in row_ids]
        rows = [NewRow(row_ids.get(node.above), level, 0, node.title) for node in new]
        row_ids |= dict(zip(new, store.insert_rows(cur, checklist_id, rows), strict=True))
    places: Counter[Node | None] = Counter()
    positions: list[tuple[int, int]] = []
    for node in merged.nodes:
        places[node.above] += 1
        positions.append((row_ids[node], places[node.above]))
    store.set_positions(cur, positions)
    return row_ids


def _update_items(cur: Cursor, tree: Tree, items: Sequence[tuple[int, Line]]) -> None:
    changed = []
    for row_id, line in items:
        fields = {
            "title": line.titles[-1],
            "body": line.body,
            "due_on": line.due_on,
            "recurrence": line.recurrence,
            "due_day": line.due_day,
            "review_rule": line.review_rule,
            "acceptance_rule": line.acceptance_rule,
        }
        before = tree.rows.get(row_id)
        if before is None or any(getattr(before, name) != value for name, value in fields.items()):
            changed.append(fields | {"row_id": row_id})
    store.update_items(cur, changed)


def _set_units(
    cur: Cursor,
    tree: Tree,
    items: Sequence[tuple[int, Line]],
    ids: dict[str, tuple[int | None, int | None]],
    *,
    parents: dict[int, int | None],
) -> None:
    """Let each item name its units, unless they are what it has from the rows above anyway."""
    changed: dict[int, list[Entry]] = {}
    for row_id, line in items:
        wanted = [("lead", *ids[name]) for name in line.lead] + [("support", *ids[name]) for name in line.support]
        if not _same(wanted, tree, row_id):
            above = parents[row_id]
            changed[row_id] = [] if _same(wanted, tree, above) else wanted
    store.set_units(cur, changed)


def _same(wanted: Sequence[Entry], tree: Tree, row_id: int | None) -> bool:
    """Tell whether a row that was there before has exactly these units, its own or those from above."""
    if row_id is None or row_id not in tree.units:
        return not wanted
    return set(wanted) == {(unit.role, unit.unit_id, unit.group_id) for unit in tree.units[row_id].entries}


def _shown_names(cur: Cursor) -> list[str]:
    units = [unit.name for unit in directory_queries.units(cur) if unit.is_active]
    return [*(group.name for group in directory_queries.group_heads(cur)), *units]


def _names(cur: Cursor) -> dict[str, str]:
    """Every unambiguous way to write an active unit or a group, mapped to its name; own names win over aliases."""
    units = [unit for unit in directory_queries.units(cur) if unit.is_active]
    everything: list[Unit | GroupHead] = [*units, *directory_queries.group_heads(cur)]
    uses = Counter(alias for one in everything for alias in one.aliases)
    aliases = {alias: one.name for one in everything for alias in one.aliases if uses[alias] == 1}
    return aliases | {one.name: one.name for one in everything}


def _ids_by_name(cur: Cursor, names: Collection[str]) -> dict[str, tuple[int | None, int | None]]:
    """(unit id, None) or (None, group id) of the groups and active units that are called so."""
    groups = directory_queries.group_ids_by_name(cur, names)
    units = {unit.name: unit.id for unit in directory_queries.active_units_called(cur, names)}
    return {name: (None, group_id) for name, group_id in groups.items()} | {
        name: (unit_id, None) for name, unit_id in units.items()
    }
