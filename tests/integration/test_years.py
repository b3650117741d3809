"""The turn of the year: a checklist is ended with a word and frozen, and carried over into the draft of the next."""

import datetime as dt

import pytest

from services.tasks.years.years import moved
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from tests.support.checklists import add_row, draft, duties_of, events, fetch, issue, lead, run
from tests.support.duties import TODAY, a_duty, do, issued, read, submit, today

__all__ = ["today"]

pytestmark = pytest.mark.usefixtures("today")


def end(call, checklist_id, *, reason="年度工作结束", as_="lead"):
    version = call("look_at_year_end", {"checklist_id": checklist_id}, as_="lead")["version"]
    call("close_checklist", {"checklist_id": checklist_id, "version": version, "reason": reason}, as_=as_)


def carry(call, checklist_id, *, year=2027, only_open=False, title="2027年就业清单"):
    params = {"checklist_id": checklist_id, "title": title, "year": year, "only_open": only_open}
    draft_id = call("carry_checklist", params, as_="lead")["checklist_id"]
    return call("get_checklist", {"checklist_id": draft_id}, as_="lead")


def test_an_ended_checklist_is_announced_logged_and_shown_with_its_word(call, tasks_db):
    done, _late = issued(call, "徽城镇", items=2)
    submit(call, done)

    end(call, done["checklist_id"])

    found = call("look_at_year_end", {"checklist_id": done["checklist_id"]}, as_="leader")
    assert (found["state"], found["done"], found["open"], found["closed_reason"]) == ("closed", 1, 1, "年度工作结束")
    assert events(tasks_db, "checklist.changed%")[-1].payload["state"] == "closed"
    (act,) = fetch(tasks_db, "SELECT detail FROM audit_log WHERE action = 'checklist.closed'")
    assert (act.detail["open"], act.detail["reason"]) == (1, "年度工作结束")


