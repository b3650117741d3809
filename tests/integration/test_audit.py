"""The auditor's list: every change, with who, when and from what to what; found, counted and taken away as a file."""

import datetime as dt
import io
import json
import random
from typing import Any

import openpyxl
import pytest

from services.portal.views import audit as audit_pages
from services.tasks.audit import queries
from services.tasks.audit.kinds import LOGS
from services.tasks.audit.queries import Sought
from services.tasks.duties.duty import TRANSITIONS, Action
from shared.database import Database
from shared.errors import Forbidden
from shared.sealing import queries as sealing
from shared.sealing.sealing import Sealing
from tests.support.checklists import fetch, rewrite, run
from tests.support.delegation import part_of, split
from tests.support.duties import do, issued, read, submit, today
from tests.support.evidence import add_file
from tests.support.house import House
from tests.support.pages import Form
from tests.support.practices import correct, end, offer, publish
from tests.support.tasks import ALL_TOWNSHIPS, Caller, a_draft, save_row

__all__ = ["today"]

PRACTICE = (
    *(Action.PRACTICE_WITHDRAWN, Action.PRACTICE_PUBLISHED, Action.PRACTICE_CORRECTED),
    *(Action.PRACTICE_PUT_ASIDE, Action.PRACTICE_TAKEN_BACK),
)


def audit(call: Caller, **sought: Any) -> list[dict[str, Any]]:
    """The entries of the first page, newest first."""
    return call("list_audit", sought, as_="auditor")["entries"]


def changed(call: Caller, action: str) -> dict[str, tuple[list[str], list[str]]]:
    """What the newest entry of an action says, as field: (before, after)."""
    entry = next(one for one in audit(call) if one["action"] == action)
    return {one["field"]: (one["before"], one["after"]) for one in entry["changes"]}


def test_every_act_on_a_duty_is_in_the_list_with_who_and_from_what_to_what(call, today):
    one, two, three = issued(call, "徽城镇", items=3, review_rule="all")
    four = issued(call, "徽城镇", items=1)[0]
    call("acknowledge_duties", {"duty_ids": [one["duty_id"]]}, as_="staff")
    one = call("note_progress", {"duty_id": one["duty_id"], "text": "已开工"}, as_="staff")
    one = do(call, "report_blocker", one, reason="缺资金")
    one = do(call, "accept_blocker", one, as_="lead")
    one = do(call, "answer_blocker", one, as_="lead", reason="财政局拨付")
    one = do(call, "clear_blocker", one)
    submit(call, one, as_="staff", note="已办")
    one = do(call, "return_duty", {**one, "version": one["version"] + 1}, as_="lead", reason="缺材料")
    submit(call, one, as_="staff")
    one = do(call, "reopen_duty", {**one, "version": one["version"] + 1})
    submit(call, one, as_="staff")
    do(call, "accept_duty", {**one, "version": one["version"] + 1}, as_="lead")
    two = do(call, "ask_waiver", two, reason="不涉及")
    do(call, "grant_waiver", two, as_="lead")
    three = do(call, "ask_waiver", three, reason="不涉及")
    three = do(call, "refuse_waiver", three, as_="lead", reason="仍需完成")
    do(call, "take_back_waiver", do(call, "ask_waiver", three, reason="不涉及"))
    more = {"reason": "雨季", "wanted_on": "2026-12-15"}
    back = do(call, "take_back_extension", do(call, "ask_extension", four, **more))
    not_given = do(call, "refuse_extension", do(call, "ask_extension", back, **more), as_="lead", reason="不行")
    four = do(call, "grant_extension", do(call, "ask_extension", not_given, **more), as_="lead", due_on="2026-12-15")
    add_file(call, four)
    (file,) = read(call, four)["evidence"]
    call("remove_evidence", {"duty_id": four["duty_id"], "evidence_id": file["evidence_id"]}, as_="staff")
    submit(call, four, as_="staff")
    end(call, "withdraw_practice", offer(call, four), as_="staff")
    end(call, "put_practice_aside", offer(call, four), reason="再写细些")
    shared = publish(call, offer(call, four), title="甲")["practice_id"]
    correct(call, shared, title="乙")
    end(call, "take_practice_back", shared, reason="数字有误")
    five = split(call, issued(call, "徽城镇")[0])
    gone = do(call, "withdraw_duty", part_of(call, five), reason="镇里汇总")
    split(call, five)

    found = audit(call, kind="doing") + audit(call, kind="reviewing")
    assert {entry["action"] for entry in found} == {
        f"duty.{act}" for act in (*TRANSITIONS, Action.CLOCK_RESUMED, Action.GIVEN, *PRACTICE)
    }
    told = {entry["action"]: entry for entry in found}
    returned = told["duty.returned"]
    assert (returned["person"], returned["post"], returned["unit"]) == ("县人社局就业股股长", "就业股股长", "县人社局")
    assert (returned["of_unit"], returned["text"]) == ("徽城镇", "缺材料")
    assert states(returned) == ("submitted", "returned")
    assert states(told["duty.reopened"]) == ("submitted", "acknowledged")
    assert states(told["duty.completed"]) == ("acknowledged", "accepted")
    assert states(told["duty.waived"]) == ("acknowledged", "waived")
    assert told["duty.taken_back"]["text"] == gone["history"][-1]["text"] == "镇里汇总"
    assert states(told["duty.taken_back"]) == ("issued", "withdrawn")
    given = [entry["changes"] for entry in found if entry["action"] == "duty.given"]
    assert [[one["before"] for one in changes] for changes in given] == [[["withdrawn"]], []]
    assert [told[f"duty.{act}"]["text"] for act in PRACTICE] == ["", "甲", "乙", "", "数字有误"]
    assert changed(call, "practice.corrected") == {"title": (["甲"], ["乙"])}
    assert told["duty.progress"]["text"] == "已开工"
    assert told["duty.progress"]["changes"] == []


