"""The rules of days and units of parts. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from services.tasks.delegation.records import Below, Part
from services.tasks.duties.duty import complain_of_part_day, part_due_on
from shared.text import Text
from shared.workdays import add_workdays, is_announced, next_workday

# What the unit needs to put together what it gets from below.
WORKDAYS_BEFORE = 5

PAST = Text("{on} 已经过去，请填今天或以后的日期。", "{on} is over. Please give today or a later day.")
LATE_ALREADY = Text(
    "本单位的完成时限 {due} 已过，不能再分解。请先申请延期。",
    "Your own due date, {due}, is over, so the duty cannot be split. Please ask for more time first.",
)
NOT_BELOW = Text(
    "勾选的单位中有不属于本单位下级的，或者已停用，请重新勾选。",
    "One of the units lies not below yours, or is switched off. Please tick them again.",
)
HAS_IT = Text(
    "{names}已经有这项责任，请取消勾选。",
    "{names} has this duty already. Please untick it.",
)


def proposed_day(whole_due_on: dt.date, today: dt.date) -> dt.date:
    """The day that a page proposes: some working days before the whole is due, today at least, never after it.

    Where today is off it is the next working day, on which the part would be due anyhow.
    """
    return min(max(add_workdays(whole_due_on, -WORKDAYS_BEFORE), next_workday(today)), whole_due_on)


def complain_of_day(on: dt.date, whole_due_on: dt.date, today: dt.date) -> Text | None:
    """Why a part cannot be due on `on`; None when it can."""
    if whole_due_on < today:
        return _filled(LATE_ALREADY, due=whole_due_on)
    if on < today:
        return _filled(PAST, on=on)
    return complain_of_part_day(whole_due_on, on)


def complain_of_units(unit_ids: Collection[int], below: Sequence[Below]) -> Text | None:
    """Why the duty cannot be split among these units; None when it can."""
    known = {unit.id: unit for unit in below}
    if not known.keys() >= set(unit_ids):
        return NOT_BELOW
    names = [known[unit_id].name for unit_id in unit_ids if known[unit_id].is_part or known[unit_id].is_own]
    return _filled(HAS_IT, names="、".join(names)) if names else None


def part_of(unit_id: int, on: dt.date, whole_due_on: dt.date) -> Part:
    """What a unit gets that is to have done it until `on`."""
    due_on = part_due_on(on, whole_due_on)
    return Part(unit_id, on, due_on, is_provisional=not (is_announced(on.year) and is_announced(due_on.year)))


def _filled(text: Text, **values: object) -> Text:
    return Text(text.zh.format(**values), text.en.format(**values))
