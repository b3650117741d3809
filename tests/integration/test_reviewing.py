"""What the lead bureau decides: submissions, waivers, and the queue of both."""

import datetime as dt

import pytest

from shared.errors import Conflict, Invalid
from tests.support.checklists import events
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

    assert (asked["waiver_asked"], asked["waiver_reason"], asked["state"]) == (True, "本镇没有园区", "issued")
    assert before == []
    assert (granted["state"], granted["light"], granted["waiver_asked"]) == ("waived", "not_applicable", False)
    assert last_event(tasks_db) == ("duty.waived.v1", "waived", None)
    assert granted["actions"] == []


def test_a_refused_waiver_leaves_the_duty_as_it_was(call, tasks_db):
    asked = do(call, "ask_waiver", a_duty(call), reason="本镇没有园区")

    refused = do(call, "refuse_waiver", asked, as_="lead", reason="有一处在建")

    assert (refused["state"], refused["waiver_asked"], refused["version"]) == ("issued", False, 3)
    assert (refused["history"][-1]["action"], refused["history"][-1]["text"]) == ("waiver_refused", "有一处在建")
    assert events(tasks_db, "duty.%") == []


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
    assert queue(call, 9)["submitted"] == []


def test_an_empty_queue_has_one_page(call):
    assert queue(call) == {"submitted": [], "waivers": [], "page": 1, "pages": 1}


def test_what_is_decided_leaves_the_queue(call, tasks_db):
    do(call, "accept_duty", submitted(call), as_="lead")
    do(call, "return_duty", submitted(call), as_="lead", reason="缺少签到表")

    assert queue(call)["submitted"] == []


def test_the_queue_is_read_from_its_own_index(tasks_db):
    with tasks_db.transaction() as cur:
        cur.execute("SET LOCAL enable_seqscan = off")
        cur.execute(
            "EXPLAIN SELECT * FROM duty WHERE state = 'submitted' OR waiver_reason IS NOT NULL"
            " ORDER BY changed_at, id LIMIT 50"
        )
        plan = "\n".join(row[0] for row in cur.fetchall())

    assert "duty_waiting" in plan
    assert "Sort" not in plan
