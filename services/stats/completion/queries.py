"""What the boards read: the counters, and for lists of units and duties bounded parts of the projection."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.stats.completion.completion import EARLIEST, LATEST, Group, Span, When
from services.stats.completion.records import (
    Change,
    CountedUnit,
    CountedUnits,
    FoundDuty,
    FoundUnsigned,
    Header,
    ItemDuty,
    KeptProgress,
    KeptUnits,
    KeyedGroup,
    ListedChecklist,
    Numbered,
    OverdueUnit,
    Placed,
    PlacedDuty,
    Progress,
    SignedUnits,
    SigningUnit,
    Slice,
    UnitsOfKind,
    UnsignedUnit,
    Whose,
)
from services.stats.completion.tree import Row
from services.stats.history.queries import DUTY_THEN
from shared.database import Cursor
from shared.directory import STEPS_BELOW
from shared.rows import many, one, value, value_or_none, values

# The counters of a checklist's items as they are, and as they were at the end of a day: without what changed since.
_ITEM_GROUPS = (
    "SELECT item_id AS key, due_on, bucket, duties FROM item_count WHERE checklist_id = %(checklist)s AND duties <> 0",
    """
    SELECT key, due_on, bucket, sum(duties)::bigint AS duties FROM (
        SELECT item_id AS key, due_on, bucket, duties FROM item_count WHERE checklist_id = %(checklist)s
        UNION ALL
        SELECT item_id, due_on, bucket, -duties FROM item_day WHERE checklist_id = %(checklist)s AND day > %(day)s
    ) AS counted GROUP BY key, due_on, bucket HAVING sum(duties) <> 0
    """,
)
_UNIT_GROUPS = (
    """
    SELECT unit_id AS key, due_on, bucket, duties FROM unit_count
    WHERE checklist_id = %(checklist)s AND unit_id = ANY (%(unit_ids)s::bigint[]) AND duties <> 0
    """,
    """
    SELECT key, due_on, bucket, sum(duties)::bigint AS duties FROM (
        SELECT unit_id AS key, due_on, bucket, duties FROM unit_count
        WHERE checklist_id = %(checklist)s AND unit_id = ANY (%(unit_ids)s::bigint[])
        UNION ALL
        SELECT unit_id, due_on, bucket, -duties FROM unit_day
        WHERE checklist_id = %(checklist)s AND unit_id = ANY (%(unit_ids)s::bigint[]) AND day > %(day)s
    ) AS counted GROUP BY key, due_on, bucket HAVING sum(duties) <> 0
    """,
)

# What units owe, or owed at the end of a day, that was due before it.
_OPEN_UNIT_COUNTS = """
    SELECT unit_id, due_on, duties FROM unit_count
    WHERE checklist_id = %(checklist)s AND bucket IN ('open', 'open_blocked') AND due_on < %(today)s
