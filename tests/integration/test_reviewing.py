"""What the lead bureau decides: submissions, waivers, and the queue of both."""

import datetime as dt

import pytest

from shared.errors import Conflict, Invalid
from tests.support.checklists import events, rewrite
from tests.support.duties import TODAY, a_duty, do, issued, read, submit, today

__all__ = ["today"]

pytestmark = pytest.mark.usefixtures("today")


def submitted(call, unit="徽城镇", as_="staff"):
    return submit(call, a_duty(call, unit, review_rule="all"), as_=as_)["duties"][0]


def queue(call, page=1):
    return call("review_queue", {"page": page}, as_="lead")


def last_event(database):
    event = events(database, "duty.%")[-1]
    return event.type, event.payload["state"], event.payload["done_on"]


def test_an_accepted_submission_is_done_on_the_day_it_was_submitted(call, tasks_db, today):
    duty = submitted(call)
    today(TODAY + dt.timedelta(days=3))

    accepted = do(call, "accept_duty", duty, as_="lead")

    assert (accepted["state"], accepted["light"], accepted["done_on"]) == ("accepted", "done", "2026-05-08")
    assert last_event(tasks_db) == ("duty.accepted.v1", "accepted", "2026-05-08")


def test_a_returned_submission_is_open_again_with_its_reason(call, tasks_db):
    duty = submitted(call)

    returned = do(call, "return_duty", duty, as_="lead", reason="缺少签到表")

    assert (returned["state"], returned["done_on"], returned["returned_reason"]) == ("returned", None, "缺少签到表")
    assert read(call, duty, as_="staff")["actions"][0] == "submit_duties"
    assert last_event(tasks_db) == ("duty.returned.v1", "returned", None)


def test_submitting_again_forgets_the_return_but_its_history_keeps_it(call):
    returned = do(call, "return_duty", submitted(call), as_="lead", reason="缺少签到表")

    submit(call, returned)

    detail = read(call, returned)
    assert (detail["state"], detail["returned_reason"]) == ("submitted", None)
    assert [(entry["action"], entry["text"]) for entry in detail["history"]][-2:] == [
        ("returned", "缺少签到表"),
        ("submitted", ""),
    ]


@pytest.mark.parametrize("operation", ["return_duty", "refuse_waiver"])
@pytest.mark.parametrize("reason", [None, "", "  \n "])
def test_a_decision_against_the_unit_needs_a_reason(call, operation, reason):
    with pytest.raises(Invalid) as refused:
        do(call, operation, {"duty_id": 1, "version": 1}, as_="lead", **({} if reason is None else {"reason": reason}))

    assert "reason" in refused.value.details["fields"]


def test_what_was_done_without_review_can_still_be_returned(call):
    (done,) = submit(call, a_duty(call))["duties"]

    assert do(call, "return_duty", done, as_="lead", reason="未见台账")["state"] == "returned"


def test_a_reviewed_acceptance_cannot_be_taken_back_by_the_unit(call):
    accepted = do(call, "accept_duty", submitted(call), as_="lead")

    with pytest.raises(Conflict):
        do(call, "reopen_duty", accepted)


def test_a_submission_that_was_taken_back_meanwhile_is_a_conflict(call):
    duty = submitted(call)
    do(call, "reopen_duty", duty)

    with pytest.raises(Conflict) as stale:
        do(call, "accept_duty", duty, as_="lead")

    assert stale.value.details["current"]["state"] == "acknowledged"


def test_a_waiver_is_asked_and_granted(call, tasks_db):
    asked = do(call, "ask_waiver", a_duty(call), reason="本镇没有园区")
    before = events(tasks_db, "duty.%")

    granted = do(call, "grant_waiver", asked, as_="lead")

    assert (asked["waiver_asked"], asked["waiver_reason"], asked["state"]) == (True, "本镇没有园区", "acknowledged")
    assert [event.type for event in before] == ["duty.acknowledged.v1"]
    assert (granted["state"], granted["light"], granted["waiver_asked"]) == ("waived", "not_applicable", False)
    assert last_event(tasks_db) == ("duty.waived.v1", "waived", None)
    assert granted["actions"] == []


def test_a_refused_waiver_leaves_the_duty_as_it_was(call, tasks_db):
    asked = do(call, "ask_waiver", a_duty(call), reason="本镇没有园区")

    refused = do(call, "refuse_waiver", asked, as_="lead", reason="有一处在建")

    assert (refused["state"], refused["waiver_asked"], refused["version"]) == ("acknowledged", False, 4)
    assert (refused["history"][-1]["action"], refused["history"][-1]["text"]) == ("waiver_refused", "有一处在建")
    assert last_event(tasks_db) == ("duty.waiver_refused.v1", "acknowledged", None)


def test_doing_the_duty_withdraws_the_question_for_a_waiver(call):
    asked = do(call, "ask_waiver", a_duty(call), reason="本镇没有园区")

    submit(call, asked)

    assert queue(call)["waivers"] == []


