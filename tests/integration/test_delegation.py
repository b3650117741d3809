"""A duty that a unit splits among units below it: made, done, taken back, ended with the whole; counted once."""

import datetime as dt
from uuid import uuid4

import pytest

from shared.errors import Conflict, Forbidden, Invalid, NotFound
from tests.support.checklists import DUE_ON, duties_of, events, fetch
from tests.support.delegation import DAY, amend, delegate, drop_item, name_too, part_of, redate, split, villages
from tests.support.duties import TODAY, a_duty, do, issued, read, submit, today
from tests.support.tasks import Caller

__all__ = ["today"]

pytestmark = pytest.mark.usefixtures("today")

LATER = "2026-12-15"


def test_each_unit_gets_a_duty_of_its_own_with_its_day_and_is_told_who_gave_it(call, tasks_db):
    duty = a_duty(call)

    whole = split(call, duty, text="请报名单")

    part = part_of(call, whole, as_="village")
    assert (part["unit"]["name"], part["due_on"], part["state"]) == ("古关村", DAY, "issued")
    assert (part["delegated_by"], part["item"], part["role"]) == ("徽城镇", duty["item"], duty["role"])
    assert [(line["action"], line["who"]["unit"], line["text"]) for line in part["history"]] == [
        ("given", "徽城镇", f"{DAY} 请报名单")
    ]
    assert (whole["parts_total"], whole["parts_done"], whole["version"]) == (1, 0, duty["version"] + 2)
    assert whole["history"][-1]["text"] == f"古关村 {DAY} 请报名单"
    (_signed, event) = events(tasks_db, "duty.%")
    assert event.type == "duty.delegated.v1"
    assert (event.payload["parent_id"], event.payload["due_on"]) == (duty["duty_id"], DAY)


def test_the_village_finds_it_among_what_it_owes_and_completes_it_at_once(call):
    whole = split(call, a_duty(call, review_rule="all"))

    (found,) = call("owed_duties", {}, as_="village")["headings"]
    assert [(one["delegated_by"], one["needs_evidence"]) for one in found["duties"]] == [("徽城镇", False)]
    answer = submit(call, found["duties"][0], as_="village", note="已报")

    assert answer["results"][0]["outcome"] == "done"
    whole = read(call, whole, as_="staff")
    assert (whole["parts_total"], whole["parts_done"]) == (1, 1)
    assert whole["parts"][0]["done_by"] == {"post": "填报员", "unit": "古关村"}
    last = whole["history"][-1]
    assert (last["action"], last["part"], last["text"]) == ("completed", "古关村", "已报")


def test_the_whole_is_submitted_when_the_parts_are_done_or_with_a_reason(call):
    first, second = issued(call, "徽城镇", items=2)
    first, second = split(call, first), split(call, second)
    submit(call, part_of(call, first, as_="village"), as_="village")

    assert submit(call, first)["results"][0]["outcome"] == "done"
    with pytest.raises(Invalid) as refused:
        submit(call, second)
    assert "还有1个没有完成" in refused.value.details["fields"]["note"]["zh"]
    assert submit(call, second, note="古关村明天补报")["results"][0]["outcome"] == "done"
    assert read(call, second)["last_note"] == "古关村明天补报"


def test_among_several_one_with_open_parts_is_left_and_says_why(call):
    first, second = issued(call, "徽城镇", items=2)
    second = split(call, second)

    results = submit(call, first, second)["results"]

    assert [(one["outcome"], one["lacks_reason"]) for one in results] == [("done", False), ("conflict", True)]


def test_the_lead_bureau_does_not_decide_on_a_part_and_its_queue_does_not_have_it(call):
    whole = split(call, a_duty(call))
    part = do(call, "ask_waiver", part_of(call, whole, as_="village"), as_="village", reason="没有企业")

    assert call("count_waiting", as_="lead")["waiting"] == 0
    with pytest.raises(Forbidden) as refused:
        do(call, "grant_waiver", part, as_="lead")
    assert "上级单位分解" in refused.value.text.zh
    assert call("owed_duties", {}, as_="staff")["headings"][0]["duties"][0]["parts_waiting"] == 1
    granted = do(call, "grant_waiver", part, as_="staff")

    assert granted["state"] == "waived"
    assert read(call, whole)["parts_total"] == 0