def states(entry: dict[str, Any]) -> tuple[str, str]:
    (one,) = entry["changes"]
    assert one["field"] == "state"
    return one["before"][0], one["after"][0]


def test_a_reminder_is_no_change(call, tasks_db, today):
    (duty,) = issued(call, "徽城镇")
    run(
        tasks_db,
        "INSERT INTO duty_history (duty_id, version, action, text) VALUES (%s, 1, 'reminded', 'overdue')",
        (duty["duty_id"],),
    )

    assert "duty.reminded" not in {entry["action"] for entry in audit(call)}


def test_what_is_taken_away_is_in_the_list(call):
    draft = a_draft(call)
    call("export_rows", {"checklist_id": draft["checklist_id"]}, as_="leader")
    call("record_export", {"title": "逾期责任", "asked": "单位：石门乡", "rows": 3}, as_="leader")

    taken = audit(call, kind="exports")
    assert [(entry["action"], entry["subject"], entry["person"]) for entry in taken] == [
        ("list.exported", "逾期责任", "领导小组组长"),
        ("rows.exported", "2026年就业清单", "领导小组组长"),
    ]
    assert taken[0]["detail"] == {"asked": "单位：石门乡", "rows": 3}


def test_a_unit_s_change_says_from_what_to_what(call):
    unit = call("get_unit", {"unit_id": call.world.units["古关村"]}, as_="admin")
    params = {name: unit[name] for name in ("unit_id", "code", "version", "kind", "is_active")}
    params |= {"name": "古关社区", "aliases": ["古关"], "parent_id": call.world.units["深渡镇"]}
    call("save_unit", params, as_="admin")

    assert changed(call, "unit.saved") == {
        "name": (["古关村"], ["古关社区"]),
        "aliases": ([], ["古关"]),
        "parent_id": (["徽城镇"], ["深渡镇"]),
    }


def test_an_account_s_change_says_from_what_to_what_and_holds_no_password(call):
    person = call("get_person", {"person_id": call.world.people["staff"]}, as_="admin")
    params = {name: person[name] for name in ("person_id", "version", "sign_in_name", "display_name", "post")}
    params |= {"unit_id": call.world.units["深渡镇"], "roles": ["unit_staff", "unit_head"], "is_active": False}
    call("save_person", params, as_="admin")

    assert changed(call, "person.saved") == {
        "unit_id": (["徽城镇"], ["深渡镇"]),
        "roles": (["unit_staff"], ["unit_staff", "unit_head"]),
        "is_active": (["true"], ["false"]),
    }
    assert "password" not in str([entry["changes"] for entry in audit(call)])


def test_a_group_s_change_names_who_came_and_who_left(call):
    group_id = call.world.groups[ALL_TOWNSHIPS]
    group = call("get_group", {"group_id": group_id}, as_="lead")["group"]
    members = [call.world.units[name] for name in ("徽城镇", "深渡镇", "县发改委")]
    kept = {"group_id": group_id, "name": group["name"], "version": group["version"]}
    call("save_group", kept | {"aliases": ["乡镇"], "member_ids": members}, as_="lead")

    assert changed(call, "group.saved") == {
        "aliases": ([], ["乡镇"]),
        "added": ([], ["县发改委"]),
        "removed": ([], ["石门乡"]),
    }


