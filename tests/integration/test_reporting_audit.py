"""The auditor's list of reporting: who did what with indicators, reports, checks, submissions and figures, and when."""

import datetime as dt
import io

import openpyxl
import pytest

from services.stats.audit.kinds import KINDS
from services.stats.submissions.submission import Action
from shared.errors import Forbidden
from shared.events import PersonChanged
from tests.support.checklists import fetch
from tests.support.figures import an_indicator
from tests.support.reports import again, start, wished
from tests.support.stats import COUNTY, HUICHENG, SHENDU, call, received, take
from tests.support.submissions import LOCK, a_round, accept, act, submit

MAY = "2026-05"
A_CHECK = {
    "check_id": None,
    "version": None,
    "name": "岗位不多于就业",
    "kind": "formula",
    "indicator_id": None,
    "strictness": "soft",
    "sentence_zh": "岗位数大于就业数。",
    "sentence_en": "",
}


def listed(stats, **sought):
    return call(stats, "list_reporting_audit", sought, as_="auditor")["entries"]


def actions(stats, **sought):
    return [one["action"] for one in listed(stats, **sought)]


def changed(entry):
    return {one["field"]: (one["before"], one["after"]) for one in entry["changes"]}


def test_what_was_done_with_a_submission_is_listed_with_who_of_then_and_from_what_to_what(stats, stats_db):
    made = a_round(stats_db)
    submit(stats, made)
    act(stats, "take_back_submission", made, as_="staff")
    submit(stats, made)
    act(stats, "return_submission", made, as_="lead", reason="数字有误")
    submit(stats, made)
    accept(stats, made, HUICHENG)
    act(stats, "correct_submission", made, as_="staff", reason="漏了一笔")

    found = listed(stats)

    assert [one["action"] for one in found] == [
        f"submission.{action}"
        for action in ("corrected", "accepted", "submitted", "returned", "submitted", "taken_back", "submitted")
    ]
    returned = found[3]
    assert (returned["person_id"], returned["post"], returned["unit"]) == (2, "岗位", "县人社局")
    assert (returned["subject"], returned["of_unit"], returned["period"]) == ("就业情况月报", "徽城镇", MAY)
    assert returned["text"] == "数字有误"
    assert changed(returned) == {"submission_state": (["at_lead"], ["returned"])}
    assert set(actions(stats, kind="reviewing")) == {"submission.accepted", "submission.returned"}


def test_every_act_on_a_submission_but_a_draft_belongs_to_a_kind():
    known = {act for acts in KINDS.values() for act in acts}

    assert {f"submission.{action}" for action in Action if action is not Action.SAVED} <= known


def test_indicators_and_reports_are_listed_with_what_was_changed(stats, stats_db):
    jobs = an_indicator(stats_db, "jobs", decimals=0)
    made = start(stats, call(stats, "save_report", wished([jobs]), as_="lead"))
    call(stats, "save_report", again(made, contact="就业股"), as_="lead")

    contact, started, new = listed(stats, kind="reports")

    assert {one["subject"] for one in (contact, started, new)} == {"就业月报"}
    assert changed(contact) == {"contact": ([], ["就业股"])}
    assert changed(started) == {"report_state": (["draft"], ["active"])}
    assert changed(new)["lines"] == ([], ["一、就业 指标jobs"])
    assert changed(new)["named_units"][1] == ["徽城镇", "深渡镇", "石门乡"]


def test_days_that_were_set_for_a_unit_are_listed(stats, stats_db):
    made = call(stats, "save_report", wished([an_indicator(stats_db, "jobs", decimals=0)]), as_="lead")
    row = fetch(stats_db, f"SELECT id, expected_from FROM report_unit WHERE unit_id = {SHENDU}")[0]
    days = {"expected_from": "2026-04-01", "expected_until": None, "was_until": None}
    params = days | {"report_unit_id": row.id, "was_from": row.expected_from.isoformat()}

    call(stats, "save_report_unit", params, as_="lead")

    (entry,) = [one for one in listed(stats, kind="reports") if one["action"] == "report_unit.saved"]
    assert (entry["subject"], entry["of_unit"]) == (made["name"], "深渡镇")
    assert changed(entry) == {"expected_from": ([row.expected_from.isoformat()], ["2026-04-01"])}


