"""Which tables of a database are its log: their rows are sealed, and nobody may change them afterwards."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """A table with an `id`, the column of its rows' moment, and which of them are sealed.

    `least` are the days that its rows must stay where a policy lets them go; without it they stay for ever. The
    migration that seals the table (`CALL seal_rows_of(…)`) says the same.
    """

    table: str
    at: str = "at"
    where: str = "true"
    least: int | None = None


REFUSALS = Source("refusal", at="refused_at", least=180)
CUTS = Source("log_cut", at="cut_at")
OF_ALL = (REFUSALS, CUTS)
