"""Use cases: whom reports ask, as groups change and news of them comes twice, late, by halves or in any order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence

from services.stats.periods import parse
from services.stats.reports import queries, store
from services.stats.reports.membership import Moves, moves
from services.stats.reports.records import Report, ReportState
from services.stats.reports.rounds import follow_units
from shared import clock
from shared.database import Cursor
from shared.events import Received
from shared.figure_events import GroupChanged


def take_groups(cur: Cursor, events: Sequence[Received]) -> list[int]:
    """Keep what `events` tell of groups; return the groups that they are about. Older versions change nothing."""
    parts = [event.data for event in events if isinstance(event.data, GroupChanged)]
    if not parts:
        return []
    group_ids = sorted({part.group_id for part in parts})
    store.lock_groups(cur)
    store.save_group_parts(cur, parts)
    store.forget_older_versions(cur, group_ids)
    return group_ids


def follow_groups(cur: Cursor, events: Sequence[Received], *, today: dt.date) -> None:
    """Take news of groups; whoever joined or left is asked from, or until, the day on which that was told."""
    group_ids = take_groups(cur, events)
    if not group_ids:
        return
    times = [event.time for event in events if isinstance(event.data, GroupChanged)]
    for report_id in queries.reports_naming(cur, group_ids):
        follow_recipients(cur, report_id, day=clock.day_of(max(times)), today=today)


def follow_recipients(
    cur: Cursor,
    report_id: int,
    *,
    day: dt.date,
    today: dt.date,
    may_leave_out: Collection[int] | None = None,
    correlation_id: str = "",
) -> None:
    """Let a report ask from `day` on whom it names now; a draft asks from its first period on.

    Rounds that are locked `today` stay as they are. Whom another active report asks the same is not asked as well, and
    the page of the report names them. With `may_leave_out` only these are left out so, and the caller refuses the
    others.
    """
    store.lock_starting(cur)
    store.lock_report(cur, report_id)
    report = queries.report(cur, report_id)
    if report is None:
        return
    if report.state is ReportState.DRAFT:
        day = parse(report.first_period).first_day
        store.forget_units(cur, report_id, but=wanted_units(cur, report_id), since=day)
    found = needed_moves(cur, report, day, may_leave_out=may_leave_out)
    store.set_followed(cur, report_id, day)
    if not found.is_empty:
        store.move_units(cur, report_id, found, day=day)
        store.unfollow_others(cur, report_id)
        follow_units(cur, report, today=today, correlation_id=correlation_id)


def needed_moves(cur: Cursor, report: Report, day: dt.date, *, may_leave_out: Collection[int] | None = None) -> Moves:
    """How those whom the report asks on `day` become those whom it names."""
    found = moves(queries.spans(cur, report.id), wanted_units(cur, report.id), day)
    if report.state is not ReportState.ACTIVE:
        return found
    taken = set(queries.taken_elsewhere(cur, report.id, [*found.joining, *found.returning], since=day))
    if may_leave_out is not None:
        taken &= set(may_leave_out)
    return Moves(_without(found.joining, taken), found.leaving, _without(found.returning, taken))


def left_out(cur: Cursor, report: Report, day: dt.date) -> list[int]:
    """Whom the report names and does not ask, because another active report asks them the same."""
    found = moves(queries.spans(cur, report.id), wanted_units(cur, report.id), day)
    return queries.taken_elsewhere(cur, report.id, [*found.joining, *found.returning], since=day)


def wanted_units(cur: Cursor, report_id: int) -> set[int]:
    """The units that a report names, by themselves or by their groups."""
    named = queries.recipients(cur, [report_id])
    groups = queries.members(cur, [one.group_id for one in named if one.group_id is not None])
    units = {one.unit_id for one in named if one.unit_id is not None}
    return units.union(*(group.unit_ids for group in groups.values()))


def _without(ids: Iterable[int], taken: Collection[int]) -> tuple[int, ...]:
    return tuple(unit_id for unit_id in ids if unit_id not in taken)