"""
_OPEN_UNITS = (
    f"{_OPEN_UNIT_COUNTS} AND duties > 0",
    f"""
    SELECT unit_id, due_on, sum(duties) AS duties FROM (
        {_OPEN_UNIT_COUNTS}
        UNION ALL
        SELECT unit_id, due_on, -duties FROM unit_day
        WHERE checklist_id = %(checklist)s AND bucket IN ('open', 'open_blocked') AND due_on < %(today)s
            AND day > %(day)s
    ) AS counted GROUP BY unit_id, due_on HAVING sum(duties) > 0
    """,
)

# So many are sorted sooner than the directory is gone through for them.
FEW_DUTIES = 2_000
# As many names as fit beside a number; the page behind it has them all.
NAMED_UNITS = 5


def checklists_newest_first(cur: Cursor) -> list[ListedChecklist]:
    """All checklists with their states, the newest year first; those of what meetings decided come after all others.

    Early in a year a meeting may decide before the county issues its own.
    """
    cur.execute(
        """
        SELECT id AS checklist_id, title, year, state FROM checklist
        ORDER BY meeting_id IS NOT NULL, year DESC, id DESC
        """
    )
    return many(cur, ListedChecklist)


def overdue_by_checklist(cur: Cursor, today: dt.date) -> dict[int, int]:
    """How many duties are overdue, of each checklist that is not closed and has some."""
    cur.execute(
        """
        SELECT checklist_id AS key, sum(duties)::bigint AS number FROM item_count
        WHERE bucket IN ('open', 'open_blocked') AND due_on < %s AND duties > 0
            AND checklist_id NOT IN (SELECT id FROM checklist WHERE state = 'closed')
        GROUP BY checklist_id
        """,
        (today,),
    )
    return {row.key: row.number for row in many(cur, Numbered)}


def checklist(cur: Cursor, checklist_id: int) -> Header | None:
    """The header of a checklist; None when no event told of it."""
    cur.execute(
        "SELECT id AS checklist_id, title, year, state, revision, level_names, dropped_on FROM checklist WHERE id = %s",
        (checklist_id,),
    )
    return one(cur, Header)


def checklist_of_row(cur: Cursor, row_id: int) -> int | None:
    """The checklist that a row of levels 1 to 4 belongs to."""
    cur.execute("SELECT checklist_id FROM issued_row WHERE id = %s", (row_id,))
    return value_or_none(cur, int)


def rows_of(cur: Cursor, checklist_id: int, then: dt.date | None = None) -> list[Row]:
    """The issued rows of a checklist, in no order.

    What an amendment dropped is there as long as any of its duties counts, or did count `then`, with the rows above it.
    """
    cur.execute(
        f"""
        WITH RECURSIVE counted AS ({_ITEM_GROUPS[then is not None]}), newest AS (
            SELECT max(revision) AS revision FROM issued_row WHERE checklist_id = %(checklist)s
        ), kept (id, parent_id) AS (
            SELECT id, parent_id FROM issued_row
            WHERE checklist_id = %(checklist)s AND (revision = (SELECT revision FROM newest) OR id IN (
                SELECT key FROM counted WHERE bucket <> 'withdrawn' AND duties > 0))
            UNION
            SELECT above.id, above.parent_id FROM kept JOIN issued_row AS above ON above.id = kept.parent_id
        )
        SELECT issued_row.id AS row_id, issued_row.parent_id, level, position, title
        FROM issued_row JOIN kept ON kept.id = issued_row.id
        """,
        {"checklist": checklist_id, "day": then},
    )
    return many(cur, Row)


def rows_of_all_revisions(cur: Cursor, checklist_id: int) -> list[Row]:
    """The rows that a checklist ever issued, in no order."""
    cur.execute(
        "SELECT id AS row_id, parent_id, level, position, title FROM issued_row WHERE checklist_id = %s",
        (checklist_id,),
    )
    return many(cur, Row)


def lock_newest_event(cur: Cursor) -> dt.datetime | None:
    """The time of the newest event that is counted; every batch of a consumer waits here until the caller ends."""
    cur.execute("SELECT newest_event_at FROM as_of FOR UPDATE")
    return value_or_none(cur, dt.datetime)


def groups_under_way(cur: Cursor) -> list[Group]:
    """The counters of all checklists that are not closed, added up."""
    cur.execute(
        """
        SELECT due_on, bucket, sum(duties)::bigint AS duties FROM item_count
        WHERE duties <> 0 AND checklist_id NOT IN (SELECT id FROM checklist WHERE state = 'closed')
        GROUP BY due_on, bucket
        """
    )
    return many(cur, Group)


def unsigned_duties(cur: Cursor) -> int:
    """How many duties of open checklists nobody has signed for."""
    cur.execute(
        """
        SELECT count(*) AS duties FROM duty
        WHERE state = 'issued' AND parent_id IS NULL
            AND checklist_id NOT IN (SELECT id FROM checklist WHERE state = 'closed')
        """
    )
    return value(cur, int)


def newest_event_at(cur: Cursor) -> dt.datetime | None:
    """How fresh the boards are: the time of the newest event that is counted."""
    cur.execute("SELECT newest_event_at FROM as_of")
    return value_or_none(cur, dt.datetime)


def first_day(cur: Cursor, checklist_id: int) -> dt.date | None:
    """The first day of which it is known what it changed in a checklist; None when nothing has changed since."""
    cur.execute("SELECT day FROM item_day WHERE checklist_id = %s ORDER BY day LIMIT 1", (checklist_id,))
    return value_or_none(cur, dt.date)


def item_groups(
    cur: Cursor, checklist_id: int, item_ids: Sequence[int], then: dt.date | None = None
) -> dict[int, list[Group]]:
    """The counters of each item, or what they were at the end of the day `then`."""
    cur.execute(
        f"SELECT * FROM ({_ITEM_GROUPS[then is not None]}) AS found WHERE key = ANY (%(item_ids)s::bigint[])",
        {"checklist": checklist_id, "item_ids": list(item_ids), "day": then},
    )
    return _grouped(many(cur, KeyedGroup))


def unit_groups(
    cur: Cursor, checklist_id: int, unit_ids: Sequence[int], then: dt.date | None = None
) -> dict[int, list[Group]]:
    """The counters of each unit, or what they were at the end of the day `then`."""
    cur.execute(
        f"{_UNIT_GROUPS[then is not None]}",
        {"checklist": checklist_id, "unit_ids": list(unit_ids), "day": then},
    )
    return _grouped(many(cur, KeyedGroup))


def changes_since(cur: Cursor, checklist_id: int, day: dt.date) -> list[Change]:
    """By how much the days after `day` changed the counters of items, the newest day first."""
    cur.execute(
        """
        SELECT day, item_id, due_on, bucket, duties FROM item_day
        WHERE checklist_id = %s AND day > %s AND duties <> 0 ORDER BY day DESC
        """,
        (checklist_id, day),
    )
    return many(cur, Change)


_UNITS_WITH_DUTIES = """
    FROM unit WHERE (%(kind)s::text IS NULL OR kind = %(kind)s) AND (%(unit)s::bigint IS NULL OR unit.id = %(unit)s)
        AND (%(text)s = '' OR strpos(lower(name), lower(%(text)s)) > 0)
        AND EXISTS (SELECT FROM unit_count c WHERE c.checklist_id = %(checklist_id)s AND c.unit_id = unit.id
            AND c.bucket <> 'withdrawn' AND c.duties > 0
            UNION ALL SELECT FROM unit_day d WHERE d.checklist_id = %(checklist_id)s AND d.unit_id = unit.id
            AND d.day > %(day)s AND d.bucket <> 'withdrawn' AND d.duties < 0)
