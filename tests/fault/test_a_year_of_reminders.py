"""A year of reminders by mail, and once more while the process is killed at random: nothing is lost, nothing comes
twice without a word of it, nobody is told of what is done or not theirs any more, and nobody on a day off or at night.

`make test` lives five months of it, `make year` all of it with twice as many units and kills.
"""

import datetime as dt
import os
import random
import re
import signal
import time
from collections import Counter
from ctypes import c_double, c_long
from multiprocessing.sharedctypes import RawValue
from typing import NamedTuple

import pytest

from services.notifications.delivery import window
from services.notifications.service import NotificationsService
from shared.clock import day_of
from tests.support.a_year import FIRST, FIRST_PERSON, LAST, ONE_DAY, a_year, begin, days, run
from tests.support.checklists import fetch

# As long as what could not be told goes on waiting for a message of a later day.
WITHIN = dt.timedelta(days=13)
# What a week has too many of waits for the next.
A_WEEK = dt.timedelta(days=7)
DUTY = re.compile(r"^\d+\. 【(.+?)】.*（D(\d+)）", re.MULTILINE)


class Kept(list):
    """What came in, with the moment of the year at which it did; whoever sends one too many is killed at it."""

    def __init__(self, clock):
        super().__init__()
        self.clock = clock
        self.sender, self.fatal = 0, 0

    def append(self, one):
        super().append((dt.datetime.fromtimestamp(self.clock.value, dt.UTC), *one))
        if self.sender and len(self) >= self.fatal:
            os.kill(self.sender, signal.SIGKILL)
            self.sender = 0


class Part(NamedTuple):
    """How much of a year is lived, by how many, and how often its process is killed."""

    units: int
    items: int
    kills: int
    last: dt.date


# A few months undisturbed say what is so only then.
UNDISTURBED = Part(10, 100, 0, dt.date(2026, 3, 13))
IS_WHOLE = "TESTS_WHOLE_YEAR" in os.environ
# Past Spring Festival and the two holidays after it; half of it undisturbed, too.
KILLED = Part(20, 200, 25, LAST) if IS_WHOLE else Part(10, 100, 10, dt.date(2026, 5, 29))


@pytest.fixture(params=[UNDISTURBED, KILLED], ids=["undisturbed", "killed"])
def lived(request, notifications_db, box):
    """A year that is over: what was to happen, what came in by mail, and the service's database."""
    units, items, kills, last = request.param
    year, chance = a_year(20260105, units=units, items=items, last=last), random.Random(kills)
    step, clock = RawValue(c_long, 0), RawValue(c_double, 0.0)
    box.received = Kept(clock)
    service = NotificationsService(notifications_db)
    begin(service, year)
    lives = 0
    while step.value < len(list(days(last))) * 4:
        child = os.fork()
        if not child:
            try:
                run(notifications_db.dsn, box.server, year, step, clock)
                os._exit(0)
            finally:
                os._exit(1)
        if lives < kills:
            _kill(child, chance, box.received, at_a_mail=lives % 2 == 0)
        lives += 1
        _, status = os.waitpid(child, 0)
        box.received.sender = 0
        assert os.WIFSIGNALED(status) or os.waitstatus_to_exitcode(status) == 0
    assert lives > kills, "it was over before it was killed so often"
    return year, box.received, service, kills


def _kill(child, chance, received, *, at_a_mail):
    """At a mail that is there and not answered yet, however slow the machine; or after a moment, wherever it is."""
    if at_a_mail:
        received.fatal, received.sender = len(received) + chance.randint(1, 25), child
    else:
        time.sleep(chance.uniform(0.02, 0.6))
        os.kill(child, signal.SIGKILL)


# It has taken twenty seconds beside a few processes and two minutes beside a crowd.
@pytest.mark.timeout(1800 if IS_WHOLE else 420)
def test_a_year(lived):
    year, mails, service, kills = lived
    rows = deliveries(service)
    states = Counter(one.state for one in rows)
    assert states["sent"] > 20 * year.units * (year.last - FIRST) / (LAST - FIRST)
    assert set(states) <= {"sent", "cancelled", "unknown"}
    assert (states["unknown"] > 0) is (kills > 0)

    assert wrong_moments(mails) == []
    assert wrong_contents(year, mails) == []
    assert twice(mails, service) == []
    keys = [str(mail["Message-ID"]) for _, _, mail in mails]
    assert states["sent"] <= len(keys) <= states["sent"] + states["unknown"]
    assert lost(year, service, WITHIN if kills else A_WEEK) == []


def deliveries(service):
    return fetch(service.database, "SELECT id, person_id, day, state FROM delivery WHERE purpose = 'digest'")


def wrong_moments(mails):
    return [(moment, to) for moment, to, _ in mails if not window.is_open(moment)]


def wrong_contents(year, mails):
    """What was told to who does not hold the post, or of what is over."""
    found = []
    for moment, to, mail in mails:
        day, person_id = day_of(moment), int(re.match(r"p(\d+)", to)[1])
        if to != year.address(person_id, day):
            found.append((day, to, "handed over"))
        for stage, duty_id in DUTY.findall(mail.get_body().get_content()):
            duty = year.owed[int(duty_id)]
            is_over = day >= duty.until and stage != "已撤销"
            if duty.unit_id - 100 + FIRST_PERSON != person_id or day < duty.since or is_over:
                found.append((day, to, stage, duty))
    return found


def twice(mails, service):
    """More than one mail of a person and day, one mail twice, or one line in two that are known to have arrived."""
    of_days = Counter((to, day_of(moment)) for moment, to, _ in mails)
    keys = Counter(str(mail["Message-ID"]) for _, _, mail in mails)
    lines = fetch(
        service.database,
        """
        SELECT message_id, subject_id, stage FROM delivery_line JOIN delivery ON delivery.id = delivery_id
        WHERE state = 'sent' GROUP BY message_id, subject_id, stage HAVING count(*) > 1
        """,
    )
    return [*(one for one, number in (of_days | keys).items() if number > 1), *lines]


def lost(year, service, within):
    """Lines of the inbox that no mail told, though the duty was owed and the post held by the same person so long."""
    lines = fetch(
        service.database,
        """
        SELECT person_id, message.day, duty_id FROM message JOIN message_line ON message_line.message_id = message.id
        WHERE person_id >= %s AND NOT EXISTS (
            SELECT FROM delivery_line JOIN delivery ON delivery.id = delivery_id
            WHERE delivery_line.message_id = message.id AND subject_id = duty_id AND kind = 'duty'
                AND delivery_line.stage = message_line.stage AND state = 'sent')
        """,
        (FIRST_PERSON,),
    )
    return [
        one
        for one in lines
        if one.day + within < min(year.owed[one.duty_id].until, year.last)
        and year.holder(one.person_id, one.day - ONE_DAY) == year.holder(one.person_id, one.day + within)
    ]
