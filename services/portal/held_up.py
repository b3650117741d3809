"""Tells the audit log that somebody tries too often and is not looked at: once in a while, not once a request.

Signing in has counters in the database of the portals and remembers there what was told
(`services/portal/signing_in/attempts.py`); here each portal process remembers for itself.
"""

from __future__ import annotations

import logging

from services.portal import rate_limits
from services.portal.clients import ask
from services.portal.signing_in import browsers
from shared.errors import QingdanError

log = logging.getLogger(__name__)


def note_once(what: str, by: str, *, person_id: int | None = None) -> None:
    """Put on record that `what` is tried too often `by` somebody, unless a quarter of an hour ago it was.

    Whoever tries is answered all the same where the log cannot be reached, and the next time is noted.
    """
    if not rate_limits.is_to_be_noted(what, by):
        return
    try:
        ask("tasks", "note_held_up", what=what, person_id=person_id, mark=browsers.mark_of(rate_limits.client()))
    except QingdanError as error:
        log.warning("the audit log does not know that somebody is held up", extra={"reason": str(error)})
        rate_limits.not_noted(what, by)