"""


def count_units_with_duties(
    cur: Cursor,
    checklist_id: int,
    then: dt.date | None = None,
    *,
    kind: str | None,
    text: str,
    unit_id: int | None = None,
) -> int:
    """How many units the checklist has with `text` in their names; of those that it had `then`, too."""
    cur.execute(
        f"SELECT count(*) AS units {_UNITS_WITH_DUTIES}",
        {"kind": kind, "text": text, "unit": unit_id, "checklist_id": checklist_id, "day": then},
    )
    return value(cur, int)


def units_with_duties(
    cur: Cursor,
    checklist_id: int,
    then: dt.date | None = None,
    *,
    kind: str | None,
    text: str,
    unit_id: int | None = None,
    limit: int,
    offset: int,
    after: Placed | None = None,
) -> list[CountedUnit]:
    """Units of the checklist in directory order with `text` in their names, from `offset` on or behind one of them."""
    behind = "" if after is None else "AND (code, unit.id) > (%(code)s, %(last)s)"
    cur.execute(
        f"""
        SELECT id AS unit_id, name, kind {_UNITS_WITH_DUTIES} {behind}
        ORDER BY code, id LIMIT %(limit)s OFFSET %(offset)s
        """,
        {
            "kind": kind,
            "text": text,
            "unit": unit_id,
            "checklist_id": checklist_id,
            "day": then,
            "limit": limit,
            "offset": 0 if after else offset,
            "code": after.code if after else None,
            "last": after.unit_id if after else None,
        },
    )
    return many(cur, CountedUnit)


def place_of_unit(cur: Cursor, unit_id: int) -> Placed | None:
    """Where a unit stands in the directory; None for one that is not known."""
    cur.execute("SELECT id AS unit_id, code FROM unit WHERE id = %s", (unit_id,))
    return one(cur, Placed)


def _duties(then: dt.date | None) -> str:
    """The duties as they are, or as they were at the end of the day `then`, which the statement gets as `day`."""
    return "duty" if then is None else f"{DUTY_THEN} AS duty"


_PROGRESS_BY_ROW = """
    WITH asked AS (
        SELECT wanted.row_id, wanted.item_id, duty.unit_id, duty.bucket, duty.due_on,
            duty.state <> 'issued' AS is_signed,
            min(duty.due_on) FILTER (WHERE duty.bucket <> 'waived') OVER (PARTITION BY wanted.item_id, duty.period)
                AS period_due_on
        FROM unnest(%(row_ids)s::bigint[], %(item_ids)s::bigint[]) AS wanted (row_id, item_id)
        JOIN {duties} USING (item_id)
        WHERE duty.bucket <> 'withdrawn'
    ),
    dated AS (
        SELECT *, min(period_due_on) FILTER (WHERE period_due_on >= %(today)s) OVER (PARTITION BY item_id)
            AS current_due_on
        FROM asked
    ),
    by_unit AS (
        SELECT row_id, unit_id, bool_and(is_signed) AS is_signed, bool_or(is_so_far) AS is_asked,
            bool_and(bucket IN ('done', 'done_late')) FILTER (WHERE is_so_far) AS is_done,
            bool_or(bucket IN ('open', 'open_blocked') AND due_on < %(today)s) FILTER (WHERE is_so_far) AS is_late,
            bool_or(bucket IN ('open', 'open_blocked')) FILTER (WHERE is_so_far) AS is_open
        FROM (
            SELECT *, bucket <> 'waived' AND period_due_on <= coalesce(current_due_on, period_due_on) AS is_so_far
            FROM dated
        ) AS told GROUP BY row_id, unit_id
    )
    SELECT row_id, count(*) FILTER (WHERE is_asked) AS units_total, count(*) FILTER (WHERE is_done) AS units_done,
        count(*) FILTER (WHERE is_late) AS late,
        (array_agg(unit.name ORDER BY unit.code, unit.id) FILTER (WHERE is_late))[1:%(named)s] AS late_names,
        count(*) FILTER (WHERE is_open AND NOT is_late) AS pending,
        (array_agg(unit.name ORDER BY unit.code, unit.id) FILTER (WHERE is_open AND NOT is_late))[1:%(named)s]
            AS pending_names,
        count(unit.id) AS units_asked, count(unit.id) FILTER (WHERE is_signed) AS units_signed
    FROM by_unit LEFT JOIN unit ON unit.id = by_unit.unit_id
    GROUP BY row_id
