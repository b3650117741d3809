"""Use case: the last change of a draft's pieces and measures is undone, and then the one before it."""

from __future__ import annotations

from typing import Any

from services.tasks.audit import store as audit
from services.tasks.drafting import checklist as rules
from services.tasks.drafting import store as drafting
from services.tasks.drafting.answers import load_tree
from services.tasks.drafting.rows import lock_draft
from services.tasks.tracing import changing, queries, store, undo_rules
from services.tasks.tracing.records import Change
from services.tasks.tracing.taking import siblings_of
from shared.calling.calls import Context
from shared.database import Cursor
from shared.errors import Invalid, NotFound
from shared.text import Text

NO_CHANGE = Text(
    "没有可撤销的操作：它可能已被撤销，或后面又有新的操作。请刷新页面。",
    "There is nothing to undo: it was undone already, or something was done after it. Please reload the page.",
)
CHANGED_SINCE = Text(
    "不能撤销：有关的行后来又改过。请在行的页面上直接修改。",
    "It cannot be undone: its rows were changed since. Please edit the rows themselves.",
)


def undo(cur: Cursor, context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Set rows, units, questions, figures and pieces back. Invalid when somebody changed the rows since."""
    header = lock_draft(cur, params["checklist_id"])
    change = _undoable(cur, header.id, params["change_id"])
    before, after = change.before["rows"], change.after["rows"]
    steps = undo_rules.steps(before, after)
    _check_rows_above(cur, header.id, before, steps)
    for row in steps.restored:
        store.restore_row(cur, before[row]["data"])
        _place(cur, header.id, int(row), change)
    for row in steps.reset:
        store.reset_row(cur, before[row]["data"])
    changed_units = [row for row in before if row not in after or before[row]["units"] != after[row]["units"]]
    if changed_units:
        drafting.set_units(cur, {int(row): [tuple(unit) for unit in before[row]["units"]] for row in changed_units})
    _set_back(cur, header.id, change)
    drafting.delete_rows(cur, [int(row) for row in steps.removed])
    store.delete_change(cur, change.id)
    detail = {"checklist_id": header.id, "change_id": change.id, "kind": change.kind}
    audit.record(cur, context, "change.undone", subject=change.subject, detail=detail)
    return {"kind": change.kind, "subject": change.subject}


def _undoable(cur: Cursor, checklist_id: int, change_id: int) -> Change:
    change = changing.last_undoable(cur, checklist_id)
    if change is not None and change.id == change_id:
        return change
    wanted = next((one for one in queries.changes(cur, checklist_id) if one.id == change_id), None)
    if wanted is None or changing.is_undoable(cur, wanted):
        raise NotFound(NO_CHANGE)
    raise Invalid(CHANGED_SINCE)


def _check_rows_above(cur: Cursor, checklist_id: int, before: dict[str, Any], steps: undo_rules.Steps) -> None:
    """A row comes back only below one that is there, or comes back with it."""
    tree = load_tree(cur, checklist_id)
    above = {before[row]["data"]["parent_id"] for row in (*steps.restored, *steps.reset)} - {None}
    if above - tree.rows.keys() - set(map(int, steps.restored)):
        raise Invalid(CHANGED_SINCE)


def _place(cur: Cursor, checklist_id: int, row_id: int, change: Change) -> None:
    tree = load_tree(cur, checklist_id)
    siblings = [one for one in siblings_of(tree, tree.rows[row_id].parent_id) if one != row_id]
    behind = change.before["behind"]
    drafting.place_rows(cur, rules.inserted(siblings, row_id, after=behind if behind in siblings else None))


def _set_back(cur: Cursor, checklist_id: int, change: Change) -> None:
    for move, moved in ((store.move_questions, "questions"), (store.move_figures, "figures")):
        by_row: dict[int, list[int]] = {}
        for one, row_id in change.before[moved].items():
            by_row.setdefault(row_id, []).append(int(one))
        for row_id, ids in by_row.items():
            move(cur, ids, row_id)
    # A change that the release before made has none.
    store.restore_questions(cur, change.before.get("dropped", ()))
    for place in change.before["pieces"]:
        store.reset_piece(cur, checklist_id, place)
