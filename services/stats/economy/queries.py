"""All reads for the page of economy and employment beside the figures themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from services.stats.economy.records import Chosen, FoundPeriod, Published
from shared.database import Cursor
from shared.rows import many


def chosen(cur: Cursor) -> list[Chosen]:
    """Which indicator plays each part that ever was played by one."""
    cur.execute("SELECT DISTINCT ON (role) role, indicator_id, version FROM economy_role ORDER BY role, version DESC")
    return many(cur, Chosen)


def periods_with_figures(
    cur: Cursor, indicator_ids: Sequence[int], unit_id: int, periods: Sequence[str]
) -> list[FoundPeriod]:
    """Of which of the periods the indicators have a figure at a unit today; as of a moment there are no others."""
    cur.execute(
        """
        SELECT indicator_id, period FROM unnest(%s::bigint[]) AS indicator (indicator_id)
            CROSS JOIN unnest(%s::text[]) AS wanted (period)
            JOIN figure USING (indicator_id, period)
        WHERE unit_id = %s
        ORDER BY period, indicator_id
        """,
        (list(indicator_ids), list(periods), unit_id),
    )
    return many(cur, FoundPeriod)


def published(
    cur: Cursor, last_years: Mapping[int, int], unit_id: int, *, as_of: dt.datetime | None
) -> dict[int, Published]:
    """What the unit itself says of each indicator's last period up to the end of its year in `last_years`."""
    cur.execute(
        """
        SELECT DISTINCT ON (indicator_id) indicator_id, period, source, origin, known_since
        FROM fact JOIN unnest(%s::bigint[], %s::integer[]) AS shown (indicator_id, year) USING (indicator_id)
        WHERE left(period, 4)::integer <= year AND unit_id = %s AND known_since <= coalesce(%s, 'infinity'::timestamptz)
        ORDER BY indicator_id, period DESC, known_since DESC, id DESC
        """,
        (list(last_years), list(last_years.values()), unit_id, as_of),
    )
    return {found.indicator_id: found for found in many(cur, Published)}