"""


def progress_by_row(cur: Cursor, items_by_row: Mapping[int, Sequence[int]], when: When) -> dict[int, Progress]:
    """How many units are through with each row, and have signed for all of it, given the items below it.

    Of a recurring item the periods up to the current one count: the months to come do not make a unit missing. Windows
    say which: joined, they would be gone through once per duty when the tables have no statistics yet.
    """
    pairs = [(row_id, item_id) for row_id, item_ids in items_by_row.items() for item_id in item_ids]
    cur.execute(
        _PROGRESS_BY_ROW.format(duties=_duties(when.then)),
        {
            "row_ids": [row_id for row_id, _ in pairs],
            "item_ids": [item_id for _, item_id in pairs],
            "today": when.day,
            "day": when.then,
            "named": NAMED_UNITS,
        },
    )
    return {row.row_id: _progress(row) for row in many(cur, CountedUnits)}


def checklists_with_more(cur: Cursor, duties: int) -> list[int]:
    """The checklists that have more duties than this, and have them here."""
    cur.execute(
        """
        SELECT checklist_id FROM item_count
        WHERE duties > 0 AND checklist_id NOT IN (SELECT id FROM checklist WHERE dropped_on IS NOT NULL)
        GROUP BY checklist_id HAVING sum(duties) > %s
        """,
        (duties,),
    )
    return values(cur, int)


def duties_of_checklist(cur: Cursor, checklist_id: int) -> int:
    """How many duties of a checklist count, by its counters."""
    cur.execute(
        """
        SELECT coalesce(sum(duties), 0)::bigint AS duties FROM item_count
        WHERE checklist_id = %s AND bucket <> 'withdrawn'
        """,
        (checklist_id,),
    )
    return value(cur, int)


def kept_progress(cur: Cursor, checklist_id: int, row_ids: Sequence[int] | None = None) -> list[KeptProgress]:
    """What is kept of the progress of a checklist's rows, or of these alone, in no order."""
    cur.execute(
        """
        SELECT row_id, day, counted_at, seconds, stamp, units_total, units_done, missing, missing_more, pending,
            pending_more, units_asked, units_signed, signed_at
        FROM row_progress
        WHERE checklist_id = %(checklist)s AND (%(rows)s::bigint[] IS NULL OR row_id = ANY (%(rows)s::bigint[]))
        """,
        {"checklist": checklist_id, "rows": None if row_ids is None else list(row_ids)},
    )
    return many(cur, KeptProgress)


def kept_units(cur: Cursor, checklist_id: int) -> list[KeptUnits]:
    """What is kept of how many units a checklist asks, by kind; nothing where nobody has counted them."""
    cur.execute(
        "SELECT kind, units, units_signed, counted_at, seconds, duties FROM units_asked WHERE checklist_id = %s",
        (checklist_id,),
    )
    return many(cur, KeptUnits)


def units_by_kind(cur: Cursor, checklist_id: int) -> list[UnitsOfKind]:
    """How many units of each kind the checklist has, and how many of them have signed for all of it."""
    cur.execute(
        f"""
        WITH asked AS (
            SELECT id, kind {_UNITS_WITH_DUTIES}
        ), unsigned AS (
            SELECT DISTINCT unit_id FROM duty
            WHERE checklist_id = %(checklist_id)s AND state = 'issued' AND bucket <> 'withdrawn'
        )
        SELECT kind, count(*) AS units, count(*) FILTER (WHERE unsigned.unit_id IS NULL) AS units_signed
        FROM asked LEFT JOIN unsigned ON unsigned.unit_id = asked.id GROUP BY kind
        """,
        {"kind": None, "text": "", "unit": None, "checklist_id": checklist_id, "day": None},
    )
    return many(cur, UnitsOfKind)


def _progress(row: CountedUnits) -> Progress:
    late, pending = row.late_names or [], row.pending_names or []
    return Progress(
        row.units_total,
        row.units_done,
        missing=[name for name in late if name is not None],
        missing_more=row.late - len(late),
        pending=[name for name in pending if name is not None],
        pending_more=row.pending - len(pending),
        units_asked=row.units_asked,
        units_signed=row.units_signed,
    )


def _parts(duty_id: str, then: dt.date | None) -> str:
    """How far the parts are of a duty that its unit has split: found by their index, of the duties shown alone."""
    return f"""
        CROSS JOIN LATERAL (
            SELECT count(*) FILTER (WHERE state NOT IN ('waived', 'withdrawn')) AS parts_total,
                count(*) FILTER (WHERE state = 'accepted') AS parts_done
            FROM {"duty" if then is None else DUTY_THEN} AS part WHERE part.parent_id = {duty_id}
        ) AS parts
    """


def duties_of_item(cur: Cursor, item_id: int, then: dt.date | None, *, limit: int) -> tuple[list[ItemDuty], int]:
    """Duties of the first `limit` units, units with open duties first and then by code; and the number of units."""
    cur.execute(
        f"""
        WITH units AS (
            SELECT unit_id, bool_or(bucket IN ('open', 'open_blocked')) AS is_open, count(*) OVER () AS units_total
            FROM {_duties(then)} WHERE item_id = %(item_id)s AND bucket <> 'withdrawn' GROUP BY unit_id
        ),
        shown AS (
            SELECT units.*, coalesce(unit.name, '') AS name, coalesce(unit.code, '') AS code
            FROM units LEFT JOIN unit ON unit.id = units.unit_id
            ORDER BY is_open DESC, code, unit_id LIMIT %(limit)s
        )
        SELECT shown.unit_id, shown.name, shown.units_total, duty.id AS duty_id, duty.period,
            coalesce(duty.told_due_on, duty.due_on) AS due_on, duty.state, duty.done_on, duty.is_blocked,
            duty.paused_on, parts_total, parts_done
        FROM shown JOIN {_duties(then)} ON duty.unit_id = shown.unit_id AND duty.item_id = %(item_id)s
            {_parts("duty.id", then)}
        WHERE duty.bucket <> 'withdrawn'
        ORDER BY shown.is_open DESC, shown.code, shown.unit_id, duty.due_on, duty.id
        """,
        {"item_id": item_id, "limit": limit, "day": then},
    )
    rows = many(cur, ItemDuty)
    return rows, rows[0].units_total if rows else 0


