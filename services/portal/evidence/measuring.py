"""What monitoring shows of files on their way: those that were refused, altered, or may belong to no duty."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

from services.portal.evidence.refusals import Reason
from shared.process.metrics import begin_at_zero

AWAY = "scanner_away"
REFUSED = Counter("qingdan_evidence_refused_total", "Files that did not become evidence", ["reason"])
ALTERED = Counter("qingdan_evidence_altered_total", "Downloads of files that are missing or altered in the store")
UNSETTLED = Gauge("qingdan_evidence_unsettled_files", "Files of the store that may belong to no duty")
OLDEST = Gauge("qingdan_evidence_oldest_unsettled_seconds", "Since when the oldest of them may")
FORGOTTEN = Counter("qingdan_evidence_forgotten_total", "Files that went from the store because no duty has them")

begin_at_zero(REFUSED, [*Reason, AWAY])
