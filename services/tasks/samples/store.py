"""Writes of samples: a checklist's seed, and the draw of the duties that were just made."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import NamedTuple

from services.tasks.duties.sampling import limit_of
from shared.database import Cursor
from shared.rows import one, values


class _Seeded(NamedTuple):
    sample_seed: str
    sample_percent: int


def seed(cur: Cursor, checklist_id: int) -> str:
    """Give a checklist that is being issued its seed, 128 bits that nobody chose, and return it."""
    made = secrets.token_hex(16)
    cur.execute("UPDATE checklist SET sample_seed = %s WHERE id = %s", (made, checklist_id))
    return made


_DRAW = """
    WITH candidate AS (
        SELECT id, unit_id,
            sha256(convert_to(concat_ws('|', %(seed)s, unit_id, item_id, period), 'UTF8')) AS digest
        FROM duty
        WHERE unit_id = ANY (%(units)s) AND item_id = ANY (%(items)s) AND sampled_in IS NULL AND state <> 'withdrawn'
            AND parent_id IS NULL
    ), placed AS (
        SELECT id, digest, row_number() OVER (PARTITION BY unit_id ORDER BY digest) = 1 AS is_smallest FROM candidate
    )
    UPDATE duty SET sampled_in = %(revision)s,
        is_sampled = placed.digest < %(limit)s OR placed.is_smallest AND NOT EXISTS (
            SELECT FROM duty AS before
            WHERE before.checklist_id = %(checklist)s AND before.unit_id = duty.unit_id
                AND before.sampled_in IS NOT NULL)
    FROM placed WHERE duty.id = placed.id
"""


def draw(cur: Cursor, checklist_id: int, *, revision: int, unit_ids: Sequence[int]) -> None:
    """Decide which duties of sampled items are looked at, of those that came with `revision` to these units.

    All of a unit's duties of a revision are made in one transaction, which draws them too. See `duties/sampling.py`.
    Without a seed the rule of the release before holds, which issued the checklist.
    """
    cur.execute(
        "SELECT sample_seed, sample_percent FROM checklist WHERE id = %s AND sample_seed IS NOT NULL", (checklist_id,)
    )
    by = one(cur, _Seeded)
    items = _sampled_items(cur, checklist_id) if by else []
    if not by or not items:
        return
    cur.execute(
        _DRAW,
        {
            "checklist": checklist_id,
            "revision": revision,
            "seed": by.sample_seed,
            "limit": limit_of(by.sample_percent),
            "units": list(unit_ids),
            "items": items,
        },
    )


def _sampled_items(cur: Cursor, checklist_id: int) -> list[int]:
    cur.execute(
        """
        SELECT id FROM checklist_row
        WHERE checklist_id = %s AND level = 4 AND review_rule = 'sample' AND dropped_in IS NULL ORDER BY id
        """,
        (checklist_id,),
    )
    return values(cur, int)
