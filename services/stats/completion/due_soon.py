"""How many duties another rule of lights would show as due soon, by the counters of the boards."""

from __future__ import annotations

import datetime as dt
from typing import Any

from services.stats.completion import queries
from services.stats.completion.completion import count, cutoffs_on
from shared import light_rules
from shared.database import Cursor
from shared.light_rules import LightRule


def by_rule(cur: Cursor, day: dt.date, workdays: int) -> dict[str, Any]:
    """A DueSoonByRule: what is due soon on `day`, as duties are now, by the rule in force and by another one."""
    groups = queries.groups_under_way(cur)
    before = count(groups, cutoffs_on(day)).due_soon
    with light_rules.by(light_rules.in_force().with_version(LightRule(day, workdays))):
        after = count(groups, cutoffs_on(day)).due_soon
    return {"before": before, "after": after}
