"""Numbers that are not what a recount gives. Each statement reads both sides at one moment, beside the running work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from services.stats.figures.store import LINES, SHARES
from services.stats.history.queries import STEPS
from services.stats.recount.records import Checked, HeldDuty, WrongCell
from shared.agreeing.holding import Named
from shared.agreeing.store import SUMS, CountedCell
from shared.database import Cursor
from shared.limits import DATABASE
from shared.rows import many, one

# The numbers of a checklist stay when its duties are dropped, and nothing is left to count them again from.
_KEPT = "checklist_id <> ALL (ARRAY(SELECT id FROM checklist WHERE dropped_on IS NOT NULL))"
_COUNTERS = """
    SELECT '{table}' AS counter, checklist_id, key, NULL::bigint AS of_unit, NULL AS period, NULL::date AS day, due_on,
        bucket, had, should_be
    FROM (
        SELECT checklist_id, key, due_on, bucket, coalesce(kept.duties, 0)::numeric AS had,
            coalesce(counted.duties, 0)::numeric AS should_be
        FROM (
            SELECT checklist_id, {key} AS key, due_on, bucket, duties FROM {table} WHERE duties <> 0 AND {kept}
        ) AS kept
        FULL JOIN (
            SELECT checklist_id, {key} AS key, due_on, bucket, count(*) AS duties FROM duty WHERE {kept}
            GROUP BY 1, 2, 3, 4
        ) AS counted USING (checklist_id, key, due_on, bucket)
        WHERE kept.duties IS DISTINCT FROM counted.duties
    ) AS wrong
"""
_DAYS = """
    SELECT '{table}' AS counter, checklist_id, key, NULL::bigint AS of_unit, NULL AS period, day, due_on, bucket, had,
        should_be
    FROM (
        SELECT checklist_id, key, day, due_on, bucket, coalesce(kept.duties, 0)::numeric AS had,
            coalesce(counted.duties, 0)::numeric AS should_be
        FROM (
            SELECT checklist_id, {key} AS key, day, due_on, bucket, duties FROM {table} WHERE duties <> 0 AND {kept}
        ) AS kept
        FULL JOIN (
            SELECT duty.checklist_id, duty.{key} AS key, day, changed.due_on, changed.bucket,
                sum(number)::bigint AS duties
            FROM ({steps}) AS changed JOIN duty ON duty.id = duty_id
            WHERE day IS NOT NULL AND {kept} GROUP BY 1, 2, 3, 4, 5 HAVING sum(number) <> 0
        ) AS counted USING (checklist_id, key, day, due_on, bucket)
        WHERE kept.duties IS DISTINCT FROM counted.duties
    ) AS wrong
