"""What monitoring shows of evidence: how much of it duties have."""

from __future__ import annotations

from prometheus_client import Gauge

from services.tasks.evidence import queries
from shared.database import Cursor

FILES = Gauge("qingdan_evidence_files", "Files that duties have as evidence")
BYTES = Gauge("qingdan_evidence_bytes", "How large they are together")


def measure(cur: Cursor) -> None:
    """Set the gauges."""
    kept = queries.kept(cur)
    FILES.set(kept.files)
    BYTES.set(kept.bytes)
