"""How long rows of this service's tables stay: as long as the events that they were made from say."""

from __future__ import annotations

from shared.retention import Retention

RETENTION = Retention(
    bounded=frozenset(
        {"unit", "person", "checklist", "issued_row", "duty", "item_count", "unit_count", "as_of"},
    )
)