_OWED_OF_ITEM = """
    FROM duty WHERE unit_id = unit.id AND checklist_id = %(checklist)s AND item_id = %(item_id)s AND bucket
"""
_OWED_OF_ITEMS = """
    FROM duty WHERE unit_id = unit.id AND checklist_id = %(checklist)s AND item_id = ANY (%(item_ids)s::bigint[])
        AND bucket <> 'withdrawn'
"""
_OPEN_OF_ITEM = f"EXISTS (SELECT {_OWED_OF_ITEM} IN ('open', 'open_blocked'))"


def first_duties_of_item(
    cur: Cursor, checklist_id: int, item_id: int, *, open_duties: int, units_asked: int | None, limit: int
) -> tuple[list[ItemDuty], int]:
    """The same as `duties_of_item` for an item of many units: through the directory until there are enough of them.

    Given how many of its duties are open, of which few are found by themselves sooner, and of how many units it is
    asked, where that is counted. Units that are not known yet are left out of the list, not of a number counted here.
    """
    few = "SELECT unit_id FROM duty WHERE item_id = %(item_id)s AND bucket IN ('open', 'open_blocked')"
    is_open = f"id IN ({few})" if open_duties <= FEW_DUTIES else _OPEN_OF_ITEM
    cur.execute(
        f"""
        WITH still_open AS MATERIALIZED (
            SELECT id, name, code FROM unit WHERE {is_open} ORDER BY code, id LIMIT %(limit)s
        ), through AS MATERIALIZED (
            SELECT id, name, code FROM unit WHERE EXISTS (SELECT {_OWED_OF_ITEM} <> 'withdrawn') AND NOT {_OPEN_OF_ITEM}
            ORDER BY code, id LIMIT (SELECT %(limit)s - count(*) FROM still_open)
        ), shown AS (
            SELECT *, true AS is_open FROM still_open UNION ALL SELECT *, false FROM through
        )
        SELECT duty.unit_id, shown.name,
            coalesce(%(units_asked)s::bigint, (
                SELECT count(DISTINCT unit_id) FROM duty WHERE item_id = %(item_id)s AND bucket <> 'withdrawn'
            )) AS units_total,
            duty.id AS duty_id, duty.period,
            coalesce(duty.told_due_on, duty.due_on) AS due_on, duty.state, duty.done_on,
            duty.is_blocked, duty.paused_on, parts_total, parts_done
        FROM shown CROSS JOIN LATERAL (
            SELECT * FROM duty
            WHERE duty.unit_id = shown.id AND checklist_id = %(checklist)s AND item_id = %(item_id)s
                AND bucket <> 'withdrawn'
        ) AS duty
            {_parts("duty.id", None)}
        ORDER BY shown.is_open DESC, shown.code, shown.id, duty.due_on, duty.id
        """,
        {"checklist": checklist_id, "item_id": item_id, "units_asked": units_asked, "limit": limit},
    )
    rows = many(cur, ItemDuty)
    return rows, rows[0].units_total if rows else 0


def signing_units(
    cur: Cursor, item_ids: Sequence[int], *, text: str, limit: int, offset: int
) -> tuple[SignedUnits, list[UnsignedUnit]]:
    """How many units these items are asked of, how many have signed for all, and the others in directory order.

    Behind the last of them the list has its last `limit`, cut as its pages are. Here as in the other ways of asking,
    units that are not known yet are left out.
    """
    cur.execute(
        """
        WITH owed AS (
            SELECT unit_id, count(*) AS duties, count(*) FILTER (WHERE state = 'issued') AS unsigned FROM duty
            WHERE item_id = ANY (%(item_ids)s::bigint[]) AND bucket <> 'withdrawn' GROUP BY unit_id
        ), named AS MATERIALIZED (
            SELECT unit_id, duties, unsigned, name, code,
                unsigned > 0 AND (%(text)s = '' OR strpos(lower(name), lower(%(text)s)) > 0) AS is_found
            FROM owed JOIN unit ON unit.id = unit_id
        ), told AS (
            SELECT count(*) AS units_total, count(*) FILTER (WHERE unsigned = 0) AS units_signed,
                count(*) FILTER (WHERE is_found) AS found
            FROM named
        ), shown AS (
            SELECT unit_id, name, duties, unsigned, code FROM named WHERE is_found ORDER BY code, unit_id
            LIMIT %(limit)s
            OFFSET (SELECT least(%(offset)s, greatest(found - 1, 0) / %(limit)s * %(limit)s) FROM told)
        )
        SELECT units_total, units_signed, found, unit_id, name, duties, unsigned
        FROM told LEFT JOIN shown ON true ORDER BY code, unit_id
        """,
        {"item_ids": list(item_ids), "text": text, "limit": limit, "offset": offset},
    )
    rows = many(cur, SigningUnit)
    return SignedUnits(*rows[0][:3]), [unit for unit in (row.unit for row in rows) if unit is not None]