def test_a_row_s_change_says_from_what_to_what(call):
    draft = a_draft(call)
    item = draft["rows"][-1]
    units = [{"role": "lead", "unit_id": call.world.units["县发改委"]}]
    save_row(call, item, title="建成创业园", due_on="2026-09-30", review_rule="all", units=units)

    assert changed(call, "row.saved") == {
        "title": (["事项1"], ["建成创业园"]),
        "due_on": (["2026-06-30"], ["2026-09-30"]),
        "review_rule": (["none"], ["all"]),
        "leads": ([], ["县发改委"]),
    }


def test_rows_changed_together_say_which_and_from_what_to_what(call):
    draft = a_draft(call, items=3)
    items = [row for row in draft["rows"] if row["level"] == 4]
    first = save_row(call, items[0], due_on="2026-09-30")
    versions = [{"row_id": row["row_id"], "version": row["version"]} for row in (first, *items[1:])]
    call(
        "save_rows",
        {"checklist_id": draft["checklist_id"], "rows": versions, "due": {"due_on": "2026-11-30"}},
        as_="lead",
    )

    assert changed(call, "rows.saved") == {
        "items": ([], ["事项1", "事项2", "事项3"]),
        "due_on": (["2026-09-30", "2026-06-30"], ["2026-11-30"]),
    }
    assert "rows.saved" in {entry["action"] for entry in audit(call, kind="drafting")}


def test_a_row_moved_elsewhere_says_below_which_it_was_and_is(call):
    draft = a_draft(call)
    rows = {row["level"]: row for row in draft["rows"]}
    below = {"checklist_id": draft["checklist_id"], "parent_id": rows[2]["row_id"], "title": "另一项任务"}
    other = call("add_row", below, as_="lead")
    moved = {"row_id": rows[4]["row_id"], "version": rows[4]["version"], "new_parent_id": other["row_id"]}
    call("move_row", moved, as_="lead")

    assert changed(call, "row.moved")["row_above"] == ([rows[3]["title"]], ["另一项任务"])


def test_a_contact_says_from_what_to_what(call):
    draft = a_draft(call)
    for contact in ("王芳 6512345", "李强 6512346"):
        call("save_contact", {"checklist_id": draft["checklist_id"], "contact": contact}, as_="lead")

    assert changed(call, "checklist.contact_saved") == {"contact": (["王芳 6512345"], ["李强 6512346"])}


def test_a_deleted_row_says_what_it_held(call):
    item = a_draft(call)["rows"][-1]
    call("delete_row", {"row_id": item["row_id"], "version": item["version"]}, as_="lead")

    assert changed(call, "row.deleted")["title"] == (["事项1"], [])


def test_a_checklist_s_settings_say_from_what_to_what(call):
    draft = a_draft(call)
    header = {"checklist_id": draft["checklist_id"], "version": draft["version"], "year": 2026}
    call("save_checklist", header | {"title": "就业任务清单", "level_names": draft["level_names"]}, as_="lead")

    assert changed(call, "checklist.saved") == {"title": (["2026年就业清单"], ["就业任务清单"])}


@pytest.fixture
def busy(call: Caller, tasks_db: Database, today: Any) -> list[dt.datetime]:
    """Entries of several people, units, kinds and days; the days."""
    duties = issued(call, "徽城镇", "深渡镇", items=3)
    for duty in duties[:3]:
        submit(call, duty, as_="staff")
    submit(call, duties[3], as_="shendu")
    with pytest.raises(Forbidden):
        call("list_people", {}, as_="shendu")
    shaken = random.Random(9)
    days = [dt.datetime(2026, 5, day, 4, tzinfo=dt.UTC) for day in range(1, 8)]
    for table, at in (("audit_log", "at"), ("duty_history", "at"), ("refusal", "refused_at")):
        for row in fetch(tasks_db, f"SELECT id FROM {table} ORDER BY id"):
            rewrite(tasks_db, f"UPDATE {table} SET {at} = %s WHERE id = %s", (shaken.choice(days), row.id))
    return days


