"""A silence: for a while nothing is said on the days of the policy, of a unit, a checklist or report, or a stage. Pure.

What somebody says at once is said all the same: what is issued or urged, what was returned or answered.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from services.notifications.policies.rules import Scope
from shared.text import Text

# Longer, and it is forgotten that somebody does not hear of what is due. Another one may follow.
LONGEST = dt.timedelta(days=92)


class Hushed(StrEnum):
    """The stages that may be silenced, by the names that they have in messages."""

    DUE_SOON = "due_soon"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Silence:
    """From the first day to the last. A unit or a stage of None is each of them, and so is the scope of all."""

    id: int
    scope: Scope
    subject_id: int
    unit_id: int | None
    stage: Hushed | None
    from_day: dt.date
    until_day: dt.date

    def covers(self, scope: Scope, subject_id: int | None, unit_id: int, stage: str, day: dt.date) -> bool:
        """Whether it keeps this from being said on `day`; `subject_id` is the checklist or the report."""
        return (
            self.from_day <= day <= self.until_day
            and self.stage in (None, stage)
            and self.unit_id in (None, unit_id)
            and (self.scope is Scope.ALL or (self.scope, self.subject_id) == (scope, subject_id))
        )


def covering(
    silences: Iterable[Silence], scope: Scope, subject_id: int | None, unit_id: int, *, stage: str, day: dt.date
) -> int | None:
    """The id of the first silence that keeps this from being said on `day`."""
    return next((one.id for one in silences if one.covers(scope, subject_id, unit_id, stage, day)), None)


def complaints(from_day: dt.date, until_day: dt.date, today: dt.date) -> dict[str, Text]:
    """What is wrong with the days, by field."""
    if from_day < today:
        return {"from_day": Text("开始日期不能早于今天。", "It cannot begin before today.")}
    if until_day < from_day:
        return {"until_day": Text("结束日期不能早于开始日期。", "It cannot end before it begins.")}
    if until_day - from_day >= LONGEST:
        return {
            "until_day": Text(
                f"一次最多停 {LONGEST.days} 天，到期仍需要的请再设一次。",
                f"It lasts {LONGEST.days} days at most. Please make another when it is still needed then.",
            )
        }
    return {}
