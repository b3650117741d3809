"""What monitoring shows of kept commands."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

from shared.process.metrics import begin_at_zero

OUTCOMES = ("received", "confirmed", "refused", "given_up")
KEPT = Counter("qingdan_kept_commands_total", "Commands that were kept, and what became of them", ["outcome"])
WAITING = Gauge("qingdan_kept_commands_waiting", "Kept commands that wait to be sent")
OLDEST = Gauge("qingdan_kept_commands_oldest_seconds", "For how long the oldest of them has waited")

begin_at_zero(KEPT, OUTCOMES)
