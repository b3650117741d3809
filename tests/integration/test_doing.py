"""What a unit does with its duties, on the real service and database."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from services.tasks.duties.duty import is_sampled
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from shared.light import Light
from tests.support.checklists import events, fetch, run
from tests.support.duties import TODAY, a_duty, do, issued, read, submit, today

__all__ = ["today"]

pytestmark = pytest.mark.usefixtures("today")


def told(database):
    return [(event.type, event.payload) for event in events(database, "duty.%")]


def actions(detail):
    return [entry["action"] for entry in detail["history"]]


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("ask_extension", {"reason": "忙", "wanted_on": "2026-07-31"}),
        ("ask_waiver", {"reason": "没有企业"}),
        ("report_blocker", {"reason": "缺人"}),
        ("note_progress", {"text": "已开工"}),
    ],
)
def test_whoever_acts_on_a_duty_of_the_own_unit_has_signed_for_it(call, tasks_db, operation, params):
    duty = a_duty(call)
    if operation == "note_progress":
        after = call(operation, {"duty_id": duty["duty_id"], **params}, as_="staff")
    else:
        after = do(call, operation, duty, **params)

    assert after["state"] == "acknowledged"
    assert [line["action"] for line in after["history"]][1] == "acknowledged"
    assert len(events(tasks_db, "duty.acknowledged%")) == 1


def test_submitting_what_needs_no_review_is_done_today_and_announced(call, tasks_db):
    duty = a_duty(call)

    answer = submit(call, duty, note="已办结")

    assert [(result["outcome"], result["text"]["zh"]) for result in answer["results"]] == [("done", "已标记完成。")]
    (shown,) = answer["duties"]
    assert (shown["state"], shown["light"], shown["done_on"]) == ("accepted", "done", TODAY.isoformat())
    assert (shown["last_note"], shown["version"]) == ("已办结", 2)
    ((event_type, payload),) = told(tasks_db)
    assert event_type == "duty.submitted.v1"
    assert payload == {
        "duty_id": duty["duty_id"],
        "checklist_id": duty["checklist_id"],
        "item_id": duty["item_id"],
        "unit_id": duty["unit"]["unit_id"],
        "period": "2026",
        "due_on": "2026-06-30",
        "state": "accepted",
        "done_on": "2026-05-08",
        "is_blocked": False,
        "version": 2,
    }


def test_submitting_what_is_reviewed_waits(call):
    duty = a_duty(call, review_rule="all")

    answer = submit(call, duty)

    assert answer["results"][0]["outcome"] == "submitted"
    assert answer["duties"][0]["light"] == "awaiting_review"


def test_of_sampled_duties_the_drawn_ones_wait(call, tasks_db):
    duties = issued(call, "徽城镇", items=20, review_rule="sample")

    outcomes = {result["duty_id"]: result["outcome"] for result in submit(call, *duties)["results"]}

    drawn = {row.id for row in fetch(tasks_db, "SELECT id FROM duty WHERE is_sampled")}
    assert outcomes == {duty["duty_id"]: "submitted" if duty["duty_id"] in drawn else "done" for duty in duties}


def test_where_nothing_was_drawn_one_in_five_waits_by_its_id(call, tasks_db):
    duties = issued(call, "徽城镇", items=20, review_rule="sample")
    run(tasks_db, "UPDATE duty SET is_sampled = NULL, sampled_in = NULL")

    outcomes = {result["duty_id"]: result["outcome"] for result in submit(call, *duties)["results"]}

    assert outcomes == {duty["duty_id"]: "submitted" if is_sampled(duty["duty_id"]) else "done" for duty in duties}


def test_done_on_is_the_day_in_shanghai(call, today, monkeypatch):
    """At 23:30 in Shanghai the day is not over, though it is 15:30 in UTC; half an hour later it is the next day."""
    duties = issued(call, "徽城镇", items=2)
    for hour, day in [(dt.time(15, 30), "2026-05-08"), (dt.time(16, 0), "2026-05-09")]:
        monkeypatch.setattr("shared.clock.now", lambda hour=hour: dt.datetime.combine(TODAY, hour, tzinfo=dt.UTC))

        (shown,) = submit(call, duties.pop())["duties"]

        assert shown["done_on"] == day


def test_a_double_tap_answers_the_same_and_changes_nothing(call, tasks_db):
    duty = a_duty(call)
    command_id = uuid4()
    params = {"duties": [{"duty_id": duty["duty_id"], "version": 1}], "note": ""}

    first = call("submit_duties", params, as_="staff", command_id=command_id)
    second = call("submit_duties", params, as_="staff", command_id=command_id)

    assert first == second
    assert len(told(tasks_db)) == 1


def test_the_second_of_two_people_learns_who_was_first(call):
    duty = a_duty(call)
    submit(call, duty, as_="staff")

    answer = submit(call, duty, as_="head")

    assert answer["results"][0]["outcome"] == "already"
    assert answer["results"][0]["text"]["zh"].startswith("徽城镇填报员于 20")
    assert answer["duties"][0]["version"] == 2


def test_two_people_at_the_same_moment_count_once(call, tasks_db):
    duty = a_duty(call)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda person: submit(call, duty, as_=person), ["staff", "head"]))

    assert sorted(answer["results"][0]["outcome"] for answer in answers) == ["already", "done"]
    assert len(told(tasks_db)) == 1


def test_a_single_stale_submission_is_a_conflict_that_shows_the_duty_as_it_is(call):
    duty = a_duty(call)
    do(call, "report_blocker", duty, as_="head", reason="缺资金")

    with pytest.raises(Conflict, match="changed this duty") as stale:
        submit(call, duty)

    current = stale.value.details["current"]
    assert (current["version"], current["blocked_reason"]) == (3, "缺资金")
    assert current["history"][-1]["who"] == {"post": "分管领导", "unit": "徽城镇"}
    assert stale.value.text.zh.startswith("徽城镇分管领导于 ")


def test_several_at_once_have_an_outcome_each(call, tasks_db):
    open_one, stale, done = issued(call, "徽城镇", items=3)
    do(call, "report_blocker", stale, reason="缺资金")
    submit(call, done, as_="head")

    answer = submit(call, stale, open_one, done)

    assert [(result["duty_id"], result["outcome"]) for result in answer["results"]] == [
        (stale["duty_id"], "conflict"),
        (open_one["duty_id"], "done"),
        (done["duty_id"], "already"),
    ]
    assert {duty["duty_id"]: duty["state"] for duty in answer["duties"]} == {
        open_one["duty_id"]: "accepted",
        stale["duty_id"]: "acknowledged",
        done["duty_id"]: "accepted",
    }


def test_a_foreign_duty_among_several_saves_none_of_them(call, tasks_db):
    own, foreign = issued(call, "徽城镇", "深渡镇")

    with pytest.raises(Forbidden):
        submit(call, own, foreign)

    assert read(call, own)["state"] == "issued"
    assert [refusal.operation for refusal in fetch(tasks_db, "SELECT operation FROM refusal")] == ["submit_duties"]


def test_a_duty_that_does_not_exist_is_not_found(call):
    for operation in ("get_duty", "open_duty"):
        with pytest.raises(NotFound):
            call(operation, {"duty_id": 999_999}, as_="staff")
    with pytest.raises(NotFound):
        submit(call, a_duty(call), {"duty_id": 999_999, "version": 1})


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("submit_duties", {"duties": [{"duty_id": "x", "version": 1}]}),
        ("submit_duties", {"duties": []}),
        ("submit_duties", {"duties": [{"duty_id": 1, "version": 1}] * 201}),
        ("submit_duties", {"duties": [{"duty_id": 1}]}),
        ("submit_duties", {"duties": [{"duty_id": 1, "version": 1}], "state": "accepted"}),
        ("submit_duties", {"duties": [{"duty_id": 1, "version": 1}], "note": "字" * 2001}),
        ("note_progress", {"duty_id": 1, "text": "  "}),
        ("note_progress", {"duty_id": 1, "text": "字" * 2001}),
        ("report_blocker", {"duty_id": 1, "version": 1}),
        ("ask_waiver", {"duty_id": 1, "version": 1, "reason": ""}),
        ("report_blocker", {"duty_id": 1, "version": 1, "reason": "\x00"}),
        ("my_duties", {"light": "green"}),
        ("my_duties", {"limit": 201}),
        ("open_duty", {"duty_id": 2**70}),
    ],
)
def test_malformed_parameters_are_refused_in_both_languages(call, operation, params):
    with pytest.raises(Invalid) as refused:
        call(operation, params, as_="staff")

    for text in refused.value.details["fields"].values():
        assert text["zh"]
        assert text["en"]


def test_a_note_of_2000_characters_is_kept_whole(call):
    note = "字" * 2000

    assert submit(call, a_duty(call), note=note)["duties"][0]["last_note"] == note


def sign_for(call, *duties, as_="staff"):
    return call("acknowledge_duties", {"duty_ids": [duty["duty_id"] for duty in duties]}, as_=as_)["duties"]


def test_several_duties_are_signed_for_at_once_each_only_once(call, tasks_db):
    duties = issued(call, "徽城镇", items=3)
    submit(call, duties[2])

    first = sign_for(call, *duties)
    second = sign_for(call, *reversed(duties), as_="head")

    assert (first, second) == ([duties[0]["duty_id"], duties[1]["duty_id"]], [])
    states = [(shown["state"], shown["version"]) for shown in (read(call, duty) for duty in duties)]
    assert states == [("acknowledged", 2), ("acknowledged", 2), ("accepted", 2)]
    told_of = [event_type for event_type, _ in told(tasks_db)]
    assert told_of == ["duty.submitted.v1", "duty.acknowledged.v1", "duty.acknowledged.v1"]


def test_one_duty_of_another_unit_among_them_and_nothing_is_signed_for(call):
    own, foreign = issued(call, "徽城镇", "古关村")

    with pytest.raises(Forbidden, match="not by a unit above"):
        sign_for(call, own, foreign)

    assert read(call, own)["state"] == "issued"


def test_who_opened_the_list_before_a_colleague_signed_for_all_is_not_refused(call):
    duties = issued(call, "徽城镇", items=2)
    sign_for(call, *duties, as_="head")

    answer = submit(call, *duties, note="已办结")

    assert [result["outcome"] for result in answer["results"]] == ["done", "done"]
    assert [(duty["state"], duty["version"]) for duty in answer["duties"]] == [("accepted", 3)] * 2
    assert actions(read(call, duties[0])) == ["issued", "acknowledged", "completed"]


@pytest.mark.parametrize("operation", ["report_blocker", "ask_waiver"])
def test_signing_makes_no_page_stale(call, operation):
    duty = a_duty(call)
    sign_for(call, duty, as_="head")

    assert do(call, operation, duty, reason="缺资金")["version"] == 3


def test_signing_leaves_the_lead_bureaus_page_as_it_was(call):
    asked = do(call, "ask_waiver", a_duty(call), reason="不涉及")
    sign_for(call, asked)

    assert do(call, "grant_waiver", asked, as_="lead")["state"] == "waived"


@pytest.mark.parametrize("first_signed", [True, False])
def test_what_else_happened_beside_signing_is_a_conflict_still(call, first_signed):
    duty = a_duty(call)
    if first_signed:
        sign_for(call, duty, as_="head")
    seen = do(call, "report_blocker", read(call, duty), as_="head", reason="缺资金")
    if not first_signed:
        sign_for(call, duty, as_="head")

    with pytest.raises(Conflict):
        submit(call, duty)

    assert submit(call, seen)["results"][0]["outcome"] == "done"


def test_work_may_begin_before_anybody_has_signed(call):
    duty = a_duty(call)

    assert submit(call, duty)["results"][0]["outcome"] == "done"
    assert actions(read(call, duty)) == ["issued", "completed"]


def test_the_first_opening_by_the_unit_acknowledges_and_later_ones_do_nothing(call, tasks_db):
    duty = a_duty(call)

    first = call("open_duty", {"duty_id": duty["duty_id"]}, as_="staff")
    second = call("open_duty", {"duty_id": duty["duty_id"]}, as_="head")

    assert (first["state"], first["version"]) == ("acknowledged", 2)
    assert second["version"] == 2
    assert actions(second) == ["issued", "acknowledged"]
    assert [event_type for event_type, _ in told(tasks_db)] == ["duty.acknowledged.v1"]


def test_a_unit_above_opens_without_acknowledging(call):
    duty = a_duty(call, "古关村")

    assert call("open_duty", {"duty_id": duty["duty_id"]}, as_="staff")["state"] == "issued"


def test_reading_acknowledges_nothing(call):
    duty = a_duty(call)

    assert read(call, duty, as_="staff")["state"] == "issued"


def test_a_progress_note_stands_in_the_history_and_is_no_new_version_but_that_of_signing(call, tasks_db):
    duty = a_duty(call)

    detail = call("note_progress", {"duty_id": duty["duty_id"], "text": "已联系三家企业\n下周签约"}, as_="staff")

    assert (detail["last_note"], detail["version"]) == ("已联系三家企业\n下周签约", 2)
    assert actions(detail) == ["issued", "acknowledged", "progress"]
    assert [event_type for event_type, _ in told(tasks_db)] == ["duty.acknowledged.v1"]


def test_a_note_does_not_make_somebody_elses_page_stale(call):
    duty = a_duty(call)
    call("note_progress", {"duty_id": duty["duty_id"], "text": "已联系"}, as_="head")

    assert submit(call, duty)["results"][0]["outcome"] == "done"


def test_a_blocker_lights_and_is_lifted(call, tasks_db):
    duty = a_duty(call)

    blocked = do(call, "report_blocker", duty, reason="缺资金")
    cleared = do(call, "clear_blocker", blocked)

    assert (blocked["light"], blocked["blocked_reason"], blocked["is_blocked"]) == ("blocked", "缺资金", True)
    assert (cleared["light"], cleared["blocked_reason"], cleared["version"]) == ("on_track", None, 4)
    assert [(event_type, payload["is_blocked"]) for event_type, payload in told(tasks_db)] == [
        ("duty.acknowledged.v1", False),
        ("duty.blocked.v1", True),
        ("duty.unblocked.v1", False),
    ]


def test_a_submission_is_taken_back(call, tasks_db):
    duty = a_duty(call)
    (done,) = submit(call, duty)["duties"]

    reopened = do(call, "reopen_duty", done)

    assert (reopened["state"], reopened["done_on"], reopened["light"]) == ("acknowledged", None, "on_track")
    assert [event_type for event_type, _ in told(tasks_db)] == ["duty.submitted.v1", "duty.reopened.v1"]


def test_what_the_state_does_not_allow_is_a_conflict_with_the_duty_as_it_is(call):
    duty = a_duty(call)
    (done,) = submit(call, duty)["duties"]

    with pytest.raises(Conflict, match="now “done”") as refused:
        do(call, "report_blocker", done, reason="缺资金")

    assert refused.value.details["current"]["state"] == "accepted"


@pytest.mark.parametrize(
    ("operation", "params"),
    [("report_blocker", {"reason": "缺资金"}), ("ask_waiver", {"reason": "不涉及"}), ("reopen_duty", {})],
)
def test_a_stale_change_is_a_conflict(call, operation, params):
    duty = a_duty(call)
    do(call, "clear_blocker", do(call, "report_blocker", duty, as_="head", reason="缺资金"), as_="head")

    with pytest.raises(Conflict) as stale:
        do(call, operation, duty, **params)

    assert stale.value.details["current"]["version"] == 4


def test_my_duties_come_open_first_by_date_and_done_last(call):
    later, soon, waiting, done = (
        issued(call, "徽城镇", due_on=due_on, review_rule=rule)[0]
        for due_on, rule in [
            (dt.date(2026, 9, 30), "none"),
            (dt.date(2026, 5, 11), "none"),
            (dt.date(2026, 5, 7), "all"),
            (dt.date(2026, 5, 8), "none"),
        ]
    )
    overdue = issued(call, "徽城镇", due_on=dt.date(2026, 5, 6))[0]
    submit(call, waiting, done)

    answer = call("my_duties", as_="staff")

    assert [(duty["duty_id"], duty["light"]) for duty in answer["duties"]] == [
        (overdue["duty_id"], "overdue"),
        (soon["duty_id"], "due_soon"),
        (later["duty_id"], "on_track"),
        (waiting["duty_id"], "awaiting_review"),
        (done["duty_id"], "done"),
    ]
    lit = {"overdue", "due_soon", "on_track", "awaiting_review", "done"}
    assert answer["counts"] == {light.value: int(light.value in lit) for light in Light}
    assert answer["duties"][0]["reason"]["en"] == "2 working days late: due 2026-05-06"
    assert answer["today"] == "2026-05-08"


def test_my_duties_name_item_task_measure_and_area(call):
    a_duty(call)

    (duty,) = call("my_duties", as_="staff")["duties"]

    assert [duty[level] for level in ("area", "measure", "task", "item")] == ["领域", "举措", "任务", "事项1"]


def test_the_list_can_be_cut_and_filtered_while_the_counts_stay_whole(call):
    first, *_ = issued(call, "徽城镇", items=5)
    submit(call, first)

    cut = call("my_duties", {"limit": 2}, as_="staff")
    filtered = call("my_duties", {"light": "done"}, as_="staff")

    assert len(cut["duties"]) == 2
    assert [duty["duty_id"] for duty in filtered["duties"]] == [first["duty_id"]]
    assert cut["counts"] == filtered["counts"]
    assert (cut["counts"]["done"], cut["counts"]["on_track"]) == (1, 4)


def test_a_unit_with_units_below_it_may_pick_one(call, world):
    issued(call, "古关村")

    own = call("my_duties", as_="staff")
    below = call("my_duties", {"unit_id": world.units["古关村"]}, as_="staff")

    assert [unit["name"] for unit in own["units"]] == ["徽城镇", "古关村"]
    assert (own["duties"], len(below["duties"]), below["unit"]["name"]) == ([], 1, "古关村")


def test_a_foreign_unit_cannot_be_picked(call, world):
    with pytest.raises(Forbidden):
        call("my_duties", {"unit_id": world.units["深渡镇"]}, as_="staff")


def test_withdrawn_duties_and_closed_checklists_are_not_listed(call, tasks_db):
    duty, _ = issued(call, "徽城镇", items=2)
    run(tasks_db, "UPDATE duty SET state = 'withdrawn' WHERE id = %s", (duty["duty_id"],))
    one = call("my_duties", as_="staff")
    run(tasks_db, "UPDATE checklist SET state = 'closed'")
    none = call("my_duties", as_="staff")

    assert (len(one["duties"]), len(none["duties"])) == (1, 0)


def test_the_list_of_a_unit_uses_the_unique_index(tasks_db):
    """Four million duties in one table: a unit's page must not read them all."""
    with tasks_db.transaction() as cur:
        cur.execute("SET LOCAL enable_seqscan = off")
        cur.execute("EXPLAIN SELECT * FROM duty WHERE unit_id = 1 AND state <> 'withdrawn'")
        plan = "\n".join(row[0] for row in cur.fetchall())

    assert "duty_unit_id_item_id_period_key" in plan
