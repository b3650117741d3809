"""The rules of lights in a service's own database: read beside the calendar, taken over from events.

The one row of `light_table` is in the migrations of each service that keeps it; tasks owns the original.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from shared.database import Cursor
from shared.events import DatedLight, LightsChanged, Received
from shared.light_rules import LightRule, LightRules
from shared.rows import value_or_none


def read(cur: Cursor) -> LightRules:
    """The rules as the database holds them by now; `shared/calendars.py` reads them where a transaction begins."""
    cur.execute("SELECT rules::text AS rules FROM light_table")
    return LightRules.from_text(value_or_none(cur, str) or "")


def save(cur: Cursor, rules: LightRules, version: int) -> bool:
    """Keep the rules under this version; False for one that is not newer than what is kept, which changes nothing."""
    cur.execute(
        """
        INSERT INTO light_table (version, rules) VALUES (%s, %s)
        ON CONFLICT (is_only) DO UPDATE SET version = excluded.version, rules = excluded.rules
        WHERE light_table.version < excluded.version
        """,
        (version, rules.fingerprint or "[]"),
    )
    return cur.rowcount == 1


def apply(cur: Cursor, events: Sequence[Received]) -> tuple[LightRules, LightRules] | None:
    """Take over the newest rules among `events`: what held before and what holds now; None when nothing is newer."""
    facts = [event.data for event in events if isinstance(event.data, LightsChanged)]
    if not facts:
        return None
    newest = max(facts, key=attrgetter("version"))
    before, after = read(cur), rules_of(newest)
    return (before, after) if save(cur, after, newest.version) else None


def rules_of(fact: LightsChanged) -> LightRules:
    """The rules that an event carries."""
    return LightRules.of(LightRule(one.from_day, one.workdays) for one in fact.versions)


def event_of(rules: LightRules, version: int) -> LightsChanged:
    """What tells others of the rules."""
    return LightsChanged([DatedLight(one.from_day, one.workdays) for one in rules.versions], version)
