"""A difficulty is put to a unit or a leader and answered there; no day counts meanwhile; the list for the meeting."""

import datetime as dt
import io
import re
import threading
from pathlib import Path

import openpyxl
import pytest

from services.notifications.reminding.policy import Stage
from shared.errors import Conflict, Forbidden, Invalid
from shared.workdays import add_workdays, workdays_between
from tests.support.checklists import DUE_ON, events, fetch, run
from tests.support.delegation import split
from tests.support.duties import TODAY, a_duty, do, issued, read, submit, today
from tests.support.eventually import eventually

__all__ = ["today"]

pytestmark = pytest.mark.usefixtures("today")

REASON = "缺 12 万元配套资金"
TEMPLATES = Path(__file__).parents[2] / "services" / "portal" / "templates"


def reported(call, world, duty=None, to="县财政局", as_="staff"):
    return do(
        call,
        "report_blocker",
        duty or a_duty(call),
        as_=as_,
        reason=REASON,
        asked_unit_id=to and world.units[to],
    )


def taken_on(call, world, **options):
    return do(
        call, "accept_blocker", reported(call, world, to="县发改委", **options), as_="department", reason="下周拨付"
    )


def difficulties(call, as_="lead", **sought):
    return call("list_difficulties", sought, as_=as_)["difficulties"]


def test_whom_units_ask_sees_it_in_the_menu_of_every_page_and_units_find_the_list(visit, call, world):
    duty = a_duty(call)
    do(call, "report_blocker", duty, reason="缺地", asked_unit_id=world.units["领导小组"])

    leader = visit("leader").open("/inbox").response.get_data().decode()
    assert re.search(r'href="/difficulties">困难 <b class="count">1<', leader)
    assert 'href="/difficulties"' in visit("staff").open("/inbox").response.get_data().decode()


def test_a_unit_names_whom_it_asks_and_that_one_alone_and_the_lead_bureau_may_answer(call, world, tasks_db):
    duty = reported(call, world, to="县发改委")

    assert (duty["asked_unit"], duty["blocked_reason"]) == ("县发改委", REASON)
    assert events(tasks_db, "duty.%")[-1].payload["asked_unit_id"] == world.units["县发改委"]
    for other in ("shendu", "leader"):
        with pytest.raises(Forbidden):
            do(call, "answer_blocker", duty, as_=other, reason="我们来")
    assert "answer_blocker" in read(call, duty, as_="department")["actions"]
    answered = do(call, "answer_blocker", duty, as_="department", reason="已经安排")
    assert (answered["blocker_answer"], answered["is_blocked"]) == ("已经安排", True)


def test_who_is_asked_reads_the_duty_and_may_do_nothing_else_with_it(call, world):
    duty = reported(call, world, to="县发改委")

    assert read(call, duty, as_="department")["actions"] == ["accept_blocker", "answer_blocker"]
    with pytest.raises(Forbidden):
        submit(call, duty, as_="department")
    do(call, "clear_blocker", duty)
    with pytest.raises(Forbidden):
        read(call, duty, as_="department")


def test_a_leader_is_asked_and_answers(call, world):
    duty = reported(call, world, to="领导小组")

    assert difficulties(call, "leader")[0]["asked_unit"] == "领导小组"
    assert do(call, "accept_blocker", duty, as_="leader")["paused_on"] == TODAY.isoformat()


@pytest.mark.parametrize("to", ["徽城镇", "深渡镇", "古关村", "歙县"])
def test_only_departments_leaders_and_units_above_can_be_asked(call, world, to):
    with pytest.raises(Invalid) as refused:
        reported(call, world, to=to)

    assert "asked_unit_id" in refused.value.details["fields"]


def test_a_village_may_ask_its_township(call, world):
    duty = reported(call, world, a_duty(call, "古关村"), to="徽城镇", as_="village")

    named = call("whom_to_ask", {"duty_id": duty["duty_id"]}, as_="village")["units"]
    assert [unit["name"] for unit in named] == ["领导小组", "县发改委", "县财政局", "徽城镇"]
    assert do(call, "accept_blocker", duty, as_="head")["paused_on"] == TODAY.isoformat()


def test_who_reported_it_for_a_unit_below_does_not_take_it_on(call, world):
    duty = reported(call, world, a_duty(call, "古关村"), to="徽城镇", as_="staff")

    with pytest.raises(Forbidden):
        do(call, "accept_blocker", duty, as_="staff")


