"""What the queries of submissions return."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from services.stats.periods import PeriodKind
from services.stats.submissions.cells import Typed
from services.stats.submissions.submission import Standing, SubmissionState


class Submission(NamedTuple):
    """One unit's answer to a round, with the round's days and what the report is called.

    `unlocked_until` is the last day of the unit's exceptions from the lock day. `is_passed_on` is whether somebody has
    looked at it since it was submitted, `is_typed` whether a cell holds anything, `definition` which definitions it was
    last submitted with.
    """

    id: int
    round_id: int
    report_id: int
    unit_id: int
    unit_name: str | None
    period: str
    is_expected: bool
    state: SubmissionState
    waits_for: int | None
    waits_for_name: str | None
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
    version: int
    opens_on: dt.date
    due_on: dt.date
    lock_on: dt.date
    table_number: str
    report_name: str
    period_kind: PeriodKind
    contact: str
    is_invented: bool
    unlocked_until: dt.date | None
    is_passed_on: bool
    is_typed: bool
    without: int
    is_explained: bool
    is_own_correction: bool

    @property
    def standing(self) -> Standing:
        """What decides who may do what."""
        return Standing(
            unit_id=self.unit_id,
            state=self.state,
            waits_for=self.waits_for,
            submitted_by=self.submitted_by,
            is_passed_on=self.is_passed_on,
            is_typed=self.is_typed,
            is_proxied=bool(self.proxy_by) and not self.is_correction,
            is_own_correction=self.is_own_correction,
        )


class StoredCell(NamedTuple):
    """One cell of a form as it stands."""

    submission_id: int
    indicator_id: int
    typed: str
    typed_total: str
    value: Decimal | None
    no_figure: str
    returned_reason: str

    @property
    def fields(self) -> Typed:
        """What was typed."""
        return Typed(self.typed, self.typed_total, self.no_figure)

    @property
    def is_filled(self) -> bool:
        """Whether it has a figure, or a word for having none."""
        return self.value is not None or bool(self.no_figure)


class Reviewers(NamedTuple):
    """Whose turn it can be before the lead bureau's.

    Whether the unit wants its head to agree and has another one, and the units above that are expected for the same
    round, the nearest first.
    """

    needs_head: bool
    has_head: bool
    above: list[int]


class Happened(NamedTuple):
    """One line of a submission's history."""

    at: dt.datetime
    action: str
    state: SubmissionState
    reason: str
    detail: dict[str, object]
    post: str | None
    unit: str | None

    @property
    def cells(self) -> dict[int, object]:
        """What it says of cells by indicator: of a return why, of a saving what was typed over."""
        found = self.detail.get("cells")
        return {int(indicator_id): said for indicator_id, said in found.items()} if isinstance(found, dict) else {}


class Corrected(NamedTuple):
    """What a submission was when the unit began to correct it; the explanations are as `explaining.kept` gave them."""

    is_correction: bool
    reason: str
    submitted_at: dt.datetime | None
    submitted_by: int | None
    definition: str
    explanations: list[dict[str, object]]


class Counted(NamedTuple):
    """How many submissions wait in a state."""

    state: SubmissionState
    submissions: int
