"""Use cases by which a unit gets its submission back into its hands: taking back, correcting what was accepted, and
leaving it as it was after all.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from services.stats.checks import explaining
from services.stats.submissions import changes, queries, store
from services.stats.submissions.deciding import as_moved
from services.stats.submissions.records import Submission
from services.stats.submissions.submission import Action, SubmissionState
from shared.calling.calls import Context
from shared.database import Cursor
from shared.errors import Conflict


def take_back(cur: Cursor, context: Context, submission_id: int, *, version: int, today: dt.date) -> dict[str, Any]:
    """Take back what nobody has looked at yet, to go on with it."""
    one = changes.for_change(cur, context.signed_in, submission_id, Action.TAKEN_BACK, today=today)
    if one.version != version:
        raise Conflict(changes.stale(one), {"state": one.state.value})
    # What was taken back was not handed in; an earlier submission that came back stays the first one.
    first = None if one.first_submitted_at == one.submitted_at else one.first_submitted_at
    change = changes.change_of(one, Action.TAKEN_BACK, SubmissionState.DRAFT, first_submitted_at=first)
    changes.save(cur, context, [change])
    return as_moved(change)


def correct(
    cur: Cursor, context: Context, submission_id: int, *, version: int, reason: str, today: dt.date
) -> dict[str, Any]:
    """Begin a correction of what was accepted. What is known stays so until the correction is accepted in its turn."""
    one = changes.for_change(cur, context.signed_in, submission_id, Action.CORRECTED, today=today)
    if one.version != version:
        raise Conflict(changes.stale(one), {"state": one.state.value})
    change = changes.change_of(
        one,
        Action.CORRECTED,
        SubmissionState.DRAFT,
        is_correction=True,
        reason=reason,
        said=reason,
        detail={"was": _as_accepted(cur, one)},
    )
    changes.save(cur, context, [change])
    return as_moved(change)


def give_up(cur: Cursor, context: Context, submission_id: int, *, version: int, today: dt.date) -> dict[str, Any]:
    """Give up a correction: the submission is what was accepted again; the history keeps what was typed meanwhile."""
    one = changes.for_change(cur, context.signed_in, submission_id, Action.GIVEN_UP, today=today)
    if one.version != version:
        raise Conflict(changes.stale(one), {"state": one.state.value})
    was = queries.corrected(cur, one.id)
    store.put_cells_back(cur, one.id)
    explaining.put_back(cur, submission_id=one.id, kept=was.explanations)
    change = changes.change_of(
        one,
        Action.GIVEN_UP,
        SubmissionState.ACCEPTED,
        is_correction=was.is_correction,
        reason=was.reason,
        returned_reason="",
        submitted_at=was.submitted_at,
        submitted_by=was.submitted_by,
        definition=was.definition,
    )
    changes.save(cur, context, [change])
    return as_moved(change)


def _as_accepted(cur: Cursor, one: Submission) -> dict[str, Any]:
    """What giving up a correction goes back to."""
    cells = [cell._asdict() for cell in queries.cells(cur, [one.id])]
    return {
        "is_correction": one.is_correction,
        "reason": one.reason,
        "submitted_at": one.submitted_at.isoformat() if one.submitted_at else None,
        "submitted_by": one.submitted_by,
        "definition": one.definition,
        "cells": [cell | {"value": None if cell["value"] is None else str(cell["value"])} for cell in cells],
        "explanations": explaining.kept(cur, submission_id=one.id),
    }
