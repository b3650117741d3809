"""Faults that are known of the packages that the product installs, by pip-audit.

pip-audit ends with 0 also where its service knows none of the packages, as behind a mirror: it passes over them. Here
that is not counted as looked at.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from deploy.audit.outcome import REQUIREMENTS, ROOT, Outcome

AWAY = (
    "the packages were NOT checked for known faults: the service of pip-audit was not reached, or what answered in its"
    " stead knows none of them. Run it again where the Internet is."
)
SECONDS = 300


def look() -> Outcome:
    """Ask for each package of the lock file; nothing is installed or resolved."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(REQUIREMENTS)]
    command += ["--require-hashes", "--disable-pip", "--progress-spinner", "off", "--format", "json"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False)  # noqa: S603 - our own words
    except subprocess.TimeoutExpired:
        return Outcome(2, AWAY)
    return judged(done.stdout)


def judged(answer: str) -> Outcome:
    """The outcome of what pip-audit printed as JSON; what is none is an answer of nobody."""
    try:
        packages: list[dict[str, Any]] = json.loads(answer)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return Outcome(2, AWAY)
    faulty = [f"{one['name']} {one['version']}: {fault['id']}" for one in packages for fault in one.get("vulns", [])]
    passed_over = [one["name"] for one in packages if "skip_reason" in one]
    if faulty:
        return Outcome(1, "known faults:\n  " + "\n  ".join(faulty) + _and_not_checked(passed_over))
    if not packages or len(passed_over) == len(packages):
        return Outcome(2, AWAY)
    if passed_over:
        return Outcome(2, f"no known faults of the others.{_and_not_checked(passed_over)}")
    return Outcome(0, f"{len(packages)} packages, no known faults.")


def _and_not_checked(names: list[str]) -> str:
    return f" NOT checked, because the service does not know them: {', '.join(names)}." if names else ""