CHANGES = {
    "submit_duties": submit,
    "note_progress": lambda call, duty: call(
        "note_progress", {"duty_id": duty["duty_id"], "text": "补记"}, as_="staff"
    ),
    "report_blocker": lambda call, duty: do(call, "report_blocker", duty, reason="缺资金"),
    "acknowledge_duties": lambda call, duty: call("acknowledge_duties", {"duty_ids": [duty["duty_id"]]}, as_="staff"),
    "return_duty": lambda call, duty: do(call, "return_duty", duty, as_="lead", reason="重做"),
    "ask_extension": lambda call, duty: do(call, "ask_extension", duty, reason="忙", wanted_on="2026-12-15"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_of_its_duties_changes_any_more(call, tasks_db, change):
    duty = a_duty(call)
    end(call, duty["checklist_id"])
    before = duties_of(tasks_db, duty["unit"]["unit_id"])

    with pytest.raises(Invalid, match="ended"):
        CHANGES[change](call, duty)

    assert duties_of(tasks_db, duty["unit"]["unit_id"]) == before
    shown = read(call, duty, as_="staff")
    assert (shown["is_ended"], shown["actions"]) == (True, [])
    assert call("owed_duties", {}, as_="staff")["total"] == 0


def test_what_is_asked_waits_no_more_and_what_waits_for_a_review_is_reviewed_first(call, tasks_db):
    asked, waiting = issued(call, "徽城镇", items=2, review_rule="all")
    do(call, "ask_waiver", asked, reason="不涉及")
    submit(call, waiting)
    with pytest.raises(Invalid, match="wait for a review"):
        end(call, asked["checklist_id"])
    do(call, "accept_duty", read(call, waiting), as_="lead")

    end(call, asked["checklist_id"])

    assert call("review_queue", {"kinds": ["waivers"]}, as_="lead")["counts"]["waivers"] == 0
    assert call("count_waiting", {}, as_="lead") == {"waiting": 0}


def test_only_the_lead_bureau_ends_and_only_what_is_issued_as_it_was_read(call, tasks_db):
    duty = a_duty(call)
    with pytest.raises(Forbidden):
        end(call, duty["checklist_id"], as_="leader")
    with pytest.raises(Conflict):
        call("close_checklist", {"checklist_id": duty["checklist_id"], "version": 1, "reason": "完"}, as_="lead")
    with pytest.raises(Invalid):
        end(call, duty["checklist_id"], reason=" ")
    call("start_amendment", {"checklist_id": duty["checklist_id"]}, as_="lead")
    with pytest.raises(Invalid, match="amends"):
        end(call, duty["checklist_id"])
    with pytest.raises(Invalid):
        end(call, draft(tasks_db).id)


def test_a_checklist_is_ended_once(call):
    duty = a_duty(call)
    end(call, duty["checklist_id"])

    with pytest.raises(Invalid, match="issued"):
        end(call, duty["checklist_id"])
    with pytest.raises(Invalid):
        call("start_amendment", {"checklist_id": duty["checklist_id"]}, as_="lead")


def test_a_leader_remarks_on_nothing_that_is_ended(call):
    duty = a_duty(call)
    end(call, duty["checklist_id"])

    with pytest.raises(Invalid, match="ended"):
        call("make_remark", {"duty_id": duty["duty_id"], "text": "请说明"}, as_="leader")


def test_a_difficulty_that_stands_stays_with_its_duty_and_waits_for_nobody(house, call, today):
    duty = do(call, "report_blocker", a_duty(call), reason="缺资金")
    end(call, duty["checklist_id"])
    house.deliver()

    assert read(call, duty)["light"] == "blocked"
    counted = fetch(house.databases["stats"], "SELECT bucket, duties FROM item_count WHERE duties <> 0")
    assert counted == [("open_blocked", 1)]
    assert call("list_difficulties", {}, as_="leader")["difficulties"] == []
    assert call("count_waiting", {}, as_="lead") == {"waiting": 0}


def test_a_unit_reads_on_its_pages_when_and_why_the_checklist_ended(visit, call):
    duty = a_duty(call)
    end(call, duty["checklist_id"], reason="转入 2027 年清单")

    staff = visit("staff").open("/duties")
    assert "转入 2027 年清单" in staff.text
    assert "转入 2027 年清单" in staff.open(f"/duties/{duty['duty_id']}").text


def test_nobody_is_reminded_of_it_and_the_boards_say_that_it_ended(house, call, today):
    duty = a_duty(call)
    house.deliver()
    end(call, duty["checklist_id"])
    house.deliver()
    today(dt.date(2026, 7, 20))

    house.remind(dt.datetime(2026, 7, 20, 4, tzinfo=dt.UTC))

    assert fetch(house.databases["notifications"], "SELECT stage FROM message_line") == []
    assert fetch(house.databases["stats"], "SELECT state FROM checklist") == [("closed",)]


@pytest.fixture
def two_items(call, tasks_db, world):
    """甲 is done and 乙 open; 丙 is asked for every month."""
    units = [lead(world.units["徽城镇"])]
    drafted = draft(tasks_db)
    add_row(tasks_db, drafted, "甲", units=units, due_on=dt.date(2026, 6, 30))
    add_row(tasks_db, drafted, "乙", units=units, due_on=dt.date(2026, 9, 30), review_rule="all")
    add_row(tasks_db, drafted, "丙", units=units, recurrence="monthly", due_day=25)
    issue(call, drafted)
    for one in duties_of(tasks_db, world.units["徽城镇"]):
        if one.item_id in (drafted.rows["甲"], drafted.rows["丙"]):
            submit(call, {"duty_id": one.id, "version": 1})
    return drafted


def items(checklist):
    return {row["title"]: row for row in checklist["rows"] if row["level"] == 4}


def test_a_checklist_is_carried_over_whole_with_its_dates_in_the_new_year(call, two_items):
    carried = carry(call, two_items.id)

    assert (carried["state"], carried["year"], carried["carried_from_id"]) == ("draft", 2027, two_items.id)
    found = items(carried)
    assert [found[title]["due_on"] for title in "甲乙丙"] == ["2027-06-30", "2027-09-30", None]
    assert (found["乙"]["review_rule"], found["丙"]["recurrence"], found["丙"]["due_day"]) == ("all", "monthly", 25)
    assert found["甲"]["units"][0]["name"] == "徽城镇"
    assert [row["title"] for row in carried["rows"] if row["level"] < 4] == ["领域", "举措", "任务"]


def test_only_what_is_open_is_carried_over_where_that_is_wanted(call, two_items):
    end(call, two_items.id)

    assert set(items(carry(call, two_items.id, only_open=True))) == {"乙"}


def test_the_difference_to_the_year_before_names_what_is_different_and_not_the_year(call, two_items, tasks_db):
    carried = carry(call, two_items.id)
    asked = {"checklist_id": carried["checklist_id"]}
    assert call("compare_carried", asked, as_="leader")["rows"] == []

    row = items(carried)["甲"]
    kept = ("row_id", "version", "title", "body", "recurrence", "due_day", "review_rule", "acceptance_rule")
    params = {name: row[name] for name in kept} | {"due_on": "2027-05-31", "title": "甲改", "units": [
        {"role": "lead", "unit_id": unit["unit_id"], "group_id": None} for unit in row["units"]
    ]}  # fmt: skip
    call("save_row", params, as_="lead")

    found = call("compare_carried", asked, as_="leader")
    assert (found["year"], found["rows_total"], found["rows"][0]["title"]) == (2026, 1, "甲改")
    assert {one["field"] for one in found["rows"][0]["changes"]} == {"title", "due_on"}
    with pytest.raises(NotFound):
        call("compare_carried", {"checklist_id": two_items.id}, as_="lead")


def test_what_is_carried_over_is_issued_as_any_draft(call, two_items, tasks_db, world):
    carried = carry(call, two_items.id)
    version = call("preview_issue", {"checklist_id": carried["checklist_id"]}, as_="lead")["version"]

    call("issue_checklist", {"checklist_id": carried["checklist_id"], "version": version}, as_="lead")

    assert call("look_at_year_end", {"checklist_id": two_items.id}, as_="lead")["state"] == "issued"


def test_a_draft_and_the_same_year_are_not_carried_over(call, two_items, tasks_db):
    with pytest.raises(Invalid):
        carry(call, draft(tasks_db).id)
    with pytest.raises(Invalid) as refused:
        carry(call, two_items.id, year=2026)
    assert "year" in refused.value.details["fields"]


@pytest.mark.parametrize(
    ("day", "years", "then"),
    [("2028-02-29", 1, "2029-02-28"), ("2028-02-29", 4, "2032-02-29"), ("2026-12-31", -1, "2025-12-31")],
)
def test_a_day_moves_by_years_as_in_the_database(tasks_db, day, years, then):
    (found,) = fetch(tasks_db, "SELECT (%s::date + make_interval(years => %s))::date AS day", (day, years))

    assert moved(dt.date.fromisoformat(day), years) == found.day == dt.date.fromisoformat(then)


def test_the_lead_bureau_ends_and_carries_over_in_the_browser(visit, call):
    duty = a_duty(call)
    lead_page = visit("lead").open(f"/checklists/{duty['checklist_id']}/end")
    lead_page.send(lead_page.form("/end"), reason=" ")
    assert lead_page.status == 422
    lead_page.send(lead_page.form("/end"), reason="年度工作结束")
    assert "清单已结束" in lead_page.text
    assert "年度工作结束" in lead_page.text
    staff = visit("staff").open(f"/duties/{duty['duty_id']}")
    assert "这份清单已经结束" in staff.text

    lead_page.open(f"/checklists/{duty['checklist_id']}/carry")
    assert lead_page.form("/carry").value("year") == str(TODAY.year + 1)
    lead_page.send(lead_page.form("/carry"))
    assert "已结转成草稿" in lead_page.text
    lead_page.open(f"{lead_page.path}/carried")
    assert "除了年度，没有不同" in lead_page.text
    draft_page = lead_page.path.removesuffix("/carried")

    lead_page.open(f"/checklists/{duty['checklist_id']}/carry")
    assert "再结转一份" not in lead_page.text
    lead_page.send(lead_page.form("/carry"), title="另一份")
    assert (lead_page.status, "已经结转到这个年度" in lead_page.text) == (422, True)
    assert f'href="{draft_page}"' in lead_page.response.text
    assert lead_page.form("/carry").value("title") == "另一份"
    lead_page.send(lead_page.form("/carry"), boxes=[("again", "1")])
    assert "已结转成草稿" in lead_page.text


def test_what_duties_took_is_told_of_the_whole_county(call, today, tasks_db):
    one, two, three = issued(call, "徽城镇", "深渡镇", "石门乡")
    run(tasks_db, "UPDATE issue_run SET asked_at = %s", (dt.datetime.combine(TODAY, dt.time(4), tzinfo=dt.UTC),))
    assert call("look_at_year_end", {"checklist_id": one["checklist_id"]}, as_="leader")["median_days"] is None
    submit(call, one)
    today(TODAY + dt.timedelta(days=4))
    call("acknowledge_duties", {"duty_ids": [two["duty_id"]]}, as_="shendu")
    submit(call, {**two, "version": 2}, as_="shendu")
    today(TODAY + dt.timedelta(days=9))
    call("acknowledge_duties", {"duty_ids": [three["duty_id"]]}, as_="shimen")
    submit(call, {**three, "version": 2}, as_="shimen")

    found = call("look_at_year_end", {"checklist_id": one["checklist_id"]}, as_="leader")

    assert (found["median_days"], found["median_steps"]) == (4, 2)
