"""Pages on the real tasks service: what is sent twice, is stale, is wrong or is not allowed."""

import datetime as dt
import io
import re

import pytest

from tests.support.duties import a_duty, do, issued, issued_ids, today
from tests.support.tasks import a_draft

__all__ = ["today"]

SIZE_LIMIT = 60 * 1024


def state_of(call, duty):
    return call("get_duty", {"duty_id": duty["duty_id"]}, as_="lead")["state"]


def history_of(call, duty):
    return [entry["action"] for entry in call("get_duty", {"duty_id": duty["duty_id"]}, as_="lead")["history"]]


def opened(visit, duty, name="staff"):
    return visit(name).open(f"/duties/{duty['duty_id']}")


def test_a_duty_is_signed_for_by_a_button_and_marked_done_by_another(visit, call, today):
    duty = a_duty(call)
    person = visit("staff").open(f"/duties/{duty['duty_id']}")
    assert state_of(call, duty) == "issued"

    person.send(person.form("/duties/sign"))
    assert person.path == f"/duties/{duty['duty_id']}"
    assert "1 项已签收" in person.text
    assert not [form for form in person.forms if form.action.endswith("/sign")]
    person.send(person.form("/duties/done"), note="见台账")

    assert person.path == "/duties"
    assert "“事项1”已完成" in person.text
    assert history_of(call, duty) == ["issued", "acknowledged", "completed"]


def test_all_new_duties_of_the_list_are_signed_for_at_once(visit, call, today):
    duties = issued(call, "徽城镇", items=3)
    person = visit("staff")
    assert "3 项新责任还没有签收" in person.text
    form = person.form("/duties/sign")

    person.send(form)
    assert "3 项已签收" in person.text
    person.send(form)

    assert {state_of(call, duty) for duty in duties} == {"acknowledged"}
    assert not [one for one in person.forms if one.action.endswith("/sign")]


def test_somebody_above_is_not_asked_to_sign_for_a_unit_below(visit, call, world, today):
    (duty,) = issued(call, "古关村")

    for address in (f"/duties?unit={world.units['古关村']}", f"/duties/{duty['duty_id']}"):
        assert not [form for form in visit("staff").open(address).forms if form.action.endswith("/sign")]


@pytest.mark.parametrize("value", ["", "x", "1,,2", "-1", "1;2"])
def test_a_list_to_sign_for_that_was_tampered_with_is_refused(visit, call, today, value):
    a_duty(call)
    person = visit("staff")

    person.send(person.form("/duties/sign"), duty_ids=value)

    assert person.status == 422


def test_a_double_tap_is_answered_like_the_first_tap(visit, call, today):
    duty = a_duty(call)
    person = opened(visit, duty)
    form = person.form("/duties/done")

    person.send(form)
    person.send(form)

    assert "“事项1”已完成" in person.text
    assert history_of(call, duty).count("completed") == 1


def test_several_are_marked_done_at_once(visit, call, today):
    duties = issued(call, "徽城镇", items=3)
    person = visit("staff")

    person.send(person.form("/duties/done"), boxes=person.form("/duties/done").boxes[:2], note="一并完成")

    assert "等 2 项已完成" in person.text
    assert sorted(state_of(call, duty) for duty in duties) == ["accepted", "accepted", "issued"]


def test_marking_nothing_says_so_and_keeps_the_note(visit, call, today):
    a_duty(call)
    person = visit("staff")

    person.send(person.form("/duties/done"), note="差一点就忘了")

    assert person.status == 422
    assert "请先勾选" in person.text
    assert person.form("/duties/done").value("note") == "差一点就忘了"


def test_a_stale_page_shows_both_versions_and_asks(visit, call, today):
    duty = a_duty(call)
    person = opened(visit, duty)
    now = call("get_duty", {"duty_id": duty["duty_id"]}, as_="lead")
    do(call, "report_blocker", now, as_="head", reason="缺两名工作人员")

    person.send(person.form("/duties/done"), note="已经办完")

    assert person.status == 409
    assert "缺两名工作人员" in person.text
    assert "已经办完" in person.text
    assert state_of(call, duty) == "acknowledged"
    person.send(person.form("/duties/done"))
    assert state_of(call, duty) == "accepted"