def unsigned_of_open(
    cur: Cursor, checklist_id: int, item_ids: Sequence[int], *, text: str, limit: int, offset: int
) -> tuple[list[UnsignedUnit], int]:
    """The same list, and how many units it has, where few have not signed: from the duties that are still open."""
    cur.execute(
        f"""
        WITH owing AS MATERIALIZED (
            SELECT unit_id, name, code, unsigned FROM (
                SELECT unit_id, count(*) AS unsigned FROM duty
                WHERE item_id = ANY (%(item_ids)s::bigint[]) AND bucket IN ('open', 'open_blocked')
                    AND state = 'issued'
                GROUP BY unit_id
            ) AS open JOIN unit ON unit.id = unit_id
            WHERE %(text)s = '' OR strpos(lower(name), lower(%(text)s)) > 0
        )
        SELECT unit_id, name, (SELECT count(*) {_OWED_OF_ITEMS}) AS duties, unsigned,
            (SELECT count(*) FROM owing) AS found
        FROM (
            SELECT *, unit_id AS id FROM owing ORDER BY code, unit_id LIMIT %(limit)s OFFSET (
                SELECT least(%(offset)s, greatest(count(*) - 1, 0) / %(limit)s * %(limit)s) FROM owing
            )
        ) AS unit
        ORDER BY code, unit_id
        """,
        {"checklist": checklist_id, "item_ids": list(item_ids), "text": text, "limit": limit, "offset": offset},
    )
    rows = many(cur, FoundUnsigned)
    return [UnsignedUnit(*row[:-1]) for row in rows], rows[0].found if rows else 0


def count_unsigned_units(cur: Cursor, checklist_id: int, item_ids: Sequence[int], *, text: str) -> int:
    """How many units with `text` in their names have not signed for all that these items ask of them."""
    cur.execute(
        f"""
        SELECT count(*) AS units FROM unit
        WHERE strpos(lower(name), lower(%(text)s)) > 0 AND EXISTS (SELECT {_OWED_OF_ITEMS} AND state = 'issued')
        """,
        {"checklist": checklist_id, "item_ids": list(item_ids), "text": text},
    )
    return value(cur, int)


def first_unsigned_units(
    cur: Cursor,
    checklist_id: int,
    item_ids: Sequence[int],
    *,
    text: str,
    limit: int,
    offset: int,
    after: Placed | None = None,
) -> list[UnsignedUnit]:
    """The same list where many have not signed: through the directory, from `offset` on or behind one of the units."""
    behind = "" if after is None else "AND (code, id) > (%(code)s, %(last)s)"
    cur.execute(
        f"""
        SELECT unit.id AS unit_id, name, duties, unsigned FROM (
            SELECT id, name, code FROM unit
            WHERE (%(text)s = '' OR strpos(lower(name), lower(%(text)s)) > 0) {behind}
                AND EXISTS (SELECT {_OWED_OF_ITEMS} AND state = 'issued')
            ORDER BY code, id LIMIT %(limit)s OFFSET %(offset)s
        ) AS unit CROSS JOIN LATERAL (
            SELECT count(*) AS duties, count(*) FILTER (WHERE state = 'issued') AS unsigned {_OWED_OF_ITEMS}
        ) AS owed
        ORDER BY code, unit.id
        """,
        {
            "checklist": checklist_id,
            "item_ids": list(item_ids),
            "text": text,
            "limit": limit,
            "offset": 0 if after else offset,
            "code": after.code if after else None,
            "last": after.unit_id if after else None,
        },
    )
    return many(cur, UnsignedUnit)


_IN_SPANS = """
    JOIN unnest(%(buckets)s::text[], %(firsts)s::date[], %(lasts)s::date[]) AS span(bucket, first, last)
        ON duty.bucket = span.bucket AND duty.due_on BETWEEN span.first AND span.last
"""


def _about(whose: Whose | None) -> dict[str, Any]:
    """The parameters of `_theirs`."""
    return {"above": whose.unit_id if whose else None, "name": whose.text if whose else ""}


def _theirs(whose: Whose) -> str:
    """The units of a Whose as the common table `theirs`; the statement gets `above` and `name`."""
    with_clause, source = "WITH", "SELECT id FROM unit"
    if whose.with_below:
        with_clause, source = f"WITH RECURSIVE {STEPS_BELOW},", "SELECT unnest(ids) AS id FROM step"
    elif whose.unit_id is not None:
        source = "SELECT %(above)s::bigint AS id"
    if whose.text:
        named = "SELECT id FROM unit WHERE strpos(lower(name), lower(%(name)s)) > 0"
        source = f"{source} INTERSECT {named}"
    return f"{with_clause} theirs AS ({source})"


def unit_name(cur: Cursor, unit_id: int) -> str | None:
    """What the unit is called; None as long as no event has told of it."""
    cur.execute("SELECT name FROM unit WHERE id = %s", (unit_id,))
    return value_or_none(cur, str)