def test_a_difficulty_of_a_part_is_put_to_the_unit_that_split_the_duty(call):
    part = part_of(call, split(call, a_duty(call)), as_="village")

    blocked = do(call, "report_blocker", part, as_="village", reason="缺名单")

    assert (blocked["asked_unit"], call("count_asked", as_="staff")["waiting"]) == ("徽城镇", 1)
    assert do(call, "answer_blocker", blocked, as_="staff", reason="已发")["blocker_answered_by"] == "徽城镇"


def test_more_time_for_a_part_ends_where_the_whole_is_due(call):
    whole = split(call, a_duty(call))
    part = do(call, "ask_extension", part_of(call, whole, as_="village"), as_="village", reason="忙", wanted_on=LATER)

    with pytest.raises(Invalid) as refused:
        do(call, "grant_extension", part, as_="staff", due_on=LATER)
    assert str(DUE_ON) in refused.value.details["fields"]["due_on"]["zh"]
    assert do(call, "grant_extension", part, as_="staff", due_on=str(DUE_ON))["due_on"] == str(DUE_ON)


def test_after_more_time_for_the_whole_a_part_may_have_it_too(call):
    whole = split(call, a_duty(call))
    asked = do(call, "ask_extension", whole, reason="忙", wanted_on=LATER)
    do(call, "grant_extension", asked, as_="lead", due_on=LATER)
    part = do(call, "ask_extension", part_of(call, whole, as_="village"), as_="village", reason="忙", wanted_on=LATER)

    assert do(call, "grant_extension", part, as_="staff", due_on=LATER)["due_on"] == LATER


def test_a_part_is_given_back_with_a_reason(call):
    whole = split(call, a_duty(call))
    part = part_of(call, whole, as_="village")
    submit(call, part, as_="village")

    returned = do(call, "return_duty", part_of(call, whole), as_="staff", reason="缺电话")

    assert (returned["state"], returned["returned_reason"]) == ("returned", "缺电话")
    assert read(call, whole)["parts_done"] == 0


def test_a_part_is_taken_back_by_its_delegator_with_a_reason_and_can_be_given_anew(call, tasks_db):
    whole = split(call, a_duty(call))
    part = part_of(call, whole, as_="village")
    for person in ("village", "lead", "shendu"):
        with pytest.raises(Forbidden):
            do(call, "withdraw_duty", part, as_=person, reason="不用了")
    with pytest.raises(Invalid):
        do(call, "withdraw_duty", part, as_="staff", reason="")
    gone = do(call, "withdraw_duty", part, as_="staff", reason="已由镇里汇总")

    assert (gone["state"], gone["actions"]) == ("withdrawn", [])
    assert call("owed_duties", {}, as_="village")["total"] == 0
    assert events(tasks_db, "duty.withdrawn%")[0].payload["state"] == "withdrawn"
    whole = read(call, whole, as_="staff")
    assert (whole["parts_total"], whole["history"][-1]["text"]) == (0, "已由镇里汇总")
    split(call, whole)
    again = part_of(call, whole, as_="village")
    assert (again["duty_id"], again["state"], again["version"]) == (part["duty_id"], "issued", gone["version"] + 1)


def test_all_parts_are_taken_back_by_the_unit_that_split_the_duty(call):
    whole = split(call, a_duty(call))
    for person in ("village", "lead", "shendu"):
        with pytest.raises(Forbidden):
            do(call, "withdraw_parts", whole, as_=person, reason="不用了")
    with pytest.raises(Conflict):
        do(call, "withdraw_parts", whole | {"version": 1}, as_="staff", reason="镇里汇总")

    after = do(call, "withdraw_parts", whole, as_="staff", reason="镇里汇总")

    assert (after["parts_total"], after["state"]) == (0, "acknowledged")
    assert after["history"][-1]["text"] == "镇里汇总"
    assert call("owed_duties", {}, as_="village")["total"] == 0
    with pytest.raises(Invalid, match="nothing to take back"):
        do(call, "withdraw_parts", after, as_="staff", reason="再来一次")


