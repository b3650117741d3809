"""Use cases: the administrator imports a year's days off, or changes a single day; all that depends on it follows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from services.tasks.audit import store as audit
from services.tasks.calendar import effects, queries, showing, store
from services.tasks.calendar.effects import Change
from services.tasks.calendar.moving import span_around
from services.tasks.calendar.records import Announced, OwnDay
from services.tasks.calendar.year_files import UnreadableYear, read_year
from services.tasks.calendar.year_tables import DayChange
from shared import calendars, workdays
from shared.calling.calls import Context
from shared.database import Cursor
from shared.delivery import outbox
from shared.differences import change as difference
from shared.errors import MALFORMED, Conflict, Invalid
from shared.text import Text
from shared.workdays import YearTable

YEARS_BEFORE = 1
YEARS_AFTER = 2
# A copy that missed an event is right again by then.
SAID_AGAIN_SECONDS = 3600
# Each process of a release notes its calendar once a minute. A release is replaced in less.
AWAY_SECONDS = 300

NOT_THIS_YEAR = Text(
    "只能改 {first} 年到 {last} 年的日历。", "Only the calendars from {first} to {last} can be changed."
)
CHANGED = Text(
    "这一年的日历刚被别人改过，您的更改没有保存，请对照现在的日历再改。",
    "Somebody else has just changed this year's calendar. Nothing of yours was saved: please compare and try again.",
)
OTHER_EFFECTS = Text(
    "您看过之后，会变动的期限又有不同，还没有保存。请看一遍现在的影响，再确认。",
    "What would move has changed since you looked, and nothing was saved. Please look at it again and confirm.",
)
NO_CHANGE = Text(
    "和现在的日历完全一样，没有要保存的。", "This is the calendar as it is already; there is nothing to save."
)
NAME_NEEDED = Text("请写明这天是什么假日，如“县庆放假”。", "Please say what holiday it is, such as a local one.")
OF_RELEASE = "系统升级带来新的放假安排"


def preview(cur: Cursor, params: dict[str, Any], *, today: dt.date) -> dict[str, Any]:
    """What a file of a year, or one day, would change, and what follows for duties. Invalid as when it is saved."""
    return effects.as_preview(_change(cur, params, today=today), most=params["most"])


def import_year(cur: Cursor, context: Context, params: dict[str, Any], *, today: dt.date) -> dict[str, Any]:
    """Keep the table of a year from a file.

    Invalid, with details.lines, when something in it is wrong. Conflict, with the year as it is now, when somebody
    changed it since `version`, and with details.preview when it would do something else than was `seen`.
    """
    change = _agreed(cur, params, today=today)
    store.save_announced(cur, _read(params), params["reason"], who=context.signed_in.signature)
    _keep(cur, context, change, params["reason"])
    detail = {"reason": params["reason"], "changes": _logged(change.days)}
    audit.record(cur, context, "calendar.imported", subject=f"{params['year']}年", detail=detail)
    return showing.year_answer(cur, params["year"])


def save_day(cur: Cursor, context: Context, params: dict[str, Any], *, today: dt.date) -> dict[str, Any]:
    """Make a single day off, or worked, or as it was announced. Invalid and Conflict as for a file."""
    change = _agreed(cur, params, today=today)
    own = _own(params)
    if own:
        store.save_own_day(cur, own, params["reason"], who=context.signed_in.signature)
    else:
        store.drop_own_day(cur, params["day"])
    _keep(cur, context, change, params["reason"])
    detail = {"reason": params["reason"], "changes": _logged(change.days)}
    audit.record(cur, context, "calendar.day_saved", subject=params["day"].isoformat(), detail=detail)
    return showing.year_answer(cur, params["year"])


def _agreed(cur: Cursor, params: dict[str, Any], *, today: dt.date) -> Change:
    """What is to be saved, as whoever saves it has seen it."""
    store.lock(cur)
    year: int = params["year"]
    if queries.versions(cur, [year])[year] != params["version"]:
        raise Conflict(CHANGED, {"current": showing.year_answer(cur, year)})
    # As it is behind the lock: the transaction may have begun before somebody else's change ended.
    with workdays.by(calendars.load(cur)):
        change = _change(cur, params, today=today)
    if not change.tables:
        raise Invalid(NO_CHANGE)
    if params["seen"] not in (None, change.fingerprint):
        raise Conflict(OTHER_EFFECTS, {"preview": effects.as_preview(change, most=effects.MOST_NAMED)})
    return change


def _change(cur: Cursor, params: dict[str, Any], *, today: dt.date) -> Change:
    year: int = params["year"]
    first, last = today.year - YEARS_BEFORE, today.year + YEARS_AFTER
    if not first <= year <= last:
        raise Invalid(_filled(NOT_THIS_YEAR, first=first, last=last))
    if params.get("content") is not None:
        return effects.change_of(cur, year, today=today, announced=_read(params))
    if params["day"] is None:
        raise Invalid(MALFORMED)
    if params["day"].year != year:
        raise Invalid(_filled(NOT_THIS_YEAR, first=year, last=year))
    own = _own(params)
    return effects.change_of(cur, year, today=today, own=own, dropped=None if own else params["day"])


def _read(params: dict[str, Any]) -> Announced:
    try:
        return read_year(params["content"], params["year"])
    except UnreadableYear as error:
        first = error.complaints[0]
        lines = [text.as_dict() for text in error.complaints]
        raise Invalid(first, {"fields": {"file": first.as_dict()}, "lines": lines}) from error


def _own(params: dict[str, Any]) -> OwnDay | None:
    """The single day; None where it is to be as announced."""
    kind: str = params["becomes"]
    if kind == "announced":
        return None
    if kind == "off" and not params["name"]:
        raise Invalid.of_fields({"name": NAME_NEEDED})
    return OwnDay(params["day"], kind == "worked", params["name"])


def _keep(cur: Cursor, context: Context, change: Change, reason: str) -> None:
    """Store the tables, tell the others, and have the due dates of duties follow."""
    for table, version in zip(change.tables, _next_versions(cur, change), strict=True):
        calendars.save(cur, table, version)
        store.note_told(cur, table.year)
        outbox.add(cur, [calendars.event_of(table, version)], correlation_id=context.correlation_id)
    if change.span:
        who = context.signed_in.signature
        store.begin_moving(cur, change.span, reason, who=who, correlation_id=context.correlation_id)


def _next_versions(cur: Cursor, change: Change) -> list[int]:
    versions = queries.versions(cur, [table.year for table in change.tables])
    return [versions[table.year] + 1 for table in change.tables]


def follow(cur: Cursor, today: dt.date) -> None:
    """Say the tables again that were not said for a while, and notice a calendar that came with a release."""
    store.lock(cur)
    tables = {table.year: table for table in calendars.tables(cur)}
    told = store.claim_untold(cur, from_year=today.year - YEARS_BEFORE, seconds=SAID_AGAIN_SECONDS)
    if told:
        outbox.add(cur, [calendars.event_of(tables[one.year], one.version) for one in told])
    if not store.see(cur, _of_release(today), away_seconds=AWAY_SECONDS):
        return
    for year in _years_around(today):
        if year in tables:
            _renew(cur, tables[year])
    store.begin_moving(cur, span_around(today), OF_RELEASE)


def _renew(cur: Cursor, kept: YearTable) -> None:
    """Put single days on top of what the package says today; what it said when they were saved is over.

    A year that was imported stays as it was imported.
    """
    table = effects.stored(cur, kept.year)
    if table.fingerprint() != kept.fingerprint():
        version = queries.versions(cur, [kept.year])[kept.year] + 1
        calendars.save(cur, table, version)
        outbox.add(cur, [calendars.event_of(table, version)])


def _of_release(today: dt.date) -> str:
    """What tells the tables of the package that count around now from those of another release."""
    return "release " + " ".join(workdays.base_table(year).fingerprint()[:16] for year in _years_around(today))


def _years_around(today: dt.date) -> range:
    return range(today.year - YEARS_BEFORE, today.year + YEARS_AFTER + 1)


def _logged(days: Sequence[DayChange]) -> list[dict[str, Any]]:
    """The days as the audit log compares them."""
    was = [_in_words(day.day, day.was_name, is_worked=day.was_worked) for day in days]
    now = [_in_words(day.day, day.name, is_worked=day.is_worked) for day in days]
    return [difference("calendar_days", was, now)]


def _in_words(day: dt.date, name: str, *, is_worked: bool) -> str:
    word = "上班" if is_worked else "休息"
    return f"{day} {word}（{name}）" if name else f"{day} {word}"


def _filled(text: Text, **values: object) -> Text:
    return Text(text.zh.format(**values), text.en.format(**values))