def test_of_several_the_stale_ones_are_asked_about_and_the_others_done(visit, call, today):
    first, second = issued(call, "徽城镇", items=2)
    person = visit("staff")
    do(call, "report_blocker", first, as_="head", reason="缺人")

    form = person.form("/duties/done")
    person.send(form, boxes=form.boxes)

    assert person.status == 409
    assert (state_of(call, first), state_of(call, second)) == ("acknowledged", "accepted")
    person.send(person.form("/duties/done"))
    assert state_of(call, first) == "accepted"


def test_a_reason_that_is_missing_is_asked_for_beside_its_field(visit, call, today):
    duty = a_duty(call)
    person = opened(visit, duty)

    person.send(person.form("/blocker"), reason="  ")

    assert person.status == 422
    assert 'href="#blocker-reason"' in person.response.text


def test_the_whole_conversation_about_a_duty_is_had_on_its_page(visit, call, today):
    duty = a_duty(call, review_rule="all")
    unit, lead = opened(visit, duty), visit("lead")

    unit.send(unit.form("/note"), text="已联系三家企业")
    unit.send(unit.form("/blocker"), reason="场地未定")
    unit.send(unit.form("/clear-blocker"))
    unit.send(unit.form("/waiver"), reason="辖区内没有企业")
    lead.open("/review").open(f"/duties/{duty['duty_id']}")
    lead.send(lead.form("/refuse"), reason="有两家")
    unit.open(f"/duties/{duty['duty_id']}")
    unit.send(unit.form("/duties/done"), note="完成")
    lead.open(f"/duties/{duty['duty_id']}")
    lead.send(lead.form("/return"), reason="缺附件")
    unit.open(f"/duties/{duty['duty_id']}")
    assert "缺附件" in unit.text
    unit.send(unit.form("/duties/done"))
    lead.open("/review")
    lead.send(lead.form("/accept"), boxes=lead.form("/accept").boxes)

    assert state_of(call, duty) == "accepted"
    assert history_of(call, duty) == [
        *("issued", "acknowledged", "progress", "blocked", "unblocked", "waiver_asked", "waiver_refused"),
        *("submitted", "returned", "submitted", "accepted"),
    ]


def test_the_duty_of_another_unit_is_refused_with_the_number_of_the_request(visit, call, today):
    duty = a_duty(call, unit="深渡镇")

    person = opened(visit, duty)

    assert person.status == 403
    assert person.response.headers["X-Request-Id"] in person.text


@pytest.mark.parametrize("value", ["x", "1:x", ":", "1", "1:2:3", "-1:1", "9" * 30 + ":1"])
def test_a_duty_that_was_tampered_with_is_refused(visit, call, today, value):
    a_duty(call)
    person = visit("staff")

    person.send(person.form("/duties/done"), duties=value)

    assert person.status == 422


def test_a_form_without_a_command_id_is_refused(visit, call, today):
    duty = a_duty(call)
    person = opened(visit, duty)

    person.send(person.form("/duties/done"), command_id=None)

    assert person.status == 422
    assert state_of(call, duty) == "issued"


def test_foreign_fields_change_nothing(visit, call, today):
    duty = a_duty(call)
    person = opened(visit, duty)

    person.send(person.form("/duties/done"), state="waived", person_id="1", unit_id="3")

    assert state_of(call, duty) == "accepted"


def test_sixty_duties_and_the_style_sheet_weigh_less_than_60_kilobytes(visit, call, today):
    issued_ids(call, "徽城镇", items=75)
    person = visit("staff")
    style = re.search(r'href="(/static/qingdan\.css[^"]*)"', person.response.text)[1]
    icon = re.search(r'href="(/static/icon\.svg[^"]*)"', person.response.text)[1]

    loaded = [person.response.data, person.client.get(style).data, person.client.get(icon).data]

    assert person.response.text.count('name="duties"') == 60
    assert "还有 15 项没有列出，看全部 75 项" in person.text
    assert sum(map(len, loaded)) < SIZE_LIMIT


