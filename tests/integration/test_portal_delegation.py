"""The pages about a duty in parts: splitting it, how far its parts are, submitting it with a reason."""

import re

import pytest

from shared import clock
from tests.support.delegation import DAY, part_of, split, villages
from tests.support.duties import a_duty, do, issued, read, submit, today
from tests.support.tasks import Caller

__all__ = ["today"]

pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture
def call(house):
    return Caller(house.services["tasks"], house.world)


@pytest.fixture
def duty(call):
    villages(call, "渔梁村")
    return a_duty(call)


def page(duty):
    return f"/duties/{duty['duty_id']}"


def delegating(house, duty):
    return house.sign_in("staff").open(f"{page(duty)}/delegate")


def test_all_units_below_are_ticked_with_one_day_and_one_press_splits(house, call, duty):
    staff = house.sign_in("staff").open(page(duty))
    assert f'href="{page(duty)}/delegate"' in staff.response.text
    staff.open(f"{page(duty)}/delegate")
    form = staff.form("/delegate")
    assert (form.value("due_on"), len([name for name, _ in form.fields if name == "units"])) == (DAY, 2)

    staff.send(form, text="请带台账")

    assert "“事项1”已分解给 2 个单位。" in staff.text
    assert "0/2 已完成" in staff.text
    assert "delegate" not in staff.response.text
    assert "· 下级单位 0/2" in staff.open("/duties").text


def test_a_unit_may_have_a_day_of_its_own(house, call, duty):
    staff = delegating(house, duty)
    own = next(name for name, _ in staff.form("/delegate").fields if name.startswith("due_on-"))

    staff.send(staff.form("/delegate"), **{own: "2026/6/10"})

    assert sorted(part["due_on"] for part in read(call, duty)["parts"]) == ["2026-06-10", DAY]


def test_a_day_of_a_unit_that_is_not_ticked_is_not_lost(house, call, duty):
    staff = delegating(house, duty)
    form = staff.form("/delegate")
    first, second = [value for name, value in form.boxes if name == "units"]

    staff.send(form, units=[first], **{f"due_on-{second}": "2026-06-10"})

    assert (staff.response.status_code, "没有勾选这个单位" in staff.text) == (422, True)
    assert staff.form("/delegate").value(f"due_on-{second}") == "2026-06-10"
    staff.send(staff.form("/delegate"), units=[first, second])
    assert read(call, duty)["parts_total"] == 2


def test_a_split_is_taken_back_as_a_whole_but_for_what_is_done(house, call, duty):
    staff = delegating(house, duty)
    staff.send(staff.form("/delegate"))
    done, _open = read(call, duty)["parts"]
    submit(call, done, as_="village")
    staff.open(page(duty))
    staff.send(staff.form("/withdraw-all"))
    assert staff.response.status_code == 422
    staff.send(staff.form("/withdraw-all"), reason="镇里汇总")

    assert "分解已收回" in staff.text
    assert [part["state"] for part in read(call, duty)["parts"]] == ["accepted", "withdrawn"]
    assert "withdraw_parts" not in read(call, duty, as_="staff")["actions"]
    assert "随清单调整撤销" not in staff.open(page(_open)).text
    assert "分解的这部分已撤销" in staff.text
    assert "已经完成的不能收回" in staff.open(page(done)).text


def test_a_day_of_one_unit_that_is_none_is_said_beside_it(house, call, duty):
    staff = delegating(house, duty)
    own = next(name for name, _ in staff.form("/delegate").fields if name.startswith("due_on-"))

    staff.send(staff.form("/delegate"), **{own: "2026-06-31"})

    assert f'id="{own}-error"' in staff.response.text
    assert read(call, duty)["parts"] == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"due_on": "2026-05-07"}, "已经过去"),
        ({"due_on": "2026-07-01"}, "不能晚于分解单位自己的完成时限"),
        ({"due_on": "6月31"}, "没有这一天"),
        ({"units": None}, "分解给哪些单位"),
        ({"text": "长" * 501}, "最多500个字"),
    ],
)
def test_what_cannot_be_is_said_and_all_that_was_typed_stays(house, call, duty, typed, said):
    staff = delegating(house, duty)
    second = staff.form("/delegate").boxes[1][1]

    staff.send(staff.form("/delegate"), **{"units": [second], "text": "请带台账", "due_on": DAY} | typed)

    form = staff.form("/delegate")
    assert staff.response.status_code == 422
    assert said in staff.text
    assert form.value("text") == typed.get("text", "请带台账")
    assert [value for name, value in form.fields if name == "units"] == ([] if "units" in typed else [second])
    assert read(call, duty)["parts"] == []
    # What is mended is sent as another command.
    staff.send(form, units=[second], text="请带台账", due_on=DAY)
    assert read(call, duty)["parts_total"] == 1


