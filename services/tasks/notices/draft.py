"""What reading a notice yields: a draft of levels 1 to 3, targets, and the questions a person must answer.

Nothing here is stored; the drafting use case decides what becomes of it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from services.tasks.notices.blocks import Reason, Span
from shared.text import Text


class DueKind(StrEnum):
    """How a notice says when something is due."""

    DATE = "date"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"
    CONTINUOUS = "continuous"


class TargetKind(StrEnum):
    """How a target is judged."""

    FLOW = "flow"
    STOCK = "stock"
    RATIO = "ratio"
    CEILING = "ceiling"
    ZERO = "zero"
    TREND = "trend"
    EXTERNAL = "external"


class QuestionKind(StrEnum):
    """Why a person is asked; the words of the sentence are in the question itself."""

    OPEN_ENDED = "open_ended"
    UNFILLED_GROUP = "unfilled_group"
    UNKNOWN_UNIT = "unknown_unit"
    AMBIGUOUS_UNIT = "ambiguous_unit"
    UNIT_LISTED_TWICE = "unit_listed_twice"
    SEVERAL_LEADS = "several_leads"
    NO_UNIT = "no_unit"
    APPLIES_TO_ALL = "applies_to_all"
    LEFT_OUT_DUTY = "left_out_duty"
    SEVERAL_TAILS = "several_tails"
    NO_DUE = "no_due"
    IMPOSSIBLE_DUE = "impossible_due"
    PAST_DUE = "past_due"
    UNCLEAR_DUE = "unclear_due"
    SEVERAL_DUES = "several_dues"
    APPROXIMATE_TARGET = "approximate_target"
    TREND_TARGET = "trend_target"


class NamedAs(StrEnum):
    """The part in the work that a notice names somebody for; a checklist tells leads from the others."""

    LEAD = "lead"
    RESPONSIBLE = "responsible"
    SUPPORT = "support"


@dataclass(frozen=True, slots=True)
class UnknownName:
    """A name that the directory lacks. `role` is LEAD also where nobody else is named."""

    text: str
    role: NamedAs

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"text": self.text, "role": str(self.role)}


@dataclass(frozen=True, slots=True)
class Due:
    """When, as written and as understood.

    `date` is set for DATE only. A recurring date has `day` (None: the period's last day) and, when yearly, `month`;
    `month` of a quarterly one counts within the quarter, 1 to 3.
    """

    text: str
    kind: DueKind
    date: dt.date | None = None
    month: int | None = None
    day: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "text": self.text,
            "kind": str(self.kind),
            "date": self.date.isoformat() if self.date else None,
            "month": self.month,
            "day": self.day,
        }


@dataclass(frozen=True, slots=True)
class Measure:
    """Level 2. `units` holds every named body once, in the order written; `lead` and `support` point into it.

    `groups` holds known groups by their name in the directory, and words such as 各有关单位 as written. `lead` is None
    also where the one that leads is among `unknown`.
    """

    number: str
    title: str
    text: str
    lead: str | None
    units: tuple[str, ...]
    support: tuple[str, ...]
    groups: tuple[str, ...]
    unknown: tuple[UnknownName, ...]
    due: Due | None
    tasks: tuple[str, ...]
    is_open_ended: bool
    # Figures in its text that may be targets: proposed, and taken by a person.
    targets: tuple[Target, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "number": self.number,
            "title": self.title,
            "text": self.text,
            "lead": self.lead,
            "units": list(self.units),
            "support": list(self.support),
            "groups": list(self.groups),
            "unknown": [name.as_dict() for name in self.unknown],
            "due": self.due.as_dict() if self.due else None,
            "tasks": list(self.tasks),
            "is_open_ended": self.is_open_ended,
            "targets": [target.as_dict() for target in self.targets],
        }


@dataclass(frozen=True, slots=True)
class Area:
    """Level 1."""

    number: str
    title: str
    measures: tuple[Measure, ...]
    # What stands under its heading before the first measure.
    text: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "number": self.number,
            "title": self.title,
            "text": self.text,
            "measures": [measure.as_dict() for measure in self.measures],
        }


@dataclass(frozen=True, slots=True)
class Target:
    """A figure to reach. `comparator` is >=, >, <=, <, =, ~ (about), rising or falling; `value` is None for a trend.

    `is_yearly` marks figures of one year or cohort, which are never added up over the years. `subsets` are the parts
    that the notice introduces with 其中; each names its whole in `subset_of`.
    """

    text: str
    name: str
    kind: TargetKind
    comparator: str
    value: Decimal | None
    unit_of_measure: str
    from_year: int | None
    to_year: int | None
    is_approximate: bool = False
    is_yearly: bool = False
    subset_of: str | None = None
    subsets: tuple[Target, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON; the figure is a decimal string."""
        return {
            "text": self.text,
            "name": self.name,
            "kind": str(self.kind),
            "comparator": self.comparator,
            "value": None if self.value is None else format(self.value, "f"),
            "unit_of_measure": self.unit_of_measure,
            "from_year": self.from_year,
            "to_year": self.to_year,
            "is_approximate": self.is_approximate,
            "is_yearly": self.is_yearly,
            "subset_of": self.subset_of,
            "subsets": [subset.as_dict() for subset in self.subsets],
        }


@dataclass(frozen=True, slots=True)
class Question:
    """Something the notice leaves open. `where` is a path into the draft, as `areas[0].measures[2]`.

    `suggested` are names of the directory that may be meant, the likeliest first.
    """

    kind: QuestionKind
    where: str
    quote: str
    text: Text
    suggested: tuple[str, ...] = ()
    role: NamedAs | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "kind": str(self.kind),
            "where": self.where,
            "quote": self.quote,
            "role": str(self.role) if self.role else None,
            "text": self.text.as_dict(),
        }


