"""Meetings: made in one form; what they decide is issued as any checklist, and becomes duties like others."""

import datetime as dt
from uuid import uuid4

import pytest

from shared.errors import Conflict, Forbidden, Invalid, NotFound
from tests.support.checklists import duties_of, fetch, run
from tests.support.duties import TODAY, do, issued, today
from tests.support.meetings import a_meeting, decide, issue, read

__all__ = ["today"]

pytestmark = pytest.mark.usefixtures("today")

SOON = (TODAY + dt.timedelta(days=30)).isoformat()


@pytest.fixture
def records(tasks_db, today):
    """A checklist that was issued in January: what comes before is without records."""
    run(tasks_db, "INSERT INTO checklist (title, year, state, issued_at) VALUES ('清单', 2026, 'issued', '2026-01-05')")


def test_a_meeting_is_called_after_its_day_and_found_by_it(call):
    made = a_meeting(call)

    assert (made["title"], made["held_on"], made["year"]) == ("2026年5月8日就业工作专题会议", "2026-05-08", 2026)
    assert made["made_by"] == {"post": "就业股股长", "unit": "县人社局"}
    assert (made["checklist_id"], made["decisions"], made["former"]) == (None, [], None)
    again = call("make_meeting", {"held_on": "2026-05-08", "year": 2026}, as_="lead")
    assert again == {"meeting_id": made["meeting_id"], "is_new": False}
    assert call("list_meetings", {}, as_="leader")["total"] == 1


@pytest.mark.parametrize(
    ("held_on", "year", "field"),
    [
        ("2026-01-04", 2026, "held_on"),
        ("2026-12-01", 2026, "held_on"),
        ("2026-05-08", 2024, "year"),
        ("2026-05-08", 2027, "year"),
    ],
)
def test_a_day_or_a_year_that_cannot_be_is_refused_at_its_field(call, records, held_on, year, field):
    with pytest.raises(Invalid) as refused:
        call("make_meeting", {"held_on": held_on, "year": year}, as_="lead")

    assert set(refused.value.details["fields"]) == {field}


def test_what_is_decided_is_an_item_of_a_draft_and_nobody_has_it_to_do_before_it_is_issued(call, tasks_db, world):
    meeting = decide(call, a_meeting(call), about="徽城镇：缺场地")

    (decision,) = meeting["decisions"]
    assert (decision["text"], decision["about"], decision["units"], decision["due_on"]) == (
        *("落实场地", "徽城镇：缺场地"),
        *(["徽城镇"], SOON),
    )
    assert (decision["task"], decision["row_id"], meeting["waiting"], meeting["state"]) == (
        *("协调困难", None),
        *(1, "draft"),
    )
    assert duties_of(tasks_db, world.units["徽城镇"]) == []
    titles = fetch(tasks_db, "SELECT level, title FROM checklist_row ORDER BY level")
    assert [(row.level, row.title) for row in titles] == [
        (1, "2026年5月8日就业工作专题会议"),
        (2, "议定事项"),
        (3, "协调困难"),
        (4, "落实场地"),
    ]


def test_issued_they_are_duties_with_an_owner_and_a_date_like_all_others(call, tasks_db, world):
    meeting = decide(call, a_meeting(call))

    done = issue(call, meeting)

    (duty,) = duties_of(tasks_db, world.units["徽城镇"])
    assert (duty.due_on.isoformat(), duty.checklist_id) == ("2026-06-08", done["checklist_id"])
    assert (done["state"], done["waiting"], done["draft_id"]) == ("issued", 0, None)
    (told,) = {
        row.payload["meeting_id"]
        for row in fetch(tasks_db, "SELECT payload FROM outbox WHERE type = 'checklist.changed.v1'")
    }
    assert told == meeting["meeting_id"]
    (mine,) = fetch(tasks_db, "SELECT id, version FROM duty")
    assert call("acknowledge_duties", {"duty_ids": [mine.id]}, as_="staff")


def test_decisions_of_one_part_stand_below_one_task_and_parts_in_the_order_in_which_they_came(call):
    meeting = decide(call, a_meeting(call), "甲", part="overdue")
    meeting = decide(call, meeting, "乙", part="blocked")
    meeting = decide(call, meeting, "丙", part="overdue")

    found = [(one["task"], one["text"]) for one in meeting["decisions"]]
    assert found == [("办结逾期事项", "甲"), ("办结逾期事项", "丙"), ("协调困难", "乙")]


