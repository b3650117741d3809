"""Pages of indicators, reports and rounds, as the lead bureau defines them and others read them."""

import datetime as dt
import io
import re

import pytest
from openpyxl import Workbook, load_workbook

from shared import clock
from tests.support.checklists import fetch, run
from tests.support.house import House
from tests.support.tasks import ALL_TOWNSHIPS

TODAY = dt.date(2026, 6, 10)


@pytest.fixture
def lead(house: House, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    house.services["stats"].today = lambda: TODAY  # type: ignore[attr-defined]
    return house.sign_in("lead")


def new_indicator(lead, code="JY01", name="城镇新增就业人数", **fields):
    lead.open("/indicators/new")
    typed = {
        "code": code,
        "name": name,
        "definition": "报告期内新就业的人数",
        "unit_of_measure": "人",
        "period_kind": "month",
        "type": "flow",
        "valid_from": "2026-01-01",
    }
    return lead.send(lead.form("/indicators/new"), **typed | fields)


def indicator_ids(house):
    return {row.code: row.id for row in fetch(house.databases["stats"], "SELECT id, code FROM indicator")}


def new_report(house, lead, **fields):
    """A monthly report from April on with two indicators in two sections, to the group of all townships."""
    new_indicator(lead)
    new_indicator(lead, "JY02", "失业人员再就业人数")
    house.deliver()
    ids = indicator_ids(house)
    group = f"group:{house.world.groups[ALL_TOWNSHIPS]}"
    form = lead.open("/reports/new").form("/reports/new")
    assert [value for name, value in form.boxes if name == "add"] == [str(ids["JY01"]), str(ids["JY02"])]
    typed = {"table_number": "歙就统1表", "name": "就业月报", "first_period": "2026-04", "recipients": group}
    chosen = {"add": [str(ids["JY01"]), str(ids["JY02"])], "add_section": "一、就业"}
    lead.send(form, **typed | chosen | fields)
    return ids


def announce_groups(house, call):
    """The template of the tests made its groups without a word; saving one says it."""
    group_id = house.world.groups[ALL_TOWNSHIPS]
    call("join_groups", {"unit_id": house.world.units["县发改委"], "group_ids": [group_id]}, as_="admin")
    house.deliver()


def test_an_indicator_is_defined_read_by_all_and_changed_with_its_history(house: House, lead):
    new_indicator(lead)
    assert "已保存" in lead.text
    (indicator_id,) = indicator_ids(house).values()
    page = f"/indicators/{indicator_id}"

    form = lead.open(f"{page}/edit").form(f"{page}/edit")
    lead.send(form, definition="报告期内新就业的人数减去自然减员", decimals="1")

    staff = house.sign_in("staff").open(page)
    assert "报告期内新就业的人数减去自然减员" in staff.text
    assert "各单位的数可以相加" in staff.text
    assert "小数位数" in staff.text
    assert f"{page}/edit" not in staff.response.text
    assert staff.open("/indicators?q=再就业").text.count("没有找到符合的指标")


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(lead):
    new_indicator(lead, type="ratio", numerator="JY99", unit_of_measure="%")

    assert lead.status == 422
    assert "没有代码是“JY99”的指标" in lead.text
    assert "比率要填分子和分母" in lead.text
    assert 'value="城镇新增就业人数"' in lead.response.text


def test_two_people_change_an_indicator_and_the_second_compares(house: House, lead):
    new_indicator(lead)
    (indicator_id,) = indicator_ids(house).values()
    page = f"/indicators/{indicator_id}/edit"
    form = lead.open(page).form(page)
    lead.send(form, name="别人改的名称")

    lead.open(page).send(form, name="我改的名称", command_id="0d7f5a2e-7a3f-4f0e-9a52-0a8d3f0c1a11")

    assert lead.status == 409
    assert "别人改的名称" in lead.text
    assert "我改的名称" in lead.text


def test_two_people_change_a_report_and_the_second_compares(house: House, lead):
    new_report(house, lead)
    (report,) = fetch(house.databases["stats"], "SELECT id FROM report")
    page = f"/reports/{report.id}/edit"
    form = lead.open(page).form(page)
    lead.send(form, name="别人改的报表")

    lead.open(page).send(form, name="我改的报表", command_id="0d7f5a2e-7a3f-4f0e-9a52-0a8d3f0c1a12")

    assert lead.status == 409
    assert "别人改的报表" in lead.text
    assert "我改的报表" in lead.text


# --- workbooks ---


def workbook(rows):
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def upload(person, content, name="指标.xlsx"):
    form = person.open("/indicators/import").form("/indicators/import")
    return person.send(form, file=(io.BytesIO(content), name))


def test_the_list_goes_out_as_a_workbook_and_comes_back_in(house: House, lead):
    new_indicator(lead)
    new_indicator(lead, "JY09", "上限控制", type="ceiling", bound="4.5", decimals="1", unit_of_measure="%")
    lead.open("/indicators")
    lead.send(lead.form("/indicators/xlsx"))
    book = load_workbook(io.BytesIO(lead.response.get_data()))
    sheet = book.worksheets[0]
    names = {cell.value: cell for cell in sheet[4]}
    assert "城镇新增就业人数" in names
    names["城镇新增就业人数"].value = "新增就业"
    changed = io.BytesIO()
    book.save(changed)

    upload(lead, changed.getvalue())
    assert "还没有保存" in lead.text
    assert re.search(r"城镇新增就业人数.*新增就业", lead.text)
    assert "个不变" in lead.text
    lead.send(lead.form("/indicators/import/confirm"))

    assert "新增 0 项指标，更新 1 项" in lead.text
    assert [row.name for row in fetch(house.databases["stats"], "SELECT name FROM indicator ORDER BY code")] == [
        "新增就业",
        "上限控制",
    ]


def test_errors_of_a_workbook_are_told_cell_by_cell_and_nothing_is_stored(house: House, lead):
    head = ["代码", "名称", "口径", "计量单位", "报告期", "类型", "启用日期", "颜色"]
    wrong = workbook([head, ["JY01", "甲", "口径", "人", "旬", "流量", "2026-02-31", "红"]])

    upload(lead, wrong)

    assert lead.status == 422
    cells = re.findall(r"<tr><td>(\d+)</td><td>(.*?)</td>", lead.response.text)
    assert cells == [("2", "报告期"), ("2", "启用日期")]
    assert indicator_ids(house) == {}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"not a workbook", "Excel"),
        (workbook([["甲", "乙"], [1, 2]]), "没有找到表头"),
        (workbook([["代码", "名称"]]), "表头下面没有内容"),
        (workbook([["代码", "名称", "口径"], ["JY01", "=1+1", "口径"]]), "这里是公式"),
        (workbook([["代码", "名称", "口径"], ["JY01", "#N/A", "口径"]]), "这里是错误值"),
        (workbook([["代码", "名称"], *[["JY01", "甲"]] * 1001]), "最多导入 1000 行"),
        (workbook([["代码", "名称"], *[[None, None]] * 5000, ["JY01", "甲"]]), "范围太大"),
        (workbook([["代码", "名称", *["旁"] * 60], ["JY01", "甲"]]), "范围太大"),
    ],
)
def test_what_is_no_sheet_of_indicators_is_refused_with_a_sentence(lead, content, said):
    upload(lead, content)

    assert lead.status == 422
    assert said in lead.text


