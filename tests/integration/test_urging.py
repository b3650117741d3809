"""Urging what is not done: a duty, an item or a unit, once a day, and never what waits for an answer."""

import datetime as dt

import pytest

from shared.errors import Forbidden, Invalid, NotFound
from shared.events import SCHEMAS
from tests.support.checklists import add_row, draft, duties_of, fetch, issue, lead, rewrite
from tests.support.delegation import delegate, split, villages
from tests.support.duties import TODAY, a_duty, do, issued, read, submit, today

__all__ = ["today"]

pytestmark = pytest.mark.usefixtures("today")

SOON = TODAY + dt.timedelta(days=3)
NOTHING = {"urged": 0, "units": 0, "already": 0, "waiting": 0, "awaited": []}


def urge(call, as_="lead", **params):
    return call("urge", params, as_=as_)


def told(call):
    rows = fetch(call.service.database, "SELECT payload FROM outbox WHERE type = 'duties.urged.v1' ORDER BY seq")
    return [SCHEMAS["duties.urged.v1"].load(row.payload) for row in rows]


def test_a_duty_is_urged_once_a_day_with_its_words_in_the_history(call, today):
    duty = a_duty(call, due_on=SOON)

    assert urge(call, duty_id=duty["duty_id"], text="请抓紧") == NOTHING | {"urged": 1, "units": 1}
    assert urge(call, as_="leader", duty_id=duty["duty_id"])["already"] == 1
    now = read(call, duty)
    assert (now["version"], now["history"][-1]["action"], now["history"][-1]["text"]) == (1, "urged", "请抓紧")
    yesterday = dt.datetime.combine(TODAY, dt.time(12), tzinfo=dt.UTC)
    rewrite(call.service.database, "UPDATE duty_history SET at = %s", (yesterday,))
    today(TODAY + dt.timedelta(days=1))
    assert urge(call, duty_id=duty["duty_id"])["urged"] == 1
    assert [(event.unit_id, event.duty_ids) for event in told(call)] == [
        (call.world.units["徽城镇"], [duty["duty_id"]])
    ] * 2


def test_of_an_item_those_are_urged_who_have_not_done_it(call):
    done, open_one = issued(call, "徽城镇", "深渡镇", due_on=SOON)
    submit(call, done)

    assert urge(call, item_id=open_one["item_id"])["units"] == 1
    assert [event.unit_id for event in told(call)] == [call.world.units["深渡镇"]]


def test_of_an_item_that_recurs_only_what_is_due_is_urged(call, tasks_db):
    drafted = draft(tasks_db)
    add_row(tasks_db, drafted, "月报", units=[lead(call.world.units["徽城镇"])], recurrence="monthly", due_day=25)
    issue(call, drafted)

    assert urge(call, item_id=drafted.rows["月报"])["urged"] == 4
    # From January to April all are overdue; with these done the next one alone is meant.
    owed = duties_of(tasks_db, call.world.units["徽城镇"])
    for duty in owed[:4]:
        submit(call, {"duty_id": duty.id, "version": 1})
    assert urge(call, item_id=drafted.rows["月报"])["urged"] == 1


def test_a_unit_is_urged_of_what_is_overdue_or_due_soon_under_one_checklist(call):
    soon = a_duty(call, due_on=SOON)
    a_duty(call, due_on=dt.date(2026, 12, 15))
    unit_id = call.world.units["徽城镇"]

    assert urge(call, unit_id=unit_id, checklist_id=soon["checklist_id"])["urged"] == 1
    later = {row.checklist_id for row in duties_of(call.service.database, unit_id)} - {soon["checklist_id"]}
    assert urge(call, unit_id=unit_id, checklist_id=later.pop()) == NOTHING


def test_of_a_unit_those_that_are_named_are_urged(call):
    first, second = issued(call, "徽城镇", items=2, due_on=SOON)
    other = a_duty(call, "深渡镇", due_on=SOON)
    about = {"unit_id": call.world.units["徽城镇"], "checklist_id": first["checklist_id"]}

    assert urge(call, **about, duty_ids=[])["urged"] == 0
    assert urge(call, **about, duty_ids=[first["duty_id"], other["duty_id"]])["urged"] == 1
    assert "urged" not in [line["action"] for line in read(call, second)["history"]]


def test_what_waits_for_an_answer_is_not_urged(call):
    duty = do(call, "report_blocker", a_duty(call, due_on=SOON), reason="缺人")

    assert urge(call, duty_id=duty["duty_id"]) == NOTHING | {
        "waiting": 1,
        "awaited": [{"unit": None, "duties": 1}],
    }
    do(call, "answer_blocker", duty, as_="lead", reason="已协调")
    assert urge(call, duty_id=duty["duty_id"])["urged"] == 1