def test_what_was_issued_is_not_taken_back_like_a_part(call):
    with pytest.raises(Forbidden):
        do(call, "withdraw_duty", a_duty(call), as_="staff", reason="不用了")


@pytest.mark.parametrize(
    ("day", "field", "said"),
    [
        ("2026-05-07", "due_on", "已经过去"),
        ("2026-07-01", "due_on", "不能晚于"),
        ("2026-06-31", "units", "不存在"),
        ("", "units", "请填写"),
    ],
)
def test_a_day_that_cannot_be_is_refused(call, day, field, said):
    duty = a_duty(call)

    with pytest.raises(Invalid) as refused:
        delegate(call, duty, "古关村", day=day)

    assert said in refused.value.details["fields"][field]["zh"]
    assert read(call, duty)["parts"] == []


def test_a_day_that_differs_is_named_with_its_unit(call):
    duty = a_duty(call)
    villages(call, "渔梁村")

    with pytest.raises(Invalid) as refused:
        delegate(call, duty, "古关村", 渔梁村="2026-07-01")

    assert refused.value.details["fields"]["due_on"]["zh"].startswith("渔梁村：")


def test_a_day_off_moves_the_day_but_not_past_the_whole(call):
    part = part_of(call, delegate(call, a_duty(call), "古关村", day="2026-06-20"))

    assert (part["written_due_on"], part["due_on"]) == ("2026-06-20", "2026-06-22")


def test_only_units_below_that_do_not_have_it_get_a_part(call):
    duty, own = issued(call, "徽城镇", "古关村")

    for unit, said in (
        ("古关村", "古关村已经有这项责任"),
        ("深渡镇", "不属于本单位下级"),
        ("徽城镇", "不属于本单位下级"),
    ):
        with pytest.raises(Invalid) as refused:
            delegate(call, duty, unit)
        assert said in refused.value.details["fields"]["units"]["zh"]
    villages(call, "渔梁村")
    whole = delegate(call, duty, "渔梁村")
    with pytest.raises(Invalid):
        delegate(call, whole, "渔梁村")
    assert read(call, own)["parts"] == []


def test_nobody_else_splits_a_duty_and_no_part_is_split_further(call, world):
    below = issued(call, "古关村")[0]
    for person in ("staff", "lead", "shendu"):
        with pytest.raises((Forbidden, NotFound)):
            delegate(call, below, "古关村", as_=person)
    part = part_of(call, split(call, a_duty(call)), as_="village")
    with pytest.raises(Conflict) as refused:
        delegate(call, part, "古关村", as_="village")
    assert "不能再往下分解" in refused.value.text.zh
    assert "delegate_duty" not in part["actions"]


def test_stale_done_overdue_repeated_and_twice_named(call, today, tasks_db):
    duty = a_duty(call)
    do(call, "ask_waiver", duty, reason="没有")
    with pytest.raises(Conflict):
        split(call, duty)
    command, now = uuid4(), read(call, duty)
    first = split(call, now, command_id=command)
    assert split(call, now, command_id=command) == first
    assert len(events(tasks_db, "duty.delegated%")) == 1
    unit = {"unit_id": call.world.units["古关村"], "due_on": DAY}
    params = {"duty_id": first["duty_id"], "version": first["version"], "units": [unit, unit]}
    with pytest.raises(Invalid):
        call("delegate_duty", params, as_="staff")
    with pytest.raises(Invalid):
        call("delegate_duty", params | {"units": []}, as_="staff")
    with pytest.raises(Invalid):
        call("delegate_duty", params | {"units": [unit], "text": "长" * 501}, as_="staff")
    other = a_duty(call, "徽城镇")
    today(DUE_ON + dt.timedelta(days=1))
    with pytest.raises(Invalid) as refused:
        split(call, other)
    assert "请先申请延期" in refused.value.details["fields"]["due_on"]["zh"]
    submit(call, other)
    with pytest.raises(Conflict):
        split(call, read(call, other))


