"""Use case: several rows of a draft get one due date, or one lead unit, at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.tasks.audit import store as audit
from services.tasks.drafting import store
from services.tasks.drafting.answers import load_tree
from services.tasks.drafting.checklist import RowUnit
from services.tasks.drafting.records import Row
from services.tasks.drafting.rows import NO_ROW, chosen_units, lock_draft
from services.tasks.drafting.tree import LOGGED, Tree
from services.tasks.due_dates import complain_of_due
from shared.calling.calls import Context
from shared.database import Cursor
from shared.differences import change, changes
from shared.errors import Invalid, NotFound
from shared.text import Text

NOTHING_CHOSEN = Text(
    "请填写完成时限或周期，或选择牵头单位。", "Please give a due date or a recurrence, or choose a lead unit."
)


def save_rows(cur: Cursor, context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Change the rows that are still as they were read; the others are left alone and named.

    The lead units chosen lead the rows from now on; who led them so far supports. Invalid when neither dates nor units
    are given, or they do not fit; NotFound when a row is gone.
    """
    header = lock_draft(cur, params["checklist_id"])
    tree = load_tree(cur, header.id)
    asked = {row["row_id"]: row["version"] for row in params["rows"]}
    if not asked.keys() <= tree.rows.keys():
        raise NotFound(NO_ROW)
    due = params["due"] if params["due"] and any(params["due"].values()) else None
    leads = params["leads"]
    if due is None and not leads:
        raise Invalid(NOTHING_CHOSEN)
    fresh = [tree.rows[row_id] for row_id, version in asked.items() if tree.rows[row_id].version == version]
    if due is not None:
        _set_due(cur, fresh, due, year=header.year)
    if leads:
        _set_leads(cur, tree, fresh, chosen_units(cur, [{"role": "lead", "group_id": None, **unit} for unit in leads]))
    saved = [row.id for row in fresh]
    if saved:
        detail = {"checklist_id": header.id, "row_ids": saved, "rows": len(saved)}
        made_different = _differences(saved, before=tree, after=load_tree(cur, header.id))
        audit.record(cur, context, "rows.saved", subject=header.title, detail=detail, changes=made_different)
    stale = [row_id for row_id in asked if row_id not in saved]
    return {
        "saved": saved,
        "stale": [{"number": tree.numbers[row_id], "title": tree.rows[row_id].title} for row_id in stale],
    }


def with_leads(entries: Sequence[RowUnit], leads: Sequence[RowUnit]) -> list[RowUnit]:
    """The units of a row once `leads` lead it: these first, and the others behind them as supporting units."""
    chosen = {unit.key for unit in leads}
    others = [RowUnit("support", unit.unit_id, unit.group_id, unit.name) for unit in entries if unit.key not in chosen]
    return [*leads, *others]


def _differences(row_ids: Sequence[int], *, before: Tree, after: Tree) -> list[dict[str, Any]]:
    """The rows by their titles, then each field with what any of them held and what they hold now, each text once."""
    was, now = ([tree.row_as_logged(row_id) for row_id in row_ids] for tree in (before, after))
    found: dict[str, tuple[dict[str, None], dict[str, None]]] = {}
    for row, saved in zip(was, now, strict=True):
        for one in changes(row, saved, LOGGED):
            held, holds = found.setdefault(one["field"], ({}, {}))
            held |= dict.fromkeys(one["before"])
            holds |= dict.fromkeys(one["after"])
    titles = change("items", [], [row["title"] for row in now])
    return [titles, *(change(field, list(held), list(holds)) for field, (held, holds) in found.items())]


def _set_due(cur: Cursor, rows: Sequence[Row], due: dict[str, Any], *, year: int) -> None:
    for row in rows:
        own = {"recurrence": due["recurrence"] or row.recurrence}
        complaint = complain_of_due(level=row.level, year=year, **due | own)
        if complaint:
            raise Invalid.of_fields({"due_on": complaint})
    store.set_due(cur, [row.id for row in rows], due)


def _set_leads(cur: Cursor, tree: Tree, rows: Sequence[Row], leads: Sequence[RowUnit]) -> None:
    units = {row.id: with_leads(tree.units[row.id].entries, leads) for row in rows}
    store.set_units(
        cur, {row_id: [(one.role, one.unit_id, one.group_id) for one in own] for row_id, own in units.items()}
    )
    store.count_rows_up(cur, list(units))