def test_while_it_is_taken_on_no_day_counts_and_afterwards_the_due_date_has_moved(call, world, today, tasks_db):
    duty = taken_on(call, world)
    assert (duty["light"], duty["paused_on"], duty["due_on"]) == ("blocked", TODAY.isoformat(), DUE_ON.isoformat())

    today(DUE_ON + dt.timedelta(days=20))
    assert read(call, duty)["light"] == "blocked"
    answered = do(call, "answer_blocker", duty, as_="department", reason="资金到位")

    paused = workdays_between(TODAY, DUE_ON + dt.timedelta(days=20))
    moved = add_workdays(DUE_ON, paused).isoformat()
    assert (answered["due_on"], answered["first_due_on"], answered["paused_on"]) == (moved, DUE_ON.isoformat(), None)
    assert [line["action"] for line in answered["history"]][-3:] == [
        "blocker_accepted",
        "blocker_answered",
        "clock_resumed",
    ]
    assert answered["history"][-1]["text"] == moved
    told = events(tasks_db, "duty.blocker_%")
    assert [one.payload.get("paused_on") for one in told] == [TODAY.isoformat(), None]
    assert told[-1].payload["first_due_on"] == DUE_ON.isoformat()


def test_what_was_late_before_stays_as_late_as_it_was(call, world, today):
    late_by = dt.timedelta(days=12)
    duty = a_duty(call)
    today(DUE_ON + late_by)
    duty = taken_on(call, world, duty=duty)
    late = workdays_between(DUE_ON, DUE_ON + late_by)
    assert duty["light"] == "overdue"

    today(DUE_ON + dt.timedelta(days=40))
    still = read(call, duty)
    cleared = do(call, "clear_blocker", duty)

    assert still["light"] == "overdue"
    assert f"已逾期 {late} 个工作日" in still["reason"]["zh"]
    assert f"已逾期 {late} 个工作日" in cleared["reason"]["zh"]


def test_done_while_it_is_taken_on_is_done_in_time(call, world, today):
    duty = taken_on(call, world)
    today(DUE_ON + dt.timedelta(days=30))

    submit(call, duty)

    done = read(call, duty)
    assert (done["light"], done["paused_on"], done["is_blocked"]) == ("done", None, False)


def test_taken_on_twice_is_a_conflict_and_after_an_answer_it_can_be_taken_on_again(call, world):
    duty = taken_on(call, world)
    with pytest.raises(Conflict):
        do(call, "accept_blocker", duty, as_="lead")
    answered = do(call, "answer_blocker", duty, as_="lead", reason="请再等一等")

    assert do(call, "accept_blocker", answered, as_="department")["paused_on"] == TODAY.isoformat()


def test_the_list_has_all_that_stands_unanswered_first(call, world):
    waiting, taken = issued(call, "徽城镇", items=2)
    taken_on(call, world, duty=taken)
    reported(call, world, waiting)
    solved = do(call, "clear_blocker", reported(call, world, a_duty(call, "深渡镇"), as_="shendu"), as_="shendu")

    found = call("list_difficulties", {}, as_="leader")

    assert [one["duty_id"] for one in found["difficulties"]] == [waiting["duty_id"], taken["duty_id"]]
    assert found["counts"] == {"open": 1, "accepted": 1, "answered": 0}
    assert found["difficulties"][1]["answer"] == "下周拨付"
    assert solved["duty_id"] not in [one["duty_id"] for one in found["difficulties"]]
    assert [one["asked_unit"] for one in difficulties(call, "department")] == ["县发改委"]
    assert len(difficulties(call, "staff")) == 2
    assert difficulties(call, "shendu") == []
    assert [one["duty_id"] for one in difficulties(call, text="财政")] == [waiting["duty_id"]]
    assert [one["duty_id"] for one in difficulties(call, state="accepted")] == [taken["duty_id"]]
    assert call("count_asked", {}, as_="department")["waiting"] == 1


def test_what_is_put_to_another_unit_is_not_in_the_lead_bureaus_queue(call, world):
    theirs, ours = issued(call, "徽城镇", items=2)
    reported(call, world, theirs)
    reported(call, world, ours, to=None)

    queue = call("review_queue", {"kinds": ["blocked"]}, as_="lead")

    assert [duty["duty_id"] for duty in queue["blocked"]] == [ours["duty_id"]]
    assert call("count_waiting", {}, as_="lead") == {"waiting": 1}


def test_a_unit_whose_difficulty_is_taken_on_is_not_urged(call, world, today):
    duty = taken_on(call, world)
    today(DUE_ON + dt.timedelta(days=30))

    with pytest.raises(Invalid, match="was taken on"):
        call("urge", {"duty_id": duty["duty_id"]}, as_="lead")


