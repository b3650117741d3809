"""How much good practice there is, of all units together: for lines that a page does without if it must."""

from __future__ import annotations

import logging

from services.portal.clients import ask
from shared.errors import QingdanError
from shared.limits import CALLER

log = logging.getLogger(__name__)


def published() -> int:
    """How many everybody may read."""
    return _counts()["published"]


def waiting() -> int:
    """How many wait for the lead bureau, to whom alone it is told."""
    return _counts()["waiting"]


def _counts() -> dict[str, int]:
    try:
        return ask("tasks", "count_practices", within=CALLER.aside)
    except QingdanError:
        log.warning("the number of good practices is not to be had")
        return {"published": 0, "waiting": 0}
