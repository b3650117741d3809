"""What the event path and the calls count. Labels come from closed sets only, never from people, units or duties."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

OUTBOX_UNSENT = Gauge(
    "qingdan_outbox_unsent_rows", "Outbox rows that a reader has not passed yet", ["database", "reader"]
)
OUTBOX_AGE = Gauge("qingdan_outbox_oldest_seconds", "Age of the oldest such row", ["database", "reader"])
RELAY_PUBLISHES = Counter("qingdan_relay_publishes_total", "Events by what became of them", ["database", "outcome"])
HANDLER_SECONDS = Histogram(
    "qingdan_handler_batch_seconds",
    "Time of one batch with its transaction",
    ["service"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
HANDLER_EVENTS = Counter("qingdan_handler_events_total", "Events handled", ["service", "type", "outcome"])
PARKED = Counter("qingdan_parked_messages_total", "Messages put into the parking lot", ["service"])
PARKED_WAITING = Gauge("qingdan_parked_messages_waiting", "Messages in the parking lot without a decision", ["service"])
CALL_SECONDS = Histogram(
    "qingdan_call_seconds",
    "Time of one call as the service sees it",
    ["service", "outcome"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
REFUSED_CALLS = Counter("qingdan_refused_calls_total", "Messages that are no calls", ["service"])
LOST_REPLIES = Counter("qingdan_lost_replies_total", "Answers that could not be sent", ["service"])
TICK_SUCCESS = Gauge("qingdan_tick_last_success_seconds", "Unix time of the last successful tick", ["service", "tick"])
TICK_FAILURES = Counter("qingdan_tick_failures_total", "Ticks that failed", ["service", "tick"])
LOOP_FAILURES = Counter("qingdan_loop_failures_total", "Steps of background loops that failed", ["loop", "cause"])