def test_what_waits_has_an_age_by_kind(call, world, tasks, tasks_db):
    from prometheus_client import REGISTRY

    reported(call, world)
    tasks.measure_requests()

    assert REGISTRY.get_sample_value("qingdan_requests_waiting", {"kind": "blocker"}) == 1
    assert REGISTRY.get_sample_value("qingdan_request_oldest_seconds", {"kind": "blocker"}) >= 0
    assert REGISTRY.get_sample_value("qingdan_requests_waiting", {"kind": "waiver"}) == 0
    assert fetch(tasks_db, "SELECT count(*) FROM request WHERE state = 'open'") == [(1,)]


def test_from_the_units_page_to_the_department_and_back(visit, call, world):
    duty = a_duty(call)
    staff = visit("staff").open(f"/duties/{duty['duty_id']}")
    staff.send(staff.form("/blocker"), reason=REASON, asked_unit_id=str(world.units["县发改委"]))
    assert f"已上报困难：{REASON}请县发改委协调" in staff.text.replace("\u200b", "")

    helper = visit("department").open("/duties")
    assert "1 项困难请本单位协调，还没有答复" in helper.text
    helper.open("/difficulties")
    assert REASON in helper.text
    helper.open(f"/duties/{duty['duty_id']}")
    helper.send(helper.form("/take-on"), reason="下周拨付")
    assert "已受理，从今天起暂停计时" in helper.text
    assert "1 项困难请本单位协调，还没有答复" in helper.open("/duties").text

    assert "暂停计时" in staff.open("/duties").text
    assert "下周拨付" in visit("leader").open("/difficulties?state=accepted").text
    helper.open(f"/duties/{duty['duty_id']}")
    helper.send(helper.form("/answer"), reason="")
    assert helper.status == 422
    helper.send(helper.form("/answer"), reason="资金已到账")
    assert "困难已答复 资金已到账" in staff.open("/duties").text
    assert "还没有答复" not in helper.open("/duties").text


def test_what_was_chosen_and_written_is_kept_when_the_reason_is_missing(visit, call, world):
    duty = a_duty(call)
    staff = visit("staff").open(f"/duties/{duty['duty_id']}")

    staff.send(staff.form("/blocker"), reason=" ", asked_unit_id=str(world.units["县财政局"]))

    assert staff.status == 422
    assert staff.form("/blocker").value("asked_unit_id") == str(world.units["县财政局"])


def test_the_lead_bureau_takes_one_on_in_its_queue(visit, call, world):
    duty = reported(call, world, to=None)
    lead = visit("lead").open("/review")

    lead.send(lead.form("/take-on"))

    assert read(call, duty)["paused_on"] == TODAY.isoformat()
    assert "已受理" in lead.text


def test_who_reported_it_is_not_offered_to_take_it_on(visit, call, world, tasks_db):
    run(tasks_db, "UPDATE person SET roles = roles || '{lead_bureau}' WHERE id = %s", (world.people["staff"],))
    reported(call, world, to=None)

    both = visit("staff").open("/review")

    assert REASON in both.text
    assert not [form for form in both.forms if form.action.partition("?")[0].endswith("/take-on")]


def test_the_list_for_the_meeting_as_a_workbook(visit, call, world):
    taken_on(call, world)
    leader = visit("leader").open("/difficulties")

    leader.send(leader.form("/difficulties/xlsx"))

    sheet = openpyxl.load_workbook(io.BytesIO(leader.response.get_data())).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    assert rows[0][:2] == ["状态", "单位"]
    assert rows[1][:2] == ["已受理，暂停计时", "徽城镇"]
    assert REASON in rows[1]


@pytest.mark.parametrize("address", ["/difficulties?state=nonsense&page=99", "/difficulties?q=没有这样的"])
def test_nonsense_in_the_address_is_an_ordinary_page(visit, address):
    assert visit("leader").open(address).status == 200


def test_a_date_that_is_given_while_the_clock_stands_is_that_date(call, world, today):
    duty = do(call, "ask_extension", taken_on(call, world), reason="等资金", wanted_on="2026-08-31")
    today(dt.date(2026, 7, 20))
    granted = do(call, "grant_extension", duty, as_="lead", due_on="2026-08-31")
    assert (granted["due_on"], granted["paused_on"]) == ("2026-08-31", "2026-07-20")

    same_day = do(call, "answer_blocker", granted, as_="department", reason="到账")

    assert same_day["due_on"] == "2026-08-31"


def test_what_ended_with_its_difficulty_is_urged_again_when_it_is_late(call, world, today):
    duty = taken_on(call, world)
    submit(call, duty)
    do(call, "reopen_duty", read(call, duty))
    today(DUE_ON + dt.timedelta(days=30))

    assert call("urge", {"duty_id": duty["duty_id"]}, as_="lead") == {
        "urged": 1,
        "units": 1,
        "already": 0,
        "waiting": 0,
        "awaited": [],
    }