def test_the_template_itself_can_be_read(house: House, lead):
    lead.open("/indicators/import")
    lead.send(lead.form("/indicators/import/template"))
    content = lead.response.get_data()
    new_indicator(lead, "JY03", "就业困难人员就业人数")

    upload(lead, content)

    assert "个新增" in lead.text
    assert "就业困难人员占比" in lead.text


# --- reports ---


def test_a_report_is_made_started_and_opens_its_rounds(house: House, lead, call):
    announce_groups(house, call)
    new_report(house, lead)
    assert "已保存" in lead.text
    assert "2026年8月" in lead.text
    assert "启用后会立即补开这些已经结束的报期" in lead.text
    assert "已过，单位一开始就是逾期" in lead.text
    lead.send(lead.form(re.search(r"/reports/\d+/start", lead.response.text)[0]))
    assert "报表已启用" in lead.text

    house.services["stats"].keep_rounds()  # type: ignore[attr-defined]

    leader = house.sign_in("leader").open("/reports")
    assert "已报 0/4" in leader.text
    leader.open(re.search(r"/rounds/\d+", leader.response.text)[0])
    assert "还没有报的：县发改委、徽城镇、深渡镇、石门乡" in leader.text
    assert "未报，已过应报日" in leader.text
    assert "/unlock" not in leader.response.text


