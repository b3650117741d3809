"""Writes of submissions: the state guarded by its version, cells, history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from psycopg2.extras import Json, execute_values

from services.stats.submissions.cells import Typed
from services.stats.submissions.submission import Action, SubmissionState
from shared.actor import Signature
from shared.database import Cursor
from shared.rows import returned


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A submission after one action; `based_on` is the version that it had before."""

    submission_id: int
    based_on: int
    version: int
    state: SubmissionState
    waits_for: int | None
    is_correction: bool
    reason: str
    returned_reason: str
    first_submitted_at: dt.datetime | None
    submitted_at: dt.datetime | None
    submitted_by: int | None
    accepted_at: dt.datetime | None
    proxy_reason: str
    proxy_paper_on: dt.date | None
    proxy_by: str
    definition: str
    action: Action
    said: str = ""
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewCell:
    """What is written of a cell: what was typed, and its value where that is clear."""

    indicator_id: int
    typed: Typed
    value: Decimal | None


class _Id(NamedTuple):
    id: int


_COLUMNS = (
    "state",
    "waits_for",
    "is_correction",
    "reason",
    "returned_reason",
    "first_submitted_at",
    "submitted_at",
    "submitted_by",
    "accepted_at",
    "proxy_reason",
    "proxy_paper_on",
    "proxy_by",
    "definition",
    "version",
)


def save(cur: Cursor, changes: Sequence[Change]) -> int:
    """Write the states after `changes` and return how many submissions still had the version they were based on."""
    saved = returned(
        cur,
        _Id,
        f"""
        UPDATE submission SET {", ".join(f"{name} = new.{name}" for name in _COLUMNS)}, changed_at = clock_timestamp()
        FROM (VALUES %s) AS new (id, based_on, {", ".join(_COLUMNS)})
        WHERE submission.id = new.id AND submission.version = new.based_on
        RETURNING submission.id
        """,
        [(change.submission_id, change.based_on, *(getattr(change, name) for name in _COLUMNS)) for change in changes],
        template="""(%s, %s, %s, %s::bigint, %s, %s, %s, %s::timestamptz, %s::timestamptz, %s::bigint,
            %s::timestamptz, %s, %s::date, %s, %s, %s)""",
    )
    return len(saved)


def add_history(cur: Cursor, changes: Sequence[Change], *, who: Signature) -> None:
    """Write one line per change, in the transaction of the changes."""
    execute_values(
        cur,
        """
        INSERT INTO submission_history (submission_id, action, state, reason, detail,
            person_id, person_post, person_unit) VALUES %s
        """,
        [
            (
                change.submission_id,
                change.action.value,
                change.state.value,
                change.said,
                Json(change.detail),
                who.person_id,
                who.post,
                who.unit,
            )
            for change in changes
        ],
    )


def save_cells(cur: Cursor, submission_id: int, cells: Sequence[NewCell]) -> None:
    """Write cells. Why one was returned stays until something else is typed into it."""
    execute_values(
        cur,
        """
        INSERT INTO submission_cell AS cell (submission_id, indicator_id, typed, typed_total, value, no_figure)
        VALUES %s
        ON CONFLICT (submission_id, indicator_id) DO UPDATE SET typed = excluded.typed,
            typed_total = excluded.typed_total, value = excluded.value, no_figure = excluded.no_figure,
            returned_reason = CASE WHEN (cell.typed, cell.typed_total, cell.no_figure)
                IS DISTINCT FROM (excluded.typed, excluded.typed_total, excluded.no_figure)
                THEN '' ELSE cell.returned_reason END
        """,
        [
            (submission_id, cell.indicator_id, cell.typed.value, cell.typed.total, cell.value, cell.typed.no_figure)
            for cell in cells
        ],
        template="(%s, %s, %s, %s, %s::numeric, %s)",
    )


def return_cells(cur: Cursor, submission_id: int, reasons: Sequence[tuple[int, str]]) -> None:
    """Say at cells why they are returned; what an earlier return said of others is over."""
    cur.execute("UPDATE submission_cell SET returned_reason = '' WHERE submission_id = %s", (submission_id,))
    execute_values(
        cur,
        """
        UPDATE submission_cell SET returned_reason = new.reason
        FROM (VALUES %s) AS new (submission_id, indicator_id, reason)
        WHERE submission_cell.submission_id = new.submission_id
            AND submission_cell.indicator_id = new.indicator_id
        """,
        [(submission_id, indicator_id, reason) for indicator_id, reason in reasons],
    )


def put_cells_back(cur: Cursor, submission_id: int) -> None:
    """Let the cells be what they were when the unit last began to correct them."""
    cur.execute("DELETE FROM submission_cell WHERE submission_id = %s", (submission_id,))
    cur.execute(
        """
        INSERT INTO submission_cell SELECT cell.* FROM (
            SELECT detail->'was'->'cells' AS cells FROM submission_history
            WHERE submission_id = %s AND action = 'corrected' ORDER BY id DESC LIMIT 1
        ) AS begun, jsonb_populate_recordset(NULL::submission_cell, begun.cells) AS cell
        """,
        (submission_id,),
    )


def forget_returns(cur: Cursor, submission_id: int) -> None:
    """What was returned has been looked at: the cells of what is submitted carry no reasons any more."""
    cur.execute("UPDATE submission_cell SET returned_reason = '' WHERE submission_id = %s", (submission_id,))