def test_what_is_decided_later_goes_out_by_an_amendment_and_changes_nothing_of_the_rest(call, tasks_db, world):
    first = issue(call, decide(call, a_meeting(call)))
    before = duties_of(tasks_db, world.units["徽城镇"])

    more = decide(call, first, "补贴到位", unit="深渡镇")

    assert more["draft_id"] not in (None, more["checklist_id"])
    assert [(one["text"], one["row_id"] is None) for one in more["decisions"]] == [
        ("落实场地", False),
        ("补贴到位", True),
    ]
    assert more["waiting"] == 1
    done = issue(call, more)
    assert duties_of(tasks_db, world.units["徽城镇"]) == before
    assert len(duties_of(tasks_db, world.units["深渡镇"])) == 1
    assert (done["waiting"], len(done["decisions"])) == (0, 2)


def test_the_meeting_before_comes_with_what_it_decided(call, today):
    first = issue(call, decide(call, a_meeting(call)))
    today(TODAY + dt.timedelta(days=31))

    second = a_meeting(call, TODAY + dt.timedelta(days=31))

    former = second["former"]
    assert (former["meeting_id"], former["checklist_id"]) == (first["meeting_id"], first["checklist_id"])
    assert [one["text"] for one in former["decisions"]] == ["落实场地"]
    assert read(call, first["meeting_id"])["former"] is None


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"due_on": "2026-05-07"}, "due_on", "早于会议日期"),
        ({"due_on": "2029-01-01"}, "due_on", "2026年的清单"),
        ({"text": " "}, "text", ""),
        ({"unit_id": 999_999}, "unit_id", "不存在"),
    ],
)
def test_what_cannot_be_decided_is_refused_at_its_field_and_nothing_is_kept(call, tasks_db, wrong, field, sentence):
    meeting = a_meeting(call)

    with pytest.raises(Invalid) as refused:
        decide(call, meeting, **wrong)

    (said,) = refused.value.details["fields"].items()
    assert said[0] == field
    assert sentence in said[1]["zh"]
    assert said[1]["en"]
    assert fetch(tasks_db, "SELECT id FROM checklist") == []
    assert read(call, meeting["meeting_id"])["version"] == meeting["version"]


def test_a_unit_that_is_switched_off_owns_no_decision(call, tasks_db, world):
    run(tasks_db, "UPDATE unit SET is_active = false WHERE id = %s", (world.units["石门乡"],))

    with pytest.raises(Invalid) as refused:
        decide(call, a_meeting(call), unit="石门乡")

    assert "已停用" in refused.value.details["fields"]["unit_id"]["zh"]


def test_a_stale_page_adds_nothing_and_shows_what_there_is(call):
    meeting = a_meeting(call)
    decide(call, meeting)

    with pytest.raises(Conflict) as refused:
        decide(call, meeting, "再来一项")

    assert [one["text"] for one in refused.value.details["current"]["decisions"]] == ["落实场地"]


def test_a_double_tap_decides_once(call, world):
    meeting, command = a_meeting(call), uuid4()
    params = {
        "meeting_id": meeting["meeting_id"],
        "version": 1,
        "part": "other",
        "text": "一次",
        "unit_id": world.units["徽城镇"],
        "due_on": SOON,
    }

    first, second = (call("decide", params, as_="lead", command_id=command) for _ in range(2))

    assert first == second
    assert len(read(call, meeting["meeting_id"])["decisions"]) == 1


def test_while_its_checklist_is_being_issued_or_after_its_end_nothing_is_added(call, tasks_db):
    meeting = issue(call, decide(call, a_meeting(call)))
    run(tasks_db, "UPDATE checklist SET state = 'closed'")

    with pytest.raises(Invalid) as refused:
        decide(call, meeting, "太晚了")

    assert "已经结束" in refused.value.text.zh


def test_a_draft_that_was_deleted_leaves_a_meeting_that_can_decide_anew(call):
    meeting = decide(call, a_meeting(call))
    (draft,) = (one for one in call("list_checklists", {}, as_="lead")["checklists"])
    version = call("get_checklist", {"checklist_id": draft["checklist_id"]}, as_="lead")["version"]
    call("delete_checklist", {"checklist_id": draft["checklist_id"], "version": version}, as_="lead")

    left = read(call, meeting["meeting_id"])

    assert (left["checklist_id"], left["decisions"]) == (None, [])
    assert len(decide(call, left)["decisions"]) == 1


