"""By which calendar a page counts working days: that of the service of tasks, as it says beside who is signed in.

A process keeps the tables until it hears of others, so a page costs no call for them; where they are not to be had in
time, a page counts by those that the process knows.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

from flask import Flask, current_app, g

from services.portal.clients import ask
from services.portal.language import say_later
from shared import provisional, workdays
from shared.errors import QingdanError
from shared.limits import CALLER
from shared.workdays import Calendar, YearTable

log = logging.getLogger(__name__)

EXTENSION = "qingdan.calendar"
# Beside a due date of a list that is taken away, in the language of whoever takes it.
MARK: Any = say_later(provisional.MARK)


def install(app: Flask) -> None:
    """Let every request count by the calendar that this process knows, until it hears of another one."""
    app.extensions[EXTENSION] = workdays.OF_PACKAGE
    app.before_request(_begin)
    app.teardown_request(_end)


def follow(fingerprint: str | None) -> None:
    """Count by the calendar with this fingerprint from here on; None is of a release that knows none."""
    if fingerprint is None or fingerprint == current_app.extensions[EXTENSION].fingerprint:
        return
    if not fingerprint:
        _count_by(workdays.OF_PACKAGE)
        return
    try:
        found = ask("tasks", "calendar_tables", within=CALLER.aside)
    except QingdanError:
        log.warning("the calendar is not to be had", extra={"correlation_id": g.correlation_id})
        return
    _count_by(Calendar.of(table_from(one) for one in found["tables"]))


def _count_by(calendar: Calendar) -> None:
    current_app.extensions[EXTENSION] = calendar
    g.counting.enter_context(workdays.by(calendar))


def table_from(answer: Mapping[str, Any]) -> YearTable:
    """The table of a year in a CalendarTable."""
    off, worked = (
        {dt.date.fromisoformat(day): name for day, name in answer[days].items()} for days in ("off", "worked")
    )
    return YearTable(answer["year"], answer["is_announced"], off, worked)


def _begin() -> None:
    g.counting = ExitStack()
    g.counting.enter_context(workdays.by(current_app.extensions[EXTENSION]))


def _end(_error: BaseException | None) -> None:
    if "counting" in g:
        g.counting.close()
