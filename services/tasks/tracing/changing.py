"""What every change of pieces and measures does around itself: look at the rows before, keep what undoes it after."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from services.tasks.drafting.tree import LOGGED, Tree
from services.tasks.tracing import queries, store, undo_rules
from services.tasks.tracing.records import Change
from shared.calling.calls import Context
from shared.database import Cursor
from shared.differences import changes


def rows_as_kept(cur: Cursor, row_ids: Iterable[int]) -> dict[str, Any]:
    """The rows that are there, by their id as text."""
    found = queries.stored_rows(cur, list(row_ids))
    return {str(row.id): {"data": row.data, "units": row.units} for row in found}


def last_undoable(cur: Cursor, checklist_id: int) -> Change | None:
    """The newest change whose rows are as it left them. One that somebody wrote over stands in no older one's way."""
    return next((change for change in queries.changes(cur, checklist_id) if is_undoable(cur, change)), None)


def is_undoable(cur: Cursor, change: Change) -> bool:
    """Whether nobody changed its rows since, or put others below them."""
    after = change.after["rows"]
    removed = undo_rules.steps(change.before["rows"], after).removed
    below = queries.ids_right_below(cur, [int(row) for row in removed])
    now = rows_as_kept(cur, map(int, after))
    return undo_rules.is_untouched(after, now) and not undo_rules.has_strangers(after, below)


def as_before(
    cur: Cursor,
    checklist_id: int,
    row_ids: Sequence[int],
    *,
    pieces: Sequence[int] = (),
    questions: dict[int, int] | None = None,
    dropped: Iterable[dict[str, Any]] = (),
    figures: dict[int, int] | None = None,
    behind: int | None = None,
) -> dict[str, Any]:
    """All that an undo needs, read before the change; questions and figures by their row, as they hang now.

    `dropped` are the questions that go with a row, with all of their columns.
    A row that the change deletes comes back right behind the row `behind`.
    """
    return {
        "rows": rows_as_kept(cur, row_ids),
        "pieces": [place._asdict() for place in queries.places(cur, checklist_id, pieces)],
        "questions": _as_text(questions),
        "dropped": list(dropped),
        "figures": _as_text(figures),
        "behind": behind,
    }


def keep(
    cur: Cursor,
    context: Context,
    checklist_id: int,
    kind: str,
    *,
    subject: str,
    before: dict[str, Any],
    row_ids: Sequence[int],
) -> int:
    """Keep the change with the rows as they are after it; return its id."""
    return store.insert_change(
        cur,
        checklist_id,
        kind=kind,
        subject=subject,
        person_id=context.signed_in.person_id,
        before=before,
        after={"rows": rows_as_kept(cur, row_ids)},
    )


def differences(was: Tree, now: Tree, row_ids: Sequence[int]) -> list[dict[str, Any]]:
    """What the audit log says of rows that were there before and are there now."""
    found = [
        one
        for row_id in row_ids
        if row_id in was.rows and row_id in now.rows
        for one in changes(was.row_as_logged(row_id), now.row_as_logged(row_id), LOGGED)
    ]
    return found[:_MOST_LOGGED]


# A merge moves many tasks, and each of them has a line for the row above.
_MOST_LOGGED = 20


def _as_text(of_rows: dict[int, int] | None) -> dict[str, int]:
    return {str(one): row_id for one, row_id in (of_rows or {}).items()}
