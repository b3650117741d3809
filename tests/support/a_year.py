"""A year of a county, made by chance: who owes what, what becomes of it, and who holds which post.

Every event of a day is told at nine in the morning. `run` lives the days by the clock that it is given, as a process of
the service would.
"""

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Iterator
from ctypes import c_double, c_long
from dataclasses import dataclass, field
from typing import Any

from services.notifications.service import NotificationsService
from shared.database import Database
from shared.events import (
    DutyAcknowledged,
    DutyExtended,
    DutyReturned,
    DutySubmitted,
    DutyWithdrawn,
    IssuedRow,
    PersonChanged,
    Received,
    RelayTicked,
    RowsIssued,
    UnitChanged,
)
from shared.light import State
from shared.process.mail import MailServer
from shared.workdays import SHANGHAI
from tests.support.notifications import learn
from tests.support.stats import CHECKLIST, TASK, a_duty, an_example, changed, issued, received

FIRST, LAST = dt.date(2026, 1, 5), dt.date(2026, 12, 31)
ONE_DAY = dt.timedelta(days=1)
FIRST_UNIT, FIRST_PERSON, FIRST_ITEM = 100, 1000, 2000
# What happens of a day: before work, when all was planned, when it is sent, and late at night.
HOURS = (dt.time(7), dt.time(9, 20), dt.time(9, 31), dt.time(21))
TOLD_AT = dt.time(9)


@dataclass(frozen=True, slots=True)
class Owed:
    """A duty: nothing is to be said of it before `since` and from `until` on."""

    duty_id: int
    unit_id: int
    since: dt.date
    until: dt.date


@dataclass
class Year:
    """What happens on which day to so many units and items, and what is true because of it; lived up to `last`."""

    units: int
    items: int
    last: dt.date = LAST
    owed: dict[int, Owed] = field(default_factory=dict)
    events: dict[dt.date, list[Any]] = field(default_factory=lambda: defaultdict(list))
    hand_overs: dict[int, dt.date] = field(default_factory=dict)

    def holder(self, person_id: int, day: dt.date) -> int:
        """The number of who holds the post on a day."""
        return 2 if person_id in self.hand_overs and day >= self.hand_overs[person_id] else 1

    def address(self, person_id: int, day: dt.date) -> str:
        """Where the holder of that day is reached."""
        return f"p{person_id}.h{self.holder(person_id, day)}@county.example"


def at(day: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, time, SHANGHAI).astimezone(dt.UTC)


def days(last: dt.date = LAST) -> Iterator[dt.date]:
    day = FIRST
    while day <= last:
        yield day
        day += ONE_DAY


def person_of(unit_id: int) -> int:
    return FIRST_PERSON + unit_id - FIRST_UNIT