def test_checks_say_who_made_changed_and_switched_them(stats, stats_db):
    made = a_round(stats_db)
    codes = [row.code for row in fetch(stats_db, "SELECT code FROM indicator ORDER BY id")]
    params = A_CHECK | {"report_id": made.report_id, "condition": f"{codes[2]} <= {codes[0]}"}
    check = call(stats, "save_check", params, as_="lead")
    ids = {"check_id": check["check_id"]}
    check = call(stats, "save_check", params | ids | {"version": check["version"], "strictness": "hard"}, as_="lead")
    call(stats, "switch_check", ids | {"state": "on", "version": check["version"]}, as_="lead")

    switched, harder, new = listed(stats, kind="checks")

    assert {one["subject"] for one in (switched, harder, new)} == {"就业情况月报 · 岗位不多于就业"}
    assert changed(switched) == {"check_state": (["draft"], ["on"])}
    assert changed(harder) == {"strictness": (["soft"], ["hard"])}
    assert new["person_id"] == 2
    assert new["changes"]


def test_unlocking_adjusting_and_figures_from_outside_are_listed(stats, stats_db):
    made = a_round(stats_db)
    jobs, outside = made.indicators["JOBS"], an_indicator(stats_db, "gdp", type="external")
    until = {"until_on": (LOCK + dt.timedelta(days=9)).isoformat()}
    unlocked = {"round_id": made.round_id, "unit_id": HUICHENG, "reason": "停电补报"}
    adjusted = {"indicator_id": jobs, "unit_id": COUNTY, "period": MAY, "amount": "3", "reason": "重复统计"}
    external = {"indicator_id": outside, "period": MAY, "source": "市统计局", "reason": "修订"}
    call(stats, "grant_exception", unlocked | until, as_="lead")
    call(stats, "save_adjustment", adjusted, as_="lead")
    call(stats, "record_external", external | {"typed": "10"}, as_="lead")
    call(stats, "record_external", external | {"typed": "11"}, as_="lead")

    second, first, adjustment = listed(stats, kind="figures")
    (exception,) = listed(stats, kind="rounds")

    assert (exception["of_unit"], exception["period"], exception["text"]) == ("徽城镇", MAY, "停电补报")
    assert changed(exception) == {"until_on": ([], [until["until_on"]])}
    assert (adjustment["of_unit"], adjustment["text"]) == ("歙县", "重复统计")
    assert changed(adjustment) == {"amount": ([], ["3"])}
    assert changed(first) == {"figure": ([], ["10.00"]), "source": ([], ["市统计局"])}
    assert changed(second) == {"figure": (["10.00"], ["11.00"])}


def test_imports_say_who_took_them_over_and_settings_who_changed_them(stats, stats_db):
    an_indicator(stats_db, "XZJY")
    taken, left = staged(stats), staged(stats)
    call(stats, "apply_import", taken, as_="lead")
    call(stats, "apply_import", taken, as_="lead")
    call(stats, "discard_import", left, as_="lead")
    setting = {"unit_id": HUICHENG, "needs_head": True, "version": None}
    call(stats, "save_unit_setting", setting, as_="head")

    assert actions(stats, kind="imports") == ["import.discarded", "import.applied", "import.begun", "import.begun"]
    (entry,) = listed(stats, kind="settings")
    assert (entry["of_unit"], entry["person_id"]) == ("徽城镇", 6)
    assert changed(entry) == {"needs_head": (["false"], ["true"])}


def staged(stats):
    """An import of one figure, checked."""
    run = call(stats, "begin_import", {"source": "年报"}, as_="lead")
    cell = {"first": 1, "lines": "Sheet1!D2\tXZJY\t徽城镇\t2024-05\t7"}
    call(stats, "add_import_cells", run | cell, as_="lead")
    call(stats, "check_import", run, as_="lead")
    return run