def overdue_units(
    cur: Cursor,
    checklist_id: int,
    when: When,
    *,
    item_ids: Sequence[int] | None = None,
    unit_id: int | None = None,
    limit: int,
) -> list[OverdueUnit]:
    """The first units with overdue duties in directory order; `units_total` of each is how many there are.

    Of these items alone they are counted in the projection, else read from the counters.
    """
    open_duties = _OPEN_UNITS[when.is_over] if item_ids is None else _open_of_items(when.then)
    cur.execute(
        f"""
        WITH owed AS MATERIALIZED (
            SELECT unit_id, sum(duties)::bigint AS duties, min(due_on) AS since FROM ({open_duties}) AS found
            WHERE %(unit)s::bigint IS NULL OR unit_id = %(unit)s GROUP BY unit_id
        ), named AS (
            -- Through the directory in its order, until there are enough.
            SELECT unit_id, name, code, duties, since FROM unit JOIN owed ON owed.unit_id = unit.id
            ORDER BY code, id LIMIT %(limit)s
        ), unnamed AS (
            SELECT unit_id, '' AS name, NULL AS code, duties, since FROM owed
            WHERE (SELECT count(*) FROM named) < %(limit)s AND NOT EXISTS (SELECT FROM unit WHERE id = unit_id)
            ORDER BY unit_id LIMIT %(limit)s
        )
        SELECT unit_id, name, duties, since, (SELECT count(*) FROM owed) AS units_total
        FROM (SELECT * FROM named UNION ALL SELECT * FROM unnamed) AS found
        ORDER BY code, unit_id LIMIT %(limit)s
        """,
        {
            "checklist": checklist_id,
            "items": list(item_ids or ()),
            "unit": unit_id,
            "today": when.day,
            "day": when.then,
            "limit": limit,
        },
    )
    return many(cur, OverdueUnit)


def count_overdue_units(cur: Cursor, checklist_id: int, today: dt.date) -> int:
    """How many units have overdue duties."""
    cur.execute(
        f"SELECT count(*) AS units FROM (SELECT DISTINCT unit_id FROM ({_OPEN_UNITS[0]}) AS open) AS found",
        {"checklist": checklist_id, "today": today},
    )
    return value(cur, int)


def first_overdue_units(
    cur: Cursor, checklist_id: int, today: dt.date, *, units_total: int, limit: int
) -> list[OverdueUnit]:
    """The same as `overdue_units` where many are overdue: through the directory until there are enough of them.

    Summed and sorted by code, all of them would take longer the more there are.
    """
    cur.execute(
        f"""
        SELECT unit.id AS unit_id, name, owed.duties, owed.since, %(total)s::bigint AS units_total
        FROM unit CROSS JOIN LATERAL (
            SELECT sum(duties)::bigint AS duties, min(due_on) AS since FROM ({_OPEN_UNITS[0]}) AS open
            WHERE open.unit_id = unit.id HAVING count(*) > 0
        ) AS owed
        ORDER BY code, id LIMIT %(limit)s
        """,
        {"checklist": checklist_id, "today": today, "total": units_total, "limit": limit},
    )
    return many(cur, OverdueUnit)


def _open_of_items(then: dt.date | None) -> str:
    return f"""
        SELECT unit_id, due_on, 1 AS duties FROM {_duties(then)}
        WHERE item_id = ANY (%(items)s::bigint[]) AND bucket IN ('open', 'open_blocked') AND due_on < %(today)s
    """


def groups_of_units(
    cur: Cursor, checklist_id: int, item_ids: Sequence[int], then: dt.date | None, *, whose: Whose
) -> dict[int, list[Group]]:
    """What the counters would hold of each item if there were only these units: read from the projection."""
    cur.execute(
        f"""
        {_theirs(whose)}
        SELECT item_id AS key, due_on, bucket, count(*) AS duties FROM {_duties(then)}
        WHERE checklist_id = %(checklist_id)s AND item_id = ANY(%(item_ids)s::bigint[])
            AND unit_id IN (SELECT id FROM theirs)
        GROUP BY item_id, due_on, bucket
        """,
        {"checklist_id": checklist_id, "item_ids": list(item_ids), "day": then, **_about(whose)},
    )
    return _grouped(many(cur, KeyedGroup))


def paused_groups(
    cur: Cursor,
    item_ids: Sequence[int],
    told: tuple[dt.date | None, dt.date | None],
    then: dt.date | None,
    *,
    whose: Whose | None,
) -> dict[int, list[Group]]:
    """What the counters would hold of the duties whose clock is paused, if there were only these units and those days.

    The days are those that pages show of them.
    """
    cur.execute(
        f"""
        {_theirs(whose) if whose else ""}
        SELECT item_id AS key, due_on, bucket, count(*) AS duties FROM {_duties(then)}
        WHERE item_id = ANY (%(item_ids)s::bigint[]) AND bucket = 'open_blocked' AND due_on = %(latest)s
            AND told_due_on BETWEEN %(first)s AND %(last)s
            {"AND unit_id IN (SELECT id FROM theirs)" if whose else ""}
        GROUP BY item_id, due_on, bucket
        """,
        {
            "item_ids": list(item_ids),
            "latest": LATEST,
            "first": told[0] or EARLIEST,
            "last": told[1] or LATEST,
            "day": then,
            **_about(whose),
        },
    )
    return _grouped(many(cur, KeyedGroup))


