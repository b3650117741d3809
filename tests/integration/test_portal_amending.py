"""Amending an issued checklist in the browser: begin, change, compare, issue, and what was amended."""

import datetime as dt
import io
import re

import openpyxl
import pytest

from tests.support.checklists import DUE_ON, add_row, draft, issue, lead, work_off
from tests.support.duties import today

__all__ = ["today"]

pytestmark = pytest.mark.usefixtures("today")

SEPTEMBER = dt.date(2026, 9, 30)


@pytest.fixture
def checklist(call, tasks_db):
    units = call.world.units
    drafted = draft(tasks_db)
    add_row(tasks_db, drafted, "开展招聘活动", units=[lead(units["徽城镇"]), lead(units["深渡镇"])], due_on=DUE_ON)
    add_row(tasks_db, drafted, "上报总结", units=[lead(units["徽城镇"])], due_on=DUE_ON)
    issue(call, drafted)
    return drafted


def link_to(person, title):
    """Where the line with this title leads to."""
    html = person.response.get_data().decode()
    return re.search(rf'href="([^"]+)">{title}</a>', html)[1]


def change_date(person, title, day):
    person.open(link_to(person, title))
    person.send(next(form for form in person.forms if "due_on" in dict(form.fields)), due_on=day.isoformat())


def issue_form(person):
    return next(form for form in person.forms if "seen" in dict(form.fields))


def changed_in_file(person):
    """The rows that changed, out of the workbook that the page gives."""
    person.send(person.form("/xlsx"))
    rows = list(openpyxl.load_workbook(io.BytesIO(person.response.data)).worksheets[0].values)[3:]
    return [(kind, number, title, changes) for kind, number, _level, title, changes in rows]


def begin(visit, checklist):
    """Whoever leads the bureau on the page of the draft, and the address of that page."""
    person = visit("lead").open(f"/checklists/{checklist.id}")
    person.send(person.form("/amend"))
    return person, person.path


def test_a_wrong_date_is_mended_in_a_draft_that_is_compared_and_issued_with_a_reason(visit, checklist, tasks_db):
    person, draft_page = begin(visit, checklist)
    assert "照草稿一样修改" in person.text
    assert "已下发清单的调整稿" in person.text
    change_date(person, "开展招聘活动", SEPTEMBER)

    person.open(f"{draft_page}/amendment")
    assert "第 2 版" in person.text
    assert "6月30日 周二" in person.text
    assert "9月30日 周三" in person.text
    assert "变动 2 项" in person.text
    assert "徽城镇" in person.text
    assert changed_in_file(person) == [("修改", "1.1.1.1", "开展招聘活动", "完成时限：2026-06-30 → 2026-09-30")]
    person.open(f"{draft_page}/amendment")
    person.send(issue_form(person), reason=" ")
    assert (person.status, "调整原因" in person.text) == (422, True)
    person.send(issue_form(person), reason="时限写错")
    work_off(tasks_db)

    person.open(f"/checklists/{checklist.id}/progress")
    assert "2 项责任有变化" in person.text
    person.open(f"/checklists/{checklist.id}")
    assert "第 2 版" in person.text
    person.open(f"/checklists/{checklist.id}/revisions")
    assert "时限写错" in person.text
    assert "变动 2 项" in person.text
    assert changed_in_file(person) == [("修改", "1.1.1.1", "开展招聘活动", "完成时限：2026-06-30 → 2026-09-30")]
    staff = visit("staff").open("/duties")
    staff.open(link_to(staff, "开展招聘活动"))
    assert "随清单调整" in staff.text
    assert "6月30日 周二 → 9月30日 周三 时限写错" in staff.text


def test_a_page_left_open_says_that_the_amendment_went_out_and_leads_there(visit, checklist, tasks_db):
    person, draft_page = begin(visit, checklist)
    change_date(person, "开展招聘活动", SEPTEMBER)
    form = issue_form(person.open(f"{draft_page}/amendment"))
    person.send(form, reason="时限写错")

    for page in (f"{draft_page}/amendment", draft_page):
        person.open(page)
        assert (person.status, "已下发" in person.text) == (404, True)
        assert f'href="/checklists/{checklist.id}"' in person.response.get_data().decode()
    form.action = f"{draft_page}/amendment"
    person.send(form, reason="时限写错，再发一次", command_id="d3b0a7a2-0f3c-4f0e-9c1d-1f2a3b4c5d6e")
    assert "这份调整稿已经下发" in person.text
    assert "时限写错，再发一次" in person.text


def test_what_will_be_overdue_at_once_is_said_and_confirmed_with_a_tick(visit, checklist, call):
    person, draft_page = begin(visit, checklist)
    change_date(person, "开展招聘活动", dt.date(2026, 5, 6))
    person.open(f"{draft_page}/amendment")
    assert "2 项将立即逾期" in person.text

    person.send(issue_form(person), reason="省里要求提前")
    assert (person.status, "请勾选确认" in person.text, "省里要求提前" in person.text) == (422, True, True)
    person.send(issue_form(person), reason="省里要求提前", knows_late="1")

    assert person.path.endswith("/progress")


def test_units_that_gain_and_lose_stand_on_the_page_and_in_the_history(visit, checklist, call, tasks_db):
    person, draft_page = begin(visit, checklist)
    person.open(link_to(person, "上报总结"))
    form = next(form for form in person.forms if "due_on" in dict(form.fields))
    person.send(form, leads=f"unit:{call.world.units['石门乡']}", units=None)
    person.open(f"{draft_page}/amendment")
    for said in ("徽城镇 改为 石门乡", "石门乡新增：上报总结", "徽城镇撤销：上报总结"):
        assert said.replace(" ", "") in person.text.replace(" ", "").replace("→", "")

    person.send(issue_form(person), reason="换单位")
    work_off(tasks_db)

    for page in ("revisions", "revisions/2"):
        text = person.open(f"/checklists/{checklist.id}/{page}").text.replace(" ", "")
        assert "石门乡新增：上报总结" in text


def test_what_changed_after_it_was_looked_at_is_shown_with_what_was_typed(visit, checklist, call):
    person, draft_page = begin(visit, checklist)
    change_date(person, "开展招聘活动", SEPTEMBER)
    person.open(f"{draft_page}/amendment")
    form = issue_form(person)
    other = visit("lead").open(draft_page)
    change_date(other, "上报总结", SEPTEMBER)

    person.send(form, reason="时限写错")

    assert person.status == 409
    assert "核对之后又有改动" in person.text
    assert "时限写错" in person.text
    assert "变动 3 项" in person.text


def test_nothing_to_amend_is_said_and_a_draft_that_is_no_amendment_has_no_such_page(visit, checklist, call):
    person, draft_page = begin(visit, checklist)
    person.open(f"{draft_page}/amendment")
    assert "清单的内容没有改动" in person.text
    person.send(issue_form(person), reason="没有")
    assert (person.status, "没有不同" in person.text) == (422, True)
    assert person.open(f"/checklists/{checklist.id}/amendment").status == 404
    assert visit("staff").open(f"{draft_page}/amendment").status == 403


def test_the_list_calls_the_draft_an_amendment_and_readers_see_no_button(visit, checklist):
    begin(visit, checklist)

    assert "调整稿" in visit("lead").open("/checklists").text
    leader = visit("leader").open(f"/checklists/{checklist.id}")
    assert "调整清单" not in leader.text
