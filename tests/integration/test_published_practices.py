"""What stats keeps of good practice for the bulletin: whatever comes twice, late or out of order."""

import datetime as dt
import itertools

import pytest

from services.stats.practices import queries
from services.stats.practices.records import Published
from shared.events import PracticeChanged
from tests.support.stats import CHECKLIST, HUICHENG, SHENDU, received, take

DAY = dt.date(2026, 6, 9)


def told(practice_id=1, *, unit_id=HUICHENG, title="家门口的招聘会", at=DAY, hour=2, version=2, **more):
    published_at = dt.datetime.combine(at, dt.time(hour), dt.UTC)
    given = {"checklist_id": CHECKLIST, "text": "每月三场。", "is_taken_back": False} | more
    return PracticeChanged(
        practice_id=practice_id,
        unit_id=unit_id,
        title=title,
        published_at=published_at,
        version=version,
        **given,
    )


def published(stats, since=DAY, until=DAY, checklist_id=CHECKLIST):
    with stats.database.transaction() as cur:
        return queries.published(cur, checklist_id, since, until)


def test_it_is_read_with_its_unit_and_its_day(stats):
    take(stats, [received(told())])

    assert published(stats) == [Published("家门口的招聘会", "每月三场。", "徽城镇", DAY)]


def test_they_stand_in_the_order_of_publishing_and_not_of_units(stats):
    take(stats, [received(told(1, unit_id=SHENDU, hour=1, title="先")), received(told(2, hour=3, title="后"))])
    take(stats, [received(told(3, hour=2, title="中"))])

    assert [one.title for one in published(stats)] == ["先", "中", "后"]


@pytest.mark.parametrize(
    ("at", "hour", "is_there"),
    [
        # In Shanghai it is eight hours later.
        (DAY - dt.timedelta(days=1), 15, False),
        (DAY - dt.timedelta(days=1), 16, True),
        (DAY, 15, True),
        (DAY, 16, False),
    ],
)
def test_both_days_belong_to_what_is_asked_as_shanghai_counts_them(stats, at, hour, is_there):
    take(stats, [received(told(at=at, hour=hour))])

    assert bool(published(stats)) is is_there
    assert [one.published_on for one in published(stats)] == [DAY] * is_there


def test_another_checklists_are_not_among_them(stats):
    take(stats, [received(told())])

    assert published(stats, checklist_id=CHECKLIST + 1) == []


def test_one_whose_unit_is_not_known_yet_is_not_lost(stats):
    take(stats, [received(told(unit_id=9999))])

    assert [(one.title, one.unit_name) for one in published(stats)] == [("家门口的招聘会", "")]


NEWS = (told(version=2), told(version=3, is_taken_back=True))


@pytest.mark.parametrize("order", sorted(set(itertools.permutations((0, 0, 1, 1)))))
@pytest.mark.parametrize("at_once", [True, False])
def test_what_was_taken_back_is_gone_whichever_way_the_news_came(stats, order, at_once):
    events = [received(NEWS[number]) for number in order]
    for batch in [events] if at_once else [[event] for event in events]:
        take(stats, batch)

    assert published(stats) == []