def test_a_parent_unit_sees_the_duties_of_a_unit_below_it(visit, call, world, today):
    issued(call, "古关村")

    person = visit("staff").open(f"/duties?unit={world.units['古关村']}")

    assert "古关村" in person.text
    assert len(person.form("/duties/done").boxes) == 1


def test_the_navigation_shows_only_what_the_role_may_use(visit):
    def entries(name):
        navigation = visit(name).response.text.partition('<nav class="main"')[2].partition("</nav>")[0]
        return re.findall(r'href="(/[a-z]*)"', navigation)

    assert entries("staff") == ["/duties", "/figures", "/difficulties", "/inbox"]
    assert entries("lead") == [
        *("/checklists", "/review", "/board", "/targets", "/figures", "/reports", "/remarks", "/difficulties"),
        *("/groups", "/inbox"),
    ]
    assert entries("admin") == ["/units", "/people", "/calendar", "/groups", "/inbox"]


def test_a_page_of_another_role_is_refused(visit):
    for path in ("/checklists", "/reports/new", "/people", "/audit"):
        assert visit("staff").open(path).status == 403


def test_a_row_is_edited_with_its_units_and_due_date(visit, call, world, today):
    draft = a_draft(call)
    item = draft["rows"][3]
    person = visit("lead").open(f"/rows/{item['row_id']}")

    township, bureau = f"unit:{world.units['徽城镇']}", f"unit:{world.units['县人社局']}"
    person.send(
        person.form(f"/rows/{item['row_id']}"),
        title="举办两场招聘会",
        due_on="2026年9月30日",
        review_rule="all",
        acceptance_rule="每场不少于二十家",
        units=[township],
        leads=[bureau],
    )

    row = call("get_row", {"row_id": item["row_id"]}, as_="lead")["row"]
    assert (row["title"], row["due_on"], row["review_rule"]) == ("举办两场招聘会", "2026-09-30", "all")
    assert [(unit["role"], unit["name"]) for unit in row["units"]] == [("lead", "县人社局"), ("support", "徽城镇")]


def test_saving_a_row_that_inherits_its_units_leaves_it_inheriting(visit, call, today):
    item = a_draft(call)["rows"][3]
    person = visit("lead").open(f"/rows/{item['row_id']}")

    person.send(person.form(f"/rows/{item['row_id']}"), title="另一个标题")

    row = call("get_row", {"row_id": item["row_id"]}, as_="lead")["row"]
    assert (row["title"], row["inherits_units"]) == ("另一个标题", True)


def test_one_unit_of_those_from_above_is_left_out_by_unticking_it(visit, call, today):
    rows, units = a_draft(call)["rows"], call.world.units
    both = {"units": [f"unit:{units['徽城镇']}", f"unit:{units['深渡镇']}"], "leads": None}
    above = next(row for row in rows if row["row_id"] == rows[3]["parent_id"])
    person = visit("lead").open(f"/rows/{above['row_id']}")
    person.send(person.form(f"/rows/{above['row_id']}"), **both)
    person.open(f"/rows/{rows[3]['row_id']}")
    form = person.form(f"/rows/{rows[3]['row_id']}")
    assert [value for name, value in form.fields if name == "units"] == both["units"]

    person.send(form, units=both["units"][1:])

    row = call("get_row", {"row_id": rows[3]["row_id"]}, as_="lead")["row"]
    assert (row["inherits_units"], [unit["name"] for unit in row["units"]]) == (False, ["深渡镇"])


def test_a_day_that_does_not_exist_stays_in_its_field_with_a_sentence(visit, call, today):
    item = a_draft(call)["rows"][3]
    person = visit("lead").open(f"/rows/{item['row_id']}")

    person.send(person.form(f"/rows/{item['row_id']}"), due_on="2026-02-31")

    assert person.status == 422
    assert "没有这一天" in person.text
    assert person.form(f"/rows/{item['row_id']}").value("due_on") == "2026-02-31"


