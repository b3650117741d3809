"""How long rows of the portal's own database stay."""

from __future__ import annotations

from services.portal import store
from services.portal.keeping.store import KEPT
from services.portal.signing_in.store import ATTEMPTS
from shared.retention import Retention

RETENTION = Retention(policies=(store.SESSIONS, KEPT, ATTEMPTS), bounded=frozenset({"upload"}))