def test_what_was_refused_here_is_listed_with_the_sentence(stats):
    with pytest.raises(Forbidden):
        call(stats, "save_report", {}, as_="staff")

    (entry,) = listed(stats, kind="refusals")
    assert (entry["operation"], entry["person_id"], entry["unit"]) == ("save_report", 5, "徽城镇")
    assert entry["text"]


def test_only_the_auditor_reads_it(stats):
    for somebody in ("lead", "leader", "admin", "staff", "head"):
        with pytest.raises(Forbidden):
            call(stats, "list_reporting_audit", {}, as_=somebody)


def test_it_is_found_by_person_unit_and_day_and_a_page_at_a_time(stats, stats_db):
    made = a_round(stats_db)
    submit(stats, made)
    submit(stats, made, SHENDU, as_=a_colleague(stats, SHENDU))
    accept(stats, made, HUICHENG, SHENDU)

    assert len(listed(stats)) == 4
    assert {one["of_unit"] for one in listed(stats, unit="深渡")} == {"深渡镇"}
    assert {one["action"] for one in listed(stats, unit="人社")} == {"submission.accepted"}
    assert [one["person_id"] for one in listed(stats, person="无此人", person_ids=[5])] == [5]
    assert listed(stats, person="无此人") == []
    assert len(listed(stats, person="岗位")) == 3
    assert listed(stats, until="2020-01-01") == []
    assert len(listed(stats, since="2020-01-01")) == 4
    pages = [call(stats, "list_reporting_audit", {"size": 3, "page": page}, as_="auditor") for page in (1, 2, 9)]
    assert [len(page["entries"]) for page in pages] == [3, 1, 1]
    assert (pages[0]["total"], pages[0]["pages"], pages[0]["is_more"]) == (4, 2, False)
    assert pages[0]["entries"] + pages[1]["entries"] == listed(stats)


def a_colleague(stats, unit_id):
    take(stats, [received(PersonChanged(99, unit_id, "统计员", ["unit_staff"], is_active=True, version=1))])
    return 99


@pytest.fixture
def reported(house):
    units, people = house.world.units, house.world.people
    stats = house.services["stats"]
    stats.today = lambda: dt.date(2026, 6, 10)
    made = a_round(stats.database, units["徽城镇"])
    submit(stats, made, units["徽城镇"], as_=people["staff"])
    accept(stats, made, units["徽城镇"], as_=people["lead"])
    return made


def test_the_page_names_people_and_is_found_beside_the_list_of_duties(house, reported):
    auditor = house.sign_in("auditor").open("/audit")
    assert "/audit/figures" in auditor.response.get_data(as_text=True)

    text = auditor.open("/audit/figures").text.replace(" ", "")

    assert auditor.status == 200
    assert "报送和数据" in text
    assert "审核通过" in text
    assert "就业情况月报·徽城镇·2026年5月" in text
    assert "状态：待牵头单位审核→改为已通过" in text
    assert "县人社局就业股股长" in text


def test_the_page_finds_by_name_and_says_what_is_wrong_with_a_day(house, reported):
    auditor = house.sign_in("auditor")

    found = auditor.open("/audit/figures?person=lead").text
    assert "审核通过" in found
    assert "2026年5月" in found
    assert "没有找到符合的记录" in auditor.open("/audit/figures?person=无此人").text
    assert auditor.open("/audit/figures?since=2026-02-31").status == 422
    assert "没有这一天" in auditor.text
    assert house.sign_in("lead").open("/audit/figures").status == 403


def test_the_page_is_taken_away_as_a_workbook(house, reported):
    auditor = house.sign_in("auditor").open("/audit/figures?kind=reviewing")

    auditor.send(auditor.form("/audit/figures/xlsx"))

    sheet = openpyxl.load_workbook(io.BytesIO(auditor.response.get_data())).worksheets[0]
    cells = [[cell for cell in row if cell] for row in sheet.iter_rows(values_only=True)]
    assert any("审核通过" in row for row in cells)
    assert not any("提交" in row for row in cells)
    auditor.send(auditor.open("/audit/figures").form("/audit/figures/jsonl"))
    assert auditor.status == 200
    assert "导出和下载" in house.sign_in("auditor").open("/audit?kind=exports").text
