"""How a due date follows the calendar in force. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.tasks.calendar.records import Candidate, Group
from shared.workdays import moved_day, next_workday


@dataclass(frozen=True, slots=True)
class Move:
    """Duties that are alike, and the day on which they are due then; that of before where they stay because the day
    that the calendar wants, `wanted_on`, is no notice.
    """

    group: Group
    wanted_on: dt.date
    due_on: dt.date

    @property
    def stays(self) -> bool:
        """Whether the date stays although the calendar wants an earlier one."""
        return self.due_on == self.group.due_on


def wanted_on(duty: Candidate | Group, today: dt.date) -> dt.date:
    """The day on which a duty is due by the calendar in force, on `today`, were it not too late to bring it forward.

    What the lead bureau gave, or a pause, is given: it moves off a day off and never back. An amendment may have set a
    later day, which follows as any that is written. A part is not due after the whole, and what waits for a review only
    gets more time.
    """
    wanted = _later(duty.written_due_on, duty.extended_on)
    if duty.whole_due_on is not None and duty.whole_written_on is not None:
        of_whole = _later(duty.whole_written_on, duty.whole_extended_on)
        wanted = min(wanted, moved_day(duty.whole_due_on, of_whole, today))
    return max(wanted, duty.due_on) if duty.is_submitted else wanted


def _later(written_on: dt.date, extended_on: dt.date | None) -> dt.date:
    return max(next_workday(written_on), next_workday(extended_on or written_on))


def due_on_of(duty: Candidate | Group, today: dt.date) -> dt.date:
    """The day on which a duty is due from now on; see `moved_day`."""
    return moved_day(duty.due_on, wanted_on(duty, today), today)


def kept_on(duty: Candidate, today: dt.date) -> dt.date | None:
    """The day before which an amendment brings no duty: that which more time gave, off a day off; None without any.

    Where the date stays although the calendar wants an earlier one, that date, whether or not more time was given.
    """
    due_on = due_on_of(duty, today)
    if wanted_on(duty, today) < due_on:
        return due_on
    return min(next_workday(duty.extended_on), due_on) if duty.extended_on else None


def moves_of(groups: list[Group], today: dt.date) -> list[Move]:
    """What another calendar does to duties, of those to which it does, or would do, something; by their new day."""
    found = [Move(one, wanted_on(one, today), due_on_of(one, today)) for one in groups]
    return sorted(
        (one for one in found if one.wanted_on != one.group.due_on),
        key=lambda one: (one.stays, one.due_on, one.group.checklist_id, one.group.item_id, one.group.period),
    )
