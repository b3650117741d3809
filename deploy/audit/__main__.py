"""Run all three, say a sentence about each, and end with 0 only when each was done and found nothing.

1: something is wrong. 2: something could not be looked at, which is no pass.
"""

from __future__ import annotations

import sys

from deploy.audit import contents, findings, known_faults
from deploy.audit.outcome import Outcome


def main() -> int:
    """Return the exit code."""
    outcomes: list[Outcome] = []
    for look in (findings.look, known_faults.look, contents.write):
        outcome = look()
        outcomes.append(outcome)
        sys.stdout.write(f"audit: {outcome.said}\n")
        sys.stdout.flush()
    return worst(outcomes)


def worst(outcomes: list[Outcome]) -> int:
    """What is wrong comes before what nobody could look at."""
    codes = {outcome.code for outcome in outcomes}
    return next((code for code in (1, 2) if code in codes), 0)


if __name__ == "__main__":
    sys.exit(main())
