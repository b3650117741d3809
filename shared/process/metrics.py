"""What the plumbing counts. Labels come from closed sets only, never from people, units or duties.

What a service counts of its own subject is in its `measuring.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from itertools import product

from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics

# A second series for each counter, with the time of its birth, which nothing here asks for.
disable_created_metrics()  # type: ignore[no-untyped-call]

QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
BATCHES = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30, 60)
WEIGHTS = (512, 4096, 16384, 65536, 131072, 262144, 327680)
LAGS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1800)

BUILD = Gauge("qingdan_build_info", "Always 1; the label is the release", ["version"])
READY = Gauge("qingdan_ready", "Whether a check of this process passes", ["check"])

CALL_SECONDS = Histogram(
    "qingdan_call_seconds",
    "Time of one call as the service sees it",
    ["service", "operation", "outcome"],
    buckets=QUICK,
)
RPC_CLIENT_SECONDS = Histogram(
    "qingdan_rpc_client_seconds", "Time of one call as the caller sees it", ["service", "outcome"], buckets=QUICK
)
REFUSED_CALLS = Counter("qingdan_refused_calls_total", "Messages that are no calls", ["service"])
UNPROVEN_CALLS = Counter(
    "qingdan_unproven_calls_total",
    "Calls without a signature that holds: unsigned or forged ones are refused, late ones signed anew by their caller, "
    "accepted ones were unsigned and carried out as the setting allows",
    ["service", "outcome"],
)
LOST_REPLIES = Counter("qingdan_lost_replies_total", "Answers that could not be sent", ["service"])

FILES_READ_APART = Counter(
    "qingdan_files_read_apart_total",
    "Files that a process of their own was to read, by what became of it: read, refused, memory, time or failed",
    ["outcome"],
)

OUTBOX_UNSENT = Gauge(
    "qingdan_outbox_unsent_rows", "Outbox rows that a reader has not passed yet", ["database", "reader"]
)
OUTBOX_AGE = Gauge("qingdan_outbox_oldest_seconds", "Age of the oldest such row", ["database", "reader"])
OUTBOX_HELD = Gauge(
    "qingdan_outbox_held_seconds",
    "How long an event has waited for the transaction of a session of its database",
    ["database", "pid", "role", "application"],
)
RELAY_ACTIVE = Gauge("qingdan_relay_active", "1 in the relay that leads, 0 in one that stands by", ["database"])
RELAY_PUBLISHES = Counter("qingdan_relay_publishes_total", "Events by what became of them", ["database", "outcome"])

QUEUE_MESSAGES = Gauge("qingdan_queue_messages", "Messages ready in a queue", ["queue"])
QUEUE_CONSUMERS = Gauge("qingdan_queue_consumers", "Consumers of a queue", ["queue"])

HANDLER_SECONDS = Histogram(
    "qingdan_handler_batch_seconds", "Time of one batch with its transaction", ["service"], buckets=BATCHES
)
HANDLER_BYTES = Histogram(
    "qingdan_handler_batch_bytes", "What the events of one batch weigh together", ["service"], buckets=WEIGHTS
)
HANDLER_EVENTS = Counter("qingdan_handler_events_total", "Events handled", ["service", "type", "outcome"])
EVENT_LAG = Histogram(
    "qingdan_event_lag_seconds",
    "From the time of a batch's oldest event to its committed effect",
    ["service"],
    buckets=LAGS,
)
NEWEST_TICK = Gauge(
    "qingdan_consumer_newest_tick_seconds",
    "Unix time of the newest heartbeat of a database that is in effect at a consumer",
    ["service", "database"],
)
MADE_GOOD = Counter(
    "qingdan_events_made_good_total", "Events that were lost on the way and took effect when sent again", ["service"]
)
GAP_AGE = Gauge(
    "qingdan_gap_oldest_seconds", "Age of the oldest gap in what a consumer heard, once it asked for it", ["service"]
)
PARKED = Counter("qingdan_parked_messages_total", "Messages put into the parking lot", ["service"])
PARKED_WAITING = Gauge("qingdan_parked_messages_waiting", "Messages in the parking lot without a decision", ["service"])
PARKED_AGE = Gauge("qingdan_parked_oldest_seconds", "Age of the oldest such message", ["service"])

LOG_UNSEALED = Gauge("qingdan_log_unsealed_rows", "Rows of the log that wait for their seal", ["database"])
LOG_UNSEALED_AGE = Gauge("qingdan_log_unsealed_oldest_seconds", "Age of the oldest such row", ["database"])

STORED_ROWS = Gauge(
    "qingdan_stored_rows", "Rows of a table, about, as the database's statistics say", ["database", "table"]
)
STORED_OLDEST = Gauge(
    "qingdan_stored_oldest_seconds", "Age of the oldest row that a retention policy speaks of", ["database", "policy"]
)
RETENTION_SUCCESS = Gauge(
    "qingdan_retention_last_success_seconds",
    "Unix time at which a retention policy was last through with everything",
    ["database", "policy"],
)
RETENTION_DELETED = Counter(
    "qingdan_retention_deleted_rows_total", "Rows that went because of their age", ["database", "policy"]
)
RETENTION_FAILURES = Counter(
    "qingdan_retention_failures_total", "Turns of a retention policy that failed", ["database", "policy"]
)

TICK_SUCCESS = Gauge("qingdan_tick_last_success_seconds", "Unix time of the last successful tick", ["service", "tick"])
TICK_INTERVAL = Gauge("qingdan_tick_interval_seconds", "Seconds between two ticks", ["service", "tick"])
TICK_FAILURES = Counter("qingdan_tick_failures_total", "Ticks that failed", ["service", "tick"])
LOOP_FAILURES = Counter("qingdan_loop_failures_total", "Steps of background loops that failed", ["loop", "cause"])

DATABASE_CONNECTIONS = Gauge("qingdan_database_connections", "Connections of this process's pools", ["state"])
DATABASE_BUSY = Counter("qingdan_database_busy_total", "Callers that waited in vain for a connection")


def begin_at_zero(counter: Counter, *labels: Iterable[str]) -> None:
    """Make the series of `counter` for every combination of `labels`: one that appears at 1 has no increase to see."""
    for values in product(*labels):
        counter.labels(*values)


def begin_ticking(service: str, tick: str, seconds: float) -> None:
    """Make the series of one tick. It counts as successful now, so that one that never succeeds is late too."""
    TICK_INTERVAL.labels(service, tick).set(seconds)
    TICK_SUCCESS.labels(service, tick).set_to_current_time()
    TICK_FAILURES.labels(service, tick)


def drop(gauge: Gauge, *labels: str) -> None:
    """Remove one series, if it is there."""
    with suppress(KeyError):
        gauge.remove(*labels)