def a_year(seed: int, *, units: int, items: int, last: dt.date = LAST) -> Year:
    """So many units and items, and most posts change hands once."""
    chance, year = random.Random(seed), Year(units, items, last)
    for duty_id in range(1, items + 1):
        _live(year, chance, duty_id, FIRST_UNIT + duty_id % units)
    for unit_id in chance.sample(range(FIRST_UNIT, FIRST_UNIT + units), units * 4 // 5):
        person_id, day = person_of(unit_id), FIRST + dt.timedelta(days=chance.randint(20, 340))
        year.hand_overs[person_id] = day
        year.events[day].append(PersonChanged(person_id, unit_id, "填报员", ["unit_staff"], True, 2, holder=2))
    return year


def _live(year: Year, chance: random.Random, duty_id: int, unit_id: int) -> None:
    since = FIRST + dt.timedelta(days=chance.randint(0, 300))
    due_on = since + dt.timedelta(days=chance.randint(5, 90))
    until = since + dt.timedelta(days=chance.randint(1, 150))
    year.owed[duty_id] = Owed(duty_id, unit_id, since, until)
    period = f"D{duty_id}"
    year.events[since].append(issued(unit_id, a_duty(duty_id, due_on, item_id=FIRST_ITEM + duty_id, period=period)))
    seen, version = since + dt.timedelta(days=chance.randint(1, 20)), 2
    more = {"item_id": FIRST_ITEM + duty_id, "period": period}
    if seen < until:
        told = changed(DutyAcknowledged, duty_id, unit_id, version, State.ACKNOWLEDGED, due_on=due_on, **more)
        year.events[seen].append(told)
        version += 1
    middle = seen + dt.timedelta(days=chance.randint(1, 30))
    if middle < until and chance.random() < 0.4:
        kind, state = chance.choice([(DutyExtended, State.ACKNOWLEDGED), (DutyReturned, State.RETURNED)])
        due_on += dt.timedelta(days=chance.randint(1, 30)) if kind is DutyExtended else dt.timedelta()
        year.events[middle].append(changed(kind, duty_id, unit_id, version, state, due_on=due_on, **more))
        version += 1
    done = changed(DutySubmitted, duty_id, unit_id, version, State.ACCEPTED, due_on=due_on, done_on=until, **more)
    gone = changed(DutyWithdrawn, duty_id, unit_id, version, State.WITHDRAWN, due_on=due_on, **more)
    year.events[until].append(gone if chance.random() < 0.05 else done)


def begin(service: NotificationsService, year: Year) -> None:
    """The county on the first morning: units, posts with proven addresses, and the items of the checklist."""
    units = range(FIRST_UNIT, FIRST_UNIT + year.units)
    facts: list[Any] = [UnitChanged(one, str(one), f"第{one}镇", "township", 1, True, 1) for one in units]
    facts += [PersonChanged(person_of(one), one, "填报员", ["unit_staff"], True, 1) for one in units]
    rows = [IssuedRow(FIRST_ITEM + one, TASK, 4, one + 9, f"事项{one}") for one in range(1, year.items + 1)]
    facts.append(RowsIssued(CHECKLIST, 1, rows))
    moment = at(FIRST - ONE_DAY, TOLD_AT)
    learn(service, [*an_example(), *(received(fact, at=moment) for fact in facts)])
    for unit_id in units:
        enter_address(service, year, person_of(unit_id), FIRST - ONE_DAY)


def enter_address(service: NotificationsService, year: Year, person_id: int, day: dt.date) -> None:
    """Who holds the post from this day on has proven an address; once is enough."""
    with service.database.transaction() as cur:
        cur.execute(
            """
            INSERT INTO contact (person_id, channel, address, language, verified_at) VALUES (%s, 'mail', %s, 'zh', %s)
            ON CONFLICT DO NOTHING
            """,
            (person_id, year.address(person_id, day), at(day, TOLD_AT)),
        )


def run(dsn: str, server: MailServer, year: Year, step: c_long, clock: c_double) -> None:
    """Live the year from `step` on; both are told to whoever looks on, and a step may be begun again."""
    service = NotificationsService(Database(dsn))
    service.mail_server, service.pages_url = server, "https://q.example"
    steps = [(day, hour) for day in days(year.last) for hour in HOURS]
    for number in range(step.value, len(steps)):
        day, hour = steps[number]
        step.value, clock.value = number, at(day, hour).timestamp()
        _live_through(service, year, day, hour)
    step.value = len(steps)


def _live_through(service: NotificationsService, year: Year, day: dt.date, hour: dt.time) -> None:
    now = at(day, hour)
    service.now = lambda: now
    if hour == HOURS[1]:
        _hear(service, year, day, now)
        service.sweep()
    service.deliver()


def _hear(service: NotificationsService, year: Year, day: dt.date, now: dt.datetime) -> None:
    told: list[Received] = [received(fact, at=at(day, TOLD_AT)) for fact in year.events[day]]
    ticks = [received(RelayTicked(name, now), at=now, source=name) for name in ("tasks", "stats")]
    learn(service, [*told, *ticks])
    for person_id, handed_over in year.hand_overs.items():
        if handed_over == day:
            enter_address(service, year, person_id, day)
