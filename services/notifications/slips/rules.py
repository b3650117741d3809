"""What becomes of slips: issued one after the other, settled by what the unit did or had accepted. Pure.

After a reason that was accepted (more time, a difficulty taken on) the first comes first again; what was submitted and
comes back goes on where it was.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from services.notifications.policies.rules import Audience, Scope, StageRule
from shared.text import Text


class Settled(StrEnum):
    """Why a slip stands no more."""

    CLOSED = "closed"
    TAKEN_ON = "taken_on"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip to be issued: the first is of level 1. `kind` is a duty's or a report's scope, `subject_id` its own id."""

    kind: Scope
    subject_id: int
    unit_id: int
    level: int
    name: Text
    audience: tuple[Audience, ...]
    due_on: dt.date


def slip_of(kind: Scope, subject_id: int, unit_id: int, due_on: dt.date, *, standing: int, rule: StageRule) -> Slip:
    """The slip that a stage issues where as many are standing; the stage must be one."""
    if rule.slip is None:
        raise ValueError("the stage issues no slip")
    return Slip(kind, subject_id, unit_id, standing + 1, rule.slip, _in_order(rule.audience), due_on)


def _in_order(audience: Iterable[Audience]) -> tuple[Audience, ...]:
    chosen = set(audience)
    return tuple(one for one in Audience if one in chosen)
