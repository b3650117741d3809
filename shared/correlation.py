"""The number that follows one click through calls, events and logs, as it may come from anybody."""

from __future__ import annotations

import re

LONGEST = 64
_OURS = re.compile(rf"[A-Za-z0-9._:/-]{{1,{LONGEST}}}", re.ASCII)


def correlation_id_of(found: object) -> str:
    """What may go on to logs and other services: `found` itself, or "" for what no process of ours would have made."""
    return found if isinstance(found, str) and _OURS.fullmatch(found) else ""