def test_a_meeting_gets_another_day_and_name_and_both_stand_in_the_log(call, tasks_db, today):
    meeting = a_meeting(call)
    fields = {"held_on": "2026-05-11", "year": 2026, "title": "二季度分析会"}

    saved = call("save_meeting", {"meeting_id": meeting["meeting_id"], "version": 1, **fields}, as_="lead")

    assert (saved["held_on"], saved["title"], saved["version"]) == ("2026-05-11", "二季度分析会", 2)
    with pytest.raises(Conflict):
        call("save_meeting", {"meeting_id": meeting["meeting_id"], "version": 1, **fields}, as_="lead")
    (kept,) = fetch(tasks_db, "SELECT detail FROM audit_log WHERE action = 'meeting.saved'")
    assert {one["field"] for one in kept.detail["changes"]} == {"held_on", "title"}


def test_a_meeting_that_decided_nothing_goes_again_and_the_log_says_which_it_was(call, tasks_db):
    meeting = a_meeting(call)
    about = {"meeting_id": meeting["meeting_id"]}
    with pytest.raises(Conflict):
        call("delete_meeting", about | {"version": 7}, as_="lead")

    call("delete_meeting", about | {"version": 1}, as_="lead")

    assert call("list_meetings", as_="lead")["meetings"] == []
    (kept,) = fetch(tasks_db, "SELECT detail FROM audit_log WHERE action = 'meeting.deleted'")
    assert kept.detail["held_on"] == meeting["held_on"]
    with pytest.raises(NotFound):
        call("delete_meeting", about | {"version": 1}, as_="lead")
    assert a_meeting(call)["meeting_id"] != meeting["meeting_id"]


def test_a_meeting_stays_for_what_it_decided_until_the_draft_of_that_is_deleted(call):
    decided = decide(call, a_meeting(call))
    about = {"meeting_id": decided["meeting_id"]}
    with pytest.raises(Invalid, match="has decided something"):
        call("delete_meeting", about | {"version": decided["version"]}, as_="lead")

    draft = call("get_checklist", {"checklist_id": decided["draft_id"]}, as_="lead")
    call("delete_checklist", {"checklist_id": draft["checklist_id"], "version": draft["version"]}, as_="lead")
    call("delete_meeting", about | {"version": read(call, decided["meeting_id"])["version"]}, as_="lead")

    assert call("list_meetings", as_="lead")["meetings"] == []


def test_a_name_that_was_made_of_the_day_follows_the_day(call):
    meeting = a_meeting(call)
    moved = {"meeting_id": meeting["meeting_id"], "held_on": "2026-05-11", "year": 2026}

    saved = call("save_meeting", {**moved, "version": 1, "title": meeting["title"]}, as_="lead")

    assert saved["title"] == "2026年5月11日就业工作专题会议"


def test_no_two_meetings_are_on_one_day_and_the_year_of_decisions_stays(call):
    a_meeting(call)
    other = decide(call, a_meeting(call, TODAY + dt.timedelta(days=7)))
    about = {"meeting_id": other["meeting_id"], "version": other["version"]}

    with pytest.raises(Invalid) as taken:
        call("save_meeting", {**about, "held_on": TODAY.isoformat(), "year": 2026}, as_="lead")
    with pytest.raises(Invalid) as settled:
        call("save_meeting", {**about, "held_on": other["held_on"], "year": 2025}, as_="lead")

    assert set(taken.value.details["fields"]) == {"held_on"}
    assert set(settled.value.details["fields"]) == {"year"}


@pytest.mark.parametrize("reader", ["leader", "auditor"])
def test_leaders_and_auditors_read_and_decide_nothing(call, reader):
    meeting = a_meeting(call)

    assert read(call, meeting["meeting_id"], as_=reader)["title"] == meeting["title"]
    with pytest.raises(Forbidden):
        call("make_meeting", {"held_on": "2026-05-09", "year": 2026}, as_=reader)


def test_units_do_not_read_meetings_and_one_that_is_not_there_is_said(call):
    meeting = a_meeting(call)

    with pytest.raises(Forbidden):
        read(call, meeting["meeting_id"], as_="staff")
    with pytest.raises(NotFound):
        read(call, meeting["meeting_id"] + 1)


def test_difficulties_of_a_year_alone_and_those_of_a_day_in_the_order_of_the_directory(call, tasks_db):
    shendu, huicheng = issued(call, "深渡镇", "徽城镇")[:2]
    do(call, "report_blocker", shendu, as_="shendu", reason="缺场地")
    do(call, "report_blocker", huicheng, reason="缺资金")

    found = call("list_difficulties", {"year": 2026}, as_="lead")["difficulties"]

    assert [one["unit"]["name"] for one in found] == ["徽城镇", "深渡镇"]
    assert call("list_difficulties", {"year": 2025}, as_="lead")["difficulties"] == []