def test_a_single_duty_that_its_page_would_not_offer_is_refused_by_a_sentence(call):
    done, over, paused = issued(call, "徽城镇", items=3, due_on=SOON)
    submit(call, done)
    do(call, "grant_waiver", do(call, "ask_waiver", over, reason="不涉及"), as_="lead")
    paused = do(call, "report_blocker", paused, reason="缺人")
    do(call, "accept_blocker", paused, as_="lead")
    later = a_duty(call, due_on=dt.date(2026, 12, 15))

    for duty, sentence in ((done, "submitted"), (over, "does not apply"), (paused, "taken on"), (later, "for a while")):
        with pytest.raises(Invalid, match=sentence):
            urge(call, duty_id=duty["duty_id"])
    with pytest.raises(NotFound):
        urge(call, duty_id=10_000)
    rewrite(call.service.database, "UPDATE checklist SET state = 'closed'", ())
    with pytest.raises(Invalid, match="ended"):
        urge(call, duty_id=done["duty_id"])
    assert told(call) == []


@pytest.mark.parametrize(
    "params",
    [{}, {"duty_id": 1, "item_id": 2}, {"unit_id": 1}, {"checklist_id": 1}, {"duty_id": 1, "text": "字" * 201}],
)
def test_one_thing_is_urged_at_a_time_with_few_words(call, params):
    with pytest.raises(Invalid):
        urge(call, **params)


def test_a_unit_urges_the_parts_that_it_split_and_nothing_else(call):
    villages(call, "渔梁村")
    whole = delegate(call, a_duty(call, due_on=SOON), "古关村", "渔梁村", day=TODAY.isoformat())
    done, open_one = whole["parts"]
    submit(call, done, as_="village")
    other = split(call, a_duty(call, due_on=SOON), day=TODAY.isoformat())

    assert urge(call, as_="staff", whole_id=whole["duty_id"], text="今天报")["urged"] == 1
    assert urge(call, as_="head", duty_id=open_one["duty_id"])["already"] == 1
    assert [event.duty_ids for event in told(call)] == [[open_one["duty_id"]]]
    for as_, meant in (
        ("staff", {"duty_id": whole["duty_id"]}),
        ("staff", {"item_id": whole["item_id"]}),
        ("staff", {"unit_id": call.world.units["徽城镇"], "checklist_id": whole["checklist_id"]}),
        ("village", {"duty_id": other["parts"][0]["duty_id"]}),
        ("village", {"whole_id": other["duty_id"]}),
        ("shendu", {"whole_id": other["duty_id"]}),
        ("staff", {"whole_id": 10_000}),
    ):
        with pytest.raises(Forbidden, match="split among units below it"):
            urge(call, as_=as_, **meant)
    assert urge(call, as_="lead", whole_id=other["duty_id"])["urged"] == 1


def test_the_button_beside_the_parts_is_of_the_unit_that_split_the_duty(call, visit):
    duty = split(call, a_duty(call, due_on=SOON), day=TODAY.isoformat())
    page = f"/duties/{duty['duty_id']}"

    staff = visit("staff").open(page)
    form = next(form for form in staff.forms if "whole_id" in dict(form.fields))
    staff.send(form, text="字" * 201)
    assert "催办的话" in staff.text
    staff.send(next(form for form in staff.forms if "whole_id" in dict(form.fields)), text="请抓紧")

    assert "已催办 1 项责任，1 个单位会收到提醒。" in staff.text
    assert not any("whole_id" in dict(form.fields) for form in visit("village").open(page).forms)


def test_leaders_urge_on_the_duty_and_the_unit_reads_it(visit, call):
    duty = a_duty(call, due_on=SOON)
    leader = visit("leader").open(f"/duties/{duty['duty_id']}")

    leader.send(leader.form("/board/urge"), text="月底前办结")

    assert "已催办 1 项责任，1 个单位会收到提醒" in leader.text
    assert "月底前办结" in leader.text
    leader.send(leader.form("/board/urge"))
    assert "! 1 项今天已经催办过，没有重复催办" in leader.text
    later = leader.open(f"/duties/{a_duty(call)['duty_id']}")
    assert not [form for form in later.forms if form.action.endswith("/urge")]
    staff = visit("staff").open(f"/duties/{duty['duty_id']}")
    assert "月底前办结" in staff.text
    assert "发出催办" not in staff.text
