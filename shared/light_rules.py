"""From how many working days before its due date a duty counts as due soon: versions, each from a day on. Pure.

Which versions are in force is said once, where a transaction begins, as with the calendar (`shared/workdays.py`): the
light of a day is told by the version of that day, so that a board of a day that is over stays as it was.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

# Where nobody has saved anything. Enough to finish what is nearly done, and few enough that yellow is believed.
USUAL = 3
FEWEST, MOST = 1, 15


@dataclass(frozen=True, slots=True, order=True)
class LightRule:
    """From `from_day` on, what is due within `workdays` working days counts as due soon."""

    from_day: dt.date
    workdays: int


@dataclass(frozen=True, slots=True)
class LightRules:
    """The versions in the order of their days, one of a day; `fingerprint` tells them from any others."""

    versions: tuple[LightRule, ...] = ()
    fingerprint: str = ""

    @classmethod
    def of(cls, versions: Iterable[LightRule]) -> LightRules:
        """The rules with these versions."""
        found = tuple(sorted(versions))
        return cls(found, json.dumps([[one.from_day.isoformat(), one.workdays] for one in found]) if found else "")

    @classmethod
    def from_text(cls, text: str) -> LightRules:
        """The rules that a fingerprint spells out."""
        found = json.loads(text) if text else []
        return cls.of(LightRule(dt.date.fromisoformat(day), workdays) for day, workdays in found)

    def on(self, day: dt.date) -> int:
        """How many working days hold on `day`."""
        return next((one.workdays for one in reversed(self.versions) if one.from_day <= day), USUAL)

    def with_version(self, rule: LightRule) -> LightRules:
        """The same with `rule` in the place of what is planned for its day."""
        return LightRules.of((*(one for one in self.versions if one.from_day != rule.from_day), rule))


USUAL_RULES = LightRules()
_IN_FORCE: ContextVar[LightRules] = ContextVar("light_rules", default=USUAL_RULES)


def in_force() -> LightRules:
    """The rules by which every light is told by now, in this thread."""
    return _IN_FORCE.get()


@contextmanager
def by(rules: LightRules) -> Iterator[None]:
    """Tell lights by `rules` within the block, in this thread or green thread alone."""
    before = _IN_FORCE.get()
    _IN_FORCE.set(rules)
    try:
        yield
    finally:
        # No token, as with the calendar.
        _IN_FORCE.set(before)


def changed_days(before: LightRules, after: LightRules) -> list[dt.date]:
    """The days of versions on which another number holds after than before, in their order.

    Between two days of versions nothing changes, so before the first of them, and on no day if there is none, all is
    as it was.
    """
    days = sorted({one.from_day for one in (*before.versions, *after.versions)})
    return [day for day in days if before.on(day) != after.on(day)]