def test_a_waiver_that_nobody_asked_for_cannot_be_granted(call):
    with pytest.raises(Conflict):
        do(call, "grant_waiver", a_duty(call), as_="lead")


def test_the_queue_holds_submissions_and_waivers_longest_waiting_first(call):
    second, first, third = issued(call, "徽城镇", items=3, review_rule="all")
    for duty in (first, second):
        submit(call, duty)
    do(call, "ask_waiver", third, reason="不涉及")

    answer = queue(call)

    assert [duty["duty_id"] for duty in answer["submitted"]] == [first["duty_id"], second["duty_id"]]
    assert [duty["duty_id"] for duty in answer["waivers"]] == [third["duty_id"]]
    assert (answer["page"], answer["pages"]) == (1, 1)


def test_the_queue_comes_in_pages_of_fifty(call):
    submit(call, *issued(call, "徽城镇", items=51, review_rule="all"))

    assert (len(queue(call)["submitted"]), len(queue(call, 2)["submitted"]), queue(call)["pages"]) == (50, 1, 2)
    assert queue(call, 9)["page"] == 2


def test_an_empty_queue_has_one_page(call):
    kinds = ("submitted", "waivers", "extensions", "blocked", "elsewhere")
    nothing = dict.fromkeys(kinds, 0)
    assert queue(call) == {**{kind: [] for kind in kinds}, "counts": nothing, "page": 1, "pages": 1}


def test_what_is_decided_leaves_the_queue(call, tasks_db):
    do(call, "accept_duty", submitted(call), as_="lead")
    do(call, "return_duty", submitted(call), as_="lead", reason="缺少签到表")

    assert queue(call)["submitted"] == []


def test_the_queue_is_read_from_its_own_indexes(tasks_db):
    with tasks_db.transaction() as cur:
        cur.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cur.execute("EXPLAIN SELECT * FROM duty WHERE state = 'submitted' ORDER BY changed_at, id LIMIT 50")
        submitted = "\n".join(row[0] for row in cur.fetchall())
        cur.execute("EXPLAIN SELECT * FROM request WHERE state = 'open' ORDER BY asked_at, id LIMIT 50")
        asked = "\n".join(row[0] for row in cur.fetchall())

    assert ("duty_submitted" in submitted, "Sort" in submitted) == (True, False), submitted
    assert ("request_waiting" in asked, "Sort" in asked) == (True, False), asked


ALL_KINDS = ["submitted", "waivers", "extensions", "blocked", "elsewhere"]


def everything(call, **params):
    return call("review_queue", {"kinds": ALL_KINDS, **params}, as_="lead")


def blocked(call, unit="徽城镇", as_="staff", **item):
    return do(call, "report_blocker", a_duty(call, unit, **item), as_=as_, reason="缺两名工作人员")


def accept(call, *duties):
    based_on = [{"duty_id": duty["duty_id"], "version": duty["version"]} for duty in duties]
    return call("accept_duties", {"duties": based_on}, as_="lead")


def test_a_difficulty_of_an_overdue_duty_waits_for_the_lead_bureau_with_its_words_and_days(call, tasks_db, today):
    duty = blocked(call, due_on=TODAY)
    reported_at = dt.datetime.combine(TODAY, dt.time(1), tzinfo=dt.UTC)
    rewrite(tasks_db, "UPDATE duty_history SET at = %s", (reported_at,))
    today(TODAY + dt.timedelta(days=5))

    (waiting,) = everything(call)["blocked"]

    assert (waiting["duty_id"], waiting["light"], waiting["unit"]["name"]) == (duty["duty_id"], "overdue", "徽城镇")
    assert (waiting["blocked_reason"], waiting["waiting_since"], waiting["waiting_days"]) == (
        "缺两名工作人员",
        TODAY.isoformat(),
        5,
    )


def test_an_answered_difficulty_leaves_the_queue_and_stays_a_difficulty(call, tasks_db):
    duty = blocked(call)

    answered = do(call, "answer_blocker", duty, as_="lead", reason="财政局本周拨付")

    assert (answered["state"], answered["is_blocked"], answered["blocker_answer"]) == (
        "acknowledged",
        True,
        "财政局本周拨付",
    )
    assert (answered["history"][-1]["action"], answered["history"][-1]["text"]) == (
        "blocker_answered",
        "财政局本周拨付",
    )
    assert everything(call)["blocked"] == []
    assert last_event(tasks_db) == ("duty.blocker_answered.v1", "acknowledged", None)


def test_a_difficulty_that_is_reported_anew_waits_again(call):
    answered = do(call, "answer_blocker", blocked(call), as_="lead", reason="财政局本周拨付")
    solved = do(call, "clear_blocker", answered)

    again = do(call, "report_blocker", solved, reason="场地也没有")

    assert again["blocker_answer"] is None
    assert [duty["blocked_reason"] for duty in everything(call)["blocked"]] == ["场地也没有"]


