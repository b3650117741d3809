"""What monitoring shows beside the sweep and the senders: a calendar that is missing."""

from __future__ import annotations

import datetime as dt

from prometheus_client import Gauge

from services.notifications.health.calendars import missing_year

MISSING = Gauge(
    "qingdan_calendar_missing",
    "Whether the days off of this year, or from December on those of the next, are not in the calendar",
)


def measure(today: dt.date) -> None:
    """Set the gauge."""
    MISSING.set(missing_year(today) is not None)
