"""What was answered for a moment is answered for it ever after, whoever records and whatever the clock does."""

import datetime as dt
import time
from concurrent.futures import ThreadPoolExecutor

from services.stats.figures import moments, queries
from services.stats.figures.queries import Cell, known
from services.stats.figures.records import Base
from tests.support.figures import a_fact, an_indicator, recorded
from tests.support.stats import COUNTY, SHENDU, SHIMEN, VILLAGE

MAY = "2026-05"
UNITS = (SHIMEN, SHENDU, VILLAGE)


def as_of(database, indicator_id, moment):
    """The county's sum and the units' own figures at a moment."""
    cells = [Cell(indicator_id, unit_id, MAY) for unit_id in UNITS]
    with database.transaction() as cur:
        moments.settle(cur, moment)
        own = known(cur, cells, as_of=moment)
        (total,) = queries.sums(cur, [Base(indicator_id, MAY)], [COUNTY], as_of=moment) or [None]
    return {cell.unit_id: fact.value for cell, fact in own.items()}, total and total.total


def now():
    return dt.datetime.now(dt.UTC)


def test_with_writers_at_work_each_moment_keeps_its_answer(stats):
    database = stats.database
    jobs = an_indicator(database, "XZJY", decimals=0)
    answered = {}
    until = time.monotonic() + 1.5

    def write(unit_id):
        number = 0
        while time.monotonic() < until:
            number += 1
            recorded(database, a_fact(jobs, unit_id, MAY, str(number)), a_fact(jobs, VILLAGE, MAY, str(number * 3)))

    def read():
        while time.monotonic() < until:
            moment = now()
            answered[moment] = as_of(database, jobs, moment)

    with ThreadPoolExecutor(4) as threads:
        work = [threads.submit(write, unit_id) for unit_id in (SHIMEN, SHENDU)]
        work += [threads.submit(read) for _ in range(2)]
    for done in work:
        done.result()

    assert len(answered) > 20
    assert len({str(answer) for answer in answered.values()}) > 5
    assert {moment: as_of(database, jobs, moment) for moment in answered} == answered
    for own, total in answered.values():
        assert (total or 0) == sum(own.values())


def test_what_was_answered_holds_although_the_clock_goes_back(stats):
    """A clock that is set back may not put a new fact before a moment that somebody has asked for."""
    database = stats.database
    jobs = an_indicator(database, "XZJY", decimals=0)
    recorded(database, a_fact(jobs, SHIMEN, MAY, "1"))
    asked = now()
    before = as_of(database, jobs, asked)

    # As a clock that was set back by an hour looks to whoever records: its time lies before what is known.
    with database.transaction() as cur:
        newest = queries.newest_moment(cur)
    since = recorded(database, a_fact(jobs, SHIMEN, MAY, "2"))

    assert newest >= asked
    assert since > asked
    assert as_of(database, jobs, asked) == before


def test_each_moment_knows_what_the_moments_before_it_knew_and_no_less(stats):
    database = stats.database
    jobs = an_indicator(database, "XZJY", decimals=0)
    moments_of = [recorded(database, a_fact(jobs, SHIMEN, MAY, str(number))) for number in range(1, 6)]

    tick = dt.timedelta(microseconds=1)
    for number, moment in enumerate(moments_of, start=1):
        assert as_of(database, jobs, moment) == ({SHIMEN: number}, number)
        before = ({SHIMEN: number - 1}, number - 1) if number > 1 else ({}, None)
        assert as_of(database, jobs, moment - tick) == before
    assert moments_of == sorted(set(moments_of))
