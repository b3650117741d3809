"""Leaders remark on a duty or an item, each unit answers, and it is open until all have."""

import datetime as dt

import pytest

from services.tasks.remarks import measuring
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from shared.events import SCHEMAS
from tests.support.checklists import add_row, draft, fetch, issue, lead, run, support
from tests.support.duties import a_duty, do, issued, read, submit, today

__all__ = ["today"]

pytestmark = pytest.mark.usefixtures("today")


def remark(call, text="请说明进度", as_="leader", **about):
    return call("make_remark", {"text": text, **about}, as_=as_)


def answer(call, made, duty, text="已完成八成", as_="staff"):
    params = {"remark_id": made["remark_id"], "duty_id": duty["duty_id"], "text": text}
    return call("answer_remark", params, as_=as_)


def listed(call, as_="lead"):
    return call("list_remarks", {}, as_=as_)["remarks"]


def test_a_remark_on_a_duty_stands_first_on_the_units_page_until_it_is_answered(call):
    duty = a_duty(call)

    made = remark(call, duty_id=duty["duty_id"])

    assert made["units"] == 1
    headings = {one["heading"]: one["duties"] for one in call("owed_duties", {}, as_="staff")["headings"]}
    assert [one["open_remark"] for one in headings["answered"]] == ["请说明进度"]
    (waiting,) = listed(call)
    assert (waiting["is_open"], waiting["answers"][0]["text"]) == (True, None)
    answer(call, made, duty)
    assert "answered" not in {one["heading"] for one in call("owed_duties", {}, as_="staff")["headings"]}
    (done,) = listed(call, as_="leader")
    assert (done["is_open"], done["answers"][0]["text"], done["answers"][0]["by"]["unit"]) == (
        False,
        "已完成八成",
        "徽城镇",
    )
    now = read(call, duty)
    assert [line["action"] for line in now["history"]] == ["issued", "remarked", "acknowledged", "remark_answered"]


def test_an_answer_is_announced_once_for_the_leader_who_remarked(call, tasks_db):
    duty = a_duty(call)
    made = remark(call, duty_id=duty["duty_id"], as_="leader")

    answer(call, made, duty)
    with pytest.raises(Conflict):
        answer(call, made, duty)

    (row,) = fetch(tasks_db, "SELECT payload FROM outbox WHERE type = 'remark.answered.v1'")
    told = SCHEMAS["remark.answered.v1"].load(row.payload)
    assert (told.remark_id, told.duty_id, told.unit_id) == (
        made["remark_id"],
        duty["duty_id"],
        call.world.units["徽城镇"],
    )
    assert (told.person_id, told.text) == (call.world.people["leader"], "已完成八成")


def test_on_an_item_each_leading_unit_answers_for_itself(call, tasks_db):
    units = call.world.units
    drafted = draft(tasks_db)
    named = [lead(units["徽城镇"]), lead(units["深渡镇"]), support(units["石门乡"])]
    item = add_row(tasks_db, drafted, "甲", units=named, recurrence="monthly")
    issue(call, drafted)

    made = remark(call, item_id=item)

    assert made["units"] == 2
    asked = listed(call)[0]["answers"]
    assert [one["unit"] for one in asked] == ["徽城镇", "深渡镇"]
    (mine, _) = asked
    assert read(call, mine)["period"] == "2026-01"
    answer(call, made, mine)
    assert [(one["unit"], one["text"]) for one in listed(call)[0]["answers"]] == [
        ("深渡镇", None),
        ("徽城镇", "已完成八成"),
    ]
    rows = fetch(tasks_db, "SELECT payload FROM outbox WHERE type = 'duties.remarked.v1' ORDER BY seq")
    told = [SCHEMAS["duties.remarked.v1"].load(row.payload) for row in rows]
    assert {event.unit_id for event in told} == {units["徽城镇"], units["深渡镇"]}


def test_what_is_done_can_be_remarked_on_and_what_does_not_apply_cannot(call):
    done, waived = issued(call, "徽城镇", items=2)
    submit(call, done)
    do(call, "grant_waiver", do(call, "ask_waiver", waived, reason="不涉及"), as_="lead")

    assert remark(call, duty_id=done["duty_id"])["units"] == 1
    with pytest.raises(Invalid, match="no unit to answer"):
        remark(call, duty_id=waived["duty_id"])


