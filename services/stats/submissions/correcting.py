"""Use cases by which a unit gets its submission back into its hands: taking back, and correcting what was accepted."""

from __future__ import annotations

import datetime as dt
from typing import Any

from services.stats.submissions import changes
from services.stats.submissions.deciding import as_moved
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
        one, Action.CORRECTED, SubmissionState.DRAFT, is_correction=True, reason=reason, said=reason
    )
    changes.save(cur, context, [change])
    return as_moved(change)
