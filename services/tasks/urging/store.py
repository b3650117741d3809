"""Writes of urging: a line in the history of each duty, and the announcement by unit."""

from __future__ import annotations

from collections.abc import Sequence

from services.tasks.issuing.store import EVENT_DUTIES
from shared.actor import Signature
from shared.database import Cursor
from shared.events import DutiesUrged
from shared.rows import value


def urge(cur: Cursor, duty_ids: Sequence[int], text: str, *, who: Signature, correlation_id: str) -> int:
    """Urge locked duties and return how many units are told.

    Their versions stay: what pages say of them is not different.
    """
    cur.execute(
        """
        WITH urged AS (
            INSERT INTO duty_history (duty_id, version, action, text, person_id, person_name, post, unit_name)
            SELECT id, version, 'urged', %(text)s, %(person)s, %(name)s, %(post)s, %(unit)s
            FROM duty WHERE id = ANY (%(ids)s) ORDER BY id RETURNING duty_id
        ), parts AS (
            SELECT unit_id, duty_id, (row_number() OVER (PARTITION BY unit_id ORDER BY duty_id) - 1) / %(most)s AS part
            FROM urged JOIN duty ON duty.id = duty_id
        ), announced AS (
            INSERT INTO outbox (id, type, payload, correlation_id)
            SELECT gen_random_uuid(), %(type)s,
                jsonb_strip_nulls(jsonb_build_object('unit_id', unit_id,
                    'duty_ids', jsonb_agg(duty_id ORDER BY duty_id), 'text', nullif(%(text)s, ''))), %(request)s
            FROM parts GROUP BY unit_id, part ORDER BY unit_id, part
        )
        SELECT count(DISTINCT unit_id) AS units FROM parts
        """,
        {
            "ids": list(duty_ids),
            "text": text,
            "person": who.person_id,
            "name": who.name,
            "post": who.post,
            "unit": who.unit,
            "most": EVENT_DUTIES,
            "type": DutiesUrged.TYPE,
            "request": correlation_id,
        },
    )
    return value(cur, int)
