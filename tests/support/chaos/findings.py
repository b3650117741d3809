"""What the checker finds."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Harm(StrEnum):
    """What is wrong with it."""

    LOST = "lost"
    DOUBLED = "doubled"
    WRONG = "wrong"
    DEFECT = "500"


class Finding(NamedTuple):
    """One thing that is not as it must be; `check` is the name of who found it."""

    check: str
    harm: Harm
    what: str

    def __str__(self) -> str:
        return f"{self.harm.value} ({self.check}): {self.what}"


def times(check: str, found: int, least: int, most: int, what: str) -> list[Finding]:
    """Whether something is there as often as it must be."""
    if found < least:
        return [Finding(check, Harm.LOST, f"{what}: {found} instead of {least}")]
    if found > most:
        return [Finding(check, Harm.DOUBLED, f"{what}: {found} instead of {most}")]
    return []