def test_a_row_that_changed_meanwhile_shows_both_texts(visit, call, today):
    item = a_draft(call)["rows"][3]
    first, second = (visit("lead").open(f"/rows/{item['row_id']}") for _ in range(2))
    first.send(first.form(f"/rows/{item['row_id']}"), title="第一个人的标题")

    second.send(second.form(f"/rows/{item['row_id']}"), title="第二个人的标题")

    assert second.status == 409
    assert "第一个人的标题" in second.text
    assert "第二个人的标题" in second.text
    second.send(second.form(f"/rows/{item['row_id']}"))
    assert call("get_row", {"row_id": item["row_id"]}, as_="lead")["row"]["title"] == "第二个人的标题"


def test_rows_are_added_moved_and_deleted(visit, call, today):
    draft = a_draft(call, items=2)
    person = visit("lead").open(f"/rows/{draft['rows'][4]['row_id']}")

    person.send(person.form("/move"), direction="up")
    person.send(next(form for form in person.forms if form.action.endswith("/rows")), title="补一项")
    person.send(person.form("/delete"))

    rows = call("get_checklist", {"checklist_id": draft["checklist_id"]}, as_="lead")["rows"]
    assert [row["title"] for row in rows if row["level"] == 4] == ["事项2", "事项1"]


def test_a_notice_becomes_a_draft_whose_questions_are_answered_many_at_once(visit, call, world, today):
    notice = (
        "2026年就业工作方案\n一、工作举措\n(一)拓展岗位\n1.促进返乡创业。建设创业园。"
        "(责任单位:县人社局、县财政局等,各行业主管部门)\n2.举办招聘活动。每季度一场。(责任单位:县人社局)\n"
    )
    person = visit("lead").open("/checklists/import")
    form = person.form("/checklists/import")
    file = (io.BytesIO(notice.encode("gb18030")), "通知.txt")
    person.send(form, year="2026", file=file)
    checklist_id = int(re.search(r"/checklists/(\d+)$", person.path)[1])
    assert "从通知中读出" in person.text

    person.open(f"/checklists/{checklist_id}/questions")
    for _ in range(10):
        asked = [form for form in person.forms if form.action.endswith("/questions")]
        if not asked:
            break
        person.send(asked[0], **_answer_to(asked[0], world))

    assert "全部问题都已回答" in person.text
    questions = call("get_checklist", {"checklist_id": checklist_id}, as_="lead")["questions"]
    assert all(question["answered_at"] for question in questions)


def _answer_to(form, world):
    """Fill groups with two departments, set one due date for all, leave the rest as it stands."""
    ids = [value for name, value in form.fields + form.boxes if name == "question_ids"]
    kinds = {value for name, value in form.buttons if name == "answer"}
    if "group" in kinds:
        units = [f"unit:{world.units[name]}" for name in ("县发改委", "县财政局")]
        return {"question_ids": ids, "answer": "group", "units": units}
    if "due" in kinds:
        return {"question_ids": ids, "answer": "due", "due_on": "2026-12-31"}
    return {"question_ids": ids, "answer": "keep"}


def test_a_notice_without_structure_says_what_was_looked_for(visit):
    person = visit("lead").open("/checklists/import")

    person.send(person.form("/checklists/import"), year="2026", file=(io.BytesIO("天气晴。".encode()), "n.txt"))

    assert person.status == 422
    assert person.form("/checklists/import").value("year") == "2026"


