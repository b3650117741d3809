"""The page of messages: looking marks nothing as read, a button does."""

import datetime as dt

import pytest

from tests.support.duties import TODAY, issued, today
from tests.support.house import House
from tests.support.practices import done, end, offer, publish
from tests.support.tasks import Caller

__all__ = ["today"]

NOON = dt.datetime.combine(TODAY, dt.time(4), tzinfo=dt.UTC)


@pytest.fixture
def reminded(house: House, today) -> House:
    """Two days' messages for 徽城镇."""
    issued(Caller(house.services["tasks"], house.world), "徽城镇", items=2, due_on=dt.date(2026, 5, 14))
    house.deliver()
    house.remind(NOON)
    house.remind(NOON + dt.timedelta(days=3))
    return house


def unread(person) -> int:
    return person.response.text.count('<li class="unread">')


def test_a_message_is_read_when_its_person_says_so(reminded):
    person = reminded.sign_in("staff").open("/inbox")
    assert unread(person) == 2
    first = person.response.text.partition('href="/inbox/')[2].partition('"')[0]

    person.open(f"/inbox/{first}").open("/inbox")
    assert unread(person) == 2
    person.open(f"/inbox/{first}")
    person.send(person.form("/inbox/read"))

    assert person.path == "/inbox"
    assert "已标为已读" in person.text
    assert unread(person) == 1
    assert not person.open(f"/inbox/{first}").response.text.count("/inbox/read")


def test_reading_leads_on_to_the_duties_with_one_button(reminded):
    person = reminded.sign_in("staff").open("/inbox")
    person.open("/inbox/" + person.response.text.partition('href="/inbox/')[2].partition('"')[0])

    person.send(person.form("/inbox/read"), then="duties")

    assert person.path == "/duties"
    assert unread(person.open("/inbox")) == 1


def test_messages_of_a_post_that_fills_in_no_more_are_read_but_lead_nowhere(reminded):
    person = reminded.sign_in("staff")
    with reminded.databases["tasks"].transaction() as cur:
        cur.execute("UPDATE person SET roles = '{administrator}' WHERE sign_in_name = 'staff'")
    person.open("/inbox")

    person.open("/inbox/" + person.response.text.partition('href="/inbox/')[2].partition('"')[0])

    assert "到期" in person.text
    assert "/duties" not in person.response.text


def test_a_leader_reads_what_was_answered_to_a_remark_with_the_way_to_the_duty(house, today):
    call = Caller(house.services["tasks"], house.world)
    (duty,) = issued(call, "徽城镇")
    made = call("make_remark", {"text": "请说明进度", "duty_id": duty["duty_id"]}, as_="leader")
    call(
        "answer_remark", {"remark_id": made["remark_id"], "duty_id": duty["duty_id"], "text": "已完成八成"}, as_="staff"
    )
    house.deliver()
    house.remind(NOON)

    leader = house.sign_in("leader").open("/inbox")
    assert "1 条批示答复" in leader.text
    leader.open("/inbox/" + leader.response.text.partition('href="/inbox/')[2].partition('"')[0])

    assert "批示已答复" in leader.text
    assert "徽城镇：" in leader.text
    assert "已完成八成" in leader.text
    leader.open(f"/duties/{duty['duty_id']}")
    assert "已完成八成" in leader.text


def test_a_unit_reads_what_became_of_its_good_practice_with_the_way_there(house, today):
    call = Caller(house.services["tasks"], house.world)
    published, aside = (offer(call, done(call), title=title) for title in ("招聘会开到家门口", "送岗上门"))
    publish(call, published)
    end(call, "put_practice_aside", aside, reason="请写清办了几场")
    house.deliver()
    house.remind(NOON)

    staff = house.sign_in("staff").open("/inbox")
    assert "2 条典型经验有结果" in staff.text
    staff.open("/inbox/" + staff.response.text.partition('href="/inbox/')[2].partition('"')[0])

    assert "已发布：招聘会开到家门口" in staff.text
    assert "未采用：送岗上门" in staff.text
    assert "原因：请写清办了几场" in staff.text
    assert staff.open(f"/practices/{aside}").status == 200


def test_all_are_marked_read_at_once(reminded):
    person = reminded.sign_in("staff").open("/inbox")

    person.send(person.form("/inbox/read"))

    assert unread(person) == 0
    assert not [form for form in person.forms if form.action.endswith("/inbox/read")]


def test_a_message_says_what_was_urged_whose_difficulty_it_is_and_what_ended(house: House, today):
    call = Caller(house.services["tasks"], house.world)
    urged, asking = (issued(call, "徽城镇", due_on=TODAY)[0] for _ in range(2))
    today(TODAY + dt.timedelta(days=4))
    call("urge", {"duty_id": urged["duty_id"], "text": "请在月底前办结"}, as_="leader")
    helper = house.world.units["县发改委"]
    about = {"duty_id": asking["duty_id"], "version": 1, "reason": "缺两名工作人员", "asked_unit_id": helper}
    call("report_blocker", about, as_="staff")
    house.deliver()
    house.remind(NOON + dt.timedelta(days=4))

    staff = house.sign_in("staff").open("/inbox")
    assert "催办 1 项" in staff.text
    staff.open("/inbox/" + staff.response.text.partition('href="/inbox/')[2].partition('"')[0])
    assert "催办：请在月底前办结" in staff.text
    asked = house.sign_in("department").open("/inbox")
    asked.open("/inbox/" + asked.response.text.partition('href="/inbox/')[2].partition('"')[0])
    assert f"徽城镇：{asking['item']}" in asked.text
    assert "需要协调：缺两名工作人员" in asked.text
    assert "逾期" not in asked.text
    assert "不必再办" not in asked.text
    now = call("get_duty", {"duty_id": asking["duty_id"]}, as_="lead")
    call("answer_blocker", {"duty_id": now["duty_id"], "version": now["version"], "reason": "下周到"}, as_="department")
    house.deliver()
    assert "已受理、答复或解除，不必再办" in asked.open(asked.path).text
    earlier = staff.path

    call("close_checklist", {"checklist_id": urged["checklist_id"], "version": 3, "reason": "到期"}, as_="lead")
    house.deliver()
    house.remind(NOON + dt.timedelta(days=5))
    staff.open("/inbox")
    assert "1 份清单已结束" in staff.text
    staff.open("/inbox/" + staff.response.text.partition('href="/inbox/')[2].partition('"')[0])
    assert "没有完成的责任不再提醒" in staff.text
    assert "清单已结束，不必再办" in staff.open(earlier).text
    staff.open(f"/duties/{urged['duty_id']}")
    assert "清单已结束 没有完成" in staff.text
    assert "已逾期" not in staff.text