def test_the_page_of_choices_proposes_a_day_and_says_who_has_it(call):
    duty = a_duty(call)
    villages(call, "渔梁村")
    split(call, duty)

    found = call("whom_to_delegate_to", {"duty_id": duty["duty_id"]}, as_="staff")

    assert found["proposed_on"] == "2026-06-23"
    assert [(one["unit"]["name"], one["is_next"], one["has_part"]) for one in found["units"]] == [
        ("渔梁村", True, False),
        ("古关村", True, True),
    ]
    with pytest.raises(Forbidden):
        call("whom_to_delegate_to", {"duty_id": duty["duty_id"]}, as_="shendu")


def test_what_does_not_apply_to_the_whole_does_not_to_its_open_parts(call, tasks_db):
    villages(call, "渔梁村")
    whole = delegate(call, a_duty(call), "古关村", "渔梁村")
    submit(call, part_of(call, whole, as_="village"), as_="village")
    asked = do(call, "ask_waiver", read(call, whole), reason="今年没有")

    do(call, "grant_waiver", asked, as_="lead")

    parts = {one["unit"]["name"]: one["state"] for one in read(call, whole)["parts"]}
    assert parts == {"古关村": "accepted", "渔梁村": "withdrawn"}
    assert len(events(tasks_db, "duty.withdrawn%")) == 1


def test_the_parts_stay_when_the_whole_is_taken_back_or_given_back(call):
    whole = split(call, a_duty(call))
    submit(call, whole, note="先报")
    do(call, "return_duty", read(call, whole), as_="lead", reason="再补")

    assert [one["state"] for one in read(call, whole)["parts"]] == ["issued"]


def test_evidence_is_asked_of_the_whole_and_not_of_its_parts(call):
    whole = split(call, a_duty(call, evidence_rule="required"))

    assert submit(call, part_of(call, whole, as_="village"), as_="village")["results"][0]["outcome"] == "done"
    with pytest.raises(Invalid):
        submit(call, read(call, whole))


def test_an_earlier_date_of_the_item_draws_the_parts_forward_and_says_so(call, tasks_db):
    whole = split(call, a_duty(call))

    amend(call, whole, redate("2026-06-10"))

    part = part_of(call, whole, as_="village")
    assert (part["due_on"], part["version"]) == ("2026-06-10", 2)
    assert part["history"][-1]["text"].startswith(f"{DAY} → 2026-06-10 ")
    told = [duty for event in events(tasks_db, "duties.amended%") for duty in event.payload["duties"]]
    assert [duty.get("parent_id") for duty in told] == [None, whole["duty_id"]]


def test_a_later_date_and_a_date_after_the_parts_leave_them(call):
    whole = split(call, a_duty(call))

    amend(call, whole, redate("2026-06-25"))

    assert part_of(call, whole)["version"] == 1


@pytest.mark.parametrize("is_done", [False, True])
def test_what_is_dropped_takes_its_open_parts_with_it(call, is_done):
    whole = split(call, issued(call, "徽城镇", items=2)[0])
    part = do(call, "ask_waiver", part_of(call, whole, as_="village"), as_="village", reason="没有")
    if is_done:
        submit(call, whole, note="已办")

    amend(call, whole, drop_item)

    assert read(call, whole)["state"] == ("accepted" if is_done else "withdrawn")
    part = read(call, part)
    assert (part["state"], part["waiver_asked"]) == ("withdrawn", False)
    assert part["history"][-1]["action"] == "withdrawn"


def test_an_amendment_counts_no_parts_and_withdraws_none_that_nobody_named(call):
    whole = split(call, a_duty(call))

    seen = amend(call, whole, redate("2026-07-15"))

    assert (seen["made"], seen["changed"], seen["withdrawn"]) == (0, 1, 0)
    assert part_of(call, whole)["state"] == "issued"