@dataclass(frozen=True, slots=True)
class Piece:
    """A span of the source and what became of it.

    `where` is a path into the draft (`title`, `areas[0]`, `areas[0].measures[2]`, `targets[1]`), or empty with the
    `reason` why it is left out.
    """

    span: Span
    where: str
    reason: Reason | None

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "line": self.span.line,
            "start": self.span.start,
            "end": self.span.end,
            "where": self.where,
            "reason": self.reason.value if self.reason else None,
        }


@dataclass(frozen=True, slots=True)
class Draft:
    """All that was read from a notice; `number` is that of the document.

    `lines` are the source as a person saw it, and `pieces` say of each what became of it. `year` is the one that the
    notice is for, None where it does not tell; `plan_years` the first and the last one of a plan of several;
    `contacts` are whom it says to ask, each as 张三 0559-6512345.
    """

    title: str
    issuer: str | None
    issued_on: dt.date | None
    areas: tuple[Area, ...]
    targets: tuple[Target, ...]
    questions: tuple[Question, ...]
    number: str = ""
    lines: tuple[str, ...] = ()
    pieces: tuple[Piece, ...] = ()
    year: int | None = None
    plan_years: tuple[int, int] | None = None
    contacts: tuple[str, ...] = ()

    @property
    def left_out(self) -> tuple[tuple[str, Reason], ...]:
        """What of the source is not in the draft, with the reasons."""
        return tuple(
            (self.lines[one.span.line][one.span.start : one.span.end], one.reason) for one in self.pieces if one.reason
        )


def draft_as_dict(draft: Draft) -> dict[str, Any]:
    """Return the draft as plain values for JSON; a value is written as a decimal string, a date as ISO."""
    return {
        "title": draft.title,
        "issuer": draft.issuer,
        "issued_on": draft.issued_on.isoformat() if draft.issued_on else None,
        "number": draft.number,
        "year": draft.year,
        "plan_years": list(draft.plan_years or ()),
        "contacts": list(draft.contacts),
        "areas": [area.as_dict() for area in draft.areas],
        "targets": [target.as_dict() for target in draft.targets],
        "questions": [question.as_dict() for question in draft.questions],
        "lines": list(draft.lines),
        "pieces": [piece.as_dict() for piece in draft.pieces],
    }
