"""What the queries of checks return, and what a check finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from shared.text import Text


class CheckKind(StrEnum):
    """What a check compares."""

    FORMULA = "formula"  # a condition over indicators
    OUTLIER = "outlier"  # an indicator with the unit's own past


class Strictness(StrEnum):
    """What a check that fails means."""

    HARD = "hard"  # cannot be submitted
    SOFT = "soft"  # can be submitted with an explanation


class CheckState(StrEnum):
    """Only a check that is on is asked."""

    DRAFT = "draft"
    ON = "on"
    OFF = "off"


class ExplanationState(StrEnum):
    """What became of an explanation."""

    GIVEN = "given"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class Check(NamedTuple):
    """A check of a report; `indicator_id` only for outliers, `condition` only for formulas."""

    id: int
    report_id: int
    name: str
    kind: CheckKind
    condition: str
    indicator_id: int | None
    strictness: Strictness
    sentence_zh: str
    sentence_en: str
    state: CheckState
    version: int


class Explained(NamedTuple):
    """An explanation that holds for a unit and a check, or was given for this very period."""

    check_id: int
    unit_id: int
    period: str
    until_period: str
    text: str
    state: ExplanationState
    answer: str


class WholeExplanation(NamedTuple):
    """An explanation as its row is, decoded JSON by column."""

    whole: dict[str, object]


class GivenExplanation(NamedTuple):
    """An explanation of one submission, for whoever reviews it."""

    submission_id: int
    check_id: int
    name: str
    text: str
    state: ExplanationState
    until_period: str
    answer: str


@dataclass(frozen=True, slots=True)
class Failure:
    """A check that a form does not pass; `sentence` has the numbers in it.

    `explanation` is what the unit said of it for this period, with its state; both are empty as long as it is silent.
    """

    check_id: int
    name: str
    is_hard: bool
    sentence: Text
    indicator_ids: tuple[int, ...]
    explanation: str = ""
    explanation_state: str = ""
