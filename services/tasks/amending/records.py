"""What the queries of amending return, one type per shape."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple


class Amended(NamedTuple):
    """An amendment's draft with the checklist that it amends."""

    draft_id: int
    checklist_id: int


class CameFrom(NamedTuple):
    """A row of an amendment and the row of the checklist that it came from."""

    row_id: int
    of_row_id: int


class Amendment(NamedTuple):
    """A revision after the first: why, by whom, what it changed, and of how many duties so far.

    `rows` is decoded JSON: the first of the `rows_total` that it added, changed and dropped; `units` likewise, the
    first of those whose duties it changed, none where a release of old issued it.
    """

    revision: int
    reason: str
    state: str
    rows: list[dict[str, Any]]
    rows_total: int
    units: list[dict[str, Any]]
    units_total: int
    asked_at: dt.datetime
    asked_by_post: str | None
    asked_by_unit: str | None
    made: int
    changed: int
    withdrawn: int


class ChangedRows(NamedTuple):
    """A page of what a revision changed: rows, and units with their duties, as decoded JSON; how many of each."""

    rows: list[dict[str, Any]]
    rows_total: int
    units: list[dict[str, Any]]
    units_total: int
