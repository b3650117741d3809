"""A checklist's rows as one tree, with their numbers and the units that they have of their own or from above."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.tasks.drafting.checklist import Units
from services.tasks.drafting.records import Row

# What the audit log compares of a row.
LOGGED = (
    *("title", "body", "leads", "units", "due_on", "recurrence", "due_day", "review_rule", "acceptance_rule"),
    *("evidence_rule", "reviewer"),
    *("row_above", "number"),
)


@dataclass(frozen=True, slots=True)
class Tree:
    """All rows of one checklist in reading order, with their numbers and units."""

    rows: dict[int, Row]
    numbers: dict[int, str]
    units: dict[int, Units]

    def row_as_dict(self, row_id: int) -> dict[str, Any]:
        return _row_as_dict(self.rows[row_id], self.numbers[row_id], self.units[row_id])

    def row_as_logged(self, row_id: int, *, with_inherited: bool = False) -> dict[str, Any]:
        """The row as the audit log compares it: the one above by its title, its own units by part and name.

        `with_inherited` also those that it has from a row above.
        """
        row, units = self.rows[row_id], self.units[row_id]
        own = () if units.is_inherited and not with_inherited else units.entries
        return self.row_as_dict(row_id) | {
            "row_above": self.rows[row.parent_id].title if row.parent_id else None,
            "leads": [unit.name for unit in own if unit.role == "lead"],
            "units": [unit.name for unit in own if unit.role == "support"],
        }

    def row_dicts(self) -> list[dict[str, Any]]:
        return [self.row_as_dict(row_id) for row_id in self.rows]


def _row_as_dict(row: Row, number: str, units: Units) -> dict[str, Any]:
    return {
        "row_id": row.id,
        "parent_id": row.parent_id,
        "level": row.level,
        "position": row.position,
        "number": number,
        "title": row.title,
        "body": row.body,
        "due_on": row.due_on.isoformat() if row.due_on else None,
        "recurrence": row.recurrence,
        "due_day": row.due_day,
        "review_rule": row.review_rule,
        "acceptance_rule": row.acceptance_rule,
        "evidence_rule": row.evidence_rule,
        "reviewer_unit_id": row.reviewer_unit_id,
        "reviewer": row.reviewer,
        "units": [
            {"role": unit.role, "unit_id": unit.unit_id, "group_id": unit.group_id, "name": unit.name}
            for unit in units.entries
        ],
        "inherits_units": units.is_inherited,
        "version": row.version,
    }
