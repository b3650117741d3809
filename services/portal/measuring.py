"""Gives every request its correlation id, counts and logs it: under the names of routes, never what a client sent."""

from __future__ import annotations

import logging
import time
from uuid import uuid4

from flask import Flask, Response, g, request
from prometheus_client import Counter, Gauge, Histogram

from shared.process import logs, metrics

log = logging.getLogger(__name__)

METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
QUIET = frozenset({"health", "static"})

REQUEST_SECONDS = Histogram(
    "qingdan_http_request_seconds",
    "Time of one request",
    ["route", "method", "status"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20),
)
IN_PROGRESS = Gauge("qingdan_http_requests_in_progress", "Requests under way")

# What became of who opened a link of a letter: it let them in, asked for digits, or why it did not.
OPENINGS = (
    *("opened", "signed_in", "too_many", "digits"),
    *("unknown", "expired", "revoked", "handed_over", "closed", "moved"),
)
LINK_OPENINGS = Counter("qingdan_link_openings_total", "Openings of links of letters", ["outcome"])
metrics.begin_at_zero(LINK_OPENINGS, OPENINGS)


def install(app: Flask) -> None:
    """Count and time every request, under a correlation id of its own."""
    app.before_request(_start)
    app.after_request(_finish)
    app.teardown_request(_end)


def _start() -> None:
    g.started = time.monotonic()
    g.is_counted = True
    g.correlation_id = uuid4().hex
    IN_PROGRESS.inc()
    logs.bind(correlation_id=g.correlation_id)


def _finish(response: Response) -> Response:
    seconds = time.monotonic() - g.started
    route, method = request.endpoint or "none", request.method if request.method in METHODS else "other"
    REQUEST_SECONDS.labels(route, method, f"{response.status_code // 100}xx").observe(seconds)
    if route not in QUIET:
        _log(route, method, response.status_code, seconds)
    return response


def _end(_error: BaseException | None) -> None:
    logs.unbind()
    if g.pop("is_counted", False):
        IN_PROGRESS.dec()


def _log(route: str, method: str, status: int, seconds: float) -> None:
    log.info(
        "request answered",
        extra={"route": route, "method": method, "status": status, "milliseconds": round(seconds * 1000, 1)},
    )