def test_pages_hold_every_entry_once_and_the_number_above_them_is_true(call, tasks_db, busy):
    kept = fetch(
        tasks_db,
        """SELECT (SELECT count(*) FROM audit_log) + (SELECT count(*) FROM duty_history WHERE action <> 'reminded')
            + (SELECT count(*) FROM refusal) AS entries""",
    )[0].entries

    first = call("list_audit", {"size": 4}, as_="auditor")
    pages = [call("list_audit", {"size": 4, "page": page}, as_="auditor") for page in range(1, first["pages"] + 1)]

    found = [entry for page in pages for entry in page["entries"]]
    assert first["total"] == len(found) == kept > 5
    assert [len(page["entries"]) for page in pages[:-1]] == [4] * (len(pages) - 1)
    assert [entry["at"] for entry in found] == sorted((entry["at"] for entry in found), reverse=True)


def test_a_page_after_the_last_one_is_the_last(call, busy):
    last = call("list_audit", {"page": 99, "size": 5}, as_="auditor")

    assert last["page"] == last["pages"]
    assert last["entries"]


@pytest.mark.parametrize(
    ("sought", "fits"),
    [
        ({"person": "就业股"}, lambda entry: entry["post"] == "就业股股长"),
        ({"person": "shendu"}, lambda entry: entry["unit"] == "深渡镇"),
        ({"unit": "徽城"}, lambda entry: entry["unit"] == "徽城镇"),
        ({"kind": "doing"}, lambda entry: entry["action"].startswith("duty.")),
        ({"kind": "refusals"}, lambda entry: entry["action"] == "refused"),
        ({"since": "2026-05-03", "until": "2026-05-04"}, lambda entry: entry["at"][8:10] in {"03", "04"}),
        ({"unit": "深渡", "kind": "doing"}, lambda e: e["unit"] == "深渡镇" and e["action"].startswith("duty.")),
        ({"person": "没有这个人"}, lambda entry: False),
    ],
)
def test_what_is_sought_is_found_and_nothing_else(call, busy, sought, fits):
    everything = audit(call, size=1000)

    found = call("list_audit", sought | {"size": 1000}, as_="auditor")

    assert found["entries"] == [entry for entry in everything if fits(entry)]
    assert found["total"] == len(found["entries"])


def test_a_unit_is_found_by_its_name_of_then(call, tasks_db, busy):
    run(tasks_db, "UPDATE unit SET name = '徽城街道' WHERE name = '徽城镇'")

    assert {entry["unit"] for entry in audit(call, unit="徽城镇")} == {"徽城镇"}


@pytest.mark.parametrize("sought", [Sought(), Sought(people=[1, 2]), Sought(units=["徽城镇"]), Sought(kind="doing")])
def test_a_page_is_read_by_indexes_however_much_there_is(call, tasks_db, busy, sought):
    """Without sequential scans of the lists, because PostgreSQL is told that they cost too much here."""
    with tasks_db.transaction() as cur:
        cur.execute("SET LOCAL enable_seqscan = off")
        cur.execute("SET LOCAL enable_bitmapscan = off")
        queries.places(cur, sought, limit=50, offset=0)
        statement = cur.query.decode()
        cur.execute(f"EXPLAIN {statement}")
        plan = "\n".join(row[0] for row in cur.fetchall())

    assert "Seq Scan on audit_log" not in plan
    assert "Seq Scan on duty_history" not in plan


def test_the_page_says_it_in_words_and_keeps_what_is_sought_in_its_address(house: House, busy):
    auditor = house.sign_in("auditor").open("/audit?unit=徽城&kind=doing")

    assert "审计日志 3 条" in auditor.text
    assert "标为完成事项1·徽城镇状态：已下发→改为已完成" in auditor.text.replace(" ", "")
    assert "深渡镇" not in auditor.text.partition("对象和变化")[2]
    assert auditor.form("/audit/xlsx").action.endswith("?unit=%E5%BE%BD%E5%9F%8E&kind=doing")


def test_a_day_that_is_none_is_said_beside_its_field(house: House):
    auditor = house.sign_in("auditor").open("/audit?since=2026-02-31")

    assert auditor.status == 422
    assert "没有这一天" in auditor.text


