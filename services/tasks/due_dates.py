"""Rules of what an item may say of its due date and its recurrence. Pure."""

from __future__ import annotations

import datetime as dt

from shared.light import ITEM_LEVEL
from shared.text import Text

# Only an item is due, and its duties with it.
ITEM = ITEM_LEVEL


def dates_allowed(year: int) -> tuple[dt.date, dt.date]:
    """The first and last day on which an item of the year's checklist may be due.

    A checklist may be issued late with what fell due before its year began, and its last items may reach into the next.
    A typing error of more than a year is still caught.
    """
    return dt.date(year - 1, 1, 1), dt.date(year + 1, 12, 31)


def complain_of_due(
    *, level: int, year: int, due_on: dt.date | None, recurrence: str, due_day: int | None
) -> Text | None:
    """Return what is wrong with the dates of a row, or None; a row may be without any until it is issued."""
    if level != ITEM and (due_on or due_day or recurrence != "once"):
        return Text(
            "完成时限和周期只在第四级（事项）上填写，请填在它下面的事项里。",
            "Due dates and recurrences belong to level 4 (items). Please enter them on the items below.",
        )
    if recurrence == "once" and due_day:
        return Text(
            "“每期第几日”只用于每月、每季度或每年的事项，请改填完成时限或周期。",
            "A due day is for monthly, quarterly or yearly items. Please give a due date, or choose a recurrence.",
        )
    if recurrence in ("monthly", "quarterly") and due_on:
        return Text(
            "每月或每季度的事项请只填“每期第几日”，不填完成时限。",
            "A monthly or quarterly item takes a due day of the period and no due date.",
        )
    if recurrence == "yearly" and due_on and due_day:
        return Text(
            "每年的事项请只填完成时限或每期第几日中的一个。",
            "A yearly item takes either a due date or a due day, not both.",
        )
    first, last = dates_allowed(year)
    if due_on and not first <= due_on <= last:
        return Text(
            f"完成时限{due_on}不在{first}至{last}之间：这是{year}年的清单。",
            f"The due date {due_on} does not lie between {first} and {last}: this is the checklist of {year}.",
        )
    return None