def test_a_report_says_what_each_change_made_of_it_from_what_to_what(house: House, lead, call):
    announce_groups(house, call)
    new_report(house, lead)
    edit = lead.path + "/edit"
    lead.send(lead.open(edit).form("/edit"), contact="就业股", due_days="8")
    lead.send(lead.open(edit).form("/edit"), last_period="2026-12")

    shown = house.sign_in("auditor").open(edit.removesuffix("/edit")).text.replace(" ", "").partition("历次修改")[2]

    newest, second, first = re.split("县人社局", shown)[1:]
    assert "最后一期：（没有）→2026-12" in newest
    assert "联系方式：（没有）→就业股" in second
    assert "应报日：5→8" in second
    assert "新增报表" in first


def test_lines_are_put_in_order_added_and_taken_out_without_a_script(house: House, lead):
    ids = new_report(house, lead)
    new_indicator(lead, "JY03", "就业困难人员就业人数")
    ids = indicator_ids(house)
    (report,) = fetch(house.databases["stats"], "SELECT id FROM report")
    page = f"/reports/{report.id}/edit"
    form = lead.open(page).form(page)

    lead.send(form, again="1", add=str(ids["JY03"]), add_section="二、重点群体")
    assert lead.status == 200
    assert "就业困难人员就业人数" in lead.text
    form = lead.form(page)
    lead.send(form, **{f"order-{ids['JY02']}": "1", f"order-{ids['JY03']}": "2", "out": str(ids["JY01"])})

    lines = fetch(
        house.databases["stats"],
        "SELECT code, section FROM report_line JOIN indicator ON indicator.id = indicator_id ORDER BY position",
    )
    assert [tuple(line) for line in lines] == [("JY02", "一、就业"), ("JY03", "二、重点群体")]


def test_what_a_report_lacks_is_said_and_the_lines_stay(house: House, lead):
    new_report(house, lead, first_period="2026-Q1")

    assert lead.status == 422
    assert "月报的期请写成 2026-01 的形式" in lead.text
    assert "城镇新增就业人数" in lead.text
    assert "一、就业" in lead.response.text


def test_the_days_of_a_unit_are_corrected(house: House, lead, call):
    announce_groups(house, call)
    new_report(house, lead)
    (report,) = fetch(house.databases["stats"], "SELECT id FROM report")
    lead.open(f"/reports/{report.id}/units?q=石门")
    page = re.search(rf"/reports/{report.id}/units/\d+", lead.response.text)[0]

    lead.send(lead.open(page).form(page), expected_until="2026-05-01")

    assert "“石门乡”的起止日期已保存" in lead.text
    assert "人工更正" in lead.text
    lead.send(lead.open(page).form(page), expected_until="2026-01-01")
    assert "截止日期不能早于开始日期" in lead.text


def test_a_round_is_unlocked_for_one_unit_by_name(house: House, lead, call):
    announce_groups(house, call)
    new_report(house, lead)
    lead.send(lead.form(re.search(r"/reports/\d+/start", lead.response.text)[0]))
    house.services["stats"].keep_rounds()  # type: ignore[attr-defined]
    (opened,) = fetch(house.databases["stats"], "SELECT id FROM round WHERE period = '2026-04'")
    shimen = house.world.units["石门乡"]
    page = f"/rounds/{opened.id}/unlock"
    lead.open(f"{page}?unit={shimen}")
    lead.send(lead.form(page), reason="漏报补录", until_on="2026-06-09")
    assert "不能早于今天" in lead.text
    assert "漏报补录" in lead.response.text

    lead.send(lead.form(page), reason="漏报补录", until_on="2026-06-20")

    assert "已解锁" in lead.text
    auditor = house.sign_in("auditor").open(f"/rounds/{opened.id}")
    assert re.search(r"石门乡.*解锁至.*漏报补录.*县人社局", auditor.text, re.DOTALL)