@pytest.mark.parametrize("reason", [None, "", "  "])
def test_an_answer_needs_words(call, reason):
    duty = blocked(call)

    with pytest.raises(Invalid) as refused:
        do(call, "answer_blocker", duty, as_="lead", **({} if reason is None else {"reason": reason}))

    assert "reason" in refused.value.details["fields"]


def test_the_release_before_is_shown_submissions_and_waivers_only(call):
    blocked(call)

    assert (queue(call)["blocked"], queue(call)["pages"]) == ([], 1)


def test_each_waiting_duty_is_counted_once_and_the_kinds_add_up(call):
    first, second, third, fourth = issued(call, "徽城镇", items=4, review_rule="all")
    submit(call, first)
    do(call, "ask_waiver", second, reason="不涉及")
    do(call, "report_blocker", third, reason="缺资金")
    both = do(call, "report_blocker", fourth, reason="没有场地")
    do(call, "ask_waiver", both, reason="不涉及")

    found = everything(call)

    assert found["counts"] == {"submitted": 1, "waivers": 2, "extensions": 0, "blocked": 1, "elsewhere": 0}
    assert {kind: len(found[kind]) for kind in ALL_KINDS} == found["counts"]
    assert call("count_waiting", {}, as_="lead")["waiting"] == sum(found["counts"].values())
    assert [(duty["waiver_reason"], duty["blocked_reason"]) for duty in found["waivers"]] == [
        ("不涉及", None),
        ("不涉及", "没有场地"),
    ]


@pytest.mark.parametrize(("text", "units"), [("深渡", ["深渡镇"]), ("事项1", ["徽城镇", "深渡镇"]), ("没有的", [])])
def test_the_queue_is_searched_by_item_and_unit(call, text, units):
    submitted(call)
    submitted(call, "深渡镇", as_="shendu")

    found = everything(call, text=text)

    assert [duty["unit"]["name"] for duty in found["submitted"]] == units
    assert found["counts"]["submitted"] == len(units)


def test_several_submissions_are_accepted_at_once_each_for_itself(call, tasks_db):
    first, second, third = issued(call, "徽城镇", items=3, review_rule="all")
    one, two, three = submit(call, first, second, third)["duties"]
    do(call, "reopen_duty", two)
    do(call, "accept_duty", three, as_="lead")

    answer = accept(call, one, two, three)

    assert [(result["duty_id"], result["outcome"]) for result in answer["results"]] == [
        (one["duty_id"], "accepted"),
        (two["duty_id"], "conflict"),
        (three["duty_id"], "already"),
    ]
    assert "填报员" in answer["results"][1]["text"]["zh"]
    assert [duty["state"] for duty in answer["duties"]] == ["accepted", "acknowledged", "accepted"]
    assert [event.type for event in events(tasks_db, "duty.accepted%")] == ["duty.accepted.v1"] * 2


def first_of(call):
    headings = {one["heading"]: one["duties"] for one in call("owed_duties", {}, as_="staff")["headings"]}
    return headings.get("answered", [])


def test_what_was_returned_refused_or_answered_stands_first_on_the_units_page_with_its_words(call):
    returned, refused, answered, untouched = issued(call, "徽城镇", items=4, review_rule="all")
    do(call, "return_duty", submit(call, returned)["duties"][0], as_="lead", reason="缺少签到表")
    do(call, "refuse_waiver", do(call, "ask_waiver", refused, reason="不涉及"), as_="lead", reason="有一处在建")
    do(call, "answer_blocker", do(call, "report_blocker", answered, reason="缺人"), as_="lead", reason="财政局拨付")

    found = {
        duty["duty_id"]: (duty["returned_reason"], duty["waiver_refusal"], duty["blocker_answer"])
        for duty in first_of(call)
    }

    assert found == {
        returned["duty_id"]: ("缺少签到表", None, None),
        refused["duty_id"]: (None, "有一处在建", None),
        answered["duty_id"]: (None, None, "财政局拨付"),
    }
    assert untouched["duty_id"] not in found


def test_what_the_unit_has_gone_on_with_stands_there_no_more(call):
    returned, refused, answered = issued(call, "徽城镇", items=3, review_rule="all")
    back = do(call, "return_duty", submit(call, returned)["duties"][0], as_="lead", reason="缺少签到表")
    no = do(call, "refuse_waiver", do(call, "ask_waiver", refused, reason="不涉及"), as_="lead", reason="有一处在建")
    yes = do(call, "answer_blocker", do(call, "report_blocker", answered, reason="缺人"), as_="lead", reason="拨付")

    submit(call, back)
    do(call, "ask_waiver", no, reason="在建的已停工")
    do(call, "clear_blocker", yes)

    assert first_of(call) == []
