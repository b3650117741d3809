"""Reads of looking up. Words are looked for as they are: strpos knows no patterns."""

from __future__ import annotations

from collections.abc import Sequence

from services.stats.lookup.records import Found
from shared.database import Cursor
from shared.rows import many, value

_SOUGHT = """
    FROM (
        SELECT 'report' AS kind, report.id, table_number AS code, name, basis_number, '' AS definition, (
            SELECT submission.id FROM submission
            WHERE report_id = report.id AND unit_id = %(unit)s AND is_expected ORDER BY period DESC LIMIT 1
        ) AS submission_id, is_invented
        FROM report
        UNION ALL
        SELECT 'indicator', id, code, name, basis_number, definition, NULL, is_invented FROM indicator
    ) AS sought
    WHERE (kind = 'indicator' OR %(reads_reports)s OR submission_id IS NOT NULL)
"""
_HOLDS = "AND strpos(lower(concat_ws(E'\\n', code, name, basis_number, definition)), lower(%(word_{n})s)) > 0"


def count(cur: Cursor, words: Sequence[str], unit_id: int, *, reads_reports: bool) -> int:
    """How many of `found` there are."""
    cur.execute(f"SELECT count(*) AS total {_SOUGHT} {_each(words)}", _params(words, unit_id, reads_reports))
    return value(cur, int)


def found(
    cur: Cursor, words: Sequence[str], unit_id: int, *, reads_reports: bool, limit: int, offset: int
) -> list[Found]:
    """Reports, then indicators that hold all the words, by code; without `reads_reports` only those the unit owes."""
    cur.execute(
        f"""
        SELECT {", ".join(Found._fields)} {_SOUGHT} {_each(words)}
        ORDER BY kind DESC, code LIMIT %(limit)s OFFSET %(offset)s
        """,
        {**_params(words, unit_id, reads_reports), "limit": limit, "offset": offset},
    )
    return many(cur, Found)


def _each(words: Sequence[str]) -> str:
    return " ".join(_HOLDS.format(n=n) for n in range(len(words)))


def _params(words: Sequence[str], unit_id: int, reads_reports: bool) -> dict[str, object]:
    return {"unit": unit_id, "reads_reports": reads_reports} | {f"word_{n}": word for n, word in enumerate(words)}
