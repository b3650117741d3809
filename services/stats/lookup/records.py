"""What the queries of looking up return."""

from __future__ import annotations

from typing import NamedTuple


class Found(NamedTuple):
    """A report or an indicator; `submission_id` is a report's newest form of the unit that asks."""

    kind: str
    id: int
    code: str
    name: str
    basis_number: str
    definition: str
    submission_id: int | None
    is_invented: bool