@pytest.mark.parametrize("state", ["issued", "accepted", "withdrawn"])
def test_a_part_becomes_the_units_own_where_an_amendment_names_it(call, tasks_db, state):
    whole = split(call, a_duty(call))
    part = part_of(call, whole, as_="village")
    if state == "accepted":
        submit(call, part, as_="village")
    if state == "withdrawn":
        do(call, "withdraw_duty", part, as_="staff", reason="不用")

    amend(call, whole, name_too("古关村"))

    own = read(call, part)
    assert (own["delegated_by"], own["due_on"]) == (None, str(DUE_ON))
    assert own["state"] == ("accepted" if state == "accepted" else "issued")
    assert read(call, whole)["parts"] == []
    (row,) = duties_of(tasks_db, call.world.units["古关村"])
    assert row.parent_id is None


def test_urging_remarks_samples_and_the_years_end_leave_parts_alone(call, tasks_db, today):
    whole = split(call, a_duty(call, review_rule="sample"))
    today(DUE_ON)
    assert call("urge", {"item_id": whole["item_id"]}, as_="lead")["urged"] == 1
    call("make_remark", {"item_id": whole["item_id"], "text": "抓紧"}, as_="leader")
    assert fetch(tasks_db, "SELECT duty_id FROM remark_answer") == [(whole["duty_id"],)]
    drawn = call("list_sample", {"checklist_id": whole["checklist_id"]}, as_="lead")
    assert [one["duty_id"] for one in drawn["duties"]] == [whole["duty_id"]]
    assert call("look_at_year_end", {"checklist_id": whole["checklist_id"]}, as_="lead")["total"] == 1


def test_after_its_checklist_is_ended_nothing_of_a_part_changes(call):
    whole = split(call, a_duty(call))
    part = part_of(call, whole)
    seen = call("look_at_year_end", {"checklist_id": whole["checklist_id"]}, as_="lead")
    params = {"checklist_id": whole["checklist_id"], "version": seen["version"], "reason": "到期"}
    call("close_checklist", params, as_="lead")

    for operation, who, given in (
        ("withdraw_duty", "staff", {"reason": "不"}),
        ("ask_waiver", "village", {"reason": "不"}),
    ):
        with pytest.raises(Invalid):
            do(call, operation, part, as_=who, **given)
    with pytest.raises(Invalid):
        split(call, whole)


def test_boards_count_the_whole_once_and_the_message_says_who_gave_the_part(house, today):
    call = house_caller(house)
    whole = split(call, a_duty(call))
    house.deliver()
    boards = house.services["stats"].database
    assert sum(row.duties for row in counters(boards)) == 1

    submit(call, part_of(call, whole, as_="village"), as_="village")
    house.deliver()
    assert [(row.bucket, row.duties) for row in counters(boards)] == [("open", 1)]
    recount = fetch(boards, "SELECT due_on, bucket, count(*) AS duties FROM duty GROUP BY 1, 2")
    kept = fetch(boards, "SELECT due_on, bucket, duties FROM item_count WHERE duties <> 0")
    assert sorted(recount) == sorted(kept)


def test_the_village_is_told_of_its_part_and_that_it_was_taken_back(house, today):
    call = house_caller(house)
    whole = split(call, a_duty(call))
    house.deliver()
    noon = dt.datetime.combine(TODAY, dt.time(4), tzinfo=dt.UTC)
    house.remind(noon)
    assert [(one["stage"], one["delegated_by"]) for one in inbox(house, "village")] == [("issued", "徽城镇")]

    do(call, "withdraw_duty", part_of(call, whole), as_="staff", reason="不用了")
    house.deliver()
    house.remind(noon)
    assert [one["stage"] for one in inbox(house, "village")] == ["withdrawn"]


def counters(boards):
    return fetch(boards, "SELECT bucket, duties FROM item_count WHERE duties <> 0 AND bucket <> 'withdrawn'")


def house_caller(house):
    return Caller(house.services["tasks"], house.world)


def inbox(house, person):
    call = Caller(house.services["notifications"], house.world)
    (message,) = call("inbox", {"page": 1}, as_=person)["messages"]
    return call("get_message", {"message_id": message["message_id"]}, as_=person)["lines"]
