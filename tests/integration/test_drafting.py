"""Drafting: rows keep their order and levels, questions wait for a person, and nothing changes after issuing."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest

from shared.errors import CallersFault, Conflict, Forbidden, Invalid, NotFound
from tests.support.checklists import run
from tests.support.tasks import ALL_TOWNSHIPS, TO_BE_FILLED, Caller, a_draft, save_row

NOTICE = """某县就业工作方案
2026年2月3日
一、总体目标
到2027年,累计实现城镇新增就业8000人以上,城镇调查失业率控制在5.5%左右,参保人员缴费基数稳步提升。
二、工作举措
(一)扩大就业
1.促进企业用工。组织企业招聘活动。为企业发放补贴。(责任单位:县发改委、县财政局等,各乡镇人民政府)
2.建设零工驿站。每个乡镇建一个驿站。(牵头单位:县人社局;配合单位:各行业主管部门;完成时限:2026年10月底前)
(二)保护权益
3.检查用工单位。每月检查一次。(责任单位:县人社局、县某某局)
"""


def get(call, checklist_id, as_="lead"):
    return call("get_checklist", {"checklist_id": checklist_id}, as_=as_)


def titled(checklist, title):
    return next(row for row in checklist["rows"] if row["title"] == title)


def add(call, checklist_id, title, parent=None, **params):
    parent_id = parent["row_id"] if parent else None
    params = {"checklist_id": checklist_id, "parent_id": parent_id, "title": title} | params
    return call("add_row", params, as_="lead")


@pytest.fixture
def draft(call):
    return a_draft(call, items=3)


@pytest.fixture
def imported(call):
    file_id = call.upload("notice.txt", NOTICE.encode(), as_="lead")
    answer = call("import_notice", {"file_id": file_id, "year": 2026}, as_="lead")
    return get(call, answer["checklist_id"])


def questions(checklist, kind):
    return [q for q in checklist["questions"] if q["kind"] == kind and not q["answered_at"]]


def answer(call: Caller, checklist, asked, **answer):
    params = {
        "checklist_id": checklist["checklist_id"],
        "question_ids": [question["question_id"] for question in asked],
        "answer": answer,
    }
    return call("answer_questions", params, as_="lead")


def test_rows_stand_in_reading_order_with_numbers(draft):
    shown = [(row["number"], row["level"], row["title"]) for row in draft["rows"]]

    assert shown == [
        ("1", 1, "拓展就业岗位"),
        ("1.1", 2, "促进返乡创业"),
        ("1.1.1", 3, "建设创业园"),
        ("1.1.1.1", 4, "事项1"),
        ("1.1.1.2", 4, "事项2"),
        ("1.1.1.3", 4, "事项3"),
    ]


def test_rows_below_have_the_units_of_the_nearest_row_that_names_some(call, world, draft):
    item = titled(draft, "事项2")
    save_row(call, item, units=[{"role": "lead", "unit_id": world.units["县发改委"]}])

    rows = {row["title"]: row for row in get(call, draft["checklist_id"])["rows"]}

    assert [unit["name"] for unit in rows["事项1"]["units"]] == [ALL_TOWNSHIPS]
    assert rows["事项1"]["inherits_units"]
    assert [unit["name"] for unit in rows["事项2"]["units"]] == ["县发改委"]
    assert not rows["事项2"]["inherits_units"]
    assert rows["拓展就业岗位"]["units"] == []


def test_a_row_may_be_added_between_others(call, draft):
    first = titled(draft, "事项1")

    row = add(call, draft["checklist_id"], "事项1之后", titled(draft, "建设创业园"), after_row_id=first["row_id"])

    assert row["number"] == "1.1.1.2"
    assert titled(get(call, draft["checklist_id"]), "事项2")["number"] == "1.1.1.3"


def test_there_is_nothing_below_an_item(call, draft):
    with pytest.raises(Invalid, match="no rows below an item"):
        add(call, draft["checklist_id"], "太深", titled(draft, "事项1"))


def test_a_row_moves_up_and_down_and_under_another_parent(call, draft):
    item = titled(draft, "事项3")
    up = call("move_row", {"row_id": item["row_id"], "version": item["version"], "direction": "up"}, as_="lead")
    other = add(call, draft["checklist_id"], "另一任务", titled(draft, "促进返乡创业"))

    moved = call(
        "move_row",
        {"row_id": item["row_id"], "version": up["version"], "new_parent_id": other["row_id"]},
        as_="lead",
    )

    assert (up["number"], moved["number"]) == ("1.1.1.2", "1.1.2.1")
    with pytest.raises(Invalid, match="one level above"):
        call(
            "move_row",
            {"row_id": item["row_id"], "version": moved["version"], "new_parent_id": draft["rows"][0]["row_id"]},
            as_="lead",
        )


def test_a_deleted_row_takes_everything_below_with_it(call, draft):
    task = titled(draft, "建设创业园")

    call("delete_row", {"row_id": task["row_id"], "version": task["version"]}, as_="lead")

    assert [row["level"] for row in get(call, draft["checklist_id"])["rows"]] == [1, 2]
    with pytest.raises(NotFound):
        call("get_row", {"row_id": task["row_id"]}, as_="lead")


def test_a_stale_change_of_a_row_shows_what_it_is_now(call, draft):
    item = titled(draft, "事项1")
    now = save_row(call, item, title="新的标题")

    with pytest.raises(Conflict) as conflict:
        save_row(call, item, title="另一个标题")

    assert conflict.value.details["current"] == now


def test_a_row_page_shows_what_lies_above(call, draft):
    page = call("get_row", {"row_id": titled(draft, "事项1")["row_id"]}, as_="auditor")

    assert [row["title"] for row in page["ancestors"]] == ["拓展就业岗位", "促进返乡创业", "建设创业园"]
    assert page["checklist"]["title"] == "2026年就业清单"


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"due_on": "2026-02-31"}, "due_on", "2026-02-31这一天不存在"),
        ({"due_on": "soon"}, "due_on", "2026-06-30"),
        ({"due_on": "2028-01-01"}, "due_on", "2025-01-01至2027-12-31之间"),
        ({"due_on": "2024-12-31"}, "due_on", "2025-01-01至2027-12-31之间"),
        ({"due_day": 32}, "due_day", "1到31"),
        ({"due_day": 15}, "due_on", "每期第几日"),
        ({"recurrence": "monthly"}, "due_on", "每月"),
        ({"recurrence": "weekly"}, "recurrence", "不正确"),
        ({"title": "长" * 201}, "title", "最多200个字，现在有201个"),
        ({"title": " \t "}, "title", "请填写标题"),
        ({"body": "长" * 4001}, "body", "最多4000个字"),
        ({"acceptance_rule": "长" * 1001}, "acceptance_rule", "最多1000个字"),
        ({"units": [{"role": "lead"}]}, "units", "一个单位或一个单位组"),
        ({"units": [{"role": "king", "unit_id": 1}]}, "units", "不正确"),
        ({"units": [{"role": "lead", "unit_id": 1, "group_id": 1}]}, "units", "一个单位或一个单位组"),
        ({"units": [{"role": "lead", "unit_id": 1}, {"role": "support", "unit_id": 1}]}, "units", "列了两次"),
        ({"units": [{"role": "lead", "unit_id": 99999}]}, "units", "不存在"),
    ],
)
def test_a_row_that_does_not_fit_is_refused_with_a_sentence(call, draft, changes, field, sentence):
    with pytest.raises(Invalid) as refusal:
        save_row(call, titled(draft, "事项1"), **changes)

    assert sentence in refusal.value.details["fields"][field]["zh"]


def test_january_after_the_year_and_a_recurrence_are_dates_too(call, draft):
    item = save_row(call, titled(draft, "事项1"), due_on="2027-01-31")
    monthly = save_row(call, item, due_on=None, recurrence="monthly", due_day=25)

    assert (item["due_on"], monthly["recurrence"], monthly["due_day"]) == ("2027-01-31", "monthly", 25)


def test_only_items_have_dates(call, draft):
    with pytest.raises(Invalid, match="level 4"):
        save_row(call, titled(draft, "促进返乡创业"), due_on="2026-06-30")


def test_the_year_stays_while_items_are_due_in_it(call, draft):
    names = ("checklist_id", "title", "level_names", "version")
    params = {name: draft[name] for name in names} | {"year": 2028}

    with pytest.raises(Invalid, match="3 items have due dates outside"):
        call("save_checklist", params, as_="lead")
    saved = call("save_checklist", params | {"year": 2026, "level_names": ["一", "二", "三", "四", "五"]}, as_="lead")

    assert saved["level_names"] == ["一", "二", "三", "四", "五"]
    with pytest.raises(Conflict):
        call("save_checklist", params | {"year": 2026}, as_="lead")


def test_an_issued_checklist_cannot_be_changed(call, tasks_db, draft):
    with tasks_db.transaction() as cur:
        cur.execute("UPDATE checklist SET state = 'issued'")
    item = titled(draft, "事项1")
    version = {"row_id": item["row_id"], "version": item["version"]}

    for operation, params in {
        "delete_row": version,
        "move_row": version | {"direction": "up"},
        "delete_checklist": {"checklist_id": draft["checklist_id"], "version": draft["version"]},
        "add_row": {"checklist_id": draft["checklist_id"], "title": "新"},
    }.items():
        with pytest.raises(Invalid, match="has been issued"):
            call(operation, params, as_="lead")


def test_a_deleted_draft_takes_its_plan_with_it(call, imported, tasks_db):
    params = {"checklist_id": imported["checklist_id"], "version": imported["version"]}

    call("delete_checklist", params, as_="lead")

    with tasks_db.transaction() as cur:
        for table in ("checklist", "checklist_row", "question", "target", "plan"):
            cur.execute(f"SELECT count(*) FROM {table}")
            assert cur.fetchone() == (0,), table
    with pytest.raises(NotFound):
        get(call, imported["checklist_id"])


def test_the_same_command_adds_one_row(call, draft):
    command_id = uuid4()
    params = {"checklist_id": draft["checklist_id"], "title": "双击"}

    first = call("add_row", params, as_="lead", command_id=command_id)
    second = call("add_row", params, as_="lead", command_id=command_id)

    assert first == second
    assert sum(row["title"] == "双击" for row in get(call, draft["checklist_id"])["rows"]) == 1


def test_rows_added_at_the_same_time_all_have_their_place(call, draft):
    def add_one(n):
        add(call, draft["checklist_id"], f"同时{n}", titled(draft, "建设创业园"))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add_one, range(8)))

    items = [row for row in get(call, draft["checklist_id"])["rows"] if row["level"] == 4]
    assert [row["position"] for row in items] == list(range(1, 12))


def test_five_hundred_rows_are_read_in_a_handful_of_statements(call, tasks_db, monkeypatch):
    checklist_id = a_draft(call)["checklist_id"]
    with tasks_db.transaction() as cur:
        cur.execute(
            """
            INSERT INTO checklist_row (checklist_id, parent_id, level, position, title)
            SELECT checklist_id, parent_id, level, n + 1, '事项' || n FROM checklist_row, generate_series(1, 500) AS n
            WHERE level = 4
            """
        )
    statements = []
    execute = type(cur).execute
    monkeypatch.setattr(type(cur), "execute", lambda self, *args: statements.append(args[0]) or execute(self, *args))

    checklist = get(call, checklist_id)

    assert len(checklist["rows"]) == 504
    assert len(statements) <= 8


def test_a_notice_becomes_a_draft_with_items_ready_to_issue(call, imported, world):
    assert imported["state"] == "draft"
    assert imported["plan"]["to_year"] == 2027
    assert [(t["value"], t["is_approximate"]) for t in imported["plan"]["targets"]] == [
        ("8000", False),
        ("5.5", True),
        (None, False),
    ]
    assert [row["title"] for row in imported["rows"] if row["level"] == 1] == ["扩大就业", "保护权益"]
    measure = titled(imported, "促进企业用工")
    assert [(u["name"], u["role"]) for u in measure["units"]] == [
        ("县发改委", "support"),
        ("县财政局", "support"),
        (ALL_TOWNSHIPS, "support"),
    ]
    items = [row for row in imported["rows"] if row["level"] == 4 and row["number"].startswith("1.1.")]
    assert [row["title"] for row in items] == ["组织企业招聘活动", "为企业发放补贴"]
    assert all(item["inherits_units"] for item in items)


def test_a_due_date_of_the_notice_is_set_on_the_items(imported):
    items = [row for row in imported["rows"] if row["level"] == 4 and row["number"].startswith("1.2.")]

    assert {item["due_on"] for item in items} == {"2026-10-31"}
    assert titled(imported, "建设零工驿站")["units"][0] | {"unit_id": 0} == {
        "role": "lead",
        "unit_id": 0,
        "group_id": None,
        "name": "县人社局",
    }


def test_the_same_answer_for_all_missing_dates_fills_the_items_below(call, imported):
    asked = questions(imported, "no_due")

    result = answer(call, imported, asked, kind="due", due_on="2026-11-30")

    assert result["answered"] == sorted(question["question_id"] for question in asked)
    after = get(call, imported["checklist_id"])
    dues = {row["number"]: row["due_on"] for row in after["rows"] if row["level"] == 4}
    # 每月检查一次 is proposed as monthly, and asked about by itself.
    assert dues == {"1.1.1.1": "2026-11-30", "1.1.2.1": "2026-11-30", "1.2.1.1": "2026-10-31", "2.1.1.1": None}
    assert [row["recurrence"] for row in after["rows"] if row["number"] == "2.1.1.1"] == ["monthly"]
    assert [question["quote"] for question in questions(after, "unclear_due")] == ["每月"]
    assert result["open"] == sum(not question["answered_at"] for question in after["questions"])


def test_added_units_stand_beside_those_the_row_has(call, imported, world):
    answer(
        call,
        imported,
        questions(imported, "open_ended"),
        kind="units",
        units=[
            {"role": "support", "unit_id": world.units["县人社局"]},
            {"role": "lead", "unit_id": world.units["县发改委"]},
        ],
    )

    measure = titled(get(call, imported["checklist_id"]), "促进企业用工")
    assert [(u["name"], u["role"]) for u in measure["units"]] == [
        ("县发改委", "lead"),
        ("县财政局", "support"),
        (ALL_TOWNSHIPS, "support"),
        ("县人社局", "support"),
    ]


def test_filling_the_group_answers_and_fills_it_everywhere(call, imported, world):
    result = answer(call, imported, questions(imported, "group"), kind="group", member_ids=[world.units["县财政局"]])

    group = next(g for g in call("list_units", as_="lead")["groups"] if g["name"] == TO_BE_FILLED)
    assert group["member_ids"] == [world.units["县财政局"]]
    assert len(result["answered"]) == 1


def test_a_target_gets_the_value_that_was_decided(call, imported):
    answer(call, imported, questions(imported, "trend"), kind="target", value="6.25")
    answer(call, imported, questions(imported, "approximate"), kind="keep", note="上下0.3个百分点")

    targets = get(call, imported["checklist_id"])["plan"]["targets"]
    assert [(t["value"], t["comparator"]) for t in targets[1:]] == [("5.5", targets[1]["comparator"]), ("6.25", ">=")]


@pytest.mark.parametrize(
    ("kind", "given", "sentence"),
    [
        ("open_ended", {"kind": "due", "due_on": "2026-06-30"}, "保持原样、增加单位"),
        ("no_due", {"kind": "units", "units": [{"role": "lead", "unit_id": 1}]}, "填写时限或周期"),
        ("no_due", {"kind": "due"}, "请填写完成时限"),
        ("group", {"kind": "group", "member_ids": []}, "请选择组内的单位"),
        ("trend", {"kind": "target"}, "请填写目标值"),
        ("open_ended", {"kind": "units"}, "请选择至少一个单位"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused(call, imported, kind, given, sentence):
    with pytest.raises(Invalid) as refusal:
        answer(call, imported, questions(imported, kind), **given)

    assert sentence in refusal.value.text.zh


@pytest.mark.parametrize("value", ["1e400000", "NaN", "abc", "1" * 40, "0.12345678"])
def test_a_value_that_is_no_sensible_number_is_refused(call, imported, value):
    with pytest.raises(Invalid):
        answer(call, imported, questions(imported, "trend"), kind="target", value=value)


def test_a_question_is_answered_once(call, imported):
    asked = questions(imported, "open_ended")
    answer(call, imported, asked, kind="keep")

    with pytest.raises(Conflict) as conflict:
        answer(call, imported, asked, kind="keep")

    assert conflict.value.details["current"][0]["answer"] == {"kind": "keep"}


def test_a_question_of_another_checklist_is_not_there(call, imported, draft):
    with pytest.raises(NotFound):
        answer(call, draft, questions(imported, "open_ended"), kind="keep")


def test_answers_are_on_record(call, imported):
    answer(call, imported, questions(imported, "open_ended"), kind="keep", note="名单完整")

    entry = call("list_audit", as_="auditor")["entries"][0]
    assert (entry["action"], entry["detail"]["answer"]) == (
        "questions.answered",
        {"kind": "keep", "note": "名单完整"},
    )


def test_a_due_date_outside_the_year_becomes_a_question(call):
    text = NOTICE.replace("2026年10月底前", "2027年10月底前")
    file_id = call.upload("notice.txt", text.encode("gb18030"), as_="lead")

    made = call("import_notice", {"file_id": file_id, "year": 2026, "title": "我的清单"}, as_="lead")

    checklist = get(call, made["checklist_id"])
    asked = questions(checklist, "unclear_due")
    assert ["2027-10-31不在2026年清单之内" in one["text"]["zh"] for one in asked].count(True) == 1
    assert checklist["title"] == "我的清单"


def test_the_number_of_the_notice_is_kept_can_be_mended_and_goes_along_with_an_amendment(call, tasks_db):
    file_id = call.upload("notice.txt", f"歙就组[2025]3号\n{NOTICE.strip()}".encode(), as_="lead")
    checklist = get(call, call("import_notice", {"file_id": file_id, "year": 2026}, as_="lead")["checklist_id"])
    assert checklist["document_number"] == "歙就组〔2025〕3号"
    header = {name: checklist[name] for name in ("checklist_id", "title", "year", "level_names", "version")}

    mended = call("save_checklist", header | {"document_number": "歙就组 (2025) 4 号"}, as_="lead")
    kept = call("save_checklist", header | {"version": mended["version"]}, as_="lead")

    assert mended["document_number"] == kept["document_number"] == "歙就组〔2025〕4号"
    run(tasks_db, "UPDATE checklist SET state = 'issued' WHERE id = %s", (checklist["checklist_id"],))
    draft_id = call("start_amendment", {"checklist_id": checklist["checklist_id"]}, as_="lead")["checklist_id"]
    assert get(call, draft_id)["document_number"] == "歙就组〔2025〕4号"


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4", "只有一段话，没有编号。".encode(), b"PK\x03\x04 no zip"])
def test_a_file_that_is_no_notice_is_refused_and_nothing_is_stored(call, content):
    file_id = call.upload("notice.docx", content, as_="lead")

    with pytest.raises(CallersFault):
        call("import_notice", {"file_id": file_id, "year": 2026}, as_="lead")

    assert call("list_checklists", as_="lead")["checklists"] == []


def test_the_real_plan_becomes_a_draft(call):
    content = (Path(__file__).parents[1] / "unit" / "notices" / "county-plan.txt").read_bytes()
    file_id = call.upload("county-plan.txt", content, as_="lead")

    made = call("import_notice", {"file_id": file_id, "year": 2026}, as_="lead")

    listed = call("list_checklists", as_="leader")["checklists"][0]
    assert listed["open_questions"] == made["questions"] > 0
    assert listed["rows"] == made["areas"] + made["measures"] + 2 * made["tasks"]


def test_groups_that_a_notice_brings_can_be_saved_as_they_are(call, tasks_db):
    """However long it calls them, and however it writes one that is known."""
    known = call("save_group", {"name": "各 APP 运营单位", "aliases": [], "member_ids": []}, as_="lead")
    long = f"各{'从事家政服务或养老服务或' * 6}托育服务的单位"
    notice = f"一、促进就业\n（一）开展培训。（责任单位：{long}、各app运营单位、各APP运营单位）\n"
    file_id = call.upload("notice.txt", notice.encode(), as_="lead")

    made = call("import_notice", {"file_id": file_id, "year": 2026}, as_="lead")

    rows = call("get_checklist", {"checklist_id": made["checklist_id"]}, as_="lead")["rows"]
    named = [unit["group_id"] for unit in rows[1]["units"]]
    assert len(named) == len(set(named)) == 2
    assert known["group_id"] in named
    for group_id in named:
        group = call("get_group", {"group_id": group_id}, as_="lead")["group"]
        params = {name: group[name] for name in ("group_id", "name", "aliases", "version")}
        assert call("save_group", params | {"added_ids": []}, as_="lead")["name"] == group["name"]


@pytest.mark.parametrize("role", ["staff", "head", "admin", "leader", "auditor"])
def test_only_the_lead_bureau_drafts(call, role):
    with pytest.raises(Forbidden):
        call("create_checklist", {"title": "清单", "year": 2026}, as_=role)
