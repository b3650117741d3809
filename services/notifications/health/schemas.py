"""What the operation of health answers."""

from __future__ import annotations

from services.notifications.delivery.states import Channel
from shared.calling import shapes as s
from shared.calling.shapes import Shape


class ChannelHealth(Shape):
    """What became of the messages of the last seven days on a channel."""

    channel = s.one_of(Channel)
    sent = s.whole()
    waiting = s.whole("planned, or being sent")
    dead = s.whole("refused, not sent, or not known whether they arrived")


class UnmannedUnit(Shape):
    """A unit that owes something and has nobody who could be told of it."""

    unit_id = s.key()
    unit = s.text("name")
    owes = s.whole("open duties and reports")


class ReminderHealth(Shape):
    """How reminding fares."""

    swept_seconds = s.whole("since the last sweep ended, null before the first", allow_none=True)
    duties_seconds = s.whole("how old the picture of duties is, null before the first event", allow_none=True)
    reports_seconds = s.whole("how old the picture of reports is", allow_none=True)
    waiting = s.whole("duties, reports and decisions whose day has come and of which nothing was said yet")
    waiting_since = s.day("of the first of them, null without any", allow_none=True)
    unsent_since = s.moment("when the oldest message that should be out was to be sent", allow_none=True)
    channels = s.several(ChannelHealth, "those that had a message in the last seven days")
    sends_at = s.moment("when messages may leave the house next; the moment of the question while they may")
    sends_now = s.flag("whether they may now")
    silences = s.whole("in force today")
    missing_calendar = s.whole("the year whose days off are not known and should be", allow_none=True)
    unmanned = s.several(UnmannedUnit, "the first fifty units in the order of the directory")
    unmanned_units = s.whole("how many there are")
