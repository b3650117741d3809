"""All reads of indicators."""

from __future__ import annotations

from collections.abc import Sequence

from services.stats.indicators.records import Indicator
from shared.database import Cursor
from shared.rows import many

COLUMNS = ", ".join(Indicator._fields)


def all_indicators(cur: Cursor) -> list[Indicator]:
    """All indicators by code."""
    cur.execute(f"SELECT {COLUMNS} FROM indicator ORDER BY code")
    return many(cur, Indicator)


def indicators(cur: Cursor, ids: Sequence[int]) -> dict[int, Indicator]:
    """Those of the indicators that there are, by id."""
    cur.execute(f"SELECT {COLUMNS} FROM indicator WHERE id = ANY (%s)", (list(ids),))
    return {found.id: found for found in many(cur, Indicator)}


def indicators_with_codes(cur: Cursor, codes: Sequence[str]) -> dict[str, Indicator]:
    """Those of the indicators that there are, by code."""
    cur.execute(f"SELECT {COLUMNS} FROM indicator WHERE code = ANY (%s)", (list(codes),))
    return {found.code: found for found in many(cur, Indicator)}
