"""What one of the looks found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
REQUIREMENTS = ROOT / "requirements.txt"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`code`: 0 looked at and right, 1 something is wrong, 2 could not be looked at."""

    code: int
    said: str
