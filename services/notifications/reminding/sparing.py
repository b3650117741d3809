"""What is not said because of a silence is written down; what is said with a slip issues it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from services.notifications.policies.rules import StageRule
from services.notifications.reminding import stages
from services.notifications.reminding.policy import Stage
from services.notifications.reminding.stages import Due
from services.notifications.silences import queries as silence_queries
from services.notifications.silences import store as silence_store
from services.notifications.silences.store import Kept
from services.notifications.slips import store as slip_store
from shared.database import Cursor


def spare(
    cur: Cursor,
    recorded: Sequence[tuple[int, Stage]],
    things: Mapping[int, Due],
    rules: Mapping[int, StageRule],
    today: dt.date,
    *,
    spoken: Sequence[tuple[int, Stage]] = (),
) -> list[tuple[int, Stage]]:
    """What is to be said of what was recorded and `spoken`. A silenced stage is used up, and the next one comes."""
    silenced = stages.silenced(recorded, things, silence_queries.reaching(cur, today, today), today)
    if silenced:
        kept = (Kept(things[one].kind, one, today, *because) for (one, _), because in silenced.items())
        silence_store.keep(cur, list(kept))
    said = [*(line for line in recorded if line not in silenced), *spoken]
    if slips := stages.issued(said, things, rules):
        slip_store.issue(cur, slips, today)
    return said