def test_nobody_answers_twice_for_others_or_what_was_not_asked(call):
    duty, other = a_duty(call), a_duty(call, "深渡镇")
    made = remark(call, duty_id=duty["duty_id"])

    with pytest.raises(Forbidden):
        answer(call, made, duty, as_="shendu")
    with pytest.raises(NotFound):
        answer(call, made, other, as_="shendu")
    answer(call, made, duty)
    with pytest.raises(Conflict, match="answered before"):
        answer(call, made, duty, text="另一个答复")


@pytest.mark.parametrize("about", [{}, {"duty_id": 1, "item_id": 1}])
def test_a_remark_is_about_one_thing(call, about):
    with pytest.raises(Invalid):
        remark(call, **about)


@pytest.mark.parametrize("text", ["", " ", "字" * 501])
def test_a_remark_has_words_and_not_too_many(call, text):
    duty = a_duty(call)

    with pytest.raises(Invalid) as refused:
        remark(call, text, duty_id=duty["duty_id"])

    assert "text" in refused.value.details["fields"]


def test_who_reads_the_duty_reads_its_remarks_and_its_own_answer_alone(call):
    first, _ = issued(call, "徽城镇", "深渡镇")
    remark(call, item_id=first["item_id"])

    (mine,) = call("remarks_of_duty", {"duty_id": first["duty_id"]}, as_="staff")["remarks"]

    assert [one["unit"] for one in mine["answers"]] == ["徽城镇"]
    with pytest.raises(Forbidden):
        call("remarks_of_duty", {"duty_id": first["duty_id"]}, as_="shendu")
    with pytest.raises(Forbidden):
        remark(call, as_="lead", duty_id=first["duty_id"])


def test_the_age_of_what_is_owed_is_measured_and_shown(call, tasks_db):
    remark(call, duty_id=a_duty(call)["duty_id"])
    run(tasks_db, "UPDATE remark SET made_at = now() - interval '2 days'")

    with tasks_db.transaction() as cur:
        measuring.measure(cur)

    assert dt.timedelta(seconds=measuring.OLDEST._value.get()) >= dt.timedelta(days=2)


def test_what_nobody_can_answer_any_more_is_not_waited_for(call, tasks_db):
    remark(call, duty_id=a_duty(call)["duty_id"])
    run(tasks_db, "UPDATE checklist SET state = 'closed'")

    with tasks_db.transaction() as cur:
        measuring.measure(cur)

    assert measuring.OLDEST._value.get() == 0


def test_what_ended_unanswered_says_so_and_comes_after_what_is_open(visit, call, tasks_db):
    ended, asked = a_duty(call), a_duty(call)
    remark(call, duty_id=ended["duty_id"])
    made = remark(call, duty_id=asked["duty_id"])
    run(tasks_db, "UPDATE checklist SET state = 'closed' WHERE id = %s", (ended["checklist_id"],))

    first, last = call("list_remarks", as_="lead")["remarks"]
    assert (first["remark_id"], first["is_open"], first["is_ended"]) == (made["remark_id"], True, False)
    assert (last["is_open"], last["is_ended"]) == (False, True)

    lead = visit("lead").open("/remarks")
    assert "清单已结束，不再等待答复" in lead.text
    assert "没有答复" in lead.text
    assert "清单已结束，不再等待答复" in lead.open(f"/duties/{ended['duty_id']}").text


def test_a_leader_remarks_on_the_duty_and_the_unit_answers_there(visit, call):
    duty = a_duty(call)
    leader = visit("leader").open(f"/duties/{duty['duty_id']}")
    leader.send(leader.form("/remarks/make"), remark="请说明进度")
    assert "已批示，1 个单位要答复" in leader.text

    staff = visit("staff").open("/duties")
    assert "领导批示 请说明进度" in staff.text
    staff.open(f"/duties/{duty['duty_id']}")
    staff.send(staff.form("/remarks/answer"), answer=" ")
    assert staff.status == 422
    staff.open(f"/duties/{duty['duty_id']}")
    staff.send(staff.form("/remarks/answer"), answer="已完成八成")

    assert "答复：已完成八成" in staff.text
    lead_page = visit("lead").open("/remarks").text
    assert "已全部答复" in lead_page
    assert "已完成八成" in lead_page
