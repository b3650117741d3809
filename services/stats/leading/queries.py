"""What the leadership group's board reads beside the counters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from services.stats.history.queries import DUTY_THEN
from services.stats.leading.records import CellGroup, LateRound
from shared.database import Cursor
from shared.rows import many

# As many names as fit beside a number; the round's own page has them all.
NAMED_UNITS = 8


def cell_groups(cur: Cursor, unit_ids: Sequence[int], item_ids: Sequence[int], then: dt.date | None) -> list[CellGroup]:
    """What each of these units has of each of these items, as it is or was at the end of the day `then`."""
    cur.execute(
        f"""
        SELECT unit_id, item_id, due_on, bucket, count(*) AS duties
        FROM {"duty" if then is None else DUTY_THEN} AS duty
        WHERE unit_id = ANY (%(units)s::bigint[]) AND item_id = ANY (%(items)s::bigint[]) AND bucket <> 'withdrawn'
        GROUP BY unit_id, item_id, due_on, bucket
        """,
        {"units": list(unit_ids), "items": list(item_ids), "day": then},
    )
    return many(cur, CellGroup)


def late_rounds(
    cur: Cursor, *, due_from: dt.date, today: dt.date, until: dt.datetime, unit_id: int | None, limit: int
) -> list[LateRound]:
    """Rounds due from `due_from` on and before `today` of which units were not in at `until`, the newest first."""
    cur.execute(
        """
        SELECT round.id AS round_id, report.id AS report_id, table_number, report.name AS report, round.period, due_on,
            count(*) AS expected,
            count(*) FILTER (WHERE first_submitted_at IS NULL OR first_submitted_at >= %(until)s) AS missing,
            (array_agg(coalesce(unit.name, '') ORDER BY unit.code, unit.id)
                FILTER (WHERE first_submitted_at IS NULL OR first_submitted_at >= %(until)s))[1:%(named)s] AS names
        FROM round
        JOIN report ON report.id = round.report_id
        JOIN submission ON submission.round_id = round.id AND submission.is_expected
            AND (%(unit)s::bigint IS NULL OR submission.unit_id = %(unit)s)
        LEFT JOIN unit ON unit.id = submission.unit_id
        WHERE due_on >= %(due_from)s AND due_on < %(today)s
        GROUP BY round.id, report.id
        HAVING count(*) FILTER (WHERE first_submitted_at IS NULL OR first_submitted_at >= %(until)s) > 0
        ORDER BY due_on DESC, table_number, round.id
        LIMIT %(limit)s
        """,
        {
            "due_from": due_from,
            "today": today,
            "until": until,
            "unit": unit_id,
            "named": NAMED_UNITS,
            "limit": limit,
        },
    )
    return many(cur, LateRound)