def duties_in_slices(
    cur: Cursor,
    slices: Sequence[Slice],
    spans: Sequence[Span],
    then: dt.date | None = None,
    *,
    whose: Whose | None,
    told: tuple[dt.date | None, dt.date | None] = (None, None),
) -> list[FoundDuty]:
    """The duties of each slice, in its order; `whose` None means all units. Only the items on the page are read.

    `told` are the first and the last day of those whose clock is paused, as pages show it; None leaves that end open.
    """
    cur.execute(
        f"""
        {_theirs(whose) if whose else ""}
        SELECT found.*, parts_total, parts_done
            FROM unnest(%(item_ids)s::bigint[], %(due_ons)s::date[], %(offsets)s::bigint[], %(limits)s::bigint[])
            WITH ORDINALITY AS slice(item_id, due_on, skip, size, place)
        CROSS JOIN LATERAL (
            SELECT duty.id AS duty_id, duty.item_id, duty.unit_id, duty.period,
                coalesce(duty.told_due_on, duty.due_on) AS due_on, duty.state, duty.done_on, duty.is_blocked,
                duty.paused_on, coalesce(unit.name, '') AS unit, unit.code
            FROM {_duties(then)} {_IN_SPANS}
            -- Each by its key: joined, the whole directory may be read once per slice.
            LEFT JOIN LATERAL (SELECT name, code FROM unit WHERE id = duty.unit_id OFFSET 0) AS unit ON true
            WHERE duty.item_id = slice.item_id AND (slice.due_on IS NULL OR duty.due_on = slice.due_on)
                AND (duty.due_on <> %(latest)s OR duty.told_due_on IS NULL
                    OR duty.told_due_on BETWEEN %(told_first)s AND %(told_last)s)
                {"AND duty.unit_id IN (SELECT id FROM theirs)" if whose else ""}
            ORDER BY duty.due_on, unit.code, duty.id
            LIMIT slice.size OFFSET slice.skip
        ) AS found
        {_parts("found.duty_id", then)}
        ORDER BY slice.place, found.due_on, found.code, found.duty_id
        """,
        _asked_for(slices, spans, told) | _about(whose) | {"day": then},
    )
    return many(cur, FoundDuty)


def duties_in_directory_order(
    cur: Cursor, checklist_id: int, part: Slice, spans: Sequence[Span], *, after: PlacedDuty | None = None
) -> list[FoundDuty]:
    """The same as `duties_in_slices` of one large slice due on one day, from its offset on or behind one of its duties.

    Through the directory until there are enough of them: sorted, all of them would have to be read. Units that are not
    known yet are left out.
    """
    behind = "" if after is None else "AND unit.code >= %(code)s AND (unit.code > %(code)s OR duty.id > %(last)s)"
    cur.execute(
        f"""
        SELECT found.*, parts_total, parts_done FROM (
            SELECT duty.id AS duty_id, duty.item_id, duty.unit_id, duty.period,
                coalesce(duty.told_due_on, duty.due_on) AS due_on, duty.state, duty.done_on, duty.is_blocked,
                duty.paused_on, unit.name AS unit, unit.code
            FROM unit CROSS JOIN LATERAL (
                SELECT duty.* FROM duty {_IN_SPANS}
                WHERE duty.unit_id = unit.id AND duty.checklist_id = %(checklist)s AND duty.item_id = %(item)s
                    AND duty.due_on = %(due_on)s
                -- Unit by unit: joined, all that are due on the day may be read and sorted.
                OFFSET 0
            ) AS duty
            WHERE true {behind}
            ORDER BY unit.code, unit.id, duty.id LIMIT %(limit)s OFFSET %(offset)s
        ) AS found
        {_parts("found.duty_id", None)}
        ORDER BY found.code, found.unit_id, found.duty_id
        """,
        _asked_for([], spans, (None, None))
        | {
            "checklist": checklist_id,
            "item": part.item_id,
            "due_on": part.due_on,
            "limit": part.limit,
            "offset": 0 if after else part.offset,
            "code": after.code if after else None,
            "last": after.duty_id if after else None,
        },
    )
    return many(cur, FoundDuty)


def place_of_duty(cur: Cursor, duty_id: int) -> PlacedDuty | None:
    """Where a duty stands among those of its item; None for one that is not known, or whose unit is not."""
    cur.execute(
        """
        SELECT duty.id AS duty_id, item_id, due_on, code FROM duty JOIN unit ON unit.id = unit_id WHERE duty.id = %s
        """,
        (duty_id,),
    )
    return one(cur, PlacedDuty)


def _asked_for(
    slices: Sequence[Slice], spans: Sequence[Span], told: tuple[dt.date | None, dt.date | None]
) -> dict[str, Any]:
    return {
        "item_ids": [part.item_id for part in slices],
        "due_ons": [part.due_on for part in slices],
        "offsets": [part.offset for part in slices],
        "limits": [part.limit for part in slices],
        "buckets": [span.bucket.value for span in spans],
        "firsts": [span.first for span in spans],
        "lasts": [span.last for span in spans],
        "latest": LATEST,
        "told_first": told[0] or EARLIEST,
        "told_last": told[1] or LATEST,
    }


def _grouped(rows: Iterable[KeyedGroup]) -> dict[int, list[Group]]:
    found: dict[int, list[Group]] = {}
    for key, due_on, bucket, duties in rows:
        found.setdefault(key, []).append(Group(due_on, bucket, duties))
    return found