def test_a_stale_page_shows_both_versions_and_can_still_be_sent(house, call, duty):
    staff = delegating(house, duty)
    form = staff.form("/delegate")
    do(call, "ask_waiver", duty, reason="没有企业", as_="head")

    staff.send(form, text="请带台账")

    assert "内容已有变化" in staff.text
    assert "请带台账" in staff.text
    staff.send(staff.form("/delegate"))
    assert read(call, duty)["parts_total"] == 2


def test_submitting_with_open_parts_asks_for_a_reason_beside_the_note(house, call, duty):
    whole = split(call, duty)
    staff = house.sign_in("staff").open(page(whole))
    assert "备注（必填：" in staff.text

    staff.send(staff.form("/duties/done"))

    assert staff.response.status_code == 422
    assert "还有1个没有完成" in staff.text
    staff.send(staff.form("/duties/done"), note="古关村明天补报")
    assert read(call, duty)["state"] == "accepted"


def test_from_the_list_what_lacks_a_reason_is_named_and_the_rest_is_done(house, call):
    first, second = issued(call, "徽城镇", items=2)
    split(call, second)
    staff = house.sign_in("staff").open("/duties")

    staff.send(staff.form("/duties/done"), duties=[f"{first['duty_id']}:1", f"{second['duty_id']}:3"])

    assert "“事项2”没有提交：下级单位还没有全部完成" in staff.text
    assert "“事项1”已完成。" in staff.text


def test_the_village_reads_who_gave_it_and_whom_it_asks(house, call, duty):
    part = part_of(call, split(call, duty))
    village = house.sign_in("village").open("/duties")
    assert "由 徽城镇 分解" in village.text
    village.open(page(part))
    assert f'href="{page(duty)}"' not in village.response.text

    village.send(village.form("/extension"), reason="忙", wanted_on="2026-06-30")

    assert "已申请延期，等待徽城镇答复。" in village.text
    staff = house.sign_in("staff").open("/duties")
    assert "下级单位 1 项待答复" in staff.text
    staff.open(page(part))
    staff.send(staff.form("/extend"))
    assert read(call, part)["due_on"] == "2026-06-30"


def test_a_part_is_taken_back_or_given_back_on_its_page(house, call, duty):
    part = part_of(call, split(call, duty))
    staff = house.sign_in("staff").open(page(part))
    staff.send(staff.form("/withdraw"))
    assert staff.response.status_code == 422
    staff.send(staff.form("/withdraw"), reason="镇里汇总")
    assert "已收回。" in staff.text
    again = part_of(call, split(call, read(call, duty)))
    submit(call, again, as_="village")

    staff.open(page(again))
    staff.send(staff.form("/return"), reason="缺电话")

    assert read(call, again)["state"] == "returned"
    lead = house.sign_in("lead").open(page(duty))
    assert "0/1 已完成" in lead.text
    assert "（古关村的部分）" in lead.text


def test_the_boards_and_files_of_the_county_say_how_far_the_parts_are(house, call, duty):
    split(call, duty)
    house.deliver()
    lead = house.sign_in("lead")

    assert "下级单位 0/1" in lead.open(f"/board/items/{duty['item_id']}").text
    assert "下级单位 0/1" in lead.open(f"/board/{duty['checklist_id']}/duties").text
    assert "古关村" not in lead.text


def test_the_day_of_the_village_says_who_gave_it(house, call, duty):
    split(call, duty)
    house.deliver()
    house.remind(clock.now())

    village = house.sign_in("village").open("/inbox")
    village.open(re.search(r'href="(/inbox/\d+)"', village.response.text)[1])

    assert "由 徽城镇 分解" in village.text
