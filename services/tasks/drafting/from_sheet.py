"""Use cases of workbooks: a draft's rows out to a sheet and back, and the empty template.

A row of the sheet is recognised by its titles from the first level down: what has the same titles stays the same row,
with its description, its questions and the units of the rows above; the rest is replaced.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from services.tasks.audit import store as audit
from services.tasks.directory import queries as directory_queries
from services.tasks.directory.queries import GroupHead, Unit
from services.tasks.drafting import checklist as rules
from services.tasks.drafting import store
from services.tasks.drafting.answers import load_tree
from services.tasks.drafting.records import Header
from services.tasks.drafting.rows import check_draft, checklist_with_id, lock_draft
from services.tasks.drafting.sheet_changes import Entry, Ids, changes_of, has_units, preview_of, wanted_units
from services.tasks.drafting.store import NewRow
from services.tasks.drafting.tree import Tree
from services.tasks.due_dates import ITEM
from services.tasks.files import files
from services.tasks.sheets.lines import Line
from services.tasks.sheets.merging import Merge, Node, merge
from shared.calling.calls import Context
from shared.database import BUSY, Cursor
from shared.errors import Conflict, TryAgain
from shared.text import Text
from shared.typed_text import comparable

CHANGED_SINCE = Text(
    "您看过之后，草稿或单位名录又有变化，还没有导入。请看一遍现在会有哪些更改，再确认。",
    "The draft or the directory has changed since you looked. Nothing was imported; please look at the changes again.",
)


def writing_of(cur: Cursor, checklist_id: int) -> Callable[[], bytes]:
    """What is to be done to have the checklist's workbook, once the transaction is over: it takes a while."""
    from services.tasks.sheets.writing import write_workbook

    header = checklist_with_id(cur, checklist_id)
    return partial(write_workbook, lines_of(load_tree(cur, checklist_id)), _shown_names(cur), header.level_names)


def writing_of_template(cur: Cursor) -> Callable[[], bytes]:
    """The same for an empty workbook to be filled in."""
    from services.tasks.sheets.writing import write_workbook

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

    Raises Invalid when a chunk is missing; what it returns raises it for what is wrong in a cell, and for hidden rows
    and columns unless the caller said that they are meant.
    """
    from services.tasks.sheets.reading import read_workbook

    header = checklist_with_id(cur, params["checklist_id"])
    check_draft(header)
    _, content = files.read(cur, context, params["file_id"])
    return partial(
        read_workbook,
        content,
        names=_names(_nameable(cur, load_tree(cur, header.id))),
        level_names=header.level_names,
        year=header.year,
        with_hidden=params["with_hidden_rows"],
    )


def preview_rows(cur: Cursor, lines: list[Line], params: dict[str, Any]) -> dict[str, Any]:
    """Tell what importing the lines of a workbook would change in the draft, storing nothing."""
    header = checklist_with_id(cur, params["checklist_id"])
    check_draft(header)
    tree, ids, merged = _merged(cur, header, lines)
    return preview_of(tree, changes_of(header, tree, merged, ids))


def import_rows(cur: Cursor, context: Context, lines: list[Line], params: dict[str, Any]) -> int:
    """Replace a draft's rows by the lines of a workbook; return how many rows the draft has now.

    `seen` is the fingerprint of the preview that somebody looked at; Conflict shows the new one when the draft or the
    directory has changed since. Open questions on rows that the sheet no longer has stay with the checklist. TryAgain
    when a unit or group that the sheet names was renamed or closed while it was read.
    """
    file_name = files.name_of(cur, context, params["file_id"])
    header = lock_draft(cur, params["checklist_id"])
    tree, ids, merged = _merged(cur, header, lines)
    changes = changes_of(header, tree, merged, ids)
    if params["seen"] not in (None, changes.fingerprint):
        raise Conflict(CHANGED_SINCE, {"current": preview_of(tree, changes)})
    gone = sorted(row.id for row in changes.gone)
    store.keep_open_questions(cur, gone)
    store.delete_rows(cur, gone)
    row_ids = _store_nodes(cur, header.id, merged)
    items = [(row_ids[node], line) for node, line in merged.items]
    _update_items(cur, tree, items)
    _set_units(cur, tree, items, ids, parents={row_ids[node]: row_ids.get(node.above) for node in merged.nodes})
    rows = len(merged.nodes)
    audit.record(cur, context, "rows.imported", subject=file_name, detail={"checklist_id": header.id, "rows": rows})
    return rows


def _merged(cur: Cursor, header: Header, lines: list[Line]) -> tuple[Tree, Ids, Merge]:
    """The draft as it is, the ids of what a sheet may name, and the sheet's rows beside the draft's."""
    tree = load_tree(cur, header.id)
    ids = _ids_by_name(_nameable(cur, tree))
    if not ids.keys() >= {name for line in lines for name in (*line.lead, *line.support)}:
        raise TryAgain(BUSY)
    return tree, ids, merge(lines, list(tree.rows.values()))


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
    ids: Ids,
    *,
    parents: dict[int, int | None],
) -> None:
    """Let each item name its units, unless they are what it has from the rows above anyway."""
    changed: dict[int, list[Entry]] = {}
    for row_id, line in items:
        wanted = wanted_units(line, ids)
        if not has_units(tree, row_id, wanted):
            changed[row_id] = [] if has_units(tree, parents[row_id], wanted) else wanted
    store.set_units(cur, changed)


def _shown_names(cur: Cursor) -> list[str]:
    units = [unit.name for unit in directory_queries.units(cur) if unit.is_active]
    return [*(group.name for group in directory_queries.group_heads(cur)), *units]


def _nameable(cur: Cursor, tree: Tree) -> list[Unit | GroupHead]:
    """What a sheet may name: active units, those that the draft names although they are switched off, and groups."""
    named = {entry.unit_id for units in tree.units.values() for entry in units.entries}
    units = [unit for unit in directory_queries.units(cur) if unit.is_active or unit.id in named]
    return [*directory_queries.group_heads(cur), *units]


def _names(known: Sequence[Unit | GroupHead]) -> dict[str, str]:
    """Every unambiguous way to write a unit or a group, mapped to its name; own names win over aliases."""
    uses = Counter(comparable(alias) for one in known for alias in one.aliases)
    own = {comparable(one.name) for one in known}
    aliases = [(alias, one.name) for one in known for alias in one.aliases]
    clear = {alias: name for alias, name in aliases if uses[comparable(alias)] == 1 and comparable(alias) not in own}
    return clear | {one.name: one.name for one in known}


def _ids_by_name(known: Sequence[Unit | GroupHead]) -> dict[str, tuple[int | None, int | None]]:
    """(unit id, group id) by name; a unit wins over a group of the same name."""
    return {one.name: (one.id, None) if isinstance(one, Unit) else (None, one.id) for one in known}