"""
_KEYS = {"item_count": "item_id", "unit_count": "unit_id"}
_DAY_KEYS = {"item_day": "item_id", "unit_day": "unit_id"}


def wrong_counters(cur: Cursor) -> list[WrongCell]:
    """The cells of the counters that differ from a count of the duties, in their order."""
    _allow_long(cur)
    parts = [_COUNTERS.format(table=table, key=key, kept=_KEPT) for table, key in _KEYS.items()]
    cur.execute(f"{' UNION ALL '.join(parts)} ORDER BY counter, checklist_id, key, due_on, bucket")
    return many(cur, WrongCell)


def wrong_days(cur: Cursor) -> list[WrongCell]:
    """What days changed in the counters, where it differs from what the versions of the duties say."""
    _allow_long(cur)
    parts = [_DAYS.format(table=table, key=key, steps=STEPS, kept=_KEPT) for table, key in _DAY_KEYS.items()]
    cur.execute(f"{' UNION ALL '.join(parts)} ORDER BY counter, checklist_id, key, day, due_on, bucket")
    return many(cur, WrongCell)


def wrong_sums(cur: Cursor) -> list[WrongCell]:
    """The sums of figures that differ from those of all facts, in their order."""
    _allow_long(cur)
    cur.execute(
        f"""
        WITH RECURSIVE own AS (
            SELECT DISTINCT ON (indicator_id, period, unit_id) indicator_id, period, unit_id, value AS own,
                id AS own_fact_id
            FROM fact ORDER BY indicator_id, period, unit_id, known_since DESC, id DESC
        ), share AS ({SHARES.format(figures="own")}), touched AS (SELECT unit_id FROM share), {LINES}, summed AS (
            SELECT indicator_id, period, line.id AS unit_id, sum(total) AS total, sum(adjusted) AS adjusted,
                sum(reporting) AS reporting, sum(without) AS without
            FROM share JOIN line USING (unit_id) GROUP BY indicator_id, period, line.id
            HAVING sum(reporting) > 0 OR sum(without) > 0 OR sum(adjusted) <> 0
        ), counted AS (
            SELECT indicator_id, period, unit_id, own, own_fact_id, coalesce(total, 0) AS total,
                coalesce(adjusted, 0) AS adjusted, coalesce(reporting, 0) AS reporting, coalesce(without, 0) AS without
            FROM own FULL JOIN summed USING (indicator_id, period, unit_id)
        )
        SELECT 'figure' AS counter, NULL::bigint AS checklist_id, indicator_id AS key, unit_id AS of_unit, period,
            NULL::date AS day, NULL::date AS due_on, NULL AS bucket,
            coalesce(kept.total, 0) + coalesce(kept.adjusted, 0) AS had,
            coalesce(counted.total, 0) + coalesce(counted.adjusted, 0) AS should_be
        FROM figure AS kept FULL JOIN counted USING (indicator_id, period, unit_id)
        WHERE (kept.own, kept.own_fact_id, kept.total, kept.adjusted, kept.reporting, kept.without)
            IS DISTINCT FROM (counted.own, counted.own_fact_id, counted.total, counted.adjusted, counted.reporting,
                counted.without)
        ORDER BY indicator_id, period, unit_id
        """
    )
    return many(cur, WrongCell)


def held(cur: Cursor, duty_ids: Sequence[int]) -> dict[int, HeldDuty]:
    """Those of the duties that boards count."""
    cur.execute("SELECT id, version, state, due_on FROM duty WHERE id = ANY (%s)", (list(duty_ids),))
    return {one.id: one for one in many(cur, HeldDuty)}


def counted_for_ledger(cur: Cursor) -> list[CountedCell]:
    """Duties as boards know them, by the due date that was told, as the ledger counts its own."""
    sums = SUMS.format(due_on="coalesce(told_due_on, due_on)")
    cur.execute(
        f"""
        SELECT checklist_id, item_id, coalesce(told_due_on, due_on) AS due_on, state, {sums}
        FROM duty GROUP BY 1, 2, 3, 4
        """
    )
    return many(cur, CountedCell)


def items_named(cur: Cursor, item_ids: Sequence[int]) -> dict[int, Named]:
    """Those of the items that are known here, with their titles."""
    cur.execute(
        """
        SELECT issued_row.id AS item_id, coalesce(checklist.title, '') AS checklist, issued_row.title AS item
        FROM issued_row LEFT JOIN checklist ON checklist.id = checklist_id WHERE issued_row.id = ANY (%s)
        """,
        (list(item_ids),),
    )
    return {one.item_id: one for one in many(cur, Named)}


def newest_check(cur: Cursor) -> Checked | None:
    """What the newest recount found; None before the first."""
    cur.execute("SELECT day, checked_at, cells FROM count_check ORDER BY day DESC LIMIT 1")
    return one(cur, Checked)


def is_checked(cur: Cursor, day: dt.date) -> bool:
    """Whether some process has counted again on that day."""
    found = newest_check(cur)
    return found is not None and found.day >= day


def _allow_long(cur: Cursor) -> None:
    cur.execute(f"SET LOCAL statement_timeout = '{DATABASE.long_statement:.0f}s'")