def test_a_change_that_waited_for_another_sees_what_was_asked_meanwhile(call, world, tasks_db):
    """The first opening signs for a duty while its difficulty is being reported: the event must carry it."""
    duty = a_duty(call)
    reporting = threading.Event()

    def sign():
        reporting.wait()
        call("acknowledge_duties", {"duty_ids": [duty["duty_id"]]}, as_="head")

    thread = threading.Thread(target=sign)
    thread.start()
    with tasks_db.transaction() as cur:
        cur.execute("SELECT FROM duty WHERE id = %s FOR UPDATE", (duty["duty_id"],))
        reporting.set()
        eventually(lambda: fetch(tasks_db, WAITS)[0].waits == 1)
        cur.execute("INSERT INTO request (duty_id, kind, reason) VALUES (%s, 'blocker', '缺资金')", (duty["duty_id"],))
        cur.execute("UPDATE duty SET version = version + 1 WHERE id = %s", (duty["duty_id"],))
    thread.join()

    assert events(tasks_db, "duty.acknowledged%")[-1].payload["is_blocked"] is True


WAITS = "SELECT count(*) AS waits FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


@pytest.mark.parametrize("template", ["message.html", "inbox.html"])
def test_every_stage_has_its_place_in_a_message(template):
    named = re.search(r"for stage in \(([^)]*)\)", (TEMPLATES / template).read_text("utf-8"))

    assert named is not None
    assert set(re.findall(r'"(\w+)"', named[1])) == {stage.value for stage in Stage}


def test_what_a_helper_types_while_the_unit_solves_it_stays_on_the_page(visit, call, world):
    duty = reported(call, world, to="县发改委")
    helper = visit("department").open(f"/duties/{duty['duty_id']}")
    do(call, "clear_blocker", duty)

    helper.send(helper.form("/answer"), reason="已经安排两名工作人员")

    assert helper.status == 403
    assert "单位已经自行解除" in helper.text
    assert "已经安排两名工作人员" in helper.text


def test_what_a_closed_unit_was_asked_waits_for_the_lead_bureau(call, world, tasks_db):
    duty = reported(call, world, to="县财政局")
    assert call("count_waiting", {}, as_="lead") == {"waiting": 0}

    run(tasks_db, "UPDATE unit SET is_active = false WHERE id = %s", (world.units["县财政局"],))

    (waiting,) = call("review_queue", {"kinds": ["blocked"]}, as_="lead")["blocked"]
    assert waiting["duty_id"] == duty["duty_id"]
    assert call("count_waiting", {}, as_="lead") == {"waiting": 1}
    assert (difficulties(call)[0]["asked_unit"], read(call, duty)["asked_unit"]) == (None, None)
    do(call, "answer_blocker", read(call, duty), as_="lead", reason="由人社局协调")


def test_what_a_closed_unit_was_asked_about_a_part_waits_for_the_unit_that_has_the_whole(visit, call, world, tasks_db):
    whole = split(call, a_duty(call))
    part = reported(call, world, whole["parts"][0], to="县财政局", as_="village")

    run(tasks_db, "UPDATE unit SET is_active = false WHERE id = %s", (world.units["县财政局"],))

    assert call("review_queue", {"kinds": ["blocked"]}, as_="lead")["blocked"] == []
    assert difficulties(call, as_="staff")[0]["asked_unit"] == "徽城镇"
    page = visit("village").open(f"/duties/{part['duty_id']}")
    assert "原来请的县财政局已停用，改由徽城镇协调" in page.text
    assert call("count_asked", {}, as_="staff")["waiting"] == 1
    do(call, "answer_blocker", read(call, part), as_="staff", reason="镇里协调")
    assert "已停用" not in visit("village").open(f"/duties/{part['duty_id']}").text


def test_taking_on_again_keeps_the_first_answer_and_shows_the_plan(visit, call, world):
    duty = do(call, "answer_blocker", reported(call, world, to="县发改委"), as_="department", reason="先用自有资金")
    again = do(call, "accept_blocker", duty, as_="department", reason="下周拨付")

    assert again["blocker_plan"] == "先用自有资金\n下周拨付"
    told = [(line["action"], line["text"]) for line in again["history"]][-2:]
    assert told == [("blocker_answered", "先用自有资金"), ("blocker_accepted", "下周拨付")]
    staff = visit("staff").open(f"/duties/{duty['duty_id']}")
    assert "县发改委打算怎样解决：先用自有资金 下周拨付" in staff.text
    assert difficulties(call)[0]["answer"] == "先用自有资金\n下周拨付"