def test_units_have_no_pages_of_reports_and_nobody_but_the_lead_bureau_changes_them(house: House, lead, call):
    new_report(house, lead)
    (report,) = fetch(house.databases["stats"], "SELECT id FROM report")

    assert house.sign_in("staff").open(f"/reports/{report.id}").status == 403
    leader = house.sign_in("leader").open(f"/reports/{report.id}")
    assert "/start" not in leader.response.text
    assert leader.open(f"/reports/{report.id}/edit").status == 403


def test_a_form_that_is_sent_as_it_was_opened_changes_nothing(house: House, lead, call):
    """Everything at its limits, in another order than a page would make."""
    announce_groups(house, call)
    new_report(house, lead, table_number="表" * 40, due_rule="day", due_days="31", contact="联系" * 90)
    new_indicator(
        lead, "A" * 30, "名" * 60, definition="第一行\n" + "口径" * 900, type="ceiling", bound="0.000001", decimals="6"
    )
    database = house.databases["stats"]
    (report,) = fetch(database, "SELECT id FROM report")
    run(database, "UPDATE report_line SET section = repeat('组', 100)")
    (days,) = fetch(database, "SELECT min(id) AS id FROM report_unit")
    pages = [f"/indicators/{one}/edit" for one in indicator_ids(house).values()]
    pages += [f"/reports/{report.id}/edit", f"/reports/{report.id}/units/{days.id}"]
    before = stored(database)

    for page in pages:
        lead.send(lead.open(page).form(page))

        assert lead.status == 200, (page, lead.text)
        assert "已保存" in lead.text
    assert stored(database) == before
    assert fetch(database, "SELECT FROM indicator WHERE version > 1") == []


def stored(database):
    """All of it but what counts changes, and who set days."""
    tables = ("indicator", "report", "report_line", "report_recipient", "report_unit")
    left_out = "{version,id,is_by_hand}"
    return {
        table: sorted(
            str(row.row)
            for row in fetch(database, f"SELECT to_jsonb(one) - '{left_out}'::text[] AS row FROM {table} AS one")
        )
        for table in tables
    }


def test_the_pages_are_in_english_too(house: House, lead, call):
    announce_groups(house, call)
    new_report(house, lead)
    lead.open("/language/en?back=/reports")
    for page in ("/reports", "/indicators", "/indicators/new", "/indicators/import", "/reports/new"):
        text = re.sub(
            r'<(span|option|label|a|th|td|p|ul|small)[^>]* lang="zh"[^>]*>.*?</\1>', "", lead.open(page).response.text
        )
        assert lead.status == 200
        assert "Indicators" in text


def test_a_page_of_a_large_report_stays_light(house: House, lead):
    """A report with eighty indicators, as its form: what a slow line has to carry."""
    run(
        house.databases["stats"],
        "INSERT INTO indicator (code, name, definition, unit_of_measure, decimals, period_kind, type, valid_from)"
        " SELECT 'A' || n, '就业统计指标' || n, '口径', '人', 0, 'month', 'flow', '2026-01-01'"
        " FROM generate_series(1, 80) AS n",
    )
    form = lead.open("/reports/new").form("/reports/new")
    every = [str(one) for one in indicator_ids(house).values()]
    lead.send(form, table_number="大表", name="大表", first_period="2026-05", add=every)
    assert lead.status == 200

    (report,) = fetch(house.databases["stats"], "SELECT id FROM report")
    assert len(lead.open(f"/reports/{report.id}").response.get_data()) < 60_000
    assert len(lead.open(f"/reports/{report.id}/edit").response.get_data()) < 120_000