def test_the_file_holds_what_is_sought_and_is_an_entry_itself(house: House, busy):
    auditor = house.sign_in("auditor").open("/audit?kind=doing")
    auditor.send(auditor.form("/audit/xlsx"))

    assert auditor.response is not None
    sheet = openpyxl.load_workbook(io.BytesIO(auditor.response.get_data())).worksheets[0]
    rows = list(sheet.iter_rows(min_row=4, values_only=True))
    assert "类型：单位办理责任" in sheet["A2"].value
    assert len(rows) == 4
    assert {row[4] for row in rows} == {"标为完成"}
    assert {row[3] for row in rows} == {"徽城镇", "深渡镇"}
    assert "状态：已下发 → 已完成" in {row[6] for row in rows}
    taken = auditor.open("/audit?kind=exports").text.replace(" ", "")
    assert "下载列表审计日志行数：4筛选：类型：单位办理责任" in taken


def test_number_and_head_of_the_seals_stand_below_the_list_and_in_the_file(house: House, busy):
    """Whoever does not administer the database keeps them elsewhere."""
    with house.databases["tasks"].transaction() as cur:
        Sealing(LOGS).step(cur)
        head = sealing.head(cur)
    auditor = house.sign_in("auditor").open("/audit")

    assert f"已封印 {head.seq} 条。链头：{head.hash}" in auditor.text.replace("\u200b", "")
    auditor.send(auditor.form("/audit/xlsx"))
    sheet = openpyxl.load_workbook(io.BytesIO(auditor.response.get_data())).worksheets[0]
    assert sheet["A2"].value.endswith(f"已封印 {head.seq} 条，链头 {head.hash}")


def test_all_that_is_sought_goes_away_as_lines_of_json_over_many_pages(house: House, busy, monkeypatch):
    monkeypatch.setattr(audit_pages, "A_CALL", 2)
    wanted = audit(Caller(house.services["tasks"], house.world), kind="doing")
    auditor = house.sign_in("auditor").open("/audit?kind=doing")

    auditor.send(auditor.form("/audit/jsonl"))

    assert auditor.response is not None
    assert auditor.response.mimetype == "application/x-ndjson"
    assert ".jsonl" in auditor.response.headers["Content-Disposition"]
    head, *entries = [json.loads(line) for line in auditor.response.get_data().decode().splitlines()]
    assert (head["asked"], set(head)) == ({"kind": "doing"}, {"asked", "as_of", "seals", "head"})
    assert entries == wanted
    assert len(entries) == 4
    assert "下载列表审计日志行数：4" in auditor.open("/audit?kind=exports").text.replace(" ", "")


@pytest.mark.parametrize("address", ["/audit/xlsx", "/audit/figures/xlsx", "/audit/jsonl", "/audit/figures/jsonl"])
@pytest.mark.parametrize("name", ["staff", "head", "lead", "leader", "admin"])
def test_nobody_but_the_auditor_takes_the_log_away(house: House, address: str, name: str):
    """Whoever tries stands in it."""
    person = house.sign_in(name).open("/help")
    token = next(form.value("csrf_token") for form in person.forms if "csrf_token" in dict(form.fields))

    assert person.send(Form(address, [("csrf_token", token)])).status == 403

    assert not fetch(house.databases["tasks"], "SELECT 1 FROM audit_log WHERE action = 'list.exported'")
    refused = [
        row.operation
        for database in (house.databases["tasks"], house.databases["stats"])
        for row in fetch(database, "SELECT operation FROM refusal")
    ]
    assert refused == ["list_reporting_audit" if "figures" in address else "list_audit"]


def test_days_in_the_wrong_order_are_said_and_not_taken_for_an_empty_log(house: House):
    auditor = house.sign_in("auditor").open("/audit?since=2026-06-30&until=2026-06-01")

    assert (auditor.status, "结束日期早于开始日期" in auditor.text) == (422, True)


def test_a_unit_finds_what_others_did_with_what_it_owes(call, today):
    (duty,) = issued(call, "深渡镇", review_rule="all")
    submit(call, duty, as_="shendu")
    now = call("get_duty", {"duty_id": duty["duty_id"]}, as_="lead")
    do(call, "return_duty", now, as_="lead", reason="缺材料")

    found = audit(call, unit="深渡镇", kind="reviewing")

    assert [(entry["action"], entry["unit"]) for entry in found] == [("duty.returned", "县人社局")]


def test_whom_to_ask_is_in_the_list_from_what_to_what(call, today):
    (duty,) = issued(call, "深渡镇")
    for contact in ("王芳", "李明"):
        call("save_contact", {"checklist_id": duty["checklist_id"], "contact": contact}, as_="lead")

    assert changed(call, "checklist.contact_saved") == {"contact": (["王芳"], ["李明"])}
