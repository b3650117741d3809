"""All reads of indicators."""

from __future__ import annotations

from collections.abc import Sequence

from services.stats.indicators.records import AskingReport, Indicator, IndicatorVersion, KeptContent
from shared.database import Cursor
from shared.rows import many, values

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


def found_indicators(cur: Cursor, text: str) -> list[Indicator]:
    """The indicators whose code, name or definition holds `text`, by code."""
    cur.execute(
        f"""
        SELECT {COLUMNS} FROM indicator
        WHERE %(text)s = '' OR strpos(lower(code || ' ' || name || ' ' || definition), lower(%(text)s)) > 0
        ORDER BY code
        """,
        {"text": text},
    )
    return many(cur, Indicator)


def versions(cur: Cursor, indicator_id: int) -> list[IndicatorVersion]:
    """The versions of an indicator, oldest first."""
    cur.execute(
        """
        SELECT version, content, changed_at, person_post, person_unit FROM indicator_version
        WHERE indicator_id = %s ORDER BY version
        """,
        (indicator_id,),
    )
    return many(cur, IndicatorVersion)


def contents(cur: Cursor, wanted: Sequence[tuple[int, int]]) -> list[KeptContent]:
    """Those of the versions (indicator, version) that were kept, as they were then."""
    cur.execute(
        """
        SELECT indicator_id, version, content
        FROM indicator_version JOIN unnest(%s::bigint[], %s::integer[]) AS wanted (indicator_id, version)
            USING (indicator_id, version)
        """,
        ([indicator_id for indicator_id, _ in wanted], [version for _, version in wanted]),
    )
    return many(cur, KeptContent)


def in_use(cur: Cursor, ids: Sequence[int]) -> set[int]:
    """Those of the indicators of which there are figures or adjustments, or of which units have typed something."""
    cur.execute(
        """
        SELECT id FROM unnest(%s::bigint[]) AS wanted (id)
        WHERE EXISTS (SELECT FROM fact WHERE indicator_id = wanted.id)
            OR EXISTS (SELECT FROM adjustment WHERE indicator_id = wanted.id)
            OR EXISTS (SELECT FROM submission_cell WHERE indicator_id = wanted.id
                AND (typed <> '' OR typed_total <> '' OR no_figure <> ''))
        """,
        (list(ids),),
    )
    return set(values(cur, int))


def asking_reports(cur: Cursor, indicator_id: int) -> list[AskingReport]:
    """The reports that ask an indicator, by table number."""
    cur.execute(
        """
        SELECT report_id, table_number, name FROM report_line JOIN report ON report.id = report_id
        WHERE indicator_id = %s ORDER BY table_number
        """,
        (indicator_id,),
    )
    return many(cur, AskingReport)