@pytest.mark.parametrize(("now", "year"), [(2026, 2027), (2028, 2028)])
def test_a_plan_of_several_years_says_which_of_them_the_checklist_is_for(visit, call, today, now, year):
    today(dt.date(now, 11, 29))
    notice = (
        "歙县就业三年行动计划\n（2027—2029年）\n一、任务\n1.开展招聘会20场。（县人社局负责）\n"
        "2.建设创业园2个。（县财政局负责，2028年8月底前完成）\n"
    )
    person = visit("lead").open("/checklists/import")

    person.send(person.form("/checklists/import"), pasted=notice)

    checklist_id = int(re.search(r"/checklists/(\d+)$", person.path)[1])
    assert f"通知是 2027—2029 年的计划，按 {year} 年建清单" in person.text
    assert "通知里没有写年度" not in person.text
    draft = call("get_checklist", {"checklist_id": checklist_id}, as_="lead")
    assert (draft["year"], draft["plan"]["from_year"], draft["plan"]["to_year"]) == (year, 2027, 2029)
    figures = call("list_figures", {"checklist_id": checklist_id}, as_="lead")["figures"]
    assert [(one["name"], one["to_year"]) for one in figures] == [("开展招聘会", 2029), ("建设创业园", 2028)]
    pieces = call("list_pieces", {"checklist_id": checklist_id, "only_left_out": True}, as_="lead")["pieces"]
    assert "2027—2029" not in "".join(one["text"] for one in pieces)


def test_the_year_and_the_contact_of_a_notice_are_proposed_and_not_imposed(visit, call, today):
    today(dt.date(2026, 12, 21))
    notice = (
        "2027年招工安排\n一、任务\n1.走访企业。（县人社局负责）\n联 系 人：程立，电话：0559-6512345\n"
        "歙县人民政府办公室\n2026年12月20日\n"
    )
    person = visit("lead").open("/checklists/import")
    form = person.form("/checklists/import")
    assert form.value("year") == ""

    person.send(form, pasted=notice)

    checklist_id = int(re.search(r"/checklists/(\d+)$", person.path)[1])
    assert "年度取自通知：2027 年" in person.text
    draft = call("get_checklist", {"checklist_id": checklist_id}, as_="lead")
    assert (draft["year"], draft["contact"]) == (2027, "")

    [offered, _own] = [form for form in person.forms if form.action.endswith("/contact")]
    person.send(offered)

    assert call("get_checklist", {"checklist_id": checklist_id}, as_="lead")["contact"] == "程立 0559-6512345"
    assert len([form for form in person.forms if form.action.endswith("/contact")]) == 1


def test_a_notice_without_a_year_gets_this_one_and_the_page_says_so(visit, today):
    today(dt.date(2026, 3, 5))
    person = visit("lead").open("/checklists/import")

    person.send(person.form("/checklists/import"), pasted="招工安排\n一、任务\n1.走访企业。（县人社局负责）\n")

    assert "按今年（2026 年）" in person.text


@pytest.mark.parametrize("file", [None, (io.BytesIO(b""), "leer.txt")])
def test_no_file_or_an_empty_one_is_told_beside_the_field(visit, file):
    person = visit("lead").open("/checklists/import")

    person.send(person.form("/checklists/import"), year="2026", **({"file": file} if file else {}))

    assert person.status == 422
    assert 'href="#file"' in person.response.text


def test_a_sheet_goes_out_and_comes_back_in(visit, call, today):
    draft = a_draft(call, items=2)
    path = f"/checklists/{draft['checklist_id']}/sheet"
    person = visit("lead").open(path)

    person.send(person.form("/export"))
    workbook = person.response.data
    assert workbook[:2] == b"PK"
    person.open(path)
    person.send(person.form("/sheet"), file=(io.BytesIO(workbook), "清单.xlsx"))
    person.send(person.form("/confirm"))

    assert person.path == f"/checklists/{draft['checklist_id']}"
    assert "已导入" in person.text


def test_a_file_that_is_no_workbook_is_refused(visit, call, today):
    draft = a_draft(call)
    person = visit("lead").open(f"/checklists/{draft['checklist_id']}/sheet")

    person.send(person.form("/sheet"), file=(io.BytesIO(b"PK\x03\x04 broken"), "清单.xlsx"))

    assert person.status == 422


