"""What a meeting (专题会议) may be: its day, its year, its name, and when what it decides may be due. Pure."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from shared.text import Text

# A meeting is prepared weeks ahead, never years: a typing error of a year is caught.
MOST_DAYS_AHEAD = 92


class Part(StrEnum):
    """The part of the agenda that a decision answers."""

    BLOCKED = "blocked"
    OVERDUE = "overdue"
    TARGETS = "targets"
    ECONOMY = "economy"
    FORMER = "former"
    OTHER = "other"


# A decision stands under its part, as a task of the meeting's checklist.
TASKS = {
    Part.BLOCKED: "协调困难",
    Part.OVERDUE: "办结逾期事项",
    Part.TARGETS: "推进有风险的目标",
    Part.ECONOMY: "经济与就业",
    Part.FORMER: "落实以前议定的事项",
    Part.OTHER: "其他事项",
}
MEASURE = "议定事项"


def title_of(held_on: dt.date) -> str:
    """What a meeting is called that nobody named."""
    return f"{held_on.year}年{held_on.month}月{held_on.day}日就业工作专题会议"


def checklist_of(title: str, longest: int) -> str:
    """What the checklist of a meeting's decisions is called."""
    return f"{title}议定事项"[:longest]


def complain_of_day(held_on: dt.date, *, today: dt.date, first: dt.date) -> Text | None:
    """What is wrong with the day of a meeting; nothing is known of days before `first`."""
    if held_on < first:
        return Text(
            f"{first}以前没有记录，汇总不出那时的材料。请选这一天或以后的日子。",
            f"There are no records before {first}, so no papers can be made. Please choose that day or a later one.",
        )
    last = today + dt.timedelta(days=MOST_DAYS_AHEAD)
    if held_on > last:
        return Text(
            f"会议日期太远了，请选{last}或以前的日子。", f"That day is too far ahead. Please choose {last} or before."
        )
    return None


def complain_of_year(year: int, held_on: dt.date) -> Text | None:
    """What is wrong with the year whose checklists a meeting is about: its own, or early on the one before."""
    if year in (held_on.year, held_on.year - 1):
        return None
    return Text(
        f"{held_on}的会议只能看{held_on.year}年或{held_on.year - 1}年的清单，请改年度或日期。",
        f"A meeting on {held_on} is about the checklists of {held_on.year} or {held_on.year - 1}. "
        "Please change the year or the day.",
    )


def complain_of_due(due_on: dt.date, held_on: dt.date) -> Text | None:
    """What is wrong with the day by which something decided is to be done."""
    if due_on >= held_on:
        return None
    return Text(
        f"完成时限{due_on}早于会议日期{held_on}，请改成会议当天或以后的日子。",
        f"The due date {due_on} lies before the meeting on {held_on}. Please choose that day or a later one.",
    )
