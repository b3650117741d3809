"""All reads of imports."""

from __future__ import annotations

from collections.abc import Sequence

from services.stats.past.records import CalledUnit, Problem, ReadyCell, Run
from shared.database import Cursor
from shared.rows import many, one, value

RUN_COLUMNS = ", ".join(Run._fields)


def run(cur: Cursor, run_id: int) -> Run | None:
    """An import; None when it is unknown."""
    cur.execute(f"SELECT {RUN_COLUMNS} FROM import_run WHERE id = %s", (run_id,))
    return one(cur, Run)


def locked_run(cur: Cursor, run_id: int) -> Run | None:
    """An import that nobody else changes until the commit."""
    cur.execute(f"SELECT {RUN_COLUMNS} FROM import_run WHERE id = %s FOR UPDATE", (run_id,))
    return one(cur, Run)


def newest_runs(cur: Cursor, *, limit: int) -> list[Run]:
    """The newest imports first."""
    cur.execute(f"SELECT {RUN_COLUMNS} FROM import_run ORDER BY id DESC LIMIT %s", (limit,))
    return many(cur, Run)


def problems(cur: Cursor, run_id: int, *, limit: int, offset: int) -> list[Problem]:
    """The cells that are wrong, in the order of the file."""
    cur.execute(
        """
        SELECT place, indicator, unit, period, typed, problem_zh, problem_en FROM import_cell
        WHERE run_id = %s AND problem_zh <> '' ORDER BY number LIMIT %s OFFSET %s
        """,
        (run_id, limit, offset),
    )
    return many(cur, Problem)


def count_problems(cur: Cursor, run_id: int) -> int:
    """How many cells are wrong."""
    cur.execute("SELECT count(*) FROM import_cell WHERE run_id = %s AND problem_zh <> ''", (run_id,))
    return value(cur, int)


def next_cells(cur: Cursor, run_id: int, *, limit: int, last: int | None = None) -> list[ReadyCell]:
    """The next cells that are right, in the order of the file, up to the `last`-th of it."""
    cur.execute(
        """
        SELECT number, indicator_id, unit_id, period, value, no_figure FROM import_cell
        WHERE run_id = %s AND problem_zh = '' AND number <= coalesce(%s, number)
        ORDER BY number LIMIT %s
        """,
        (run_id, last, limit),
    )
    return many(cur, ReadyCell)


def units_called(cur: Cursor, texts: Sequence[str]) -> dict[str, list[int]]:
    """The units that texts may mean: the one with that code, or else all with that name."""
    cur.execute(
        """
        SELECT typed, coalesce(coded.id, named.id) AS id FROM unnest(%s::text[]) AS typed
            LEFT JOIN unit AS coded ON coded.code = typed
            LEFT JOIN unit AS named ON named.name = typed AND coded.id IS NULL
        WHERE coalesce(coded.id, named.id) IS NOT NULL
        """,
        (list(texts),),
    )
    found: dict[str, list[int]] = {}
    for unit in many(cur, CalledUnit):
        found.setdefault(unit.typed, []).append(unit.id)
    return found