def test_a_checklist_is_previewed_and_issued_once(visit, call, today):
    draft = a_draft(call, due_on="2026-10-01")
    path = f"/checklists/{draft['checklist_id']}/issue"
    person = visit("lead").open(path)
    assert "3 项责任" in person.text.replace("下发 3 项责任", "3 项责任")
    assert "遇休息日顺延" in person.text
    form = person.form("/issue")

    person.send(form)
    assert "正在下发" in person.text
    assert 'http-equiv="refresh"' in person.response.text
    person.send(form)

    assert person.path.endswith("/progress")


def test_a_draft_with_gaps_says_what_is_missing_and_cannot_be_issued(visit, call, today):
    draft = a_draft(call, due_on=None)

    person = visit("lead").open(f"/checklists/{draft['checklist_id']}/issue")

    assert "没有完成时限" in person.text
    assert not [form for form in person.forms if form.action.endswith("/issue") or form.action == ""]


def test_a_person_is_made_with_a_password_that_is_shown_once(visit, portal, world):
    person = visit("admin").open("/people/new")
    form = person.form("/people/new")
    person.send(
        form,
        sign_in_name="new",
        display_name="新人",
        post="填报员",
        unit_id=str(world.units["石门乡"]),
        roles="unit_staff",
    )
    password = re.search(r'<p class="big-number"><code>([^<]+)', person.response.text)[1]

    newcomer = visit("staff")
    newcomer.send(newcomer.form("/sign-out"))
    newcomer.sign_in("new", password)

    assert newcomer.path == "/password"


def test_a_password_asked_for_twice_is_not_shown_again_but_another_can_be_had(visit, world):
    person = visit("admin").open(f"/people/{world.people['staff']}")
    form = person.form("/password")
    shown = re.compile(r'<p class="big-number"><code>([^<]+)')

    person.send(form)
    first = shown.search(person.response.text)[1]
    person.send(form)
    assert not shown.search(person.response.text)
    assert first not in person.text
    assert "已经给出过一次" in person.text
    person.send(person.form("/password"))

    assert shown.search(person.response.text)[1] != first


def test_units_and_groups_are_saved_and_errors_stand_beside_their_fields(visit, call, world):
    person = visit("admin").open(f"/units/{world.units['石门乡']}")
    person.send(person.form(f"/units/{world.units['石门乡']}"), aliases="石门\n石门乡人民政府")
    assert "已保存" in person.text
    person.open("/units/new")
    person.send(person.form("/units/new"), code="341021213", name="另一个乡", kind="township")
    assert person.status == 422
    person.open(f"/groups/{world.groups['各行业主管部门']}")
    person.send(person.form(f"/groups/{world.groups['各行业主管部门']}"), member_ids=[str(world.units["县发改委"])])

    found = call("list_units", as_="admin")
    unit = next(unit for unit in found["units"] if unit["name"] == "石门乡")
    group = next(group for group in found["groups"] if group["name"] == "各行业主管部门")
    assert unit["aliases"] == ["石门", "石门乡人民政府"]
    assert group["member_ids"] == [world.units["县发改委"]]


def test_units_come_from_a_csv_file_and_a_wrong_line_is_named(visit):
    person = visit("admin").open("/units/import")
    content = "code,name,kind,parent_code,aliases\n341021214,新乡,township,341021,\n,无码乡,township,341021,\n"

    person.send(person.form("/units/import"), file=(io.BytesIO(content.encode("gb18030")), "units.csv"))

    assert person.status == 422
    assert re.search(r"<td>3</td>", person.response.text)


def test_the_auditor_reads_what_was_done_and_what_was_refused(visit):
    visit("staff").open("/people")

    person = visit("auditor").open("/audit")

    text = person.text.replace(" ", "")
    assert "审计员登录auditor" in text
    assert "徽城镇填报员查看人员被拒绝您的岗位没有这项权限" in text


def test_notifications_being_down_does_not_take_the_pages_down(visit, call, today):
    """The portal of these tests has no notifications service behind it at all."""
    a_duty(call)

    assert visit("staff").status == 200
    assert visit("staff").open("/inbox").status == 500
