"""What a unit reads in its inbox of the good practice that it offered: each decision once, however it comes."""

import datetime as dt
from itertools import permutations

import pytest

from services.notifications.offers import queries
from shared.clock import day_of
from shared.events import OfferDecided, PersonChanged
from tests.support.notifications import learn, sweep
from tests.support.stats import HUICHENG, NOON, PEOPLE, call, received

LATER = NOON + dt.timedelta(days=1)


def decided(outcome="published", version=2, *, title="招聘会开到家门口", reason="", practice_id=12):
    return received(OfferDecided(practice_id, HUICHENG, outcome, title, reason, version))


def told(notifications, as_="staff"):
    """Day, outcome, title and reason of what each message tells, oldest first."""
    found = call(notifications, "inbox", as_=as_)["messages"][::-1]
    read = [call(notifications, "get_message", {"message_id": one["message_id"]}, as_=as_) for one in found]
    assert [one["offers"] for one in found] == [len(one["offers"]) for one in read]
    return [(one["day"], line["outcome"], line["title"], line["reason"]) for one in read for line in one["offers"]]


def test_staff_and_head_are_told_once_though_it_comes_twice_and_again(notifications):
    for now in (NOON, NOON + dt.timedelta(hours=1), LATER):
        learn(notifications, [decided(), decided()])
        sweep(notifications, now)

    once = [(day_of(NOON).isoformat(), "published", "招聘会开到家门口", "")]
    assert told(notifications) == told(notifications, "head") == once
    assert told(notifications, "shimen") == told(notifications, "lead") == []


def test_what_becomes_of_it_on_another_day_is_told_beside_what_was(notifications):
    learn(notifications, [decided()])
    sweep(notifications)
    learn(notifications, [decided("taken_back", 4, title="家门口", reason="数字有误")])
    sweep(notifications, LATER)

    assert told(notifications) == [
        (day_of(NOON).isoformat(), "published", "招聘会开到家门口", ""),
        (day_of(LATER).isoformat(), "taken_back", "家门口", "数字有误"),
    ]


@pytest.mark.parametrize("order", list(permutations(range(2))))
@pytest.mark.parametrize("are_together", [True, False])
def test_the_newest_of_a_day_is_told_in_whichever_order_it_comes(notifications, order, are_together):
    both = [decided(), decided("taken_back", 4, reason="数字有误")]
    for batch in [[both[n] for n in order]] if are_together else [[both[n]] for n in order]:
        learn(notifications, batch)
        sweep(notifications)

    assert [line[1:] for line in told(notifications)] == [("taken_back", "招聘会开到家门口", "数字有误")]


def test_it_waits_until_somebody_of_the_unit_is_there(notifications):
    known = [PEOPLE[name] for name in ("staff", "head")]
    gone = [PersonChanged(one[0], HUICHENG, "", [], is_active=False, version=9) for one in known]
    learn(notifications, [*map(received, gone), decided("put_aside", reason="再写细些")])
    sweep(notifications)
    with notifications.database.transaction() as cur:
        assert queries.waiting_for_sweep(cur).decisions == 0
    back = PersonChanged(PEOPLE["staff"][0], HUICHENG, "", ["unit_staff"], is_active=True, version=10)
    learn(notifications, [received(back)])
    with notifications.database.transaction() as cur:
        assert queries.waiting_for_sweep(cur) == (1, day_of(NOON))

    sweep(notifications, LATER)

    assert told(notifications) == [(day_of(LATER).isoformat(), "put_aside", "招聘会开到家门口", "再写细些")]
